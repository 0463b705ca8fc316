//! How a connection gets on: what it waits for and since when, seen at its socket, so that a peer that stops reading or
//! never finishes its request can be told from one that is merely slow (api/transports §7.5, §13, point 8).

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::config::Limits;

/// What a connection waits for. Times are milliseconds since it began, plus one; zero is "not now".
pub(crate) struct Pace {
    began: Instant,
    /// No request is being read or answered since then.
    idle: AtomicU64,
    /// A request's head has begun to arrive then, and is not complete.
    head: AtomicU64,
    /// Something was read last then.
    heard: AtomicU64,
    /// The socket takes no more bytes since then.
    blocked: AtomicU64,
}

/// Why a connection has waited too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Overdue {
    /// Kept alive without a request.
    Idle,
    /// A request's head that does not end.
    Head,
    /// The peer does not read.
    Stuck,
}

impl Pace {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            began: Instant::now(),
            idle: 1.into(),
            head: 0.into(),
            heard: 1.into(),
            blocked: 0.into(),
        })
    }

    /// A request's head is complete: it is being answered until what this returns is dropped.
    pub(crate) fn busy(self: &Arc<Self>) -> Busy {
        self.idle.store(0, Ordering::Relaxed);
        self.head.store(0, Ordering::Relaxed);
        Busy(Arc::clone(self))
    }

    /// Whether the peer has read nothing for too long.
    pub(crate) fn stuck(&self, limits: &Limits) -> bool {
        self.longer(&self.blocked, limits.stuck)
    }

    /// Whether anything at all came from the peer within that time.
    pub(crate) fn heard_within(&self, time: Duration) -> bool {
        !self.longer(&self.heard, time)
    }

    /// What an HTTP connection has waited for too long, if anything.
    pub(crate) fn overdue(&self, limits: &Limits) -> Option<Overdue> {
        if self.stuck(limits) {
            Some(Overdue::Stuck)
        } else if self.longer(&self.head, limits.head) {
            Some(Overdue::Head)
        } else if self.longer(&self.idle, limits.idle) && self.blocked.load(Ordering::Relaxed) == 0
        {
            Some(Overdue::Idle)
        } else {
            None
        }
    }

    fn longer(&self, since: &AtomicU64, limit: Duration) -> bool {
        match since.load(Ordering::Relaxed) {
            0 => false,
            since => u128::from(self.now().saturating_sub(since)) >= limit.as_millis(),
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).map_or(u64::MAX, |elapsed| elapsed + 1)
    }

    fn read(&self) {
        let now = self.now();
        self.heard.store(now, Ordering::Relaxed);
        if self.idle.load(Ordering::Relaxed) != 0 {
            self.idle.store(0, Ordering::Relaxed);
            self.head.store(now, Ordering::Relaxed);
        }
    }

    fn wrote(&self, progress: bool) {
        let blocked = self.blocked.load(Ordering::Relaxed) != 0;
        if progress && blocked {
            self.blocked.store(0, Ordering::Relaxed);
        } else if !progress && !blocked {
            self.blocked.store(self.now(), Ordering::Relaxed);
        }
    }
}

/// A request that is being answered.
pub(crate) struct Busy(Arc<Pace>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.idle.store(self.0.now(), Ordering::Relaxed);
    }
}

/// A stream that keeps its [`Pace`].
pub(crate) struct Watched<S> {
    stream: S,
    pace: Arc<Pace>,
}

impl<S> Watched<S> {
    pub(crate) fn new(stream: S, pace: Arc<Pace>) -> Self {
        Self { stream, pace }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        if buf.filled().len() > before {
            self.pace.read();
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.pace.wrote(polled.is_ready());
        polled
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.pace.wrote(polled.is_ready());
        polled
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
