//! The bot's vital signs: counters that are only ever added to, and what `get_status` and the heartbeat say of them
//! (api/actions §4, point 9; api/events-and-segments §2.2).

use std::sync::atomic::{AtomicU64, Ordering};

use schemars::JsonSchema;
use serde::Serialize;

/// What has been counted since the bot started. Everybody may read it; the gateway adds what it lost.
#[derive(Debug, Default)]
pub struct Vitals {
    /// Messages that came in, one's own from other devices not counted.
    pub messages_received: Counter,
    /// Messages the server took from this bot.
    pub messages_sent: Counter,
    /// Unix seconds of the newest message, received or sent; 0 before the first.
    pub last_message_time: Counter,
    /// Calls answered, whatever the answer.
    pub calls: Counter,
    /// Calls whose answer was a failure.
    pub failed_calls: Counter,
    /// Events written to the log.
    pub events: Counter,
    /// Events that a connection lost because it read too slowly; counted by the gateway.
    pub events_lost: Counter,
    /// Events that could not be delivered to a webhook; counted by the gateway.
    pub deliveries_failed: Counter,
    /// Pushes that made no event because something in them could not be resolved or stored.
    pub events_dropped: Counter,
    /// Times the connection to the servers went down.
    pub disconnects: Counter,
}

/// A number that many may add to at once.
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

    /// Raises it to `value`, if it is lower.
    pub fn raise(&self, value: u64) {
        self.0.fetch_max(value, Ordering::Relaxed);
    }

    /// What it stands at.
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

/// The counters, in go-cqhttp's names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Stat {
    /// Frames received.
    pub packet_received: u64,
    /// Frames sent.
    pub packet_sent: u64,
    /// Calls to the servers that no answer came to.
    pub packet_lost: u64,
    /// Messages received.
    pub message_received: u64,
    /// Messages sent.
    pub message_sent: u64,
    /// Times the connection went down.
    pub disconnect_times: u64,
    /// Pushes that were lost.
    pub lost_times: u64,
    /// Unix seconds of the newest message.
    pub last_message_time: u64,
    /// Unix seconds of the start.
    pub startup_time: u64,
}

/// What `/readyz` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Readiness {
    /// Whether the account is online and the archive writes.
    pub ready: bool,
    /// Whether the account is logged in and connected.
    pub online: bool,
    /// Whether the archive writes; while it does not, nothing is promised of ids and events after a restart.
    pub archive: bool,
}
