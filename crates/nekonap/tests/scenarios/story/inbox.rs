//! Received JSON events, kept until a scenario waits for one that matches a pattern.

use super::{STEP_TIMEOUT, shape, transcript::Transcript};
use nekonap::ready::Ready;
use serde_json::Value;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::{sync::watch, task::JoinHandle};

pub(crate) struct Inbox {
    state: Arc<State>,
    reader: JoinHandle<()>,
}

struct State {
    name: String,
    transcript: Transcript,
    /// All items in order of arrival; `None` after a scenario has taken the item.
    items: Mutex<Vec<Option<Value>>>,
    count: watch::Sender<usize>,
}

/// The writing half of an [`Inbox`].
#[derive(Clone)]
pub(super) struct InboxWriter(Arc<State>);

impl InboxWriter {
    pub(super) fn push(&self, item: Value) {
        self.0.transcript.write(format!("{}: {item}", self.0.name));
        let mut items = self.0.items.lock().unwrap_or_else(PoisonError::into_inner);
        items.push(Some(item));
        let count = items.len();
        drop(items);
        self.0.count.send_replace(count);
    }
}

impl Inbox {
    /// Starts a task that receives items and writes them to the inbox.
    pub(super) fn new<F>(
        name: &str,
        transcript: &Transcript,
        listen: impl FnOnce(InboxWriter) -> F,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let state = Arc::new(State {
            name: name.to_owned(),
            transcript: transcript.clone(),
            items: Mutex::default(),
            count: watch::Sender::new(0),
        });
        let reader = tokio::spawn(listen(InboxWriter(Arc::clone(&state))));
        Self { state, reader }
    }

    /// An inbox of the sandbox's journal, received as server-sent events.
    pub(super) async fn journal(transcript: &Transcript, ready: &Ready) -> Self {
        let mut response = reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("an HTTP client")
            .get(format!("{}/sandbox/api/stream", ready.http))
            .bearer_auth(&ready.token)
            .send()
            .await
            .expect("the journal streams");
        assert!(response.status().is_success(), "{}", response.status());
        Self::new("journal", transcript, |writer| async move {
            let mut buffer = Vec::new();
            while let Ok(Some(chunk)) = response.chunk().await {
                buffer.extend_from_slice(&chunk);
                while let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
                    let line: Vec<u8> = buffer.drain(..=end).collect();
                    if let Some(data) = line.strip_prefix(b"data:")
                        && let Ok(entry) = serde_json::from_slice(data)
                    {
                        writer.push(entry);
                    }
                }
            }
        })
    }

    /// Number of items received so far.
    pub(super) fn mark(&self) -> usize {
        *self.state.count.borrow()
    }

    /// Waits until more items have been received than `mark`.
    pub(super) async fn wait_beyond(&self, mark: usize) {
        let mut count = self.state.count.subscribe();
        let _ = count.wait_for(|count| *count > mark).await;
    }

    /// Waits for the first item that matches the pattern, and takes it.
    pub(super) async fn wait_for(&self, pattern: &Value) -> Value {
        let wait = async {
            loop {
                let mark = self.mark();
                if let Some(found) = self.take(pattern) {
                    return found;
                }
                self.wait_beyond(mark).await;
            }
        };
        tokio::time::timeout(STEP_TIMEOUT, wait)
            .await
            .unwrap_or_else(|_| panic!("{}: timeout while waiting for {pattern}", self.state.name))
    }

    /// Takes the first item that matches the pattern, if it has already been received.
    pub(super) fn take(&self, pattern: &Value) -> Option<Value> {
        let mut items = self
            .state
            .items
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        items
            .iter_mut()
            .find(|item| item.as_ref().is_some_and(|item| shape::like(item, pattern)))
            .and_then(Option::take)
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        self.reader.abort();
    }
}
