//! Events and heartbeats of a session (api/transports §4.5, §7.5, §7.7).

use std::sync::Arc;
use std::time::Duration;

use nekonap_endpoint::{Bot, Cursor, Next, Want};
use tokio::time::{Instant, Interval};
use tokio_tungstenite::tungstenite::protocol::frame::Utf8Bytes;
use tokio_tungstenite::tungstenite::{Bytes, Message};

use super::session::Session;
use crate::filter::{self, Filter};
use crate::losses::Losses;
use crate::replay::Acknowledgements;
use crate::ticks::ticks;

/// The event source of a session.
pub(super) struct Events {
    pub(super) cursor: Cursor,
    filter: Option<Filter>,
    pub(super) heartbeat: Option<Interval>,
    pub(super) every: Duration,
    lagging: Duration,
    losses: Losses,
    /// `None` without `replay`.
    pub(super) acknowledgements: Option<Arc<Acknowledgements>>,
    /// Position of the last event that was queued, and of the last ping.
    queued: u64,
    pinged: u64,
    /// When the next ping asks for an acknowledgement.
    pub(super) ping_due: Option<Instant>,
}

/// Why a session gets no more events.
#[derive(Clone, Copy)]
pub(super) enum EventsEnded {
    /// The session has lost events for longer than [`Limits::lagging`](crate::config::Limits).
    Slow,
    /// The bot has shut down.
    Closed,
}

impl Events {
    /// All events from now on; with `replay`, from the entry's mark on.
    pub(super) async fn new(session: &Session) -> Self {
        let options = &session.options;
        let want = Want {
            form: options.form,
            own_messages: options.own_messages,
            event_id: session.replay.is_some(),
            raw: options.raw,
        };
        let (cursor, acknowledgements) = match &session.replay {
            Some(replay) => {
                let (cursor, acknowledgements) = replay.connect(want).await;
                (cursor, Some(acknowledgements))
            }
            None => (session.bot.cursor(want), None),
        };
        Self {
            cursor,
            filter: options.filter.clone(),
            heartbeat: options.heartbeat.map(ticks),
            every: options.heartbeat.unwrap_or_default(),
            lagging: session.limits.lagging,
            losses: Losses::new(&session.name),
            acknowledgements,
            queued: 0,
            pinged: 0,
            ping_due: None,
        }
    }

    /// Handles that all queued frames were written. If events were among them, a ping follows after `delay`.
    pub(super) fn flushed(&mut self, delay: Duration) {
        if self.acknowledgements.is_some() && self.queued > self.pinged && self.ping_due.is_none() {
            self.ping_due = Some(Instant::now() + delay);
        }
    }

    /// Payload of a ping. With `replay`, its answer acknowledges the events before it.
    pub(super) fn ping(&mut self) -> Bytes {
        self.ping_due = None;
        self.pinged = self.queued;
        match &self.acknowledgements {
            Some(acknowledgements) if self.queued > 0 => acknowledgements.ping(self.queued),
            _ => Bytes::new(),
        }
    }

    /// Converts an item of the cursor to a frame. `None` for lost events and for those that
    /// the filter removes.
    pub(super) fn frame(&mut self, next: Next, bot: &Bot) -> Result<Option<Message>, EventsEnded> {
        if let Next::Event { position, .. } = next {
            self.queued = position;
        }
        match next {
            Next::Event { bytes, .. } if !filter::passes(self.filter.as_ref(), &bytes) => Ok(None),
            // Events are JSON and therefore always UTF-8.
            Next::Event { bytes, .. } => Ok(Utf8Bytes::try_from(bytes).ok().map(Message::Text)),
            Next::Closed => Err(EventsEnded::Closed),
            Next::Lost(events) => {
                if self.losses.add(bot, events) >= self.lagging {
                    Err(EventsEnded::Slow)
                } else {
                    Ok(None)
                }
            }
        }
    }

    /// The next event, without waiting.
    pub(super) fn ready(&mut self, bot: &Bot) -> Option<Result<Option<Message>, EventsEnded>> {
        let next = self.cursor.try_next();
        if next.is_none() {
            self.losses.caught_up();
        }
        next.map(|next| self.frame(next, bot))
    }
}
