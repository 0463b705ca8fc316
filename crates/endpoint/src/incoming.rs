//! Received messages as frameworks see them, with the known data of the sender and the group.

use std::borrow::Cow;

use nekonap_archive::{Arrival, Entry, Recent, Record, Stored};
use nekonap_client::{
    Element, Emoji, Message as Said, Node as Forwarded, Role, Sex,
    message::{ReactionMark, decode_list, encode_list},
};
use nekonap_ids::{Conversation, GroupUin, MessageId, MessagePlace, Uin};
use nekonap_onebot::{
    ChatMessage, Message, Segment,
    chat::{EmojiLike, Place, Role as OneBotRole, Sender, Sex as OneBotSex},
};
use serde_json::{Value, json};

use crate::{
    bot::{Bot, Context},
    error::{Failure, Result},
    forwarding, guards, segments,
};

/// What messages from history include.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct With {
    /// Fetch merged forwards and put their messages into `content`.
    pub(crate) forwards: bool,
    /// Set the `url` of media.
    pub(crate) urls: bool,
}

/// A message as the archive stores it.
pub(crate) fn record(said: &Said) -> Record {
    Record {
        conversation: said.conversation,
        sequence: Some(said.sequence).filter(|sequence| sequence.get() != 0),
        client_sequence: said.client_sequence,
        random: said.random,
        time: said.time,
        sender: said.sender.uin,
        own: said.own,
        elements: encode_list(&said.elements),
    }
}

/// Decodes the elements of a stored message.
pub(crate) fn elements(record: &Record) -> Result<Vec<Element>> {
    decode_list(&record.elements)
        .map_err(|error| Failure::internal(format!("a stored message cannot be decoded: {error}")))
}

/// A message with the known data of its sender and its group.
pub(crate) async fn chat(bot: &Bot, said: &Said, id: Option<MessageId>) -> ChatMessage {
    let elements = whole(bot, &said.elements).await;
    let message = segments::read(bot, Some(said.conversation), &elements).await;
    let client = bot.client();
    let user = said.sender.uin;
    let pushed = &said.sender;
    let mut sender = Sender {
        user_id: Some(user),
        ..Sender::default()
    };
    let place = match said.conversation {
        Conversation::Group(group) => {
            if let Ok(Some(member)) = client.member(group, user, false).await {
                sender.nickname = member.nickname;
                sender.card = member.card;
                sender.role = role(member.role);
                sender.level = member.level.to_string();
                sender.title = member.title;
            }
            if let Some(card) = &pushed.card {
                sender.card.clone_from(card);
            }
            if let Some(title) = &pushed.title {
                sender.title.clone_from(title);
            }
            if let Some(level) = pushed.level {
                sender.level = level.to_string();
            }
            if let Some(pushed) = pushed.role {
                sender.role = role(pushed);
            }
            let group_name = match client.group(group, false).await {
                Ok(Some(known)) => known.name,
                _ => said.group_name.clone(),
            };
            Place::Group {
                group_id: Some(group),
                group_name,
            }
        }
        Conversation::Friend(peer) | Conversation::Temporary { peer, .. } => {
            person(bot, &mut sender).await;
            Place::Private {
                target_id: peer,
                from_group: said.conversation.group(),
            }
        }
    };
    // The message's own data takes precedence over cached data.
    if !pushed.nickname.is_empty() {
        sender.nickname.clone_from(&pushed.nickname);
    }
    ChatMessage {
        time: said.time,
        self_id: bot.self_id(),
        message_id: id,
        real_seq: said.sequence.get(),
        sender,
        place,
        own: said.own,
        message,
    }
}

/// The elements of a message. A long message is pushed as its beginning and a resource id, by which all of it is fetched
/// (protocol/02 §3.13). If that fails, only the beginning is returned.
async fn whole<'a>(bot: &Bot, elements: &'a [Element]) -> Cow<'a, [Element]> {
    let res_id = elements.iter().find_map(|element| match element {
        Element::LongText(text) => Some(text.res_id.as_str()),
        _ => None,
    });
    let Some(res_id) = res_id else {
        return Cow::Borrowed(elements);
    };
    let node = match bot.client().download_forward(res_id).await {
        Ok(nest) => nest.and_then(|nest| nest.nodes.into_iter().next()),
        Err(error) => {
            tracing::warn!(%error, "a long message cannot be fetched: only its beginning is reported");
            None
        }
    };
    match node.filter(|node| !node.elements.is_empty()) {
        Some(node) => Cow::Owned(node.elements),
        None => Cow::Borrowed(elements),
    }
}

/// Fills in a sender from the friend list, otherwise from the profile.
async fn person(bot: &Bot, sender: &mut Sender) {
    let Some(user) = sender.user_id else { return };
    if let Some(me) = bot
        .client()
        .me()
        .filter(|me| me.uin == user && !me.nickname.is_empty())
    {
        sender.nickname = me.nickname;
        return;
    }
    if let Ok(friends) = bot.client().friends(false).await
        && let Some(friend) = friends.friend(user)
    {
        sender.nickname.clone_from(&friend.nickname);
        sender.sex = sex(friend.sex);
        sender.age = friend.age;
        return;
    }
    if let Ok(Some(known)) = bot.client().user(user, false).await {
        sender.nickname = known.nickname;
        sender.sex = sex(known.sex);
        sender.age = known.age;
    }
}

const fn role(role: Role) -> OneBotRole {
    match role {
        Role::Owner => OneBotRole::Owner,
        Role::Admin => OneBotRole::Admin,
        Role::Member => OneBotRole::Member,
    }
}

const fn sex(sex: Sex) -> OneBotSex {
    match sex {
        Sex::Male => OneBotSex::Male,
        Sex::Female => OneBotSex::Female,
        Sex::Unknown => OneBotSex::Unknown,
    }
}

/// Converts a stored message to the client's message type.
fn said(stored: &Stored, record: &Record) -> Result<Said> {
    Ok(Said {
        conversation: stored.conversation,
        sender: nekonap_client::Sender::new(record.sender),
        own: record.own,
        sequence: stored.sequence.unwrap_or_default(),
        client_sequence: record.client_sequence,
        random: record.random,
        time: record.time,
        elements: elements(record)?,
        group_name: String::new(),
        missed: false,
    })
}

/// The reply of `get_msg`.
pub(crate) async fn object(cx: &Context, stored: &Stored) -> Result<Value> {
    let stored = cx.content(stored.clone()).await?;
    let Some(record) = &stored.record else {
        return Err(guards::no_message(stored.id));
    };
    let chat = chat(cx.bot(), &said(&stored, record)?, Some(stored.id)).await;
    let likes = match (stored.conversation, stored.sequence) {
        (Conversation::Group(group), Some(sequence)) => {
            likes(cx, MessagePlace::in_group(group, sequence)).await
        }
        _ => Vec::new(),
    };
    let mut object = chat.object(cx.form(), &likes);
    object.insert("status".to_owned(), status(Some(&stored)));
    Ok(Value::Object(object))
}

/// `status` of a message in a reply: `deleted` if it was recalled, otherwise `normal`.
fn status(stored: Option<&Stored>) -> Value {
    let recalled = stored.is_some_and(|stored| stored.recalled.is_some());
    json!(if recalled { "deleted" } else { "normal" })
}

/// The reactions to a message; empty if the server does not return them.
async fn likes(cx: &Context, message: MessagePlace) -> Vec<EmojiLike> {
    let reactions = cx.client().reactions(message).await.unwrap_or_default();
    reactions
        .into_iter()
        .map(|reaction| like(reaction.emoji, reaction.count))
        .collect()
}

fn like(emoji: Emoji, count: u32) -> EmojiLike {
    EmojiLike {
        emoji_id: emoji.code(),
        emoji_type: emoji.kind().to_string(),
        count,
    }
}

/// Records messages from history and returns them with their ids and reactions.
pub(crate) async fn fetched(
    cx: &Context,
    found: Vec<(Said, Vec<ReactionMark>)>,
    with: With,
) -> Result<Vec<Value>> {
    let entries = found
        .iter()
        .map(|(said, _)| Entry {
            record: record(said),
            arrival: Arrival::Fetched,
        })
        .collect();
    let recorded = cx.archive().record(entries).await?;
    let mut messages = Vec::with_capacity(found.len());
    for ((said, reactions), recorded) in found.iter().zip(recorded) {
        let mut chat = chat(cx.bot(), said, Some(recorded.id)).await;
        // A message without segments is left out here, as it is left out of events.
        if chat.message.is_empty() {
            continue;
        }
        if with.forwards {
            forwarding::read::expand(cx.bot(), &mut chat.message).await;
        }
        if !with.urls {
            chat.message.0.iter_mut().for_each(without_url);
        }
        let likes: Vec<EmojiLike> = reactions
            .iter()
            .map(|mark| like(mark.emoji, mark.count))
            .collect();
        messages.push(Value::Object(chat.object(cx.form(), &likes)));
    }
    Ok(messages)
}

/// Removes `url` of an image, voice message, video or file.
fn without_url(segment: &mut Segment) {
    let url = match segment {
        Segment::Image(image) => &mut image.url,
        Segment::Record(voice) => &mut voice.url,
        Segment::Video(video) => &mut video.url,
        Segment::File(file) => &mut file.url,
        _ => return,
    };
    *url = Some(String::new());
}

/// The last message of a conversation. If it can no longer be loaded, only its time and sender are set.
pub(crate) async fn last(cx: &Context, recent: &Recent, stored: Option<Stored>) -> Result<Value> {
    let status = status(stored.as_ref());
    let with_status = |chat: ChatMessage| {
        let mut object = chat.object(cx.form(), &[]);
        object.insert("status".to_owned(), status);
        Ok(Value::Object(object))
    };
    if let Some(stored) = stored
        && let Some(record) = &stored.record
    {
        return with_status(chat(cx.bot(), &said(&stored, record)?, Some(stored.id)).await);
    }
    let gone = Said {
        conversation: recent.conversation,
        sender: nekonap_client::Sender::new(recent.sender),
        own: recent.sender == cx.self_id(),
        sequence: recent.sequence.unwrap_or_default(),
        client_sequence: 0,
        random: 0,
        time: recent.time,
        elements: Vec::new(),
        group_name: String::new(),
        missed: false,
    };
    with_status(chat(cx.bot(), &gone, None).await)
}

/// A message of a merged forward. Its sender is whatever the creator of the forward chose.
pub(crate) async fn node(bot: &Bot, node: &Forwarded, message: Message) -> ChatMessage {
    ChatMessage {
        time: node.time,
        self_id: bot.self_id(),
        message_id: None,
        real_seq: 0,
        sender: Sender {
            user_id: node.sender,
            nickname: if node.name.is_empty() {
                match node.sender {
                    Some(user) => nickname(bot, user).await,
                    None => String::new(),
                }
            } else {
                node.name.clone()
            },
            ..Sender::default()
        },
        place: Place::Group {
            group_id: None,
            group_name: String::new(),
        },
        own: false,
        message,
    }
}

/// A person's nickname, if it is known.
pub(crate) async fn known_nickname(bot: &Bot, user: Uin) -> Option<String> {
    let mut sender = Sender {
        user_id: Some(user),
        ..Sender::default()
    };
    person(bot, &mut sender).await;
    Some(sender.nickname).filter(|nickname| !nickname.is_empty())
}

/// A person's nickname; the account number if the nickname is not known.
pub(crate) async fn nickname(bot: &Bot, user: Uin) -> String {
    let known = known_nickname(bot, user).await;
    known.unwrap_or_else(|| user.to_string())
}

/// A member's card or nickname; the account number if the user is not in the group.
pub(crate) async fn member_name(cx: &Context, group: GroupUin, user: Uin) -> String {
    match cx.client().member(group, user, false).await {
        Ok(Some(member)) => member.name().to_owned(),
        _ => user.to_string(),
    }
}

/// The preview text of a message.
pub(crate) fn preview(elements: &[Element]) -> String {
    elements.iter().map(Element::preview).collect()
}

/// The forward segments of a message.
pub(crate) fn forwards(
    message: &mut Message,
) -> impl Iterator<Item = &mut nekonap_onebot::segments::Forward> {
    message.0.iter_mut().filter_map(|segment| match segment {
        Segment::Forward(forward) => Some(forward),
        _ => None,
    })
}
