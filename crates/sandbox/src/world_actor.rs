//! The thread that owns the world. It executes all queued jobs in one transaction, and sends answers and pushes after
//! the commit (ARCHITECTURE "What happens to a message").

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
use std::sync::Arc;
use tokio::{
    runtime::Handle,
    sync::{mpsc, oneshot},
};

use crate::{
    journal::{Entry, Kind},
    pushes,
    refusal::Refusal,
    router::{Answer, Caller, Router},
    server::{Connection, Outbound, Seal},
    services,
    world::{Mark, QueuedSend, SessionState, World},
};

/// Capacity of the job queue. If it is full, connections stop reading and HTTP calls wait.
const QUEUE_CAPACITY: usize = 1_024;
/// Maximum number of jobs in a transaction. It bounds the time that the first job waits for the commit.
const MAX_BATCH: usize = 256;

/// A handle to the thread. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct WorldActor {
    queue: mpsc::Sender<QueueItem>,
}

enum QueueItem {
    /// A client's command.
    Command(Box<CommandRequest>),
    /// Any other job.
    Job(Box<dyn Job>),
    /// Commit the earlier jobs, close the database and reply.
    Stop(oneshot::Sender<()>),
}

/// A command from a connection, decrypted with the key of a session.
pub(crate) struct CommandRequest {
    pub(crate) request: Request,
    pub(crate) d2: Bytes,
    pub(crate) connection: Arc<Connection>,
}

/// A job without its result type, so that one queue holds jobs of all types. `run` executes it; `answer` is called when
/// its transaction has ended.
trait Job: Send {
    fn run(&mut self, world: &mut World) -> Result<(), Refusal>;
    /// The journal entry of the job, without the result.
    fn entry(&self) -> Option<&Entry>;
    /// Sends the result to the caller. If `ended` is `Err`, the job was rolled back.
    fn answer(self: Box<Self>, ended: Result<(), Refusal>);
}

struct TypedJob<R, F> {
    task: Option<F>,
    outcome: Option<R>,
    entry: Option<Entry>,
    reply: oneshot::Sender<Result<R, Refusal>>,
}

impl<R, F> Job for TypedJob<R, F>
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

    fn entry(&self) -> Option<&Entry> {
        self.entry.as_ref()
    }

    fn answer(self: Box<Self>, ended: Result<(), Refusal>) {
        let answer = match (ended, self.outcome) {
            (Ok(()), Some(outcome)) => Ok(outcome),
            (Err(refusal), _) => Err(refusal),
            (Ok(()), None) => Err(closed()),
        };
        // An error means that the caller no longer waits. The job is done anyway.
        let _ = self.reply.send(answer);
    }
}

fn closed() -> Refusal {
    Refusal::broken(&"the sandbox is shutting down")
}

impl WorldActor {
    /// Starts the thread. Must be called in a tokio runtime, which runs the delayed answers.
    ///
    /// # Errors
    /// The operating system cannot start the thread.
    pub(crate) fn start(world: World) -> io::Result<Self> {
        let (queue, items) = mpsc::channel(QUEUE_CAPACITY);
        let handle = Handle::current();
        thread::Builder::new()
            .name("sandbox-world".to_owned())
            .spawn(move || {
                let thread = Thread {
                    world,
                    router: services::router(),
                    handle,
                };
                thread.serve(items);
            })?;
        Ok(Self { queue })
    }

    /// Runs a job on the world's thread. Returns after its commit.
    ///
    /// # Errors
    /// The job refuses or the database fails. Nothing is changed then.
    pub(crate) async fn ask<R, F>(&self, work: F) -> Result<R, Refusal>
    where
        F: FnOnce(&mut World) -> Result<R, Refusal> + Send + 'static,
        R: Send + 'static,
    {
        self.queue_work(None, work).await
    }

    /// Like [`ask`](Self::ask). Also writes `entry`, with the result, to the journal. The entries of the job's changes
    /// follow it.
    pub(crate) async fn ask_and_note<R, F>(&self, entry: Entry, work: F) -> Result<R, Refusal>
    where
        F: FnOnce(&mut World) -> Result<R, Refusal> + Send + 'static,
        R: Send + 'static,
    {
        self.queue_work(Some(entry), work).await
    }

    async fn queue_work<R, F>(&self, entry: Option<Entry>, work: F) -> Result<R, Refusal>
    where
        F: FnOnce(&mut World) -> Result<R, Refusal> + Send + 'static,
        R: Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(TypedJob {
            task: Some(work),
            outcome: None,
            entry,
            reply,
        });
        self.queue
            .send(QueueItem::Job(job))
            .await
            .map_err(|_| closed())?;
        answer.await.unwrap_or_else(|_| Err(closed()))
    }

    /// Queues a client's command, whose answer is sent to its connection. Waits while the queue is full.
    pub(crate) async fn serve(&self, command: CommandRequest) {
        // An error means that the sandbox is shutting down, which closes all connections.
        let _ = self.queue.send(QueueItem::Command(Box::new(command))).await;
    }

    /// Waits until all queued jobs are committed and the database is closed.
    pub(crate) async fn close(&self) {
        let (reply, closed) = oneshot::channel();
        if self.queue.send(QueueItem::Stop(reply)).await.is_ok() {
            // An error means that another caller has already stopped the thread.
            let _ = closed.await;
        }
        self.queue.closed().await;
    }
}

/// The state of the thread.
struct Thread {
    world: World,
    router: Router,
    handle: Handle,
}

/// A job that has run, with its outcome.
type FinishedJob = (Box<dyn Job>, Result<(), Refusal>);

impl Thread {
    /// Runs until it is stopped or the last handle is dropped.
    fn serve(mut self, mut items: mpsc::Receiver<QueueItem>) {
        let mut stopped = None;
        while stopped.is_none() {
            let Some(first) = items.blocking_recv() else {
                break;
            };
            stopped = self.batch(first, &mut items);
        }
        if let Err(refusal) = self.world.close() {
            tracing::error!(error = refusal.text, "could not save the world's state");
        }
        // The database is closed before the reply, because the caller may reopen it.
        drop(self);
        if let Some(reply) = stopped {
            let _ = reply.send(());
        }
    }

    /// Executes the first job and the jobs queued after it in one transaction. Returns the reply channel of
    /// [`QueueItem::Stop`] if that was queued.
    fn batch(
        &mut self,
        first: QueueItem,
        items: &mut mpsc::Receiver<QueueItem>,
    ) -> Option<oneshot::Sender<()>> {
        let mark = self.world.mark();
        let mut finished: Vec<FinishedJob> = Vec::new();
        let mut stopped = None;
        let begun = self.world.begin();
        let mut next = Some(first);
        let mut count = 0;
        while let Some(item) = next {
            match item {
                QueueItem::Command(command) => {
                    if begun.is_ok() {
                        self.serve_command(&command);
                    }
                }
                QueueItem::Job(mut job) => {
                    let outcome = begun.clone().and_then(|()| {
                        let entry = job.entry().cloned();
                        run(
                            &mut self.world,
                            |world| job.run(world),
                            |world, outcome| {
                                if let Some(entry) = &entry {
                                    world.write_journal(entry.with_result(outcome));
                                }
                            },
                        )
                    });
                    finished.push((job, outcome));
                }
                QueueItem::Stop(reply) => {
                    stopped = Some(reply);
                    break;
                }
            }
            count += 1;
            next = if count < MAX_BATCH {
                items.try_recv().ok()
            } else {
                None
            };
        }
        let committed = begun.and_then(|()| self.world.commit());
        self.end(committed, finished, &mark);
        stopped
    }

    /// After the commit, sends the queued data and answers the jobs. If the commit failed, rolls back the whole batch and
    /// answers its jobs with the error.
    fn end(&mut self, committed: Result<(), Refusal>, finished: Vec<FinishedJob>, mark: &Mark) {
        match committed {
            Ok(()) => {
                for QueuedSend {
                    to,
                    outbound,
                    delay,
                } in self.world.take_sends()
                {
                    match delay {
                        None => to.send(outbound),
                        Some(delay) => {
                            self.handle.spawn(async move {
                                tokio::time::sleep(delay).await;
                                to.send(outbound);
                            });
                        }
                    }
                }
                self.world.journal.publish();
                for (job, outcome) in finished {
                    job.answer(outcome);
                }
            }
            Err(refusal) => {
                tracing::error!(error = refusal.text, "a transaction of the world failed");
                self.world.roll_back(mark);
                for (job, _) in finished {
                    job.answer(Err(refusal.clone()));
                }
            }
        }
    }

    /// Executes a client's command. Its answer is sent before the pushes.
    fn serve_command(&mut self, command: &CommandRequest) {
        let CommandRequest {
            request,
            d2,
            connection,
        } = command;
        let world = &mut self.world;
        let Some(session) = world.sessions.by_d2(d2) else {
            // After the frame was decrypted, the session was removed to make room for another one.
            world.send(connection, Outbound::Close);
            return;
        };
        let (number, uin, key) = (session.number, session.uin, session.tickets.d2_key);
        if session.state != SessionState::Valid
            || request.uin.is_some_and(|claimed| claimed != uin)
            || request.guid.is_some_and(|device| device != session.guid)
        {
            world.send(connection, dead_session(request));
            return;
        }
        let caller = Caller {
            uin,
            session: number,
            connection: Arc::clone(connection),
        };
        connection.log_in();
        let name = request.command.as_str();
        let entry = Entry::new(Some(uin), Kind::Call, name);
        let injected = world.faults.refuse(name);
        let swallowed = world.faults.swallow(name);
        let delay = world.faults.delay(name);
        let router = &self.router;
        // If the command was refused, the queued answer already says so.
        let _ = run(
            world,
            |world| match injected {
                Some(refusal) => Err(refusal),
                None => router.serve(world, &caller, name, &request.payload),
            },
            |world, outcome| {
                world.write_journal(entry.with_result(outcome));
                if !swallowed {
                    let answer = match outcome {
                        Ok(body) => Answer::of(body.clone()),
                        Err(refusal) => router.refuse(name, refusal),
                    };
                    world.send_after(delay, connection, outbound(request, answer, key));
                }
            },
        );
    }
}

/// Runs a job in a savepoint. If it succeeds, calls `answer` with the outcome and then queues the pushes and journal
/// entries of its changes. A refusal, a failure or a panic rolls back this job only; then `answer` gets the refusal.
fn run<R>(
    world: &mut World,
    job: impl FnOnce(&mut World) -> Result<R, Refusal>,
    answer: impl Fn(&mut World, &Result<R, Refusal>),
) -> Result<R, Refusal> {
    let outcome = world.in_savepoint(|world| {
        catch_unwind(AssertUnwindSafe(|| {
            let outcome = job(world);
            if outcome.is_ok() {
                answer(world, &outcome);
                pushes::queue_pushes(world);
            }
            outcome
        }))
        .unwrap_or_else(|_| {
            tracing::error!("a service of the sandbox panicked; its job is rolled back");
            Err(Refusal::broken(&"a service of the sandbox panicked"))
        })
    });
    if outcome.is_err() {
        answer(world, &outcome);
    }
    outcome
}

/// The outbound answer to a command.
fn outbound(request: &Request, answer: Answer, key: Key) -> Outbound {
    Outbound::Answer {
        response: Response {
            sequence: request.sequence,
            code: answer.code,
            extra: answer.extra,
            command: request.command.clone(),
            uin: request.uin,
            protocol: Protocol::Full,
            body: answer.body,
        },
        seal: Seal::D2(key),
    }
}

/// The answer to a command of an ended session. protocol/01 §1.9
fn dead_session(request: &Request) -> Outbound {
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
    use crate::{refusal::code, services::messages::send::To, testing::caller, world::Chat};
    use nekonap_ids::Sequence;
    use nekonap_wire::{
        command::Command,
        commands::friends::GetFriends,
        frame::{Encryption, Reserved},
        proto::friends::FriendsRequest,
    };

    async fn message_count(world_actor: &WorldActor) -> usize {
        world_actor
            .ask(|world| {
                world.messages_between(
                    Chat::Group(group(20001)),
                    Sequence::default(),
                    Sequence::new(u64::MAX),
                    99,
                )
            })
            .await
            .expect("read")
            .len()
    }

    #[tokio::test]
    async fn panic_rolls_back_only_its_own_job() {
        let world_actor = WorldActor::start(world()).expect("a thread");
        world_actor
            .ask(|world| say(world, 10002, To::Group(group(20001)), "kept").map(drop))
            .await
            .expect("sent");
        let broken = world_actor
            .ask(|world| -> Result<(), Refusal> {
                say(world, 10002, To::Group(group(20001)), "lost")?;
                world.update_person(uin(10002), |person| person.nickname = "Nobody".to_owned())?;
                panic!("expected by the test")
            })
            .await
            .expect_err("broken");
        assert_eq!(broken.code, code::BROKEN);
        assert_eq!(message_count(&world_actor).await, 1);
        let name = world_actor
            .ask(|world| Ok(world.name_of(uin(10002))))
            .await
            .expect("read");
        assert_eq!(name, "Bob", "the memory is reloaded");
        let sent = world_actor
            .ask(|world| say(world, 10002, To::Group(group(20001)), "after"))
            .await
            .expect("sent");
        let first = world_actor
            .ask(|world| {
                world.messages_between(
                    Chat::Group(group(20001)),
                    Sequence::default(),
                    Sequence::new(u64::MAX),
                    1,
                )
            })
            .await
            .expect("read");
        assert_eq!(first, [(*sent).clone()], "the message is the newest");
    }

    #[tokio::test]
    async fn refusal_rolls_back_only_its_own_job() {
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
        assert_eq!(message_count(&world_actor).await, 25);
        world_actor.close().await;
        let closed = world_actor.ask(|_| Ok(())).await;
        assert_eq!(closed.expect_err("closed").code, code::BROKEN);
    }

    /// Changes every kind of state and then refuses. A real operation refuses before it changes anything.
    fn change_and_refuse(world: &mut World) -> Refusal {
        let here = group(20001);
        let changed = |world: &mut World| -> Result<(), Refusal> {
            say(world, 10002, To::Group(here), "lost")?;
            say(world, 10002, To::Friend(uin(10003)), "lost")?;
            world.take_notice_sequence(here)?;
            world.update_person(uin(10002), |person| person.nickname = "Nobody".to_owned())?;
            world.update_group(here, |group| group.muted = true)?;
            world.update_member(here, uin(10002), |member| member.card = "x".to_owned())?;
            world.remove_friend(uin(10002), uin(10003))?;
            let stranger = crate::services::profile::free_uid(world);
            let stranger = crate::world::Person::new(uin(99), stranger, "X".to_owned(), 0);
            world.add_person(stranger)?;
            caller(world, 10002);
            world.advance_clock(1_000)
        };
        changed(world).expect("changed");
        Refusal::not_allowed(code::NO_PERMISSION, "after the change")
    }

    /// The state in memory that `change_and_refuse` changes, as text.
    fn facts(world: &World) -> String {
        let here = world.group(group(20001)).expect("a group");
        let person = world.person(uin(10002)).expect("a person");
        let private = Chat::of(uin(10002), uin(10003));
        format!(
            "{here:?} {person:?} {:?} {} {} {} {}",
            world.newest(private),
            world.people().count(),
            world.find_person(uin(99)).is_some(),
            world.valid_sessions(uin(10002)).len(),
            world.now() > crate::clock::Clock::default().now() + 500,
        )
    }

    #[tokio::test]
    async fn refusal_after_a_change_leaves_memory_and_database_as_they_were() {
        let world_actor = WorldActor::start(world()).expect("a thread");
        let snapshot = |world: &mut World| Ok((facts(world), world.journal.next()));
        let before = world_actor.ask(snapshot).await.expect("read");
        let refused = world_actor
            .ask(|world| -> Result<(), Refusal> { Err(change_and_refuse(world)) })
            .await;
        assert_eq!(refused.expect_err("refused").code, code::NO_PERMISSION);
        assert_eq!(world_actor.ask(snapshot).await.expect("read"), before);
        let in_database = world_actor
            .ask(|world| {
                world.load()?;
                Ok((facts(world), world.journal.next()))
            })
            .await;
        assert_eq!(in_database.expect("reloaded"), before);
        assert_eq!(message_count(&world_actor).await, 0);
    }

    #[tokio::test]
    async fn command_that_refuses_after_a_change_is_answered_and_rolled_back() {
        let mut world = world();
        let (caller, mut outbound) = caller(&mut world, 10001);
        let session = world.sessions.by_number(caller.session).expect("a session");
        let d2 = session.tickets.d2.clone();
        let mut router = Router::default();
        router.on::<GetFriends>(|world, _, _| Err(change_and_refuse(world)));
        let mut thread = Thread {
            world,
            router,
            handle: Handle::current(),
        };
        let before = facts(&thread.world);
        let entries = thread.world.journal.next();
        let request = Request {
            sequence: 7,
            uin: Some(caller.uin),
            command: GetFriends::NAME.to_owned(),
            encryption: Encryption::D2(d2.clone()),
            protocol: Protocol::Full,
            guid: None,
            sub_app_id: 0,
            tgt: Bytes::new(),
            version: String::new(),
            reserved: Reserved::default(),
            payload: GetFriends::encode_request(&FriendsRequest::default()).into(),
        };
        let item = QueueItem::Command(Box::new(CommandRequest {
            request,
            d2,
            connection: Arc::clone(&caller.connection),
        }));
        let (_queue, mut items) = mpsc::channel(1);
        thread.batch(item, &mut items);
        assert_eq!(facts(&thread.world), before);
        thread.world.load().expect("reloaded");
        assert_eq!(facts(&thread.world), before, "in the database");
        let Ok(Outbound::Answer { response, .. }) = outbound.try_recv() else {
            panic!("no answer");
        };
        assert!(GetFriends::decode_reply(&response.body).is_err());
        assert!(outbound.try_recv().is_err(), "nothing else is sent");
        let journal = thread.world.journal.after(entries - 1, 9);
        let results: Vec<&str> = journal.iter().map(|entry| &entry.result[..]).collect();
        assert_eq!(results, ["1005: after the change"]);
    }
}
