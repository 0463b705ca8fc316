//! Frameworks that get events as HTTP posts (api/transports §3).

use super::Calm;
use crate::ledger::Tally;
use axum::{Json, Router, extract::State, http::StatusCode};
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use tokio::{net::TcpListener, time::sleep};

/// A framework, and until when it answers with errors.
#[derive(Clone)]
struct Framework {
    tally: Arc<Tally>,
    errors: Option<Calm>,
}

/// Serves posts. With `errors`, one post of eighty is answered late or with an error until the calm begins.
pub(super) async fn serve(listener: TcpListener, tally: Arc<Tally>, errors: Option<Calm>) {
    tally.connected();
    let framework = Framework { tally, errors };
    let router = Router::new().fallback(post).with_state(framework);
    if let Err(error) = axum::serve(listener, router).await {
        eprintln!("soak: a webhook's framework ended: {error}");
    }
}

async fn post(State(framework): State<Framework>, Json(event): Json<Value>) -> StatusCode {
    if framework.errors.is_some_and(|calm| !calm.is_on()) {
        match rand::random_range(0..400) {
            0 | 1 => return StatusCode::INTERNAL_SERVER_ERROR,
            2 => return StatusCode::TOO_MANY_REQUESTS,
            // The event is used, but the server gets an error: it posts the event again.
            3 => {
                framework.tally.event(&event);
                return StatusCode::BAD_GATEWAY;
            }
            4 => sleep(Duration::from_secs(1)).await,
            _ => {}
        }
    }
    framework.tally.event(&event);
    StatusCode::NO_CONTENT
}
