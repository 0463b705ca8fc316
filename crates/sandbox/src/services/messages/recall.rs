//! Recalling a message. protocol/02 §5

use std::sync::Arc;

use nekonap_ids::{GroupUin, Sequence, Uin};
use nekonap_wire::{
    field::Required,
    proto::messages::{RecallGroupRequest, RecallPrivateDone, RecallPrivateRequest},
};
use serde::Deserialize;

use crate::{
    http::Empty,
    refusal::{Refusal, code},
    router::Caller,
    world::{Change, Chat, Place, Role, StoredMessage, World},
};

/// How long a member can recall a message of their own, seconds.
const OWN: u64 = 120;

/// The rule.
fn recall(world: &mut World, actor: Uin, message: StoredMessage) -> Result<(), Refusal> {
    may_recall(world, actor, &message)?;
    world.mark_recalled(message.chat, message.sequence)?;
    if let Chat::Group(group) = message.chat {
        // The recall notice takes a sequence as well.
        world.take_notice_sequence(group)?;
    }
    let recalled = Change::MessageRecalled {
        place: Place::new(message.chat, message.sequence, actor),
        message: Arc::new(message),
    };
    world.record(Some(actor), recalled);
    Ok(())
}

fn may_recall(world: &World, actor: Uin, message: &StoredMessage) -> Result<(), Refusal> {
    let own = message.sender == actor;
    let fresh = world.now().saturating_sub(message.time) <= OWN;
    let no = |text: &str| Err(Refusal::not_allowed(code::NO_PERMISSION, text));
    match message.chat {
        Chat::Group(group) => {
            let rank = world.acting_member(group, actor)?.role;
            // An author who has left has no rank.
            let authors = world
                .group(group)?
                .members()
                .get(&message.sender)
                .map_or(Role::Member, |member| member.role);
            match (own, rank) {
                (true, Role::Member) if !fresh => no("a message can be taken back for two minutes"),
                (true, _) => Ok(()),
                (false, rank) if rank > authors => Ok(()),
                (false, _) => no("only administrators take back what others said"),
            }
        }
        Chat::Private(..) if !own => no("only its author takes a private message back"),
        Chat::Private(..) if !fresh => no("a message can be taken back for two minutes"),
        Chat::Private(..) => Ok(()),
    }
}

fn gone() -> Refusal {
    Refusal::not_found("there is no such message, or it was taken back already")
}

/// A client recalls a group message.
pub(crate) fn in_group(
    world: &mut World,
    caller: &Caller,
    request: RecallGroupRequest,
) -> Result<(), Refusal> {
    let (group, sequence) = request.message()?;
    world.acting_member(group, caller.uin)?;
    let message = world
        .message(Chat::Group(group), sequence)?
        .filter(|message| !message.recalled)
        .ok_or_else(gone)?;
    recall(world, caller.uin, message)
}

/// A client recalls a private message. A message that is not found is a success too (protocol/02 §5.2).
pub(crate) fn in_private(
    world: &mut World,
    caller: &Caller,
    request: RecallPrivateRequest,
) -> Result<RecallPrivateDone, Refusal> {
    let uid = request.target_uid.as_deref().required("target_uid")?;
    let chat = Chat::of(caller.uin, world.by_uid(uid)?);
    let target = request.message();
    let random = target.random;
    let fits = |message: &StoredMessage| {
        !message.recalled
            && message.sender == caller.uin
            && (random == 0 || message.random == random)
    };
    let mut found = world.message(chat, target.sequence)?.filter(fits);
    if found.is_none() {
        found = world
            .message_by_client_sequence(chat, caller.uin, target.client_sequence, random)?
            .filter(fits);
    }
    if let Some(message) = found {
        recall(world, caller.uin, message)?;
    }
    Ok(RecallPrivateDone::new(&request))
}

/// What `recall_message` takes.
#[derive(Debug, Deserialize)]
pub(crate) struct RecallAct {
    group: Option<GroupUin>,
    peer: Option<Uin>,
    sequence: Sequence,
}

/// A person recalls a message.
pub(crate) fn act(world: &mut World, actor: Uin, act: RecallAct) -> Result<Empty, Refusal> {
    let chat = world.chat_named(actor, act.group, act.peer)?;
    let message = world
        .message(chat, act.sequence)?
        .filter(|message| !message.recalled)
        .ok_or_else(gone)?;
    recall(world, actor, message)?;
    Ok(Empty {})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        services::messages::send::To,
        testing::{group, say, uin, world},
    };

    fn try_recall(
        world: &mut World,
        actor: u64,
        number: u64,
        sequence: Sequence,
    ) -> Result<(), Refusal> {
        let fields = RecallAct {
            group: Some(group(number)),
            peer: None,
            sequence,
        };
        act(world, uin(actor), fields).map(drop)
    }

    #[test]
    fn members_recall_their_own_for_two_minutes_and_ranks_above_recall_any() {
        let mut world = world();
        let late = say(&mut world, 10004, To::Group(group(20002)), "old").expect("said");
        world.advance_clock(121).expect("time goes by");
        let early = say(&mut world, 10004, To::Group(group(20002)), "new").expect("said");
        let owners = say(&mut world, 10002, To::Group(group(20002)), "mine").expect("said");
        assert!(try_recall(&mut world, 10004, 20002, late.sequence).is_err());
        try_recall(&mut world, 10004, 20002, early.sequence).expect("in time");
        assert!(
            try_recall(&mut world, 10001, 20002, owners.sequence).is_err(),
            "of higher rank"
        );
        try_recall(&mut world, 10001, 20002, late.sequence).expect("an administrator may");
        let again = try_recall(&mut world, 10001, 20002, late.sequence);
        assert_eq!(again.expect_err("gone").why, crate::refusal::Why::NotFound);
    }

    #[test]
    fn private_message_is_recalled_by_its_author_alone() {
        let mut world = world();
        let said = say(&mut world, 10002, To::Friend(uin(10003)), "psst").expect("said");
        let fields = |peer| RecallAct {
            group: None,
            peer: Some(uin(peer)),
            sequence: said.sequence,
        };
        assert!(act(&mut world, uin(10003), fields(10002)).is_err());
        act(&mut world, uin(10002), fields(10003)).expect("one's own");
        let kept = world
            .message(said.chat, said.sequence)
            .expect("a look")
            .expect("kept");
        assert!(kept.recalled);
    }

    #[test]
    fn private_message_is_found_by_either_sequence() {
        let mut world = world();
        let (caller, _outbound) = crate::testing::caller(&mut world, 10002);
        let peer = world.person(uin(10003)).expect("there").uid.to_string();
        for by_shared in [true, false] {
            let said = say(&mut world, 10002, To::Friend(uin(10003)), "psst").expect("said");
            let target = nekonap_wire::proto::messages::RecallPrivateTarget {
                client_seq: (!by_shared).then_some(u64::from(said.client_sequence)),
                nt_seq: by_shared.then_some(said.sequence.get()),
                random: Some(said.random),
                ..Default::default()
            };
            let request = RecallPrivateRequest {
                target_uid: Some(peer.clone()),
                target: Some(target),
                ..RecallPrivateRequest::default()
            };
            in_private(&mut world, &caller, request).expect("taken back");
            let kept = world
                .message(said.chat, said.sequence)
                .expect("a look")
                .expect("kept");
            assert!(kept.recalled, "by_shared {by_shared}");
        }
    }
}
