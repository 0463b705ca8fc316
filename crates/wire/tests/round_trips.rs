//! Random elements, messages, requests and pushes round-trip, and random bytes cause no panic.

use bytes::Bytes;
use nekonap_ids::{GroupUin, Sequence, Uid, Uin};
use nekonap_wire::{
    bounded,
    command::Command,
    commands::{self, forwards, messages},
    message::{
        Card, Destination, Element, Emoji, Face, FaceLook, File, Forward, Keyboard, LongText,
        Markdown, MarketFace, Mention, MentionTarget, Message, Outgoing, Party, Place, Reply, Role,
        SenderNames, Shake, Sticker, Text, ThrowResult, Unknown, Voice, Xml, buttons, decode_list,
        encode_list, media_element,
    },
    proto::message::{
        CustomFace, Elem, FileIndex, FileInfo, FileType, FlashPicture, Message as ProtoMessage,
        MsgInfo, MsgInfoBody, NotOnlineImage, RichText, VideoFile,
    },
    push::{
        Activity, Departure, Doing, Envelope, Essence, FriendChange, FriendsChanged, GroupRead,
        GroupRecall, GroupRemarked, GroupTransferred, Honor, HonorKind, LuckyKing, MemberJoined,
        MemberLeft, Origin, Poke, PokeWithdrawn, PrivateRead, PrivateRecall, ProfileLiked, Push,
        Pushed, Reaction, ReadChat, Recalled, SelfJoined, SelfLeft, SelfRenamed, Typing,
        UnknownTip, VoiceText,
    },
};
use proptest::{collection::vec, option, prelude::*, strategy::Union};
use prost::Message as _;

/// Runs every decoder of messages and pushes on the same bytes.
fn decode_everything(bytes: &Bytes) {
    for declared in commands::all() {
        let _ = (declared.transcode_request)(bytes);
        let _ = (declared.transcode_reply)(bytes);
    }
    let _ = Push::decode(bytes);
    let _ = Push::decode_all(bytes);
    let _ = decode_list(bytes);
    let _ = ThrowResult::decode(bytes);
    let _ = forwards::unpack(bytes);
    if let Ok(message) = bounded::decode::<ProtoMessage>(bytes) {
        let _ = Push::of(&message);
        let _ = Message::decode(&message).map(|message| message.encode());
        let _ = Message::decode_node(&message).encode_node();
    }
    // As one element: each kind is reached by its field.
    let list = RichText {
        elems: vec![bytes.clone()],
        ptt: Some(bytes.clone()),
        tmp_ptt: Some(bytes.clone()),
        not_online_file: Some(bytes.clone()),
        ..RichText::default()
    };
    if let Ok(elements) = decode_list(&list.encode_to_vec()) {
        for element in &elements {
            let _ = element.preview();
        }
        let _ = encode_list(&elements);
    }
}

/// A length-delimited field with these bytes.
fn field(number: u32, held: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    prost::encoding::encode_varint(u64::from(number) << 3 | 2, &mut bytes);
    prost::encoding::encode_varint(held.len() as u64, &mut bytes);
    bytes.extend(held);
    bytes
}

fn uins() -> impl Strategy<Value = Uin> {
    (1_u64..1 << 53).prop_map(|number| Uin::new(number).expect("a uin"))
}

fn group_uins() -> impl Strategy<Value = GroupUin> {
    (1_u64..1 << 32).prop_map(|number| GroupUin::new(number).expect("a group"))
}

fn uids() -> impl Strategy<Value = Uid> {
    "[A-Za-z0-9_-]{1,24}".prop_map(|text| Uid::new(&text).expect("a uid"))
}

fn parties() -> impl Strategy<Value = Party> {
    (option::of(uins()), option::of(uids())).prop_map(|(uin, uid)| Party { uin, uid })
}

fn sequences() -> impl Strategy<Value = Sequence> {
    any::<u64>().prop_map(Sequence::new)
}

fn blobs() -> impl Strategy<Value = Bytes> {
    vec(any::<u8>(), 0..40).prop_map(Bytes::from)
}

fn md5s() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "[0-9a-f]{32}"]
}

/// Text without lone carriage returns, which are read as line breaks.
fn texts() -> impl Strategy<Value = Element> {
    "[^\r]{0,40}".prop_map(|text| Element::Text(Text::new(text)))
}

fn mentions() -> impl Strategy<Value = Element> {
    let member = (option::of(uins()), option::of(uids()))
        .prop_map(|(uin, uid)| MentionTarget::Member { uin, uid });
    let target = prop_oneof![Just(MentionTarget::Everybody), member];
    (target, ".{0,20}").prop_map(|(target, text)| Element::Mention(Mention { target, text }))
}

fn faces() -> impl Strategy<Value = Element> {
    let classic = (0..=i32::MAX.unsigned_abs()).prop_map(|id| Face {
        id,
        name: String::new(),
        look: FaceLook::Classic,
    });
    let small = (any::<u32>(), ".{0,9}").prop_map(|(id, name)| Face {
        id,
        name,
        look: FaceLook::Small,
    });
    let animated = (
        any::<u32>(),
        ".{0,9}",
        "[0-9]{0,3}",
        "[0-9]{0,3}",
        any::<u32>(),
        "[0-9]{0,2}",
    )
        .prop_map(|(id, name, pack, sticker, kind, result)| Face {
            id,
            name,
            look: FaceLook::Animated(Sticker {
                pack,
                sticker,
                kind,
                result,
            }),
        });
    prop_oneof![classic, small, animated].prop_map(Element::Face)
}

fn market_faces() -> impl Strategy<Value = Element> {
    (
        ".{0,9}",
        blobs(),
        any::<u32>(),
        ".{0,16}",
        any::<u32>(),
        any::<u32>(),
    )
        .prop_map(|(name, id, package, key, width, height)| {
            Element::MarketFace(MarketFace {
                name,
                id,
                package,
                key,
                width,
                height,
            })
        })
}

fn shakes() -> impl Strategy<Value = Element> {
    (any::<u32>(), any::<u32>(), any::<u32>(), ".{0,9}").prop_map(
        |(kind, vas_id, strength, name)| {
            Element::Shake(Shake {
                kind,
                vas_id,
                strength,
                name,
            })
        },
    )
}

fn replies() -> impl Strategy<Value = Reply> {
    let shared = option::of((1_u64..).prop_map(Sequence::new));
    let who = (option::of(uins()), option::of(uids()));
    let rest = (vec(blobs(), 0..3), option::of(blobs()));
    (sequences(), shared, who, any::<u32>(), any::<u32>(), rest).prop_map(
        |(sequence, shared_sequence, (sender, sender_uid), time, random, (quoted, source))| Reply {
            sequence,
            shared_sequence,
            sender,
            sender_uid,
            time: time.into(),
            random,
            quoted,
            source,
        },
    )
}

/// Pictures, voices and videos: built in the form that a server or an old client writes, then decoded, because the
/// received element is kept.
fn media() -> impl Strategy<Value = Element> {
    let info = (any::<u64>(), md5s(), ".{0,9}", 1_u32..4, any::<u32>()).prop_map(
        |(size, md5, name, kind, seconds)| {
            let info = MsgInfo {
                bodies: vec![MsgInfoBody {
                    index: Some(FileIndex {
                        info: Some(FileInfo {
                            size: Some(size),
                            md5: Some(md5),
                            name: Some(name),
                            r#type: Some(FileType {
                                kind: Some(kind),
                                ..FileType::default()
                            }),
                            seconds: Some(seconds),
                            ..FileInfo::default()
                        }),
                        file_uuid: Some("uuid".to_owned()),
                        ..FileIndex::default()
                    }),
                    ..MsgInfoBody::default()
                }],
                ext: None,
            };
            media_element(&info.encode_to_vec().into(), 19 + kind)
        },
    );
    let md5 = vec(any::<u8>(), 16).prop_map(Bytes::from);
    let old = (md5, blobs(), any::<u32>(), 0..4_u8).prop_map(|(md5, path, size, form)| {
        let group = CustomFace {
            file_path: Some(path.clone()),
            md5: Some(md5.clone()),
            size: Some(size),
            ..CustomFace::default()
        };
        let private = NotOnlineImage {
            file_path: Some(path),
            pic_md5: Some(md5.clone()),
            file_len: Some(size),
            ..NotOnlineImage::default()
        };
        let elem = match form {
            0 => Elem {
                custom_face: Some(group),
                ..Elem::default()
            },
            1 => Elem {
                not_online_image: Some(private),
                ..Elem::default()
            },
            2 => Elem {
                video_file: Some(VideoFile {
                    file_md5: Some(md5),
                    file_size: Some(size),
                    ..VideoFile::default()
                }),
                ..Elem::default()
            },
            _ => Elem {
                common_elem: Some(nekonap_wire::proto::message::CommonElem {
                    service_type: Some(3),
                    payload: Some(
                        FlashPicture {
                            group: Some(group),
                            private: None,
                        }
                        .encode_to_vec()
                        .into(),
                    ),
                    business_type: Some(0),
                }),
                ..Elem::default()
            },
        };
        Bytes::from(elem.encode_to_vec())
    });
    prop_oneof![info, old].prop_map(|raw| {
        let list = RichText {
            elems: vec![raw],
            ..RichText::default()
        };
        let read = decode_list(&list.encode_to_vec()).expect("a list");
        let element = read.into_iter().next().expect("an element");
        assert!(
            matches!(
                element,
                Element::Image(_) | Element::Voice(_) | Element::Video(_)
            ),
            "{element:?}"
        );
        element
    })
}

/// A voice in its old form, beside the elements.
fn old_voices() -> impl Strategy<Value = Element> {
    (".{0,9}", "[a-z]{0,9}", md5s(), any::<u32>(), any::<u32>()).prop_map(
        |(name, file_uuid, md5, size, seconds)| {
            let mut voice = Voice::default();
            voice.media.name = name;
            voice.media.file_uuid = file_uuid;
            voice.media.md5 = md5;
            voice.media.size = size.into();
            voice.media.seconds = seconds;
            Element::Voice(voice)
        },
    )
}

fn files(group: bool) -> impl Strategy<Value = Element> {
    let business = if group { 1_u32..200 } else { 0..1 };
    (
        ".{0,20}",
        any::<u64>(),
        "[a-z/-]{1,20}",
        md5s(),
        "[a-z]{0,9}",
        business,
    )
        .prop_map(|(name, size, id, md5, hash, business)| {
            Element::File(File {
                name,
                size,
                id,
                md5,
                hash,
                business,
            })
        })
}

fn cards() -> impl Strategy<Value = Element> {
    let card = ".{0,40}".prop_map(|prompt| {
        Element::Card(Card {
            json: serde_json::json!({"app": "com.example", "prompt": prompt}).to_string(),
        })
    });
    let forward = (
        ".{1,20}",
        ".{0,20}",
        ".{0,9}",
        vec(".{0,9}", 0..4),
        (".{0,9}", ".{0,9}"),
        any::<u32>(),
    )
        .prop_map(
            |(res_id, uniseq, title, preview, (summary, prompt), count)| {
                Element::Forward(Forward {
                    res_id,
                    uniseq,
                    title,
                    preview,
                    summary,
                    prompt,
                    count,
                })
            },
        );
    let xml = (".{0,40}", prop_oneof![Just(2), Just(33), Just(60)])
        .prop_map(|(xml, service)| Element::Xml(Xml { xml, service }));
    prop_oneof![card, forward, xml]
}

fn keyboards() -> impl Strategy<Value = Element> {
    let permission = option::of((option::of(any::<i32>()), vec(".{0,5}", 0..2)).prop_map(
        |(kind, users)| buttons::ButtonPermission {
            r#type: kind,
            specify_role_ids: Vec::new(),
            specify_user_ids: users,
        },
    ));
    let button = (option::of(".{0,9}"), option::of(any::<bool>()), permission).prop_map(
        |(text, truth, permission)| buttons::Button {
            id: text.clone(),
            render: Some(buttons::ButtonRender {
                label: text.clone(),
                visited_label: None,
                style: Some(1),
            }),
            action: Some(buttons::ButtonAction {
                data: text,
                reply: truth,
                permission,
                ..buttons::ButtonAction::default()
            }),
        },
    );
    let row = vec(button, 0..3).prop_map(|buttons| buttons::KeyboardRow { buttons });
    (vec(row, 0..3), option::of(any::<u64>())).prop_map(|(rows, bot_appid)| {
        Element::Keyboard(Keyboard {
            keyboard: buttons::Keyboard { rows, bot_appid },
        })
    })
}

fn others() -> impl Strategy<Value = Element> {
    let markdown = ".{0,40}".prop_map(|content| Element::Markdown(Markdown { content }));
    let long = ".{1,40}".prop_map(|res_id| Element::LongText(LongText { res_id }));
    // Field 31 is not a known element.
    let unknown = blobs().prop_map(|held| {
        Element::Unknown(Unknown {
            raw: field(31, &held).into(),
        })
    });
    prop_oneof![markdown, long, unknown]
}

/// Any element of a list.
fn elements() -> impl Strategy<Value = Element> {
    Union::new([
        texts().boxed(),
        mentions().boxed(),
        faces().boxed(),
        market_faces().boxed(),
        shakes().boxed(),
        replies().prop_map(Element::Reply).boxed(),
        media().boxed(),
        files(true).boxed(),
        cards().boxed(),
        keyboards().boxed(),
        others().boxed(),
    ])
}

/// Elements that no clean-up changes in any context.
fn stable_elements() -> impl Strategy<Value = Element> {
    let text = "[a-z][^\r]{0,40}".prop_map(|text| Element::Text(Text::new(text)));
    let face = (0..260_u32).prop_map(|id| Element::Face(Face::new(id)));
    prop_oneof![text, face, others()]
}

/// Elements of a message that round-trip: a quote, if there is one, is the first.
fn message_elements() -> impl Strategy<Value = Vec<Element>> {
    let text = "[a-z][^\r]{0,40}".prop_map(|text| Element::Text(Text::new(text)));
    (option::of(replies()), text, vec(stable_elements(), 0..5)).prop_map(|(reply, text, rest)| {
        let mut elements: Vec<Element> = reply.map(Element::Reply).into_iter().collect();
        elements.push(text);
        elements.extend(rest);
        elements
    })
}

fn places() -> impl Strategy<Value = Place> {
    let role = prop_oneof![Just(Role::Member), Just(Role::Admin), Just(Role::Owner)];
    let role = option::of(role);
    let group = (group_uins(), ".{0,9}", ".{0,9}", any::<bool>(), role).prop_map(
        |(group, group_name, card, card_is_card, role)| Place::Group {
            group,
            group_name,
            card,
            card_is_card,
            role,
        },
    );
    prop_oneof![
        group,
        Just(Place::Friend),
        group_uins().prop_map(|group| Place::Temporary { group }),
        ".{0,9}".prop_map(|name| Place::Forwarded { name }),
    ]
}

/// Names of the sender that a message in such a place can contain.
fn names(place: &Place) -> BoxedStrategy<SenderNames> {
    let nickname = option::of(".{1,9}");
    match place {
        Place::Group { .. } => {
            let text = || option::of(".{0,9}");
            let level = option::of(1..i32::MAX.unsigned_abs());
            (nickname, text(), text(), level)
                .prop_map(|(nickname, card, title, level)| SenderNames {
                    nickname,
                    card,
                    title,
                    level,
                })
                .boxed()
        }
        Place::Friend | Place::Temporary { .. } => nickname
            .prop_map(|nickname| SenderNames {
                nickname,
                ..SenderNames::default()
            })
            .boxed(),
        Place::Forwarded { .. } => Just(SenderNames::default()).boxed(),
    }
}

fn named_places() -> impl Strategy<Value = (Place, SenderNames)> {
    places().prop_flat_map(|place| {
        let names = names(&place);
        (Just(place), names)
    })
}

fn messages() -> impl Strategy<Value = Message> {
    let from = parties().prop_filter("a party has an id", |party| *party != Party::default());
    let elements = prop_oneof![
        6 => message_elements(),
        1 => vec(old_voices(), 1),
        1 => vec(media(), 1),
    ];
    let numbers = (any::<u64>(), any::<u32>(), any::<u32>(), any::<u32>());
    (named_places(), from, parties(), numbers, elements).prop_map(
        |((place, names), from, to, (sequence, client_sequence, random, time), elements)| {
            let in_group = matches!(place, Place::Group { .. });
            Message {
                client_sequence: if in_group { 0 } else { client_sequence },
                place,
                from,
                names,
                to,
                sequence: Sequence::new(sequence),
                random,
                time: time.into(),
                elements,
            }
        },
    )
}

fn outgoing() -> impl Strategy<Value = Outgoing> {
    let friend = parties().prop_map(|Party { uin, uid }| Destination::Friend { uin, uid });
    let temporary = (group_uins(), parties())
        .prop_map(|(group, Party { uin, uid })| Destination::Temporary { group, uin, uid });
    let to = prop_oneof![group_uins().prop_map(Destination::Group), friend, temporary];
    (to, message_elements(), any::<u32>(), any::<u32>()).prop_map(
        |(to, elements, client_sequence, random)| Outgoing {
            to,
            elements,
            client_sequence,
            random,
        },
    )
}

/// A person as notices with uids identify people.
fn by_uid() -> impl Strategy<Value = Party> {
    uids().prop_map(Party::of_uid)
}

/// A person as notices with uins identify people.
fn by_uin() -> impl Strategy<Value = Party> {
    uins().prop_map(Party::of_uin)
}

fn envelopes() -> impl Strategy<Value = Envelope> {
    let numbers = (any::<u64>(), any::<u64>(), any::<u32>(), any::<u32>());
    (option::of(uids()), parties(), numbers).prop_map(
        |(from_uid, to, (from, sequence, random, time))| Envelope {
            from,
            from_uid,
            to,
            sequence,
            random,
            time: time.into(),
        },
    )
}

fn recalled() -> impl Strategy<Value = Recalled<Party>> {
    (
        sequences(),
        any::<u32>(),
        any::<u32>(),
        option::of(by_uid()),
    )
        .prop_map(|(sequence, time, random, author)| Recalled {
            sequence,
            time: time.into(),
            random,
            author,
        })
}

fn recalls() -> impl Strategy<Value = Push> {
    let group = (
        group_uins(),
        option::of(by_uid()),
        vec(recalled(), 0..4),
        ".{0,9}",
    )
        .prop_map(|(group, operator, messages, tip)| {
            Push::from(GroupRecall {
                group,
                operator: Some(operator.unwrap_or(Party::RECEIVER)),
                messages,
                tip,
            })
        });
    let private = (by_uid(), any::<u32>(), recalled(), any::<bool>(), ".{0,9}").prop_map(
        |(peer, client_sequence, recalled, own, tip)| {
            Push::from(PrivateRecall {
                peer,
                client_sequence,
                sequence: recalled.sequence,
                random: recalled.random,
                time: recalled.time,
                own,
                tip,
            })
        },
    );
    prop_oneof![group, private]
}

fn tips() -> impl Strategy<Value = Push> {
    let emoji = prop_oneof![
        any::<u32>().prop_map(Emoji::Face),
        any::<char>().prop_map(Emoji::Unicode)
    ];
    let reaction = (
        group_uins(),
        sequences(),
        emoji,
        any::<bool>(),
        any::<u32>(),
        option::of(by_uid()),
    )
        .prop_map(|(group, sequence, emoji, added, count, operator)| {
            Push::from(Reaction {
                group,
                sequence,
                emoji,
                count,
                operator,
                added,
            })
        });
    let people = (option::of(by_uin()), option::of(by_uin()));
    let names = (".{0,9}", ".{0,9}");
    let essence = (
        group_uins(),
        sequences(),
        any::<u32>(),
        any::<bool>(),
        people,
        names,
    )
        .prop_map(
            |(group, sequence, random, set, (author, operator), (author_name, operator_name))| {
                Push::from(Essence {
                    group,
                    sequence,
                    random,
                    set,
                    author,
                    operator,
                    author_name,
                    operator_name,
                })
            },
        );
    let words = (".{0,9}", ".{0,9}", ".{0,9}");
    let nicknames = (".{0,9}", ".{0,9}");
    let poke = (
        group_uins(),
        by_uin(),
        option::of(by_uin()),
        nicknames,
        words,
        sequences(),
        any::<u64>(),
    )
        .prop_map(
            |(
                group,
                from,
                target,
                (from_name, target_name),
                (action, suffix, image),
                sequence,
                tip_id,
            )| {
                Push::from(Poke {
                    chat: Origin::Group(group),
                    from,
                    from_name,
                    target: target.unwrap_or(Party::RECEIVER),
                    target_name,
                    action,
                    suffix,
                    image,
                    sequence,
                    tip_id,
                })
            },
        );
    prop_oneof![reaction, essence, poke]
}

fn activities() -> impl Strategy<Value = Push> {
    let doing = prop_oneof![
        ".{0,9}".prop_map(Doing::SignedIn),
        Just(Doing::TodoSet),
        Just(Doing::TodoDone),
    ];
    let activity = (group_uins(), by_uin(), ".{0,9}", doing, sequences()).prop_map(
        |(group, member, member_name, doing, sequence)| {
            Push::from(Activity {
                group,
                member,
                member_name,
                doing,
                sequence,
            })
        },
    );
    let honor = (
        group_uins(),
        prop::sample::select(&HonorKind::ALL[..]),
        by_uin(),
        ".{0,9}",
        option::of(by_uin()),
        sequences(),
    )
        .prop_map(|(group, kind, member, member_name, before, sequence)| {
            Push::from(Honor {
                group,
                kind,
                member,
                member_name,
                before,
                sequence,
            })
        });
    let king = (group_uins(), by_uin(), by_uin()).prop_map(|(group, sender, king)| {
        Push::from(LuckyKing {
            group,
            sender,
            king,
        })
    });
    let chat = prop_oneof![
        group_uins().prop_map(Origin::Group),
        by_uid().prop_map(Origin::Private),
    ];
    let withdrawn = (chat, by_uid(), any::<u64>()).prop_map(|(chat, operator, tip_id)| {
        Push::from(PokeWithdrawn {
            chat,
            operator,
            tip_id,
        })
    });
    let transferred = (group_uins(), by_uid(), by_uid())
        .prop_map(|(group, from, to)| Push::from(GroupTransferred { group, from, to }));
    let tip = (
        group_uins(),
        by_uid(),
        sequences(),
        vec(("[a-h]{1,3}", ".{0,9}"), 0..3),
        ".{0,20}",
        any::<u64>(),
    )
        .prop_map(|(group, sender, sequence, parameters, content, tip_id)| {
            Push::from(UnknownTip {
                group,
                sender,
                sequence,
                business: 1,
                business_id: 1000,
                template: 7,
                parameters,
                content,
                tip_id,
            })
        });
    prop_oneof![activity, honor, king, withdrawn, transferred, tip]
}

fn membership_changes() -> impl Strategy<Value = Push> {
    let joined = (group_uins(), by_uid(), any::<bool>(), option::of(by_uid())).prop_map(
        |(group, member, invited, operator)| {
            Push::from(MemberJoined {
                group,
                member,
                invited,
                operator,
            })
        },
    );
    let how = prop_oneof![
        Just(Departure::Left),
        Just(Departure::Removed),
        Just(Departure::ReceiverRemoved),
        Just(Departure::Dissolved),
    ];
    let left = (group_uins(), by_uid(), how, option::of(by_uid())).prop_map(
        |(group, member, how, operator)| {
            Push::from(MemberLeft {
                group,
                member,
                how,
                // A member who left voluntarily has no operator.
                operator: operator.filter(|_| how != Departure::Left),
            })
        },
    );
    let own = (group_uins(), option::of(by_uid()))
        .prop_map(|(group, operator)| Push::from(SelfJoined { group, operator }));
    let out = group_uins().prop_map(|group| Push::from(SelfLeft { group }));
    prop_oneof![joined, left, own, out]
}

fn account() -> impl Strategy<Value = Push> {
    let typing = (by_uid(), any::<u32>(), ".{0,9}").prop_map(|(from, event, wording)| {
        Push::from(Typing {
            from,
            event,
            wording,
        })
    });
    let read = (by_uid(), any::<u32>()).prop_map(|(peer, time)| ReadChat {
        peer,
        time: time.into(),
    });
    let private = vec(read, 1..4).prop_map(|chats| Push::from(PrivateRead { chats }));
    let group = (group_uins(), sequences())
        .prop_map(|(group, sequence)| Push::from(GroupRead { group, sequence }));
    let spoken = (any::<u64>(), any::<u32>(), ".{0,20}", "[a-z]{0,9}").prop_map(
        |(number, chat_type, text, file_uuid)| {
            Push::from(VoiceText {
                message: number,
                chat_type,
                text,
                sender: number,
                place: number,
                file_uuid,
            })
        },
    );
    let unknown = (1_000_u32.., any::<u32>(), vec(any::<u8>(), 1..40)).prop_map(
        |(kind, sub_kind, payload)| Push::Unknown {
            kind,
            sub_kind,
            payload: payload.into(),
        },
    );
    let change = prop_oneof![
        by_uid().prop_map(FriendChange::Deleted),
        (by_uid(), any::<u32>())
            .prop_map(|(friend, category)| FriendChange::Moved { friend, category }),
        (by_uid(), ".{0,9}").prop_map(|(friend, remark)| FriendChange::Remark { friend, remark }),
        (by_uid(), any::<u32>(), vec(any::<u8>(), 0..9)).prop_map(|(person, id, value)| {
            FriendChange::Profile {
                person,
                properties: vec![(id, value.into())],
            }
        }),
        Just(FriendChange::Categories),
    ];
    let friends = vec(change, 1..4).prop_map(|changes| Push::from(FriendsChanged { changes }));
    let liked =
        (by_uin(), ".{0,9}", any::<u32>(), any::<u32>()).prop_map(|(by, nickname, times, time)| {
            Push::from(ProfileLiked {
                by,
                nickname,
                times,
                time: time.into(),
            })
        });
    let renamed = ".{0,9}".prop_map(|nickname| Push::from(SelfRenamed { nickname }));
    let remarked = (group_uins(), ".{0,9}")
        .prop_map(|(group, remark)| Push::from(GroupRemarked { group, remark }));
    prop_oneof![
        spoken, typing, private, group, unknown, friends, liked, renamed, remarked
    ]
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in vec(any::<u8>(), 0..300)) {
        decode_everything(&bytes.into());
    }

    /// Inside one field after the other, so that the inner layers are reached.
    #[test]
    fn random_bytes_inside_fields_never_panic(bytes in vec(any::<u8>(), 0..100), outer in 1_u32..60, inner in 1_u32..60) {
        decode_everything(&field(outer, &field(inner, &bytes)).into());
    }

    #[test]
    fn damaged_message_never_panics(message in messages(), at: prop::sample::Index, bit in 0_u32..8) {
        let mut bytes = Push::Message(Box::new(message)).encode(&Envelope::default());
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        decode_everything(&bytes.into());
    }

    #[test]
    fn any_list_of_elements_round_trips(elements in vec(elements(), 0..6)) {
        prop_assert_eq!(decode_list(&encode_list(&elements)), Ok(elements));
    }

    #[test]
    fn voice_in_the_old_form_round_trips(voice in old_voices()) {
        prop_assert_eq!(decode_list(&encode_list(std::slice::from_ref(&voice))), Ok(vec![voice]));
    }

    /// Includes the clean-up, for any elements: nothing panics, and a decoded message round-trips.
    #[test]
    fn any_elements_can_be_sent(message in messages(), elements in vec(elements(), 0..6)) {
        let message = Message { elements, ..message };
        let node = Message::decode_node(&message.encode_node());
        prop_assert_eq!(node.random, message.random);
        if let Some(read) = Message::decode(&message.encode()) {
            prop_assert_eq!((read.place, read.from, read.random), (message.place, message.from, message.random));
        }
    }

    #[test]
    fn messages_round_trip(message in messages()) {
        let push = Push::Message(Box::new(message));
        let read = Push::decode(&push.encode(&Envelope::default())).expect("a push");
        prop_assert_eq!(read.push, push);
    }

    #[test]
    fn private_files_round_trip(message in messages(), file in files(false)) {
        let place = match message.place {
            Place::Group { .. } => Place::Friend,
            other => other,
        };
        let names = SenderNames::default();
        let message = Message { elements: vec![file], place, names, ..message };
        prop_assert_eq!(Message::decode(&message.encode()), Some(message));
    }

    #[test]
    fn nodes_round_trip(message in messages()) {
        let read = Message::decode_node(&message.encode_node());
        prop_assert_eq!(read.from, message.from);
        prop_assert_eq!((read.random, read.time), (message.random, message.time));
        prop_assert_eq!(read.elements, message.elements);
        match (read.place, message.place) {
            (Place::Group { group, card, .. }, Place::Group { group: theirs, card: name, .. }) => {
                prop_assert_eq!((group, card), (theirs, name));
                prop_assert_eq!(read.sequence, message.sequence);
            }
            (Place::Forwarded { name }, Place::Forwarded { name: theirs }) => prop_assert_eq!(name, theirs),
            (Place::Forwarded { name }, Place::Friend | Place::Temporary { .. }) => {
                prop_assert_eq!(name, message.names.nickname.unwrap_or_default());
            }
            (read, sent) => prop_assert!(false, "{:?} for {:?}", read, sent),
        }
    }

    #[test]
    fn send_requests_round_trip(message in outgoing()) {
        let payload = messages::SendMessage::encode_request(&message);
        prop_assert_eq!(messages::SendMessage::decode_request(&payload), Ok(message));
    }

    #[test]
    fn send_replies_round_trip(time: u32, sequence in 1_u64.., group: bool, thrown in option::of(blobs())) {
        let sent = messages::SendReceipt {
            time,
            sequence: Some(Sequence::new(sequence)),
            thrown: thrown.map(|thrown| thrown.to_vec()),
            group,
        };
        prop_assert_eq!(messages::SendMessage::decode_reply(&messages::SendMessage::encode_reply(&sent)), Ok(sent));
    }

    #[test]
    fn notices_round_trip(push in prop_oneof![recalls(), tips(), activities(), membership_changes(), account()], envelope in envelopes()) {
        let read = Push::decode(&push.encode(&envelope));
        prop_assert_eq!(read, Ok(Pushed { push, envelope }));
    }

    #[test]
    fn private_pokes_round_trip(envelope in envelopes(), peer in uins(), from in by_uin(), target in option::of(by_uin()), tip_id: u64, sequence in sequences()) {
        let envelope = Envelope { from: peer.get(), ..envelope };
        let push = Push::from(Poke {
            chat: Origin::Private(Party::of_uin(peer)),
            from,
            from_name: String::new(),
            target: target.unwrap_or(Party::RECEIVER),
            target_name: String::new(),
            action: String::new(),
            suffix: "的头".to_owned(),
            image: String::new(),
            sequence,
            tip_id,
        });
        prop_assert_eq!(Push::decode(&push.encode(&envelope)), Ok(Pushed { push, envelope }));
    }
}

#[test]
fn text_beside_a_fallback_is_kept() {
    let decoded = |elements: Vec<Element>| {
        let message = Outgoing {
            to: Destination::Group(GroupUin::new(20001).expect("a group")),
            elements,
            client_sequence: 0,
            random: 1,
        };
        messages::SendMessage::decode_request(&messages::SendMessage::encode_request(&message))
            .expect("a request")
            .elements
    };
    let text = |text: &str| Element::Text(Text::new(text));
    let dice = Element::Face(Face::throw(nekonap_wire::message::Thrown::Dice, None));
    let (fallback, words) = (text("[骰子]"), text("good luck"));
    assert_eq!(
        decoded(vec![dice.clone(), fallback.clone(), words.clone()]),
        [dice.clone(), words.clone()]
    );
    assert_eq!(
        decoded(vec![dice.clone(), fallback.clone(), fallback.clone()]),
        [dice.clone(), fallback]
    );
    assert_eq!(
        decoded(vec![dice.clone(), words.clone()]),
        [dice, words],
        "a text without the face's name is not a fallback"
    );
}

#[test]
fn old_video_beside_its_current_form_is_removed() {
    let old = Elem {
        video_file: Some(VideoFile::default()),
        ..Elem::default()
    };
    let info = MsgInfo {
        bodies: vec![MsgInfoBody {
            index: Some(FileIndex {
                info: Some(FileInfo {
                    r#type: Some(FileType {
                        kind: Some(2),
                        ..FileType::default()
                    }),
                    ..FileInfo::default()
                }),
                ..FileIndex::default()
            }),
            ..MsgInfoBody::default()
        }],
        ext: None,
    };
    let today = media_element(&info.encode_to_vec().into(), 21);
    let both = RichText {
        elems: vec![old.encode_to_vec().into(), today.clone()],
        ..RichText::default()
    };
    let message = ProtoMessage {
        routing_head: Some(nekonap_wire::proto::message::RoutingHead {
            from_uin: Some(10002),
            ..Default::default()
        }),
        content_head: Some(nekonap_wire::proto::message::ContentHead {
            r#type: Some(166),
            ..Default::default()
        }),
        body: Some(nekonap_wire::proto::message::Body {
            rich_text: Some(both),
            ..Default::default()
        }),
    };
    let read = Message::decode(&message).expect("a message");
    let [Element::Video(video)] = &read.elements[..] else {
        panic!("{:?}", read.elements);
    };
    assert_eq!(video.raw, today);
}
