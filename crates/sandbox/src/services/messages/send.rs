//! Sending a message to a group, a friend or, in a temporary session, a member of a shared group. protocol/02 §4

use std::sync::Arc;

use nekonap_ids::{GroupUin, Sequence, Uid, Uin};
use nekonap_wire::{
    commands::{admin::Permission, media::FileId, messages::SendReceipt},
    message::{
        Destination, Element, Face, FaceLook, MentionTarget, Outgoing, ThrowResult, Thrown,
        media_business,
    },
};
use rand::RngExt;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    clock::seconds32,
    http::elements,
    refusal::{Refusal, code},
    router::Caller,
    services::media::link,
    world::{Change, Chat, Place, Role, StoredMessage, World},
};

/// Maximum length of a message's text, in characters. protocol/02 §4.4
const MAX_CHARACTERS: usize = 4_500;
/// Maximum number of elements in a message. No client's editor permits that many.
const MAX_ELEMENTS: usize = 500;

/// The receiver of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum To {
    Group(GroupUin),
    Friend(Uin),
    /// A temporary session with a member of this group.
    Through(GroupUin, Uin),
}

/// A message to be sent.
pub(crate) struct Draft {
    pub(crate) to: To,
    pub(crate) elements: Vec<Element>,
    pub(crate) client_sequence: u32,
    pub(crate) random: u32,
    /// Whether a result of dice or rock-paper-scissors that `elements` contain is used as it is. A person can choose the
    /// result; for a client, the server does.
    pub(crate) thrown: bool,
    /// The sending client's connection; `None` if a person sends over the HTTP API.
    pub(crate) connection: Option<u64>,
}

impl To {
    pub(crate) fn chat(self, actor: Uin) -> Chat {
        match self {
            Self::Group(group) => Chat::Group(group),
            Self::Friend(peer) | Self::Through(_, peer) => Chat::of(actor, peer),
        }
    }
}

/// Checks that the actor is currently allowed to send to the receiver.
pub(crate) fn may_speak(world: &World, actor: Uin, to: To) -> Result<(), Refusal> {
    match to {
        To::Group(group) => {
            let member = world.acting_member(group, actor)?;
            if member.muted_until > world.now() {
                let text = format!("{actor} is muted in group {group}");
                return Err(Refusal::not_allowed(code::MUTED, text));
            }
            if member.switched_off && world.app_id(actor)?.is_some() {
                let text = format!("the robot {actor} is switched off in group {group}");
                return Err(Refusal::not_allowed(code::NO_PERMISSION, text));
            }
            if world.group(group)?.muted && member.role == Role::Member {
                let text = format!("group {group} is muted");
                return Err(Refusal::not_allowed(code::MUTED, text));
            }
        }
        To::Friend(peer) => {
            world
                .person(peer)
                .map_err(|refusal| refusal.coded(code::NOT_ACCEPTED))?;
            if peer != actor && !world.are_friends(actor, peer) {
                let text = format!("{actor} and {peer} are not friends");
                return Err(Refusal::not_allowed(code::NOT_ACCEPTED, text));
            }
        }
        To::Through(group, peer) => {
            world.permitted(group, actor, Permission::TemporaryChat)?;
            world.member(group, peer)?;
            if world.blocks(peer, actor)? {
                let text = format!("{peer} has blocked {actor}");
                return Err(Refusal::not_allowed(code::NOT_ACCEPTED, text));
            }
        }
    }
    Ok(())
}

/// Sends a message.
pub(crate) fn send(
    world: &mut World,
    actor: Uin,
    draft: Draft,
) -> Result<Arc<StoredMessage>, Refusal> {
    may_speak(world, actor, draft.to)?;
    check(world, actor, draft.to, &draft.elements)?;
    deliver(world, actor, draft)
}

/// Stores and announces a message whose sender and content were checked.
pub(crate) fn deliver(
    world: &mut World,
    actor: Uin,
    draft: Draft,
) -> Result<Arc<StoredMessage>, Refusal> {
    let mut elements = draft.elements;
    for element in &mut elements {
        if let Element::Face(face) = element {
            throw(face, draft.thrown);
        }
    }
    let sent = Arc::new(world.insert_message(StoredMessage {
        chat: draft.to.chat(actor),
        sequence: Sequence::default(),
        random: draft.random,
        client_sequence: match draft.to {
            To::Group(_) => 0,
            _ => draft.client_sequence,
        },
        sender: actor,
        time: world.now(),
        through: match draft.to {
            To::Through(group, _) => Some(group),
            _ => None,
        },
        recalled: false,
        elements,
    })?);
    let change = Change::MessageSent {
        place: Place::new(sent.chat, sent.sequence, actor),
        message: Arc::clone(&sent),
        connection: draft.connection,
    };
    world.record(Some(actor), change);
    if let To::Group(group) = draft.to
        && mentions_everybody(&sent.elements)
    {
        world.everybody.add(group, actor, sent.time);
    }
    Ok(sent)
}

/// Checks the content of a message.
fn check(world: &World, actor: Uin, to: To, elements: &[Element]) -> Result<(), Refusal> {
    let says_nothing = |element: &Element| match element {
        Element::Reply(_) => true,
        Element::Text(text) => text.text.is_empty(),
        _ => false,
    };
    if elements.iter().all(says_nothing) {
        return Err(Refusal::not_allowed(code::CONTENT, "the message is empty"));
    }
    if elements.len() > MAX_ELEMENTS {
        let text = format!("a message has at most {MAX_ELEMENTS} elements");
        return Err(Refusal::not_allowed(code::CONTENT, text));
    }
    let characters: usize = elements
        .iter()
        .map(|element| match element {
            Element::Text(text) => text.text.chars().count(),
            _ => 0,
        })
        .sum();
    if characters > MAX_CHARACTERS {
        let text = format!("a message has at most {MAX_CHARACTERS} characters");
        return Err(Refusal::not_allowed(code::TOO_LARGE, text));
    }
    let in_group = matches!(to, To::Group(_));
    for element in elements {
        check_place(element, in_group)?;
        check_stored(world, element)?;
    }
    if let To::Group(group) = to
        && mentions_everybody(elements)
    {
        let no = |text: &str| Err(Refusal::not_allowed(code::NO_EVERYBODY, text));
        if world.acting_member(group, actor)?.role == Role::Member {
            return no("only the owner and administrators may mention everybody");
        }
        if world.everybody.left(group, actor, world.now()).0 == 0 {
            return no("everybody was mentioned too often today");
        }
    }
    Ok(())
}

fn mentions_everybody(elements: &[Element]) -> bool {
    elements.iter().any(|element| {
        matches!(element, Element::Mention(mention) if mention.target == MentionTarget::Everybody)
    })
}

/// Checks that the file of a picture, voice or video is there. Handles of another server are not checked. protocol/03 §11
fn check_stored(world: &World, element: &Element) -> Result<(), Refusal> {
    let media = match element {
        Element::Image(image) => &image.media,
        Element::Voice(voice) => &voice.media,
        Element::Video(video) => &video.media,
        _ => return Ok(()),
    };
    match FileId::decode(&media.file_uuid) {
        Some(id) if link::stored(world, &id)?.is_none() => {
            let text = format!("the file {:?} was not uploaded", media.file_uuid);
            Err(Refusal::not_allowed(code::CONTENT, text))
        }
        _ => Ok(()),
    }
}

/// Checks that an element is allowed in this kind of chat. protocol/02 §3.8, §3.12
fn check_place(element: &Element, in_group: bool) -> Result<(), Refusal> {
    let refused = |text: &str| Err(Refusal::not_allowed(code::MALFORMED, text));
    if in_group && matches!(element, Element::File(_)) {
        return refused(
            "a group file appears in the group when it is uploaded; it cannot be sent as a message",
        );
    }
    let Some(business) = media_business(element) else {
        return Ok(());
    };
    let kind = match element {
        Element::Image(_) => 0,
        Element::Video(_) => 1,
        Element::Voice(_) => 2,
        _ => return refused("unknown kind of media"),
    };
    if business == kind + if in_group { 20 } else { 10 } {
        Ok(())
    } else {
        refused("the file's business type belongs to another kind of file or chat")
    }
}

/// Sets a random result of dice or rock-paper-scissors. With `keep`, a result that is already there stays.
/// protocol/02 §3.4
fn throw(face: &mut Face, keep: bool) {
    let Some((what, result)) = face.thrown() else {
        return;
    };
    if keep && result.is_some() {
        return;
    }
    let highest = match what {
        Thrown::Dice => 6,
        Thrown::RockPaperScissors => 3,
    };
    if let FaceLook::Animated(sticker) = &mut face.look {
        sticker.result = rand::rng().random_range(1..=highest).to_string();
    }
}

/// Resolves the receiver in a client's request, by uin or uid.
fn resolve_account(world: &World, uin: Option<Uin>, uid: Option<Uid>) -> Result<Uin, Refusal> {
    world
        .resolve_account(uin, uid)
        .map_err(|refusal| refusal.coded(code::NOT_ACCEPTED))
}

/// Handles a client's command to send a message.
pub(crate) fn command(
    world: &mut World,
    caller: &Caller,
    request: Outgoing,
) -> Result<SendReceipt, Refusal> {
    let to = match request.to {
        Destination::Group(group) => To::Group(group),
        Destination::Friend { uin, uid } => To::Friend(resolve_account(world, uin, uid)?),
        Destination::Temporary { group, uin, uid } => {
            To::Through(group, resolve_account(world, uin, uid)?)
        }
    };
    let sent = send(
        world,
        caller.uin,
        Draft {
            to,
            elements: request.elements,
            client_sequence: request.client_sequence,
            random: request.random,
            thrown: false,
            connection: Some(caller.connection.id()),
        },
    )?;
    let thrown = sent.elements.iter().find_map(|element| match element {
        Element::Face(face) if face.thrown().is_some() => ThrowResult::encode(face),
        _ => None,
    });
    Ok(SendReceipt {
        time: seconds32(sent.time),
        sequence: Some(sent.sequence),
        thrown,
        group: matches!(to, To::Group(_)),
    })
}

/// Parameters of `send_group_message`.
#[derive(Debug, Deserialize)]
pub(crate) struct ToGroup {
    group: GroupUin,
    message: Value,
}

/// Parameters of `send_private_message`.
#[derive(Debug, Deserialize)]
pub(crate) struct ToFriend {
    to: Uin,
    message: Value,
}

/// Parameters of `send_temporary_message`.
#[derive(Debug, Deserialize)]
pub(crate) struct ThroughGroup {
    group: GroupUin,
    to: Uin,
    message: Value,
}

/// Reply of these three acts.
#[derive(Debug, Serialize)]
pub(crate) struct SentReply {
    sequence: Sequence,
    random: u32,
    time: u64,
}

pub(crate) fn act_in_group(
    world: &mut World,
    actor: Uin,
    act: ToGroup,
) -> Result<SentReply, Refusal> {
    send_for_person(world, actor, To::Group(act.group), &act.message)
}

pub(crate) fn act_in_private(
    world: &mut World,
    actor: Uin,
    act: ToFriend,
) -> Result<SentReply, Refusal> {
    send_for_person(world, actor, To::Friend(act.to), &act.message)
}

pub(crate) fn act_through_group(
    world: &mut World,
    actor: Uin,
    act: ThroughGroup,
) -> Result<SentReply, Refusal> {
    send_for_person(world, actor, To::Through(act.group, act.to), &act.message)
}

/// Sends a message as a person, over the HTTP API.
fn send_for_person(
    world: &mut World,
    actor: Uin,
    to: To,
    message: &Value,
) -> Result<SentReply, Refusal> {
    may_speak(world, actor, to)?;
    let elements = elements::read(world, actor, to, message)?;
    let mut random = rand::rng();
    let draft = Draft {
        to,
        elements,
        client_sequence: random.random_range(10_000..100_000),
        random: random.random_range(1..=u32::MAX),
        thrown: true,
        connection: None,
    };
    let sent = send(world, actor, draft)?;
    Ok(SentReply {
        sequence: sent.sequence,
        random: sent.random,
        time: sent.time,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{group, say, uin, world};
    use nekonap_wire::message::{Mention, Text};

    #[test]
    fn both_sides_of_a_conversation_share_its_sequence() {
        let mut world = world();
        let first = say(&mut world, 10002, To::Group(group(20001)), "a").expect("sent");
        let second = say(&mut world, 10003, To::Group(group(20001)), "b").expect("sent");
        let elsewhere = say(&mut world, 10003, To::Group(group(20002)), "c").expect("sent");
        assert_eq!(second.sequence, first.sequence.next());
        assert_eq!(elsewhere.sequence, first.sequence);
        let there = say(&mut world, 10002, To::Friend(uin(10003)), "d").expect("sent");
        let back = say(&mut world, 10003, To::Friend(uin(10002)), "e").expect("sent");
        assert_eq!(back.sequence, there.sequence.next());
        // A temporary session shares the sequence of the private chat.
        let through = To::Through(group(20001), uin(10002));
        let temporary = say(&mut world, 10003, through, "f").expect("sent");
        assert_eq!(temporary.sequence, back.sequence.next());
    }

    #[test]
    fn sequences_continue_after_a_reload() {
        let mut world = world();
        let first = say(&mut world, 10002, To::Group(group(20001)), "a").expect("sent");
        let there = say(&mut world, 10002, To::Friend(uin(10003)), "b").expect("sent");
        world.take_notice_sequence(group(20001)).expect("a notice");
        world.load().expect("loaded");
        let next = say(&mut world, 10002, To::Group(group(20001)), "c").expect("sent");
        assert_eq!(
            next.sequence,
            first.sequence.next().next(),
            "the notice has taken a sequence"
        );
        let after = say(&mut world, 10003, To::Friend(uin(10002)), "d").expect("sent");
        assert_eq!(after.sequence, there.sequence.next());
    }

    #[test]
    fn refused_sends_return_the_documented_code_and_store_nothing() {
        let mut world = world();
        let stranger = crate::services::profile::free_uid(&world);
        let person = crate::world::Person::new(uin(99), stranger, "Stranger".to_owned(), 0);
        world.add_person(person).expect("added");
        let mut refused = |actor, to, text: &str| {
            let refusal = say(&mut world, actor, to, text).expect_err("refused");
            assert!(world.take_changes().is_empty());
            refusal.code
        };
        let here = To::Group(group(20001));
        assert_eq!(refused(99, here, "hi"), code::NOT_A_MEMBER);
        assert_eq!(
            refused(99, To::Friend(uin(10001)), "hi"),
            code::NOT_ACCEPTED
        );
        assert_eq!(refused(10002, here, ""), code::CONTENT);
        assert_eq!(refused(10002, here, &"x".repeat(4_501)), code::TOO_LARGE);
        let beyond = To::Through(group(20001), uin(99));
        assert_eq!(refused(10002, beyond, "hi"), code::NOT_A_MEMBER);
        let chat = Chat::Group(group(20001));
        assert!(
            world
                .messages_between(chat, Sequence::default(), Sequence::new(u64::MAX), 9)
                .expect("read")
                .is_empty()
        );
    }

    #[test]
    fn only_administrators_mention_everybody() {
        let mut world = world();
        let mut call = |actor: u64, number: u64| {
            let everybody = Element::Mention(Mention {
                target: MentionTarget::Everybody,
                text: "@全体成员".to_owned(),
            });
            let draft = Draft {
                to: To::Group(group(number)),
                elements: vec![everybody, Element::Text(Text::new(" up!"))],
                client_sequence: 0,
                random: 1,
                thrown: false,
                connection: None,
            };
            send(&mut world, uin(actor), draft).map(drop)
        };
        assert_eq!(
            call(10004, 20001).expect_err("a member").code,
            code::NO_EVERYBODY
        );
        call(10001, 20001).expect("the owner may mention everybody");
        call(10001, 20002).expect("an administrator may mention everybody");
    }

    #[test]
    fn server_decides_the_result_of_a_throw() {
        let mut face = Face::throw(Thrown::Dice, Some(7));
        throw(&mut face, false);
        let (_, result) = face.thrown().expect("a throw");
        assert!((1..=6).contains(&result.expect("thrown")));
        let mut chosen = Face::throw(Thrown::RockPaperScissors, Some(2));
        throw(&mut chosen, true);
        assert_eq!(chosen.thrown(), Some((Thrown::RockPaperScissors, Some(2))));
        let mut plain = Face::new(14);
        throw(&mut plain, false);
        assert_eq!(plain, Face::new(14));
    }
}
