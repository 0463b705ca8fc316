//! Counts the connections to frameworks by their entry (api/transports §17).

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Connections by the name of their entry and their kind. Cheap to clone; all clones are the same counts.
#[derive(Debug, Clone, Default)]
pub struct Connections(Arc<Mutex<BTreeMap<Entry, ConnectionCounts>>>);

type Entry = (String, &'static str);

/// Connections of one entry and kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ConnectionCounts {
    /// Open now.
    pub open: u64,
    /// Opened since the start of the bot.
    pub opened: u64,
}

/// An open connection, until it is dropped.
#[derive(Debug)]
pub struct OpenConnection {
    counts: Connections,
    entry: Entry,
}

impl Connections {
    /// Counts a connection. `kind`: what is spoken, such as `ws`.
    pub fn open(&self, entry: &str, kind: &'static str) -> OpenConnection {
        let connection = OpenConnection {
            counts: self.clone(),
            entry: (entry.to_owned(), kind),
        };
        connection.change(|counts| {
            counts.open += 1;
            counts.opened += 1;
        });
        connection
    }

    /// The counts of all entries that had a connection: name, kind, counts.
    pub fn read(&self) -> Vec<(String, &'static str, ConnectionCounts)> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = entries.iter();
        counts
            .map(|((entry, kind), counts)| (entry.clone(), *kind, *counts))
            .collect()
    }
}

impl OpenConnection {
    fn change(&self, change: impl FnOnce(&mut ConnectionCounts)) {
        let mut entries = self.counts.0.lock().unwrap_or_else(PoisonError::into_inner);
        change(entries.entry(self.entry.clone()).or_default());
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.change(|counts| counts.open -= 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropped_connection_is_not_open() {
        let connections = Connections::default();
        let first = connections.open("a", "ws");
        let _second = connections.open("a", "ws");
        drop(first);
        let counts = ConnectionCounts { open: 1, opened: 2 };
        assert_eq!(connections.read(), [("a".to_owned(), "ws", counts)]);
    }
}
