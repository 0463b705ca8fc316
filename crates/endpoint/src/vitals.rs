//! Counters of the bot, and the status that `get_status` and the heartbeat report
//! (api/actions §4, point 9; api/events-and-segments §2.2).

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::connections::Connections;
use schemars::JsonSchema;
use serde::Serialize;

/// Counters since the start of the bot. They never decrease.
#[derive(Debug, Default)]
pub struct Vitals {
    /// Messages received, without those that the account sent from other devices.
    pub messages_received: Counter,
    /// Messages that the server accepted from this bot.
    pub messages_sent: Counter,
    /// Time of the newest message, received or sent, Unix seconds; 0 before the first.
    pub last_message_time: Counter,
    /// Events appended to the log.
    pub events: Counter,
    /// Events that connections lost: they read too slowly, or were away for longer than their window.
    pub events_lost: Counter,
    /// The same by connection entry.
    lost_by_connection: Mutex<BTreeMap<String, u64>>,
    /// Events that could not be delivered to a webhook. Counted by the gateway.
    pub deliveries_failed: Counter,
    /// Pushes that made no event because something in them could not be resolved or stored.
    pub events_dropped: Counter,
    /// Times the connection to the servers was lost.
    pub disconnects: Counter,
    /// Connections to frameworks. Counted by the gateway.
    pub connections: Connections,
}

impl Vitals {
    /// Counts events that a connection entry lost.
    pub fn lost(&self, entry: &str, events: u64) {
        self.events_lost.add(events);
        *self.by_connection().entry(entry.to_owned()).or_default() += events;
    }

    /// How many events each connection entry lost; entries that lost none are absent.
    pub fn lost_by_connection(&self) -> BTreeMap<String, u64> {
        self.by_connection().clone()
    }

    fn by_connection(&self) -> MutexGuard<'_, BTreeMap<String, u64>> {
        self.lost_by_connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// An atomic counter.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Adds one.
    pub fn one(&self) {
        self.add(1);
    }

    /// Adds `many`.
    pub fn add(&self, many: u64) {
        self.0.fetch_add(many, Ordering::Relaxed);
    }

    /// Sets the counter to `value` if it is lower.
    pub fn raise(&self, value: u64) {
        self.0.fetch_max(value, Ordering::Relaxed);
    }

    /// The current value.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The answer of `get_status`, and `status` in a heartbeat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "these are go-cqhttp's names, fixed by api/actions §4"
)]
pub struct Status {
    /// Whether the account is logged in and connected.
    pub online: bool,
    /// Whether the bot works as it should; false while offline.
    pub good: bool,
    /// The counters.
    pub stat: Stat,
    /// Always true.
    pub app_initialized: bool,
    /// Always true.
    pub app_enabled: bool,
    /// Always true.
    pub app_good: bool,
    /// Always true.
    pub plugins_good: bool,
}

/// The counters, with go-cqhttp's names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Stat {
    /// Frames received from the servers.
    pub packet_received: u64,
    /// Frames sent to the servers.
    pub packet_sent: u64,
    /// Calls to the servers that were not answered.
    pub packet_lost: u64,
    /// Messages received.
    pub message_received: u64,
    /// Messages sent.
    pub message_sent: u64,
    /// Times the connection to the servers was lost.
    pub disconnect_times: u64,
    /// Events and pushes that were lost: not stored, not resolved, or not read in time.
    pub lost_times: u64,
    /// Events that connections to frameworks lost, by the name of their entry; entries that lost none are absent.
    pub lost_by_connection: BTreeMap<String, u64>,
    /// Time of the newest message, Unix seconds; 0 before the first.
    pub last_message_time: u64,
    /// Time the bot started, Unix seconds.
    pub startup_time: u64,
}

/// The content of `/readyz`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Readiness {
    /// Whether the account is online and the archive can be written.
    pub ready: bool,
    /// Whether the account is logged in and connected.
    pub online: bool,
    /// Whether the archive can be written. If not, ids and events may be lost in a restart.
    pub archive: bool,
}
