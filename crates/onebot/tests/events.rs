//! Every type of event against its example in the documentation: the same keys, types and values.

use nekonap_ids::{GroupUin, MessageId, Uin};
use nekonap_onebot::{
    ChatMessage, Event, Form, Message, MessageParam, Object, Segment, What,
    chat::{Place, Role, Sender, Sex},
    events::{
        AdminChange, Ban, BotOffline, BotOnline, Decrease, Essence, EssenceChange, FriendAdd,
        FriendRecall, FriendRequest, GrayTip, GroupAdmin, GroupBan, GroupCard, GroupDecrease,
        GroupIncrease, GroupMsgEmojiLike, GroupName, GroupRecall, GroupRequest, GroupRequestType,
        GroupUpload, Heartbeat, Honor, Increase, InputStatus, Lifecycle, Like, LuckyKing, Meta,
        Notice, Notify, OfflineFile, OnlineReason, Poke, ProfileLike, ReceivedFile, Request,
        TipItem, Title, UploadedFile,
    },
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

/// The JSON of an event with the time of the example.
fn written(name: &str, what: What, form: Form) -> Value {
    let event = Event {
        time: example(name)["time"].as_u64().expect("a time"),
        self_id: uin(10_001),
        what,
    };
    serde_json::from_str(&event.to_json(form)).expect("JSON")
}

/// Asserts that the event has the same keys as the example, in the same order, and the same values.
fn assert_example(name: &str, what: What) {
    let written = written(name, what, Form::Array);
    assert_eq!(written, example(name), "{name}");
    assert_eq!(written.to_string(), example(name).to_string(), "{name}");
}

/// Asserts that the notice is written like the example.
fn assert_notice(name: &str, notice: Notice) {
    assert_example(name, What::Notice(notice));
}

#[test]
fn requests_and_new_friends_match_the_examples() {
    let asks = Request::Friend(FriendRequest {
        user_id: uin(10_009),
        comment: "I am Fern".to_owned(),
        flag: "fr1.1767225640.u_Fern".to_owned(),
        via: "QQ群".to_owned(),
    });
    assert_example("request.friend", What::Request(asks));
    let applies = GroupRequest {
        sub_type: GroupRequestType::Add,
        group_id: garden(),
        user_id: Some(uin(10_009)),
        comment: "let me in".to_owned(),
        flag: "gr1.20002.17672256410001.1.0".to_owned(),
        invitor_id: None,
    };
    assert_example("request.group.add", What::Request(Request::Group(applies)));
    let invites = GroupRequest {
        sub_type: GroupRequestType::Invite,
        group_id: GroupUin::new(20_003).expect("a group"),
        user_id: Some(uin(10_002)),
        comment: String::new(),
        flag: "gr1.20003.17672256420002.2.0".to_owned(),
        invitor_id: Some(uin(10_002)),
    };
    assert_example(
        "request.group.invite",
        What::Request(Request::Group(invites)),
    );
    let added = FriendAdd {
        user_id: uin(10_002),
    };
    assert_notice("notice.friend_add", Notice::FriendAdd(added));
}

#[test]
fn meta_events_match_the_examples() {
    let connected = Meta::Lifecycle(Lifecycle::Connect);
    assert_example("meta_event.lifecycle.connect", What::Meta(connected));
    let heartbeat = Meta::Heartbeat(Heartbeat {
        status: example("meta_event.heartbeat")["status"].clone(),
        interval: 30_000,
    });
    assert_example("meta_event.heartbeat", What::Meta(heartbeat));
}

#[test]
fn notices_about_messages_match_the_examples() {
    let message_id = id(1_203_344_556);
    let group_recall = Notice::GroupRecall(GroupRecall {
        group_id: garden(),
        user_id: Some(uin(10_003)),
        operator_id: Some(uin(10_004)),
        message_id,
    });
    assert_notice("notice.group_recall", group_recall);
    let friend_recall = Notice::FriendRecall(FriendRecall {
        user_id: uin(10_002),
        message_id: id(718_203_945),
    });
    assert_notice("notice.friend_recall", friend_recall);
    for (name, sub_type) in [
        ("notice.essence.add", EssenceChange::Add),
        ("notice.essence.delete", EssenceChange::Delete),
    ] {
        let essence = Notice::Essence(Essence {
            sub_type,
            group_id: garden(),
            user_id: Some(uin(10_003)),
            sender_id: Some(uin(10_003)),
            operator_id: Some(uin(10_004)),
            message_id,
        });
        assert_notice(name, essence);
    }
    let like = Notice::GroupMsgEmojiLike(GroupMsgEmojiLike {
        group_id: garden(),
        user_id: Some(uin(10_003)),
        message_id,
        likes: [Like {
            emoji_id: "76".to_owned(),
            count: 1,
        }],
        is_add: true,
    });
    assert_notice("notice.group_msg_emoji_like", like);
}

#[test]
fn notices_about_people_match_the_examples() {
    for (name, group_id, user, suffix, image) in [
        (
            "notice.notify.poke.group",
            Some(garden()),
            10_003,
            "'s shoulder",
            "https://example.com/poke.png",
        ),
        (
            "notice.notify.poke.private",
            None,
            10_002,
            "",
            "https://example.com/poke.png",
        ),
    ] {
        let raw_info = vec![
            TipItem::person(format!("u_{user}"), ""),
            TipItem::picture(image),
            TipItem::text("poked"),
            TipItem::person("u_10001", ""),
            TipItem::text(suffix),
        ];
        let poke = Notice::Notify(Notify::Poke(Poke {
            group_id,
            user_id: uin(user),
            sender_id: uin(user),
            target_id: uin(10_001),
            action: "poked".to_owned(),
            suffix: suffix.to_owned(),
            action_img_url: image.to_owned(),
            raw_info,
        }));
        assert_notice(name, poke);
    }
    let typing = Notice::Notify(Notify::InputStatus(InputStatus {
        status_text: "typing".to_owned(),
        event_type: 1,
        user_id: uin(10_002),
        group_id: 0,
    }));
    assert_notice("notice.notify.input_status", typing);
    let liked = Notice::Notify(Notify::ProfileLike(ProfileLike {
        user_id: uin(10_002),
        operator_id: uin(10_002),
        operator_nick: "Willow".to_owned(),
        times: 10,
    }));
    assert_notice("notice.notify.profile_like", liked);
    let offline = Notice::BotOffline(BotOffline {
        user_id: uin(10_001),
        tag: "Signed out".to_owned(),
        message: "Signed in on another device".to_owned(),
    });
    assert_notice("notice.bot_offline", offline);
    let online = Notice::BotOnline(BotOnline {
        reason: OnlineReason::Login,
    });
    assert_notice("notice.bot_online", online);
    for (name, sub_type) in [
        ("notice.group_increase.approve", Increase::Approve),
        ("notice.group_increase.invite", Increase::Invite),
    ] {
        let operator = example(name)["operator_id"].as_u64().expect("a number");
        let joined = Notice::GroupIncrease(GroupIncrease {
            sub_type,
            group_id: garden(),
            operator_id: Some(uin(operator)),
            user_id: uin(10_003),
        });
        assert_notice(name, joined);
    }
    for (name, user, operator, sub_type) in [
        ("kick", 10_003, 10_004, Decrease::Kick),
        ("leave", 10_003, 10_003, Decrease::Leave),
        ("kick_me", 10_001, 10_004, Decrease::KickMe),
        ("disband", 10_001, 10_004, Decrease::Disband),
    ] {
        let left = Notice::GroupDecrease(GroupDecrease {
            sub_type,
            group_id: garden(),
            operator_id: Some(uin(operator)),
            user_id: uin(user),
        });
        assert_notice(&format!("notice.group_decrease.{name}"), left);
    }
}

#[test]
fn unknown_account_is_written_as_0() {
    let recall = Notice::GroupRecall(GroupRecall {
        group_id: garden(),
        user_id: None,
        operator_id: None,
        message_id: id(1),
    });
    let written = written("notice.group_recall", What::Notice(recall), Form::Array);
    assert_eq!(
        (&written["user_id"], &written["operator_id"]),
        (&json!(0), &json!(0))
    );
}

/// The message of an example.
fn message_of(name: &str, place: Place, sender: Sender) -> ChatMessage {
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
fn messages_match_the_examples() {
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
        let what = What::Message(Box::new(message_of(name, place, sender)));
        let written = written(name, what, form);
        // CQ text skips the empty summary of a picture.
        assert_eq!(written, wanted, "{name}");
    }
}

#[test]
fn json_has_the_format_of_javascript() {
    let what = What::Message(Box::new(ChatMessage {
        message: Message(vec![Segment::text("你好 \"quoted\" / \\ \n 😀")]),
        ..message_of(
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

#[test]
fn notices_about_administration_match_the_examples() {
    let ban = |sub_type, user_id, duration| {
        Notice::GroupBan(GroupBan {
            sub_type,
            group_id: garden(),
            operator_id: Some(uin(10_004)),
            user_id,
            duration,
        })
    };
    let member = Some(uin(10_003));
    assert_notice("notice.group_ban.ban.whole", ban(Ban::Ban, None, -1));
    assert_notice("notice.group_ban.ban", ban(Ban::Ban, member, 600));
    assert_notice("notice.group_ban.lift_ban", ban(Ban::LiftBan, member, 0));
    for (name, sub_type) in [
        ("notice.group_admin.set", AdminChange::Set),
        ("notice.group_admin.unset", AdminChange::Unset),
    ] {
        let admin = Notice::GroupAdmin(GroupAdmin {
            sub_type,
            group_id: garden(),
            user_id: uin(10_003),
        });
        assert_notice(name, admin);
    }
    let card = Notice::GroupCard(GroupCard {
        group_id: garden(),
        user_id: uin(10_003),
        card_new: "The Oak".to_owned(),
        card_old: String::new(),
    });
    assert_notice("notice.group_card", card);
    let upload = Notice::GroupUpload(GroupUpload {
        group_id: garden(),
        user_id: uin(10_003),
        file: UploadedFile {
            id: "gf.20002.102./f0e1d2c3b4a5".to_owned(),
            name: "plan.pdf".to_owned(),
            size: 73_211,
            busid: 102,
        },
    });
    assert_notice("notice.group_upload", upload);
    let file = Notice::OfflineFile(OfflineFile {
        user_id: uin(10_002),
        file: ReceivedFile {
            name: "plan.pdf".to_owned(),
            size: 73_211,
            url: "https://example.com/f".to_owned(),
            id: "pf.6.f0e1d2c3b4a5".to_owned(),
            hash: "c3b4a5".to_owned(),
        },
    });
    assert_notice("notice.offline_file", file);
    let title = Notify::Title(Title {
        group_id: garden(),
        user_id: uin(10_003),
        title: "Gardener".to_owned(),
    });
    assert_notice("notice.notify.title", Notice::Notify(title));
    let honor = Notify::Honor(Honor {
        group_id: garden(),
        user_id: uin(10_003),
        honor_type: "talkative",
    });
    assert_notice("notice.notify.honor", Notice::Notify(honor));
    let king = Notify::LuckyKing(LuckyKing {
        group_id: garden(),
        user_id: uin(10_003),
        target_id: uin(10_004),
    });
    assert_notice("notice.notify.lucky_king", Notice::Notify(king));
    let name = Notify::GroupName(GroupName {
        group_id: garden(),
        user_id: Some(uin(10_004)),
        name_new: "Winter garden".to_owned(),
    });
    assert_notice("notice.notify.group_name", Notice::Notify(name));
    let line = Notify::GrayTip(GrayTip {
        group_id: garden(),
        user_id: uin(10_003),
        message_id: MessageId::new(55_010_101).expect("an id"),
        busi_id: "1000".to_owned(),
        content: r#"{"items":[]}"#.to_owned(),
        raw_info: Object::new(),
    });
    assert_notice("notice.notify.gray_tip", Notice::Notify(line));
}
