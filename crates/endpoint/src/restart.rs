//! Reconnects the account when `set_restart` asks for it (api/actions §3.16).

use std::time::Duration;

use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

use crate::bot::Bot;

/// When the account reconnects; `None` if no restart is pending. A new time replaces the one before.
#[derive(Debug, Default)]
pub(crate) struct Restart(watch::Sender<Option<Instant>>);

impl Restart {
    /// Reconnects after this time.
    pub(crate) fn after(&self, delay: Duration) {
        self.0.send_replace(Some(Instant::now() + delay));
    }
}

/// Makes the restarts of a bot until it shuts down.
pub(crate) async fn run(bot: Bot) {
    let mut due = bot.restart().0.subscribe();
    loop {
        let at = *due.borrow_and_update();
        let reached = async {
            match at {
                Some(at) => sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = bot.closing().cancelled() => return,
            // The sender is the bot's, which this task holds.
            _ = due.changed() => {}
            () = reached => {
                bot.restart().0.send_replace(None);
                tracing::info!(account = %bot.self_id(), "reconnecting to QQ, as `set_restart` asks");
                bot.client().reconnect().await;
            }
        }
    }
}
