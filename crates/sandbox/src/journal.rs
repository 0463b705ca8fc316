//! What happened, in order: clients' commands, people's acts, and what came of either (api/sandbox §5).

use std::collections::VecDeque;

use nekonap_ids::Uin;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::watch;

use crate::{refusal::Refusal, world::Change};

/// How many entries are kept.
pub(crate) const KEPT: usize = 10_000;

/// One entry.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Entry {
    pub(crate) number: u64,
    /// Unix seconds, by the world's clock.
    pub(crate) time: u64,
    /// Who; `None` is the world itself.
    pub(crate) by: Option<Uin>,
    pub(crate) kind: Kind,
    /// The command, the verb, or the change.
    pub(crate) name: String,
    /// `ok`, or why not.
    pub(crate) result: String,
    pub(crate) detail: Value,
}

impl Entry {
    /// The entry of somebody's command or act, whose result comes later.
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

    /// The entry of a change.
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

/// What an entry tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// A client's command.
    Call,
    /// A person's act.
    Act,
    /// What came of either.
    Change,
}

/// The newest entries. Readers are told of new ones once they are committed.
#[derive(Debug)]
pub(crate) struct Journal {
    entries: VecDeque<Entry>,
    next: u64,
    /// The number of the newest entry that may be shown.
    shown: watch::Sender<u64>,
}

impl Journal {
    /// A journal whose first entry will have this number.
    pub(crate) fn new(next: u64) -> Self {
        Self {
            entries: VecDeque::new(),
            next,
            shown: watch::Sender::new(next.saturating_sub(1)),
        }
    }

    /// The number of the next entry.
    pub(crate) const fn next(&self) -> u64 {
        self.next
    }

    /// Tells when there is something new.
    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.shown.subscribe()
    }

    /// Adds an entry; its number is given here.
    pub(crate) fn add(&mut self, mut entry: Entry) {
        entry.number = self.next;
        self.next += 1;
        if self.entries.len() == KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }

    /// Takes back everything from this number on: it was not committed.
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

    /// All that was added is committed.
    pub(crate) fn show(&self) {
        let newest = self.next.saturating_sub(1);
        self.shown
            .send_if_modified(|shown| std::mem::replace(shown, newest) != newest);
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
    fn the_newest_are_kept_and_numbers_go_on() {
        let mut journal = Journal::new(1);
        for _ in 0..=KEPT {
            journal.add(entry("x"));
        }
        let first = journal.after(0, 1);
        assert_eq!(first[0].number, 2, "the oldest went");
        assert_eq!(journal.after(10_000, 10).len(), 1);
        assert!(journal.after(10_001, 10).is_empty());
    }

    #[test]
    fn what_is_taken_back_was_never_there_and_nobody_was_told() {
        let mut journal = Journal::new(7);
        let told = journal.watch();
        journal.add(entry("kept"));
        journal.show();
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
        assert_eq!(*told.borrow(), 7);
        journal.show();
        assert_eq!(*told.borrow(), 8);
    }
}
