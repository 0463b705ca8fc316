//! Uploads of pictures to albums: what a web page announces, its slices, and a person's upload. protocol/04 §10.8

use nekonap_ids::{GroupUin, Uin};
use nekonap_media::{Hashes, picture};
use serde::{Deserialize, Serialize};

use crate::{
    refusal::{Refusal, code},
    services::files::decoded,
    world::{AlbumMedium, AlbumUpload, Change, World},
};

/// Maximum size of a picture, in bytes.
const MAX_SIZE: u64 = 30 << 20;
/// Maximum number of pictures of an album.
const MAX_MEDIA: u64 = 10_000;
/// Bytes at the beginning of a file that tell the size of the picture.
pub(crate) const HEAD: usize = 256 << 10;
/// Bytes of a slice.
pub(crate) const SLICE: u64 = 65_536;
/// `appid` of pictures.
const APP: &str = "qun";

/// What a client announces, in the JSON of the web page.
#[derive(Debug, Deserialize)]
pub(crate) struct ControlRequest {
    control_req: Vec<Control>,
}

#[derive(Debug, Deserialize)]
struct Control {
    appid: String,
    checksum: String,
    file_len: u64,
    token: Token,
    biz_req: Business,
}

#[derive(Debug, Deserialize)]
struct Token {
    data: String,
}

#[derive(Debug, Deserialize)]
#[allow(non_snake_case)] // These are the page's names.
struct Business {
    sAlbumID: String,
    #[serde(default)]
    sPicTitle: String,
    iBatchID: u64,
    mapExt: MapExt,
}

#[derive(Debug, Deserialize)]
struct MapExt {
    userid: String,
}

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

/// Announces a picture. `key`: the page key of the account, which the request repeats. Returns the session of the upload.
pub(crate) fn announce(
    world: &mut World,
    actor: Uin,
    (checksum, key): (&str, &str),
    request: ControlRequest,
) -> Result<String, Refusal> {
    let Ok([control]) = <[Control; 1]>::try_from(request.control_req) else {
        return Err(Refusal::bad_request("`control_req` has one entry"));
    };
    if control.appid != APP {
        let text = format!("`appid` is {APP:?}: only pictures are taken");
        return Err(Refusal::bad_request(text));
    }
    if control.token.data != key {
        return Err(Refusal::not_allowed(
            code::NO_PERMISSION,
            "`token` is not the key of the account",
        ));
    }
    let mut md5 = [0; 16];
    if control.checksum != checksum || hex::decode_to_slice(checksum, &mut md5).is_err() {
        return Err(Refusal::bad_request("`checksum` is no MD5, or another"));
    }
    if control.file_len == 0 || control.file_len > MAX_SIZE {
        let text = format!("a picture has 1 to {MAX_SIZE} bytes");
        return Err(Refusal::not_allowed(code::TOO_LARGE, text));
    }
    let business = control.biz_req;
    let group = business.mapExt.userid.parse();
    let group = group.map_err(|_| Refusal::bad_request("`userid` is no group"))?;
    may_upload(world, actor, group, &business.sAlbumID)?;
    let file = world.new_file()?;
    let upload = AlbumUpload {
        account: actor,
        group,
        album: business.sAlbumID,
        batch: business.iBatchID.to_string(),
        title: business.sPicTitle,
        md5,
    };
    Ok(world.album_uploads.begin(upload, control.file_len, file))
}

/// Puts a picture into an album, whose bytes are in the store.
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

/// Takes a picture whose last slice has come. `head`: its first bytes.
pub(crate) fn finish(
    world: &mut World,
    session: &str,
    (file, hashes): (crate::world::NewFile, Hashes),
    head: &[u8],
) -> Result<AlbumMedium, Refusal> {
    let upload = world
        .album_uploads
        .end(session)
        .ok_or_else(|| Refusal::not_found("the session is not known"))?;
    if hashes.md5 != upload.md5 {
        return Err(Refusal::bad_request("the picture has another MD5"));
    }
    world.adopt_file(file, &hashes)?;
    add(
        world,
        upload.account,
        (upload.group, &upload.album),
        (upload.batch, upload.title),
        (&hashes, head),
    )
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
    let hashes = world.store_file(&bytes, "")?;
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
