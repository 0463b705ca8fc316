//! `GET /sandbox/api/stream`: the journal as server-sent events (api/sandbox §5).

use std::{collections::VecDeque, convert::Infallible, time::Duration};

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::HeaderMap,
    response::sse::{Event, KeepAlive, Sse},
};
use futures_util::stream::{self, Stream};
use serde::Deserialize;
use tokio::sync::watch;

use super::{Api, Failure, look::parse_query};
use crate::journal::Entry;

/// Number of entries read from the journal at a time.
const PAGE_SIZE: usize = 256;
/// Interval of the keep-alive comments.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

#[derive(Debug, Deserialize)]
pub(super) struct After {
    after: Option<u64>,
}

struct Reading {
    api: Api,
    newest: watch::Receiver<u64>,
    last: u64,
    page: VecDeque<Entry>,
}

/// Streams the stored entries after `Last-Event-ID` or `after`, or all stored entries, and then new ones.
pub(super) async fn stream(
    State(api): State<Api>,
    query: Result<Query<After>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    let query = parse_query(query)?;
    let resumed = headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok())
        .and_then(|id| id.parse().ok());
    let newest = api
        .world_actor
        .ask(|world| Ok(world.journal.watch()))
        .await?;
    let reading = Reading {
        api,
        newest,
        last: resumed.or(query.after).unwrap_or(0),
        page: VecDeque::new(),
    };
    let events = stream::unfold(reading, |mut reading| async move {
        let entry = reading.next().await?;
        let event = Event::default()
            .id(entry.number.to_string())
            .json_data(&entry)
            .unwrap_or_default();
        Some((Ok(event), reading))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

impl Reading {
    /// The next entry; `None` when the sandbox shuts down.
    async fn next(&mut self) -> Option<Entry> {
        loop {
            if let Some(entry) = self.page.pop_front() {
                self.last = entry.number;
                return Some(entry);
            }
            let last = self.last;
            tokio::select! {
                () = self.api.closing.cancelled() => return None,
                newer = self.newest.wait_for(|newest| *newest > last) => {
                    newer.ok()?;
                }
            }
            // Entries of a running transaction are sent only after its commit.
            let newest = *self.newest.borrow();
            let page = self
                .api
                .world_actor
                .ask(move |world| Ok(world.journal.after(last, PAGE_SIZE)))
                .await
                .ok()?;
            self.page = page
                .into_iter()
                .filter(|entry| entry.number <= newest)
                .collect();
            if self.page.is_empty() {
                // The new entries were already removed from the journal.
                self.last = newest;
            }
        }
    }
}
