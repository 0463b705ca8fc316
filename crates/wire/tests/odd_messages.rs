//! Messages as old clients and other servers write them (protocol/02 §2, §3, §7).

use bytes::Bytes;
use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    message::{Element, Face, LongText, Message, Party, Place, Reply, Text, encode_list},
    proto::message::{
        Body, CommonElem, ContentHead, Elem, FaceBubble, FlashText, GeneralFlags, GroupHead,
        Message as Proto, OldGroupFile, PrivateFile, PrivateHead, Ptt, RichText, RoutingHead,
        TmpPtt, Wallet, WalletMsg, WalletWords,
    },
    push::{Push, Pushed},
};
use prost::Message as _;

/// A message of this type with this content.
fn message(kind: u32, rich: RichText) -> Proto {
    Proto {
        routing_head: Some(RoutingHead {
            from_uin: Some(10002),
            ..RoutingHead::default()
        }),
        content_head: Some(ContentHead {
            r#type: Some(kind),
            sequence: Some(5),
            nt_seq: Some(7),
            ..ContentHead::default()
        }),
        body: Some(Body {
            rich_text: Some(rich),
            ..Body::default()
        }),
    }
}

/// Encodes elements.
fn rich(elements: &[Elem]) -> RichText {
    RichText {
        elems: elements
            .iter()
            .map(|elem| elem.encode_to_vec().into())
            .collect(),
        ..RichText::default()
    }
}

fn rich_text(words: &str) -> RichText {
    let list = encode_list(&[Element::Text(Text::new(words))]);
    RichText::decode(&list[..]).expect("a list")
}

fn text(text: &str) -> Element {
    Element::Text(Text::new(text))
}

/// The decoded elements of a private message with these elements.
fn reads(elements: &[Elem]) -> Vec<Element> {
    Message::decode(&message(166, rich(elements)))
        .expect("a message")
        .elements
}

fn common(service: i32, payload: &impl prost::Message) -> Elem {
    Elem {
        common_elem: Some(CommonElem {
            service_type: Some(service),
            payload: Some(payload.encode_to_vec().into()),
            business_type: Some(1),
        }),
        ..Elem::default()
    }
}

fn plain(words: &str) -> Elem {
    Elem::decode(&rich_text(words).elems[0][..]).expect("an element")
}

fn group() -> GroupUin {
    GroupUin::new(20001).expect("a group")
}

#[test]
fn group_of_a_temporary_message_is_read_from_either_field() {
    let place = |c2c: Option<u64>, head: Option<u64>| {
        let mut proto = message(141, rich_text("hi"));
        let routing = proto.routing_head.as_mut().expect("a head");
        routing.c2c = c2c.map(|group| PrivateHead {
            r#type: Some(2),
            from_tiny_id: Some(group),
            ..PrivateHead::default()
        });
        routing.group = head.map(|group| GroupHead {
            group_uin: Some(group),
            ..GroupHead::default()
        });
        Message::decode(&proto).expect("a message").place
    };
    let temporary = Place::Temporary { group: group() };
    assert_eq!(place(Some(20001), None), temporary);
    assert_eq!(place(None, Some(20001)), temporary);
    assert_eq!(place(Some(20001), Some(20002)), temporary);
    assert_eq!(place(None, None), Place::Friend, "kept without a group");
}

#[test]
fn hidden_message_is_not_decoded() {
    let control = |command| {
        let mut proto = message(166, rich_text("hi"));
        proto.content_head.as_mut().expect("a head").c2c_cmd = Some(command);
        Message::decode(&proto)
    };
    for command in [1, 73, 75, 129, 131, 133, 135, 192] {
        assert_eq!(control(command), None, "{command}");
    }
    assert!(control(11).is_some());
    let mut deleted = message(166, rich_text("hi"));
    deleted.routing_head = Some(RoutingHead::default());
    assert_eq!(Message::decode(&deleted), None);
    assert_eq!(Message::decode(&message(166, RichText::default())), None);
    let decoded = Push::decode(&[]);
    assert!(decoded.is_err(), "{decoded:?}");
}

#[test]
fn unknown_element_is_kept_unchanged() {
    let odd = Bytes::from_static(b"\xfa\x01\x03odd");
    let proto = message(
        166,
        RichText {
            elems: vec![odd.clone()],
            ..RichText::default()
        },
    );
    let read = Message::decode(&proto).expect("a message");
    let [Element::Unknown(unknown)] = &read.elements[..] else {
        panic!("{:?}", read.elements);
    };
    assert_eq!(unknown.raw, odd);
    let again = read.encode().body.and_then(|body| body.rich_text);
    assert_eq!(again.expect("a text").elems, [odd]);
}

#[test]
fn voice_and_files_beside_the_elements_are_read() {
    let ptt = Ptt {
        file_uuid: Some("private".to_owned()),
        group_file_key: Some("group".to_owned()),
        file_name: Some("a.amr".to_owned()),
        time: Some(3),
        ..Ptt::default()
    };
    let voice = |ptt: &Ptt, temporary: bool| {
        let bytes = Bytes::from(ptt.encode_to_vec());
        let rich = if temporary {
            let old = TmpPtt {
                file_uuid: Some(Bytes::from_static(b"temporary")),
                ptt_times: Some(3),
                ..TmpPtt::default()
            };
            RichText {
                tmp_ptt: Some(old.encode_to_vec().into()),
                ..RichText::default()
            }
        } else {
            RichText {
                ptt: Some(bytes),
                ..RichText::default()
            }
        };
        let read = Message::decode(&message(208, rich)).expect("a message");
        match &read.elements[..] {
            [Element::Voice(voice)] => (voice.media.file_uuid.clone(), voice.media.seconds),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(voice(&ptt, false), ("private".to_owned(), 3));
    let in_group = Ptt {
        file_id: Some(9),
        ..ptt.clone()
    };
    assert_eq!(voice(&in_group, false), ("group".to_owned(), 3));
    assert_eq!(voice(&ptt, true), ("temporary".to_owned(), 3));

    let file = PrivateFile {
        file_uuid: Some("id".to_owned()),
        file_name: Some("a.txt".to_owned()),
        ..PrivateFile::default()
    };
    let old = RichText {
        not_online_file: Some(file.encode_to_vec().into()),
        ..RichText::default()
    };
    let read = Message::decode(&message(166, old)).expect("a message");
    assert!(matches!(&read.elements[..], [Element::File(file)] if file.name == "a.txt"));
}

#[test]
fn elements_in_old_forms_are_read() {
    let file = Elem {
        group_file: Some(OldGroupFile {
            name: Some(Bytes::from_static(b"a.txt")),
            size: Some(5),
            file_id: Some(Bytes::from_static(b"/id")),
        }),
        ..Elem::default()
    };
    assert!(
        matches!(&reads(&[file])[..], [Element::File(file)] if file.id == "/id" && file.size == 5)
    );
    let flash = FlashText {
        r#type: Some(1),
        text: Some(Bytes::from_static(b"look")),
    };
    assert_eq!(reads(&[common(14, &flash)]), [text("look")]);
    let wallet = Elem {
        qq_wallet_msg: Some(WalletMsg {
            wallet: Some(Wallet {
                sender: None,
                receiver: Some(WalletWords {
                    title: Some("恭喜发财".into()),
                }),
            }),
        }),
        ..Elem::default()
    };
    assert_eq!(reads(&[wallet]), [text("[QQ红包]恭喜发财")]);
    let bubble = FaceBubble {
        face_type: Some(13),
        count: Some(5),
        summary: Some("汪汪".to_owned()),
        face: None,
    };
    assert_eq!(
        reads(&[common(23, &bubble), plain("[汪汪]x5"), plain("hi")]),
        [text("[汪汪]x5"), text("hi")]
    );
    // A lone carriage return is a line break.
    assert_eq!(reads(&[plain("a\rb\r\nc")]), [text("a\nb\nc")]);
}

#[test]
fn decorations_are_dropped_and_long_text_keeps_its_resource_id() {
    let decoration = |set: fn(&mut Elem)| {
        let mut elem = Elem::default();
        set(&mut elem);
        reads(&[plain("hi"), elem])
    };
    for set in [
        (|elem| elem.elem_flags = Some(Bytes::from_static(b"x"))) as fn(&mut Elem),
        |elem| elem.elem_flags2 = Some(Bytes::from_static(b"x")),
        |elem| elem.extra_info = Some(Bytes::from_static(b"x")),
        |elem| elem.anon_group_msg = Some(Bytes::from_static(b"x")),
        |elem| elem.crm_elem = Some(Bytes::from_static(b"x")),
        |elem| elem.general_flags = Some(GeneralFlags::default()),
    ] {
        assert_eq!(decoration(set), [text("hi")]);
    }
    let long = Elem {
        general_flags: Some(GeneralFlags {
            long_text_flag: Some(1),
            long_text_res_id: Some("RES".to_owned()),
        }),
        ..Elem::default()
    };
    let stored = Element::LongText(LongText {
        res_id: "RES".to_owned(),
    });
    assert_eq!(
        reads(&[plain("a digest"), long]),
        [text("a digest"), stored]
    );
}

#[test]
fn quote_of_an_old_client_moves_to_the_front() {
    let quote = |first: bool| {
        let reply = Element::Reply(Reply {
            sequence: nekonap_ids::Sequence::new(3),
            sender: Uin::new(10003).ok(),
            ..Reply::default()
        });
        let mention = Element::Mention(nekonap_wire::message::Mention {
            target: nekonap_wire::message::MentionTarget::Member {
                uin: Uin::new(10003).ok(),
                uid: None,
            },
            text: "@Carol".to_owned(),
        });
        let elements = if first {
            vec![reply, mention, text(" "), text("yes")]
        } else {
            vec![mention, text(" "), reply, text("yes")]
        };
        let rich = RichText::decode(&encode_list(&elements)[..]).expect("a list");
        let read = Message::decode(&message(166, rich)).expect("a message");
        assert!(matches!(read.elements[0], Element::Reply(_)));
        read.elements[1..].to_vec()
    };
    assert_eq!(quote(true), [text("yes")]);
    assert_eq!(quote(false), [text("yes")]);
}

#[test]
fn nodes_in_either_form_keep_sender_name_and_text() {
    let node = |kind, c2c: Option<&str>, group: Option<GroupHead>| {
        let mut proto = message(kind, rich_text("hi"));
        let routing = proto.routing_head.as_mut().expect("a head");
        routing.c2c = c2c.map(|name| PrivateHead {
            name: Some(Bytes::copy_from_slice(name.as_bytes())),
            ..PrivateHead::default()
        });
        routing.group = group;
        let read = Message::decode_node(&proto);
        assert_eq!(read.elements, [text("hi")]);
        assert_eq!(read.from.uin, Uin::new(10002).ok());
        read.place
    };
    let named = |name: &str| Place::Forwarded {
        name: name.to_owned(),
    };
    for kind in [9, 166] {
        assert_eq!(node(kind, Some("Bob"), None), named("Bob"));
    }
    // A group's node without the group number.
    let head = GroupHead {
        card: Some(Bytes::from_static(b"Bob")),
        ..GroupHead::default()
    };
    assert_eq!(node(82, None, Some(head.clone())), named("Bob"));
    let whole = GroupHead {
        group_uin: Some(20001),
        ..head
    };
    assert!(
        matches!(node(82, None, Some(whole)), Place::Group { card, group: read, .. } if card == "Bob" && read == group())
    );
    // A node without sender and content is still a node.
    let nothing = Message::decode_node(&Proto::default());
    assert_eq!(
        (nothing.from, nothing.elements),
        (Party::default(), Vec::new())
    );
}

#[test]
fn message_with_a_name_cut_in_a_character_is_read() {
    let mut proto = message(82, rich_text("hi"));
    proto.routing_head.as_mut().expect("a head").group = Some(GroupHead {
        group_uin: Some(20001),
        group_name: Some(Bytes::from_static(b"\xe7\xbe")),
        card: Some(Bytes::from_static(b"A\xe5")),
        ..GroupHead::default()
    });
    let push = field(1, &proto.encode_to_vec());
    let Ok(Pushed {
        push: Push::Message(read),
        ..
    }) = Push::decode(&push)
    else {
        panic!("no message");
    };
    assert!(matches!(&read.place, Place::Group { card, .. } if card == "A\u{fffd}"));
    // A face whose name is not UTF-8 must not lose the element.
    let payload = [&b"\x08\x95\x02\x12\x01"[..], b"\xe6"].concat();
    let small = Elem {
        common_elem: Some(CommonElem {
            service_type: Some(33),
            payload: Some(payload.into()),
            business_type: Some(1),
        }),
        ..Elem::default()
    };
    let face = Face {
        name: "\u{fffd}".to_owned(),
        ..Face::new(277)
    };
    assert_eq!(reads(&[small]), [Element::Face(face)]);
}

/// A length-delimited field with these bytes.
fn field(number: u32, held: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    prost::encoding::encode_varint(u64::from(number) << 3 | 2, &mut bytes);
    prost::encoding::encode_varint(held.len() as u64, &mut bytes);
    bytes.extend(held);
    bytes
}
