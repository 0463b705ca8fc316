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

/// How much may be queued for a client that does not read; then its connection is closed (api/sandbox §7).
const OUTBOUND_QUEUE: usize = 1_024;
/// How many queued frames one call writes at most.
const WRITE_BATCH: usize = 64;
/// How long a connection may stay silent before the first frame.
pub(super) const FIRST_FRAME_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a connection may stay silent later. protocol/01 §9 row 11
const IDLE_TIMEOUT: Duration = Duration::from_secs(600);
/// How long a client may take to read what is written to it.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// How many invalid frames in a row close a connection.
const MAX_INVALID_FRAMES: u32 = 3;

/// A connection as the world knows it.
#[derive(Debug)]
pub(crate) struct Connection {
    id: u64,
    outbox: mpsc::Sender<Outbound>,
    cancel: CancellationToken,
    logged_in: AtomicBool,
}

impl Connection {
    /// A new connection, and the receiver of what is queued for it.
    pub(crate) fn new(cancel: CancellationToken) -> (Arc<Self>, mpsc::Receiver<Outbound>) {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let (outbox, outbound_queue) = mpsc::channel(OUTBOUND_QUEUE);
        let connection = Arc::new(Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            outbox,
            cancel,
            logged_in: AtomicBool::new(false),
        });
        (connection, outbound_queue)
    }

    /// Its number, unique in this process.
    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    /// Queues something for the client. When the queue is full the connection is closed; nothing in the middle is dropped.
    pub(crate) fn send(&self, outbound: Outbound) {
        if let Err(mpsc::error::TrySendError::Full(_)) = self.outbox.try_send(outbound) {
            tracing::warn!(
                connection = self.id,
                "a client does not read: closing its connection"
            );
            self.cancel.cancel();
        }
    }

    /// Notes that a command came with a valid session.
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

/// Serves a connection until either side closes it. `permit` is held until it has logged in.
pub(super) async fn serve(
    stream: TcpStream,
    shared: Arc<Shared>,
    cancel: CancellationToken,
    permit: OwnedSemaphorePermit,
) {
    let (connection, outbound_queue) = Connection::new(cancel.clone());
    let id = connection.id();
    let (read, write) = stream.into_split();
    let writing = tokio::spawn(write_all(write, outbound_queue, cancel.clone()));
    let mut reader = Reader {
        connection,
        shared: Arc::clone(&shared),
        permit: Some(permit),
        invalid_frames: 0,
    };
    tokio::select! {
        () = cancel.cancelled() => {}
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
        tracing::debug!(
            error = refusal.text,
            "the end of a connection could not be recorded"
        );
    }
    // The world held the last handle: what was queued is written, and the task ends.
    cancel.cancel();
    let _ = writing.await;
}

struct Reader {
    connection: Arc<Connection>,
    shared: Arc<Shared>,
    permit: Option<OwnedSemaphorePermit>,
    invalid_frames: u32,
}

impl Reader {
    /// Reads frames until the client closes the connection. `Err`: why the server closes it.
    async fn read_all(&mut self, mut stream: OwnedReadHalf) -> Result<(), &'static str> {
        let mut received = BytesMut::with_capacity(4 * 1024);
        let mut read_timeout = FIRST_FRAME_TIMEOUT;
        loop {
            while let Some(frame) = self.next(&mut received)? {
                read_timeout = IDLE_TIMEOUT;
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
            self.permit = None;
        }
        let limit = if self.permit.is_none() {
            LARGEST_REQUEST
        } else {
            LARGEST_BEFORE_LOG_IN
        };
        split(received, limit).map_err(|error| {
            self.shared.count_invalid_frame(&error);
            "a frame of an impossible length"
        })
    }

    /// Serves a frame.
    async fn take(&mut self, frame: &Bytes) -> Result<(), &'static str> {
        let keyring = &self.shared.keyring;
        match decode_request(frame, |d2| keyring.get(d2)) {
            Ok(request) => {
                self.invalid_frames = 0;
                self.dispatch(request).await;
                Ok(())
            }
            // Nothing can be answered (protocol/01 §1.9).
            Err(FrameError::UnknownTicket) => Err("a ticket that was never issued"),
            Err(error) => {
                self.shared.count_invalid_frame(&error);
                self.invalid_frames += 1;
                if self.invalid_frames >= MAX_INVALID_FRAMES {
                    return Err("too many invalid frames");
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

/// Writes what is queued, several frames with one call, until the last sender is dropped, a
/// [`Outbound::Close`], or `cancel`.
async fn write_all(
    mut stream: OwnedWriteHalf,
    mut outbound_queue: mpsc::Receiver<Outbound>,
    cancel: CancellationToken,
) {
    let mut waiting = Vec::with_capacity(WRITE_BATCH);
    let mut frames = BytesMut::new();
    let mut pushed = 0;
    loop {
        let count = tokio::select! {
            biased;
            () = cancel.cancelled() => break,
            count = outbound_queue.recv_many(&mut waiting, WRITE_BATCH) => count,
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
        let written: io::Result<()> = match timeout(WRITE_TIMEOUT, stream.write_all(&frames)).await
        {
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
    cancel.cancel();
}
