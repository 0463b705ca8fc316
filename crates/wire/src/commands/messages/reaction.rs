//! Reactions to group messages: added, taken back, who and which. protocol/02 §9

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
/// Field 1 of a summary, as it was seen.
const SUMMARY: u32 = 10;

/// How many people react to a message with one emoji.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReactionCount {
    /// With what.
    pub emoji: Emoji,
    /// How many people; not 0.
    pub count: u32,
    /// When the last of them did, unix seconds.
    pub time: u32,
}

/// One page of the people who reacted with one emoji.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReactorPage {
    /// The people.
    pub people: Vec<Uin>,
    /// What to ask the next page with; empty on the last.
    pub cookie: String,
    /// Whether this is the first page.
    pub first: bool,
    /// Whether this is the last page.
    pub last: bool,
}

impl ReactionRequest {
    /// Adds a reaction to a group message or takes it back: the command says which.
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

    /// The reaction. A server wants the kind to be there.
    ///
    /// # Errors
    /// [`DecodeError::Missing`] or [`DecodeError::Invalid`], which name `code` or `kind`.
    pub fn emoji(&self) -> Result<Emoji, DecodeError> {
        let kind = self
            .kind
            .filter(|kind| *kind != 0)
            .ok_or(DecodeError::Missing("kind"))?;
        Emoji::from_wire(self.code.as_deref(), Some(kind))
    }
}

impl ReactorsRequest {
    /// Asks for `count` of those who reacted with `emoji`, from where `cookie` (empty at first) says.
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
    /// A page, for a server.
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

    /// The page that was asked for with `cookie`. Where the server does not say which it is, one asked for without a cookie
    /// is the first, and one that brings none is the last.
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
    /// Asks which reactions a group message has.
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
    /// The reactions that a message has, for a server.
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

    /// The reactions that a message has. Entries without a count are suggestions and are left out.
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
