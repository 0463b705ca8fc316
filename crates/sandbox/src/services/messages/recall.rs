//! Taking a message back. `protocol/02` §5

use nekonap_ids::{GroupUin, Uid, Uin};
use nekonap_wire::proto::messages::{RecallGroupRequest, RecallPrivateDone, RecallPrivateRequest};
use serde::Deserialize;

use crate::{
    http::Nothing,
    refusal::{Refusal, code},
    router::Caller,
    world::{Change, Chat, Role, Said, World},
};

/// How long one's own message can be taken back, seconds.
const OWN: u64 = 120;

/// The rule.
fn recall(world: &mut World, actor: Uin, message: Said) -> Result<(), Refusal> {
    may_recall(world, actor, &message)?;
    world.take_back_message(message.chat, message.sequence)?;
    if let Chat::Group(group) = message.chat {
        // The notice that takes its place counts as well.
        world.notice_sequence(group)?;
    }
    world.happened(Change::Recalled {
        message: Box::new(message),
        operator: actor,
    });
    Ok(())
}

fn may_recall(world: &World, actor: Uin, message: &Said) -> Result<(), Refusal> {
    let own = message.sender == actor;
    let fresh = world.now().saturating_sub(message.time) <= OWN;
    let no = |text: &str| Err(Refusal::not_allowed(code::NO_PERMISSION, text));
    match message.chat {
        Chat::Group(group) => {
            let rank = world.acting_member(group, actor)?.role;
            // Who has left has no rank any more.
            let authors = world
                .group(group)?
                .members
                .get(&message.sender)
                .map_or(Role::Member, |member| member.role);
            match (own, rank) {
                (true, Role::Member) if !fresh => no("a message can be taken back for two minutes"),
                (true, _) => Ok(()),
                (false, rank) if rank > authors => Ok(()),
                (false, _) => no("only administrators take back what others said"),
            }
        }
        Chat::Two(..) if !own => no("only its author takes a private message back"),
        Chat::Two(..) if !fresh => no("a message can be taken back for two minutes"),
        Chat::Two(..) => Ok(()),
    }
}

fn gone() -> Refusal {
    Refusal::not_found("there is no such message, or it was taken back already")
}

/// A client takes a group message back.
pub(crate) fn in_group(
    world: &mut World,
    caller: &Caller,
    request: RecallGroupRequest,
) -> Result<(), Refusal> {
    let group = GroupUin::new(request.group_uin.unwrap_or(0))
        .map_err(|_| Refusal::bad_request("`group_uin` names no group"))?;
    world.acting_member(group, caller.uin)?;
    let target = request.target.unwrap_or_default();
    let message = world
        .said(Chat::Group(group), target.sequence.unwrap_or(0))?
        .filter(|message| !message.recalled)
        .ok_or_else(gone)?;
    recall(world, caller.uin, message)
}

/// A client takes a private message back. A message that is not found is a success too (`protocol/02` §5.2).
pub(crate) fn in_private(
    world: &mut World,
    caller: &Caller,
    request: RecallPrivateRequest,
) -> Result<RecallPrivateDone, Refusal> {
    let uid = request.target_uid.clone().unwrap_or_default();
    let uid = Uid::new(&uid).map_err(|_| Refusal::bad_request("`target_uid` is no uid"))?;
    let chat = Chat::of(caller.uin, world.by_uid(uid)?);
    let target = request.target.unwrap_or_default();
    let random = target.random.unwrap_or(0);
    let fits = |message: &Said| {
        !message.recalled
            && message.sender == caller.uin
            && (random == 0 || message.random == random)
    };
    let mut found = world.said(chat, target.nt_seq.unwrap_or(0))?.filter(fits);
    if found.is_none()
        && let Ok(client) = u32::try_from(target.client_seq.unwrap_or(0))
    {
        found = world
            .said_by_client(chat, caller.uin, client, random)?
            .filter(fits);
    }
    if let Some(message) = found {
        recall(world, caller.uin, message)?;
    }
    Ok(RecallPrivateDone {
        target: request.target,
    })
}

/// What `recall_message` takes.
#[derive(Debug, Deserialize)]
pub(crate) struct RecallAct {
    group: Option<GroupUin>,
    peer: Option<Uin>,
    sequence: u64,
}

/// Somebody takes a message back.
pub(crate) fn act(world: &mut World, actor: Uin, act: RecallAct) -> Result<Nothing, Refusal> {
    let chat = match (act.group, act.peer) {
        (Some(group), None) => {
            world.acting_member(group, actor)?;
            Chat::Group(group)
        }
        (None, Some(peer)) => Chat::of(actor, world.person(peer)?.uin),
        _ => return Err(Refusal::bad_request("either `group` or `peer` is needed")),
    };
    let message = world
        .said(chat, act.sequence)?
        .filter(|message| !message.recalled)
        .ok_or_else(gone)?;
    recall(world, actor, message)?;
    Ok(Nothing {})
}
