//! `get_file`, `get_image`, `get_record` (api/actions §3.10).

use base64::{Engine as _, prelude::BASE64_STANDARD};
use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    bot::Context,
    error::{Failure, Result},
    media::{Found, Local, VoiceFormat},
};

/// Failure codes of these actions.
pub(crate) const CODES: &[Code] = &[
    Code::FileNotFound,
    Code::LoadFile,
    Code::FileTooLarge,
    Code::PermissionDenied,
];

/// Parameters of `get_file`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetFile {
    /// Id of the file: `file_id`, `file`, `url` or `path` of a segment, or an id from a list of group files.
    #[schemars(example = &"gf.20001.102./f0e1d2c3")]
    file_id: Option<String>,
    /// The same as `file_id`, which it replaces; also a path, a URL or base64.
    file: Option<String>,
    /// Whether the file is fetched to this machine. Otherwise `file` and `base64` are empty.
    #[serde(default = "yes")]
    download: bool,
}

/// Parameters of `get_image`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetImage {
    /// The picture: `file` or `url` of a segment, or a path, a URL or base64.
    #[schemars(example = &"0A1B2C3D4E5F60718293A4B5C6D7E8F9.jpg")]
    file: Option<String>,
    /// The same as `file`.
    file_id: Option<String>,
}

/// Parameters of `get_record`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetRecord {
    /// The voice: `file` or `url` of a segment, or a path, a URL or base64.
    #[schemars(example = &"0A1B2C3D4E5F60718293A4B5C6D7E8F9.amr")]
    file: Option<String>,
    /// The same as `file`.
    file_id: Option<String>,
    /// Format of the voice. Without it MP3, or WAV where ffmpeg is not installed; all formats but WAV and SILK need ffmpeg.
    out_format: Option<VoiceFormat>,
}

const fn yes() -> bool {
    true
}

/// A file on this machine.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FileInfo {
    /// Absolute path on the machine of Nekonap. The cache may delete the file when it is old.
    file: String,
    /// Link to the file, which may lapse; the path if it has none.
    url: String,
    /// Size in bytes, as text.
    file_size: String,
    /// Name of the file.
    file_name: String,
    /// Content in base64; empty if the file is larger than `inline_size` of the configuration, by default 20 MiB.
    base64: String,
}

/// A picture on this machine.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ImageInfo {
    /// Absolute path on the machine of Nekonap. The cache may delete the file when it is old.
    file: String,
    /// Link to the picture, which may lapse; the path if it has none.
    url: String,
    /// Size in bytes, as text.
    file_size: String,
    /// Name of the file.
    file_name: String,
    /// Content in base64; empty if the file is larger than `inline_size` of the configuration, by default 20 MiB.
    base64: String,
    /// Size in bytes.
    size: u64,
    /// Name of the file.
    filename: String,
}

pub(crate) async fn file(cx: Context, params: GetFile) -> Result<FileInfo> {
    let (field, source) = named(params.file, params.file_id, "file_id")?;
    let found = cx.reported(field, &source, params.download).await?;
    info(&cx, found).await
}

pub(crate) async fn image(cx: Context, params: GetImage) -> Result<ImageInfo> {
    let (field, source) = named(params.file, params.file_id, "file")?;
    let found = cx.reported(field, &source, true).await?;
    let size = found.size;
    let FileInfo {
        file,
        url,
        file_size,
        file_name,
        base64,
    } = info(&cx, found).await?;
    Ok(ImageInfo {
        file,
        url,
        file_size,
        filename: file_name.clone(),
        file_name,
        base64,
        size,
    })
}

pub(crate) async fn record(cx: Context, params: GetRecord) -> Result<FileInfo> {
    let (field, source) = named(params.file, params.file_id, "file")?;
    let found = cx.reported(field, &source, true).await?;
    let Some(local) = found.local else {
        return Err(Failure::internal("the voice was not fetched"));
    };
    let format = params.out_format.unwrap_or_else(VoiceFormat::default_here);
    let converted = cx.converted(local, format).await?;
    let stem = found
        .name
        .rsplit_once('.')
        .map_or(&*found.name, |(stem, _)| stem);
    let name = format!("{stem}.{}", format.name());
    let kept = cx.keep(converted, Some(&name), None).await?;
    let converted = Found {
        url: String::new(),
        size: kept.size(),
        name: kept.name().to_owned(),
        local: Some(kept),
    };
    info(&cx, converted).await
}

/// The parameter that names the file, and its value. `file` counts first.
fn named(
    file: Option<String>,
    file_id: Option<String>,
    missing: &'static str,
) -> Result<(&'static str, String)> {
    let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    match (given(file), given(file_id)) {
        (Some(file), _) => Ok(("file", file)),
        (None, Some(id)) => Ok(("file_id", id)),
        (None, None) => Err(Failure::missing(missing)),
    }
}

async fn info(cx: &Context, found: Found) -> Result<FileInfo> {
    let limit = cx.bot().config().media.inline_size;
    let base64 = match &found.local {
        Some(local) if local.size() <= limit => BASE64_STANDARD.encode(local.read(limit).await?),
        _ => String::new(),
    };
    let path = |local: &Local| local.path().to_string_lossy().into_owned();
    let file = found.local.as_ref().map(path).unwrap_or_default();
    Ok(FileInfo {
        url: if found.url.is_empty() {
            file.clone()
        } else {
            found.url
        },
        file,
        file_size: found.size.to_string(),
        file_name: found.name,
        base64,
    })
}
