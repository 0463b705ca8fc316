//! Graceful shutdown in two steps: tasks are first asked to stop, and aborted when the time is over.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long a peer may take to answer a close frame, and how long it may read nothing while the gateway stops.
pub(crate) const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// The shutdown signals of one entry, and its tasks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stop {
    stopping: CancellationToken,
    aborted: CancellationToken,
    tasks: TaskTracker,
    restarting: Arc<AtomicBool>,
}

impl Stop {
    /// Waits until the shutdown begins: from then on, no new work is started.
    pub(crate) async fn stopping(&self) {
        self.stopping.cancelled().await;
    }

    /// Whether the shutdown has begun.
    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.is_cancelled()
    }

    /// Whether the entry starts again after the shutdown.
    pub(crate) fn is_restarting(&self) -> bool {
        self.restarting.load(Ordering::Relaxed)
    }

    /// Notes, before the shutdown, that the entry starts again after it.
    pub(crate) fn set_restarting(&self) {
        self.restarting.store(true, Ordering::Relaxed);
    }

    /// Waits until running work must be dropped.
    pub(crate) async fn aborted(&self) {
        self.aborted.cancelled().await;
    }

    /// Spawns a task. It must end soon after [`Stop::aborted`].
    pub(crate) fn spawn<F>(&self, task: F) -> tokio::task::JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.tasks.spawn(task)
    }

    /// Aborts all work and does not wait for the tasks.
    pub(crate) fn abort(&self) {
        self.stopping.cancel();
        self.aborted.cancel();
    }

    /// Begins the shutdown and waits until all tasks have ended. Running calls may take up to `calls`.
    pub(crate) async fn shutdown(&self, calls: Duration) {
        self.stopping.cancel();
        self.tasks.close();
        if timeout(calls + CLOSE_TIMEOUT, self.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!("an entry stopped while connections were still busy");
        }
        self.aborted.cancel();
        self.tasks.wait().await;
    }
}
