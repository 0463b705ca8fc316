//! Fetches that fill the cache: few at a time, and one for all who want the same. A fetch goes on when the one who asked
//! for it does not wait any longer, because others may.

use std::{
    collections::HashMap,
    future::Future,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{Semaphore, watch};
use tokio_util::task::TaskTracker;

use crate::error::CallError;

/// How many fetches of one kind run at a time, so that filling the cache does not starve the calls.
const AT_A_TIME: usize = 4;

type Running<V> = watch::Receiver<Option<Result<V, CallError>>>;

/// The fetches of one kind.
#[derive(Clone)]
pub(crate) struct Fills<K, V> {
    running: Arc<Mutex<HashMap<K, Running<V>>>>,
    places: Arc<Semaphore>,
}

impl<K, V> Default for Fills<K, V> {
    fn default() -> Self {
        Self {
            running: Arc::default(),
            places: Arc::new(Semaphore::new(AT_A_TIME)),
        }
    }
}

impl<K, V> Fills<K, V>
where
    K: Copy + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// The outcome of the running fetch of `key`, or of `fetch`, which starts then.
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
                    let fills = self.clone();
                    tasks.spawn(async move {
                        let _done = Done {
                            fills: fills.clone(),
                            key,
                        };
                        // The semaphore is never closed.
                        let _place = fills.places.acquire().await;
                        let fetched = fetch.await;
                        sender.send_replace(Some(fetched));
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

struct Done<K: Eq + Hash, V> {
    fills: Fills<K, V>,
    key: K,
}

impl<K: Eq + Hash, V> Drop for Done<K, V> {
    fn drop(&mut self) {
        self.fills
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
    async fn who_wants_the_same_joins_and_few_run_at_once() {
        let fills = Fills::<u32, u32>::default();
        let tasks = TaskTracker::new();
        let started = Arc::new(AtomicUsize::new(0));
        let gate = Arc::new(Notify::new());
        let waiting: Vec<_> = (0..20)
            .map(|number| {
                let (fills, tasks) = (fills.clone(), tasks.clone());
                let (started, gate) = (started.clone(), gate.clone());
                tokio::spawn(async move {
                    fills
                        .join(number % 10, &tasks, async move {
                            started.fetch_add(1, Ordering::SeqCst);
                            gate.notified().await;
                            Ok(number % 10)
                        })
                        .await
                })
            })
            .collect();
        while started.load(Ordering::SeqCst) < AT_A_TIME {
            tokio::task::yield_now().await;
        }
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
        assert_eq!(started.load(Ordering::SeqCst), AT_A_TIME);
        while !tasks.is_empty() {
            gate.notify_one();
            tokio::task::yield_now().await;
        }
        for (number, one) in (0..20).zip(waiting) {
            assert_eq!(one.await.expect("joined"), Ok(number % 10));
        }
        assert_eq!(started.load(Ordering::SeqCst), 10, "one fetch a key");
    }

    #[tokio::test]
    async fn a_fetch_outlives_who_asked_and_a_panic_is_an_error() {
        let fills = Fills::<u32, u32>::default();
        let tasks = TaskTracker::new();
        assert_eq!(
            fills.join(1, &tasks, async { panic!("a bad day") }).await,
            Err(CallError::Offline)
        );
        assert_eq!(fills.join(1, &tasks, async { Ok(7) }).await, Ok(7));
    }
}
