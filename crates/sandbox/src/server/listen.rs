//! The listener: the first byte of a connection tells what it is (api/sandbox §7).

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use nekonap_wire::frame::FrameError;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{ConnectionGate, Keyring, ServerKeys, connection, web};
use crate::{StartError, world_actor::WorldActor};

/// How many connections there may be that have not logged in (api/sandbox §7).
const STRANGERS: usize = 64;
/// The first bytes of a frame: the high byte of its length.
const FRAME: std::ops::RangeInclusive<u8> = 0x00..=0x04;

/// What all connections share.
pub(super) struct Shared {
    pub(super) world_actor: WorldActor,
    pub(super) keyring: Keyring,
    pub(super) keys: ServerKeys,
    nonsense: AtomicU64,
}

impl Shared {
    /// Counts a frame that makes no sense, and logs the first of every hundred.
    pub(super) fn count_nonsense(&self, error: &FrameError) {
        let count = self.nonsense.fetch_add(1, Ordering::Relaxed);
        if count.is_multiple_of(100) {
            tracing::warn!(%error, dropped = count + 1, "a frame that makes no sense is dropped");
        }
    }
}

/// Opens the port.
///
/// # Errors
/// It is in use, or cannot be opened for another reason.
pub(crate) async fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address)
        .await
        .map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => StartError::AddressInUse(address),
            _ => StartError::Listen { address, error },
        })
}

/// The wire port, being served.
#[derive(Debug)]
pub(crate) struct Server {
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Server {
    /// Serves the port until it is stopped.
    pub(crate) fn start(
        listener: TcpListener,
        (world_actor, keyring, keys): (WorldActor, Keyring, ServerKeys),
        gate: ConnectionGate,
    ) -> Self {
        let shared = Arc::new(Shared {
            world_actor,
            keyring,
            keys,
            nonsense: AtomicU64::new(0),
        });
        let stop = CancellationToken::new();
        let tasks = TaskTracker::new();
        tasks.spawn(accept(listener, shared, gate, stop.clone(), tasks.clone()));
        Self { stop, tasks }
    }

    /// Takes nobody in any more, closes every connection, and waits until all are gone.
    pub(crate) async fn stop(&self, gate: &ConnectionGate) {
        self.stop.cancel();
        gate.drop_all();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

async fn accept(
    listener: TcpListener,
    shared: Arc<Shared>,
    gate: ConnectionGate,
    stop: CancellationToken,
    tasks: TaskTracker,
) {
    let strangers = Arc::new(Semaphore::new(STRANGERS));
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Out of file descriptors, as a rule: those that are open end some time.
                tracing::warn!(%error, "a connection could not be taken");
                tokio::task::yield_now().await;
                continue;
            }
        };
        let Some(cut) = gate.enter() else { continue };
        let Ok(seat) = Arc::clone(&strangers).try_acquire_owned() else {
            tracing::debug!("too many connections that have not logged in");
            continue;
        };
        // Answers are small, and nobody should wait for more of them.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection without no-delay");
        }
        let shared = Arc::clone(&shared);
        let stop = stop.clone();
        tasks.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = cut.cancelled() => {}
                first = first_byte(&stream) => match first {
                    Some(first) if FRAME.contains(&first) => {
                        connection::serve(stream, shared, cut.clone(), seat).await;
                    }
                    Some(first) if first.is_ascii_uppercase() => {
                        web::serve(stream, shared, cut.clone()).await;
                        drop(seat);
                    }
                    Some(first) => tracing::debug!(first, "nothing that is spoken here"),
                    None => {}
                },
            }
        });
    }
}

/// Looks at the first byte without taking it; `None` when none comes.
async fn first_byte(stream: &TcpStream) -> Option<u8> {
    let mut first = [0];
    match timeout(connection::FIRST_FRAME, stream.peek(&mut first)).await {
        Ok(Ok(1)) => Some(first[0]),
        _ => None,
    }
}
