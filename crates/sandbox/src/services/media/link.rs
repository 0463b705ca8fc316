//! Links to files, and the keys that make them valid. protocol/03 §2.8, §5.1

use nekonap_wire::{
    commands::media::{FileId, GROUP_RKEY, MediaKind, PRIVATE_RKEY},
    proto::media::{RichMediaReply, RichMediaRequest},
};

use crate::{
    clock::seconds32,
    refusal::Refusal,
    router::Caller,
    world::{RKEY_LIFETIME, StoredFile, World},
};

/// Host in links to media.
const DOMAIN: &str = "multimedia.nt.qq.com.cn";
/// Maximum number of keys in an answer.
const MAX_KEYS: usize = 20;

/// The service of a kind of media.
pub(crate) fn service(
    kind: MediaKind,
) -> impl Fn(&mut World, &Caller, RichMediaRequest) -> Result<RichMediaReply, Refusal> {
    move |world, _, request| {
        let download = request.download.unwrap_or_default();
        let uuid = download.node.unwrap_or_default().file_uuid;
        let uuid = uuid.unwrap_or_default();
        let unknown = || Refusal::not_found(format!("there is no file {uuid:?}"));
        let id = FileId::decode(&uuid).ok_or_else(unknown)?;
        let is_kind = id.resource().is_some_and(|(of, _)| of == kind);
        let is_cover = kind == MediaKind::Video && scene_of_covers(id.appid).is_some();
        let scene = rkey_scene(id.appid).filter(|_| is_kind || is_cover);
        let scene = scene.ok_or_else(unknown)?;
        stored(world, &id)?.ok_or_else(unknown)?;
        let path = format!("/download?appid={}&fileid={uuid}", id.appid);
        let life = (RKEY_LIFETIME, seconds32(world.now()));
        let rkey = world.rkey(scene)?;
        Ok(RichMediaReply::link(
            request.head.as_ref(),
            DOMAIN,
            path,
            &rkey,
            life,
        ))
    }
}

pub(crate) fn rkeys(
    world: &mut World,
    _: &Caller,
    request: RichMediaRequest,
) -> Result<RichMediaReply, Refusal> {
    let mut types = vec![PRIVATE_RKEY, GROUP_RKEY];
    for wanted in request.rkeys.unwrap_or_default().types {
        if let Ok(wanted) = u32::try_from(wanted)
            && !types.contains(&wanted)
            && types.len() < MAX_KEYS
        {
            types.push(wanted);
        }
    }
    let mut keys = Vec::new();
    for kind in types {
        keys.push((kind, world.rkey(kind)?));
    }
    let life = (RKEY_LIFETIME, seconds32(world.now()));
    Ok(RichMediaReply::keys(request.head.as_ref(), keys, life))
}

/// The file of a handle, if the world has it.
pub(crate) fn stored(world: &World, id: &FileId) -> Result<Option<StoredFile>, Refusal> {
    let found = world.file(&id.sha1)?;
    Ok(found.filter(|file| file.size == id.size))
}

/// Type of the key that a link to this kind of resource needs; `None` if there are no such links.
pub(crate) fn rkey_scene(appid: u32) -> Option<u32> {
    match appid {
        1402 | 1406 | 1413 | 1414 => Some(PRIVATE_RKEY),
        1403 | 1407 | 1415 | 1416 => Some(GROUP_RKEY),
        _ => None,
    }
}

/// Type of the key of a video's cover.
fn scene_of_covers(appid: u32) -> Option<u32> {
    matches!(appid, 1414 | 1416)
        .then(|| rkey_scene(appid))
        .flatten()
}
