//! Request targets without a slash. Some hand-written clients request `?access_token=…`, which is not valid HTTP: the HTTP
//! library refuses such a request before this program can handle it (api/transports §14).

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Length of the longest method and the space after it.
const METHOD: usize = "OPTIONS ".len();

/// A stream that inserts the missing slash into the target of the first request. Such clients send their headers in one
/// packet and make one request per connection, so only the first read is checked.
pub(crate) struct InsertSlash<S> {
    stream: S,
    first: bool,
}

impl<S> InsertSlash<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self {
            stream,
            first: true,
        }
    }
}

/// Position of the missing slash; `None` if no slash is missing.
fn gap(head: &[u8]) -> Option<usize> {
    let space = head
        .iter()
        .take(METHOD)
        .position(|byte| !byte.is_ascii_uppercase())?;
    head.get(space..)?.starts_with(b" ?").then_some(space + 1)
}

impl<S: AsyncRead + Unpin> AsyncRead for InsertSlash<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        if self.first && buf.filled().len() > before {
            self.first = false;
            let gap = buf.filled().get(before..).and_then(gap);
            if let Some(gap) = gap
                && buf.remaining() > 0
            {
                buf.put_slice(b"/");
                if let Some(rest) = buf.filled_mut().get_mut(before + gap..) {
                    rest.rotate_right(1);
                }
            }
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for InsertSlash<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
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

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    async fn read(head: &str) -> String {
        let stream = tokio::io::join(head.as_bytes(), tokio::io::sink());
        let mut bytes = Vec::with_capacity(256);
        InsertSlash::new(stream)
            .read_buf(&mut bytes)
            .await
            .expect("bytes");
        String::from_utf8(bytes).expect("text")
    }

    #[tokio::test]
    async fn slash_is_inserted_into_a_target_without_one() {
        let head = "GET ?access_token=x HTTP/1.1\r\nhost: a\r\n\r\n";
        assert_eq!(read(head).await, head.replace(" ?", " /?"));
        for valid in [
            "GET /?a HTTP/1.1\r\n",
            "POST /x ?",
            "get ?",
            "",
            "G",
            "?",
            "CONNECTION ?",
        ] {
            assert_eq!(read(valid).await, valid);
        }
    }
}
