//! Each event is reported once, with the same message id everywhere, in the order of its conversation.

use std::{ops::Range, time::Duration};

use bytes::Bytes;
use futures_util::FutureExt as _;
use nekonap_archive::{ArchiveError, Subscriber};
use nekonap_client::{
    Device, Element, Event as Happened, Me, Message as Said, Sender,
    message::{File, Text, Unknown},
    push::{
        Departure, Essence, GroupRecall, MemberJoined, MemberLeft, Notice, Origin, Poke,
        PokeWithdrawn, PrivateRecall, Push, Reaction, Recalled, SelfJoined,
    },
};
use nekonap_ids::{Conversation, MessageId, Sequence, Uid, Uin};
use nekonap_onebot::Form;
use serde_json::{Value, json};

use super::{message, noticed, process};
use crate::{
    Config, Cursor, Next, OptionalEvents, Want,
    testing::{Offline, group, uin},
};

fn incoming(conversation: &str, sender: u64, sequence: u64, random: u32, text: &str) -> Said {
    Said {
        conversation: conversation.parse().expect("a conversation"),
        sender: Sender {
            uin: uin(sender),
            uid: None,
            nickname: "Oak".to_owned(),
            card: Some("The Oak".to_owned()),
            title: None,
            level: None,
            role: None,
        },
        own: sender == 10_001,
        sequence: Sequence::new(sequence),
        client_sequence: 0,
        random,
        time: 1_767_225_600 + sequence,
        elements: vec![Element::Text(Text::new(text))],
        group_name: "Garden".to_owned(),
        missed: false,
    }
}

/// Processes a sent message, with or without an answer from the server.
async fn sent(offline: &Offline, said: Said) -> Result<MessageId, ArchiveError> {
    let ticket = offline.context().report(said.conversation);
    message::sent(&offline.bot, said, ticket).await
}

/// Processes a notice of Unix second 9.
async fn notice(offline: &Offline, notice: impl Into<Notice<Uin>>) {
    noticed(&offline.bot, notice.into(), 9)
        .await
        .expect("recorded");
}

/// The next event; waits for one.
async fn next(cursor: &mut Cursor) -> Value {
    match cursor.next().await {
        Next::Event { bytes, .. } => serde_json::from_slice(&bytes).expect("JSON"),
        other => panic!("{other:?}"),
    }
}

/// A cursor that reads all events and extras.
fn everything(offline: &Offline) -> Cursor {
    offline.bot.cursor(Want {
        own_messages: true,
        ..Want::default()
    })
}

/// The events that can be read now.
fn reported(cursor: &mut Cursor) -> Vec<Value> {
    std::iter::from_fn(|| cursor.try_next())
        .map(|next| match next {
            Next::Event { bytes, .. } => serde_json::from_slice(&bytes).expect("JSON"),
            other => panic!("{other:?}"),
        })
        .collect()
}

#[tokio::test]
async fn message_is_reported_once_and_its_forms_agree() {
    let offline = Offline::new().await;
    let mut array = everything(&offline);
    let mut string = offline.bot.cursor(Want {
        form: Form::String,
        event_id: true,
        ..Want::default()
    });
    for _ in 0..2 {
        message::pushed(&offline.bot, incoming("group:20001", 10_003, 7, 3, "a & b"))
            .await
            .expect("recorded");
    }
    let [event] = &reported(&mut array)[..] else {
        panic!("not exactly one event");
    };
    let id = &event["message_id"];
    assert_eq!(
        event,
        &json!({
            "time": 1_767_225_607, "self_id": 10001, "post_type": "message", "message_type": "group",
            "sub_type": "normal", "message_id": id, "message_seq": id, "real_id": id, "real_seq": "7",
            "user_id": 10003, "group_id": 20001, "group_name": "Garden", "anonymous": null,
            "message": [{"type": "text", "data": {"text": "a & b"}}], "message_format": "array",
            "raw_message": "a &amp; b", "font": 14,
            "sender": {"user_id": 10003, "nickname": "Oak", "card": "The Oak", "sex": "unknown", "age": 0,
                       "area": "", "level": "", "role": "member", "title": ""},
        })
    );
    let [event] = &reported(&mut string)[..] else {
        panic!("not exactly one event");
    };
    assert_eq!(
        (
            &event["message"],
            &event["message_format"],
            &event["message_id"],
            &event["event_id"]
        ),
        (
            &json!("a &amp; b"),
            &json!("string"),
            id,
            &json!(string.position() - 1)
        )
    );
}

#[tokio::test]
async fn files_are_reported_beside_their_messages() {
    for offline_file in [false, true] {
        let events = OptionalEvents {
            offline_file,
            ..OptionalEvents::default()
        };
        let offline = Offline::with(Config {
            events,
            ..Config::default()
        })
        .await;
        let mut cursor = everything(&offline);
        for (conversation, id, business, hash) in [
            ("group:20001", "/f0", 102, ""),
            ("friend:10003", "f0", 0, "c3"),
        ] {
            let file = Element::File(File {
                name: "plan.pdf".to_owned(),
                size: 9,
                id: id.to_owned(),
                md5: String::new(),
                hash: hash.to_owned(),
                business,
            });
            let said = Said {
                elements: vec![file],
                ..incoming(conversation, 10_003, 7, 3, "")
            };
            for _ in 0..2 {
                let pushed = message::pushed(&offline.bot, said.clone()).await;
                pushed.expect("recorded");
            }
            // From before the start: reported as a message only, and only to connections with `replay`.
            let missed = Said {
                missed: true,
                time: 1,
                sequence: Sequence::new(6),
                ..said
            };
            let pushed = message::pushed(&offline.bot, missed).await;
            pushed.expect("recorded");
        }
        let notices: Vec<Value> = reported(&mut cursor)
            .into_iter()
            .filter(|event| event["post_type"] == "notice")
            .collect();
        let uploaded = json!({
            "time": 1_767_225_607, "self_id": 10001, "post_type": "notice", "notice_type": "group_upload",
            "group_id": 20001, "user_id": 10003,
            "file": {"id": "gf.20001.102./f0", "name": "plan.pdf", "size": 9, "busid": 102},
        });
        // The server gives no link.
        let received = json!({
            "time": 1_767_225_607, "self_id": 10001, "post_type": "notice", "notice_type": "offline_file",
            "user_id": 10003,
            "file": {"name": "plan.pdf", "size": 9, "url": "", "id": "pf.2.f0c3", "hash": "c3"},
        });
        let expected = if offline_file {
            vec![uploaded, received]
        } else {
            vec![uploaded]
        };
        assert_eq!(notices, expected);
    }
}

#[tokio::test]
async fn unanswered_send_has_the_id_of_its_echo_and_is_reported_once() {
    let offline = Offline::new().await;
    let mut cursor = everything(&offline);
    let unanswered = incoming("group:20001", 10_001, 0, 99, "unanswered");
    let id = sent(&offline, unanswered).await.expect("recorded");
    assert_eq!(
        reported(&mut cursor),
        Vec::<Value>::new(),
        "it may never have arrived"
    );
    let stored = offline.data("get_msg", json!({"message_id": id})).await;
    assert_eq!(
        (&stored["raw_message"], &stored["real_seq"]),
        (&json!("unanswered"), &json!("0"))
    );

    message::pushed(
        &offline.bot,
        incoming("group:20001", 10_001, 8, 99, "unanswered"),
    )
    .await
    .expect("recorded");
    let [event] = &reported(&mut cursor)[..] else {
        panic!("not exactly one event");
    };
    assert_eq!(
        (
            &event["post_type"],
            &event["message_id"],
            &event["real_seq"],
            &event["target_id"]
        ),
        (
            &json!("message_sent"),
            &json!(id),
            &json!("8"),
            &json!(20001)
        )
    );
    let stored = offline.data("get_msg", json!({"message_id": id})).await;
    assert_eq!(stored["real_seq"], "8");
}

#[tokio::test]
async fn answer_and_echo_are_one_event_in_either_order() {
    let offline = Offline::new().await;
    let mut cursor = everything(&offline);
    let said = |sequence| incoming("group:20001", 10_001, sequence, 5, "once");
    let answered = sent(&offline, said(3)).await.expect("recorded");
    message::pushed(&offline.bot, said(3))
        .await
        .expect("recorded");
    message::pushed(&offline.bot, said(4))
        .await
        .expect("recorded");
    let later = sent(&offline, said(4)).await.expect("recorded");
    let ids: Vec<Value> = reported(&mut cursor)
        .iter()
        .map(|event| event["message_id"].clone())
        .collect();
    assert_eq!(ids, [json!(answered), json!(later)]);
    let mut others = offline.bot.cursor(Want::default());
    sent(&offline, said(5)).await.expect("recorded");
    assert_eq!(
        reported(&mut others),
        Vec::<Value>::new(),
        "own messages are read only on request"
    );
}

#[tokio::test]
async fn recall_is_reported_once_with_the_id_of_its_message() {
    let offline = Offline::new().await;
    let mut cursor = everything(&offline);
    message::pushed(&offline.bot, incoming("group:20001", 10_003, 7, 3, "oops"))
        .await
        .expect("recorded");
    let recall = |sequence, author, operator| GroupRecall {
        group: group(20_001),
        operator,
        messages: vec![Recalled {
            sequence: Sequence::new(sequence),
            time: 1,
            random: 3,
            author,
        }],
        tip: String::new(),
    };
    for _ in 0..2 {
        notice(&offline, recall(7, None, Some(uin(10_004)))).await;
    }
    let events = reported(&mut cursor);
    let [said, recalled] = &events[..] else {
        panic!("{events:?}");
    };
    assert_eq!(
        recalled,
        &json!({
            "time": recalled["time"], "self_id": 10001, "post_type": "notice", "notice_type": "group_recall",
            "group_id": 20001, "user_id": 10003, "operator_id": 10004, "message_id": said["message_id"],
        })
    );
    // A message that was never received has the id that it would have had.
    notice(&offline, recall(8, Some(uin(10_005)), None)).await;
    let [unheard] = &reported(&mut cursor)[..] else {
        panic!("no event");
    };
    assert_eq!(
        (&unheard["user_id"], &unheard["operator_id"]),
        (&json!(10005), &json!(10005))
    );
    let place = Conversation::Group(group(20_001));
    let id = offline
        .bot
        .archive()
        .id_at(place, Sequence::new(8))
        .await
        .expect("named");
    assert_eq!(unheard["message_id"], json!(id));
    let gone = offline.call("get_msg", json!({"message_id": id})).await;
    assert_eq!(gone["retcode"], 1200, "there is no copy of it: {gone}");
}

#[tokio::test]
async fn private_recall_finds_its_message_by_either_sequence() {
    let offline = Offline::new().await;
    let mut cursor = everything(&offline);
    for (sequence, client_sequence) in [(1, 500), (2, 501)] {
        let said = Said {
            client_sequence,
            ..incoming("friend:10002", 10_002, sequence, 1, "oops")
        };
        message::pushed(&offline.bot, said).await.expect("recorded");
    }
    let recall = |sequence, client_sequence| PrivateRecall {
        peer: uin(10_002),
        own: false,
        sequence: Sequence::new(sequence),
        client_sequence,
        random: 1,
        time: 1,
        tip: String::new(),
    };
    for recall in [recall(1, 0), recall(0, 501), recall(2, 501), recall(0, 77)] {
        notice(&offline, recall).await;
    }
    let events = reported(&mut cursor);
    let [one, two, first, second] = &events[..] else {
        panic!("not one event each: {events:?}");
    };
    for (said, recalled) in [(one, first), (two, second)] {
        assert_eq!(recalled["notice_type"], "friend_recall");
        assert_eq!(
            (&recalled["user_id"], &recalled["message_id"]),
            (&json!(10002), &said["message_id"])
        );
    }
    assert_eq!(offline.bot.vitals().events_dropped.get(), 1);
}

#[tokio::test]
async fn reactions_and_essence_have_the_id_of_their_message() {
    let offline = Offline::new().await;
    let mut cursor = everything(&offline);
    message::pushed(&offline.bot, incoming("group:20001", 10_003, 7, 3, "wise"))
        .await
        .expect("recorded");
    let reaction = Reaction {
        group: group(20_001),
        sequence: Sequence::new(7),
        emoji: nekonap_client::Emoji::Face(76),
        count: 2,
        operator: Some(uin(10_004)),
        added: true,
    };
    notice(&offline, reaction).await;
    let essence = |set| Essence {
        group: group(20_001),
        sequence: Sequence::new(7),
        random: 3,
        set,
        author: Some(uin(10_003)),
        operator: Some(uin(10_004)),
        author_name: String::new(),
        operator_name: String::new(),
    };
    notice(&offline, essence(true)).await;
    notice(&offline, essence(false)).await;

    let events = reported(&mut cursor);
    let [said, liked, added, deleted] = &events[..] else {
        panic!("{events:?}");
    };
    let id = &said["message_id"];
    assert_eq!(
        liked,
        &json!({
            "time": 9, "self_id": 10001, "post_type": "notice", "notice_type": "group_msg_emoji_like",
            "group_id": 20001, "user_id": 10004, "message_id": id, "likes": [{"emoji_id": "76", "count": 2}],
            "is_add": true,
        })
    );
    assert_eq!(
        added,
        &json!({
            "time": 9, "self_id": 10001, "post_type": "notice", "notice_type": "essence", "sub_type": "add",
            "group_id": 20001, "user_id": 10003, "sender_id": 10003, "operator_id": 10004, "message_id": id,
        })
    );
    assert_eq!(deleted["sub_type"], "delete");
}

#[tokio::test]
async fn events_that_are_off_by_default_are_reported_if_switched_on() {
    let left = |how| MemberLeft {
        group: group(20_001),
        member: uin(10_001),
        operator: Some(uin(10_002)),
        how,
    };
    let reaction = |added| Reaction {
        group: group(20_001),
        sequence: Sequence::new(7),
        emoji: nekonap_client::Emoji::Face(76),
        count: 2,
        operator: None,
        added,
    };
    let kinds = async |switches| {
        let offline = Offline::with(Config {
            events: switches,
            ..Config::default()
        })
        .await;
        let mut cursor = everything(&offline);
        notice(&offline, reaction(true)).await;
        notice(&offline, reaction(false)).await;
        notice(&offline, left(Departure::Dissolved)).await;
        notice(&offline, left(Departure::Removed)).await;
        reported(&mut cursor)
    };
    let kind = |event: &Value| {
        let sub_type = event["sub_type"].as_str().unwrap_or("-");
        format!(
            "{} {sub_type}",
            event["notice_type"].as_str().expect("a type")
        )
    };
    let by_default: Vec<_> = kinds(OptionalEvents::default())
        .await
        .iter()
        .map(kind)
        .collect();
    let expected = [
        "group_msg_emoji_like -",
        "group_msg_emoji_like -",
        "group_decrease disband",
        "group_decrease kick_me",
    ];
    assert_eq!(by_default, expected);
    let switches = OptionalEvents {
        bot_online: false,
        client_status: false,
        group_dismiss: true,
        offline_file: false,
        poke_recall: false,
        reaction: true,
        standard_sub_types: true,
    };
    let events = kinds(switches).await;
    let expected = [
        "group_msg_emoji_like -",
        "reaction add",
        "group_msg_emoji_like -",
        "reaction remove",
        "group_decrease kick_me",
        "group_dismiss -",
        "group_decrease kick_me",
    ];
    assert_eq!(events.iter().map(kind).collect::<Vec<_>>(), expected);
    assert_eq!(
        events[1],
        json!({
            "time": 9, "self_id": 10001, "post_type": "notice", "notice_type": "reaction", "sub_type": "add",
            "group_id": 20001, "message_id": events[0]["message_id"], "operator_id": 0, "code": "76", "count": 2,
        })
    );
    assert_eq!(
        events[5],
        json!({
            "time": 9, "self_id": 10001, "post_type": "notice", "notice_type": "group_dismiss", "group_id": 20001,
            "operator_id": 10002, "user_id": 10002,
        })
    );
}

#[tokio::test]
async fn withdrawn_poke_is_reported_with_the_fields_of_the_poke() {
    let group = group(20_001);
    for on in [false, true] {
        let events = OptionalEvents {
            poke_recall: on,
            ..OptionalEvents::default()
        };
        let offline = Offline::with(Config {
            events,
            ..Config::default()
        })
        .await;
        let mut cursor = everything(&offline);
        for (chat, tip_id) in [(Origin::Group(group), 7), (Origin::Private(uin(10_003)), 8)] {
            let poke = Poke {
                chat,
                from: uin(10_003),
                from_name: String::new(),
                target: uin(10_001),
                target_name: String::new(),
                action: "pats".to_owned(),
                suffix: String::new(),
                image: String::new(),
                sequence: Sequence::new(1_001),
                tip_id,
            };
            notice(&offline, poke).await;
        }
        // 9 is an unknown poke, and nothing is taken back twice.
        for tip_id in [8, 7, 9, 7] {
            let withdrawn = PokeWithdrawn {
                chat: Origin::Group(group),
                operator: uin(10_003),
                tip_id,
            };
            notice(&offline, withdrawn).await;
        }
        let pokes = reported(&mut cursor);
        assert_eq!(pokes.len(), if on { 4 } else { 2 });
        if on {
            for (poke, recall) in [(0, 3), (1, 2)] {
                let mut expected = pokes[poke].clone();
                expected["sub_type"] = json!("poke_recall");
                assert_eq!(pokes[recall], expected);
            }
        }
    }
}

#[tokio::test]
async fn raw_info_of_poke_has_the_text_of_its_push() {
    let vectors = include_str!("../../../wire/tests/vectors/events.json");
    let vectors: Value = serde_json::from_str(vectors).expect("JSON");
    let (alice, me) = (
        &vectors["constants"]["alice"]["uin"],
        &vectors["constants"]["self"]["uin"],
    );
    let person = |uin: &Value| json!({"type": "qq", "uid": uin.to_string(), "col": "1", "jp": "", "nm": "", "tp": "0"});
    let text = |text: &str| json!({"type": "nor", "txt": text, "col": "1", "jp": ""});
    let offline = Offline::new().await;
    let mut cursor = everything(&offline);
    for (name, group) in [
        ("group_poke", Some(&vectors["constants"]["group"])),
        ("friend_poke", None),
    ] {
        let pushes = vectors["pushes"].as_array().expect("a list");
        let vector = pushes.iter().find(|push| push["name"] == name);
        let push = vector.expect("a vector")["push_hex"].as_str().expect("hex");
        let push = hex::decode(push).expect("hex");
        let Push::Notice(poke) = Push::decode(&push).expect("a push").push else {
            panic!("{name} is no notice");
        };
        let poke = poke.try_map_people(&mut |party| party.uin);
        notice(&offline, poke.expect("uins")).await;
        let event = next(&mut cursor).await;
        assert_eq!(event.get("group_id"), group, "{name}");
        assert_eq!(
            event["raw_info"],
            json!([
                person(alice),
                {"type": "img", "src": "https://example.invalid/poke.png", "jp": ""},
                text("戳了戳"),
                person(me),
                text("的头"),
            ]),
            "{name}"
        );
    }
}

#[tokio::test]
async fn joined_group_is_reported_for_members_and_for_the_account() {
    let offline = Offline::new().await;
    let mut cursor = everything(&offline);
    let joined = MemberJoined {
        group: group(20_001),
        member: uin(10_003),
        invited: true,
        operator: Some(uin(10_004)),
    };
    notice(&offline, joined).await;
    let own = SelfJoined {
        group: group(20_001),
        operator: None,
    };
    notice(&offline, own).await;
    let increase = |sub_type: &str, operator: u64, user: u64| {
        json!({
            "time": 9, "self_id": 10001, "post_type": "notice", "notice_type": "group_increase",
            "sub_type": sub_type, "group_id": 20001, "operator_id": operator, "user_id": user,
        })
    };
    assert_eq!(
        reported(&mut cursor),
        [
            increase("invite", 10_004, 10_003),
            increase("approve", 10_001, 10_001)
        ]
    );
}

#[tokio::test]
async fn raw_holds_the_message_as_received() {
    let offline = Offline::new().await;
    let raw = |want| Want {
        raw: want,
        ..Want::default()
    };
    let mut debugging = offline.bot.cursor(raw(true));
    let mut plain = offline.bot.cursor(raw(false));
    let mut message = incoming("group:20001", 10_003, 7, 3, "a");
    let not_understood = Element::Unknown(Unknown {
        raw: Bytes::from_static(b"\xfa\x01\x03odd"),
    });
    message.elements.push(not_understood);
    message::pushed(&offline.bot, message)
        .await
        .expect("recorded");
    let [event] = &reported(&mut debugging)[..] else {
        panic!("no event");
    };
    assert_eq!(event["raw_message"], "a");
    assert_eq!(
        (&event["raw"]["conversation"], &event["raw"]["sequence"]),
        (&json!("group:20001"), &json!(7))
    );
    let elements = event["raw"]["elements"].as_array().expect("a list");
    assert_eq!((elements.len(), &elements[1]), (2, &json!("+gEDb2Rk")));
    let [event] = &reported(&mut plain)[..] else {
        panic!("no event");
    };
    assert_eq!(event.get("raw"), None);
    assert!(offline.bot.log().is_raw_wanted());
    drop(debugging);
    assert!(!offline.bot.log().is_raw_wanted());
}

#[tokio::test]
async fn private_messages_have_their_chat() {
    let offline = Offline::new().await;
    let mut cursor = everything(&offline);
    message::pushed(&offline.bot, incoming("friend:10002", 10_002, 1, 1, "hi"))
        .await
        .expect("recorded");
    let hi = next(&mut cursor).await;
    sent(&offline, incoming("friend:10002", 10_001, 2, 2, "hello"))
        .await
        .expect("recorded");
    let hello = next(&mut cursor).await;
    let whisper = incoming("temporary:20001:10004", 10_004, 1, 1, "whisper");
    message::pushed(&offline.bot, whisper)
        .await
        .expect("recorded");
    let whisper = next(&mut cursor).await;
    assert_eq!(
        (&hi["sub_type"], &hi["target_id"]),
        (&json!("friend"), &json!(10002))
    );
    assert_eq!(hi["sender"]["card"], "", "cards exist only in groups");
    assert_eq!(
        (
            &hello["post_type"],
            &hello["user_id"],
            &hello["target_id"],
            &hello["message_sent_type"]
        ),
        (
            &json!("message_sent"),
            &json!(10001),
            &json!(10002),
            &json!("self")
        )
    );
    assert_eq!(
        (
            &whisper["sub_type"],
            &whisper["group_id"],
            &whisper["temp_source"],
            &whisper["sender"]["group_id"]
        ),
        (&json!("group"), &json!(20001), &json!(0), &json!(20001))
    );
}

#[tokio::test]
async fn private_messages_are_reported_in_the_order_of_sending() {
    let offline = Offline::new().await;
    let mut cursor = everything(&offline);
    let place = "friend:10002".parse().expect("a conversation");
    let tickets = [(); 3].map(|()| offline.context().report(place));
    let mut all: Vec<_> = (1..=3).zip(tickets).collect();
    // One message is never answered and gives up its place.
    let given_up = offline.context().report(place);
    all.push((4, offline.context().report(place)));
    // The tasks that wait for answers are woken in any order.
    for (sequence, ticket) in all.into_iter().rev() {
        let said = incoming("friend:10002", 10_001, sequence, 7, &sequence.to_string());
        let said = Said {
            random: u32::try_from(sequence).expect("small"),
            ..said
        };
        message::sent(&offline.bot, said, ticket)
            .await
            .expect("recorded");
    }
    drop(given_up);
    for sequence in ["1", "2", "3", "4"] {
        assert_eq!(next(&mut cursor).await["raw_message"], sequence);
    }
}

/// A subscriber that wants everything, with this window in seconds.
fn replaying(window: u64) -> Subscriber {
    Subscriber {
        name: "framework".to_owned(),
        window: Duration::from_secs(window),
        own: true,
        raw: false,
        waits: true,
    }
}

const REPLAY: Want = Want {
    form: Form::Array,
    own_messages: true,
    event_id: true,
    raw: false,
};

/// The texts of the next events; waits for them.
async fn texts(cursor: &mut Cursor, count: usize) -> Vec<String> {
    let mut texts = Vec::new();
    while texts.len() < count {
        let event = next(cursor).await;
        texts.push(event["raw_message"].as_str().expect("a text").to_owned());
    }
    texts
}

#[tokio::test]
async fn events_without_a_reader_are_read_later_from_the_journal_and_then_from_memory() {
    let offline = Offline::new().await;
    let bot = &offline.bot;
    bot.keep_events_for(vec![replaying(600)])
        .await
        .expect("saved");
    let said: Vec<String> = (0..1_500)
        .map(|number| format!("number {number}"))
        .collect();
    let push = async |range: Range<usize>| {
        for (sequence, text) in (1..).zip(&said).skip(range.start).take(range.len()) {
            let message = incoming("group:20001", 10_003, sequence, 9, text);
            message::pushed(bot, message).await.expect("recorded");
        }
    };
    push(0..1_400).await;
    let mut cursor = bot.resume("framework", REPLAY, 64).await;
    assert_eq!(cursor.try_next(), None, "they are in the journal");
    assert_eq!(texts(&mut cursor, 300).await, said[..300]);
    bot.acknowledge("framework", cursor.position() - 1);
    let mut again = bot.resume("framework", REPLAY, 64).await;
    // Dropping a read skips nothing. The read may already have ended at its first poll.
    let first = 300 - 64 + usize::from(again.next().now_or_never().is_some());
    push(1_400..1_500).await;
    assert_eq!(texts(&mut again, 1_500 - first).await, said[first..]);
    assert_eq!(again.try_next(), None);
    assert_eq!(texts(&mut cursor, 1_200).await, said[300..]);
}

#[tokio::test]
async fn private_send_is_reported_once_also_while_events_are_kept() {
    let offline = Offline::new().await;
    let bot = &offline.bot;
    bot.keep_events_for(vec![replaying(600)])
        .await
        .expect("saved");
    let mut cursor = bot.resume("framework", REPLAY, 64).await;
    let message = incoming("friend:10002", 10_001, 5, 50, "hello");
    let id = sent(&offline, message.clone()).await.expect("recorded");
    let event = next(&mut cursor).await;
    assert_eq!(event["message_id"], json!(id));
    message::pushed(bot, message).await.expect("recorded");
    assert_eq!(reported(&mut cursor), Vec::<Value>::new());
}

#[tokio::test]
async fn backlog_is_reported_within_the_window_and_only_with_replay() {
    let offline = Offline::new().await;
    let bot = &offline.bot;
    bot.keep_events_for(vec![replaying(600)])
        .await
        .expect("saved");
    let mut plain = everything(&offline);
    let mut cursor = bot.resume("framework", REPLAY, 64).await;
    for (sequence, age, text) in [(1, 900, "too old"), (2, 300, "old"), (3, 0, "new")] {
        let missed = Said {
            missed: true,
            time: crate::bot::now() - age,
            ..incoming("group:20001", 10_003, sequence, 9, text)
        };
        message::pushed(bot, missed).await.expect("recorded");
    }
    assert_eq!(texts(&mut cursor, 2).await, ["old", "new"]);
    assert_eq!(texts(&mut plain, 1).await, ["new"]);
    assert_eq!(plain.try_next(), None);
}

#[tokio::test]
async fn unread_events_that_leave_the_window_are_counted_by_entry() {
    let offline = Offline::new().await;
    let bot = &offline.bot;
    bot.keep_events_for(vec![replaying(600)])
        .await
        .expect("saved");
    let old = Said {
        missed: true,
        time: crate::bot::now() - 599,
        ..incoming("group:20001", 10_003, 1, 9, "old")
    };
    message::pushed(bot, old).await.expect("recorded");
    bot.keep_events_for(vec![replaying(60)])
        .await
        .expect("saved");
    let position = bot.acknowledged("framework").expect("a mark") + 1;
    assert!(!bot.is_outstanding("framework", position).await);
    let status = bot.status();
    assert_eq!(status.stat.lost_times, 1);
    assert_eq!(status.stat.lost_by_connection["framework"], 1);
}

#[tokio::test]
async fn device_is_reported_if_the_event_is_switched_on() {
    let (login_events, _shown) = tokio::sync::mpsc::channel(16);
    for on in [false, true] {
        let events = OptionalEvents {
            client_status: on,
            ..OptionalEvents::default()
        };
        let offline = Offline::with(Config {
            events,
            ..Config::default()
        })
        .await;
        let mut cursor = everything(&offline);
        let changed = Happened::DeviceChanged {
            device: Device {
                id: 7,
                name: "alice's phone".to_owned(),
                kind: "iPhone".to_owned(),
            },
            online: true,
        };
        process(&offline.bot, changed, &login_events)
            .await
            .expect("recorded");
        let mut seen = reported(&mut cursor);
        assert_eq!(seen.len(), usize::from(on));
        if let Some(mut event) = seen.pop() {
            event["time"] = json!(1);
            assert_eq!(
                event,
                json!({
                    "time": 1, "self_id": 10001, "post_type": "notice", "notice_type": "client_status", "online": true,
                    "client": {"app_id": 7, "device_name": "alice's phone", "device_kind": "iPhone"},
                })
            );
        }
    }
}

#[tokio::test]
async fn loss_of_the_account_is_reported_once_and_only_after_it_was_online() {
    let config = Config {
        events: OptionalEvents {
            bot_online: true,
            ..OptionalEvents::default()
        },
        ..Config::default()
    };
    let offline = Offline::with(config).await;
    let mut cursor = everything(&offline);
    let (login_events, mut shown) = tokio::sync::mpsc::channel(16);
    let lost = Happened::LoggedOut {
        title: "Signed out".to_owned(),
        text: "elsewhere".to_owned(),
    };
    let broken = Happened::Offline {
        reason: "the connection broke".to_owned(),
    };
    let online = Happened::Online(Me {
        uin: uin(10_001),
        uid: Uid::new("u_bot").expect("a uid"),
        nickname: "bot".to_owned(),
        age: 0,
        gender: 0,
    });
    let happened = [&lost, &online, &broken, &online, &lost, &lost, &online];
    for event in happened {
        process(&offline.bot, event.clone(), &login_events)
            .await
            .expect("recorded");
    }
    let seen: Vec<Value> = reported(&mut cursor)
        .iter()
        .map(|event| json!([event["notice_type"], event["reason"], event["message"]]))
        .collect();
    assert_eq!(
        seen,
        [
            json!(["bot_online", "Login", null]),
            json!(["bot_online", "Reconnect", null]),
            json!(["bot_offline", null, "elsewhere"]),
            json!(["bot_online", "Login", null]),
        ]
    );
    for event in happened {
        assert_eq!(shown.recv().await.as_ref(), Some(event), "all are shown");
    }
}
