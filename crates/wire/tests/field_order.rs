//! Requests and pushes decode to the same value in every valid encoding: fields in any order, unknown fields between
//! them, lists packed or not, a scalar written twice (the last counts), a message split into two (they are merged).

use std::collections::BTreeMap;

use nekonap_wire::{
    command::Declared,
    commands, oidb,
    push::{GroupRequest, Notice, Origin, Push},
};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::SliceRandom};

/// Type of a field, as the build script writes it.
#[allow(dead_code)] // Which variants occur depends on `proto/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Varint,
    Fixed32,
    Fixed64,
    Text,
    Bytes,
    Message(usize),
}

/// Number, whether it is repeated, kind.
type Fields = &'static [(u32, bool, Kind)];

/// Fields of every declared message.
static MESSAGES: &[(&str, Fields)] = include!(concat!(env!("OUT_DIR"), "/schema.rs"));

fn place(name: &str) -> Option<usize> {
    MESSAGES.iter().position(|(known, _)| *known == name)
}

/// A message: the values of each field, in order.
#[derive(Debug, Clone, Default)]
struct Tree(BTreeMap<u32, Vec<Value>>);

#[derive(Debug, Clone)]
enum Value {
    Varint(u64),
    Fixed32([u8; 4]),
    Fixed64([u8; 8]),
    Delimited(Vec<u8>),
    Message(Tree),
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for at in 0..10 {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// Decodes a message of the table. Only fields of the table in their declared type are kept.
fn parse(message: usize, mut bytes: &[u8]) -> Tree {
    let mut tree = Tree::default();
    while !bytes.is_empty() {
        let tag = varint(&mut bytes).expect("a tag");
        let number = u32::try_from(tag >> 3).expect("a number");
        let kind = MESSAGES[message].1.iter().find(|field| field.0 == number);
        let value = match tag & 7 {
            0 => Value::Varint(varint(&mut bytes).expect("a varint")),
            1 => Value::Fixed64(
                *bytes
                    .split_off(..8)
                    .expect("8 bytes")
                    .as_array()
                    .expect("8"),
            ),
            5 => Value::Fixed32(
                *bytes
                    .split_off(..4)
                    .expect("4 bytes")
                    .as_array()
                    .expect("4"),
            ),
            _ => {
                let length = usize::try_from(varint(&mut bytes).expect("a length")).expect("small");
                let held = bytes.split_off(..length).expect("the bytes");
                match kind {
                    Some((_, _, Kind::Message(inner))) => Value::Message(parse(*inner, held)),
                    Some((_, true, Kind::Varint)) => {
                        let mut held = held;
                        while !held.is_empty() {
                            let one = Value::Varint(varint(&mut held).expect("a varint"));
                            tree.0.entry(number).or_default().push(one);
                        }
                        continue;
                    }
                    _ => Value::Delimited(held.to_vec()),
                }
            }
        };
        tree.0.entry(number).or_default().push(value);
    }
    tree
}

fn random_value(kind: Kind, random: &mut StdRng, depth: u32) -> Value {
    match kind {
        Kind::Varint => Value::Varint(random.random_range(0..100_000)),
        Kind::Fixed32 => Value::Fixed32(random.random()),
        Kind::Fixed64 => Value::Fixed64(random.random()),
        Kind::Text => {
            let length = random.random_range(1..9);
            Value::Delimited(
                (0..length)
                    .map(|_| random.random_range(b'a'..=b'z'))
                    .collect(),
            )
        }
        Kind::Bytes => {
            let length = random.random_range(0..9);
            Value::Delimited((0..length).map(|_| random.random()).collect())
        }
        Kind::Message(inner) => Value::Message(random_tree(inner, random, depth + 1)),
    }
}

/// A message of the table with random values in most of its fields.
fn random_tree(message: usize, random: &mut StdRng, depth: u32) -> Tree {
    let mut tree = Tree::default();
    for (number, repeated, kind) in MESSAGES[message].1 {
        if depth > 4 || random.random_bool(0.2) {
            continue;
        }
        let count = if *repeated {
            random.random_range(1..5)
        } else {
            1
        };
        let values = (0..count).map(|_| random_value(*kind, random, depth));
        tree.0.insert(*number, values.collect());
    }
    tree
}

fn put_varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(u8::try_from(value & 0x7f).expect("7 bits") | 0x80);
        value >>= 7;
    }
    out.push(u8::try_from(value).expect("7 bits"));
}

fn put_delimited(number: u32, held: &[u8], out: &mut Vec<u8>) {
    put_varint(u64::from(number) << 3 | 2, out);
    put_varint(held.len() as u64, out);
    out.extend(held);
}

/// Writes a field, not packed. `message` encodes a nested message.
fn put(number: u32, value: &Value, out: &mut Vec<u8>, message: impl FnOnce(&Tree) -> Vec<u8>) {
    match value {
        Value::Varint(value) => {
            put_varint(u64::from(number) << 3, out);
            put_varint(*value, out);
        }
        Value::Fixed64(bytes) => {
            put_varint(u64::from(number) << 3 | 1, out);
            out.extend(bytes);
        }
        Value::Fixed32(bytes) => {
            put_varint(u64::from(number) << 3 | 5, out);
            out.extend(bytes);
        }
        Value::Delimited(held) => put_delimited(number, held, out),
        Value::Message(tree) => put_delimited(number, &message(tree), out),
    }
}

/// The simplest encoding: fields by number, nothing packed.
fn plain(tree: &Tree) -> Vec<u8> {
    let mut out = Vec::new();
    for (number, values) in &tree.0 {
        for value in values {
            put(*number, value, &mut out, plain);
        }
    }
    out
}

/// The simplest encoding of an encoded message; map entries, which have no order, are sorted.
fn normal(message: usize, bytes: &[u8]) -> Vec<u8> {
    fn sort(message: usize, tree: &mut Tree) {
        for (number, values) in &mut tree.0 {
            let field = MESSAGES[message].1.iter().find(|field| field.0 == *number);
            let Some((_, _, Kind::Message(inner))) = field else {
                continue;
            };
            for value in values.iter_mut() {
                if let Value::Message(tree) = value {
                    sort(*inner, tree);
                }
            }
            if MESSAGES[*inner].0.ends_with("Entry") {
                values.sort_by_key(|value| match value {
                    Value::Message(tree) => plain(tree),
                    _ => Vec::new(),
                });
            }
        }
    }
    let mut tree = parse(message, bytes);
    sort(message, &mut tree);
    plain(&tree)
}

/// Another encoding of the same message.
fn reencoded(message: usize, tree: &Tree, random: &mut StdRng) -> Vec<u8> {
    let declared = MESSAGES[message].1;
    // The encoded pieces of each field, whose order must be kept.
    let mut pieces: Vec<Vec<Vec<u8>>> = Vec::new();
    for (number, values) in &tree.0 {
        let field = declared.iter().find(|field| field.0 == *number);
        pieces.push(match field {
            Some((_, repeated, kind)) => field_pieces(*number, *repeated, *kind, values, random),
            None => continue,
        });
    }
    for _ in 0..random.random_range(0..4) {
        let number = random.random_range(1..2_000);
        if declared.iter().all(|field| field.0 != number) {
            let kinds = [Kind::Varint, Kind::Fixed32, Kind::Fixed64, Kind::Bytes];
            let value = random_value(kinds[random.random_range(0..4)], random, 0);
            let mut out = Vec::new();
            put(number, &value, &mut out, plain);
            pieces.push(vec![out]);
        }
    }
    // A random order of all pieces that keeps the order within each field.
    let mut order: Vec<usize> = Vec::new();
    for (at, field) in pieces.iter().enumerate() {
        order.extend(std::iter::repeat_n(at, field.len()));
    }
    order.shuffle(random);
    let mut left: Vec<_> = pieces.into_iter().map(Vec::into_iter).collect();
    order
        .into_iter()
        .flat_map(|at| left[at].next().expect("a piece"))
        .collect()
}

fn field_pieces(
    number: u32,
    repeated: bool,
    kind: Kind,
    values: &[Value],
    random: &mut StdRng,
) -> Vec<Vec<u8>> {
    let mut pieces = Vec::new();
    let mut values = values.to_vec();
    if !repeated {
        // Of several values of a scalar the last counts; messages are merged.
        let value = values.pop().expect("a value");
        match (&value, kind) {
            (Value::Message(tree), _) if random.random_bool(0.5) => {
                let mut halves = [Tree::default(), Tree::default()];
                for (number, values) in &tree.0 {
                    halves[random.random_range(0..2)]
                        .0
                        .insert(*number, values.clone());
                }
                values = halves.map(Value::Message).into();
            }
            (Value::Message(_), _) => values = vec![value],
            _ if random.random_bool(0.5) => values = vec![random_value(kind, random, 0), value],
            _ => values = vec![value],
        }
    }
    let numeric = matches!(kind, Kind::Varint | Kind::Fixed32 | Kind::Fixed64);
    let mut rest = values.as_slice();
    while let Some(first) = rest.first() {
        let mut out = Vec::new();
        if repeated && numeric && random.random_bool(0.5) {
            let (run, after) = rest.split_at(random.random_range(1..=rest.len()));
            let mut packed = Vec::new();
            for value in run {
                match value {
                    Value::Varint(value) => put_varint(*value, &mut packed),
                    Value::Fixed32(bytes) => packed.extend(bytes),
                    Value::Fixed64(bytes) => packed.extend(bytes),
                    _ => panic!("a number"),
                }
            }
            put_delimited(number, &packed, &mut out);
            rest = after;
        } else {
            put(number, first, &mut out, |tree| match kind {
                Kind::Message(inner) => reencoded(inner, tree, random),
                _ => plain(tree),
            });
            rest = &rest[1..];
        }
        pieces.push(out);
    }
    pieces
}

/// The table entry of a command's request: by the name of its Rust type or, if the type is not generated, by the
/// command. `None` for payloads that are not protobuf.
fn request_message(declared: &Declared) -> Option<usize> {
    let by_command = match declared.declaration {
        "SendMessage" => "messages.SendRequest",
        "SetStatus" => "profile.SetStatusRequest",
        _ => "",
    };
    let path = (declared.request_type)();
    let by_type = path
        .split_once("::proto::")
        .map_or(String::new(), |(_, path)| path.replace("::", "."));
    place(&by_type).or_else(|| place(by_command))
}

/// Commands whose request is not protobuf.
const OTHER_PAYLOADS: [&str; 5] = ["TransEmp", "WtLogin", "Alive", "CorrectTime", "PushAck"];

#[test]
fn every_request_has_a_table_entry() {
    for declared in commands::all() {
        assert!(
            request_message(declared).is_some() || OTHER_PAYLOADS.contains(&declared.declaration),
            "{}: {}",
            declared.declaration,
            (declared.request_type)()
        );
    }
}

/// Message name of a notice's payload.
fn payload_message(notice: &Notice<nekonap_wire::message::Party>) -> &'static str {
    match notice {
        Notice::GroupRecall(_)
        | Notice::Reaction(_)
        | Notice::Essence(_)
        | Notice::GroupRenamed(_)
        | Notice::TitleGiven(_)
        | Notice::Activity(_)
        | Notice::Honor(_)
        | Notice::LuckyKing(_)
        | Notice::UnknownTip(_) => "push.NotifyBody",
        Notice::Muted(_) => "push.Mute",
        Notice::AdminChanged(_) | Notice::GroupTransferred(_) => "push.AdminChange",
        Notice::CardChanged(_)
        | Notice::FriendsChanged(_)
        | Notice::ProfileLiked(_)
        | Notice::GroupRemarked(_) => "push.ChangeList",
        Notice::SelfRenamed(_) => "push.SelfProfile",
        Notice::GroupRequested(requested) => match requested.request {
            GroupRequest::Application { .. } => "push.GroupApplication",
            GroupRequest::Invitation { .. } => "push.GroupInvitation",
            GroupRequest::InvitationOfOther { .. } => "push.GroupInvitationOfOther",
        },
        Notice::FriendRequested(_) => "push.FriendRequested",
        Notice::FriendAdded(_) => "push.FriendAdded",
        Notice::Poke(_) => match notice.origin() {
            Some(Origin::Group(_)) => "push.NotifyBody",
            _ => "push.GreyTip",
        },
        Notice::PokeWithdrawn(_) => match notice.origin() {
            Some(Origin::Group(_)) => "push.NotifyBody",
            _ => "push.WithdrawnPrivatePoke",
        },
        Notice::PrivateRecall(_) => "push.PrivateRecalls",
        Notice::Typing(_) => "push.Typing",
        Notice::PrivateRead(_) => "push.PrivatesRead",
        Notice::GroupRead(_) => "push.GroupRead",
        Notice::VoiceText(_) => "media.VoiceTextPush",
        Notice::MemberJoined(_) | Notice::MemberLeft(_) => "push.MemberChange",
        Notice::SelfJoined(_) | Notice::SelfLeft(_) => "push.OwnMembership",
    }
}

/// The pushes of the vectors, and the payload message of each.
fn pushes() -> Vec<(String, Vec<u8>)> {
    let vectors: serde_json::Value =
        serde_json::from_str(include_str!("vectors/events.json")).expect("JSON");
    let pushes = vectors["pushes"].as_array().expect("a list");
    pushes
        .iter()
        .map(|push| {
            let bytes = push["push_hex"].as_str().expect("hex");
            let name = push["name"].as_str().expect("a name");
            (name.to_owned(), hex::decode(bytes).expect("hex"))
        })
        .collect()
}

/// Another encoding of the same push, payload included.
fn reencoded_push(bytes: &[u8], notice: Option<&'static str>, random: &mut StdRng) -> Vec<u8> {
    let push = place("push.MsgPush").expect("declared");
    let mut tree = parse(push, bytes);
    if let Some(payload) = notice {
        let Some(Value::Message(message)) = tree.0.get_mut(&1).map(|all| &mut all[0]) else {
            panic!("a message");
        };
        let Some(Value::Message(body)) = message.0.get_mut(&3).map(|all| &mut all[0]) else {
            panic!("a body");
        };
        let Some(Value::Delimited(held)) = body.0.get_mut(&2).map(|all| &mut all[0]) else {
            panic!("a payload");
        };
        let known = place(payload).expect("declared");
        *held = if payload == "push.NotifyBody" {
            // Group, sub type and length.
            let (prefix, body) = held.split_at(7);
            let body = reencoded(known, &parse(known, body), random);
            let length = u16::try_from(body.len()).expect("short").to_be_bytes();
            [&prefix[..5], &length, &body].concat()
        } else {
            let mut tree = parse(known, held);
            // The operator of a membership change is a uid, or a message that contains one.
            if payload == "push.MemberChange"
                && let Some(Value::Delimited(operator)) = tree.0.get_mut(&5).map(|all| &mut all[0])
                && operator.first() == Some(&0x0a)
            {
                let nested = place("push.NestedOperator").expect("declared");
                *operator = reencoded(nested, &parse(nested, operator), random);
            }
            reencoded(known, &tree, random)
        };
    }
    reencoded(push, &tree, random)
}

proptest! {
    // Each case tests every command or every push. A failure prints its seed.
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn request_decodes_the_same_in_every_encoding(seed: u64) {
        let mut random = StdRng::seed_from_u64(seed);
        for declared in commands::all() {
            let Some(message) = request_message(declared) else {
                continue;
            };
            let tree = random_tree(message, &mut random, 0);
            let (mut one, mut other) = (plain(&tree), reencoded(message, &tree, &mut random));
            if let Some(number) = oidb::number(declared.name) {
                let envelope = place("oidb.Envelope").expect("declared");
                one = oidb::encode_request(number, declared.by_uin, one);
                other = oidb::encode_request(number, declared.by_uin, other);
                other = reencoded(envelope, &parse(envelope, &other), &mut random);
            }
            let read = |bytes: &[u8]| {
                let read = (declared.transcode_request)(bytes);
                match oidb::number(declared.name) {
                    Some(_) => read,
                    None => read.map(|bytes| normal(message, &bytes)),
                }
            };
            let (expected, read) = (read(&one), read(&other));
            prop_assert_eq!(read, expected, "{} {}", declared.declaration, hex::encode(&other));
        }
    }

    #[test]
    fn push_decodes_the_same_in_every_encoding(seed: u64) {
        let mut random = StdRng::seed_from_u64(seed);
        for (name, bytes) in pushes() {
            let expected = Push::decode(&bytes);
            let payload = match expected.as_ref().map(|pushed| &pushed.push) {
                // Not in a list (protocol/05 §5.15).
                Ok(_) if name == "profile_like_flat" => Some("push.ListedChange"),
                Ok(Push::Notice(notice)) => Some(payload_message(notice)),
                _ => None,
            };
            let other = reencoded_push(&bytes, payload, &mut random);
            prop_assert_eq!(Push::decode(&other), expected, "{} {}", name, hex::encode(&other));
        }
    }
}
