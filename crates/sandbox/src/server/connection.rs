//! The connection of a client: reads and writes frames. protocol/01 §1, §9

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
    gate::Control,
    listen::Shared,
    login,
    outbound::{Outbound, Seal},
};
use crate::world_actor::CommandRequest;

/// Capacity of a client's outbound queue. If it is full, the connection is closed (api/sandbox §7).
const OUTBOUND_QUEUE: usize = 1_024;
/// Maximum number of queued frames in one write.
const WRITE_BATCH: usize = 64;
/// Timeout of the first frame.
pub(super) const FIRST_FRAME_TIMEOUT: Duration = Duration::from_secs(10);
/// Timeout between later frames. protocol/01 §9 row 11
const IDLE_TIMEOUT: Duration = Duration::from_secs(600);
/// Timeout of a write, for clients that do not read.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// Number of consecutive invalid frames that close a connection.
const MAX_INVALID_FRAMES: u32 = 3;

/// The handle of a connection that the world keeps.
#[derive(Debug)]
pub(crate) struct Connection {
    id: u64,
    outbox: mpsc::Sender<Outbound>,
    cancel: CancellationToken,
    logged_in: AtomicBool,
}

impl Connection {
    /// Creates a connection and the receiver of its outbound queue.
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

    /// Number of the connection, unique in this process.
    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    /// Queues something for the client. If the queue is full, the connection is closed, so that no single frame is
    /// lost.
    pub(crate) fn send(&self, outbound: Outbound) {
        if let Err(mpsc::error::TrySendError::Full(_)) = self.outbox.try_send(outbound) {
            tracing::warn!(
                connection = self.id,
                "closing the connection of a client that does not read"
            );
            self.cancel.cancel();
        }
    }

    /// Marks the connection as logged in.
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

/// Serves a connection until either side closes it. `permit` is released when the client logs in.
pub(super) async fn serve(
    stream: TcpStream,
    shared: Arc<Shared>,
    control: Control,
    permit: OwnedSemaphorePermit,
) {
    let cancel = control.close.clone();
    let (connection, outbound_queue) = Connection::new(cancel.clone());
    let id = connection.id();
    let (read, write) = stream.into_split();
    let writing = tokio::spawn(write_all(write, outbound_queue, control.clone()));
    let mut reader = Reader {
        connection,
        shared: Arc::clone(&shared),
        silence: control.silence,
        permit: Some(permit),
        invalid_frames: 0,
    };
    tokio::select! {
        () = cancel.cancelled() => {}
        outcome = reader.read_all(read) => {
            if let Err(reason) = outcome {
                tracing::debug!(connection = id, reason, "closing a connection");
            }
        }
    }
    drop(reader);
    let recorded = shared
        .world_actor
        .ask(move |world| crate::services::session::online::disconnected(world, id))
        .await;
    if let Err(refusal) = recorded {
        tracing::debug!(
            error = refusal.text,
            "could not take a closed connection offline"
        );
    }
    // The world has dropped the last handle, so the writer ends after the queued frames.
    cancel.cancel();
    let _ = writing.await;
}

struct Reader {
    connection: Arc<Connection>,
    shared: Arc<Shared>,
    silence: CancellationToken,
    permit: Option<OwnedSemaphorePermit>,
    invalid_frames: u32,
}

impl Reader {
    /// Reads frames until the client closes the connection. `Err` is the reason for which the server closes it.
    async fn read_all(&mut self, mut stream: OwnedReadHalf) -> Result<(), &'static str> {
        let mut received = BytesMut::with_capacity(4 * 1024);
        let mut read_timeout = FIRST_FRAME_TIMEOUT;
        loop {
            while let Some(frame) = self.next_frame(&mut received)? {
                read_timeout = IDLE_TIMEOUT;
                self.handle_frame(&frame).await?;
            }
            match timeout(read_timeout, stream.read_buf(&mut received)).await {
                Err(_) => return Err("idle for too long"),
                Ok(Ok(0)) => return Ok(()),
                Ok(Ok(_)) if self.silence.is_cancelled() => received.clear(),
                Ok(Ok(_)) => {}
                Ok(Err(_)) => return Err("read error"),
            }
        }
    }

    fn next_frame(&mut self, received: &mut BytesMut) -> Result<Option<Bytes>, &'static str> {
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
            "invalid frame length"
        })
    }

    async fn handle_frame(&mut self, frame: &Bytes) -> Result<(), &'static str> {
        let keyring = &self.shared.keyring;
        match decode_request(frame, |d2| keyring.get(d2)) {
            Ok(request) => {
                self.invalid_frames = 0;
                self.dispatch(request).await;
                Ok(())
            }
            // Without the key no answer is possible (protocol/01 §1.9).
            Err(FrameError::UnknownTicket) => Err("unknown ticket"),
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
                    (-10003, "this command needs a session".to_owned())
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

/// Writes the queued frames in batches until the last sender is dropped, [`Outbound::Close`] is queued, or the connection
/// is closed.
async fn write_all(
    mut stream: OwnedWriteHalf,
    mut outbound_queue: mpsc::Receiver<Outbound>,
    Control {
        close: cancel,
        silence,
    }: Control,
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
                tracing::error!(%error, "outbound data does not fit into a frame");
            }
        }
        if silence.is_cancelled() {
            frames.clear();
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
    // The client then closes its side, which ends the reader.
    let _ = stream.shutdown().await;
    cancel.cancel();
}
