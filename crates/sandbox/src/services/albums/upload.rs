//! Uploads of pictures to albums. protocol/04 §10.8

use nekonap_ids::{GroupUin, Uin};
use nekonap_media::{Hashes, hash, picture};
use serde::{Deserialize, Serialize};

use crate::{
    refusal::{Refusal, code},
    services::files::decoded,
    world::{AlbumMedium, Change, World},
};

/// Maximum size of a picture, in bytes.
const MAX_SIZE: u64 = 30 << 20;
/// Maximum number of pictures of an album.
const MAX_MEDIA: u64 = 10_000;

/// Checks that the actor may upload to an album.
fn may_upload(world: &World, actor: Uin, group: GroupUin, album: &str) -> Result<(), Refusal> {
    world.acting_member(group, actor)?;
    let album = world.album(group, album)?;
    if album.count >= MAX_MEDIA {
        let text = format!("an album has at most {MAX_MEDIA} pictures");
        return Err(Refusal::not_allowed(code::TOO_LARGE, text));
    }
    Ok(())
}

/// Puts a picture into an album, whose bytes are in the store. `head`: its first bytes.
fn add(
    world: &mut World,
    actor: Uin,
    (group, album): (GroupUin, &str),
    (batch, title): (String, String),
    (hashes, head): (&Hashes, &[u8]),
) -> Result<AlbumMedium, Refusal> {
    may_upload(world, actor, group, album)?;
    if hashes.size > MAX_SIZE {
        let text = format!("a picture has at most {MAX_SIZE} bytes");
        return Err(Refusal::not_allowed(code::TOO_LARGE, text));
    }
    let facts = picture(head).map_err(|error| Refusal::bad_request(error.to_string()))?;
    let medium = AlbumMedium {
        number: 0,
        lloc: format!("N{}", hex::encode_upper(rand::random::<[u8; 16]>())),
        group,
        album: album.to_owned(),
        batch,
        sha1: hashes.sha1,
        name: title,
        width: facts.width,
        height: facts.height,
        uploader: actor,
        time: world.now(),
    };
    world.add_album_medium(&medium)?;
    let change = Change::AlbumMediumUploaded {
        group,
        album: medium.album.clone(),
        batch: medium.batch.clone(),
        lloc: medium.lloc.clone(),
    };
    world.record(Some(actor), change);
    Ok(medium)
}

/// Parameters of `upload_to_album`.
#[derive(Debug, Deserialize)]
pub(super) struct UploadAct {
    group: GroupUin,
    album: String,
    base64: String,
    #[serde(default)]
    name: String,
    batch: Option<String>,
}

/// Reply of `upload_to_album`.
#[derive(Debug, Serialize)]
pub(super) struct Uploaded {
    lloc: String,
    batch: String,
}

pub(super) fn act_upload(
    world: &mut World,
    actor: Uin,
    act: UploadAct,
) -> Result<Uploaded, Refusal> {
    let bytes = decoded(&act.base64)?;
    let hashes = hash(&bytes);
    world.store_file(&bytes, "")?;
    let batch = act.batch.unwrap_or_else(|| world.now().to_string());
    let medium = add(
        world,
        actor,
        (act.group, &act.album),
        (batch, act.name),
        (&hashes, &bytes),
    )?;
    Ok(Uploaded {
        lloc: medium.lloc,
        batch: medium.batch,
    })
}
