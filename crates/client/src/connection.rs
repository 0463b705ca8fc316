//! One TCP connection: splits the received stream into frames and writes queued frames, without decoding them.
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
use nekonap_proxy::Proxy;
use nekonap_wire::frame::{self, limits::LARGEST_FRAME};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
    sync::mpsc,
    time::timeout,
};

use crate::config::Address;

/// Capacity of the queue of outgoing frames. When it is full, callers wait in order.
pub(crate) const FRAME_QUEUE: usize = 256;
/// Bytes after which a write takes no further frames.
const WRITE_SIZE: usize = 256 * 1024;
/// Free space of the receive buffer before each read, in bytes.
const READ_SIZE: usize = 16 * 1024;

const QUEUED: u8 = 0;
const BEGUN: u8 = 1;
const ABANDONED: u8 = 2;

/// State of an outgoing frame. An atomic decides between the writer that begins it and the caller that abandons it, so
/// that an error states correctly whether the server may have the frame.
#[derive(Debug, Clone, Default)]
pub(crate) struct WriteState(Arc<AtomicU8>);

impl WriteState {
    /// Called by the writer before writing the frame. `false` when the caller has abandoned it.
    fn begin(&self) -> bool {
        self.0
            .compare_exchange(QUEUED, BEGUN, Ordering::AcqRel, Ordering::Acquire)
            .is_ok()
    }

    /// Called by the caller. `false` when the frame may already be partly written.
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

/// A queued frame.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) frame: Bytes,
    pub(crate) write_state: WriteState,
}

/// Resolves the host and tries its addresses in order; a proxy does this itself. Name lookup and each connection have the
/// timeout `limit`.
///
/// # Errors
/// The error of the proxy, or of the last address.
pub(crate) async fn connect(
    address: &Address,
    proxy: Option<&Proxy>,
    limit: Duration,
) -> io::Result<TcpStream> {
    let late = |_| io::Error::new(io::ErrorKind::TimedOut, "no answer in time");
    if let Some(proxy) = proxy {
        let connecting = proxy.connect(&address.host, address.port);
        let stream = timeout(limit, Box::pin(connecting)).await.map_err(late)??;
        stream.set_nodelay(true)?;
        return Ok(stream);
    }
    let found = timeout(
        limit,
        tokio::net::lookup_host((address.host.as_str(), address.port)),
    )
    .await
    .map_err(late)??;
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
    for socket in found {
        match timeout(limit, TcpStream::connect(socket))
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

/// Reads frames and passes each to `take`, until the stream ends, fails, or contains an invalid length. `arrived` is
/// called for all received bytes, also for those of an incomplete frame.
///
/// # Errors
/// Why reading stopped. A clean close by the peer is `UnexpectedEof` as well.
pub(crate) async fn read(
    mut from: impl AsyncRead + Unpin,
    mut arrived: impl FnMut(),
    mut take: impl FnMut(Bytes),
) -> io::Result<()> {
    let mut received = BytesMut::with_capacity(READ_SIZE);
    loop {
        while let Some(frame) = frame::split(&mut received, LARGEST_FRAME)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?
        {
            take(frame);
        }
        received.reserve(READ_SIZE);
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
        arrived();
    }
}

/// Writes queued frames in order, several per write. Ends when all senders of the queue are dropped.
///
/// # Errors
/// The error of the stream.
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
            if bytes.len() >= WRITE_SIZE {
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
        if bytes.capacity() > 2 * WRITE_SIZE {
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
    async fn frames_are_split_at_any_chunk_size() {
        let (mut ours, theirs) = tokio::io::duplex(3);
        let sender = tokio::spawn(async move {
            ours.write_all(b"\0\0\0\x06ab\0\0\0\x04\0\0\0\x05c\0\0")
                .await
        });
        let mut frames = Vec::new();
        let mut reads = 0;
        let ended = read(theirs, || reads += 1, |frame| frames.push(frame)).await;
        assert_eq!(frames, [&b"ab"[..], b"", b"c"]);
        assert!(reads > frames.len(), "also for incomplete frames");
        assert_eq!(
            ended.expect_err("the end").to_string(),
            "the connection ended inside a frame"
        );
        sender.await.expect("joined").expect("written");
    }

    #[tokio::test]
    async fn invalid_length_ends_the_connection() {
        let ended = read(&b"\xff\xff\xff\xffgarbage"[..], || (), |_| ()).await;
        assert_eq!(
            ended.expect_err("refused").kind(),
            io::ErrorKind::InvalidData
        );
    }

    #[tokio::test]
    async fn abandoned_frame_is_not_written() {
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
        assert!(!written.abandon(), "it was written");
        assert!(gone.abandon(), "still abandoned");
    }
}
