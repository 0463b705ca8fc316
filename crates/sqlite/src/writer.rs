//! The thread that owns the database. All queued jobs become one transaction. There is no timer: while a commit is
//! under way, the next batch gathers in the queue.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
};

use rusqlite::{Connection, ffi};
use tokio::sync::{Mutex, mpsc, oneshot};

use crate::{BATCHED_JOBS, Exclusive, QUEUED_JOBS, error::Error};

/// The sending side of the writer thread's queue. When it is full, callers wait.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Order>,
    /// Held while a job is queued. A full channel wakes the caller that has waited longest, but a new caller may take the
    /// free place before it is polled again; this lock is fair.
    turn: Arc<Mutex<()>>,
}

/// A request to the writer thread.
enum Order {
    Write(Box<dyn Job>),
    /// Commit the earlier jobs, close the file, and confirm.
    Stop(oneshot::Sender<()>),
}

/// A job of any result type: it runs first, and answers when its transaction has ended.
trait Job: Send {
    fn run(&mut self, connection: &Connection);
    fn answer(self: Box<Self>, committed: Result<(), &Error>);
}

struct Write<R, F> {
    work: Option<F>,
    outcome: Option<Result<R, Error>>,
    reply: oneshot::Sender<Result<R, Error>>,
}

impl<R, F> Job for Write<R, F>
where
    F: FnOnce(&Connection) -> rusqlite::Result<R> + Send,
    R: Send,
{
    fn run(&mut self, connection: &Connection) {
        if let Some(work) = self.work.take() {
            self.outcome = Some(in_savepoint(connection, work));
        }
    }

    fn answer(self: Box<Self>, committed: Result<(), &Error>) {
        let answer = match (self.outcome, committed) {
            (Some(outcome), Ok(())) => outcome,
            (Some(Err(own)), Err(_)) => Err(own),
            (_, Err(failure)) => Err(failure.clone()),
            (None, Ok(())) => Err(Error::Closed),
        };
        // The caller no longer waits; the job is done all the same.
        let _ = self.reply.send(answer);
    }
}

impl Writer {
    /// Starts the thread.
    pub(crate) fn start(connection: Exclusive) -> io::Result<Self> {
        let (queue, orders) = mpsc::channel(QUEUED_JOBS);
        thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || serve(connection, orders))?;
        Ok(Self {
            queue,
            turn: Arc::default(),
        })
    }

    /// Queues a job and waits for its commit.
    pub(crate) async fn write<R, F>(&self, work: F) -> Result<R, Error>
    where
        F: FnOnce(&Connection) -> rusqlite::Result<R> + Send + 'static,
        R: Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Write {
            work: Some(work),
            outcome: None,
            reply,
        });
        let turn = self.turn.lock().await;
        self.queue
            .send(Order::Write(job))
            .await
            .map_err(|_| Error::Closed)?;
        drop(turn);
        answer.await.unwrap_or(Err(Error::Closed))
    }

    /// Waits until all that was queued is committed and the file is closed.
    pub(crate) async fn close(&self) {
        let (reply, closed) = oneshot::channel();
        if self.queue.send(Order::Stop(reply)).await.is_ok() {
            // An error means that another caller's stop came first.
            let _ = closed.await;
        }
        self.queue.closed().await;
    }
}

/// Runs until the writer is stopped or the last handle is dropped.
fn serve(connection: Exclusive, mut orders: mpsc::Receiver<Order>) {
    let mut batch = Vec::with_capacity(BATCHED_JOBS);
    let mut stopped = None;
    while stopped.is_none() {
        let Some(first) = orders.blocking_recv() else {
            break;
        };
        let mut next = Some(first);
        while let Some(order) = next {
            match order {
                Order::Write(job) => batch.push(job),
                Order::Stop(reply) => {
                    stopped = Some(reply);
                    break;
                }
            }
            next = if batch.len() < BATCHED_JOBS {
                orders.try_recv().ok()
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

/// Runs a batch as one transaction and answers every job in it.
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
                // SQLite has rolled back everything by itself, as it may when the disk is full: the jobs that ran so far
                // must get that error, and the rest gets a transaction of its own.
                break;
            }
        }
        let outcome = end(connection).map_err(failed);
        for job in ran {
            job.answer(outcome.as_ref().copied());
        }
    }
}

/// Opens the transaction.
fn begin(connection: &Connection) -> rusqlite::Result<()> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    Ok(())
}

/// Commits the transaction, or rolls it back completely.
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
        tracing::error!(%error, "a transaction that failed could not be rolled back");
    }
    outcome.map(|_| ())
}

/// Runs one job in a savepoint: a failure of any kind rolls back this job and no other.
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
    let outcome = match catch_unwind(AssertUnwindSafe(|| work(connection))) {
        Ok(outcome) => outcome.map_err(failed),
        Err(_) => Err(Error::Panicked),
    };
    // After a rollback of the whole transaction there is no savepoint to go back to.
    if outcome.is_err() && !connection.is_autocommit() {
        statement("ROLLBACK TO job").map_err(failed)?;
    }
    if !connection.is_autocommit() {
        statement("RELEASE job").map_err(failed)?;
    }
    outcome
}
