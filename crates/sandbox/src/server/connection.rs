//! One client's connection: frames in, frames out. protocol/01 §1, §9

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use nekonap_wire::{
    command::Command,
    commands::session::{Alive, CorrectTime},
    frame::{
        Encryption, FrameError, Request, Response, decode_request,
        limits::{LARGEST_BEFORE_LOG_IN, LARGEST_REQUEST},
        split,
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::{OwnedSemaphorePermit, mpsc},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::{
    listen::Shared,
    login,
    outbound::{Outbound, Seal},
};
use crate::world_actor::CommandRequest;

/// How many outbound_queue may wait for a client that does not read; then its connection is closed (api/sandbox §7).
const WAITING: usize = 1_024;
/// How many outbound_queue are written with one call.
const TOGETHER: usize = 64;
/// How long a connection may stay silent before the first frame.
pub(super) const FIRST_FRAME: Duration = Duration::from_secs(10);
/// How long a connection may stay silent later. protocol/01 §9 row 11
const SILENCE: Duration = Duration::from_secs(600);
/// How long a client may take to read what is written to it.
const WRITE: Duration = Duration::from_secs(30);
/// How many frames in a row may make no sense.
const NONSENSE: u32 = 3;

/// A connection as the world knows it.
#[derive(Debug)]
pub(crate) struct Connection {
    id: u64,
    outbox: mpsc::Sender<Outbound>,
    cut: CancellationToken,
    logged_in: AtomicBool,
}

impl Connection {
    /// A new connection; what is sent to it comes out of the receiver.
    pub(crate) fn new(cut: CancellationToken) -> (Arc<Self>, mpsc::Receiver<Outbound>) {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let (outbox, outbound_queue) = mpsc::channel(WAITING);
        let connection = Arc::new(Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            outbox,
            cut,
            logged_in: AtomicBool::new(false),
        });
        (connection, outbound_queue)
    }

    /// Its number, like no other's in this process.
    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    /// Queues a outbound. A client that reads too slowly loses its connection, never a outbound in the middle.
    pub(crate) fn send(&self, outbound: Outbound) {
        if let Err(mpsc::error::TrySendError::Full(_)) = self.outbox.try_send(outbound) {
            tracing::warn!(
                connection = self.id,
                "a client does not read: closing its connection"
            );
            self.cut.cancel();
        }
    }

    /// A command came in with a good session.
    pub(crate) fn log_in(&self) {
        self.logged_in.store(true, Ordering::Relaxed);
    }

    fn is_logged_in(&self) -> bool {
        self.logged_in.load(Ordering::Relaxed)
    }
}

impl PartialEq for Connection {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// Serves a connection until either side closes it. `seat` is held until it has logged in.
pub(super) async fn serve(
    stream: TcpStream,
    shared: Arc<Shared>,
    cut: CancellationToken,
    seat: OwnedSemaphorePermit,
) {
    let (connection, outbound_queue) = Connection::new(cut.clone());
    let id = connection.id();
    let (read, write) = stream.into_split();
    let writing = tokio::spawn(write_all(write, outbound_queue, cut.clone()));
    let mut reader = Reader {
        connection,
        shared: Arc::clone(&shared),
        seat: Some(seat),
        nonsense: 0,
    };
    tokio::select! {
        () = cut.cancelled() => {}
        outcome = reader.read_all(read) => {
            if let Err(why) = outcome {
                tracing::debug!(connection = id, why, "closing a connection");
            }
        }
    }
    drop(reader);
    let gone = shared
        .world_actor
        .ask(move |world| crate::services::session::online::gone(world, id))
        .await;
    if let Err(refusal) = gone {
        tracing::debug!(error = refusal.text, "a connection's end is not noted");
    }
    // The world held the last handle: what was queued is written, and the task ends.
    cut.cancel();
    let _ = writing.await;
}

struct Reader {
    connection: Arc<Connection>,
    shared: Arc<Shared>,
    seat: Option<OwnedSemaphorePermit>,
    nonsense: u32,
}

impl Reader {
    /// Reads frames until the client closes. `Err` says why it is closed from here.
    async fn read_all(&mut self, mut stream: OwnedReadHalf) -> Result<(), &'static str> {
        let mut received = BytesMut::with_capacity(4 * 1024);
        let mut read_timeout = FIRST_FRAME;
        loop {
            while let Some(frame) = self.next(&mut received)? {
                read_timeout = SILENCE;
                self.take(&frame).await?;
            }
            match timeout(read_timeout, stream.read_buf(&mut received)).await {
                Err(_) => return Err("silent for too long"),
                Ok(Ok(0)) => return Ok(()),
                Ok(Ok(_)) => {}
                Ok(Err(_)) => return Err("broken"),
            }
        }
    }

    fn next(&mut self, received: &mut BytesMut) -> Result<Option<Bytes>, &'static str> {
        if self.connection.is_logged_in() {
            self.seat = None;
        }
        let limit = if self.seat.is_none() {
            LARGEST_REQUEST
        } else {
            LARGEST_BEFORE_LOG_IN
        };
        split(received, limit).map_err(|error| {
            self.shared.count_nonsense(&error);
            "a frame of an impossible length"
        })
    }

    /// Serves a frame.
    async fn take(&mut self, frame: &Bytes) -> Result<(), &'static str> {
        let keyring = &self.shared.keyring;
        match decode_request(frame, |d2| keyring.get(d2)) {
            Ok(request) => {
                self.nonsense = 0;
                self.dispatch(request).await;
                Ok(())
            }
            // Nothing can be answered (protocol/01 §1.9).
            Err(FrameError::UnknownTicket) => Err("a ticket that was never issued"),
            Err(error) => {
                self.shared.count_nonsense(&error);
                self.nonsense += 1;
                if self.nonsense >= NONSENSE {
                    return Err("too many frames that make no sense");
                }
                Ok(())
            }
        }
    }

    async fn dispatch(&self, request: Request) {
        match &request.encryption {
            Encryption::D2(d2) => {
                let d2 = d2.clone();
                let connection = Arc::clone(&self.connection);
                self.shared
                    .world_actor
                    .serve(CommandRequest {
                        request,
                        d2,
                        connection,
                    })
                    .await;
            }
            Encryption::Zero => {
                let (code, extra, body) = login::serve(&self.shared, &request).await;
                self.answer(&request, code, extra, body, Seal::Zero);
            }
            Encryption::Plain => {
                let known = [Alive::NAME, CorrectTime::NAME].contains(&request.command.as_str());
                let (code, extra) = if known {
                    (0, String::new())
                } else {
                    (-10003, "this command wants a session".to_owned())
                };
                self.answer(&request, code, extra, Bytes::new(), Seal::Plain);
            }
        }
    }

    fn answer(&self, request: &Request, code: i32, extra: String, body: Bytes, seal: Seal) {
        self.connection.send(Outbound::Answer {
            response: Response {
                sequence: request.sequence,
                code,
                extra,
                command: request.command.clone(),
                uin: request.uin,
                protocol: request.protocol,
                body,
            },
            seal,
        });
    }
}

/// Writes outbound_queue as they come, those that wait together, until the last handle on the outbox is gone, a
/// [`Outbound::Close`], or `cut`.
async fn write_all(
    mut stream: OwnedWriteHalf,
    mut outbound_queue: mpsc::Receiver<Outbound>,
    cut: CancellationToken,
) {
    let mut waiting = Vec::with_capacity(TOGETHER);
    let mut frames = BytesMut::new();
    let mut pushed = 0;
    loop {
        let count = tokio::select! {
            biased;
            () = cut.cancelled() => break,
            count = outbound_queue.recv_many(&mut waiting, TOGETHER) => count,
        };
        if count == 0 {
            break;
        }
        let mut close = false;
        for outbound in waiting.drain(..) {
            close = close || matches!(outbound, Outbound::Close);
            if let Err(error) = outbound.write(&mut frames, &mut pushed) {
                tracing::error!(%error, "something for a client does not fit into a frame");
            }
        }
        let written: io::Result<()> = match timeout(WRITE, stream.write_all(&frames)).await {
            Ok(written) => written,
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        };
        frames.clear();
        if close || written.is_err() {
            break;
        }
    }
    // The reader ends with it.
    let _ = stream.shutdown().await;
    cut.cancel();
}
