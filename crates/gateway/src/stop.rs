//! How a gateway stops: first everybody is asked, then told.

use std::future::Future;
use std::time::Duration;

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long peers have for their part of closing, after the calls have ended.
pub(crate) const CLOSING: Duration = Duration::from_secs(1);

/// The stopping of one gateway, and the tasks that end with it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stop {
    asked: CancellationToken,
    at_once: CancellationToken,
    tasks: TaskTracker,
}

impl Stop {
    /// Resolves when no new work is to be taken.
    pub(crate) async fn asked(&self) {
        self.asked.cancelled().await;
    }

    /// Whether no new work is to be taken.
    pub(crate) fn is_asked(&self) -> bool {
        self.asked.is_cancelled()
    }

    /// Resolves when what still runs is to be dropped.
    pub(crate) async fn at_once(&self) {
        self.at_once.cancelled().await;
    }

    /// Spawns a task that ends by itself soon after [`Stop::at_once`].
    pub(crate) fn spawn<F>(&self, task: F) -> tokio::task::JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.tasks.spawn(task)
    }

    /// Stops without waiting for anybody.
    pub(crate) fn give_up(&self) {
        self.asked.cancel();
        self.at_once.cancel();
    }

    /// Stops: work that runs has `farewell` to end.
    pub(crate) async fn now(&self, farewell: Duration) {
        self.asked.cancel();
        self.tasks.close();
        if timeout(farewell + CLOSING, self.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!("connections were still busy when the gateway stopped");
        }
        self.at_once.cancel();
        self.tasks.wait().await;
    }
}
