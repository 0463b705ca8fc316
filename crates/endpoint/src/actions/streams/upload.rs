//! `upload_file_stream`, `clean_stream_temp_file` (api/transports §10.1, §10.3).

use std::time::Duration;

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    actions::{Done, NoParams},
    bot::{Bot, Context},
    error::{Failure, Result},
    media::{Facts, Finished, Progress, delete_upload},
};

/// The most bytes of a chunk.
const MAX_CHUNK: usize = 64 << 20;

/// Takes padding and its absence.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Parameters of `upload_file_stream`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct UploadFileStream {
    /// Id of the upload, chosen by the caller.
    #[schemars(example = "upload-1")]
    stream_id: String,
    /// A chunk in base64, at most 64 MiB.
    #[schemars(example = "aGVsbG8=")]
    chunk_data: Option<String>,
    /// Number of the chunk, from 0. Chunks may come in any order; one that is there already is ignored.
    #[schemars(example = 0)]
    chunk_index: Option<u32>,
    /// Number of chunks, 1 to 1,000,000. Required in the first call of an upload.
    #[schemars(example = 1)]
    total_chunks: Option<u32>,
    /// Size of the file in bytes, checked at the end.
    file_size: Option<u64>,
    /// SHA-256 of the file in hex, checked at the end.
    expected_sha256: Option<String>,
    /// Whether the upload is finished with this call.
    #[serde(default)]
    is_complete: bool,
    /// Name of the file. Only the part after the last slash counts.
    #[schemars(example = "a.txt")]
    filename: Option<String>,
    /// Whether the upload is dropped.
    #[serde(default)]
    reset: bool,
    /// Whether only the state of the upload is returned.
    #[serde(default)]
    verify_only: bool,
    /// How long the file is kept after the upload, milliseconds; 0 keeps it until `clean_stream_temp_file`.
    #[serde(default = "five_minutes")]
    file_retention: u64,
}

const fn five_minutes() -> u64 {
    300_000
}

/// State of an upload.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct UploadState {
    /// `stream` while the upload is open, `response` when it has ended.
    r#type: &'static str,
    /// Id of the upload.
    stream_id: String,
    /// `chunk_received`; `file_created` if the call added no chunk; `file_complete` at the end; `reset` if the upload was dropped.
    status: &'static str,
    /// Number of chunks that have arrived.
    received_chunks: u32,
    /// Number of chunks of the file.
    total_chunks: u32,
    /// At the end: path of the file, for `file` of segments and actions.
    #[serde(skip_serializing_if = "Option::is_none")]
    file_path: Option<String>,
    /// At the end: size in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    file_size: Option<u64>,
    /// At the end: SHA-256 in hex, if `expected_sha256` was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
}

impl UploadState {
    fn open(stream_id: String, progress: Progress) -> Self {
        Self {
            r#type: "stream",
            stream_id,
            status: if progress.added {
                "chunk_received"
            } else {
                "file_created"
            },
            received_chunks: progress.received,
            total_chunks: progress.total,
            file_path: None,
            file_size: None,
            sha256: None,
        }
    }

    fn finished(stream_id: String, finished: Finished) -> Self {
        Self {
            r#type: "response",
            stream_id,
            status: "file_complete",
            received_chunks: finished.chunks,
            total_chunks: finished.chunks,
            file_path: Some(finished.path.to_string_lossy().into_owned()),
            file_size: Some(finished.size),
            sha256: finished.sha256,
        }
    }
}

pub(crate) async fn upload(cx: Context, params: UploadFileStream) -> Result<UploadState> {
    let bot = cx.bot().clone();
    let limit = bot.config().media.max_size;
    let retention = params.file_retention;
    let state = blocking(move || run(&bot, params, limit)).await?;
    if let Some(path) = state.file_path.clone().filter(|_| retention > 0) {
        let bot = cx.bot().clone();
        cx.bot().spawn(async move {
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(retention)) => {}
                // The next start deletes the file.
                () = bot.closing().cancelled() => return,
            }
            let _ = tokio::task::spawn_blocking(move || delete_upload(path.as_ref())).await;
        });
    }
    Ok(state)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|_| Err(Failure::internal("an upload by stream failed")))
}

fn run(bot: &Bot, params: UploadFileStream, limit: u64) -> Result<UploadState> {
    let (folder, uploads) = (bot.files().folder(), bot.files().uploads());
    let id = params.stream_id;
    if id.is_empty() {
        return Err(Failure::missing("stream_id"));
    }
    if params.reset {
        uploads.reset(&id);
        return Ok(UploadState {
            r#type: "response",
            status: "reset",
            ..UploadState::open(
                id,
                Progress {
                    received: 0,
                    total: 0,
                    added: false,
                },
            )
        });
    }
    if params.verify_only {
        let progress = uploads.progress(&id)?;
        return Ok(UploadState::open(id, progress));
    }
    let facts = Facts {
        name: params.filename.filter(|name| !name.is_empty()),
        size: params.file_size,
        sha256: params.expected_sha256.as_deref().map(sha256).transpose()?,
    };
    let chunk = match (params.chunk_data, params.chunk_index) {
        (Some(data), Some(index)) => Some((index, decode(&data)?)),
        (Some(_), None) => return Err(Failure::missing("chunk_index")),
        (None, _) => None,
    };
    // A call that only finishes an upload does not begin one.
    let mut progress = if chunk.is_none() && params.is_complete {
        uploads.progress(&id)?
    } else {
        uploads.begin(folder, &id, params.total_chunks, facts.clone())?
    };
    if let Some((index, chunk)) = chunk {
        progress = uploads.add(&id, index, &chunk, limit)?;
    } else if params.is_complete {
        uploads.begin(folder, &id, params.total_chunks, facts)?;
    }
    if params.is_complete {
        let finished = uploads.finish(folder, &id, params.file_retention == 0)?;
        return Ok(UploadState::finished(id, finished));
    }
    Ok(UploadState::open(id, progress))
}

fn decode(data: &str) -> Result<Vec<u8>> {
    let plain = !data
        .bytes()
        .any(|byte| byte.is_ascii_whitespace() || matches!(byte, b'-' | b'_'));
    let decoded = if plain {
        BASE64.decode(data)
    } else {
        let clean = data.bytes().filter(|byte| !byte.is_ascii_whitespace());
        let clean: Vec<u8> = clean
            .map(|byte| match byte {
                b'-' => b'+',
                b'_' => b'/',
                byte => byte,
            })
            .collect();
        BASE64.decode(clean)
    };
    let chunk = decoded.map_err(|error| Failure::invalid("chunk_data", error))?;
    if chunk.is_empty() || chunk.len() > MAX_CHUNK {
        let text = format!("1 to {MAX_CHUNK} bytes, not {}", chunk.len());
        return Err(Failure::invalid("chunk_data", text));
    }
    Ok(chunk)
}

fn sha256(text: &str) -> Result<[u8; 32]> {
    let bytes = hex::decode(text)
        .ok()
        .and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| {
        let text = format!("64 hex digits, not {text:?}");
        Failure::invalid("expected_sha256", text)
    })
}

pub(crate) async fn clean(cx: Context, _: NoParams) -> Result<Done> {
    let bot = cx.bot().clone();
    blocking(move || {
        let files = bot.files();
        files.uploads().clean(files.folder()).map_err(|error| {
            Failure::new(
                nekonap_onebot::Code::LoadFile,
                format!("the files cannot be deleted: {error}"),
            )
        })
    })
    .await?;
    Ok(Done)
}
