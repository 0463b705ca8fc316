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

/// Time for which members can recall their own messages, in seconds.
const RECALL_TIME: u64 = 120;

/// Recalls a message. A grey line is not among the stored messages.
fn recall(
    world: &mut World,
    actor: Uin,
    (message, stored): (StoredMessage, bool),
) -> Result<(), Refusal> {
    may_recall(world, actor, &message)?;
    if stored {
        world.mark_recalled(message.chat, message.sequence)?;
    }
    let (chat, sequence) = (message.chat, message.sequence);
    if let Chat::Group(group) = message.chat {
        // The notice takes a sequence too.
        world.take_notice_sequence(group)?;
    }
    let recalled = Change::MessageRecalled {
        place: Place::new(message.chat, message.sequence, actor),
        message: Arc::new(message),
    };
    world.record(Some(actor), recalled);
    if let (false, Chat::Group(group)) = (stored, chat) {
        world.tips.remove(group, sequence);
    }
    Ok(())
}

/// The message or grey line at a sequence of a conversation, and whether it is a stored message.
fn find(world: &World, chat: Chat, sequence: Sequence) -> Result<(StoredMessage, bool), Refusal> {
    if let Some(message) = world.message(chat, sequence)? {
        return Some((message, true))
            .filter(|(message, _)| !message.recalled)
            .ok_or_else(no_such_message);
    }
    let tip = match chat {
        Chat::Group(group) => world.tips.find(group, sequence),
        Chat::Private(..) => None,
    };
    let tip = tip.ok_or_else(no_such_message)?;
    let line = StoredMessage {
        chat,
        sequence,
        random: 0,
        client_sequence: 0,
        sender: tip.by,
        time: tip.time,
        through: None,
        recalled: false,
        elements: Vec::new(),
    };
    Ok((line, false))
}

fn may_recall(world: &World, actor: Uin, message: &StoredMessage) -> Result<(), Refusal> {
    let own = message.sender == actor;
    let fresh = world.now().saturating_sub(message.time) <= RECALL_TIME;
    let no = |text: &str| Err(Refusal::not_allowed(code::NO_PERMISSION, text));
    match message.chat {
        Chat::Group(group) => {
            let rank = world.acting_member(group, actor)?.role;
            // An author who has left the group has no role.
            let author_role = world
                .group(group)?
                .members()
                .get(&message.sender)
                .map_or(Role::Member, |member| member.role);
            match (own, rank) {
                (true, Role::Member) if !fresh => no("a message can be recalled for two minutes"),
                (true, _) => Ok(()),
                (false, rank) if rank > author_role => Ok(()),
                (false, _) => no("only administrators can recall messages of others"),
            }
        }
        Chat::Private(..) if !own => no("only its author can recall a private message"),
        Chat::Private(..) if !fresh => no("a message can be recalled for two minutes"),
        Chat::Private(..) => Ok(()),
    }
}

fn no_such_message() -> Refusal {
    Refusal::not_found("the message does not exist or was already recalled")
}

/// Recalls a group message, for a client.
pub(crate) fn in_group(
    world: &mut World,
    caller: &Caller,
    request: RecallGroupRequest,
) -> Result<(), Refusal> {
    let (group, sequence) = request.message()?;
    world.acting_member(group, caller.uin)?;
    let found = find(world, Chat::Group(group), sequence)?;
    recall(world, caller.uin, found)
}

/// Recalls a private message, for a client. An unknown message is not an error (protocol/02 §5.2).
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
        recall(world, caller.uin, (message, true))?;
    }
    Ok(RecallPrivateDone::new(&request))
}

/// Parameters of `recall_message`.
#[derive(Debug, Deserialize)]
pub(crate) struct RecallAct {
    group: Option<GroupUin>,
    peer: Option<Uin>,
    sequence: Sequence,
}

/// Recalls a message, for a person.
pub(crate) fn act(world: &mut World, actor: Uin, act: RecallAct) -> Result<Empty, Refusal> {
    let chat = world.resolve_chat(actor, act.group, act.peer)?;
    let found = find(world, chat, act.sequence)?;
    recall(world, actor, found)?;
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
    fn members_recall_own_messages_for_two_minutes_and_higher_roles_recall_any() {
        let mut world = world();
        let late = say(&mut world, 10004, To::Group(group(20002)), "old").expect("sent");
        world.advance_clock(121).expect("time goes by");
        let early = say(&mut world, 10004, To::Group(group(20002)), "new").expect("sent");
        let owners = say(&mut world, 10002, To::Group(group(20002)), "mine").expect("sent");
        assert!(try_recall(&mut world, 10004, 20002, late.sequence).is_err());
        try_recall(&mut world, 10004, 20002, early.sequence).expect("in time");
        assert!(
            try_recall(&mut world, 10001, 20002, owners.sequence).is_err(),
            "the author has a higher role"
        );
        try_recall(&mut world, 10001, 20002, late.sequence)
            .expect("an administrator can recall it");
        let again = try_recall(&mut world, 10001, 20002, late.sequence);
        assert_eq!(
            again.expect_err("already recalled").kind,
            crate::refusal::RefusalKind::NotFound
        );
    }

    #[test]
    fn private_message_can_be_recalled_only_by_its_author() {
        let mut world = world();
        let sent = say(&mut world, 10002, To::Friend(uin(10003)), "psst").expect("sent");
        let fields = |peer| RecallAct {
            group: None,
            peer: Some(uin(peer)),
            sequence: sent.sequence,
        };
        assert!(act(&mut world, uin(10003), fields(10002)).is_err());
        act(&mut world, uin(10002), fields(10003)).expect("recalled");
        let kept = world
            .message(sent.chat, sent.sequence)
            .expect("read")
            .expect("kept");
        assert!(kept.recalled);
    }

    #[test]
    fn private_message_is_found_by_either_sequence() {
        let mut world = world();
        let (caller, _outbound) = crate::testing::caller(&mut world, 10002);
        let peer = world
            .person(uin(10003))
            .expect("the account exists")
            .uid
            .to_string();
        for by_shared in [true, false] {
            let sent = say(&mut world, 10002, To::Friend(uin(10003)), "psst").expect("sent");
            let target = nekonap_wire::proto::messages::RecallPrivateTarget {
                client_seq: (!by_shared).then_some(u64::from(sent.client_sequence)),
                nt_seq: by_shared.then_some(sent.sequence.get()),
                random: Some(sent.random),
                ..Default::default()
            };
            let request = RecallPrivateRequest {
                target_uid: Some(peer.clone()),
                target: Some(target),
                ..RecallPrivateRequest::default()
            };
            in_private(&mut world, &caller, request).expect("recalled");
            let kept = world
                .message(sent.chat, sent.sequence)
                .expect("read")
                .expect("kept");
            assert!(kept.recalled, "by_shared {by_shared}");
        }
    }
}
