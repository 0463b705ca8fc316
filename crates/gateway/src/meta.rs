//! Meta events (api/events-and-segments §2). Each connection creates its own when it sends them; they are not queued.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use nekonap_endpoint::Bot;
use nekonap_onebot::{
    Event, Form, What,
    events::{Heartbeat, Lifecycle, Meta},
};

/// A `lifecycle` event as JSON.
pub(crate) fn lifecycle(bot: &Bot, lifecycle: Lifecycle) -> String {
    event(bot, Meta::Lifecycle(lifecycle))
}

/// A `heartbeat` event as JSON. `every`: the connection's heartbeat interval.
pub(crate) fn heartbeat(bot: &Bot, every: Duration) -> String {
    // The status contains only numbers and booleans, which always serialize.
    let status = serde_json::to_value(bot.status()).unwrap_or_default();
    let interval = u64::try_from(every.as_millis()).unwrap_or(u64::MAX);
    event(bot, Meta::Heartbeat(Heartbeat { status, interval }))
}

fn event(bot: &Bot, meta: Meta) -> String {
    let time = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |passed| passed.as_secs());
    let event = Event {
        time,
        self_id: bot.self_id(),
        what: What::Meta(meta),
    };
    // Meta events contain no message, so the form does not matter.
    event.to_json(Form::Array)
}
