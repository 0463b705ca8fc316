//! Who may come in, and how everybody is thrown out.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio_util::sync::CancellationToken;

/// Shared by the listener and the faults. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Doors(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// Every connection hangs on this.
    connections: CancellationToken,
    /// Nobody comes in before this.
    closed_until: Option<Instant>,
}

impl Doors {
    /// What a new connection hangs on; `None`: it may not come in.
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

    /// Lets nobody in for a while.
    pub(crate) fn refuse(&self, time: Duration) {
        self.state().closed_until = Instant::now().checked_add(time);
    }

    /// How long nobody will be let in, if so.
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
    fn who_is_in_is_thrown_out_and_who_comes_later_is_not() {
        let doors = Doors::default();
        let early = doors.enter().expect("open");
        doors.drop_all();
        assert!(early.is_cancelled());
        assert!(!doors.enter().expect("open").is_cancelled());
        doors.refuse(Duration::from_secs(60));
        assert!(doors.enter().is_none() && doors.refused_for().is_some());
        doors.refuse(Duration::ZERO);
        assert!(doors.enter().is_some());
    }
}
