//! The frames that a connection makes itself (api/events-and-segments §2): they are never queued, so they are never
//! late.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use nekonap_endpoint::Bot;
use nekonap_onebot::{
    Event, Form, What,
    events::{Heartbeat, Lifecycle, Meta},
};

/// `lifecycle` of that sub type.
pub(crate) fn lifecycle(bot: &Bot, lifecycle: Lifecycle) -> String {
    event(bot, Meta::Lifecycle(lifecycle))
}

/// A heartbeat of a connection that has one every so often.
pub(crate) fn heartbeat(bot: &Bot, every: Duration) -> String {
    // The status is plain numbers and truths, which always make JSON.
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
    // Neither holds a message, so either form will do.
    event.to_json(Form::Array)
}
