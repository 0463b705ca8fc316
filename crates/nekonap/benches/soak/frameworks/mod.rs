//! The frameworks: good ones, which count what they see, and bad ones.

mod events;
mod forward;
mod hostile;
mod reverse;
mod webhook;

use crate::{
    endpoint,
    ledger::{Ledger, Tally},
};
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::{net::TcpListener, task::JoinSet};

/// Whether frameworks may still misbehave. Near the end of a run they stop, so that everything can arrive.
#[derive(Clone, Default)]
pub(crate) struct Calm(Arc<AtomicBool>);

impl Calm {
    pub(crate) fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_on(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// How a WebSocket framework behaves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Behaviour {
    /// Reads everything at once, and stays.
    Steady,
    /// Stays for 50 ms to 5 s; then closes the connection, drops it, or stops reading for some seconds.
    Restless,
    /// Reads five frames per second.
    Slow,
}

/// URLs of the frameworks that the endpoint connects to.
pub(crate) struct Urls {
    pub(crate) steady: String,
    pub(crate) steady_replay: String,
    pub(crate) restless_replay: String,
    pub(crate) webhook: String,
    pub(crate) webhook_replay: String,
}

/// Frameworks that wait for the endpoint: they must listen before it starts.
pub(crate) struct Listening {
    listeners: [TcpListener; 5],
    pub(crate) urls: Urls,
}

impl Listening {
    /// Opens the frameworks' ports.
    ///
    /// # Errors
    /// No port is free.
    pub(crate) async fn open() -> io::Result<Self> {
        let mut listeners = Vec::new();
        let mut url = async |scheme: &str| {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            let url = format!("{scheme}://{}/onebot", listener.local_addr()?);
            listeners.push(listener);
            io::Result::Ok(url)
        };
        let urls = Urls {
            steady: url("ws").await?,
            steady_replay: url("ws").await?,
            restless_replay: url("ws").await?,
            webhook: url("http").await?,
            webhook_replay: url("http").await?,
        };
        let listeners = listeners.try_into().expect("one listener for each URL");
        Ok(Self { listeners, urls })
    }

    /// Starts all frameworks; returns what the good ones see. They run until the tasks are aborted.
    pub(crate) fn start(
        self,
        tasks: &mut JoinSet<()>,
        ports: endpoint::Ports,
        ledger: &Arc<Ledger>,
        calm: &Calm,
    ) -> Vec<Arc<Tally>> {
        use Behaviour::{Restless, Slow, Steady};
        let mut tallies = Vec::new();
        let mut tally = |name, replay| {
            let tally = Tally::new(name, replay, ledger);
            tallies.push(Arc::clone(&tally));
            tally
        };
        let [
            steady,
            steady_replay,
            restless_replay,
            webhook,
            webhook_replay,
        ] = self.listeners;
        for (listener, name, replay, behaviour) in [
            (steady, "reverse WebSocket", false, Steady),
            (steady_replay, "reverse WebSocket, replay", true, Steady),
            (
                restless_replay,
                "reverse WebSocket, replay, restless",
                true,
                Restless,
            ),
        ] {
            tasks.spawn(reverse::serve(
                listener,
                tally(name, replay),
                behaviour,
                calm.clone(),
            ));
        }
        for (port, name, replay, behaviour) in [
            (ports.ws, "WebSocket", false, Steady),
            (ports.ws, "WebSocket, restless", false, Restless),
            (ports.ws, "WebSocket, slow reader", false, Slow),
            (ports.ws_replay, "WebSocket, replay", true, Steady),
        ] {
            tasks.spawn(forward::connect(
                port,
                tally(name, replay),
                behaviour,
                calm.clone(),
            ));
        }
        tasks.spawn(events::read(
            ports.http,
            tally("/_events, replay, restless", true),
            calm.clone(),
        ));
        tasks.spawn(webhook::serve(webhook, tally("webhook", false), None));
        tasks.spawn(webhook::serve(
            webhook_replay,
            tally("webhook, replay, with errors", true),
            Some(calm.clone()),
        ));
        hostile::start(tasks, ports);
        tallies
    }
}
