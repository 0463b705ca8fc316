//! `upload_image_to_qun_album`, `upload_images_to_qun_album` (api/actions §3.19, api/newer §2.2).

use nekonap_client::{AlbumBatch, AlbumPicture};
use nekonap_ids::GroupUin;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check;
use crate::{
    actions::Done,
    bot::Context,
    error::{Failure, Result},
    media::{Local, Options},
    uploads,
};

/// Pictures of one upload at most.
const MAX_PICTURES: usize = 200;

/// Parameters of `upload_image_to_qun_album`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct UploadImageToQunAlbum {
    /// Number of the group.
    group_id: GroupUin,
    /// Id of the album.
    #[schemars(example = &"V1a2b3c")]
    album_id: String,
    /// Name of the album, which is sent along.
    #[serde(default)]
    album_name: String,
    /// The picture: a path, a URL, `base64://…` or the path of an upload by stream.
    #[schemars(example = &"base64://aGVsbG8=")]
    file: String,
}

/// Parameters of `upload_images_to_qun_album`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct UploadImagesToQunAlbum {
    /// Number of the group.
    group_id: GroupUin,
    /// Id of the album.
    #[schemars(example = &"V1a2b3c")]
    album_id: String,
    /// Name of the album, which is sent along.
    #[serde(default)]
    album_name: String,
    /// The pictures, 1 to 200, each as `file` of `upload_image_to_qun_album`. Required unless `file` is given.
    #[schemars(example = ["base64://aGVsbG8="])]
    files: Option<Vec<String>>,
    /// A single picture.
    file: Option<String>,
}

/// The result of an upload.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AlbumUploadResult {
    /// Always null.
    result: Done,
}

pub(crate) async fn one(cx: Context, params: UploadImageToQunAlbum) -> Result<AlbumUploadResult> {
    let files = vec![("file".to_owned(), params.file)];
    let album = (&params.album_id[..], &params.album_name[..]);
    upload(&cx, params.group_id, album, files).await
}

pub(crate) async fn several(
    cx: Context,
    params: UploadImagesToQunAlbum,
) -> Result<AlbumUploadResult> {
    let mut files: Vec<(String, String)> = params
        .files
        .into_iter()
        .flatten()
        .enumerate()
        .map(|(at, file)| (format!("files[{at}]"), file))
        .collect();
    if files.is_empty() {
        files.extend(params.file.map(|file| ("file".to_owned(), file)));
    }
    if files.is_empty() {
        return Err(Failure::missing("files"));
    }
    if files.len() > MAX_PICTURES {
        let text = format!("at most {MAX_PICTURES}, not {}", files.len());
        return Err(Failure::invalid("files", text));
    }
    let album = (&params.album_id[..], &params.album_name[..]);
    upload(&cx, params.group_id, album, files).await
}

/// Uploads pictures, each with the name of its parameter. All are loaded before the first is uploaded.
async fn upload(
    cx: &Context,
    group: GroupUin,
    (album, album_name): (&str, &str),
    files: Vec<(String, String)>,
) -> Result<AlbumUploadResult> {
    check(cx, group, &[("album_id", album)]).await?;
    let mut pictures: Vec<(String, Local)> = Vec::with_capacity(files.len());
    for (field, source) in files {
        if source.trim().is_empty() {
            return Err(Failure::missing(&field));
        }
        let local = cx.file(&field, &source, &Options::default()).await?;
        local.picture().await?;
        pictures.push((field, local));
    }
    let batch = AlbumBatch::now(pictures.len());
    for (index, (field, local)) in pictures.iter().enumerate() {
        let file = uploads::local_file(local).await?;
        let picture = AlbumPicture {
            file: &file,
            title: local.name(),
        };
        let uploaded = cx
            .client()
            .upload_album_picture(group, (album, album_name), picture, (batch, index))
            .await;
        uploaded.map_err(|error| {
            let failure = Failure::from(error);
            let text = match index {
                0 => format!("{field}: {}", failure.text),
                sent => format!(
                    "{field}: {}; the {sent} before it are uploaded",
                    failure.text
                ),
            };
            Failure::new(failure.code, text)
        })?;
    }
    Ok(AlbumUploadResult { result: Done })
}
