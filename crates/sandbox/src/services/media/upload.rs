//! Requests to upload pictures, voices and videos. protocol/03 §2

use nekonap_ids::Uin;
use nekonap_wire::{
    commands::media::{FileId, MediaKind, MediaPlace, Scene, Uploaded, UploadedFile},
    field::Required,
    proto::{
        media::{RichMediaReply, RichMediaRequest},
        message::{FileInfo, MsgInfoExt},
    },
};

use crate::{
    clock::seconds32,
    refusal::{Refusal, code},
    router::Caller,
    world::{Expected, World},
};

/// How long an upload key is valid, in seconds.
const KEY_LIFETIME: u32 = 3_600;
/// How long files are said to be kept, in seconds. protocol/03 §1.3
const TTL: u32 = 2_678_400;

/// Maximum size of a file in bytes.
pub(crate) const fn largest(kind: MediaKind, cover: bool) -> u64 {
    match (kind, cover) {
        (_, true) => 1 << 20,
        (MediaKind::Picture | MediaKind::Voice, false) => 30 << 20,
        (MediaKind::Video, false) => 1 << 30,
    }
}

/// The service of a kind of media in a scene.
pub(crate) fn service(
    kind: MediaKind,
    scene: Scene,
) -> impl Fn(&mut World, &Caller, RichMediaRequest) -> Result<RichMediaReply, Refusal> {
    move |world, caller, request| upload(world, caller.uin, &request, (kind, scene))
}

fn upload(
    world: &mut World,
    account: Uin,
    request: &RichMediaRequest,
    (kind, scene): (MediaKind, Scene),
) -> Result<RichMediaReply, Refusal> {
    let place = place(world, account, request, scene)?;
    let upload = request
        .upload
        .as_ref()
        .ok_or_else(|| Refusal::bad_request("field 2, the upload, is missing"))?;
    let most = if kind == MediaKind::Video { 2 } else { 1 };
    if upload.upload_info.is_empty() || upload.upload_info.len() > most {
        let text = format!("an upload has 1 to {most} files");
        return Err(Refusal::bad_request(text));
    }
    let mut files = Vec::new();
    for (at, one) in upload.upload_info.iter().enumerate() {
        let info = one.file_info.clone().unwrap_or_default();
        files.push(file(world, account, info, (kind, scene, at > 0))?);
    }
    let ext = upload.ext_biz_info.clone().unwrap_or_default();
    let uploaded = Uploaded {
        kind,
        place,
        files,
        ext: with_scenes(ext, kind, scene),
        time: seconds32(world.now()),
        ttl: TTL,
        key_ttl: KEY_LIFETIME,
        server: world.address,
        random: upload.client_random_id.unwrap_or(0),
    };
    Ok(RichMediaReply::uploaded(request.head.as_ref(), &uploaded))
}

/// The chat that the head of a request names.
fn place(
    world: &World,
    account: Uin,
    request: &RichMediaRequest,
    scene: Scene,
) -> Result<MediaPlace, Refusal> {
    let head = request.head.as_ref();
    let named = head.and_then(|head| head.scene.clone()).unwrap_or_default();
    match scene {
        Scene::Group => {
            let group = named.group.unwrap_or_default();
            let group = group.group_uin.required("group_uin")?;
            world.acting_member(group, account)?;
            Ok(MediaPlace::Group(group))
        }
        Scene::Private => {
            let uid = named.c2c.unwrap_or_default().target_uid;
            let uid = uid.required("target_uid")?;
            if world.find_uid(uid).is_none() {
                return Err(Refusal::not_found(format!("there is no person {uid}")));
            }
            Ok(MediaPlace::Private(uid))
        }
    }
}

/// Checks a file. If the world lacks it, waits for its bytes.
fn file(
    world: &mut World,
    account: Uin,
    info: FileInfo,
    (kind, scene, cover): (MediaKind, Scene, bool),
) -> Result<UploadedFile, Refusal> {
    let wrong = |field: &str| Refusal::bad_request(format!("`{field}` is not a hash in hex"));
    let md5 = info.md5_bytes().ok_or_else(|| wrong("file_md5"))?;
    let sha1 = info.sha1_bytes().ok_or_else(|| wrong("file_sha1"))?;
    let size = info.size.unwrap_or(0);
    let largest = largest(kind, cover);
    if size == 0 || size > largest {
        let text = format!("`file_size` is 1 to {largest}, not {size}");
        return Err(Refusal::not_allowed(code::TOO_LARGE, text));
    }
    let stored = world.file(&sha1)?;
    let u_key = match stored {
        Some(stored) if (stored.md5, stored.size) == (md5, size) => None,
        Some(_) => {
            let text = "the hashes and the size belong to different files";
            return Err(Refusal::bad_request(text));
        }
        None => {
            let expires = world.now() + u64::from(KEY_LIFETIME);
            Some(world.uploads.expect(Expected {
                account,
                command_id: kind.command_id(scene, cover),
                md5,
                sha1,
                size,
                expires,
            }))
        }
    };
    let appid = kind.appid(scene, cover);
    Ok(UploadedFile {
        info,
        file_uuid: file_uuid(world, sha1, size, appid),
        appid,
        u_key,
    })
}

/// A new handle of a file.
fn file_uuid(world: &World, sha1: [u8; 20], size: u64, appid: u32) -> String {
    FileId {
        sha1,
        size,
        appid,
        time: world.now().saturating_mul(1_000_000),
        ttl: TTL,
        session: rand::random(),
    }
    .encode()
}

/// Adds where the file came from and where it goes. protocol/03 §2.5
fn with_scenes(mut ext: MsgInfoExt, kind: MediaKind, scene: Scene) -> MsgInfoExt {
    let number = Some(scene.number());
    match kind {
        MediaKind::Picture => {
            let pic = ext.pic.get_or_insert_default();
            pic.from_scene = number;
            pic.to_scene = number;
        }
        MediaKind::Video => {
            let video = ext.video.get_or_insert_default();
            video.from_scene = number;
            video.to_scene = number;
        }
        MediaKind::Voice => {}
    }
    ext
}

/// The description of a file that a person sends: like the answer to an upload of a file that the world has.
pub(crate) fn describe(
    world: &World,
    (kind, place): (MediaKind, MediaPlace),
    files: Vec<(FileInfo, [u8; 20])>,
    ext: MsgInfoExt,
) -> nekonap_wire::proto::message::MsgInfo {
    let scene = place.scene();
    let described = files.into_iter().enumerate().map(|(at, (info, sha1))| {
        let appid = kind.appid(scene, at > 0);
        UploadedFile {
            file_uuid: file_uuid(world, sha1, info.size.unwrap_or(0), appid),
            info,
            appid,
            u_key: None,
        }
    });
    Uploaded {
        kind,
        place,
        files: described.collect(),
        ext: with_scenes(ext, kind, scene),
        time: seconds32(world.now()),
        ttl: TTL,
        key_ttl: 0,
        server: world.address,
        random: 0,
    }
    .msg_info()
}
