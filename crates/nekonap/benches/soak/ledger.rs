//! What people said, and what each connection saw of it. Each message has a number, which is its text: `soak 17`.

use crate::histogram::Histogram;
use serde_json::Value;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Whether a message is in the world.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// The sandbox has not answered.
    Unanswered,
    /// The sandbox has confirmed it: it is never lost.
    Confirmed,
    /// The sandbox ended before it answered: the message may be there or not.
    Uncertain,
}

struct Said {
    group: u64,
    at: Instant,
    state: State,
}

/// All messages that people sent, by number.
#[derive(Default)]
pub(crate) struct Ledger(Mutex<Vec<Said>>);

impl Ledger {
    fn said(&self) -> MutexGuard<'_, Vec<Said>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of a message that is about to be sent.
    pub(crate) fn begin(&self, group: u64) -> usize {
        let mut said = self.said();
        said.push(Said {
            group,
            at: Instant::now(),
            state: State::Unanswered,
        });
        said.len() - 1
    }

    /// Notes how the sending of a message ended.
    pub(crate) fn end(&self, number: usize, confirmed: bool) {
        self.said()[number].state = if confirmed {
            State::Confirmed
        } else {
            State::Uncertain
        };
    }

    /// How many messages are confirmed, and how many are not known to have arrived.
    pub(crate) fn totals(&self) -> (usize, usize) {
        let said = self.said();
        let confirmed = said.iter().filter(|said| said.state == State::Confirmed);
        let confirmed = confirmed.count();
        (confirmed, said.len() - confirmed)
    }

    fn place(&self, number: usize) -> Option<(u64, Duration)> {
        let said = self.said();
        let said = said.get(number)?;
        Some((said.group, said.at.elapsed()))
    }
}

/// What one connection saw. A connection is an entry of the endpoint; it may be closed and opened many times.
pub(crate) struct Tally {
    pub(crate) name: &'static str,
    /// Whether the entry has `replay`: it must not lose anything.
    pub(crate) replay: bool,
    ledger: Arc<Ledger>,
    seen: Mutex<Seen>,
}

/// The counters of a connection.
#[derive(Default)]
struct Seen {
    connects: u64,
    /// How often each message was seen, apart from events that were sent again with the same `event_id`.
    times: Vec<u8>,
    /// The newest message of each group.
    newest: HashMap<u64, usize>,
    /// The message of each `event_id`.
    ids: HashMap<String, usize>,
    resent: u64,
    repeated: u64,
    disordered: u64,
    /// The first problems, for the report.
    examples: Vec<String>,
    delay: Histogram,
}

/// The most problems of a connection that the report shows.
const EXAMPLES: usize = 20;

impl Seen {
    fn problem(&mut self, text: String) {
        if self.examples.len() < EXAMPLES {
            self.examples.push(text);
        }
    }
}

/// A line of the report.
pub(crate) struct Summary {
    pub(crate) name: &'static str,
    pub(crate) replay: bool,
    pub(crate) connects: u64,
    /// Messages that were seen.
    pub(crate) seen: usize,
    /// Confirmed messages that were not seen.
    pub(crate) missing: usize,
    /// Events that were sent again with the same `event_id`: allowed.
    pub(crate) resent: u64,
    /// Messages that were seen twice, without an `event_id` that says so.
    pub(crate) repeated: u64,
    /// Messages that were seen after a later one of their group.
    pub(crate) disordered: u64,
    /// Delay from the act to the framework, milliseconds.
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) examples: Vec<String>,
}

impl Tally {
    pub(crate) fn new(name: &'static str, replay: bool, ledger: &Arc<Ledger>) -> Arc<Self> {
        Arc::new(Self {
            name,
            replay,
            ledger: Arc::clone(ledger),
            seen: Mutex::default(),
        })
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a new connection.
    pub(crate) fn connected(&self) {
        self.seen().connects += 1;
    }

    pub(crate) fn connects(&self) -> u64 {
        self.seen().connects
    }

    /// Notes an event; only messages with a number count.
    pub(crate) fn event(&self, event: &Value) {
        let text = event["raw_message"].as_str().unwrap_or_default();
        let number = text.strip_prefix("soak ").and_then(|n| n.parse().ok());
        let Some(number) = number else { return };
        let Some((group, delay)) = self.ledger.place(number) else {
            return;
        };
        let mut seen = self.seen();
        if let Some(id) = event.get("event_id") {
            match seen.ids.insert(id.to_string(), number) {
                Some(before) if before == number => {
                    seen.resent += 1;
                    return;
                }
                Some(before) => {
                    seen.repeated += 1;
                    seen.problem(format!(
                        "event_id {id} is of message {before} and of {number}"
                    ));
                }
                None => {}
            }
        }
        if seen.times.len() <= number {
            seen.times.resize(number + 1, 0);
        }
        let times = seen.times[number];
        seen.times[number] = times.saturating_add(1);
        if times > 0 {
            seen.repeated += 1;
            seen.problem(format!("message {number} came again: {event}"));
            return;
        }
        seen.delay.add(delay);
        let newest = seen.newest.insert(group, number).unwrap_or(0);
        if newest > number {
            seen.newest.insert(group, newest);
            seen.disordered += 1;
            seen.problem(format!("message {number} came after {newest} in {group}"));
        }
    }

    pub(crate) fn summary(&self) -> Summary {
        let seen = self.seen();
        let times = |number: usize| seen.times.get(number).copied().unwrap_or(0);
        let said = self.ledger.said();
        let confirmed = (0..said.len()).filter(|number| said[*number].state == State::Confirmed);
        let missing: Vec<usize> = confirmed.filter(|number| times(*number) == 0).collect();
        let mut examples = seen.examples.clone();
        if self.replay {
            examples.extend(missing.iter().take(EXAMPLES).map(|number| {
                let said = &said[*number];
                format!("message {number} in {} is missing", said.group)
            }));
        }
        Summary {
            name: self.name,
            replay: self.replay,
            connects: seen.connects,
            seen: seen.times.iter().filter(|times| **times > 0).count(),
            missing: missing.len(),
            resent: seen.resent,
            repeated: seen.repeated,
            disordered: seen.disordered,
            p50: seen.delay.milliseconds(0.5),
            p99: seen.delay.milliseconds(0.99),
            examples,
        }
    }
}
