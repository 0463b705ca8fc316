//! Events and heartbeats of a session (api/transports §4.5, §7.5).

use std::time::Duration;

use nekonap_endpoint::{Bot, Cursor, Next, Want};
use tokio::time::Interval;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Utf8Bytes;

use super::session::Session;
use crate::filter::{self, Filter};
use crate::losses::Losses;
use crate::ticks::ticks;

/// The event source of a session.
pub(super) struct Events {
    pub(super) cursor: Cursor,
    filter: Option<Filter>,
    pub(super) heartbeat: Option<Interval>,
    pub(super) every: Duration,
    lagging: Duration,
    losses: Losses,
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
    /// All events from now on.
    pub(super) fn new(session: &Session) -> Self {
        let options = &session.options;
        let want = Want {
            form: options.form,
            own_messages: options.own_messages,
            event_id: false,
            raw: options.raw,
        };
        Self {
            cursor: session.bot.cursor(want),
            filter: options.filter.clone(),
            heartbeat: options.heartbeat.map(ticks),
            every: options.heartbeat.unwrap_or_default(),
            lagging: session.limits.lagging,
            losses: Losses::new(&session.name),
        }
    }

    /// Converts an item of the cursor to a frame. `None` for lost events and for those that
    /// the filter removes.
    pub(super) fn frame(&mut self, next: Next, bot: &Bot) -> Result<Option<Message>, EventsEnded> {
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
