//! Frameworks that the endpoint connects to (api/transports §5).

use super::{Behaviour, Calm, forward};
use crate::ledger::Tally;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_tungstenite::accept_async;

/// Accepts one connection after another.
pub(super) async fn serve(
    listener: TcpListener,
    tally: Arc<Tally>,
    behaviour: Behaviour,
    calm: Calm,
) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        if let Ok(socket) = accept_async(stream).await {
            tally.connected();
            forward::read(socket, &tally, behaviour, &calm).await;
        }
    }
}
