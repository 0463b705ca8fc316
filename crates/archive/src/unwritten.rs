//! Messages that were recorded while the database could not be written.
//!
//! Most of them would derive the same id again. Memory is needed for the rest: that a message is reported once, that a
//! send without an answer keeps its id when its echo comes, that an id which was stepped stays, and that no other
//! message is given an id which is in use without a row.

use std::{collections::VecDeque, mem};

use nekonap_ids::{MessageId, Uin};
use rusqlite::Connection;

use crate::{Recorded, ids::Identity, messages};

/// How many of them are remembered, the newest. Of older ones the reports may be repeated, and the ids of sends without an
/// answer are lost.
const REMEMBERED: usize = 4096;

/// A message without a row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pending {
    pub(crate) id: MessageId,
    identity: Identity,
    /// Whether it was reported as a message.
    pub(crate) reported: bool,
    /// Whether its recall was reported.
    pub(crate) recalled: bool,
}

/// What a call would report to frameworks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Report {
    Nothing,
    Message,
    Recall,
}

/// The messages without a row, the oldest first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Unwritten(VecDeque<Pending>);

impl Unwritten {
    /// The message, if it is one of them.
    pub(crate) fn find(&self, message: &Identity) -> Option<&Pending> {
        self.0.iter().find(|pending| pending.is(message))
    }

    /// Whether one of them has the id.
    pub(crate) fn holds(&self, id: MessageId) -> bool {
        self.0.iter().any(|pending| pending.id == id)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Forgets messages that have a row now.
    pub(crate) fn forget(&mut self, recorded: &[Recorded]) {
        self.0
            .retain(|pending| recorded.iter().all(|written| written.id != pending.id));
    }

    /// The id of a message, which is remembered from now on. `connection` reads the database.
    pub(crate) fn id(
        &mut self,
        connection: &Connection,
        account: Uin,
        message: &Identity,
    ) -> rusqlite::Result<MessageId> {
        if let Some(id) = self.known(message) {
            return Ok(id);
        }
        let row = messages::look_up(connection, message)?;
        let id = match row {
            Some(row) => row.id,
            None => {
                let mut id = message.derived_id(account);
                while self.holds(id) || messages::has_id(connection, id)? {
                    id = id.next_derived();
                }
                id
            }
        };
        self.0.push_back(Pending {
            id,
            identity: *message,
            reported: row.is_some_and(|row| row.reported),
            recalled: row.is_some_and(|row| row.recalled),
        });
        Ok(id)
    }

    /// The same while the database cannot even be read: a message that has a row gets the id of a new one, and an id may
    /// be that of another message's row.
    pub(crate) fn id_unread(&mut self, account: Uin, message: &Identity) -> MessageId {
        if let Some(id) = self.known(message) {
            return id;
        }
        let mut id = message.derived_id(account);
        while self.holds(id) {
            id = id.next_derived();
        }
        self.0.push_back(Pending {
            id,
            identity: *message,
            reported: false,
            recalled: false,
        });
        id
    }

    /// The id of a message that is remembered. Its sequence is added, if it had none.
    fn known(&mut self, message: &Identity) -> Option<MessageId> {
        let pending = self.0.iter_mut().find(|pending| pending.is(message))?;
        pending.identity.sequence = pending.identity.sequence.or(message.sequence);
        Some(pending.id)
    }

    /// Marks what is reported of messages, and returns whether it was not before.
    pub(crate) fn report(&mut self, messages: &[(MessageId, Report)]) -> Vec<Recorded> {
        let recorded = messages
            .iter()
            .map(|&(id, report)| {
                let pending = self.0.iter_mut().find(|pending| pending.id == id);
                let before = match (pending, report) {
                    (_, Report::Nothing) => true,
                    (None, _) => false,
                    (Some(pending), Report::Message) => mem::replace(&mut pending.reported, true),
                    (Some(pending), Report::Recall) => mem::replace(&mut pending.recalled, true),
                };
                Recorded {
                    id,
                    report: !before,
                }
            })
            .collect();
        let surplus = self.0.len().saturating_sub(REMEMBERED);
        self.0.drain(..surplus);
        recorded
    }
}

impl Pending {
    /// Whether it is this message: the same sequence, or, while one of the two has none, the same random of this
    /// account's.
    fn is(&self, message: &Identity) -> bool {
        if self.identity.conversation != message.conversation {
            return false;
        }
        match (self.identity.sequence, message.sequence) {
            (Some(one), Some(other)) => one == other,
            _ => {
                let random = message.own_random();
                random.is_some() && self.identity.own_random() == random
            }
        }
    }
}
