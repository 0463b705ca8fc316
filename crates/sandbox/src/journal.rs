//! The journal: commands of clients, acts of people and the resulting changes, in order (api/sandbox §5).

use std::collections::VecDeque;

use nekonap_ids::Uin;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::watch;

use crate::{refusal::Refusal, world::Change};

/// Maximum number of entries; older ones are removed.
pub(crate) const MAX_ENTRIES: usize = 10_000;

/// An entry of the journal.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Entry {
    pub(crate) number: u64,
    /// Unix seconds, by the world's clock.
    pub(crate) time: u64,
    /// The acting account; `None` for the world itself.
    pub(crate) by: Option<Uin>,
    pub(crate) kind: Kind,
    /// Name of the command, the verb or the change.
    pub(crate) name: String,
    /// `ok`, or the code and text of the refusal.
    pub(crate) result: String,
    pub(crate) detail: Value,
}

impl Entry {
    /// An entry of a command or an act, without its result.
    pub(crate) fn new(by: Option<Uin>, kind: Kind, name: &str) -> Self {
        Self {
            number: 0,
            time: 0,
            by,
            kind,
            name: name.to_owned(),
            result: String::new(),
            detail: Value::Null,
        }
    }

    /// An entry of a change.
    pub(crate) fn of(by: Option<Uin>, change: &Change) -> Self {
        let (name, detail) = change.journal_entry();
        Self {
            result: "ok".to_owned(),
            detail,
            ..Self::new(by, Kind::Change, &name)
        }
    }

    /// The same entry with its result.
    pub(crate) fn with_result<R>(&self, outcome: &Result<R, Refusal>) -> Self {
        let result = match outcome {
            Ok(_) => "ok".to_owned(),
            Err(refusal) if self.kind == Kind::Call => {
                format!("{}: {}", refusal.code, refusal.text)
            }
            Err(refusal) => refusal.text.clone(),
        };
        Self {
            result,
            ..self.clone()
        }
    }
}

/// The kind of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// A client's command.
    Call,
    /// A person's act.
    Act,
    /// A change that a command or an act made.
    Change,
}

/// The newest entries. Readers are notified of new entries when they are committed.
#[derive(Debug)]
pub(crate) struct Journal {
    entries: VecDeque<Entry>,
    next: u64,
    /// The number of the newest committed entry.
    committed: watch::Sender<u64>,
}

impl Journal {
    /// An empty journal whose first entry gets this number.
    pub(crate) fn new(next: u64) -> Self {
        Self {
            entries: VecDeque::new(),
            next,
            committed: watch::Sender::new(next.saturating_sub(1)),
        }
    }

    /// The number of the next entry.
    pub(crate) const fn next(&self) -> u64 {
        self.next
    }

    /// Returns a receiver of the number of the newest committed entry.
    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.committed.subscribe()
    }

    /// Adds an entry, and sets its number.
    pub(crate) fn add(&mut self, mut entry: Entry) {
        entry.number = self.next;
        self.next += 1;
        if self.entries.len() == MAX_ENTRIES {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }

    /// Removes the uncommitted entries, which start at this number.
    pub(crate) fn forget_from(&mut self, number: u64) {
        while self
            .entries
            .back()
            .is_some_and(|entry| entry.number >= number)
        {
            self.entries.pop_back();
        }
        self.next = number;
    }

    /// Marks all entries as committed and notifies the readers.
    pub(crate) fn publish(&self) {
        let newest = self.next.saturating_sub(1);
        self.committed
            .send_if_modified(|committed| std::mem::replace(committed, newest) != newest);
    }

    /// The entries after this number, oldest first, at most `limit`.
    pub(crate) fn after(&self, number: u64, limit: usize) -> Vec<Entry> {
        let start = self.entries.partition_point(|entry| entry.number <= number);
        self.entries
            .iter()
            .skip(start)
            .take(limit)
            .cloned()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str) -> Entry {
        Entry {
            number: 0,
            time: 1,
            by: None,
            kind: Kind::Change,
            name: name.to_owned(),
            result: "ok".to_owned(),
            detail: Value::Null,
        }
    }

    #[test]
    fn oldest_entries_are_dropped_and_numbers_continue() {
        let mut journal = Journal::new(1);
        for _ in 0..=MAX_ENTRIES {
            journal.add(entry("x"));
        }
        let first = journal.after(0, 1);
        assert_eq!(first[0].number, 2, "the oldest entry is removed");
        assert_eq!(journal.after(10_000, 10).len(), 1);
        assert!(journal.after(10_001, 10).is_empty());
    }

    #[test]
    fn removed_entries_are_never_shown() {
        let mut journal = Journal::new(7);
        let committed = journal.watch();
        journal.add(entry("kept"));
        journal.publish();
        let mark = journal.next();
        journal.add(entry("undone"));
        journal.forget_from(mark);
        journal.add(entry("instead"));
        let names: Vec<String> = journal
            .after(0, 9)
            .into_iter()
            .map(|one| one.name)
            .collect();
        assert_eq!(names, ["kept", "instead"]);
        assert_eq!(*committed.borrow(), 7);
        journal.publish();
        assert_eq!(*committed.borrow(), 8);
    }
}
