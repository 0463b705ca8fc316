//! Request targets without a slash: some hand-written clients ask for `?access_token=…`, which is no HTTP and which the
//! HTTP library refuses before anybody sees it (api/transports §14).

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The longest method before a target that is mended, and the blank behind it.
const METHOD: usize = "OPTIONS ".len();

/// A stream that puts the slash into the first request's target where it lacks. Such clients send their head in one piece
/// and one request on a connection, so no more than the first read is looked at.
pub(crate) struct Mended<S> {
    stream: S,
    first: bool,
}

impl<S> Mended<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self {
            stream,
            first: true,
        }
    }
}

/// Where the slash belongs, if it lacks.
fn gap(head: &[u8]) -> Option<usize> {
    let blank = head
        .iter()
        .take(METHOD)
        .position(|byte| !byte.is_ascii_uppercase())?;
    head.get(blank..)?.starts_with(b" ?").then_some(blank + 1)
}

impl<S: AsyncRead + Unpin> AsyncRead for Mended<S> {
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

impl<S: AsyncWrite + Unpin> AsyncWrite for Mended<S> {
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

    async fn mended(head: &str) -> String {
        let stream = tokio::io::join(head.as_bytes(), tokio::io::sink());
        // Room enough, as a reader of heads has it.
        let mut read = Vec::with_capacity(256);
        Mended::new(stream)
            .read_buf(&mut read)
            .await
            .expect("bytes");
        String::from_utf8(read).expect("text")
    }

    #[tokio::test]
    async fn a_target_without_a_slash_gets_one() {
        let head = "GET ?access_token=x HTTP/1.1\r\nhost: a\r\n\r\n";
        assert_eq!(mended(head).await, head.replace(" ?", " /?"));
        for fine in [
            "GET /?a HTTP/1.1\r\n",
            "POST /x ?",
            "get ?",
            "",
            "G",
            "?",
            "CONNECTION ?",
        ] {
            assert_eq!(mended(fine).await, fine);
        }
    }
}
