//! The listener of the wire port. The first byte of a connection determines its protocol (api/sandbox §7).

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

use super::{ConnectionGate, Keyring, ServerKeys, connection, highway, web};
use crate::{StartError, world_actor::WorldActor};

/// Maximum number of connections that are not logged in (api/sandbox §7).
const MAX_UNAUTHENTICATED: usize = 64;
/// Possible first bytes of a frame, which are the high byte of its length.
const FRAME: std::ops::RangeInclusive<u8> = 0x00..=0x04;

/// State that all connections share.
pub(super) struct Shared {
    pub(super) world_actor: WorldActor,
    pub(super) keyring: Keyring,
    pub(super) keys: ServerKeys,
    invalid_frames: AtomicU64,
}

impl Shared {
    /// Counts an invalid frame and logs one of every hundred.
    pub(super) fn count_invalid_frame(&self, error: &FrameError) {
        let count = self.invalid_frames.fetch_add(1, Ordering::Relaxed);
        if count.is_multiple_of(100) {
            tracing::warn!(%error, dropped = count + 1, "dropping an invalid frame");
        }
    }
}

/// Binds the wire port.
///
/// # Errors
/// The port is in use or cannot be opened.
pub(crate) async fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address)
        .await
        .map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => StartError::AddressInUse(address),
            _ => StartError::Listen { address, error },
        })
}

/// The server of the wire port.
#[derive(Debug)]
pub(crate) struct Server {
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Server {
    /// Starts serving the wire port.
    pub(crate) fn start(
        listener: TcpListener,
        (world_actor, keyring, keys): (WorldActor, Keyring, ServerKeys),
        gate: ConnectionGate,
    ) -> Self {
        let shared = Arc::new(Shared {
            world_actor,
            keyring,
            keys,
            invalid_frames: AtomicU64::new(0),
        });
        let stop = CancellationToken::new();
        let tasks = TaskTracker::new();
        tasks.spawn(accept(listener, shared, gate, stop.clone(), tasks.clone()));
        Self { stop, tasks }
    }

    /// Stops accepting, closes all connections and waits until their tasks have ended.
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
    let unauthenticated = Arc::new(Semaphore::new(MAX_UNAUTHENTICATED));
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Usually the process has no free file descriptor. One becomes free when a connection ends.
                tracing::warn!(%error, "could not accept a connection");
                tokio::task::yield_now().await;
                continue;
            }
        };
        let Some(control) = gate.enter() else {
            continue;
        };
        let Ok(permit) = Arc::clone(&unauthenticated).try_acquire_owned() else {
            tracing::debug!("too many connections are not logged in");
            continue;
        };
        // Answers are small and must not be delayed by Nagle's algorithm.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "could not set TCP_NODELAY");
        }
        let shared = Arc::clone(&shared);
        let stop = stop.clone();
        tasks.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = control.close.cancelled() => {}
                first = first_byte(&stream) => match first {
                    Some(first) if FRAME.contains(&first) => {
                        connection::serve(stream, shared, control.clone(), permit).await;
                    }
                    Some(nekonap_wire::highway::START) => {
                        highway::serve(stream, shared, control.close.clone(), permit).await;
                    }
                    Some(first) if first.is_ascii_uppercase() => {
                        web::serve(stream, shared, control.close.clone()).await;
                        drop(permit);
                    }
                    Some(first) => tracing::debug!(first, "unknown protocol"),
                    None => {}
                },
            }
        });
    }
}

/// Peeks at the first byte; `None` if none arrives in time.
async fn first_byte(stream: &TcpStream) -> Option<u8> {
    let mut first = [0];
    match timeout(connection::FIRST_FRAME_TIMEOUT, stream.peek(&mut first)).await {
        Ok(Ok(1)) => Some(first[0]),
        _ => None,
    }
}
