//! Shared fetches that fill the cache: callers of the same key share one fetch, and few fetches run at a time. A fetch
//! runs in its own task, so it continues when its first caller is cancelled.

use std::{
    collections::HashMap,
    future::Future,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{Semaphore, watch};
use tokio_util::task::TaskTracker;

use crate::error::CallError;

/// Number of concurrent fetches of one kind. Low, so that they do not starve other calls.
const MAX_CONCURRENT: usize = 4;

type Running<V> = watch::Receiver<Option<Result<V, CallError>>>;

/// Shared fetches of one kind.
#[derive(Clone)]
pub(crate) struct Fetches<K, V> {
    running: Arc<Mutex<HashMap<K, Running<V>>>>,
    permits: Arc<Semaphore>,
}

impl<K, V> Default for Fetches<K, V> {
    fn default() -> Self {
        Self {
            running: Arc::default(),
            permits: Arc::new(Semaphore::new(MAX_CONCURRENT)),
        }
    }
}

impl<K, V> Fetches<K, V>
where
    K: Copy + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Joins the running fetch of `key`, or starts `fetch` if there is none. Returns its outcome.
    pub(crate) async fn join<F>(
        &self,
        key: K,
        tasks: &TaskTracker,
        fetch: F,
    ) -> Result<V, CallError>
    where
        F: Future<Output = Result<V, CallError>> + Send + 'static,
    {
        let mut outcome = {
            let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
            match running.get(&key) {
                Some(outcome) => outcome.clone(),
                None => {
                    let (sender, outcome) = watch::channel(None);
                    running.insert(key, outcome.clone());
                    let fetches = self.clone();
                    tasks.spawn(async move {
                        let _guard = RemoveOnDrop {
                            fetches: fetches.clone(),
                            key,
                        };
                        // The semaphore is never closed.
                        let _permit = fetches.permits.acquire().await;
                        let result = fetch.await;
                        sender.send_replace(Some(result));
                    });
                    outcome
                }
            }
        };
        match outcome.wait_for(Option::is_some).await {
            Ok(fetched) => fetched.clone().unwrap_or(Err(CallError::Offline)),
            // The fetch panicked.
            Err(_) => Err(CallError::Offline),
        }
    }
}

struct RemoveOnDrop<K: Eq + Hash, V> {
    fetches: Fetches<K, V>,
    key: K,
}

impl<K: Eq + Hash, V> Drop for RemoveOnDrop<K, V> {
    fn drop(&mut self) {
        self.fetches
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn same_key_shares_a_fetch_and_few_run_at_a_time() {
        let fetches = Fetches::<u32, u32>::default();
        let tasks = TaskTracker::new();
        let started = Arc::new(AtomicUsize::new(0));
        let gate = Arc::new(Notify::new());
        let waiting: Vec<_> = (0..20)
            .map(|number| {
                let (fetches, tasks) = (fetches.clone(), tasks.clone());
                let (started, gate) = (started.clone(), gate.clone());
                tokio::spawn(async move {
                    fetches
                        .join(number % 10, &tasks, async move {
                            started.fetch_add(1, Ordering::SeqCst);
                            gate.notified().await;
                            Ok(number % 10)
                        })
                        .await
                })
            })
            .collect();
        while started.load(Ordering::SeqCst) < MAX_CONCURRENT {
            tokio::task::yield_now().await;
        }
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
        assert_eq!(started.load(Ordering::SeqCst), MAX_CONCURRENT);
        while !tasks.is_empty() {
            gate.notify_one();
            tokio::task::yield_now().await;
        }
        for (number, one) in (0..20).zip(waiting) {
            assert_eq!(one.await.expect("joined"), Ok(number % 10));
        }
        assert_eq!(started.load(Ordering::SeqCst), 10, "one fetch per key");
    }

    #[tokio::test]
    async fn panic_in_a_fetch_is_an_error_and_does_not_block_the_key() {
        let fetches = Fetches::<u32, u32>::default();
        let tasks = TaskTracker::new();
        assert_eq!(
            fetches
                .join(1, &tasks, async { panic!("the fetch fails") })
                .await,
            Err(CallError::Offline)
        );
        assert_eq!(fetches.join(1, &tasks, async { Ok(7) }).await, Ok(7));
    }
}
