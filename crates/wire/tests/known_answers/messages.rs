//! `messages.json`: messages, elements, and their requests (protocol/02 §13).

use bytes::Bytes;
use nekonap_ids::{Conversation, GroupUin, Sequence, Uid, Uin};
use nekonap_wire::{
    command::Command,
    commands::{
        extras::{AddEssence, RemoveEssence},
        forwards::{DownloadForward, UploadForward, pack, unpack},
        history::{GetGroupMessages, GetPrivateMessages, GetRoamMessages, ReportRead},
        messages::{
            AddReaction, PrivateTarget, RecallGroupMessage, RecallPrivateMessage, RemoveReaction,
            SendMessage, SendReceipt,
        },
    },
    message::{
        Card, Destination, Element, Emoji, Face, FaceLook, File, Markdown, Mention, MentionTarget,
        Message, Outgoing, Party, Place, Reply, Role, SenderNames, Shake, Text, Thrown,
        decode_list, encode_list,
    },
    oidb,
    proto::{
        extras::EssenceRequest,
        forwards::{DownloadRequest, Payload, UploadRequest},
        history::{GroupHistoryRequest, PrivateHistoryRequest, ReadRequest, RoamRequest},
        message::{Elem, GroupFileExtra, RichText, TextElem},
        messages::{ReactionRequest, RecallGroupRequest, RecallPrivateRequest},
        push::MsgPush,
    },
    push::{Push, Pushed},
};
use prost::Message as _;
use serde_json::Value;

const RANDOM: u32 = 0x1a2b_3c4d;
const TIME: u64 = 1_700_000_000;

/// Name of a vector, and the function that checks it.
type Checked = (&'static str, fn(&Vector));

/// The function that checks each vector.
const VECTORS: &[Checked] = &[
    ("send_group_text", send_group_text),
    ("send_private_text", send_private_text),
    ("send_response_group", send_response_group),
    ("send_response_private", send_response_private),
    ("push_group_text_at", push_group_text_at),
    ("push_private_text", push_private_text),
    ("attr6_one", attr6_one),
    ("attr6_all", attr6_all),
    ("elem_at_all", elem_at_all),
    ("elem_reply_group", elem_reply_group),
    ("elem_reply_private", elem_reply_private),
    ("elem_face_classic", elem_face_classic),
    ("elem_face_small", elem_face_small),
    ("elem_dice_sent", elem_dice_sent),
    ("elem_dice_received", elem_dice_received),
    ("elem_shake", elem_shake),
    ("elem_markdown", elem_markdown),
    ("elem_light_app_plain", elem_light_app),
    ("elem_light_app_zlib", elem_light_app),
    ("elem_group_file", elem_group_file),
    ("recall_group", recall_group),
    ("recall_private", recall_private),
    ("get_group_msg", get_group_msg),
    ("get_c2c_msg", get_c2c_msg),
    ("get_roam_msg", get_roam_msg),
    ("read_report_group", read_report_group),
    ("read_report_private", read_report_private),
    ("reaction_body", reaction_body),
    ("reaction_unicode_body", reaction_unicode_body),
    ("essence_body", essence_body),
    ("multi_msg_transmit", multi_msg_transmit),
    ("send_long_msg", send_long_msg),
    ("recv_long_msg", recv_long_msg),
];

/// Vectors without bytes: ways of building message ids, none of which is used here (protocol/02 §12).
const ELSEWHERE: &[&str] = &["message_id_examples"];

/// A vector: its bytes, and the JSON around them.
struct Vector {
    bytes: Bytes,
    json: &'static Value,
}

fn json() -> &'static Value {
    static JSON: std::sync::LazyLock<Value> = std::sync::LazyLock::new(|| {
        serde_json::from_str(include_str!("../vectors/messages.json")).expect("JSON")
    });
    &JSON
}

/// The vector with this name.
fn vector(name: &str) -> Vector {
    let json = json()["vectors"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|vector| vector["name"] == name)
        .unwrap_or_else(|| panic!("no vector {name}"));
    let bytes = hex::decode(json["hex"].as_str().expect("hex")).expect("hex digits");
    Vector {
        bytes: bytes.into(),
        json,
    }
}

#[test]
fn every_vector_passes_and_none_is_skipped() {
    let names: Vec<&str> = json()["vectors"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|vector| vector["name"].as_str().expect("a name"))
        .collect();
    for name in &names {
        if ELSEWHERE.contains(name) {
            continue;
        }
        let (_, check) = VECTORS
            .iter()
            .find(|(known, _)| known == name)
            .unwrap_or_else(|| panic!("{name} is a new vector: check it"));
        println!("{name}");
        check(&vector(name));
    }
    for (known, _) in VECTORS {
        assert!(names.contains(known), "{known} is not a vector");
    }
}

#[test]
fn inputs_are_the_ones_of_the_vectors() {
    let inputs = &json()["inputs"];
    assert_eq!(inputs["group"], group().get());
    assert_eq!(inputs["self_uin"], ours().uin.expect("a uin").get());
    assert_eq!(inputs["self_uid"], ours().uid.expect("a uid").as_str());
    assert_eq!(inputs["peer_uin"], peer().uin.expect("a uin").get());
    assert_eq!(inputs["peer_uid"], peer().uid.expect("a uid").as_str());
    assert_eq!(inputs["random"], RANDOM);
    assert_eq!(inputs["time"], TIME);
}

fn group() -> GroupUin {
    GroupUin::new(100_200_300).expect("a group")
}

fn person(uin: u64, letter: &str) -> Party {
    Party::new(
        Uin::new(uin).expect("a uin"),
        Uid::new(&format!("u_{}", letter.repeat(22))).expect("a uid"),
    )
}

fn ours() -> Party {
    person(10001, "A")
}

fn peer() -> Party {
    person(20002, "B")
}

fn third() -> Party {
    person(30003, "C")
}

fn peer_uid() -> Uid {
    peer().uid.expect("a uid")
}

fn seconds() -> u32 {
    u32::try_from(TIME).expect("seconds of this century")
}

fn text(text: &str) -> Element {
    Element::Text(Text::new(text))
}

/// Checks encoding and decoding of a request.
fn request<C: Command>(vector: &Vector, request: &C::Request)
where
    C::Request: PartialEq + std::fmt::Debug,
{
    assert_eq!(C::decode_request(&vector.bytes).as_ref(), Ok(request));
    assert_eq!(C::encode_request(request), vector.bytes);
}

/// Checks encoding and decoding of a reply.
fn reply<C: Command>(vector: &Vector, reply: &C::Reply)
where
    C::Reply: PartialEq + std::fmt::Debug,
{
    assert_eq!(C::decode_reply(&vector.bytes).as_ref(), Ok(reply));
    assert_eq!(C::encode_reply(reply), vector.bytes);
}

/// An encoded list with one encoded element.
fn list_of(element: &Bytes) -> Vec<u8> {
    RichText {
        elems: vec![element.clone()],
        ..RichText::default()
    }
    .encode_to_vec()
}

/// Checks encoding and decoding of an element.
fn element(vector: &Vector, element: Element) {
    let list = list_of(&vector.bytes);
    let elements = vec![element];
    assert_eq!(decode_list(&list).as_ref(), Ok(&elements));
    assert_eq!(encode_list(&elements), list);
}

fn send_group_text(vector: &Vector) {
    let message = Outgoing {
        to: Destination::Group(group()),
        elements: vec![text("hi")],
        client_sequence: 12345,
        random: RANDOM,
    };
    request::<SendMessage>(vector, &message);
}

fn send_private_text(vector: &Vector) {
    let message = Outgoing {
        to: Destination::Friend {
            uin: peer().uin,
            uid: peer().uid,
        },
        elements: vec![text("hi")],
        client_sequence: 54321,
        random: RANDOM,
    };
    assert_eq!(
        SendMessage::decode_request(&vector.bytes).as_ref(),
        Ok(&message)
    );
    // Some clients write field 12; most, and this crate, do not (protocol/02 §4.1).
    let control = hex::decode("62060880e2cfaa06").expect("hex");
    let without = vector.bytes.strip_suffix(&control[..]).expect("field 12");
    assert_eq!(SendMessage::encode_request(&message), without);
}

fn sent(sequence: u64, group: bool) -> SendReceipt {
    SendReceipt {
        time: u32::try_from(TIME).expect("32 bits"),
        sequence: Some(Sequence::new(sequence)),
        thrown: None,
        group,
    }
}

fn send_response_group(vector: &Vector) {
    reply::<SendMessage>(vector, &sent(4711, true));
}

fn send_response_private(vector: &Vector) {
    reply::<SendMessage>(vector, &sent(815, false));
}

/// Checks encoding and decoding of a pushed message.
fn pushed(vector: &Vector, message: &Message) {
    let Pushed { push, envelope } = Push::decode(&vector.bytes).expect("a push");
    assert_eq!(push, Push::Message(Box::new(message.clone())));
    assert_eq!(envelope.random, RANDOM);
    assert_eq!(envelope.time, TIME);
    let mut ours = MsgPush::decode(&Push::encode(&push, &envelope)[..]).expect("a push");
    // This crate also writes a status, which is not required (protocol/02 §2.1).
    assert_eq!(ours.status.take(), Some(1));
    assert_eq!(ours.encode_to_vec(), vector.bytes);
}

fn push_group_text_at(vector: &Vector) {
    pushed(
        vector,
        &Message {
            place: Place::Group {
                group: group(),
                group_name: "Test".to_owned(),
                card: "Ann".to_owned(),
                card_is_card: true,
                role: Some(Role::Member),
            },
            from: third(),
            names: SenderNames::default(),
            to: ours(),
            sequence: Sequence::new(4712),
            client_sequence: 0,
            random: RANDOM,
            time: TIME,
            elements: vec![
                Element::Mention(Mention {
                    target: MentionTarget::Member {
                        uin: peer().uin,
                        uid: peer().uid,
                    },
                    text: "@Bob".to_owned(),
                }),
                text(" hello"),
            ],
        },
    );
}

fn push_private_text(vector: &Vector) {
    pushed(
        vector,
        &Message {
            place: Place::Friend,
            from: peer(),
            names: SenderNames::default(),
            to: ours(),
            sequence: Sequence::new(815),
            client_sequence: 54321,
            random: RANDOM,
            time: TIME,
            elements: vec![text("hi")],
        },
    );
}

/// Checks encoding and decoding of a mention's old binary form.
fn attr6(vector: &Vector, mention: Mention, has_uid: bool) {
    let alone = Elem {
        text: Some(TextElem {
            str: Some(mention.text.clone().into_bytes().into()),
            attr6_buf: Some(vector.bytes.clone()),
            pb_reserve: None,
        }),
        ..Elem::default()
    };
    let read = decode_list(&list_of(&alone.encode_to_vec().into())).expect("a list");
    let expected = match mention.target {
        MentionTarget::Member { uin, .. } => Mention {
            target: MentionTarget::Member { uin, uid: None },
            ..mention.clone()
        },
        MentionTarget::Everybody => mention.clone(),
    };
    assert_eq!(read, [Element::Mention(expected)]);

    let list = encode_list(&[Element::Mention(mention)]);
    let list = RichText::decode(&list[..]).expect("a list");
    let elem = Elem::decode(&list.elems[0][..]).expect("an element");
    let written = elem.text.expect("a text");
    assert_eq!(written.attr6_buf.as_ref(), Some(&vector.bytes));
    let reserve = written.pb_reserve.expect("both forms are written");
    assert_eq!(reserve.at_uid.as_deref() != Some(""), has_uid);
}

fn attr6_one(vector: &Vector) {
    let mention = Mention {
        target: MentionTarget::Member {
            uin: peer().uin,
            uid: peer().uid,
        },
        text: "@Bob".to_owned(),
    };
    attr6(vector, mention, true);
}

fn attr6_all(vector: &Vector) {
    attr6(vector, everybody(), true);
}

fn everybody() -> Mention {
    Mention {
        target: MentionTarget::Everybody,
        text: "@全体成员".to_owned(),
    }
}

fn elem_at_all(vector: &Vector) {
    element(vector, Element::Mention(everybody()));
}

fn quote() -> Reply {
    Reply {
        sequence: Sequence::new(4711),
        shared_sequence: None,
        sender: peer().uin,
        sender_uid: peer().uid,
        time: TIME,
        random: RANDOM,
        quoted: vec![hex::decode("0a040a026869").expect("hex").into()],
        source: None,
    }
}

fn elem_reply_group(vector: &Vector) {
    element(vector, Element::Reply(quote()));
}

fn elem_reply_private(vector: &Vector) {
    let quote = Reply {
        sequence: Sequence::new(54321),
        shared_sequence: Some(Sequence::new(815)),
        quoted: Vec::new(),
        ..quote()
    };
    element(vector, Element::Reply(quote));
}

#[test]
fn packed_sequence_of_a_quote_is_read() {
    // `orig_seqs` as one length-delimited field: { 45: { 1: [4711], 2: 20002 } }
    let packed: Bytes = hex::decode("ea02080a02e72410a29c01").expect("hex").into();
    let read = decode_list(&list_of(&packed)).expect("a list");
    let [Element::Reply(reply)] = &read[..] else {
        panic!("{read:?}");
    };
    assert_eq!(
        (reply.sequence, reply.sender),
        (Sequence::new(4711), peer().uin)
    );
}

fn elem_face_classic(vector: &Vector) {
    element(vector, Element::Face(Face::new(14)));
}

fn elem_face_small(vector: &Vector) {
    let face = Face {
        id: 277,
        name: "/汪汪".to_owned(),
        look: FaceLook::Small,
    };
    element(vector, Element::Face(face));
}

fn elem_dice_sent(vector: &Vector) {
    element(vector, Element::Face(Face::throw(Thrown::Dice, None)));
}

fn elem_dice_received(vector: &Vector) {
    element(vector, Element::Face(Face::throw(Thrown::Dice, Some(5))));
}

fn elem_shake(vector: &Vector) {
    let shake = Shake {
        kind: 1,
        ..Shake::default()
    };
    element(vector, Element::Shake(shake));
}

fn elem_markdown(vector: &Vector) {
    let markdown = Markdown {
        content: "# hi".to_owned(),
    };
    element(vector, Element::Markdown(markdown));
}

/// Compressors differ, so the compressed bytes are compared after decoding.
fn elem_light_app(vector: &Vector) {
    let card = vec![Element::Card(Card {
        json: vector.json["json"].as_str().expect("a text").to_owned(),
    })];
    assert_eq!(decode_list(&list_of(&vector.bytes)).as_ref(), Ok(&card));
    let ours = RichText::decode(&encode_list(&card)[..]).expect("a list");
    let elem = Elem::decode(&ours.elems[0][..]).expect("an element");
    let data = elem.light_app.and_then(|app| app.data).expect("a card");
    assert_eq!(data[0], 1, "a writer compresses");
    assert_eq!(decode_list(&encode_list(&card)), Ok(card));
}

fn elem_group_file(vector: &Vector) {
    let file = vec![Element::File(File {
        name: "a.txt".to_owned(),
        size: 5,
        id: "/11111111-2222-3333-4444-555555555555".to_owned(),
        md5: "5d41402abc4b2a76b9719d911017c592".to_owned(),
        hash: String::new(),
        business: 102,
    })];
    assert_eq!(decode_list(&list_of(&vector.bytes)).as_ref(), Ok(&file));

    let extra = |elem: &[u8]| {
        let elem = Elem::decode(elem).expect("an element");
        let value = elem.trans_elem.and_then(|trans| trans.elem_value);
        let value = value.expect("a value");
        assert_eq!(value[0], 1);
        assert_eq!(
            usize::from(u16::from_be_bytes([value[1], value[2]])),
            value.len() - 3
        );
        GroupFileExtra::decode(&value[3..]).expect("a file")
    };
    let ours = RichText::decode(&encode_list(&file)[..]).expect("a list");
    let mut ours = extra(&ours.elems[0]);
    // This crate also writes fields 5 and 7, without which one client family drops the message (protocol/01 §9.1).
    let info = ours.inner.as_mut().and_then(|inner| inner.info.as_mut());
    let info = info.expect("a file");
    assert_eq!(info.field_5.take(), Some(0));
    assert_eq!(info.ext.take().as_deref(), Some("txt"));
    assert_eq!(ours, extra(&vector.bytes));
}

fn recall_group(vector: &Vector) {
    request::<RecallGroupMessage>(
        vector,
        &RecallGroupRequest::new(group(), Sequence::new(4711), 0),
    );
}

fn recall_private(vector: &Vector) {
    request::<RecallPrivateMessage>(
        vector,
        &RecallPrivateRequest::new(
            peer_uid(),
            PrivateTarget {
                sequence: Sequence::new(815),
                client_sequence: 54321,
                random: RANDOM,
                time: seconds(),
            },
        ),
    );
}

fn get_group_msg(vector: &Vector) {
    request::<GetGroupMessages>(
        vector,
        &GroupHistoryRequest::new(group(), &(Sequence::new(4700)..=Sequence::new(4711))),
    );
}

fn get_c2c_msg(vector: &Vector) {
    request::<GetPrivateMessages>(
        vector,
        &PrivateHistoryRequest::new(peer_uid(), None, &(Sequence::new(810)..=Sequence::new(815))),
    );
}

fn get_roam_msg(vector: &Vector) {
    request::<GetRoamMessages>(vector, &RoamRequest::before(peer_uid(), seconds(), 20));
}

fn read_report_group(vector: &Vector) {
    request::<ReportRead>(vector, &ReadRequest::group(group(), Sequence::new(4711)));
}

fn read_report_private(vector: &Vector) {
    request::<ReportRead>(
        vector,
        &ReadRequest::private(peer_uid(), Sequence::new(815), seconds()),
    );
}

/// Checks the same body under both commands, in the envelope.
fn reaction(vector: &Vector, emoji: Emoji) {
    let asked = ReactionRequest::new(group(), Sequence::new(4711), emoji);
    assert_eq!(asked.emoji(), Ok(emoji));
    let enveloped = |sub| oidb::encode_request((0x9082, sub), false, vector.bytes.to_vec());
    assert_eq!(AddReaction::encode_request(&asked), enveloped(1));
    assert_eq!(RemoveReaction::encode_request(&asked), enveloped(2));
    assert_eq!(
        AddReaction::decode_request(&enveloped(1)),
        Ok(asked.clone())
    );
    assert_eq!(RemoveReaction::decode_request(&enveloped(2)), Ok(asked));
}

fn reaction_body(vector: &Vector) {
    reaction(vector, Emoji::Face(76));
}

fn reaction_unicode_body(vector: &Vector) {
    reaction(vector, Emoji::Unicode('😄'));
}

fn essence_body(vector: &Vector) {
    let asked = EssenceRequest::new(group(), Sequence::new(4711), RANDOM);
    let enveloped = |sub| oidb::encode_request((0xeac, sub), false, vector.bytes.to_vec());
    assert_eq!(AddEssence::encode_request(&asked), enveloped(1));
    assert_eq!(RemoveEssence::encode_request(&asked), enveloped(2));
    assert_eq!(AddEssence::decode_request(&enveloped(1)), Ok(asked));
    assert_eq!(RemoveEssence::decode_request(&enveloped(2)), Ok(asked));
}

/// The node of the vectors' forward.
fn node() -> Message {
    Message {
        place: Place::Group {
            group: group(),
            group_name: String::new(),
            card: "Bob".to_owned(),
            card_is_card: false,
            role: None,
        },
        from: Party {
            uin: peer().uin,
            uid: None,
        },
        names: SenderNames::default(),
        to: Party::default(),
        sequence: Sequence::new(1_234_567),
        client_sequence: 0,
        random: RANDOM,
        time: TIME,
        elements: vec![text("hi")],
    }
}

fn multi_msg_transmit(vector: &Vector) {
    let payload = Payload::new(&[node()], []);
    assert_eq!(payload.encode_to_vec(), vector.bytes);
    assert_eq!(unpack(&pack(&payload)), Ok(payload));

    let read = Payload::decode(&vector.bytes[..]).expect("a payload");
    assert_eq!(read.read(), (vec![node()], Vec::new()));
}

fn send_long_msg(upload: &Vector) {
    let asked = UploadForward::decode_request(&upload.bytes).expect("an upload");
    let packed = asked
        .upload
        .as_ref()
        .and_then(|upload| upload.payload.clone());
    let packed = packed.expect("a payload");
    assert_eq!(
        unpack(&packed).expect("a payload").encode_to_vec(),
        vector("multi_msg_transmit").bytes
    );
    request::<UploadForward>(
        upload,
        &UploadRequest::new(
            Conversation::Group(group()),
            ours().uid.expect("a uid"),
            packed.to_vec(),
        ),
    );
}

fn recv_long_msg(vector: &Vector) {
    request::<DownloadForward>(
        vector,
        &DownloadRequest::new(ours().uid.expect("a uid"), "RESIDRESIDRESID"),
    );
}
