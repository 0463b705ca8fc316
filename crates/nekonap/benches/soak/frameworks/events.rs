//! A framework that reads server-sent events and resumes with `Last-Event-ID` (api/transports §6).

use super::Calm;
use crate::{ledger::Tally, world::TOKEN};
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, sleep, timeout_at};

/// Time between two attempts to connect.
const RECONNECT: Duration = Duration::from_millis(200);

/// Reads the stream of the HTTP entry; connects again after 1 s to 20 s, and after each end.
pub(super) async fn read(port: u16, tally: Arc<Tally>, calm: Calm) {
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("an HTTP client");
    let mut last = None;
    loop {
        let mut request = client
            .get(format!("http://127.0.0.1:{port}/_events"))
            .bearer_auth(TOKEN);
        if let Some(last) = &last {
            request = request.header("Last-Event-ID", last);
        }
        if let Ok(response) = request.send().await
            && response.status().is_success()
        {
            tally.connected();
            stream(response, &tally, &calm, &mut last).await;
        }
        sleep(RECONNECT).await;
    }
}

/// Reads one response; `last` becomes the id of the last event.
async fn stream(
    mut response: reqwest::Response,
    tally: &Tally,
    calm: &Calm,
    last: &mut Option<String>,
) {
    let mut buffer = Vec::new();
    let mut id = None;
    let mut end = Instant::now() + Duration::from_millis(rand::random_range(1_000..20_000));
    loop {
        let chunk = match timeout_at(end, response.chunk()).await {
            Ok(Ok(Some(chunk))) => chunk,
            Err(_) if calm.is_on() => {
                end += Duration::from_secs(1);
                continue;
            }
            _ => return,
        };
        buffer.extend_from_slice(&chunk);
        while let Some(at) = buffer.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = buffer.drain(..=at).collect();
            let line = String::from_utf8_lossy(&line);
            let line = line.trim_end();
            if let Some(text) = line.strip_prefix("id:") {
                id = Some(text.trim().to_owned());
            } else if let Some(data) = line.strip_prefix("data:")
                && let Ok(event) = serde_json::from_str(data)
            {
                tally.event(&event);
            } else if line.is_empty() && id.is_some() {
                *last = id.take();
            }
        }
    }
}
