//! What a connection that wants events is sent without asking: events through its cursor, and heartbeats
//! (api/transports §4.5, §7.5).

use std::time::Duration;

use nekonap_endpoint::{Bot, Cursor, Next, Want};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Utf8Bytes;

use super::talk::Talk;

/// What goes to a connection that wants events.
pub(super) struct Events {
    pub(super) cursor: Cursor,
    pub(super) heartbeat: Option<Interval>,
    pub(super) every: Duration,
    lagging: Duration,
    name: String,
    /// Events are being lost since then, so many so far.
    burst: Option<(Instant, u64)>,
}

/// Why there are no more events for a connection.
#[derive(Clone, Copy)]
pub(super) enum Over {
    /// It has lost events for too long.
    Slow,
    /// The bot has shut down.
    Closed,
}

impl Events {
    /// The events of that conversation, from now on.
    pub(super) fn new(talk: &Talk) -> Self {
        let terms = talk.terms;
        let want = Want {
            form: terms.form,
            own_messages: terms.own_messages,
            event_id: false,
            raw: terms.raw,
        };
        Self {
            cursor: talk.bot.cursor(want),
            heartbeat: terms.heartbeat.map(ticks),
            every: terms.heartbeat.unwrap_or_default(),
            lagging: talk.limits.lagging,
            name: talk.name.clone(),
            burst: None,
        }
    }

    /// The frame of what the cursor came to, if it is one.
    pub(super) fn frame(&mut self, next: Next, bot: &Bot) -> Result<Option<Message>, Over> {
        match next {
            // Events are JSON, which is UTF-8.
            Next::Event { bytes, .. } => Ok(Utf8Bytes::try_from(bytes).ok().map(Message::Text)),
            Next::Closed => Err(Over::Closed),
            Next::Lost(events) => {
                bot.vitals().events_lost.add(events);
                if self.burst.is_none() {
                    tracing::warn!(
                        entry = self.name,
                        "a client reads too slowly; the oldest events are lost"
                    );
                }
                let (since, lost) = self.burst.unwrap_or((Instant::now(), 0));
                self.burst = Some((since, lost + events));
                if since.elapsed() >= self.lagging {
                    Err(Over::Slow)
                } else {
                    Ok(None)
                }
            }
        }
    }

    /// The next event, if there is one already.
    pub(super) fn ready(&mut self, bot: &Bot) -> Option<Result<Option<Message>, Over>> {
        let next = self.cursor.try_next();
        if next.is_none()
            && let Some((since, lost)) = self.burst.take()
        {
            tracing::warn!(
                entry = self.name,
                lost,
                seconds = since.elapsed().as_secs(),
                "a client has caught up"
            );
        }
        next.map(|next| self.frame(next, bot))
    }
}

/// Ticks from a full period after now on.
pub(super) fn ticks(every: Duration) -> Interval {
    let mut ticks = interval_at(Instant::now() + every, every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// The next tick, if there are any.
pub(super) async fn tick(ticks: Option<&mut Interval>) {
    match ticks {
        Some(ticks) => {
            ticks.tick().await;
        }
        None => std::future::pending().await,
    }
}
