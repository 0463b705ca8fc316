//! Pictures for posts and comments. api/newer §3.3

use base64::{Engine as _, engine::general_purpose::STANDARD};
use nekonap_ids::Uin;
use nekonap_media::{Format, picture};

use super::posts::MAX_PICTURES;
use crate::{
    refusal::Refusal,
    world::{QzonePicture, World},
};

/// First part of the path of a picture.
pub(crate) const PATH: &str = "psc";
/// Bytes of a picture.
const MAX_BYTES: usize = 20 << 20;

/// Stores a picture.
pub(crate) fn keep(world: &mut World, owner: Uin, bytes: &[u8]) -> Result<QzonePicture, Refusal> {
    if bytes.len() > MAX_BYTES {
        let text = format!("a picture has at most {MAX_BYTES} bytes");
        return Err(Refusal::bad_request(text));
    }
    let header = picture(bytes)
        .map_err(|error| Refusal::bad_request(format!("this is no picture: {error}")))?;
    let hashes = world.store_file(bytes, "")?;
    let picture = QzonePicture {
        id: hex::encode(rand::random::<[u8; 16]>()),
        owner,
        sha1: hashes.sha1.to_vec(),
        kind: match header.format {
            Format::Jpeg => 1,
            Format::Gif => 2,
            Format::Png => 3,
            Format::Bmp => 4,
            Format::Webp => 5,
        },
        width: header.width,
        height: header.height,
    };
    world.add_qzone_picture(&picture)?;
    Ok(picture)
}

/// Stores a picture that is given as base64.
pub(crate) fn keep_base64(
    world: &mut World,
    owner: Uin,
    base64: &str,
) -> Result<QzonePicture, Refusal> {
    let bytes = STANDARD
        .decode(base64.trim())
        .map_err(|error| Refusal::bad_request(format!("a picture is not base64: {error}")))?;
    keep(world, owner, &bytes)
}

/// Stores pictures that are given as base64. Returns their ids.
pub(super) fn keep_all(
    world: &mut World,
    owner: Uin,
    pictures: &[String],
) -> Result<Vec<String>, Refusal> {
    if pictures.len() > MAX_PICTURES {
        let text = format!("`pictures` has at most {MAX_PICTURES} elements");
        return Err(Refusal::bad_request(text));
    }
    let keep = |base64: &String| Ok(keep_base64(world, owner, base64)?.id);
    pictures.iter().map(keep).collect()
}

/// A picture that the person has uploaded.
pub(super) fn own(world: &World, owner: Uin, id: &str) -> Result<QzonePicture, Refusal> {
    let found = world.qzone_picture(id)?;
    found
        .filter(|picture| picture.owner == owner)
        .ok_or_else(|| Refusal::bad_request(format!("{id:?} is no uploaded picture")))
}

/// Address of a picture.
pub(crate) fn url(world: &World, id: &str) -> String {
    let object = id.get(..12).unwrap_or(id);
    format!("http://{}/{PATH}/{id}/b?bo={object}%21", world.address)
}

/// The id of a picture in its address.
pub(super) fn id_in_url(url: &str) -> Option<&str> {
    let (_, path) = url.split_once(&format!("/{PATH}/"))?;
    path.split('/').next().filter(|id| !id.is_empty())
}
