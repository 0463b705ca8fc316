//! `download_file_stream` and its relatives, `test_download_stream` (api/transports §10.2, §10.3).

use std::{
    fs::File,
    io::{ErrorKind, Read as _},
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    bot::Context,
    error::{Failure, Result},
    media::{Local, Options, VoiceFormat},
};

/// Failure codes of a download.
pub(crate) const CODES: &[Code] = &[
    Code::FileNotFound,
    Code::LoadFile,
    Code::FileTooLarge,
    Code::PermissionDenied,
];

/// Limits of `chunk_size`, bytes.
const CHUNK_SIZES: std::ops::RangeInclusive<u64> = 1..=4 << 20;

/// Packets of `test_download_stream`, and the time between them.
const TEST_PACKETS: u32 = 10;
const TEST_INTERVAL: Duration = Duration::from_millis(100);

/// Parameters of `download_file_stream` and `download_file_image_stream`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct DownloadFileStream {
    /// The file: an id or a name that was reported, or a path, a URL or base64.
    #[schemars(example = "0A1B2C3D4E5F60718293A4B5C6D7E8F9.jpg")]
    file: Option<String>,
    /// The same as `file`.
    file_id: Option<String>,
    /// Bytes of a chunk, 1 to 4,194,304.
    #[serde(default = "default_chunk")]
    chunk_size: u64,
}

const fn default_chunk() -> u64 {
    65_536
}

/// Parameters of `download_file_record_stream`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct DownloadRecordStream {
    /// The voice: an id or a name that was reported, or a path, a URL or base64.
    #[schemars(example = "0A1B2C3D4E5F60718293A4B5C6D7E8F9.amr")]
    file: Option<String>,
    /// The same as `file`.
    file_id: Option<String>,
    /// Bytes of a chunk, 1 to 4,194,304.
    #[serde(default = "default_chunk")]
    chunk_size: u64,
    /// Format of the voice. Without it MP3, or WAV where ffmpeg is not installed; all formats but WAV and SILK need ffmpeg.
    out_format: Option<VoiceFormat>,
}

/// A packet of a download. `data_type` says which fields it has.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(crate) struct DownloadPacket {
    /// `stream`, in the last packet `response`.
    r#type: &'static str,
    /// `file_info` first, then `file_chunk`, at the end `file_complete`.
    data_type: &'static str,
    /// `file_info`: name of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    file_name: Option<String>,
    /// `file_info`: size in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    file_size: Option<u64>,
    /// `file_info`: bytes of a chunk.
    #[serde(skip_serializing_if = "Option::is_none")]
    chunk_size: Option<u64>,
    /// `file_info` of a picture: width in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    /// `file_info` of a picture: height in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
    /// `file_info` of a voice: its format.
    #[serde(skip_serializing_if = "Option::is_none")]
    out_format: Option<String>,
    /// `file_chunk`: number of the chunk, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<u64>,
    /// `file_chunk`: the chunk in base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<String>,
    /// `file_chunk`: bytes of the chunk.
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<usize>,
    /// `file_chunk`: how much of the file was sent with this chunk, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<u64>,
    /// `file_chunk`: length of `data`.
    #[serde(skip_serializing_if = "Option::is_none")]
    base64_size: Option<usize>,
    /// `file_complete`: number of chunks.
    #[serde(skip_serializing_if = "Option::is_none")]
    total_chunks: Option<u64>,
    /// `file_complete`: size in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    total_bytes: Option<u64>,
    /// `file_complete`: a text for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'static str>,
}

impl DownloadFileStream {
    /// The file that the call names.
    async fn open(&self, cx: &Context) -> Result<Local> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let (field, source) = match (given(&self.file), given(&self.file_id)) {
            (Some(file), _) => ("file", file),
            (None, Some(id)) => ("file_id", id),
            (None, None) => return Err(Failure::missing("file")),
        };
        if !CHUNK_SIZES.contains(&self.chunk_size) {
            let text = format!("1 to {}, not {}", CHUNK_SIZES.end(), self.chunk_size);
            return Err(Failure::invalid("chunk_size", text));
        }
        cx.file(field, &source, &Options::default()).await
    }
}

pub(crate) async fn file(cx: Context, params: DownloadFileStream) -> Result<DownloadPacket> {
    let local = params.open(&cx).await?;
    send(&cx, &local, params.chunk_size, DownloadPacket::default()).await
}

pub(crate) async fn image(cx: Context, params: DownloadFileStream) -> Result<DownloadPacket> {
    let local = params.open(&cx).await?;
    let picture = local.picture().await?;
    let first = DownloadPacket {
        width: Some(picture.width),
        height: Some(picture.height),
        ..DownloadPacket::default()
    };
    send(&cx, &local, params.chunk_size, first).await
}

pub(crate) async fn record(cx: Context, params: DownloadRecordStream) -> Result<DownloadPacket> {
    let named = DownloadFileStream {
        file: params.file,
        file_id: params.file_id,
        chunk_size: params.chunk_size,
    };
    let format = params.out_format.unwrap_or_else(VoiceFormat::default_here);
    let local = cx.converted(named.open(&cx).await?, format).await?;
    let first = DownloadPacket {
        out_format: Some(format.name().to_owned()),
        ..DownloadPacket::default()
    };
    send(&cx, &local, named.chunk_size, first).await
}

/// Sends a file. `first`: what the first packet has in addition. Each chunk is read when the one before it was taken.
async fn send(
    cx: &Context,
    local: &Local,
    chunk_size: u64,
    first: DownloadPacket,
) -> Result<DownloadPacket> {
    let mut file = local.open()?;
    cx.frame(&DownloadPacket {
        r#type: "stream",
        data_type: "file_info",
        file_name: Some(local.name().to_owned()),
        file_size: Some(local.size()),
        chunk_size: Some(chunk_size),
        ..first
    })
    .await;
    let (mut chunks, mut bytes) = (0, 0);
    while bytes < local.size() {
        let wanted = chunk_size.min(local.size() - bytes);
        let reading = tokio::task::spawn_blocking(move || read(file, wanted));
        let read = reading
            .await
            .map_err(|_| Failure::internal("reading a file failed"))?;
        let (back, chunk) = read.map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => local.failure("the file changed while it was read"),
            _ => local.failure(error),
        })?;
        file = back;
        bytes += wanted;
        let data = BASE64_STANDARD.encode(&chunk);
        cx.frame(&DownloadPacket {
            r#type: "stream",
            data_type: "file_chunk",
            index: Some(chunks),
            size: Some(chunk.len()),
            progress: Some(bytes * 100 / local.size()),
            base64_size: Some(data.len()),
            data: Some(data),
            ..DownloadPacket::default()
        })
        .await;
        chunks += 1;
    }
    Ok(DownloadPacket {
        r#type: "response",
        data_type: "file_complete",
        total_chunks: Some(chunks),
        total_bytes: Some(bytes),
        message: Some("Download completed"),
        ..DownloadPacket::default()
    })
}

fn read(mut file: File, length: u64) -> std::io::Result<(File, Vec<u8>)> {
    let mut chunk = vec![0; usize::try_from(length).unwrap_or_default()];
    file.read_exact(&mut chunk)?;
    Ok((file, chunk))
}

/// Parameters of `test_download_stream`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct TestDownloadStream {
    /// Whether the action fails after its packets.
    #[serde(default)]
    error: bool,
}

/// A packet of `test_download_stream`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct TestPacket {
    /// `stream`, in the last packet `response`.
    r#type: &'static str,
    /// `data_chunk`, at the end `data_complete`.
    data_type: &'static str,
    /// Number of the packet, such as `Index-> 0`; at the end another text.
    data: String,
}

pub(crate) async fn test(cx: Context, params: TestDownloadStream) -> Result<TestPacket> {
    for index in 0..TEST_PACKETS {
        cx.frame(&TestPacket {
            r#type: "stream",
            data_type: "data_chunk",
            data: format!("Index-> {index}"),
        })
        .await;
        tokio::time::sleep(TEST_INTERVAL).await;
    }
    if params.error {
        return Err(Failure::new(
            Code::LoadFile,
            "`error`: this failure was asked for",
        ));
    }
    Ok(TestPacket {
        r#type: "response",
        data_type: "data_complete",
        data: "Stream transmission complete".to_owned(),
    })
}
