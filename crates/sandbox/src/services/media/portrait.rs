//! Pictures of accounts and groups. protocol/03 §8.1, §8.2

use base64::{Engine as _, engine::general_purpose::STANDARD};
use nekonap_ids::{GroupUin, Uin};
use nekonap_media::picture;
use nekonap_wire::{
    bounded,
    commands::media::{MediaKind, internal_group},
    highway::Block,
    proto::media::GroupPortraitExt,
};
use serde::Deserialize;

use super::{highway::Channel, upload::largest};
use crate::{
    http::Empty,
    refusal::{Refusal, code},
    world::{Change, Portrait, Role, Sha1, StoredFile, World},
};

/// What the server says to somebody who may not set the picture of a group.
const NO_PERMISSION: &str = "No Perm";

/// The channel of own pictures.
pub(super) fn avatars() -> Channel {
    Channel {
        largest: largest(MediaKind::Picture, false),
        ticket: true,
        begin: |_, _| Ok(None),
        finish: |world, block, file| {
            set(world, block.account, Portrait::Account(block.account), file)?;
            Ok(None)
        },
    }
}

/// The channel of groups' pictures.
pub(super) fn portraits() -> Channel {
    Channel {
        largest: largest(MediaKind::Picture, false),
        ticket: true,
        begin: |world, block| group(world, block).map(|_| None),
        finish: finish_portrait,
    }
}

fn finish_portrait(
    world: &mut World,
    block: &Block,
    file: &StoredFile,
) -> Result<Option<String>, Refusal> {
    let group = group(world, block)?;
    match set(world, block.account, Portrait::Group(group), file) {
        Ok(()) => Ok(None),
        Err(refusal) if refusal.code == code::NO_PERMISSION => Ok(Some(NO_PERMISSION.to_owned())),
        Err(refusal) => Err(refusal),
    }
}

/// The group that the extension names, by its visible or its internal number.
fn group(world: &World, block: &Block) -> Result<GroupUin, Refusal> {
    let ext: GroupPortraitExt = bounded::decode(&block.extension)?;
    let number = ext.group.unwrap_or(0);
    let named = |group: GroupUin| group.get() == number || internal_group(group) == number;
    let mut groups = world.groups().map(|group| group.uin);
    let found = groups.find(|group| named(*group));
    found.ok_or_else(|| Refusal::not_found(format!("there is no group {number}")))
}

/// Sets a picture: everybody their own, the owner and administrators that of a group.
fn set(world: &mut World, actor: Uin, of: Portrait, file: &StoredFile) -> Result<(), Refusal> {
    if let Portrait::Group(group) = of
        && world.acting_member(group, actor)?.role == Role::Member
    {
        let text = "only the owner and administrators set the picture of a group";
        return Err(Refusal::not_allowed(code::NO_PERMISSION, text));
    }
    let bytes = std::fs::read(world.file_path(&file.sha1));
    let bytes = bytes.map_err(|error| Refusal::broken(&error))?;
    picture(&bytes).map_err(|error| Refusal::bad_request(error.to_string()))?;
    world.set_portrait(of, &file.sha1)?;
    world.record(
        Some(actor),
        Change::PortraitSet {
            group: match of {
                Portrait::Group(group) => Some(group),
                Portrait::Account(_) => None,
            },
            picture: hex::encode(file.sha1),
        },
    );
    Ok(())
}

/// Parameters of `set_portrait`.
#[derive(Debug, Deserialize)]
pub(crate) struct SetPortrait {
    group: Option<GroupUin>,
    base64: String,
}

pub(crate) fn act(world: &mut World, actor: Uin, act: SetPortrait) -> Result<Empty, Refusal> {
    let bytes = STANDARD
        .decode(&act.base64)
        .map_err(|error| Refusal::bad_request(format!("`base64`: {error}")))?;
    let sha1: Sha1 = world.store_file(&bytes, "")?.sha1;
    let stored = world.file(&sha1)?;
    let stored = stored.ok_or_else(|| Refusal::broken(&"a stored file is missing"))?;
    let of = act.group.map_or(Portrait::Account(actor), Portrait::Group);
    set(world, actor, of, &stored)?;
    Ok(Empty {})
}
