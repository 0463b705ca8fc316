//! Reads the body of a request within its limits (api/transports §2.1 "size", api/transports §13, point 8).

use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::header::EXPECT;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use tokio::time::timeout;

use crate::config::Limits;

/// Why a body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyError {
    /// The body is larger than the limit, in bytes.
    TooLarge(usize),
    /// No data arrived within [`Limits::idle`].
    Stalled,
    /// The connection broke.
    Broken,
}

/// How many bytes of a body that is too large are read and discarded. Without this, a client that is still sending would see
/// a connection reset instead of the answer.
const DRAIN_LIMIT: usize = 64 << 20;

/// Timeout of draining.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);

/// Reads the whole body.
pub(super) async fn read(
    mut body: Incoming,
    headers: &HeaderMap,
    limits: &Limits,
) -> Result<Bytes, BodyError> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let announced = body.size_hint().lower();
    if announced > limits.body as u64 {
        // A client that sent `Expect: 100-continue` has not sent the body yet.
        if !headers.contains_key(EXPECT) {
            drain(body).await;
        }
        return Err(BodyError::TooLarge(limits.body));
    }
    let mut whole = BytesMut::new();
    loop {
        let data = match timeout(limits.idle, body.frame()).await {
            Err(_) => return Err(BodyError::Stalled),
            Ok(None) => return Ok(whole.freeze()),
            Ok(Some(Err(_))) => return Err(BodyError::Broken),
            Ok(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
        };
        if whole.len() + data.len() > limits.body {
            drain(body).await;
            return Err(BodyError::TooLarge(limits.body));
        }
        // A small body arrives in one frame and needs no copy.
        if whole.is_empty() && body.is_end_stream() {
            return Ok(data);
        }
        whole.extend_from_slice(&data);
    }
}

async fn drain(mut body: Incoming) {
    let rest = async {
        let mut left = DRAIN_LIMIT;
        while let Some(Ok(frame)) = body.frame().await {
            left = left.saturating_sub(frame.data_ref().map_or(0, Bytes::len));
            if left == 0 {
                return;
            }
        }
    };
    // The answer is the same whether this succeeds, fails or times out.
    let _ = timeout(DRAIN_TIMEOUT, rest).await;
}
