//! One TCP connection: frames in, frames out. It knows how a stream is cut into frames and nothing of what they hold.
//! protocol/01 §1.1, §1.2.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use nekonap_wire::frame::{self, limits::LARGEST_FRAME};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
    sync::mpsc,
    time::timeout,
};

use crate::config::Address;

/// How many frames may wait for the socket. A caller who wants to queue one more waits for its turn, in order.
pub(crate) const WAITING_FRAMES: usize = 256;
/// What goes out in one write, when that much waits.
const ONE_WRITE: usize = 256 * 1024;
/// The space for what is received, made anew when a frame has taken it over.
const RECEIVE: usize = 16 * 1024;

const QUEUED: u8 = 0;
const BEGUN: u8 = 1;
const ABANDONED: u8 = 2;

/// Where a frame is on its way out. Exactly one of the writer and the waiting caller decides, so that an error says
/// truly whether the server may have it.
#[derive(Debug, Clone, Default)]
pub(crate) struct WriteState(Arc<AtomicU8>);

impl WriteState {
    /// The writer takes the frame: `false` when its caller has given it up.
    fn begin(&self) -> bool {
        self.0
            .compare_exchange(QUEUED, BEGUN, Ordering::AcqRel, Ordering::Acquire)
            .is_ok()
    }

    /// The caller gives the frame up: `false` when some of it may have gone out.
    pub(crate) fn abandon(&self) -> bool {
        match self
            .0
            .compare_exchange(QUEUED, ABANDONED, Ordering::AcqRel, Ordering::Acquire)
        {
            Ok(_) => true,
            Err(state) => state == ABANDONED,
        }
    }
}

/// A frame on its way out.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) frame: Bytes,
    pub(crate) write_state: WriteState,
}

/// Connects: every address of the host, each within `patience`.
///
/// # Errors
/// The last address's error.
pub(crate) async fn connect(address: &Address, patience: Duration) -> io::Result<TcpStream> {
    let late = |_| io::Error::new(io::ErrorKind::TimedOut, "no answer in time");
    let found = timeout(
        patience,
        tokio::net::lookup_host((address.host.as_str(), address.port)),
    )
    .await
    .map_err(late)??;
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
    for socket in found {
        match timeout(patience, TcpStream::connect(socket))
            .await
            .map_err(late)
        {
            Ok(Ok(stream)) => {
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Ok(Err(error)) | Err(error) => last = error,
        }
    }
    Err(last)
}

/// Reads frames and hands each to `take` until the stream ends, breaks, or cannot be cut into frames.
///
/// # Errors
/// Why reading stopped; a clean close by the peer is `UnexpectedEof` too.
pub(crate) async fn read(
    mut from: impl AsyncRead + Unpin,
    mut take: impl FnMut(Bytes),
) -> io::Result<()> {
    let mut received = BytesMut::with_capacity(RECEIVE);
    loop {
        while let Some(frame) = frame::split(&mut received, LARGEST_FRAME)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?
        {
            take(frame);
        }
        received.reserve(RECEIVE);
        if from.read_buf(&mut received).await? == 0 {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                if received.is_empty() {
                    "the server closed the connection"
                } else {
                    "the connection ended inside a frame"
                },
            ));
        }
    }
}

/// Writes what is queued, in order, as much at once as waits. Ends when nobody can queue any more.
///
/// # Errors
/// The stream's.
pub(crate) async fn write(
    mut to: impl AsyncWrite + Unpin,
    mut queue: mpsc::Receiver<Outgoing>,
) -> io::Result<()> {
    let mut bytes = Vec::new();
    while let Some(mut outgoing) = queue.recv().await {
        loop {
            if outgoing.write_state.begin() {
                bytes.extend_from_slice(&outgoing.frame);
            }
            if bytes.len() >= ONE_WRITE {
                break;
            }
            match queue.try_recv() {
                Ok(next) => outgoing = next,
                Err(_) => break,
            }
        }
        to.write_all(&bytes).await?;
        to.flush().await?;
        bytes.clear();
        if bytes.capacity() > 2 * ONE_WRITE {
            bytes = Vec::new();
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outgoing(bytes: &'static [u8]) -> (Outgoing, WriteState) {
        let write_state = WriteState::default();
        let frame = Bytes::from_static(bytes);
        (
            Outgoing {
                frame,
                write_state: write_state.clone(),
            },
            write_state,
        )
    }

    #[tokio::test]
    async fn frames_arrive_however_they_are_cut() {
        let (mut ours, theirs) = tokio::io::duplex(3);
        let sender = tokio::spawn(async move {
            ours.write_all(b"\0\0\0\x06ab\0\0\0\x04\0\0\0\x05c\0\0")
                .await
        });
        let mut frames = Vec::new();
        let ended = read(theirs, |frame| frames.push(frame)).await;
        assert_eq!(frames, [&b"ab"[..], b"", b"c"]);
        assert_eq!(
            ended.expect_err("the end").to_string(),
            "the connection ended inside a frame"
        );
        sender.await.expect("joined").expect("written");
    }

    #[tokio::test]
    async fn an_impossible_length_ends_it() {
        let ended = read(&b"\xff\xff\xff\xffgarbage"[..], |_| ()).await;
        assert_eq!(
            ended.expect_err("refused").kind(),
            io::ErrorKind::InvalidData
        );
    }

    #[tokio::test]
    async fn what_was_given_up_is_not_written() {
        let (queue, waiting) = mpsc::channel(4);
        let (first, gone) = outgoing(b"one");
        let (second, written) = outgoing(b"two");
        assert!(gone.abandon());
        queue.send(first).await.expect("queued");
        queue.send(second).await.expect("queued");
        drop(queue);
        let mut sink = Vec::new();
        write(&mut sink, waiting).await.expect("written");
        assert_eq!(sink, b"two");
        assert!(!written.abandon(), "it went out");
        assert!(gone.abandon(), "still given up");
    }
}
