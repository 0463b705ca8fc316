//! Group files as messages, temporary files that become permanent, and copies elsewhere. protocol/03 §6.8

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use nekonap_ids::{GroupUin, Sequence, Uin};
use nekonap_media::hash;
use nekonap_wire::{
    commands::files::{COPY_TO_FRIEND, Copied, PERMANENT},
    field::Required,
    message::{Element, File},
    proto::files::{
        CopyPart, CopyResult, FeedReply, FeedRequest, FeedResult, PermanentResult, PostedFeed,
    },
};
use serde::{Deserialize, Serialize};

use super::{
    answer,
    group::{NewFile, announce, business, check_space},
    private,
};
use crate::{
    clock::seconds32,
    http::Empty,
    refusal::{Refusal, code},
    router::Caller,
    services::messages::send::{Draft, To, deliver, may_speak},
    world::{Change, GroupFile, ROOT, Role, StoredMessage, World},
};

/// Posts a file as a message of the actor.
fn post(
    world: &mut World,
    actor: Uin,
    file: &GroupFile,
    (random, connection): (u32, Option<u64>),
) -> Result<Arc<StoredMessage>, Refusal> {
    let to = To::Group(file.group);
    may_speak(world, actor, to)?;
    let element = Element::File(File {
        name: file.name.clone(),
        size: file.size,
        id: file.id.clone(),
        md5: hex::encode(&file.md5),
        hash: String::new(),
        business: business(file),
    });
    let draft = Draft {
        to,
        elements: vec![element],
        client_sequence: 0,
        random,
        thrown: false,
        connection,
    };
    deliver(world, actor, draft)
}

fn post_one(
    world: &mut World,
    caller: &Caller,
    request: FeedRequest,
) -> Result<PostedFeed, Refusal> {
    let part = request.feed.unwrap_or_default();
    let group = part.group_code.required("group_code")?;
    world.acting_member(group, caller.uin)?;
    let Ok([feed]) = <[_; 1]>::try_from(part.feeds) else {
        return Err(Refusal::bad_request("one file is posted at a time"));
    };
    let file = world.group_file(group, feed.file_id.as_deref().unwrap_or_default())?;
    let random = feed.msg_random.unwrap_or(0);
    let connection = Some(caller.connection.id());
    let sent = post(world, caller.uin, &file, (random, connection))?;
    Ok(PostedFeed {
        ret_code: Some(0),
        detail: Some(String::new()),
        bus_id: Some(business(&file)),
        dead_time: Some(seconds32(file.expires)),
        file_id: Some(file.id),
        msg_seq: Some(sent.sequence.get()),
    })
}

pub(super) fn post_command(
    world: &mut World,
    caller: &Caller,
    request: FeedRequest,
) -> Result<FeedReply, Refusal> {
    let outcome = post_one(world, caller, request);
    answer(outcome, |outcome| FeedReply {
        feed: Some(FeedResult::new(outcome)),
        ..FeedReply::default()
    })
}

/// Makes a temporary file permanent. Its uploader, the owner and administrators can do this.
fn make_permanent(world: &mut World, actor: Uin, group: GroupUin, id: &str) -> Result<(), Refusal> {
    let role = world.acting_member(group, actor)?.role;
    let mut file = world.group_file(group, id)?;
    if role == Role::Member && file.uploader != actor {
        let text = format!("{actor} neither uploaded the file nor administers group {group}");
        return Err(Refusal::not_allowed(code::NO_PERMISSION, text));
    }
    if file.expires == 0 {
        return Ok(());
    }
    check_space(world, group, file.size)?;
    file.expires = 0;
    file.modified = world.now();
    world.update_group_file(&file)?;
    let change = Change::GroupFileKept {
        group,
        file_id: file.id,
    };
    world.record(Some(actor), change);
    Ok(())
}

pub(super) fn permanent_command(
    world: &mut World,
    caller: &Caller,
    request: FeedRequest,
) -> Result<FeedReply, Refusal> {
    let part = request.permanent.unwrap_or_default();
    let group = part.group_code.required("group_code")?;
    let id = part.file_id.unwrap_or_default();
    let outcome = make_permanent(world, caller.uin, group, &id).map(|()| id);
    answer(outcome, |outcome| FeedReply {
        permanent: Some(PermanentResult::new(outcome)),
        ..FeedReply::default()
    })
}

/// Copies a file to the root of another group or to a friend, and posts it there.
fn copy(world: &mut World, caller: &Caller, part: CopyPart) -> Result<Copied, Refusal> {
    let actor = caller.uin;
    let group = part.group_code.required("group_code")?;
    world.acting_member(group, actor)?;
    let file = world.group_file(group, part.src_file_id.as_deref().unwrap_or_default())?;
    let name = part.new_file_name.filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| file.name.clone());
    let way = (rand::random(), Some(caller.connection.id()));
    match part.dst_bus_id {
        Some(PERMANENT) => {
            let new = NewFile {
                folder: ROOT.to_owned(),
                name,
                size: file.size,
                md5: file.md5,
                sha1: file.sha1,
                temporary: false,
            };
            let target = part.dst_uin.required("dst_uin")?;
            let copied = announce(world, actor, target, new)?;
            post(world, actor, &copied, way)?;
            Ok(Copied {
                business: business(&copied),
                id: copied.id,
                name: copied.name,
            })
        }
        Some(COPY_TO_FRIEND) => {
            let target = part.dst_uin.required("dst_uin")?;
            let new = private::NewFile {
                receiver: target,
                name,
                size: file.size,
                md5: file.md5,
                sha1: file.sha1,
            };
            let copied = private::announce(world, actor, new)?;
            // The connection sent no message, so it gets the push as the other devices do.
            private::post(world, actor, &copied, (rand::random(), None))?;
            Ok(Copied {
                id: copied.uuid,
                business: COPY_TO_FRIEND,
                name: copied.name,
            })
        }
        other => Err(Refusal::bad_request(format!(
            "`dst_bus_id` is {COPY_TO_FRIEND} or {PERMANENT}, not {other:?}"
        ))),
    }
}

pub(super) fn copy_command(
    world: &mut World,
    caller: &Caller,
    request: FeedRequest,
) -> Result<FeedReply, Refusal> {
    let outcome = copy(world, caller, request.copy.unwrap_or_default());
    answer(outcome, |outcome| FeedReply {
        copy: Some(CopyResult::new(outcome)),
        ..FeedReply::default()
    })
}

/// Parameters of `upload_group_file`.
#[derive(Debug, Deserialize)]
pub(super) struct UploadAct {
    group: GroupUin,
    name: String,
    base64: String,
    folder: Option<String>,
    #[serde(default)]
    temporary: bool,
}

/// Reply of `upload_group_file` and `send_private_file`.
#[derive(Debug, Serialize)]
pub(super) struct Uploaded {
    pub(super) file_id: String,
    pub(super) sequence: Sequence,
    pub(super) random: u32,
    pub(super) time: u64,
}

impl Uploaded {
    pub(super) fn new(file_id: String, sent: &StoredMessage) -> Self {
        Self {
            file_id,
            sequence: sent.sequence,
            random: sent.random,
            time: sent.time,
        }
    }
}

/// The bytes in the field `base64` of an act.
pub(in crate::services) fn decoded(base64: &str) -> Result<Vec<u8>, Refusal> {
    STANDARD
        .decode(base64)
        .map_err(|error| Refusal::bad_request(format!("`base64`: {error}")))
}

pub(super) fn act_upload(
    world: &mut World,
    actor: Uin,
    act: UploadAct,
) -> Result<Uploaded, Refusal> {
    may_speak(world, actor, To::Group(act.group))?;
    let bytes = decoded(&act.base64)?;
    let hashes = hash(&bytes);
    world.store_file(&bytes, "")?;
    let new = NewFile {
        folder: act.folder.unwrap_or_else(|| ROOT.to_owned()),
        name: act.name,
        size: hashes.size,
        md5: hashes.md5.to_vec(),
        sha1: hashes.sha1.to_vec(),
        temporary: act.temporary,
    };
    let file = announce(world, actor, act.group, new)?;
    let sent = post(world, actor, &file, (rand::random(), None))?;
    Ok(Uploaded::new(file.id, &sent))
}

/// Parameters of `make_file_permanent`.
#[derive(Debug, Deserialize)]
pub(super) struct PermanentAct {
    group: GroupUin,
    file_id: String,
}

pub(super) fn act_permanent(
    world: &mut World,
    actor: Uin,
    act: PermanentAct,
) -> Result<Empty, Refusal> {
    make_permanent(world, actor, act.group, &act.file_id)?;
    Ok(Empty {})
}
