//! Storage of messages by conversation and sequence.

use nekonap_ids::{GroupUin, Sequence, Uin};
use nekonap_wire::message::{
    Element, Mention, MentionTarget, Message, Party, Place, SenderNames, Text, decode_list,
    encode_list,
};
use rusqlite::{OptionalExtension, Row, params};

use super::{Member, World};
use crate::refusal::Refusal;

/// The sequence before the first message of a group. Any value is valid (protocol/02 §2.7). Groups and private chats
/// start with different values to reveal code that confuses them.
pub(crate) const BEFORE_FIRST_IN_GROUP: Sequence = Sequence::new(1_000);
/// The sequence before the first message of a private chat.
pub(crate) const BEFORE_FIRST_IN_PRIVATE: Sequence = Sequence::new(500);

/// Maximum number of stored messages of a conversation; older ones are removed.
const MAX_MESSAGES: u64 = 100_000;
/// Old messages are removed when a sequence is a multiple of this number.
const SWEEP_INTERVAL: u64 = 1_024;

/// A conversation, independent of the viewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Chat {
    Group(GroupUin),
    /// The smaller number comes first. Two equal numbers are a chat with oneself.
    Private(Uin, Uin),
}

impl Chat {
    /// The private chat of two people.
    pub(crate) fn of(one: Uin, other: Uin) -> Self {
        Self::Private(one.min(other), one.max(other))
    }

    /// The columns `kind`, `a` and `b` of the database.
    pub(crate) fn key(self) -> (i64, i64, i64) {
        let signed = u64::cast_signed;
        match self {
            Self::Group(group) => (0, signed(group.get()), 0),
            Self::Private(one, other) => (1, signed(one.get()), signed(other.get())),
        }
    }

    /// The other person of a private chat; `None` if `uin` is not in it.
    pub(crate) fn peer_of(self, uin: Uin) -> Option<Uin> {
        match self {
            Self::Private(one, other) if one == uin => Some(other),
            Self::Private(one, other) if other == uin => Some(one),
            _ => None,
        }
    }
}

/// A message in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredMessage {
    pub(crate) chat: Chat,
    pub(crate) sequence: Sequence,
    pub(crate) random: u32,
    /// Number that the sender chose in a private chat; 0 in groups.
    pub(crate) client_sequence: u32,
    pub(crate) sender: Uin,
    /// Time of sending, in Unix seconds.
    pub(crate) time: u64,
    /// The group of a temporary session.
    pub(crate) through: Option<GroupUin>,
    pub(crate) recalled: bool,
    pub(crate) elements: Vec<Element>,
}

impl StoredMessage {
    /// The message in the form in which the server sends it to `reader`. A live message contains the current names of
    /// the sender; a message from history contains no names. protocol/02 §2.3, §3.13
    pub(crate) fn for_reader(&self, world: &World, reader: Uin, history: bool) -> Message {
        let party = |uin: Uin| match world.people.get(&uin) {
            Some(person) => Party::new(uin, person.uid),
            None => Party {
                uin: Some(uin),
                uid: None,
            },
        };
        let (place, to) = match self.chat {
            Chat::Group(group) => (self.in_group(world, group, history), reader),
            Chat::Private(..) => {
                let to = self.chat.peer_of(self.sender).unwrap_or(reader);
                let place = match self.through {
                    Some(group) => Place::Temporary { group },
                    None => Place::Friend,
                };
                (place, to)
            }
        };
        Message {
            place,
            from: party(self.sender),
            names: if history {
                SenderNames::default()
            } else {
                self.names(world)
            },
            to: party(to),
            sequence: self.sequence,
            client_sequence: self.client_sequence,
            random: self.random,
            time: self.time,
            elements: match self.chat {
                Chat::Group(group) => self.named_quotes(world, group),
                Chat::Private(..) => self.elements.clone(),
            },
        }
    }

    /// The elements, with the mention of the quoted sender that servers add after each quote. It shows the member's
    /// name in the group. protocol/02 §3.11
    fn named_quotes(&self, world: &World, group: GroupUin) -> Vec<Element> {
        let mut elements = Vec::with_capacity(self.elements.len());
        for element in &self.elements {
            elements.push(element.clone());
            if let Element::Reply(reply) = element {
                let name = reply
                    .sender
                    .map(|sender| world.name_in(group, sender))
                    .unwrap_or_default();
                elements.push(Element::Mention(Mention {
                    target: MentionTarget::Member {
                        uin: None,
                        uid: reply.sender_uid,
                    },
                    text: format!("@{name}"),
                }));
                elements.push(Element::Text(Text::new(" ")));
            }
        }
        elements
    }

    /// The current names of the sender.
    fn names(&self, world: &World) -> SenderNames {
        let nickname = Some(world.name_of(self.sender));
        match self.member(world) {
            Some(member) => SenderNames {
                nickname,
                card: Some(member.card.clone()),
                title: Some(member.title.clone()),
                level: Some(member.level),
            },
            None => SenderNames {
                nickname,
                ..SenderNames::default()
            },
        }
    }

    /// The sender as a member of the group; `None` in private chats.
    fn member<'a>(&self, world: &'a World) -> Option<&'a Member> {
        let Chat::Group(group) = self.chat else {
            return None;
        };
        world.groups.get(&group)?.members.get(&self.sender)
    }

    fn in_group(&self, world: &World, group: GroupUin, history: bool) -> Place {
        let known = world.groups.get(&group);
        let member = self.member(world);
        let card = member.map_or("", |member| member.card.as_str());
        let name = if history {
            String::new()
        } else if card.is_empty() {
            world.name_of(self.sender)
        } else {
            card.to_owned()
        };
        Place::Group {
            group,
            group_name: known.map(|known| known.name.clone()).unwrap_or_default(),
            card: name,
            card_is_card: !card.is_empty() && !history,
            role: member.filter(|_| !history).map(|member| member.role.into()),
        }
    }
}

/// Reads a message of this chat from a row.
fn from_row(chat: Chat, row: &Row<'_>) -> rusqlite::Result<StoredMessage> {
    let elements: Vec<u8> = row.get("elements")?;
    Ok(StoredMessage {
        chat,
        sequence: row.get("sequence")?,
        random: row.get("random")?,
        client_sequence: row.get("client_sequence")?,
        sender: row.get("sender")?,
        time: row.get::<_, i64>("time")?.cast_unsigned(),
        // 0 is not a valid group.
        through: row.get("through").ok(),
        recalled: row.get("recalled")?,
        // Only `encode_list` writes this column. A damaged value is read as an empty message.
        elements: decode_list(&elements).unwrap_or_default(),
    })
}

impl World {
    /// The conversation of an act, which names a group or the other person of a private chat.
    pub(crate) fn resolve_chat(
        &self,
        actor: Uin,
        group: Option<GroupUin>,
        peer: Option<Uin>,
    ) -> Result<Chat, Refusal> {
        match (group, peer) {
            (Some(group), None) => {
                self.acting_member(group, actor)?;
                Ok(Chat::Group(group))
            }
            (None, Some(peer)) => Ok(Chat::of(actor, self.person(peer)?.uin)),
            _ => Err(Refusal::bad_request("either `group` or `peer` is needed")),
        }
    }

    /// The newest sequence of a conversation.
    pub(crate) fn newest(&self, chat: Chat) -> Sequence {
        match chat {
            Chat::Group(group) => self
                .groups
                .get(&group)
                .map_or(BEFORE_FIRST_IN_GROUP, |group| group.sequence),
            Chat::Private(one, other) => self
                .pairs
                .get(&(one, other))
                .copied()
                .unwrap_or(BEFORE_FIRST_IN_PRIVATE),
        }
    }

    /// Takes the next sequence of a group for a notice. Notices and messages share the sequence (protocol/02 §2.7).
    pub(crate) fn take_notice_sequence(&mut self, group: GroupUin) -> Result<Sequence, Refusal> {
        self.update_group(group, |group| {
            group.sequence = group.sequence.next();
            group.sequence
        })
    }

    /// Stores a message under the next sequence of its conversation. Returns it with the sequence.
    pub(crate) fn insert_message(
        &mut self,
        mut message: StoredMessage,
    ) -> Result<StoredMessage, Refusal> {
        message.sequence = self.newest(message.chat).next();
        let (kind, a, b) = message.chat.key();
        self.store.write(
            "INSERT INTO messages (kind, a, b, sequence, random, client_sequence, sender, time, through, recalled,
                elements) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10)",
            params![
                kind,
                a,
                b,
                message.sequence,
                message.random,
                message.client_sequence,
                message.sender,
                message.time.cast_signed(),
                message.through.map_or(0, |group| group.get().cast_signed()),
                encode_list(&message.elements),
            ],
        )?;
        if message.sequence.get().is_multiple_of(SWEEP_INTERVAL) {
            let oldest = message.sequence.get().saturating_sub(MAX_MESSAGES);
            self.store.write(
                "DELETE FROM messages WHERE kind = ?1 AND a = ?2 AND b = ?3 AND sequence < ?4",
                params![kind, a, b, oldest.cast_signed()],
            )?;
        }
        // The database has no column for this newest sequence: `load` computes it from the newest row.
        match message.chat {
            Chat::Group(group) => {
                if let Some(group) = self.groups.get_mut(&group) {
                    group.sequence = message.sequence;
                }
                let time = message.time;
                self.update_member(group, message.sender, |member| member.last_spoke = time)?;
            }
            Chat::Private(one, other) => {
                self.pairs.insert((one, other), message.sequence);
            }
        }
        Ok(message)
    }

    /// A message, even if it was recalled.
    pub(crate) fn message(
        &self,
        chat: Chat,
        sequence: Sequence,
    ) -> Result<Option<StoredMessage>, Refusal> {
        let (kind, a, b) = chat.key();
        Ok(self
            .store
            .read("SELECT * FROM messages WHERE kind = ?1 AND a = ?2 AND b = ?3 AND sequence = ?4")?
            .query_row(params![kind, a, b, sequence], |row| from_row(chat, row))
            .optional()?)
    }

    /// The messages of a conversation from `first` to `last`, oldest first, including recalled ones. If there are
    /// more than `limit`, the newest ones.
    pub(crate) fn messages_between(
        &self,
        chat: Chat,
        first: Sequence,
        last: Sequence,
        limit: u64,
    ) -> Result<Vec<StoredMessage>, Refusal> {
        let (kind, a, b) = chat.key();
        let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let (first, last) = (signed(first.get()), signed(last.get()));
        let mut found = self
            .store
            .read(
                "SELECT * FROM messages WHERE kind = ?1 AND a = ?2 AND b = ?3 AND sequence BETWEEN ?4 AND ?5
                 ORDER BY sequence DESC LIMIT ?6",
            )?
            .query_map(
                params![kind, a, b, first, last, signed(limit)],
                |row| from_row(chat, row),
            )?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        found.reverse();
        Ok(found)
    }

    /// A page of a conversation by time, oldest first: with `older` the newest messages up to the time, otherwise the
    /// oldest messages from the time on. If a message has this time and `random`, only earlier
    /// or, without `older`, only later messages than this one are included.
    pub(crate) fn messages_around(
        &self,
        chat: Chat,
        (time, random): (u64, u32),
        older: bool,
        limit: u64,
    ) -> Result<Vec<StoredMessage>, Refusal> {
        let (kind, a, b) = chat.key();
        let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let edge: Option<i64> = self
            .store
            .read(
                "SELECT sequence FROM messages WHERE kind = ?1 AND a = ?2 AND b = ?3 AND time = ?4 AND random = ?5
                 AND ?5 != 0 ORDER BY sequence DESC LIMIT 1",
            )?
            .query_row(params![kind, a, b, signed(time), random], |row| row.get(0))
            .optional()?;
        let (sql, edge) = if older {
            (
                "SELECT * FROM messages WHERE kind = ?1 AND a = ?2 AND b = ?3 AND time <= ?4 AND sequence < ?6
                 ORDER BY sequence DESC LIMIT ?5",
                edge.unwrap_or(i64::MAX),
            )
        } else {
            (
                "SELECT * FROM messages WHERE kind = ?1 AND a = ?2 AND b = ?3 AND time >= ?4 AND sequence > ?6
                 ORDER BY sequence LIMIT ?5",
                edge.unwrap_or(-1),
            )
        };
        let mut found = self
            .store
            .read(sql)?
            .query_map(
                params![kind, a, b, signed(time), signed(limit), edge],
                |row| from_row(chat, row),
            )?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        if older {
            found.reverse();
        }
        Ok(found)
    }

    /// A private message by the sender's own sequence and the random, as in a recall request. Random 0 matches all
    /// messages.
    pub(crate) fn message_by_client_sequence(
        &self,
        chat: Chat,
        sender: Uin,
        client_sequence: u32,
        random: u32,
    ) -> Result<Option<StoredMessage>, Refusal> {
        let (kind, a, b) = chat.key();
        Ok(self
            .store
            .read(
                "SELECT * FROM messages WHERE kind = ?1 AND a = ?2 AND b = ?3 AND sender = ?4 AND client_sequence = ?5
                 AND (?6 = 0 OR random = ?6) ORDER BY sequence DESC LIMIT 1",
            )?
            .query_row(
                params![kind, a, b, sender, client_sequence, random],
                |row| from_row(chat, row),
            )
            .optional()?)
    }

    /// Marks a message as recalled and removes it from the essence.
    pub(crate) fn mark_recalled(&mut self, chat: Chat, sequence: Sequence) -> Result<(), Refusal> {
        let (kind, a, b) = chat.key();
        self.store.write("UPDATE messages SET recalled = 1 WHERE kind = ?1 AND a = ?2 AND b = ?3 AND sequence = ?4", params![kind, a, b, sequence])?;
        if let Chat::Group(group) = chat {
            let key = params![group, sequence];
            self.store.write(
                "DELETE FROM essence WHERE group_uin = ?1 AND sequence = ?2",
                key,
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{group, uin, world};

    #[test]
    fn oldest_messages_of_a_conversation_are_removed() {
        let mut world = world();
        let chat = Chat::Group(group(20001));
        let start = Sequence::new(MAX_MESSAGES + BEFORE_FIRST_IN_GROUP.get());
        let message = || StoredMessage {
            chat,
            sequence: Sequence::default(),
            random: 1,
            client_sequence: 0,
            sender: uin(10002),
            time: 1,
            through: None,
            recalled: false,
            elements: Vec::new(),
        };
        world.insert_message(message()).expect("kept");
        // This has the effect of that many messages.
        world
            .update_group(group(20001), |group| group.sequence = start)
            .expect("the group exists");
        for _ in 0..SWEEP_INTERVAL {
            world.insert_message(message()).expect("kept");
        }
        let left = world
            .messages_between(chat, Sequence::default(), Sequence::new(u64::MAX), 9_999)
            .expect("read");
        assert_eq!(
            left.len(),
            usize::try_from(SWEEP_INTERVAL).expect("small"),
            "the first message is removed"
        );
    }

    #[test]
    fn pages_by_time_are_complete_within_one_second() {
        use crate::services::messages::send::{Draft, To, send};
        let mut world = world();
        for number in 1..=8 {
            let draft = Draft {
                to: To::Friend(uin(10003)),
                elements: vec![Element::Text(Text::new(number.to_string()))],
                client_sequence: number,
                random: number,
                thrown: false,
                connection: None,
            };
            send(&mut world, uin(10002), draft).expect("sent");
        }
        let chat = Chat::of(uin(10002), uin(10003));
        for older in [true, false] {
            let mut from = (if older { u64::from(u32::MAX) } else { 0 }, 0);
            let mut seen = Vec::new();
            loop {
                let page = world.messages_around(chat, from, older, 3).expect("a page");
                let edge = if older { page.first() } else { page.last() };
                let Some(edge) = edge else { break };
                from = (edge.time, edge.random);
                seen.extend(page.iter().map(|message| message.random));
            }
            seen.sort_unstable();
            assert_eq!(seen, [1, 2, 3, 4, 5, 6, 7, 8], "older: {older}");
        }
    }
}
