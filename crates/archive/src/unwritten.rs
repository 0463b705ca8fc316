//! Messages that were recorded while the database could not be written.
//!
//! Most of them derive the same id again. They are kept in memory so that each message is reported once, a send without
//! a reply keeps its id when its echo arrives, an id chosen after a collision stays the same, and no other message gets
//! an id that is in use without a row.

use std::{collections::VecDeque, mem};

use nekonap_ids::{MessageId, Uin};
use rusqlite::Connection;

use crate::{Recorded, ids::Identity, messages, new_ids::NewIds};

/// How many messages are kept, the newest. Older ones may be reported twice, and older sends without a reply lose their
/// ids.
const MAX_PENDING: usize = 4096;

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

/// What a call reports to frameworks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Report {
    Nothing,
    Message,
    Recall,
}

/// Messages without a row, oldest first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Unwritten(VecDeque<Pending>);

impl Unwritten {
    /// Finds the entry of a message.
    pub(crate) fn find(&self, message: &Identity) -> Option<&Pending> {
        self.0.iter().find(|pending| pending.is(message))
    }

    /// Whether an entry uses the id.
    pub(crate) fn holds(&self, id: MessageId) -> bool {
        self.0.iter().any(|pending| pending.id == id)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Removes messages that have a row now.
    pub(crate) fn forget(&mut self, recorded: &[Recorded]) {
        self.0
            .retain(|pending| recorded.iter().all(|written| written.id != pending.id));
    }

    /// The id of a message; adds an entry for it. `connection` only reads.
    pub(crate) fn id(
        &mut self,
        connection: &Connection,
        new_ids: &NewIds,
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
                while self.holds(id) || new_ids.row(connection, id)?.is_some() {
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

    /// Like [`id`](Self::id) when the database cannot even be read: a message that has a row is treated as a new one, and
    /// its id may be in use by another message's row.
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

    /// The id of a message that has an entry. Adds the sequence to the entry if it had none.
    fn known(&mut self, message: &Identity) -> Option<MessageId> {
        let pending = self.0.iter_mut().find(|pending| pending.is(message))?;
        pending.identity.sequence = pending.identity.sequence.or(message.sequence);
        Some(pending.id)
    }

    /// Marks messages as reported. Each result says whether the message was not reported before.
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
        let surplus = self.0.len().saturating_sub(MAX_PENDING);
        self.0.drain(..surplus);
        recorded
    }
}

impl Pending {
    /// Whether this is the entry of `message`: the sequences are equal or, if one of them is missing, the randoms of two
    /// own messages are equal.
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
