//! The journal: events are kept for subscribers, within limits, also across a restart.

use std::{
    path::Path,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use nekonap_archive::{Archive, Arrival, Config, Entry, Lapsed, Publish, Record, Row, Subscriber};
use nekonap_ids::{MessageId, Sequence, Uin};

/// An event with a text; publishing adds it to the list with its position.
struct Said {
    text: String,
    time: u64,
    own: bool,
    published: Published,
}

type Published = Arc<Mutex<Vec<(u64, String)>>>;

impl Publish for Said {
    fn row(&mut self, message: Option<MessageId>) -> Row<'_> {
        if let Some(id) = message {
            self.text = format!("{} {id}", self.text);
        }
        Row {
            time: self.time,
            own: self.own,
            json: &self.text,
            raw: None,
        }
    }

    fn publish(self, _: Option<MessageId>, position: u64) {
        let mut published = self.published.lock().expect("the list");
        published.push((position, self.text));
    }
}

fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.expect("after 1970").as_secs()
}

/// An archive and the events that were published.
struct Kept {
    archive: Archive,
    published: Published,
}

impl Kept {
    async fn open(directory: Option<&Path>) -> Self {
        let config = Config {
            directory: directory.map(Path::to_path_buf),
            ..Config::default()
        };
        let account = Uin::new(10_001).expect("an account");
        let (archive, set_aside) = Archive::open(account, config).await.expect("opened");
        assert_eq!(set_aside, None);
        Self {
            archive,
            published: Published::default(),
        }
    }

    async fn subscribe(&self, subscribers: &[(&str, u64)]) {
        let subscribers = subscribers.iter().map(|(name, seconds)| Subscriber {
            name: (*name).to_owned(),
            window: Duration::from_secs(*seconds),
            own: false,
            raw: false,
            waits: true,
        });
        let subscribers = subscribers.collect();
        self.archive.subscribe(subscribers).await.expect("saved");
    }

    fn event(&self, text: &str, age: u64) -> Said {
        Said {
            text: text.to_owned(),
            time: now() - age,
            own: text.starts_with("own"),
            published: Arc::clone(&self.published),
        }
    }

    /// Publishes an event and returns its position.
    async fn publish(&self, text: &str, age: u64) -> u64 {
        let event = self.event(text, age);
        self.archive.publish(event).await.expect("published");
        let published = self.published.lock().expect("the list");
        published.last().expect("an event").0
    }

    /// The texts of all kept events after a position.
    async fn texts_after(&self, mut position: u64) -> Vec<String> {
        let mut texts = Vec::new();
        loop {
            let page = self.archive.events_after(position).await.expect("read");
            let Some(last) = page.last() else {
                return texts;
            };
            position = last.position;
            texts.extend(page.into_iter().map(|kept| kept.json));
        }
    }

    async fn texts_from_mark(&self, subscriber: &str, repeat: u32) -> Vec<String> {
        let after = self.archive.resume(subscriber, repeat).await.expect("read");
        self.texts_after(after.expect("a subscriber")).await
    }

    async fn tend(&self) -> Vec<Lapsed> {
        self.archive.tend_journal().await.expect("written")
    }
}

#[tokio::test]
async fn nothing_is_kept_without_a_subscriber() {
    let kept = Kept::open(None).await;
    let first = kept.publish("one", 0).await;
    let second = kept.publish("two", 0).await;
    assert!(first < second);
    assert_eq!(kept.texts_after(0).await, Vec::<String>::new());
}

#[tokio::test]
async fn unread_events_positions_and_marks_survive_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let kept = Kept::open(Some(folder.path())).await;
    kept.publish("before", 0).await;
    kept.subscribe(&[("a", 60), ("b", 60)]).await;
    let one = kept.publish("one", 0).await;
    let two = kept.publish("two", 0).await;
    kept.archive.acknowledge("a", one);
    kept.archive.close().await;

    let kept = Kept::open(Some(folder.path())).await;
    assert!(kept.archive.keeps_events());
    let three = kept.publish("three", 0).await;
    assert!(three > two);
    assert_eq!(kept.texts_from_mark("a", 0).await, ["two", "three"]);
    assert_eq!(kept.texts_from_mark("a", 5).await, ["one", "two", "three"]);
    assert_eq!(kept.texts_from_mark("b", 5).await, ["one", "two", "three"]);
    // A new subscriber begins now; one that is gone loses its mark.
    kept.subscribe(&[("b", 60), ("c", 60)]).await;
    kept.publish("four", 0).await;
    assert_eq!(kept.texts_from_mark("c", 5).await, ["four"]);
    assert_eq!(kept.texts_from_mark("b", 0).await.len(), 4);
    assert_eq!(kept.archive.resume("a", 0).await.expect("read"), None);
    kept.subscribe(&[]).await;
    assert!(!kept.archive.keeps_events());
    assert_eq!(kept.texts_after(0).await, Vec::<String>::new());
}

#[tokio::test]
async fn mark_moves_only_forward_and_not_beyond_the_newest_event() {
    let kept = Kept::open(None).await;
    kept.subscribe(&[("a", 60)]).await;
    let one = kept.publish("one", 0).await;
    let two = kept.publish("two", 0).await;
    for position in [two, one, two + 1, u64::MAX] {
        kept.archive.acknowledge("a", position);
        assert_eq!(kept.archive.acknowledged("a"), Some(two));
    }
}

#[tokio::test]
async fn events_leave_the_window_of_each_subscriber_and_unread_ones_are_counted() {
    let kept = Kept::open(None).await;
    kept.subscribe(&[("short", 60), ("long", 600), ("reader", 60)])
        .await;
    let oldest = kept.publish("oldest", 1_000).await;
    kept.publish("own and old", 100).await;
    let old = kept.publish("old", 100).await;
    kept.publish("new", 0).await;
    kept.archive.acknowledge("reader", old);
    let lapsed = |subscriber: &str, events| Lapsed {
        subscriber: subscriber.to_owned(),
        events,
    };
    // Own events do not count for a subscriber that does not want them.
    assert_eq!(kept.tend().await, [lapsed("long", 1), lapsed("short", 2)]);
    assert_eq!(kept.tend().await, []);
    assert_eq!(kept.texts_after(0).await, ["own and old", "old", "new"]);
    assert_eq!(kept.archive.acknowledged("long"), Some(oldest));
    assert_eq!(kept.texts_from_mark("short", 0).await, ["new"]);
    assert_eq!(
        kept.texts_from_mark("reader", 64).await,
        ["new"],
        "what is older than the window is not repeated"
    );
    assert_eq!(kept.texts_from_mark("long", 64).await.len(), 3);
}

#[tokio::test]
async fn message_and_its_event_are_recorded_together_and_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let kept = Kept::open(Some(folder.path())).await;
    kept.subscribe(&[("a", 60)]).await;
    let record = Record {
        conversation: "group:20001".parse().expect("a conversation"),
        sequence: Some(Sequence::new(7)),
        client_sequence: 0,
        random: 5,
        time: now(),
        sender: Uin::new(10_002).expect("an account"),
        own: false,
        elements: Vec::new(),
    };
    let entry = Entry {
        record,
        arrival: Arrival::Pushed,
    };
    let event = kept.event("hello", 0);
    let recorded = kept.archive.record_and_publish(entry.clone(), event).await;
    let recorded = recorded.expect("recorded");
    assert!(recorded.report);
    let again = kept.event("hello again", 0);
    let again = kept.archive.record_and_publish(entry, again).await;
    assert!(!again.expect("recorded").report);
    let text = format!("hello {}", recorded.id);
    assert_eq!(kept.texts_after(0).await, [text.as_str()]);
    let published = kept.published.lock().expect("the list").clone();
    assert_eq!(published.len(), 1);
    assert_eq!(published[0].1, text);
}

#[tokio::test]
async fn events_are_published_in_the_order_of_their_positions() {
    let folder = tempfile::tempdir().expect("a folder");
    let kept = Arc::new(Kept::open(Some(folder.path())).await);
    kept.subscribe(&[("a", 60)]).await;
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..8 {
        let kept = Arc::clone(&kept);
        writers.spawn(async move {
            for number in 0..50 {
                kept.publish(&format!("{writer} {number}"), 0).await;
            }
        });
    }
    writers.join_all().await;
    let published = kept.published.lock().expect("the list").clone();
    assert_eq!(published.len(), 400);
    assert!(published.is_sorted_by(|one, next| one.0 < next.0));
    let texts: Vec<String> = published.into_iter().map(|(_, text)| text).collect();
    assert_eq!(kept.texts_after(0).await, texts);
}
