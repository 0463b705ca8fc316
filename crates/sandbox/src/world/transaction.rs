//! Transactions of the world: one for each batch of jobs, with a savepoint for each job.

use super::World;
use crate::refusal::Refusal;

/// The lengths of the send queue and the journal when a job or a batch began. Later additions can be rolled back.
pub(crate) struct Mark {
    /// Number of queued sends.
    sends: usize,
    /// Number of the next journal entry.
    journal: u64,
}

impl World {
    /// Begins the transaction of a batch.
    pub(crate) fn begin(&self) -> Result<(), Refusal> {
        self.store.begin()
    }

    /// Commits the batch.
    pub(crate) fn commit(&mut self) -> Result<(), Refusal> {
        self.store.commit()?;
        self.remove_untracked_files();
        Ok(())
    }

    /// The current lengths.
    pub(crate) fn mark(&self) -> Mark {
        Mark {
            sends: self.queued_sends.len(),
            journal: self.journal.next(),
        }
    }

    /// Rolls back a whole batch in memory and in the database.
    pub(crate) fn roll_back(&mut self, to: &Mark) {
        // After some errors SQLite has already ended the transaction, and a rollback fails.
        if let Err(refusal) = self.store.roll_back() {
            tracing::debug!(error = refusal.text, "no transaction to roll back");
        }
        self.forget_since(to);
        self.reload();
        self.remove_untracked_files();
    }

    /// Runs a job in a savepoint. If it refuses, only its own changes are rolled back: in memory, in the database, in
    /// the journal and in the send queue. `run` must convert a panic to a
    /// [broken](crate::refusal::RefusalKind::Broken) refusal.
    pub(crate) fn in_savepoint<R>(
        &mut self,
        run: impl FnOnce(&mut Self) -> Result<R, Refusal>,
    ) -> Result<R, Refusal> {
        let mark = self.mark();
        self.store.savepoint()?;
        let outcome = run(self);
        if let Err(refusal) = &outcome {
            self.store.roll_back_to_savepoint()?;
            self.forget_since(&mark);
            // Most refusals happen before any change and must stay cheap.
            if self.store.has_written() || refusal.is_broken() {
                self.reload();
            }
        }
        self.store.release_savepoint()?;
        outcome
    }

    fn forget_since(&mut self, mark: &Mark) {
        self.queued_sends.truncate(mark.sends);
        self.journal.forget_from(mark.journal);
        self.changes.clear();
    }

    fn reload(&mut self) {
        if let Err(refusal) = self.load() {
            tracing::error!(error = refusal.text, "the world cannot be reloaded");
        }
    }
}
