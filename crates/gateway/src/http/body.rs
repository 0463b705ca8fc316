//! Reading a request's body within its limits (api/transports §2.1 "size", api/transports §13, point 8).

use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::header::EXPECT;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use tokio::time::timeout;

use crate::config::Limits;

/// Why a body was not read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// It is larger than this many bytes.
    TooLarge(usize),
    /// Nothing of it came for too long.
    Stalled,
    /// The connection broke.
    Broken,
}

/// What is still read, and thrown away, of a body that is too large: a client that is busy sending would otherwise see a
/// broken connection in place of the answer.
const DRAINED: usize = 64 << 20;

/// How long that is done at most.
const DRAINING: Duration = Duration::from_secs(5);

/// The whole body.
pub(super) async fn read(
    mut body: Incoming,
    headers: &HeaderMap,
    limits: &Limits,
) -> Result<Bytes, Unread> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let announced = body.size_hint().lower();
    if announced > limits.body as u64 {
        // Whoever asks before sending has sent nothing, and is not told to.
        if !headers.contains_key(EXPECT) {
            drain(body).await;
        }
        return Err(Unread::TooLarge(limits.body));
    }
    let mut whole = BytesMut::new();
    loop {
        let data = match timeout(limits.idle, body.frame()).await {
            Err(_) => return Err(Unread::Stalled),
            Ok(None) => return Ok(whole.freeze()),
            Ok(Some(Err(_))) => return Err(Unread::Broken),
            Ok(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
        };
        if whole.len() + data.len() > limits.body {
            drain(body).await;
            return Err(Unread::TooLarge(limits.body));
        }
        // A small body is one frame, and needs no copy.
        if whole.is_empty() && body.is_end_stream() {
            return Ok(data);
        }
        whole.extend_from_slice(&data);
    }
}

async fn drain(mut body: Incoming) {
    let rest = async {
        let mut left = DRAINED;
        while let Some(Ok(frame)) = body.frame().await {
            left = left.saturating_sub(frame.data_ref().map_or(0, Bytes::len));
            if left == 0 {
                return;
            }
        }
    };
    // However it ends, the answer is the same.
    let _ = timeout(DRAINING, rest).await;
}
