//! Activity of a connection, measured at its socket: what the connection waits for, and since when. It distinguishes a peer
//! that stopped reading or never completes its request from one that is only slow (api/transports §7.5, §13, point 8).

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::config::Limits;

/// What a connection waits for. Times are milliseconds since `began`, plus one; 0 means that it does not wait for this.
pub(crate) struct Activity {
    began: Instant,
    /// Since when no request is being read or answered.
    idle: AtomicU64,
    /// When the headers of an incomplete request began to arrive.
    head: AtomicU64,
    /// When bytes were last read.
    heard: AtomicU64,
    /// Since when the socket accepts no more bytes.
    blocked: AtomicU64,
}

/// Which timeout of a connection has expired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Overdue {
    /// [`Limits::idle`]: no request.
    Idle,
    /// [`Limits::head`]: incomplete headers.
    Head,
    /// [`Limits::stuck`]: the peer does not read.
    Stuck,
}

impl Activity {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            began: Instant::now(),
            idle: 1.into(),
            head: 0.into(),
            heard: 1.into(),
            blocked: 0.into(),
        })
    }

    /// Marks the connection as busy until the guard is dropped. Called when the headers of a request are complete.
    pub(crate) fn busy(self: &Arc<Self>) -> BusyGuard {
        self.idle.store(0, Ordering::Relaxed);
        self.head.store(0, Ordering::Relaxed);
        BusyGuard(Arc::clone(self))
    }

    /// Whether the peer has read nothing for `time` although there is something to read.
    pub(crate) fn stuck(&self, time: Duration) -> bool {
        self.longer(&self.blocked, time)
    }

    /// Whether anything arrived from the peer within `time`.
    pub(crate) fn heard_within(&self, time: Duration) -> bool {
        !self.longer(&self.heard, time)
    }

    /// The expired timeout of an HTTP connection, if any.
    pub(crate) fn overdue(&self, limits: &Limits) -> Option<Overdue> {
        if self.stuck(limits.stuck) {
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

/// Marks a connection as busy while a request is being answered.
pub(crate) struct BusyGuard(Arc<Activity>);

impl Drop for BusyGuard {
    fn drop(&mut self) {
        self.0.idle.store(self.0.now(), Ordering::Relaxed);
    }
}

/// A stream that records its [`Activity`].
pub(crate) struct Watched<S> {
    stream: S,
    activity: Arc<Activity>,
}

impl<S> Watched<S> {
    pub(crate) fn new(stream: S, activity: Arc<Activity>) -> Self {
        Self { stream, activity }
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
            self.activity.read();
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
        self.activity.wrote(polled.is_ready());
        polled
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.activity.wrote(polled.is_ready());
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
