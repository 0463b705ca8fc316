//! The one thread that owns the world. What has queued up becomes one transaction; answers and pushes leave once it is
//! committed (ARCHITECTURE "What happens to a message").

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
};

use bytes::Bytes;
use nekonap_wire::{
    crypto::Key,
    frame::{Protocol, Request, Response},
};
use serde_json::Value;
use std::sync::Arc;
use tokio::{
    runtime::Handle,
    sync::{mpsc, oneshot},
};

use crate::{
    journal::Kind,
    refusal::{Refusal, Why},
    router::{Caller, Outcome, Router},
    server::{Connection, Outbound, Seal},
    services, tell,
    world::{SessionState, World},
};

/// How many jobs may wait. When they do, connections stop reading, and HTTP calls wait.
const QUEUED: usize = 1_024;
/// How many jobs one transaction takes at most, so that the first does not wait for too many others.
const BATCHED: usize = 256;

/// A handle on the thread. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct WorldActor {
    queue: mpsc::Sender<Order>,
}

enum Order {
    /// A client's command.
    Serve(Box<CommandRequest>),
    /// Anything else.
    Do(Box<dyn Job>),
    /// Commit what came before, close the database, and say so.
    Stop(oneshot::Sender<()>),
}

/// A command that came in by a connection, deciphered with the key of a ticket.
pub(crate) struct CommandRequest {
    pub(crate) request: Request,
    pub(crate) d2: Bytes,
    pub(crate) connection: Arc<Connection>,
}

/// A job of whatever result type: first it runs, then, when its transaction has ended, it answers.
trait Job: Send {
    fn run(&mut self, world: &mut World) -> Result<(), Refusal>;
    /// `Err`: what it did was taken back.
    fn answer(self: Box<Self>, ended: Result<(), Refusal>);
}

struct Work<R, F> {
    task: Option<F>,
    outcome: Option<R>,
    reply: oneshot::Sender<Result<R, Refusal>>,
}

impl<R, F> Job for Work<R, F>
where
    F: FnOnce(&mut World) -> Result<R, Refusal> + Send,
    R: Send,
{
    fn run(&mut self, world: &mut World) -> Result<(), Refusal> {
        if let Some(task) = self.task.take() {
            self.outcome = Some(task(world)?);
        }
        Ok(())
    }

    fn answer(self: Box<Self>, ended: Result<(), Refusal>) {
        let answer = match (ended, self.outcome) {
            (Ok(()), Some(outcome)) => Ok(outcome),
            (Err(refusal), _) => Err(refusal),
            (Ok(()), None) => Err(closed()),
        };
        // Nobody waits any more: the work is done all the same.
        let _ = self.reply.send(answer);
    }
}

fn closed() -> Refusal {
    Refusal::broken(&"the sandbox is shutting down")
}

impl WorldActor {
    /// Starts the thread. Must be called on a tokio runtime, which delayed answers wait on.
    ///
    /// # Errors
    /// The system has no thread to give.
    pub(crate) fn start(world: World) -> io::Result<Self> {
        let (queue, orders) = mpsc::channel(QUEUED);
        let handle = Handle::current();
        thread::Builder::new()
            .name("sandbox-world".to_owned())
            .spawn(move || {
                let thread = Thread {
                    world,
                    router: services::router(),
                    handle,
                };
                thread.serve(orders);
            })?;
        Ok(Self { queue })
    }

    /// Does something to the world, and returns once it is committed.
    ///
    /// # Errors
    /// The work's own refusal, or the world's database failed; it has changed nothing then.
    pub(crate) async fn ask<R, F>(&self, work: F) -> Result<R, Refusal>
    where
        F: FnOnce(&mut World) -> Result<R, Refusal> + Send + 'static,
        R: Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Work {
            task: Some(work),
            outcome: None,
            reply,
        });
        self.queue
            .send(Order::Do(job))
            .await
            .map_err(|_| closed())?;
        answer.await.unwrap_or_else(|_| Err(closed()))
    }

    /// Has a client's command served; the answer goes to its connection. Waits while the queue is full.
    pub(crate) async fn serve(&self, asked: CommandRequest) {
        // A sandbox that shuts down closes the connections by itself.
        let _ = self.queue.send(Order::Serve(Box::new(asked))).await;
    }

    /// Waits until all that was queued is committed and the database is closed.
    pub(crate) async fn close(&self) {
        let (reply, closed) = oneshot::channel();
        if self.queue.send(Order::Stop(reply)).await.is_ok() {
            // An error means that another caller's stop came first.
            let _ = closed.await;
        }
        self.queue.closed().await;
    }
}

/// What runs on the thread.
struct Thread {
    world: World,
    router: Router,
    handle: Handle,
}

/// A job that ran, and how.
type Ran = (Box<dyn Job>, Result<(), Refusal>);

impl Thread {
    /// Until it is stopped, or the last handle is gone.
    fn serve(mut self, mut orders: mpsc::Receiver<Order>) {
        let mut stopped = None;
        while stopped.is_none() {
            let Some(first) = orders.blocking_recv() else {
                break;
            };
            stopped = self.batch(first, &mut orders);
        }
        if let Err(refusal) = self.world.close() {
            tracing::error!(error = refusal.text, "the world could not be put away");
        }
        // Whoever waits may open the database again: it is closed before they hear of it.
        drop(self);
        if let Some(reply) = stopped {
            let _ = reply.send(());
        }
    }

    /// One transaction: the first order and all that wait behind it.
    fn batch(
        &mut self,
        first: Order,
        orders: &mut mpsc::Receiver<Order>,
    ) -> Option<oneshot::Sender<()>> {
        let journal = self.world.journal.next();
        let mut ran: Vec<Ran> = Vec::new();
        let mut stopped = None;
        let begun = self.execute("BEGIN IMMEDIATE");
        let mut next = Some(first);
        let mut count = 0;
        while let Some(order) = next {
            match order {
                Order::Serve(asked) => {
                    if begun.is_ok()
                        && let Err(refusal) = self.one(|thread| thread.answer(&asked))
                    {
                        self.refuse(&asked, &refusal);
                    }
                }
                Order::Do(mut job) => {
                    let outcome = match &begun {
                        Ok(()) => self.one(|thread| {
                            let outcome = job.run(&mut thread.world);
                            if outcome.is_ok() {
                                thread.settle();
                            }
                            outcome
                        }),
                        Err(refusal) => Err(refusal.clone()),
                    };
                    ran.push((job, outcome));
                }
                Order::Stop(reply) => {
                    stopped = Some(reply);
                    break;
                }
            }
            count += 1;
            next = if count < BATCHED {
                orders.try_recv().ok()
            } else {
                None
            };
        }
        let committed = begun.and_then(|()| self.execute("COMMIT"));
        self.end(committed, ran, journal);
        stopped
    }

    /// After the commit: what was to leave leaves; or, if it failed, everything is as it was before.
    fn end(&mut self, committed: Result<(), Refusal>, ran: Vec<Ran>, journal: u64) {
        let departures = self.world.take_departures();
        match committed {
            Ok(()) => {
                for departure in departures {
                    match departure.delay {
                        None => departure.to.send(departure.outbound),
                        Some(delay) => {
                            self.handle.spawn(async move {
                                tokio::time::sleep(delay).await;
                                departure.to.send(departure.outbound);
                            });
                        }
                    }
                }
                self.world.journal.show();
                for (job, outcome) in ran {
                    job.answer(outcome);
                }
            }
            Err(refusal) => {
                tracing::error!(error = refusal.text, "a transaction of the world failed");
                // It may be gone already.
                let _ = self.execute("ROLLBACK");
                self.world.journal.forget_from(journal);
                self.reload();
                for (job, _) in ran {
                    job.answer(Err(refusal.clone()));
                }
            }
        }
    }

    /// Runs one job in a savepoint of its own: a refusal, a failure or a panic takes back what it did and nothing else.
    fn one(&mut self, job: impl FnOnce(&mut Self) -> Result<(), Refusal>) -> Result<(), Refusal> {
        let waiting = self.world.waiting();
        let journal = self.world.journal.next();
        self.execute("SAVEPOINT job")?;
        let outcome = catch_unwind(AssertUnwindSafe(|| job(self))).unwrap_or_else(|_| {
            tracing::error!("a service of the sandbox panicked: what it did is taken back");
            Err(Refusal::broken(&"a service of the sandbox panicked"))
        });
        if let Err(refusal) = &outcome {
            self.execute("ROLLBACK TO job")?;
            if refusal.why == Why::Broken {
                self.world.take_back(waiting);
                self.world.journal.forget_from(journal);
                self.reload();
            } else {
                // The rule refused before it changed anything.
                let undone = self.world.take_happened();
                debug_assert!(undone.is_empty(), "refused after {undone:?}");
            }
        }
        self.execute("RELEASE job")?;
        outcome
    }

    fn reload(&mut self) {
        if let Err(refusal) = self.world.load() {
            tracing::error!(error = refusal.text, "the world could not be loaded again");
        }
    }

    fn execute(&self, sql: &str) -> Result<(), Refusal> {
        self.world.store.prepare_cached(sql)?.execute([])?;
        Ok(())
    }

    /// Serves a client's command.
    fn answer(&mut self, asked: &CommandRequest) -> Result<(), Refusal> {
        let CommandRequest {
            request,
            d2,
            connection,
        } = asked;
        let Some(session) = self.world.sessions.of_d2(d2) else {
            // The key was known a moment ago: the session has made room.
            self.world.depart(connection, Outbound::Close);
            return Ok(());
        };
        let (number, uin, key) = (session.number, session.uin, session.tickets.d2_key);
        if session.state != SessionState::Good
            || request.uin.is_some_and(|claimed| claimed != uin)
            || request.guid.is_some_and(|device| device != session.guid)
        {
            self.world.depart(connection, dead(request));
            return Ok(());
        }
        let caller = Caller {
            uin,
            session: number,
            connection: Arc::clone(connection),
        };
        connection.log_in();
        let name = request.command.as_str();
        let outcome = match self.world.faults.refuse(name) {
            Some(refusal) => self.router.refuse(name, &refusal),
            None => self
                .router
                .answer(&mut self.world, &caller, name, &request.payload),
        };
        if outcome.broken {
            return Err(Refusal::broken(&outcome.result));
        }
        self.world
            .note(Some(uin), Kind::Call, name, &outcome.result, Value::Null);
        if !self.world.faults.swallow(name) {
            let delay = self.world.faults.delay(name);
            let outbound = answered(request, &outcome, key);
            self.world.depart_after(delay, connection, outbound);
        }
        self.settle();
        Ok(())
    }

    /// Tells what happened, and writes it in the journal.
    fn settle(&mut self) {
        for change in self.world.take_happened() {
            tell::tell(&mut self.world, &change);
            self.world.note_change(&change);
        }
    }

    /// Tells a client that its command failed: what it did is taken back by now.
    fn refuse(&mut self, asked: &CommandRequest, refusal: &Refusal) {
        if let Some(session) = self.world.sessions.of_d2(&asked.d2) {
            let key = session.tickets.d2_key;
            let outcome = self.router.refuse(&asked.request.command, refusal);
            let outbound = answered(&asked.request, &outcome, key);
            self.world.depart(&asked.connection, outbound);
        }
    }
}

/// The answer of a service.
fn answered(request: &Request, outcome: &Outcome, key: Key) -> Outbound {
    Outbound::Answer {
        response: Response {
            sequence: request.sequence,
            code: outcome.code,
            extra: outcome.extra.clone(),
            command: request.command.clone(),
            uin: request.uin,
            protocol: Protocol::Full,
            body: outcome.body.clone(),
        },
        seal: Seal::D2(key),
    }
}

/// What is said about a dead session. protocol/01 §1.9
fn dead(request: &Request) -> Outbound {
    Outbound::Answer {
        response: Response {
            sequence: request.sequence,
            code: -10001,
            extra: "the session has expired".to_owned(),
            command: request.command.clone(),
            uin: request.uin,
            protocol: Protocol::Full,
            body: Bytes::new(),
        },
        seal: Seal::Zero,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{group, say, uin, world};
    use crate::{refusal::code, services::messages::send::To, world::Chat};

    async fn texts(world_actor: &WorldActor) -> usize {
        world_actor
            .ask(|world| world.said_between(Chat::Group(group(20001)), 0, u64::MAX, 99))
            .await
            .expect("a look")
            .len()
    }

    #[tokio::test]
    async fn a_panic_takes_back_its_own_work_and_no_other() {
        let world_actor = WorldActor::start(world()).expect("a thread");
        world_actor
            .ask(|world| say(world, 10002, To::Group(group(20001)), "kept").map(drop))
            .await
            .expect("said");
        let broken = world_actor
            .ask(|world| -> Result<(), Refusal> {
                say(world, 10002, To::Group(group(20001)), "lost")?;
                world.person_mut(uin(10002))?.nickname = "Nobody".to_owned();
                panic!("as the test wants it")
            })
            .await
            .expect_err("broken");
        assert_eq!(broken.code, code::BROKEN);
        assert_eq!(texts(&world_actor).await, 1);
        let name = world_actor
            .ask(|world| Ok(world.name_of(uin(10002))))
            .await
            .expect("a look");
        assert_eq!(name, "Bob", "the memory was loaded again");
        let said = world_actor
            .ask(|world| say(world, 10002, To::Group(group(20001)), "after"))
            .await
            .expect("said");
        let first = world_actor
            .ask(|world| world.said_between(Chat::Group(group(20001)), 0, u64::MAX, 1))
            .await
            .expect("a look");
        assert_eq!(first, [(*said).clone()], "and it is the newest");
    }

    #[tokio::test]
    async fn a_refusal_is_the_askers_alone() {
        let world_actor = WorldActor::start(world()).expect("a thread");
        let sends = (0..50).map(|number| {
            world_actor.ask(move |world| {
                let to = if number % 2 == 0 {
                    To::Group(group(20001))
                } else {
                    To::Group(group(29_999))
                };
                say(world, 10002, to, "x").map(drop)
            })
        });
        let outcomes = futures_util::future::join_all(sends).await;
        let refused = outcomes.iter().filter(|outcome| outcome.is_err()).count();
        assert_eq!(refused, 25);
        assert_eq!(texts(&world_actor).await, 25);
        world_actor.close().await;
        let closed = world_actor.ask(|_| Ok(())).await;
        assert_eq!(closed.expect_err("closed").code, code::BROKEN);
    }
}
