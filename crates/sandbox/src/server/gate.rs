//! Whether new connections are accepted, and how all are closed.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio_util::sync::CancellationToken;

/// Shared by the listener and the faults. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct ConnectionGate(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// Cancelling it closes every connection.
    connections: CancellationToken,
    /// Connections are refused until then.
    closed_until: Option<Instant>,
}

impl ConnectionGate {
    /// The token that closes a new connection; `None` while connections are refused.
    pub(crate) fn enter(&self) -> Option<CancellationToken> {
        if self.refused_for().is_some() {
            return None;
        }
        Some(self.state().connections.child_token())
    }

    /// Closes every connection.
    pub(crate) fn drop_all(&self) {
        let all = std::mem::take(&mut self.state().connections);
        all.cancel();
    }

    /// Refuses new connections for this long.
    pub(crate) fn refuse(&self, time: Duration) {
        self.state().closed_until = Instant::now().checked_add(time);
    }

    /// How long new connections are still refused; `None` if they are accepted.
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
