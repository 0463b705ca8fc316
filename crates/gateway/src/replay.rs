//! Entries with `replay`: what their connections have acknowledged (api/transports §7.7).

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use nekonap_endpoint::{Bot, Cursor, Want};

/// How many acknowledged events a WebSocket gets again after a reconnect: its library may have answered a ping before the
/// bot's code has seen the events before it.
const REPEATED: u32 = 64;

/// A WebSocket entry with `replay`.
pub(crate) struct Replay {
    bot: Bot,
    /// Name of the entry.
    entry: String,
    connections: Mutex<Connections>,
}

/// The open connections of an entry.
#[derive(Default)]
struct Connections {
    /// Number of the next connection.
    next: u64,
    /// Position that each has acknowledged.
    acknowledged: BTreeMap<u64, u64>,
}

impl Replay {
    /// `None` if the entry has no `replay`.
    pub(crate) fn of(entry: &str, replays: bool, bot: &Bot) -> Option<Arc<Self>> {
        replays.then(|| {
            Arc::new(Self {
                bot: bot.clone(),
                entry: entry.to_owned(),
                connections: Mutex::default(),
            })
        })
    }

    /// Begins a connection at the entry's mark.
    pub(crate) async fn connect(self: &Arc<Self>, want: Want) -> (Cursor, Arc<Acknowledgements>) {
        let cursor = self.bot.resume(&self.entry, want, REPEATED).await;
        let mark = self.bot.acknowledged(&self.entry);
        let mut connections = self.connections();
        let number = connections.next;
        connections.next += 1;
        connections
            .acknowledged
            .insert(number, mark.unwrap_or_default());
        let acknowledgements = Acknowledgements {
            replay: Arc::clone(self),
            number,
            pinged: AtomicU64::new(0),
        };
        (cursor, Arc::new(acknowledgements))
    }

    /// Moves the mark to the lowest position of all open connections.
    fn update(&self, change: impl FnOnce(&mut BTreeMap<u64, u64>)) {
        let mut connections = self.connections();
        change(&mut connections.acknowledged);
        let lowest = connections.acknowledged.values().min().copied();
        drop(connections);
        if let Some(lowest) = lowest {
            self.bot.acknowledge(&self.entry, lowest);
        }
    }

    fn connections(&self) -> MutexGuard<'_, Connections> {
        self.connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// The acknowledgements of one connection.
pub(crate) struct Acknowledgements {
    replay: Arc<Replay>,
    /// Number of the connection.
    number: u64,
    /// Position of the last ping.
    pinged: AtomicU64,
}

impl Acknowledgements {
    /// Payload of a ping after all events up to this position.
    pub(crate) fn ping(&self, position: u64) -> Bytes {
        self.pinged.store(position, Ordering::Relaxed);
        Bytes::copy_from_slice(&position.to_be_bytes())
    }

    /// Handles the payload of a pong. One that answers no ping of this connection is ignored.
    pub(crate) fn pong(&self, payload: &[u8]) {
        let Ok(position) = payload.try_into().map(u64::from_be_bytes) else {
            return;
        };
        if position > self.pinged.load(Ordering::Relaxed) {
            return;
        }
        self.replay.update(|acknowledged| {
            let known = acknowledged.entry(self.number).or_default();
            *known = position.max(*known);
        });
    }
}

impl Drop for Acknowledgements {
    fn drop(&mut self) {
        self.replay.update(|acknowledged| {
            acknowledged.remove(&self.number);
        });
    }
}
