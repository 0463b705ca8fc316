//! Pictures for posts and comments (api/newer §3.3).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use nekonap_client::QzonePicture;

use super::failure::read_failed;
use crate::{
    bot::Context,
    error::{Failure, Result},
    media::{Options, too_large},
};

/// Largest picture, in bytes.
const LARGEST: u64 = 20 << 20;
/// Most pictures of a call.
const MOST: usize = 50;

/// The pictures of a parameter: what is not empty.
pub(super) fn given(images: Vec<String>) -> Vec<String> {
    let given = images
        .into_iter()
        .filter(|source| !source.trim().is_empty());
    given.collect()
}

/// Uploads the pictures of the parameter `images`. All are loaded and checked before the first one is sent.
///
/// # Errors
/// `PARAM_INVALID` for more than 50; the codes of a file that cannot be loaded, with its index; `LOAD_FILE_ERROR` for one that is
/// no picture; `FILE_TOO_LARGE` for one over 20 MiB; the codes of a refused upload, with the index of its picture.
pub(super) async fn upload(cx: &Context, images: &[String]) -> Result<Vec<QzonePicture>> {
    if images.len() > MOST {
        let text = format!("at most {MOST} pictures, not {}", images.len());
        return Err(Failure::invalid("images", text));
    }
    let mut loaded = Vec::with_capacity(images.len());
    for (at, source) in images.iter().enumerate() {
        let field = format!("images[{at}]");
        let local = cx.file(&field, source, &Options::default()).await?;
        if local.size() > LARGEST {
            return Err(too_large(&field, local.size(), LARGEST));
        }
        local.picture().await?;
        loaded.push((field, local));
    }
    let mut uploaded = Vec::with_capacity(loaded.len());
    for (field, local) in loaded {
        let base64 = STANDARD.encode(local.read(LARGEST).await?);
        let picture = cx.client().upload_qzone_picture(base64).await;
        uploaded.push(picture.map_err(|error| {
            let failure = read_failed(error);
            Failure::new(failure.code, format!("`{field}`: {}", failure.text))
        })?);
    }
    Ok(uploaded)
}
