//! The transactions of the world: a batch of jobs, and in it a savepoint for each job.

use super::World;
use crate::refusal::Refusal;

/// What there was when a job or a batch began: what came after it can be taken back.
pub(crate) struct Mark {
    /// How many sends were queued.
    sends: usize,
    /// The number of the next journal entry.
    journal: u64,
}

impl World {
    /// Begins the transaction of a batch.
    pub(crate) fn begin(&self) -> Result<(), Refusal> {
        self.store.begin()
    }

    /// Commits the batch.
    pub(crate) fn commit(&self) -> Result<(), Refusal> {
        self.store.commit()
    }

    /// What there is now.
    pub(crate) fn mark(&self) -> Mark {
        Mark {
            sends: self.queued_sends.len(),
            journal: self.journal.next(),
        }
    }

    /// Takes back a whole batch, in memory and in the database.
    pub(crate) fn roll_back(&mut self, to: &Mark) {
        // After some errors SQLite has ended the transaction by itself, and says that there is none.
        if let Err(refusal) = self.store.roll_back() {
            tracing::debug!(error = refusal.text, "no transaction to roll back");
        }
        self.forget_since(to);
        self.reload();
    }

    /// Runs a job in a savepoint: a refusal takes back what the job did in memory, in the database, in the journal and
    /// among the sends, and nothing that other jobs did. What the job leaves to `run` to catch, such as a panic, must
    /// come as a [broken](crate::refusal::Why::Broken) refusal.
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
            // An ordinary refusal comes before any change, and must stay cheap.
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
            tracing::error!(error = refusal.text, "the world cannot be loaded again");
        }
    }
}
