//! Every event that is reported, against the example of its kind: the same keys, types and values.

use nekonap_ids::{GroupUin, MessageId, Uin};
use nekonap_onebot::{
    ChatMessage, Decrease, Event, Form, Message, MessageParam, Segment, What,
    chat::{Place, Role, Sender, Sex},
};
use serde_json::{Value, json};

const EXAMPLES: &str = include_str!("../../endpoint/src/examples.json");

fn example(name: &str) -> Value {
    let examples: Value = serde_json::from_str(EXAMPLES).expect("JSON");
    let example = examples["events"][name].clone();
    assert!(example.is_object(), "there is no example {name}");
    example
}

fn uin(number: u64) -> Uin {
    Uin::new(number).expect("an account")
}

fn garden() -> GroupUin {
    GroupUin::new(20_002).expect("a group")
}

fn id(number: i64) -> MessageId {
    MessageId::new(number).expect("an id")
}

/// The event as it is written, whose time is that of the example.
fn written(name: &str, what: What, form: Form) -> Value {
    let event = Event {
        time: example(name)["time"].as_u64().expect("a time"),
        self_id: uin(10_001),
        what,
    };
    serde_json::from_str(&event.to_json(form)).expect("JSON")
}

/// Whether the event is written as the example is, key by key.
fn is_the_example(name: &str, what: What) {
    assert_eq!(written(name, what, Form::Array), example(name), "{name}");
}

#[test]
fn meta_events_are_those_of_the_examples() {
    is_the_example("meta_event.lifecycle.connect", What::Connected);
    let heartbeat = What::Heartbeat {
        status: example("meta_event.heartbeat")["status"].clone(),
        interval: 30_000,
    };
    is_the_example("meta_event.heartbeat", heartbeat);
}

#[test]
fn notices_about_messages_are_those_of_the_examples() {
    let message_id = id(1_203_344_556);
    let group_recall = What::GroupRecall {
        group_id: garden(),
        user_id: Some(uin(10_003)),
        operator_id: Some(uin(10_004)),
        message_id,
    };
    is_the_example("notice.group_recall", group_recall);
    let friend_recall = What::FriendRecall {
        user_id: uin(10_002),
        message_id: id(718_203_945),
    };
    is_the_example("notice.friend_recall", friend_recall);
    for (name, added) in [
        ("notice.essence.add", true),
        ("notice.essence.delete", false),
    ] {
        let essence = What::Essence {
            group_id: garden(),
            sender_id: Some(uin(10_003)),
            operator_id: Some(uin(10_004)),
            message_id,
            added,
        };
        is_the_example(name, essence);
    }
    let like = What::EmojiLike {
        group_id: garden(),
        user_id: Some(uin(10_003)),
        message_id,
        emoji_id: "76".to_owned(),
        count: 1,
        is_add: true,
    };
    is_the_example("notice.group_msg_emoji_like", like);
}

#[test]
fn notices_about_people_are_those_of_the_examples() {
    for (name, group_id, user) in [
        ("notice.notify.poke.group", Some(garden()), 10_003),
        ("notice.notify.poke.private", None, 10_002),
    ] {
        let poke = What::Poke {
            group_id,
            user_id: uin(user),
            sender_id: uin(user),
            target_id: uin(10_001),
            action: "poked".to_owned(),
            suffix: String::new(),
            action_img_url: String::new(),
        };
        is_the_example(name, poke);
    }
    let typing = What::InputStatus {
        user_id: uin(10_002),
        event_type: 1,
        status_text: "typing".to_owned(),
    };
    is_the_example("notice.notify.input_status", typing);
    let offline = What::BotOffline {
        tag: "Signed out".to_owned(),
        message: "Signed in on another device".to_owned(),
    };
    is_the_example("notice.bot_offline", offline);
    for (name, invited) in [
        ("notice.group_increase.approve", false),
        ("notice.group_increase.invite", true),
    ] {
        let operator = example(name)["operator_id"].as_u64().expect("a number");
        let joined = What::GroupIncrease {
            group_id: garden(),
            user_id: uin(10_003),
            operator_id: Some(uin(operator)),
            invited,
        };
        is_the_example(name, joined);
    }
    for (name, user, operator, how) in [
        ("kick", 10_003, 10_004, Decrease::Kick),
        ("leave", 10_003, 10_003, Decrease::Leave),
        ("kick_me", 10_001, 10_004, Decrease::KickMe),
        ("disband", 10_001, 10_004, Decrease::Disband),
    ] {
        let left = What::GroupDecrease {
            group_id: garden(),
            user_id: uin(user),
            operator_id: Some(uin(operator)),
            how,
        };
        is_the_example(&format!("notice.group_decrease.{name}"), left);
    }
}

/// The message that an example tells.
fn told(name: &str, place: Place, sender: Sender) -> ChatMessage {
    let example = example(name);
    let message = match &example["message"] {
        Value::String(text) => Message::from_cq(text).expect("a message"),
        array => MessageParam::new(array.clone())
            .read(false)
            .expect("a message"),
    };
    ChatMessage {
        time: example["time"].as_u64().expect("a time"),
        self_id: uin(10_001),
        message_id: Some(id(example["message_id"].as_i64().expect("an id"))),
        real_seq: example["real_seq"]
            .as_str()
            .expect("text")
            .parse()
            .expect("a number"),
        sender,
        place,
        own: example["post_type"] == "message_sent",
        message,
    }
}

fn sender(user: u64, nickname: &str) -> Sender {
    Sender {
        user_id: Some(uin(user)),
        nickname: nickname.to_owned(),
        sex: Sex::Unknown,
        ..Sender::default()
    }
}

#[test]
fn messages_are_those_of_the_examples() {
    let group = || Place::Group {
        group_id: Some(garden()),
        group_name: "Garden".to_owned(),
    };
    let private = |peer: u64, from_group| Place::Private {
        target_id: uin(peer),
        from_group,
    };
    let oak = || Sender {
        card: "The Oak".to_owned(),
        level: "12".to_owned(),
        ..sender(10_003, "Oak")
    };
    let bot = || Sender {
        level: "1".to_owned(),
        role: Role::Admin,
        ..sender(10_001, "Bot")
    };
    for (name, place, sender, form) in [
        (
            "message.private.friend",
            private(10_002, None),
            sender(10_002, "Willow"),
            Form::Array,
        ),
        (
            "message.private.group",
            private(10_003, Some(garden())),
            sender(10_003, "Oak"),
            Form::Array,
        ),
        ("message.group.normal", group(), oak(), Form::Array),
        ("message_sent.group.normal", group(), bot(), Form::Array),
        (
            "message_sent.private.friend",
            private(10_002, None),
            sender(10_001, "Bot"),
            Form::Array,
        ),
        ("message.group.normal.string", group(), oak(), Form::String),
    ] {
        let wanted = example(name);
        let what = What::Message(Box::new(told(name, place, sender)));
        let written = written(name, what, form);
        // In string form a picture without a summary has none to tell.
        assert_eq!(written, wanted, "{name}");
    }
}

#[test]
fn json_is_what_javascript_would_print() {
    let what = What::Message(Box::new(ChatMessage {
        message: Message(vec![Segment::text("你好 \"quoted\" / \\ \n 😀")]),
        ..told(
            "message.private.friend",
            Place::Private {
                target_id: uin(10_002),
                from_group: None,
            },
            sender(10_002, "Willow"),
        )
    }));
    let event = Event {
        time: 1,
        self_id: uin(10_001),
        what,
    };
    let text = event.to_json(Form::Array);
    assert!(
        text.contains(r#""text":"你好 \"quoted\" / \\ \n 😀""#),
        "{text}"
    );
    assert!(
        !text.contains(": ") && !text.contains('\n'),
        "compact: {text}"
    );
    assert!(json!(text).is_string());
}
