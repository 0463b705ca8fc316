//! What a connection that wants events is sent without asking: events through its cursor, and heartbeats
//! (api/transports §4.5, §7.5).

use std::time::Duration;

use nekonap_endpoint::{Bot, Cursor, Next, Want};
use tokio::time::Interval;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Utf8Bytes;

use super::talk::Talk;
use crate::losses::Losses;
use crate::ticks::ticks;

/// What goes to a connection that wants events.
pub(super) struct Events {
    pub(super) cursor: Cursor,
    pub(super) heartbeat: Option<Interval>,
    pub(super) every: Duration,
    lagging: Duration,
    losses: Losses,
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
            losses: Losses::new(&talk.name),
        }
    }

    /// The frame of what the cursor came to, if it is one.
    pub(super) fn frame(&mut self, next: Next, bot: &Bot) -> Result<Option<Message>, Over> {
        match next {
            // Events are JSON, which is UTF-8.
            Next::Event { bytes, .. } => Ok(Utf8Bytes::try_from(bytes).ok().map(Message::Text)),
            Next::Closed => Err(Over::Closed),
            Next::Lost(events) => {
                if self.losses.add(bot, events) >= self.lagging {
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
        if next.is_none() {
            self.losses.caught_up();
        }
        next.map(|next| self.frame(next, bot))
    }
}
