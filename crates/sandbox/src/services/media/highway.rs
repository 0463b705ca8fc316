//! The highway: its ticket, which uploads it accepts, and what a complete upload does. protocol/03 §3

use std::sync::Arc;

use nekonap_wire::{
    bounded,
    commands::media::{MediaKind, Scene},
    highway::{Block, command_id},
    proto::media::{HighwayServersReply, HighwayServersRequest, RichMediaExt},
};

use super::{portrait, upload};
use crate::{
    refusal::{Refusal, code},
    router::Caller,
    services::files,
    world::{Partial, Sha1, StoredFile, UploadId, Whole, World},
};

/// What the sandbox does with the uploads of one command id (protocol/03 §3.5).
pub(crate) struct Channel {
    /// Maximum size of a file in bytes.
    pub(crate) largest: u64,
    /// Whether the ticket of [`servers`] must be in each block. Otherwise `begin` checks it.
    pub(crate) ticket: bool,
    /// Checks that the file of this block may be uploaded. Returns its SHA-1 if it is known before the bytes are.
    pub(crate) begin: fn(&World, &Block) -> Result<Option<Sha1>, Refusal>,
    /// Is called when the file is complete and stored. Returns a text if the file is refused in the answer's extension, as
    /// group portraits are.
    pub(crate) finish: fn(&mut World, &Block, &StoredFile) -> Result<Option<String>, Refusal>,
}

/// The channel of a command id.
fn channel(command_id: u32) -> Option<Channel> {
    match command_id {
        command_id::AVATAR => Some(portrait::avatars()),
        command_id::GROUP_PORTRAIT => Some(portrait::portraits()),
        _ => files::channel(command_id).or_else(|| media_channel(command_id)),
    }
}

/// Pictures, voices, videos and covers.
fn media_channel(command_id: u32) -> Option<Channel> {
    let kinds = [MediaKind::Picture, MediaKind::Video, MediaKind::Voice];
    for kind in kinds {
        for scene in [Scene::Private, Scene::Group] {
            if command_id == kind.command_id(scene, false) {
                return Some(Channel {
                    largest: upload::largest(kind, false),
                    ticket: true,
                    begin: begin_media,
                    finish: finish_media,
                });
            }
        }
    }
    let scenes = [Scene::Private, Scene::Group];
    let is_cover = |scene: Scene| command_id == MediaKind::Video.command_id(scene, true);
    scenes.into_iter().any(is_cover).then_some(Channel {
        largest: upload::largest(MediaKind::Video, true),
        ticket: true,
        begin: begin_media,
        finish: finish_media,
    })
}

/// Media need the key of their upload request.
fn begin_media(world: &World, block: &Block) -> Result<Option<Sha1>, Refusal> {
    let ext: RichMediaExt = bounded::decode(&block.extension)?;
    let key = ext.u_key.unwrap_or_default();
    let lapsed = || Refusal::not_allowed(code::NO_PERMISSION, "the upload key is not valid");
    let expected = world.uploads.expected(&key).ok_or_else(lapsed)?;
    if expected.expires <= world.now() || expected.account != block.account {
        return Err(lapsed());
    }
    let named = (expected.command_id, expected.md5, expected.size);
    if named != (block.command_id, block.file_md5, block.file_size) {
        return Err(Refusal::bad_request(
            "the upload key belongs to another file",
        ));
    }
    Ok(Some(expected.sha1))
}

fn finish_media(_: &mut World, _: &Block, _: &StoredFile) -> Result<Option<String>, Refusal> {
    Ok(None)
}

pub(crate) fn servers(
    world: &mut World,
    caller: &Caller,
    request: HighwayServersRequest,
) -> Result<HighwayServersReply, Refusal> {
    if request.query.is_none() {
        return Err(Refusal::bad_request("field 1281 is missing"));
    }
    let ticket = world.upload_ticket(caller.uin)?;
    Ok(HighwayServersReply::new(
        ticket,
        rand::random(),
        world.address,
    ))
}

/// Checks a block and returns its upload, which begins with the first block.
///
/// # Errors
/// The ticket is not valid, the file may not be uploaded, or it is too large.
pub(crate) fn begin(world: &mut World, block: &Block) -> Result<Arc<Partial>, Refusal> {
    world.person(block.account)?;
    let channel = known_channel(block)?;
    if channel.ticket && !world.accepts_ticket(&block.ticket, block.account)? {
        let text = "the upload ticket is not valid";
        return Err(Refusal::not_allowed(code::NO_PERMISSION, text));
    }
    if block.file_size == 0 || block.file_size > channel.largest {
        let text = format!("the file has 1 to {} bytes", channel.largest);
        return Err(Refusal::not_allowed(code::TOO_LARGE, text));
    }
    let sha1 = (channel.begin)(world, block)?;
    let id = id(block);
    if let Some(partial) = world.uploads.find(&id)
        && partial.size() == block.file_size
    {
        return Ok(partial);
    }
    let stored = world.file_by_md5(&block.file_md5, Some(block.file_size))?;
    let stored = stored.filter(|file| sha1.is_none_or(|sha1| sha1 == file.sha1));
    let file = match stored {
        Some(_) => None,
        None => Some(world.new_file()?),
    };
    world.uploads.end(&id);
    Ok(world.uploads.begin(id, Partial::new(block.file_size, file)))
}

/// Stores a file whose last block has come. Returns a text if the file is refused in the answer's extension.
///
/// # Errors
/// The bytes have other hashes than announced, or the operation refuses.
pub(crate) fn finish(
    world: &mut World,
    block: &Block,
    whole: Whole,
) -> Result<Option<String>, Refusal> {
    world.uploads.end(&id(block));
    let channel = known_channel(block)?;
    let expected = (channel.begin)(world, block)?;
    if let Whole::New(file, hashes, states) = whole {
        if hashes.md5 != block.file_md5 {
            return Err(Refusal::bad_request("the file has another MD5"));
        }
        if expected.is_some_and(|sha1| sha1 != hashes.sha1) {
            return Err(Refusal::bad_request("the file has another SHA-1"));
        }
        check_states(block, &states.for_highway())?;
        world.adopt_file(file, &hashes)?;
    }
    let stored = world
        .file_by_md5(&block.file_md5, Some(block.file_size))?
        .ok_or_else(|| Refusal::broken(&"a file vanished during its upload"))?;
    (channel.finish)(world, block, &stored)
}

/// Compares the SHA-1 list in the extension of a video with the file's (protocol/03 §3.6). One client sends only the last
/// entry.
fn check_states(block: &Block, states: &[Sha1]) -> Result<(), Refusal> {
    let is_video = [Scene::Private, Scene::Group]
        .into_iter()
        .any(|scene| block.command_id == MediaKind::Video.command_id(scene, false));
    if !is_video {
        return Ok(());
    }
    let ext: RichMediaExt = bounded::decode(&block.extension)?;
    let sent = ext.hash.unwrap_or_default().file_sha1;
    let same = |list: &[bytes::Bytes], states: &[Sha1]| {
        list.len() == states.len()
            && list
                .iter()
                .zip(states)
                .all(|(one, state)| one[..] == state[..])
    };
    let digest = states.last().map(std::slice::from_ref).unwrap_or_default();
    if same(&sent, states) || same(&sent, digest) {
        return Ok(());
    }
    Err(Refusal::bad_request(
        "the list of SHA-1 states does not belong to the file",
    ))
}

fn known_channel(block: &Block) -> Result<Channel, Refusal> {
    channel(block.command_id).ok_or_else(|| {
        let text = format!("no upload has the command id {}", block.command_id);
        Refusal::not_found(text).coded(code::NO_SERVICE)
    })
}

fn id(block: &Block) -> UploadId {
    (block.account, block.command_id, block.file_md5)
}
