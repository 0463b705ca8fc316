//! Reactions to group messages: add, remove and list (protocol/02 §9).

use nekonap_ids::{GroupUin, Sequence, Uin};

use crate::{
    command::DecodeError,
    field::FromField,
    message::Emoji,
    proto::messages::{
        ReactionRequest, ReactionSummary, ReactionsReply, ReactionsRequest, Reactor, ReactorsReply,
        ReactorsRequest,
    },
};

/// `chat_kind` of a group.
const GROUP: u32 = 1;
/// Field 1 of a summary: the value in captures.
const SUMMARY: u32 = 10;

/// Number of people who reacted to a message with an emoji.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReactionCount {
    /// Emoji of the reaction.
    pub emoji: Emoji,
    /// Number of people; not 0.
    pub count: u32,
    /// Time of the newest reaction, Unix seconds.
    pub time: u32,
}

/// A page of the people who reacted with an emoji.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReactorPage {
    /// Account numbers of the people on the page.
    pub people: Vec<Uin>,
    /// Cookie for requesting the next page; empty on the last.
    pub cookie: String,
    /// Whether this is the first page.
    pub first: bool,
    /// Whether this is the last page.
    pub last: bool,
}

impl ReactionRequest {
    /// For [`AddReaction`](super::AddReaction) and [`RemoveReaction`](super::RemoveReaction): a group message and an
    /// emoji.
    pub fn new(group: GroupUin, sequence: Sequence, emoji: Emoji) -> Self {
        Self {
            group_uin: Some(group.get()),
            sequence: Some(sequence.get()),
            code: Some(emoji.code()),
            kind: Some(emoji.kind()),
            field_6: Some(false),
            field_7: Some(false),
        }
    }

    /// The emoji. A server requires the kind to be present.
    ///
    /// # Errors
    /// [`DecodeError::Missing`] or [`DecodeError::Invalid`] with the name of the field, `code` or `kind`.
    pub fn emoji(&self) -> Result<Emoji, DecodeError> {
        let kind = self
            .kind
            .filter(|kind| *kind != 0)
            .ok_or(DecodeError::Missing("kind"))?;
        Emoji::from_wire(self.code.as_deref(), Some(kind))
    }
}

impl ReactorsRequest {
    /// Requests `count` of the people who reacted with `emoji`, starting at `cookie` (empty for the first page).
    pub fn new(
        group: GroupUin,
        sequence: Sequence,
        emoji: Emoji,
        count: u32,
        cookie: &str,
    ) -> Self {
        Self {
            group_uin: Some(group.get()),
            sequence: Some(sequence.get()),
            chat_kind: Some(GROUP),
            code: Some(emoji.code()),
            cookie: Some(cookie.to_owned()),
            field_7: Some(0),
            count: Some(count),
        }
    }
}

impl ReactorsReply {
    /// For a server: a page of reactors.
    pub fn new(page: &ReactorPage) -> Self {
        Self {
            reactors: page
                .people
                .iter()
                .map(|uin| Reactor {
                    uin: Some(uin.get()),
                })
                .collect(),
            cookie: Some(page.cookie.clone()).filter(|cookie| !cookie.is_empty()),
            last_page: Some(page.last),
            first_page: Some(page.first),
        }
    }

    /// The page that was requested with `cookie`. If the server does not set the flags, a page requested without a
    /// cookie is the first, and a page without a next cookie is the last.
    pub fn page(self, cookie: &str) -> ReactorPage {
        let people = self
            .reactors
            .iter()
            .filter_map(|one| Uin::from_field(one.uin?));
        let next = self.cookie.unwrap_or_default();
        ReactorPage {
            people: people.collect(),
            first: self.first_page.unwrap_or(cookie.is_empty()),
            last: self.last_page.unwrap_or(true) || next.is_empty(),
            cookie: next,
        }
    }
}

impl ReactionsRequest {
    /// Requests the reactions of a group message.
    pub fn new(group: GroupUin, sequence: Sequence) -> Self {
        Self {
            group_uin: Some(group.get()),
            sequence: Some(sequence.get()),
            field_4: Some(String::new()),
            field_5: Some(0),
            field_6: None,
            field_8: Some(0),
            field_12: Some(1),
        }
    }
}

impl ReactionsReply {
    /// For a server: the reactions of a message.
    pub fn new(reactions: impl IntoIterator<Item = ReactionCount>) -> Self {
        let summary = |reaction: ReactionCount| ReactionSummary {
            time: Some(reaction.time),
            count: Some(reaction.count),
            kind: Some(reaction.emoji.kind()),
            code: Some(reaction.emoji.code()),
        };
        Self {
            field_1: Some(SUMMARY),
            reactions: reactions.into_iter().map(summary).collect(),
        }
    }

    /// The reactions of the message. Entries without a count are suggestions and are skipped.
    pub fn counts(&self) -> impl Iterator<Item = ReactionCount> {
        self.reactions.iter().filter_map(|reaction| {
            Some(ReactionCount {
                count: reaction.count.filter(|count| *count > 0)?,
                emoji: Emoji::from_wire(reaction.code.as_deref(), reaction.kind).ok()?,
                time: reaction.time.unwrap_or(0),
            })
        })
    }
}
