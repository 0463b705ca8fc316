//! Accepting, refusing and closing connections.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio_util::sync::CancellationToken;

/// Accepts or refuses new connections and closes existing ones. Shared by the listener and the faults. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct ConnectionGate(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// Cancelled to close all connections.
    connections: CancellationToken,
    /// End of the time for which connections are refused.
    closed_until: Option<Instant>,
}

impl ConnectionGate {
    /// Returns the token whose cancellation closes a new connection; `None` while connections are refused.
    pub(crate) fn enter(&self) -> Option<CancellationToken> {
        if self.refused_for().is_some() {
            return None;
        }
        Some(self.state().connections.child_token())
    }

    /// Closes all connections.
    pub(crate) fn drop_all(&self) {
        let all = std::mem::take(&mut self.state().connections);
        all.cancel();
    }

    /// Refuses new connections for a time; zero accepts them again.
    pub(crate) fn refuse(&self, time: Duration) {
        self.state().closed_until = Instant::now().checked_add(time);
    }

    /// Remaining time for which new connections are refused; `None` if they are accepted.
    pub(crate) fn refused_for(&self) -> Option<Duration> {
        self.state()
            .closed_until
            .and_then(|until| until.checked_duration_since(Instant::now()))
            .filter(|left| !left.is_zero())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drop_all_closes_only_earlier_connections() {
        let gate = ConnectionGate::default();
        let early = gate.enter().expect("open");
        gate.drop_all();
        assert!(early.is_cancelled());
        assert!(!gate.enter().expect("open").is_cancelled());
        gate.refuse(Duration::from_secs(60));
        assert!(gate.enter().is_none() && gate.refused_for().is_some());
        gate.refuse(Duration::ZERO);
        assert!(gate.enter().is_some());
    }
}
