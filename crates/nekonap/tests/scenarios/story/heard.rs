//! A stream of JSON that somebody listens to: kept until a scenario asks for one like this.

use super::{STEP_TIMEOUT, diary::Diary, shape};
use nekonap::ready::Ready;
use serde_json::Value;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::{sync::watch, task::JoinHandle};

pub(crate) struct Heard {
    kept: Arc<Kept>,
    reader: JoinHandle<()>,
}

struct Kept {
    name: String,
    diary: Diary,
    /// Everything in order of arrival; what a scenario has asked for is taken.
    things: Mutex<Vec<Option<Value>>>,
    count: watch::Sender<usize>,
}

/// The writing end.
#[derive(Clone)]
pub(super) struct Ear(Arc<Kept>);

impl Ear {
    pub(super) fn hear(&self, thing: Value) {
        self.0.diary.write(format!("{}: {thing}", self.0.name));
        let mut things = self.0.things.lock().unwrap_or_else(PoisonError::into_inner);
        things.push(Some(thing));
        let count = things.len();
        drop(things);
        self.0.count.send_replace(count);
    }
}

impl Heard {
    /// Listens with a task that is given the writing end.
    pub(super) fn new<F>(name: &str, diary: &Diary, listen: impl FnOnce(Ear) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let kept = Arc::new(Kept {
            name: name.to_owned(),
            diary: diary.clone(),
            things: Mutex::default(),
            count: watch::Sender::new(0),
        });
        let reader = tokio::spawn(listen(Ear(Arc::clone(&kept))));
        Self { kept, reader }
    }

    /// The sandbox's journal, as server-sent events.
    pub(super) async fn journal(diary: &Diary, ready: &Ready) -> Self {
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
        Self::new("journal", diary, |ear| async move {
            let mut buffer = Vec::new();
            while let Ok(Some(chunk)) = response.chunk().await {
                buffer.extend_from_slice(&chunk);
                while let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
                    let line: Vec<u8> = buffer.drain(..=end).collect();
                    if let Some(data) = line.strip_prefix(b"data:")
                        && let Ok(entry) = serde_json::from_slice(data)
                    {
                        ear.hear(entry);
                    }
                }
            }
        })
    }

    /// How much has been heard.
    pub(super) fn mark(&self) -> usize {
        *self.kept.count.borrow()
    }

    /// Waits until more has been heard than at the mark.
    pub(super) async fn beyond(&self, mark: usize) {
        let mut count = self.kept.count.subscribe();
        let _ = count.wait_for(|count| *count > mark).await;
    }

    /// Takes the first thing like this, waiting for it if need be.
    pub(super) async fn like(&self, pattern: &Value) -> Value {
        let wait = async {
            loop {
                let mark = self.mark();
                if let Some(found) = self.take(pattern) {
                    return found;
                }
                self.beyond(mark).await;
            }
        };
        tokio::time::timeout(STEP_TIMEOUT, wait)
            .await
            .unwrap_or_else(|_| panic!("{} waited in vain for {pattern}", self.kept.name))
    }

    /// Takes the first thing like this, if it has been heard already.
    pub(super) fn take(&self, pattern: &Value) -> Option<Value> {
        let mut things = self
            .kept
            .things
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        things
            .iter_mut()
            .find(|thing| {
                thing
                    .as_ref()
                    .is_some_and(|thing| shape::like(thing, pattern))
            })
            .and_then(Option::take)
    }
}

impl Drop for Heard {
    fn drop(&mut self) {
        self.reader.abort();
    }
}
