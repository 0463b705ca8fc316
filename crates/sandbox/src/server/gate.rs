//! Accepting, refusing, closing and silencing connections.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio_util::sync::CancellationToken;

/// Accepts or refuses new connections, and closes or silences existing ones. Shared by the listener and the faults.
/// Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct ConnectionGate(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// Cancelled to close all connections.
    close: CancellationToken,
    /// Cancelled to silence all connections.
    silence: CancellationToken,
    /// End of the time for which connections are refused.
    closed_until: Option<Instant>,
}

/// What the gate can do to one connection.
#[derive(Debug, Clone, Default)]
pub(crate) struct Control {
    /// Cancelled to close the connection.
    pub(crate) close: CancellationToken,
    /// Cancelled to silence it: the connection stays open, but what arrives is discarded and nothing is sent.
    pub(crate) silence: CancellationToken,
}

impl ConnectionGate {
    /// The control of a new connection; `None` while connections are refused.
    pub(crate) fn enter(&self) -> Option<Control> {
        if self.refused_for().is_some() {
            return None;
        }
        let state = self.state();
        Some(Control {
            close: state.close.child_token(),
            silence: state.silence.child_token(),
        })
    }

    /// Closes all connections.
    pub(crate) fn drop_all(&self) {
        std::mem::take(&mut self.state().close).cancel();
    }

    /// Silences all connections.
    pub(crate) fn silence_all(&self) {
        std::mem::take(&mut self.state().silence).cancel();
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
    fn only_earlier_connections_are_silenced_or_closed() {
        let gate = ConnectionGate::default();
        let early = gate.enter().expect("open");
        gate.silence_all();
        assert!(early.silence.is_cancelled() && !early.close.is_cancelled());
        gate.drop_all();
        assert!(early.close.is_cancelled());
        let late = gate.enter().expect("open");
        assert!(!late.silence.is_cancelled() && !late.close.is_cancelled());
        gate.refuse(Duration::from_secs(60));
        assert!(gate.enter().is_none() && gate.refused_for().is_some());
        gate.refuse(Duration::ZERO);
        assert!(gate.enter().is_some());
    }
}
