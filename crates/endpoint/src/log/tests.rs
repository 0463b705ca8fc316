//! Cursors of the event log.

use futures_util::FutureExt as _;
use nekonap_archive::{Kept, Publish as _};
use nekonap_ids::{MessageId, Uin};
use nekonap_onebot::{
    ChatMessage, Event, Message, What,
    chat::{Place as Chat, Sender},
    events::{Lifecycle, Meta},
};
use serde_json::Value;

use super::*;

fn happening(time: u64, own: bool) -> NewEvent {
    NewEvent {
        event: Event {
            time,
            self_id: Uin::new(10_001).expect("an account"),
            what: What::Meta(Meta::Lifecycle(Lifecycle::Connect)),
        },
        own,
        backlog: false,
        raw: Some("{\"x\":1}".to_owned()),
    }
}

/// Appends events at consecutive positions.
fn append(log: &Log, events: impl IntoIterator<Item = NewEvent>) {
    for event in events {
        let position = log.ring().end;
        log.append(position, event, None);
    }
}

/// The time and the position of the next event.
fn read(cursor: &mut Cursor) -> Option<(u64, u64)> {
    match cursor.try_next()? {
        Next::Event { bytes, position } => {
            let event: Value = serde_json::from_slice(&bytes).expect("JSON");
            Some((event["time"].as_u64().expect("time"), position))
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn cursor_reads_later_events_in_order() {
    let log = Log::new(7);
    append(&log, [happening(1, false)]);
    let mut cursor = log.cursor(Want::default());
    assert_eq!(cursor.position(), 8);
    assert_eq!(read(&mut cursor), None);
    append(&log, [happening(2, false), happening(3, false)]);
    append(&log, [happening(4, false)]);
    let all: Vec<_> = std::iter::from_fn(|| read(&mut cursor)).collect();
    assert_eq!(all, [(2, 8), (3, 9), (4, 10)]);
}

#[test]
fn own_events_are_read_only_on_request() {
    let log = Log::new(1);
    let mut others = log.cursor(Want::default());
    let mut all = log.cursor(Want {
        own_messages: true,
        ..Want::default()
    });
    append(&log, [happening(1, true), happening(2, false)]);
    assert_eq!(read(&mut others), Some((2, 2)));
    assert_eq!(read(&mut all), Some((1, 1)));
}

#[test]
fn readers_of_one_format_share_its_bytes() {
    let log = Log::new(1);
    let mut cursors = [(); 3].map(|()| log.cursor(Want::default()));
    let mut with_extras = log.cursor(Want {
        event_id: true,
        raw: true,
        ..Want::default()
    });
    append(&log, [happening(1, false)]);
    let bytes = cursors.each_mut().map(|cursor| match cursor.try_next() {
        Some(Next::Event { bytes, .. }) => bytes,
        other => panic!("{other:?}"),
    });
    assert!(
        bytes
            .iter()
            .all(|other| other.as_ptr() == bytes[0].as_ptr())
    );
    let Some(Next::Event { bytes: more, .. }) = with_extras.try_next() else {
        panic!("no event");
    };
    let text = std::str::from_utf8(&more).expect("text");
    assert!(text.ends_with(r#","event_id":1,"raw":{"x":1}}"#), "{text}");
    assert!(!bytes[0].windows(8).any(|part| part == b"event_id"));
}

#[test]
fn slow_reader_gets_the_number_of_lost_events() {
    let log = Log::new(1);
    let mut slow = log.cursor(Want::default());
    let last = EVENTS as u64 + 10;
    for time in 1..=last {
        append(&log, [happening(time, false)]);
    }
    assert_eq!(slow.try_next(), Some(Next::Lost(10)));
    assert_eq!(read(&mut slow), Some((11, 11)));
    let rest = std::iter::from_fn(|| read(&mut slow)).count();
    assert_eq!(rest as u64, last - 11);
}

#[tokio::test]
async fn cursor_waits_for_events_and_for_the_end() {
    let log = Log::new(1);
    let mut cursor = log.cursor(Want::default());
    assert!(cursor.next().now_or_never().is_none());
    let waiting = tokio::spawn(async move {
        let first = cursor.next().await;
        (first, cursor.next().await)
    });
    append(&log, [happening(5, false)]);
    log.close();
    let (first, end) = waiting.await.expect("joined");
    assert!(
        matches!(first, Next::Event { position: 1, .. }),
        "{first:?}"
    );
    assert_eq!(end, Next::Closed);
    assert_eq!(log.readers(), 0);
}

#[test]
fn gap_in_the_positions_is_no_loss() {
    let log = Log::new(1);
    let mut cursor = log.cursor(Want::default());
    log.append(1, happening(1, false), None);
    log.append(5, happening(2, false), None);
    assert_eq!(read(&mut cursor), Some((1, 1)));
    assert_eq!(read(&mut cursor), Some((2, 5)));
    assert_eq!(read(&mut cursor), None);
    log.append(6, happening(3, false), None);
    assert_eq!(read(&mut cursor), Some((3, 6)));
}

#[test]
fn message_from_before_the_start_is_read_only_with_replay() {
    let log = Log::new(1);
    let mut plain = log.cursor(Want::default());
    let mut replaying = log.cursor(Want {
        event_id: true,
        ..Want::default()
    });
    let missed = NewEvent {
        backlog: true,
        ..happening(1, false)
    };
    append(&log, [missed, happening(2, false)]);
    assert_eq!(read(&mut plain), Some((2, 2)));
    assert_eq!(read(&mut replaying), Some((1, 1)));
}

#[test]
fn event_from_the_journal_is_equal_in_every_format() {
    let log = Log::new(7);
    let message = ChatMessage {
        time: 5,
        self_id: Uin::new(10_001).expect("an account"),
        message_id: None,
        real_seq: 3,
        sender: Sender::default(),
        place: Chat::Private {
            target_id: Uin::new(10_002).expect("an account"),
            from_group: None,
        },
        own: false,
        message: Message::from_cq(" a & b [CQ:face,id=76]").expect("a message"),
    };
    let new = NewEvent {
        event: Event {
            what: What::Message(Box::new(message)),
            ..happening(5, false).event
        },
        ..happening(5, false)
    };
    let id = MessageId::new(1_439_597_348).ok();
    let mut publication = Publication::new(log.clone(), new);
    let row = publication.row(id);
    let kept = Kept {
        position: 7,
        own: row.own,
        json: row.json.to_owned(),
        raw: row.raw.map(str::to_owned),
    };
    publication.publish(id, 7);
    let Place::Entry(live) = log.at(7) else {
        panic!("no event");
    };
    let kept = Entry::kept(kept);
    for (form, event_id, raw) in [
        (Form::Array, false, false),
        (Form::Array, true, true),
        (Form::String, true, false),
        (Form::String, false, true),
    ] {
        let want = Want {
            form,
            event_id,
            raw,
            own_messages: false,
        };
        let bytes = live.render(want).0;
        assert_eq!(bytes, kept.render(want).0, "{want:?}");
        let text = std::str::from_utf8(&bytes).expect("text");
        assert!(text.contains("1439597348"), "{text}");
        assert_eq!(text.contains("\"event_id\":7"), event_id, "{text}");
    }
}
