//! Round trip: any list of segments that can be sent arrives unchanged at another account (OneBot → wire → OneBot).
//!
//! Each message of a list is encoded as a send request (`Outgoing`) and decoded as a server does, then encoded as the
//! server's push (`Message`) and decoded as a client does. The result equals the list, except for what the sender does
//! not decide:
//!
//! | segment | result |
//! | --- | --- |
//! | `dice`, `rps` | the server chooses `result` |
//! | `at` | `name` is only displayed and not reported; in a private chat the segment is ignored |
//! | `face` | `large` is reported for a large face; a face that is the whole message is large if it has such a form |
//! | `shake` | reported as `poke` of type 1 |
//! | `mface`, and an `image` with a sticker's keys | an `image` with those keys, `file` and `url` derived from the id |
//! | `image`, `record`, `video`, `file` | sent by reference: reported as they were received |
//! | `share`, `contact`, `location`, `miniapp` | reported as the `json` of the card |
//! | `xml` | `resid` is the service of the card, or 60 if it has none |
//! | `reply` | first; `seq` is reported as the message's `id`; dropped if everything else must be sent alone |
//!
//! A segment that must be sent alone becomes a message of its own, after the others.

use std::sync::LazyLock;

use nekonap_client::{
    CallError, Element, Group, Member, Nest, Role, Sex, User,
    message::{
        Destination, Forward as ForwardElement, Message as Wire, Outgoing, Party, Place,
        SenderNames, Unknown as UnknownElement, decode_list, encode_list, media_element,
    },
};
use nekonap_ids::{Conversation, GroupUin, MessageId, Sequence, Uid, Uin};
use nekonap_onebot::{
    Message, Segment,
    segments::{
        Action, At, Button, Contact, ContactKind, Dice, Face, Forward, Image, Json, JsonText,
        Keyboard, Location, Markdown, Mface, Miniapp, Permission, Poke, RenderData, Reply, Row,
        Rps, Shake, Share, Text, Whom, Xml,
    },
};
use proptest::{collection::vec, option, prelude::*, sample::select};
use tokio::runtime::Runtime;

use super::{Directory, Part, cards, faces, read, write};
use crate::{
    bot::Context,
    testing::{Offline, said, uin},
};

/// A directory in which every user is in every group, and is named by their number.
struct FixedDirectory;

fn name(user: Uin) -> String {
    format!("nick {user}")
}

/// The card of a person or a group.
fn card_of(kind: &str, number: u64) -> String {
    format!(r#"{{"app":"{kind}","view":"contact","number":{number}}}"#)
}

impl Directory for FixedDirectory {
    async fn person_card(&self, user: Uin) -> Result<String, CallError> {
        Ok(card_of("person", user.get()))
    }

    async fn group_card(&self, group: GroupUin) -> Result<String, CallError> {
        Ok(card_of("group", group.get()))
    }

    async fn member(&self, _: GroupUin, user: Uin) -> Result<Option<Member>, CallError> {
        Ok(Some(Member {
            uin: user,
            uid: uid(user),
            nickname: name(user),
            card: String::new(),
            title: String::new(),
            level: 1,
            role: Role::Member,
            joined: 0,
            last_spoke: 0,
            muted_until: 0,
        }))
    }

    async fn user(&self, user: Uin) -> Result<Option<User>, CallError> {
        Ok(Some(User {
            uin: user,
            uid: Some(uid(user)),
            nickname: name(user),
            remark: String::new(),
            signature: String::new(),
            qid: String::new(),
            sex: Sex::Unknown,
            age: 0,
            level: 0,
            registered: 0,
            birthday: (0, 0, 0),
            country: String::new(),
            province: String::new(),
            city: String::new(),
            school: String::new(),
            email: String::new(),
            presence: nekonap_client::Presence::ONLINE,
        }))
    }

    async fn group(&self, group: GroupUin) -> Result<Option<Group>, CallError> {
        Ok(Some(Group {
            uin: group,
            name: format!("group {group}"),
            remark: String::new(),
            member_count: 5,
            max_members: 200,
            created: 0,
            owner: None,
            description: "about".to_owned(),
            announcement: String::new(),
            question: String::new(),
            all_muted: false,
            muted_until: 0,
            last_spoke: 0,
            role: None,
            latest: None,
        }))
    }

    async fn uid(&self, user: Uin, _: Option<GroupUin>) -> Option<Uid> {
        Some(uid(user))
    }

    async fn forward(&self, _: &str) -> Result<Option<Nest>, CallError> {
        Ok(None)
    }
}

fn uid(user: Uin) -> Uid {
    Uid::new(&format!("u_{:022}", user.get())).expect("a uid")
}

/// A bot with some messages and media in its archive.
struct World {
    runtime: Runtime,
    offline: Offline,
    /// Messages in the group, and in the private chat.
    quotable: [Vec<MessageId>; 2],
    received: Received,
}

/// Media as they are reported.
struct Received {
    image: Segment,
    record: Segment,
    video: Segment,
}

const PLACES: [&str; 2] = ["group:20001", "friend:10002"];
const FORWARD: &str = "m6Zx7QkT";

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let runtime = Runtime::new().expect("a runtime");
    let (offline, quotable, received) = runtime.block_on(async {
        let offline = Offline::new().await;
        let mut quotable = [Vec::new(), Vec::new()];
        for (place, ids) in PLACES.iter().zip(&mut quotable) {
            for (sequence, sender) in [(1, 10_002), (2, 10_001), (3, 10_002)] {
                let record = said(place, sequence, sender, "quote me");
                ids.push(offline.receive(record).await);
            }
        }
        let mut reported = Vec::new();
        for element in [
            media(1, "a picture.png", 20),
            media(3, "voice.amr", 22),
            media(2, "clip.mp4", 21),
            Element::Forward(ForwardElement {
                res_id: FORWARD.to_owned(),
                uniseq: "6d9d3c1e-0000-4000-8000-000000000000".to_owned(),
                title: "T".to_owned(),
                preview: vec!["a: b".to_owned()],
                summary: "S".to_owned(),
                prompt: "P".to_owned(),
                count: 1,
            }),
        ] {
            reported.extend(read(&offline.bot, None, &[element]).await);
        }
        let mut reported = reported.into_iter();
        let mut next = || reported.next().expect("one report each");
        let received = Received {
            image: next(),
            record: next(),
            video: next(),
        };
        (offline, quotable, received)
    });
    World {
        runtime,
        offline,
        quotable,
        received,
    }
});

/// A protobuf field of bytes.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let length = u8::try_from(bytes.len()).expect("short");
    assert!(number < 16 && length < 128, "one byte each");
    [&[number << 3 | 2, length], bytes].concat()
}

/// A protobuf field of a small number.
fn number(number: u8, value: u8) -> Vec<u8> {
    assert!(number < 16 && value < 128, "one byte each");
    vec![number << 3, value]
}

/// An image (1), video (2) or voice message (3), as an upload returns it.
fn media(kind: u8, name: &str, business: u32) -> Element {
    let info = [
        number(1, 42),
        field(2, "00112233445566778899aabbccddeeff".as_bytes()),
        field(4, name.as_bytes()),
        field(5, &number(1, kind)),
    ]
    .concat();
    let index = [field(1, &info), field(2, format!("uuid{kind}").as_bytes())].concat();
    let body = [
        field(1, &index),
        field(2, &field(1, format!("/path{kind}").as_bytes())),
    ]
    .concat();
    let msg_info = field(1, &body);
    let raw = media_element(&msg_info.into(), business);
    let list = encode_list(&[Element::Unknown(UnknownElement { raw })]);
    let mut elements = decode_list(&list).expect("a list");
    let element = elements.pop().expect("one element");
    assert!(!matches!(element, Element::Unknown(_)), "{element:?}");
    element
}

/// Text without CR line ends, which are reported as `\n`.
fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        "[^\r]{1,12}",
        Just(" ".to_owned()),
        Just("[CQ:face,id=1]&amp;,".to_owned()),
        Just("你好，世界 😀".to_owned()),
    ]
}

fn account() -> impl Strategy<Value = Uin> {
    prop_oneof![
        Just(10_002),
        Just(10_001),
        10_000_u64..5_000_000_000,
        Just(5_123_456_789_u64),
    ]
    .prop_map(uin)
}

fn any_face() -> impl Strategy<Value = Segment> {
    let ids = select(vec![
        0_u32,
        5,
        14,
        53,
        66,
        178,
        182,
        260 + 17,
        311,
        392,
        114,
        428,
        484,
    ]);
    let sizes = option::of(any::<bool>());
    (ids, sizes, option::of(1_u32..4)).prop_map(|(id, large, sub_type)| {
        Segment::Face(Face {
            large,
            sub_type,
            ..Face::new(id)
        })
    })
}

fn any_card() -> impl Strategy<Value = Segment> {
    let texts = || option::of(words());
    prop_oneof![
        words().prop_map(|text| Segment::Json(Json {
            data: JsonText::new(
                serde_json::json!({ "app": "com.example", "prompt": text }).to_string()
            ),
        })),
        words().prop_map(|text| Segment::Miniapp(Miniapp {
            data: JsonText::new(
                serde_json::json!({ "app": "com.tencent.miniapp_01", "desc": text }).to_string()
            ),
        })),
        (words(), option::of(select(vec![2_i64, 33, 60]))).prop_map(|(text, resid)| Segment::Xml(
            Xml {
                data: format!("<?xml version='1.0'?><msg>{text}</msg>"),
                resid,
            }
        )),
        words().prop_map(|content| Segment::Markdown(Markdown { content })),
        (words(), words(), texts(), texts()).prop_map(|(url, title, content, image)| {
            Segment::Share(Share {
                url,
                title,
                content,
                image,
            })
        }),
        (any::<bool>(), account()).prop_map(|(person, id)| Segment::Contact(Contact {
            r#type: if person {
                ContactKind::Qq
            } else {
                ContactKind::Group
            },
            id: id.get(),
        })),
        (-90_i32..90, -179_i32..180, texts(), texts()).prop_map(|(lat, lon, title, content)| {
            Segment::Location(Location {
                lat: lat.to_string(),
                lon: format!("{lon}.25"),
                title,
                content,
            })
        }),
    ]
}

fn any_button() -> impl Strategy<Value = Button> {
    (words(), words(), 0_i32..2, 0_i32..3, option::of(0_i32..9)).prop_map(
        |(id, label, style, kind, click_limit)| Button {
            id,
            render_data: RenderData {
                visited_label: label.clone(),
                label,
                style,
            },
            action: Action {
                r#type: kind,
                permission: Permission {
                    r#type: 2,
                    specify_role_ids: Vec::new(),
                    specify_user_ids: vec!["10002".to_owned()],
                },
                click_limit,
                unsupport_tips: "update".to_owned(),
                data: "/help".to_owned(),
                reply: kind == 0,
                enter: style == 1,
            },
        },
    )
}

/// Any segment that can be sent without an upload and without QQ's signature.
fn any_segment(world: &'static World) -> impl Strategy<Value = Segment> {
    let received = &world.received;
    let numbers = option::of(0_u32..2_012);
    prop_oneof![
        4 => words().prop_map(|text| Segment::Text(Text { text })),
        2 => (account(), option::of(words())).prop_map(|(user, name)| {
            Segment::At(At { qq: Whom::One(user), name })
        }),
        1 => Just(Segment::At(At::all())),
        2 => any_face(),
        2 => Just(received.image.clone()),
        1 => select(vec![received.record.clone(), received.video.clone()]),
        1 => select(vec![
            Segment::Dice(Dice::default()),
            Segment::Rps(Rps { result: Some("2".to_owned()) }),
            Segment::Shake(Shake {}),
            Segment::Forward(Forward::new(FORWARD)),
        ]),
        1 => (0_u32..127, numbers, option::of(words())).prop_map(|(kind, id, name)| {
            Segment::Poke(Poke {
                r#type: Some(kind.to_string()),
                id: id.map(|id| id.to_string()),
                name,
                qq: None,
            })
        }),
        3 => any_card(),
        1 => (vec(vec(any_button(), 0..3), 0..3), option::of(1_u64..1_000)).prop_map(|(rows, bot_appid)| {
            let rows = rows.into_iter().map(|buttons| Row { buttons }).collect();
            Segment::Keyboard(Keyboard { rows, bot_appid })
        }),
        1 => ("[0-9a-f]{32}", any::<u32>(), "[0-9a-z]{16}", option::of(words())).prop_map(
            |(emoji_id, package, key, summary)| Segment::Mface(Mface {
                emoji_package_id: package.into(),
                emoji_id,
                key,
                summary,
            })
        ),
    ]
}

/// An element on the wire: one field of bytes with a number below 128.
fn wire_element(number: u8, payload: &[u8]) -> Vec<u8> {
    let tag = u16::from(number) << 3 | 2;
    let (low, high) = (
        tag.to_le_bytes()[0] & 0x7f,
        u8::try_from(tag >> 7).expect("small"),
    );
    let tag = if high == 0 {
        vec![low]
    } else {
        vec![low | 0x80, high]
    };
    let length = u8::try_from(payload.len()).expect("short");
    assert!(length < 128, "one byte");
    [tag, vec![length], payload.to_vec()].concat()
}

/// A common element (protocol/02 §3.6).
fn common_element(service: u8, payload: &[u8], business: u8) -> Vec<u8> {
    let common = [number(1, service), field(2, payload), number(3, business)].concat();
    wire_element(53, &common)
}

/// Decodes the elements of a received message.
fn received(elements: &[Vec<u8>]) -> Vec<Element> {
    let list: Vec<u8> = elements.iter().flat_map(|raw| field(2, raw)).collect();
    decode_list(&list).expect("a list of elements")
}

/// Types that api/events-and-segments §7.1 lists as reported.
fn reported_types() -> Vec<&'static str> {
    let page = include_str!("../../../../docs/api/events-and-segments.md");
    let (_, section) = page.split_once("\n### 7.1 ").expect("the section");
    let (section, _) = section.split_once("\n### ").expect("end of the section");
    let rows = section.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.split(" | ");
        let (names, receive) = (cells.next()?, cells.next()?);
        receive.starts_with("yes").then_some(names)
    });
    let types: Vec<_> = rows
        .flat_map(|names| names.split(", "))
        .map(|name| name.trim_matches('`'))
        .collect();
    assert!(types.len() > 15, "{types:?}");
    types
}

fn types(message: &Message) -> Vec<&str> {
    message.iter().map(Segment::kind).collect()
}

/// The type that an element is reported as; `None` if it is skipped. The match is exhaustive, so a new kind of element
/// must get a type here.
const fn reported_as(element: &Element) -> Option<&'static str> {
    Some(match element {
        Element::Text(_) => "text",
        Element::Mention(_) => "at",
        Element::Face(_) => "face",
        Element::MarketFace(_) | Element::Image(_) => "image",
        Element::Shake(_) => "poke",
        Element::Reply(_) => "reply",
        Element::Voice(_) => "record",
        Element::Video(_) => "video",
        Element::File(_) => "file",
        Element::Card(_) => "json",
        Element::Forward(_) => "forward",
        Element::Xml(_) => "xml",
        Element::Markdown(_) => "markdown",
        Element::Keyboard(_) => "keyboard",
        Element::LongText(_) | Element::Unknown(_) => return None,
    })
}

#[test]
fn every_kind_of_element_is_reported_as_a_listed_type_or_skipped() {
    use nekonap_client::message as kinds;
    let world = &*WORLD;
    let listed = reported_types();
    let mut seen = std::collections::BTreeSet::new();
    let mut left_out = 0;
    for element in [
        Element::Text(kinds::Text::new("hi")),
        Element::Mention(kinds::Mention {
            target: kinds::MentionTarget::Everybody,
            text: "@all".to_owned(),
        }),
        Element::Face(kinds::Face::new(14)),
        Element::MarketFace(kinds::MarketFace::default()),
        Element::Shake(kinds::Shake::default()),
        Element::Reply(kinds::Reply::default()),
        media(1, "a picture.png", 20),
        media(3, "voice.amr", 22),
        media(2, "clip.mp4", 21),
        Element::File(kinds::File::default()),
        Element::Card(kinds::Card::default()),
        Element::Forward(ForwardElement::default()),
        Element::Xml(kinds::Xml::default()),
        Element::Markdown(kinds::Markdown::default()),
        Element::Keyboard(kinds::Keyboard::default()),
        Element::LongText(kinds::LongText::default()),
        Element::Unknown(UnknownElement {
            raw: common_element(99, b"\x00\x01\x02", 1).into(),
        }),
    ] {
        let wanted: Vec<_> = reported_as(&element).into_iter().collect();
        let place = Some(PLACES[0].parse().expect("a conversation"));
        let reported = world
            .runtime
            .block_on(read(&world.offline.bot, place, &[element]));
        assert_eq!(types(&reported), wanted);
        left_out += usize::from(wanted.is_empty());
        seen.extend(wanted);
    }
    assert!(seen.iter().all(|kind| listed.contains(kind)), "{seen:?}");
    // Dice, rock-paper-scissors and faces are one kind of element.
    assert_eq!((seen.len(), left_out), (14, 2));
    for (thrown, kind) in [
        (kinds::Thrown::Dice, "dice"),
        (kinds::Thrown::RockPaperScissors, "rps"),
    ] {
        let face = Element::Face(kinds::Face::throw(thrown, Some(2)));
        let reported = world
            .runtime
            .block_on(read(&world.offline.bot, None, &[face]));
        assert_eq!(types(&reported), [kind]);
        assert!(listed.contains(&kind));
    }
}

#[test]
fn unknown_element_is_skipped_and_the_rest_is_reported() {
    let world = &*WORLD;
    let elements = received(&[
        wire_element(1, &field(1, b"before")),
        common_element(99, b"\x00\x01\x02", 1),
        wire_element(77, b"odd"),
        wire_element(2, &number(1, 14)),
    ]);
    assert_eq!(elements.len(), 4, "all elements are decoded: {elements:?}");
    let reported = world
        .runtime
        .block_on(read(&world.offline.bot, None, &elements));
    assert_eq!(reported.to_cq(), "before[CQ:face,id=14]");
}

/// A parsed list of segments with a quote of a message in that conversation, by id or by sequence.
fn any_message(world: &'static World, place: usize) -> impl Strategy<Value = Message> {
    let segments = vec(any_segment(world), 1..7);
    let quote = option::of((0..3_usize, any::<bool>(), any::<proptest::sample::Index>()));
    (segments, quote).prop_map(move |(mut segments, quote)| {
        if let Some((which, by_id, at)) = quote {
            let id = world.quotable[place][which];
            let reply = if by_id {
                Reply::to(id)
            } else {
                Reply {
                    id: None,
                    seq: Some(Sequence::new(which as u64 + 1)),
                }
            };
            segments.insert(at.index(segments.len() + 1), Segment::Reply(reply));
        }
        segments.into_iter().collect()
    })
}

/// The messages that another account gets for a list.
fn expected(world: &World, place: usize, message: &Message) -> Vec<Message> {
    let private = place == 1;
    let only = message.0.len() == 1;
    let mut reply = None;
    let mut together = Vec::new();
    let mut alone = Vec::new();
    for segment in message {
        let (reported, lonely) = match segment.clone() {
            Segment::Reply(quoted) => {
                let id = quoted.id.and_then(nekonap_onebot::MessageRef::short);
                let at = |sequence: Sequence| {
                    let index = usize::try_from(sequence.get()).expect("small") - 1;
                    world.quotable[place][index]
                };
                let id = quoted.seq.map(at).or(id).expect("a known message");
                reply = Some(Segment::Reply(Reply::to(id)));
                continue;
            }
            Segment::At(_) if private => continue,
            Segment::At(at) => (Segment::At(At { name: None, ..at }), false),
            Segment::Face(face) => {
                let known = faces::face(&face, only);
                let large = matches!(known.look, nekonap_client::message::FaceLook::Animated(_));
                let reported = Face {
                    large: large.then_some(true),
                    ..Face::new(face.id)
                };
                (Segment::Face(reported), large)
            }
            Segment::Rps(_) => (Segment::Rps(Rps::default()), true),
            Segment::Shake(_) => {
                let poke = Poke {
                    r#type: Some("1".to_owned()),
                    id: Some("0".to_owned()),
                    name: Some(String::new()),
                    qq: None,
                };
                (Segment::Poke(poke), true)
            }
            Segment::Poke(poke) => {
                let reported = Poke {
                    id: poke.id.or(Some("0".to_owned())),
                    name: poke.name.or(Some(String::new())),
                    ..poke
                };
                (Segment::Poke(reported), true)
            }
            Segment::Mface(face) => (Segment::Image(sticker(face)), true),
            Segment::Share(link) => (json(cards::share(&link)), true),
            Segment::Location(place) => (json(cards::location(&place).expect("a place")), true),
            Segment::Contact(contact) => {
                let card = match contact.r#type {
                    ContactKind::Qq => card_of("person", contact.id),
                    ContactKind::Group => card_of("group", contact.id),
                };
                (json(card), true)
            }
            Segment::Miniapp(app) => (json(app.data.as_str().to_owned()), true),
            Segment::Xml(xml) => {
                let reported = Xml {
                    resid: xml.resid.or(Some(60)),
                    ..xml
                };
                (Segment::Xml(reported), true)
            }
            same @ (Segment::Json(_)
            | Segment::Dice(_)
            | Segment::Forward(_)
            | Segment::Record(_)
            | Segment::Video(_)) => (same, true),
            same => (same, false),
        };
        if lonely {
            alone.push(Message(vec![reported]));
        } else {
            together.push(reported);
        }
    }
    let mut messages = Vec::new();
    if !together.is_empty() {
        messages.push(reply.into_iter().chain(together).collect());
    }
    messages.extend(alone);
    messages
}

/// The report of a store sticker.
fn sticker(face: Mface) -> Image {
    let folder = &face.emoji_id[..2];
    Image {
        summary: face.summary.or(Some("[商城表情]".to_owned())),
        file: Some(format!("{folder}-{}.gif", face.emoji_id)),
        url: Some(format!(
            "https://gxh.vip.qq.com/club/item/parcel/item/{folder}/{}/raw300.gif",
            face.emoji_id
        )),
        key: Some(face.key),
        emoji_package_id: Some(face.emoji_package_id),
        emoji_id: Some(face.emoji_id),
        ..Image::default()
    }
}

fn json(card: String) -> Segment {
    Segment::Json(Json {
        data: JsonText::new(card),
    })
}

/// Passes elements to the other account, through the wire format in both directions.
fn travel(conversation: Conversation, elements: Vec<Element>) -> Vec<Element> {
    let (me, peer) = (uin(10_001), uin(10_002));
    let (to, place) = match conversation {
        Conversation::Group(group) => (
            Destination::Group(group),
            Place::Group {
                group,
                group_name: "Garden".to_owned(),
                card: String::new(),
                card_is_card: true,
                role: Some(Role::Member),
            },
        ),
        _ => (
            Destination::Friend {
                uin: Some(peer),
                uid: Some(uid(peer)),
            },
            Place::Friend,
        ),
    };
    let sent = Outgoing {
        to,
        elements,
        client_sequence: 12_345,
        random: 99,
    };
    let taken = Outgoing::decode(&sent.encode()).expect("decoded by the server");
    assert_eq!((taken.to, taken.random), (sent.to, sent.random));
    let passed_on = Wire {
        place,
        from: Party::new(me, uid(me)),
        names: SenderNames::default(),
        to: Party::new(peer, uid(peer)),
        sequence: Sequence::new(7),
        client_sequence: taken.client_sequence,
        random: taken.random,
        time: 1_767_225_600,
        elements: taken.elements,
    };
    let received_message = Wire::decode(&passed_on.encode()).expect("decoded by the client");
    received_message.elements
}

async fn trip(cx: &Context, place: usize, message: Message) -> Vec<Message> {
    let conversation: Conversation = PLACES[place].parse().expect("a conversation");
    let parts = write(cx, &FixedDirectory, conversation, message)
        .await
        .expect("sendable");
    let mut reported = Vec::new();
    for part in parts {
        let Part::Elements(elements) = part else {
            panic!("not a message of elements");
        };
        let received_message = travel(conversation, elements);
        reported.push(read(cx.bot(), Some(conversation), &received_message).await);
    }
    reported
}

fn survives(place: usize, message: Message) -> Result<(), TestCaseError> {
    let world = &*WORLD;
    let wanted = expected(world, place, &message);
    let cx = world.offline.context();
    let reported = world.runtime.block_on(trip(&cx, place, message));
    prop_assert_eq!(reported, wanted);
    Ok(())
}

#[test]
fn quote_without_shared_sequence_is_found_by_the_senders_sequence() {
    let world = &*WORLD;
    let quoted = said(PLACES[1], 2, 10_001, "quote me");
    let place = Some(quoted.conversation);
    let reply = |number: u64| nekonap_client::message::Reply {
        sequence: Sequence::new(number),
        sender: Some(quoted.sender),
        ..nekonap_client::message::Reply::default()
    };
    let bot = &world.offline.bot;
    let reported = |number, place| {
        let elements = [Element::Reply(reply(number))];
        world.runtime.block_on(read(bot, place, &elements))
    };
    let known = Reply::to(world.quotable[1][1]);
    let number = u64::from(quoted.client_sequence);
    assert_eq!(reported(number, place).0, [Segment::Reply(known)]);
    for (number, place) in [(7, place), (number, None)] {
        let unnamed = Reply {
            id: None,
            seq: None,
        };
        assert_eq!(reported(number, place).0, [Segment::Reply(unnamed)]);
    }
}

/// Any element of a message, known or unknown.
fn any_wire_element() -> impl Strategy<Value = Vec<u8>> {
    let service = select(vec![2_u8, 3, 14, 19, 20, 23, 33, 37, 38, 45, 46, 48, 99]);
    let business = select(vec![1_u8, 2, 10, 11, 12, 13, 20, 21, 22]);
    prop_oneof![
        (1_u8..80, vec(any::<u8>(), 0..40))
            .prop_map(|(number, bytes)| wire_element(number, &bytes)),
        (1_u8..80, 1_u8..16, "[a-z]{0,20}")
            .prop_map(|(number, inner, text)| wire_element(number, &field(inner, text.as_bytes()))),
        (service, vec(any::<u8>(), 0..40), business)
            .prop_map(|(service, payload, business)| common_element(service, &payload, business)),
    ]
}

proptest! {
    #[test]
    fn received_elements_are_reported_as_listed_types(raw in vec(any_wire_element(), 1..6)) {
        let world = &*WORLD;
        let elements = received(&raw);
        let reported = world.runtime.block_on(read(&world.offline.bot, None, &elements));
        let listed = reported_types();
        prop_assert!(types(&reported).iter().all(|kind| listed.contains(kind)), "{reported:?}");
    }

    #[test]
    fn segments_sent_to_group_arrive_unchanged(message in any_message(&WORLD, 0)) {
        survives(0, message)?;
    }

    #[test]
    fn segments_sent_to_friend_arrive_unchanged(message in any_message(&WORLD, 1)) {
        survives(1, message)?;
    }
}
