//! `events.json`: pushes from the server (protocol/05 §11).

use std::sync::LazyLock;

use bytes::Bytes;
use nekonap_ids::{GroupUin, Sequence, Uid, Uin};
use nekonap_wire::{
    bounded,
    commands::session::{INFO_SYNC_PUSH, KICK_NT, MSG_PUSH, PUSH_PARAMS},
    message::Party,
    proto::session::{InfoSyncPush, KickNt, PushParams, info_sync_push, push_params::Device},
    push::{
        AdminChanged, CardChanged, Departure, Envelope, Essence, FriendAdded, FriendChange,
        FriendRequested, FriendsChanged, GroupRecall, GroupRemarked, GroupRenamed, GroupRequest,
        GroupRequested, MemberJoined, MemberLeft, Mute, Muted, Notice, Origin, Poke, PrivateRecall,
        ProfileLiked, Push, Pushed, Reaction, Recalled, SelfJoined, SelfLeft, SelfRenamed,
        TitleGiven, Typing,
    },
};
use prost::Message as _;
use serde_json::Value;

/// Name of a vector, and the push it decodes to.
type PushVector = (&'static str, fn() -> Push);
/// Name of a vector, its command, and the function that checks it.
type Checked = (&'static str, &'static str, fn(&Bytes));

/// The expected push of every vector whose notice is declared.
const PUSHES: &[PushVector] = &[
    ("group_poke", group_poke),
    ("group_recall", group_recall),
    ("member_increase_approve", || joined(false)),
    ("member_increase_invite", || joined(true)),
    ("member_decrease_leave", || {
        left(alice(), Departure::Left, None)
    }),
    ("member_decrease_kick", || {
        left(alice(), Departure::Removed, Some(bob()))
    }),
    ("member_decrease_kick_me", || {
        left(bot(), Departure::ReceiverRemoved, Some(bob()))
    }),
    ("group_disband", || {
        left(bot(), Departure::Dissolved, Some(bob()))
    }),
    ("self_joined", self_joined),
    ("reaction_add", reaction_add),
    ("essence_add", essence_add),
    ("friend_recall", friend_recall),
    ("friend_poke", friend_poke),
    ("typing", typing),
    ("group_mute_member", || muted(Some(alice()), 600)),
    ("group_mute_lift", || muted(Some(alice()), 0)),
    ("group_mute_whole", || muted(None, u32::MAX)),
    ("group_mute_whole_lift", || muted(None, 0)),
    ("admin_set", || admin(true)),
    ("admin_unset", || admin(false)),
    ("group_name_change", group_name_change),
    ("special_title", special_title),
    ("profile_like", profile_like),
    ("profile_like_flat", profile_like),
    ("friend_deleted", friend_deleted),
    ("group_left_elsewhere", || {
        SelfLeft { group: group() }.into()
    }),
    ("friend_request", friend_request),
    ("friend_added", friend_added),
    ("group_join_request", || {
        requested(GroupRequest::Application {
            applicant: alice(),
            comment: "问题：who\n答案：alice".to_owned(),
        })
    }),
    ("group_invite_self", || {
        requested(GroupRequest::Invitation { inviter: alice() })
    }),
    ("group_invite_other", || {
        requested(GroupRequest::InvitationOfOther {
            target: alice(),
            inviter: bob(),
        })
    }),
];

/// Vectors whose notice is not declared: they decode as unknown, with their payload. When a notice is declared, its
/// vector moves to [`PUSHES`].
const NOT_YET: &[&str] = &["pin_group"];

/// The other push commands, with the function that checks each.
const OTHER: &[Checked] = &[
    ("kick", KICK_NT, kick),
    ("push_params", PUSH_PARAMS, push_params),
    ("info_sync_push", INFO_SYNC_PUSH, info_sync_push),
];

static JSON: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../vectors/events.json")).expect("the vectors are JSON")
});

fn number(value: &Value) -> u64 {
    value.as_u64().expect("a number")
}

fn bytes(value: &Value) -> Bytes {
    hex::decode(value.as_str().expect("a text"))
        .expect("hex digits")
        .into()
}

fn person(name: &str) -> Party {
    let person = &JSON["constants"][name];
    Party::new(
        Uin::new(number(&person["uin"])).expect("a uin"),
        Uid::new(person["uid"].as_str().expect("a text")).expect("a uid"),
    )
}

/// A person as notices with uids identify people.
fn uid(name: &str) -> Party {
    Party::of_uid(person(name).uid.expect("a uid"))
}

/// A person as notices with uins identify people.
fn uin(name: &str) -> Party {
    Party::of_uin(person(name).uin.expect("a uin"))
}

fn bot() -> Party {
    uid("self")
}

fn alice() -> Party {
    uid("alice")
}

fn bob() -> Party {
    uid("bob")
}

fn group() -> GroupUin {
    GroupUin::new(number(&JSON["constants"]["group"])).expect("a group")
}

/// The envelope of a vector's push.
fn envelope(vector: &Value) -> Envelope {
    let from = number(&vector["routing_from_uin"]);
    let named = ["self", "alice", "bob"].map(person);
    let sender = named
        .iter()
        .find(|person| person.uin.map(Uin::get) == Some(from));
    Envelope {
        from,
        from_uid: sender.and_then(|person| person.uid),
        to: person("self"),
        sequence: number(&vector["sequence"]),
        random: u32::try_from(number(&vector["random"])).expect("32 bits"),
        time: number(&JSON["constants"]["time"]),
    }
}

#[test]
fn every_push_vector_passes_and_none_is_skipped() {
    let vectors = JSON["pushes"].as_array().expect("a list");
    for vector in vectors {
        let name = vector["name"].as_str().expect("a name");
        println!("{name}");
        assert_eq!(vector["command"], MSG_PUSH);
        let given = bytes(&vector["push_hex"]);
        let pushed = Push::decode(&given).expect(name);
        assert_eq!(pushed.envelope, envelope(vector), "{name}");
        let push = match PUSHES.iter().find(|(known, _)| *known == name) {
            Some((_, push)) => push(),
            None => {
                assert!(NOT_YET.contains(&name), "{name} is a new vector: check it");
                Push::Unknown {
                    kind: u32::try_from(number(&vector["type"])).expect("32 bits"),
                    sub_kind: u32::try_from(number(&vector["sub_type"])).expect("32 bits"),
                    payload: bytes(&vector["msg_content_hex"]),
                }
            }
        };
        assert_eq!(pushed.push, push, "{name}");
        assert_eq!(
            hex::encode(push.encode(&pushed.envelope)),
            expected(name, &given),
            "{name}"
        );
    }
    let all = PUSHES.iter().map(|(name, _)| name).chain(NOT_YET);
    for name in all {
        assert!(
            vectors.iter().any(|vector| vector["name"] == *name),
            "{name} is not a vector"
        );
    }
}

/// The payload that this crate writes for a vector.
fn expected(name: &str, given: &Bytes) -> String {
    let given = hex::encode(given);
    match name {
        // A `Reaction` does not contain the running count of operations on the message; this crate writes the number of
        // people, 1 instead of 3.
        "reaction_add" => {
            let ours = given.replacen("08e82010031804", "08e82010011804", 1);
            assert_ne!(ours, given);
            ours
        }
        // This crate writes the other reading: the change in a list.
        "profile_like_flat" => {
            given
                .replacen("0aa501", "0aa701", 1)
                .replacen("1a3f0a00123b", "1a410a00123d0a3b", 1)
        }
        _ => given,
    }
}

#[test]
fn every_other_push_command_passes_and_none_is_skipped() {
    for vector in JSON["other"].as_array().expect("a list") {
        let name = vector["name"].as_str().expect("a name");
        let command = vector["command"].as_str().expect("a name");
        let payload = bytes(&vector["payload_hex"]);
        if let Some((_, known, check)) = OTHER.iter().find(|(known, ..)| *known == name) {
            assert_eq!(command, *known);
            check(&payload);
        } else {
            panic!("{name} is a new vector: check it");
        }
    }
}

#[test]
fn the_table_of_groups_is_complete() {
    let tables: Vec<&str> = JSON
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(tables, ["note", "constants", "pushes", "other"]);
}

/// Fields that both pokes of the vectors have in common.
fn poke() -> Poke<Party> {
    Poke {
        chat: Origin::Private(uin("alice")),
        from: uin("alice"),
        from_name: String::new(),
        target: uin("self"),
        target_name: String::new(),
        action: "戳了戳".to_owned(),
        suffix: "的头".to_owned(),
        image: "https://example.invalid/poke.png".to_owned(),
        sequence: Sequence::new(0),
        tip_id: 0,
    }
}

fn group_poke() -> Push {
    Poke {
        chat: Origin::Group(group()),
        sequence: Sequence::new(4242),
        tip_id: 7_000_000_000_000_000_001,
        ..poke()
    }
    .into()
}

fn friend_poke() -> Push {
    Poke {
        sequence: Sequence::new(813),
        tip_id: 7_000_000_000_000_000_002,
        ..poke()
    }
    .into()
}

fn group_recall() -> Push {
    Push::from(GroupRecall {
        group: group(),
        operator: Some(bob()),
        messages: vec![Recalled {
            sequence: Sequence::new(4200),
            time: 1_699_999_940,
            random: 0x0a0b_0c0d,
            author: Some(alice()),
        }],
        tip: "吓得我".to_owned(),
    })
}

fn friend_recall() -> Push {
    Push::from(PrivateRecall {
        peer: alice(),
        client_sequence: 23456,
        sequence: Sequence::new(812),
        random: 16_909_060,
        time: 1_699_999_970,
        own: false,
        tip: String::new(),
    })
}

fn joined(invited: bool) -> Push {
    Push::from(MemberJoined {
        group: group(),
        member: alice(),
        invited,
        operator: Some(bob()),
    })
}

fn left(member: Party, how: Departure, operator: Option<Party>) -> Push {
    Push::from(MemberLeft {
        group: group(),
        member,
        how,
        operator,
    })
}

fn self_joined() -> Push {
    Push::from(SelfJoined {
        group: group(),
        operator: Some(bob()),
    })
}

fn muted(target: Option<Party>, seconds: u32) -> Push {
    Push::from(Muted {
        group: group(),
        operator: Some(bob()),
        mutes: vec![Mute { target, seconds }],
    })
}

fn admin(set: bool) -> Push {
    Push::from(AdminChanged {
        group: group(),
        member: alice(),
        set,
    })
}

fn group_name_change() -> Push {
    Push::from(GroupRenamed {
        group: group(),
        name: "新群名".to_owned(),
        operator: Some(bob()),
        sequence: Sequence::new(4300),
    })
}

fn special_title() -> Push {
    Push::from(TitleGiven {
        group: group(),
        member: uin("alice"),
        member_name: "alice".to_owned(),
        title: "大佬".to_owned(),
        link: "https://example.invalid/medal".to_owned(),
        sequence: Sequence::new(4301),
    })
}

fn reaction_add() -> Push {
    Push::from(Reaction {
        group: group(),
        sequence: Sequence::new(4200),
        emoji: nekonap_wire::message::Emoji::Face(76),
        count: 1,
        operator: Some(alice()),
        added: true,
    })
}

fn essence_add() -> Push {
    Push::from(Essence {
        group: group(),
        sequence: Sequence::new(4200),
        random: 0x0a0b_0c0d,
        set: true,
        author: Some(uin("alice")),
        operator: Some(uin("bob")),
        author_name: "alice".to_owned(),
        operator_name: "bob".to_owned(),
    })
}

fn typing() -> Push {
    Push::from(Typing {
        from: alice(),
        event: 1,
        wording: "对方正在输入...".to_owned(),
    })
}

fn profile_like() -> Push {
    Push::from(ProfileLiked {
        by: uin("alice"),
        nickname: "alice".to_owned(),
        times: 5,
        time: number(&JSON["constants"]["time"]),
    })
}

fn friend_deleted() -> Push {
    Push::from(FriendsChanged {
        changes: vec![FriendChange::Deleted(alice())],
    })
}

fn requested(request: GroupRequest<Party>) -> Push {
    Push::from(GroupRequested {
        group: group(),
        request,
    })
}

fn friend_request() -> Push {
    Push::from(FriendRequested {
        from: person("alice"),
        uid: alice().uid.expect("a uid"),
        comment: "我是alice".to_owned(),
        via: "QQ号查找".to_owned(),
    })
}

fn friend_added() -> Push {
    Push::from(FriendAdded {
        friend: person("alice"),
        nickname: "alice".to_owned(),
        greeting: "我们已经是好友啦，一起来聊天吧!".to_owned(),
    })
}

fn kick(payload: &Bytes) {
    let kick = KickNt {
        uin: person("self").uin.map(Uin::get),
        same_device: Some(false),
        tips: Some("您的账号在其他设备登录".to_owned()),
        title: Some("下线通知".to_owned()),
        kind: Some(1001),
    };
    assert_eq!(kick.encode_to_vec(), *payload);
    assert_eq!(bounded::decode(payload), Ok(kick));
}

fn info_sync_push(payload: &Bytes) {
    let sync = InfoSyncPush {
        result: Some(0),
        error: None,
        push_flag: Some(735),
        push_seq: Some(1),
        groups: vec![info_sync_push::Group {
            group: Some(700_800_900),
            latest_seq: Some(4300),
            read_seq: Some(4200),
            mask: None,
            latest_time: Some(1_700_000_000),
            name: Some("新群名".to_owned()),
        }],
    };
    assert_eq!(sync.encode_to_vec(), *payload);
    assert_eq!(bounded::decode(payload), Ok(sync));
}

fn push_params(payload: &Bytes) {
    let params = PushParams {
        devices: vec![Device {
            instance_id: Some(537_000_001),
            client_type: Some(65793),
            state: Some(11),
            platform_id: Some(1),
            platform_name: Some("iPhone".to_owned()),
            new_client_type: Some(65793),
            device_name: Some("alice's phone".to_owned()),
        }],
        guild: None,
        error: None,
        storage_time: Some(0),
    };
    assert_eq!(params.encode_to_vec(), *payload);
    assert_eq!(bounded::decode(payload), Ok(params));
}

#[test]
fn operator_of_a_kick_is_read_in_either_form() {
    // { 1: 20001, 3: "u_a", 4: 131, 5: … }: plain text, nested, neither.
    let payloads = [
        "08a19c011a03755f612083012a03755f62",
        "08a19c011a03755f612083012a070a050a03755f62",
        "08a19c011a03755f612083012a03ffffff",
    ];
    let operators = payloads.map(|payload| {
        let push = Push::Unknown {
            kind: 34,
            sub_kind: 0,
            payload: hex::decode(payload).expect("hex").into(),
        };
        let Pushed { push, .. } = Push::decode(&push.encode(&Envelope::default())).expect("a push");
        match push {
            Push::Notice(Notice::MemberLeft(left)) => left.operator,
            other => panic!("{other:?}"),
        }
    });
    let b = Uid::new("u_b").ok().map(Party::of_uid);
    assert_eq!(operators, [b, b, None]);
}

/// Written by hand from protocol/05 §5.13: the vectors have no change of a card.
#[test]
fn changed_card_is_read_and_written() {
    let push = Push::from(CardChanged {
        group: GroupUin::new(20001).expect("a group"),
        member: Party::of_uid(Uid::new("u_ab").expect("a uid")),
        card: "C".to_owned(),
        before: None,
    });
    let payload = "0a1b080010516a1508a19c011204755f61621a05080112014320a19c01";
    let encoded = push.encode(&Envelope::default());
    let sent = hex::encode(&encoded);
    assert!(sent.contains(payload), "{sent}");
    assert_eq!(Push::decode(&encoded).expect("a push").push, push);
}

/// The payload of a notice and its sub type, without the envelope.
fn payload(push: &Push) -> (u32, String) {
    let to = Envelope {
        to: person("self"),
        ..Envelope::default()
    };
    let pushed: nekonap_wire::proto::push::MsgPush =
        bounded::decode(&push.encode(&to)).expect("a push");
    let message = pushed.message.expect("a message");
    let content = message.body.expect("a body").msg_content.expect("content");
    let sub_type = message.content_head.expect("a head").sub_type;
    (sub_type.expect("a sub type"), hex::encode(content))
}

/// Written by hand from the tables of protocol/05 §5.13.
#[test]
fn changes_of_friends_and_of_the_own_name_are_in_their_fields() {
    let friend = Party::of_uid(Uid::new("u_ab").expect("a uid"));
    let list = |changes| Push::from(FriendsChanged { changes });
    for (change, entry) in [
        // 1: 0, 2: 4, 7: { 1: { 1: "u_ab", 3: 2 } }
        (
            FriendChange::Moved {
                friend,
                category: 2,
            },
            "080010043a0a0a080a04755f61621802",
        ),
        // 1: 0, 2: 20, 8: { 1: "u_ab", 2: { 1: 20002, 2: "Z" } }
        (
            FriendChange::Profile {
                person: friend,
                properties: vec![(20002, Bytes::from_static(b"Z"))],
            },
            "08001014420f0a04755f6162120708a29c0112015a",
        ),
        // 1: 0, 2: 40, 9: { 1: { 1: 0, 2: "u_ab", 3: "R" } }
        (
            FriendChange::Remark {
                friend,
                remark: "R".to_owned(),
            },
            "080010284a0d0a0b08001204755f61621a0152",
        ),
        (FriendChange::Categories, "08001003"),
    ] {
        let push = list(vec![change]);
        let whole = format!("0a{:02x}{entry}", entry.len() / 2);
        assert_eq!(payload(&push), (39, whole));
        let decoded = Push::decode(&push.encode(&Envelope::default())).expect("a push");
        assert_eq!(decoded.push, push);
    }
    // 1: { 1: 0, 2: 40, 9: { 1: { 1: 1, 3: "R", 4: 20001 } } }
    let remarked = Push::from(GroupRemarked {
        group: GroupUin::new(20001).expect("a group"),
        remark: "R".to_owned(),
    });
    let expected = "0a11080010284a0b0a0908011a015220a19c01";
    assert_eq!(payload(&remarked), (39, expected.to_owned()));
    // 1: 20, 20: { 1: 3000000001, 2: { 1: 20002, 2: "Neko" } }
    let renamed = Push::from(SelfRenamed {
        nickname: "Neko".to_owned(),
    });
    let expected = "0814a201120881bcc1960b120a08a29c0112044e656b6f";
    assert_eq!(payload(&renamed), (29, expected.to_owned()));
}

/// Written by hand from protocol/05 §5.13: one push with changes of several kinds.
#[test]
fn every_change_of_a_mixed_list_is_read() {
    // 1 { 2: 5, 14 { 1: "u_a" } }, 1 { 2: 20, 8 { 1: "u_b", 2 { 1: 20002, 2: "B" } } }
    let friends = "0a09100572050a03755f610a121014420e0a03755f62120708a29c01120142";
    // 1 { 2: 7, 20 { 1 { 2: 20001 } } }: a pin, which is not declared
    let pin = "0a0b1007a201060a0410a19c01";
    // 1 { 2: 40, 9 { 1 { 1: 0, 2: "u_a", 3: "A" }, 1 { 1: 1, 3: "G", 4: 20001 } } }
    let remarks = "0a1b10284a170a0a08001203755f611a01410a0908011a014720a19c01";
    let all = [friends, pin, remarks].concat();
    let list = Push::Unknown {
        kind: 528,
        sub_kind: 39,
        payload: hex::decode(all).expect("hex").into(),
    };
    let envelope = Envelope {
        sequence: 7,
        ..Envelope::default()
    };
    let read = Push::decode_all(&list.encode(&envelope)).expect("pushes");
    assert!(read.iter().all(|pushed| pushed.envelope == envelope));
    let read: Vec<Push> = read.into_iter().map(|pushed| pushed.push).collect();
    let party = |uid| Party::of_uid(Uid::new(uid).expect("a uid"));
    let expected = [
        Push::from(FriendsChanged {
            changes: vec![
                FriendChange::Deleted(party("u_a")),
                FriendChange::Profile {
                    person: party("u_b"),
                    properties: vec![(20002, Bytes::from_static(b"B"))],
                },
            ],
        }),
        Push::Unknown {
            kind: 528,
            sub_kind: 39,
            payload: hex::decode(pin).expect("hex").into(),
        },
        Push::from(FriendsChanged {
            changes: vec![FriendChange::Remark {
                friend: party("u_a"),
                remark: "A".to_owned(),
            }],
        }),
        Push::from(GroupRemarked {
            group: GroupUin::new(20001).expect("a group"),
            remark: "G".to_owned(),
        }),
    ];
    assert_eq!(read, expected);
}
