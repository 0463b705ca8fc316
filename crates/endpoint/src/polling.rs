//! Cursors of `get_event`, for programs that poll: one for each key (api/transports §7.8).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use nekonap_onebot::Form;
use tokio::{
    sync::watch,
    time::{Instant, sleep, sleep_until},
};

use crate::{
    bot::Bot,
    error::{Failure, Result},
    log::{Cursor, Next, Want},
};

/// Maximum number of keys.
const MAX_KEYS: usize = 32;

/// Maximum length of a key, in bytes.
const MAX_KEY: usize = 128;

/// A key ends this long after its last use.
const LIFETIME: Duration = Duration::from_mins(10);

/// Maximum number of events of one answer.
const MAX_EVENTS: usize = 64;

/// The keys in use.
#[derive(Debug, Default)]
pub(crate) struct Polling(Mutex<HashMap<String, Arc<Poll>>>);

/// The cursor of one key.
#[derive(Debug)]
struct Poll {
    cursor: tokio::sync::Mutex<Cursor>,
    /// Number of calls so far. A call that is no longer the newest stops waiting.
    calls: watch::Sender<u64>,
    used: Mutex<Instant>,
}

/// Waits for events after the last call with this key, and returns at most 64 of them. The first call with a key begins
/// now.
///
/// # Errors
/// `PARAM_INVALID` if the key is too long, or new while 32 others are in use.
pub(crate) async fn events(
    bot: &Bot,
    key: String,
    form: Form,
    wait: Duration,
) -> Result<Vec<Bytes>> {
    if key.len() > MAX_KEY {
        let text = format!("it may have {MAX_KEY} bytes, not {}", key.len());
        return Err(Failure::invalid("key", text));
    }
    let poll = bot.polling().get(bot, key, form)?;
    let events = poll.next(bot, form, wait).await;
    poll.touch();
    Ok(events)
}

impl Polling {
    fn get(&self, bot: &Bot, key: String, form: Form) -> Result<Arc<Poll>> {
        let mut polls = self.polls();
        if let Some(poll) = polls.get(&key) {
            poll.touch();
            return Ok(Arc::clone(poll));
        }
        if polls.len() >= MAX_KEYS {
            let text = format!(
                "{MAX_KEYS} keys are in use already; use one of them, or wait: a key ends {} minutes after its last use",
                LIFETIME.as_secs() / 60
            );
            return Err(Failure::invalid("key", text));
        }
        let want = Want {
            form,
            ..Want::default()
        };
        let poll = Arc::new(Poll {
            cursor: tokio::sync::Mutex::new(bot.cursor(want)),
            calls: watch::Sender::new(0),
            used: Mutex::new(Instant::now()),
        });
        polls.insert(key.clone(), Arc::clone(&poll));
        bot.spawn(expire(bot.clone(), key));
        Ok(poll)
    }

    /// Removes the key if it has not been used for its lifetime; otherwise returns when that will be.
    fn remove_unused(&self, key: &str) -> Option<Instant> {
        let mut polls = self.polls();
        let end = polls.get(key)?.end();
        if end > Instant::now() {
            return Some(end);
        }
        polls.remove(key);
        None
    }

    fn polls(&self) -> MutexGuard<'_, HashMap<String, Arc<Poll>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Removes a key at the end of its lifetime, because events are prepared for every cursor.
async fn expire(bot: Bot, key: String) {
    while let Some(end) = bot.polling().remove_unused(&key) {
        tokio::select! {
            () = bot.closing().cancelled() => return,
            () = sleep_until(end) => {}
        }
    }
}

impl Poll {
    async fn next(&self, bot: &Bot, form: Form, wait: Duration) -> Vec<Bytes> {
        let mut newest = self.calls.subscribe();
        let mut number = 0;
        self.calls.send_modify(|calls| {
            *calls += 1;
            number = *calls;
        });
        let replaced = newest.wait_for(|newest| *newest > number);
        tokio::select! {
            biased;
            events = self.read(bot, form, wait) => events,
            _ = replaced => Vec::new(),
        }
    }

    async fn read(&self, bot: &Bot, form: Form, wait: Duration) -> Vec<Bytes> {
        let mut cursor = self.cursor.lock().await;
        cursor.set_form(form);
        let mut events = Vec::new();
        let timeout = sleep(wait);
        tokio::pin!(timeout);
        while events.is_empty() {
            let next = tokio::select! {
                biased;
                next = cursor.next() => next,
                () = &mut timeout => return events,
                () = bot.closing().cancelled() => return events,
            };
            match next {
                Next::Closed => return events,
                next => keep(bot, next, &mut events),
            }
        }
        while events.len() < MAX_EVENTS {
            match cursor.try_next() {
                None | Some(Next::Closed) => break,
                Some(next) => keep(bot, next, &mut events),
            }
        }
        events
    }

    fn touch(&self) {
        *self.used.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn end(&self) -> Instant {
        *self.used.lock().unwrap_or_else(PoisonError::into_inner) + LIFETIME
    }
}

/// Adds an event to the answer; counts lost ones.
fn keep(bot: &Bot, next: Next, events: &mut Vec<Bytes>) {
    match next {
        Next::Event { bytes, .. } => events.push(bytes),
        Next::Lost(lost) => {
            bot.vitals().lost("get_event", lost);
            tracing::warn!(
                lost,
                "get_event is called too seldom; the oldest events are lost"
            );
        }
        Next::Closed => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::Offline;

    #[tokio::test]
    async fn key_ends_ten_minutes_after_its_last_use() {
        let offline = Offline::new().await;
        tokio::time::pause();
        let polling = offline.bot.polling();
        let nearly = Duration::from_secs(599);
        let first = polling
            .get(&offline.bot, "a".to_owned(), Form::Array)
            .expect("a new key");
        tokio::time::advance(nearly).await;
        assert_eq!(
            offline.data("get_event", json!({"key": "a"})).await,
            json!([])
        );
        let again = polling.get(&offline.bot, "a".to_owned(), Form::Array);
        assert!(Arc::ptr_eq(&first, &again.expect("it is in use")));

        for number in 1..MAX_KEYS {
            offline.data("get_event", json!({"key": number})).await;
        }
        let full = offline.failure("get_event", json!({"key": "b"}), "PARAM_INVALID");
        assert!(full.await.contains("32 keys"));
        tokio::time::advance(nearly).await;
        let full = offline.failure("get_event", json!({"key": "b"}), "PARAM_INVALID");
        assert!(full.await.contains("32 keys"), "none has ended");
        let used = offline.data("get_event", json!({"key": "a"})).await;
        assert_eq!(used, json!([]));

        // Lets the tasks run whose timers have ended.
        tokio::time::sleep(Duration::from_secs(2)).await;
        let keys: Vec<String> = polling.polls().keys().cloned().collect();
        assert_eq!(keys, ["a"], "the others were not used for 10 minutes");
        assert_eq!(
            offline.data("get_event", json!({"key": "b"})).await,
            json!([])
        );
    }
}
