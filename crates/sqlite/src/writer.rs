//! The thread that owns the database. All queued jobs are committed in one transaction. No timer is needed: while a commit
//! is running, the next batch collects in the queue.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
};

use rusqlite::{Connection, ffi};
use tokio::sync::{Mutex, mpsc, oneshot};

use crate::{BATCHED_JOBS, Exclusive, QUEUED_JOBS, error::Error};

/// Sender of the writer thread's queue. When the queue is full, callers wait.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Request>,
    /// Held while a job is queued, to keep the order of callers. When a slot of a full channel becomes free, a new caller
    /// may take it before the oldest waiting caller is polled; this lock is fair.
    order: Arc<Mutex<()>>,
}

/// What is rolled back when a job fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guard {
    /// Only the job: it runs in a savepoint.
    Savepoint,
    /// The whole transaction.
    Transaction,
}

/// A request to the writer thread.
enum Request {
    Write(Box<dyn Job>),
    /// Commit all earlier jobs, close the file, and confirm.
    Stop(oneshot::Sender<()>),
}

/// A job of any result type. It runs first, and handles its result when the transaction has ended.
trait Job: Send {
    fn run(&mut self, connection: &Connection);
    fn answer(self: Box<Self>, committed: Result<(), &Error>);
}

struct Write<R, S, F, T> {
    guard: Guard,
    work: Option<F>,
    outcome: Option<Result<R, Error>>,
    then: T,
    reply: oneshot::Sender<S>,
}

impl<R, S, F, T> Job for Write<R, S, F, T>
where
    F: FnOnce(&Connection) -> rusqlite::Result<R> + Send,
    T: FnOnce(Result<R, Error>) -> S + Send,
    R: Send,
    S: Send,
{
    fn run(&mut self, connection: &Connection) {
        if let Some(work) = self.work.take() {
            self.outcome = Some(match self.guard {
                Guard::Savepoint => in_savepoint(connection, work),
                Guard::Transaction => in_transaction(connection, work),
            });
        }
    }

    fn answer(self: Box<Self>, committed: Result<(), &Error>) {
        let answer = match (self.outcome, committed) {
            (Some(outcome), Ok(())) => outcome,
            (Some(Err(own)), Err(_)) => Err(own),
            (_, Err(failure)) => Err(failure.clone()),
            (None, Ok(())) => Err(Error::Closed),
        };
        // Fails if the caller no longer waits.
        let _ = self.reply.send((self.then)(answer));
    }
}

impl Writer {
    pub(crate) fn start(connection: Exclusive) -> io::Result<Self> {
        let (queue, orders) = mpsc::channel(QUEUED_JOBS);
        thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || serve(connection, orders))?;
        Ok(Self {
            queue,
            order: Arc::default(),
        })
    }

    /// Queues a job and waits for its commit.
    pub(crate) async fn write<R, F>(&self, work: F, guard: Guard) -> Result<R, Error>
    where
        F: FnOnce(&Connection) -> rusqlite::Result<R> + Send + 'static,
        R: Send + 'static,
    {
        self.write_then(work, guard, |outcome| outcome).await?
    }

    /// Queues a job and waits until its transaction has ended and `then` has run on the writer thread.
    pub(crate) async fn write_then<R, S, F, T>(
        &self,
        work: F,
        guard: Guard,
        then: T,
    ) -> Result<S, Error>
    where
        F: FnOnce(&Connection) -> rusqlite::Result<R> + Send + 'static,
        T: FnOnce(Result<R, Error>) -> S + Send + 'static,
        R: Send + 'static,
        S: Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Write {
            guard,
            work: Some(work),
            outcome: None,
            then,
            reply,
        });
        let turn = self.order.lock().await;
        self.queue
            .send(Request::Write(job))
            .await
            .map_err(|_| Error::Closed)?;
        drop(turn);
        answer.await.map_err(|_| Error::Closed)
    }

    /// Waits until all that was queued is committed and the file is closed.
    pub(crate) async fn close(&self) {
        let (reply, closed) = oneshot::channel();
        if self.queue.send(Request::Stop(reply)).await.is_ok() {
            // An error means that another caller has already stopped the writer.
            let _ = closed.await;
        }
        self.queue.closed().await;
    }
}

/// Runs until the writer is stopped or the last handle is dropped.
fn serve(connection: Exclusive, mut requests: mpsc::Receiver<Request>) {
    let mut batch = Vec::with_capacity(BATCHED_JOBS);
    let mut stopped = None;
    while stopped.is_none() {
        let Some(first) = requests.blocking_recv() else {
            break;
        };
        let mut next = Some(first);
        while let Some(order) = next {
            match order {
                Request::Write(job) => batch.push(job),
                Request::Stop(reply) => {
                    stopped = Some(reply);
                    break;
                }
            }
            next = if batch.len() < BATCHED_JOBS {
                requests.try_recv().ok()
            } else {
                None
            };
        }
        commit(&connection, &mut batch);
    }
    drop(connection);
    if let Some(reply) = stopped {
        let _ = reply.send(());
    }
}

/// Runs a batch in one transaction and sends the result of every job.
fn commit(connection: &Connection, batch: &mut Vec<Box<dyn Job>>) {
    let failed = |error| Error::Transaction(Arc::new(error));
    let mut waiting = batch.drain(..);
    while waiting.len() > 0 {
        if let Err(error) = begin(connection).map_err(failed) {
            for job in waiting.by_ref() {
                job.answer(Err(&error));
            }
            break;
        }
        let mut ran = Vec::with_capacity(waiting.len());
        for mut job in waiting.by_ref() {
            job.run(connection);
            ran.push(job);
            if connection.is_autocommit() {
                // The whole transaction was rolled back: by SQLite, for example because the disk is full, or because a job
                // without a savepoint failed. The jobs that have run get this error; the remaining jobs get a new
                // transaction.
                break;
            }
        }
        let outcome = end(connection).map_err(failed);
        for job in ran {
            job.answer(outcome.as_ref().copied());
        }
    }
}

fn begin(connection: &Connection) -> rusqlite::Result<()> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    Ok(())
}

/// Commits the transaction; rolls it back if the commit fails.
fn end(connection: &Connection) -> rusqlite::Result<()> {
    let outcome = if connection.is_autocommit() {
        Err(rusqlite::Error::SqliteFailure(
            ffi::Error::new(ffi::SQLITE_ABORT_ROLLBACK),
            Some("the whole transaction was rolled back".to_owned()),
        ))
    } else {
        connection
            .prepare_cached("COMMIT")
            .and_then(|mut commit| commit.execute([]))
    };
    if !connection.is_autocommit()
        && let Err(error) = connection.execute_batch("ROLLBACK")
    {
        tracing::error!(%error, "a failed transaction could not be rolled back");
    }
    outcome.map(|_| ())
}

/// Runs one job; an error or a panic rolls back the whole transaction.
fn in_transaction<R>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> rusqlite::Result<R>,
) -> Result<R, Error> {
    let outcome = caught(connection, work);
    if outcome.is_err() && !connection.is_autocommit() {
        connection
            .execute_batch("ROLLBACK")
            .map_err(|error| Error::Job(Arc::new(error)))?;
    }
    outcome
}

/// Runs a job and converts a panic to an error.
fn caught<R>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> rusqlite::Result<R>,
) -> Result<R, Error> {
    match catch_unwind(AssertUnwindSafe(|| work(connection))) {
        Ok(outcome) => outcome.map_err(|error| Error::Job(Arc::new(error))),
        Err(_) => Err(Error::Panicked),
    }
}

/// Runs one job in a savepoint, so that an error or a panic rolls back only this job.
fn in_savepoint<R>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> rusqlite::Result<R>,
) -> Result<R, Error> {
    let failed = |error| Error::Job(Arc::new(error));
    let statement = |sql| -> rusqlite::Result<()> {
        connection.prepare_cached(sql)?.execute([])?;
        Ok(())
    };
    statement("SAVEPOINT job").map_err(failed)?;
    let outcome = caught(connection, work);
    // After a rollback of the whole transaction the savepoint no longer exists.
    if outcome.is_err() && !connection.is_autocommit() {
        statement("ROLLBACK TO job").map_err(failed)?;
    }
    if !connection.is_autocommit() {
        statement("RELEASE job").map_err(failed)?;
    }
    outcome
}
