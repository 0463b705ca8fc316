//! Fields that a server writes even when they are zero or empty: one client family drops the whole answer or push if
//! one is missing. Covers every row of protocol/01 §9.1 for this crate.

use bytes::Bytes;
use nekonap_ids::{GroupUin, Sequence, Uid, Uin};
use nekonap_wire::{
    command::{Command, Refusal, RefusalForm},
    commands::{
        forwards::{DownloadForward, UploadForward},
        friends::{GetFriends, GetUserByUid, GetUserByUin},
        groups::{GetGroupDetails, GetGroups, GetMember, GetMembers},
        history::GetGroupMessages,
        media::{
            GetHighwayServers, LinkGroupVoice, MediaKind, MediaPlace, UploadGroupPicture, Uploaded,
            UploadedFile,
        },
        messages::{SendMessage, SendPoke, SendReceipt},
        requests::{GetGroupNotices, GroupNotice, NoticeState},
        session::{InfoSync, Register, encode_info_sync, encode_kick, encode_push_params},
    },
    crypto::gcm,
    highway::Outcome,
    login::{Device, Profile, Refused, Tickets, easy, exchange},
    message::{
        Card, Element, Emoji, Face, FaceLook, File, Forward, Keyboard, Markdown, MarketFace,
        Message, Party, Place, Reply, Role, SenderNames, Shake, Text, Voice, Xml, encode_list,
    },
    proto::{
        forwards::{DownloadReply, UploadReply},
        friends::{
            BlobProperty, Business, FriendEntry, FriendsReply, Number, NumberProperty,
            Profile as Facts, ProfileReply, Properties, Text as TextProperty, Values,
        },
        groups::{
            DetailsAnswer, DetailsReply, GroupsReply, JoinedGroup, MemberCard, MemberEntry,
            MemberLevel, MembersReply,
        },
        history::GroupHistory,
        media::{HighwayRequestHead, HighwayResponseHead, HighwayServersReply, RichMediaReply},
        message::{FileInfo, MsgInfoExt, RichText},
        messages::PokeReply,
        requests::GroupNoticesReply,
        session::{
            InfoSyncPush, InfoSyncReply, KickNt, PushParams, RegisterReply, info_sync_push,
            push_params,
        },
    },
    push::{
        self, AdminChanged, Departure, Envelope, Essence, GroupRecall, GroupRenamed, MemberJoined,
        MemberLeft, PrivateRecall, Push, Reaction, Recalled, SelfJoined, TitleGiven,
    },
};
use prost::Message as _;

/// A field's number, and its bytes if it is length-delimited.
type Field = (u32, Vec<u8>);

/// The fields of a protobuf message of any type.
fn fields(mut bytes: &[u8]) -> Vec<Field> {
    fn varint(bytes: &mut &[u8]) -> u64 {
        prost::encoding::decode_varint(bytes).expect("a varint")
    }
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let tag = varint(&mut bytes);
        let number = u32::try_from(tag >> 3).expect("a field");
        let held = match tag & 7 {
            0 => {
                varint(&mut bytes);
                Vec::new()
            }
            2 => {
                let length = usize::try_from(varint(&mut bytes)).expect("a length");
                bytes.split_off(..length).expect("whole").to_vec()
            }
            5 => bytes.split_off(..4).expect("whole").to_vec(),
            1 => bytes.split_off(..8).expect("whole").to_vec(),
            form => panic!("form {form}"),
        };
        fields.push((number, held));
    }
    fields
}

/// Every field at this path.
fn at(bytes: &[u8], path: &[u32]) -> Vec<Vec<u8>> {
    let Some((first, rest)) = path.split_first() else {
        return vec![bytes.to_vec()];
    };
    fields(bytes)
        .into_iter()
        .filter(|(number, _)| number == first)
        .flat_map(|(_, held)| at(&held, rest))
        .collect()
}

/// Checks that there is a message at `path`, and that each one has all `wanted` fields.
#[track_caller]
fn has(bytes: &[u8], path: &[u32], wanted: &[u32]) {
    let messages = at(bytes, path);
    assert!(!messages.is_empty(), "nothing at {path:?}");
    for message in messages {
        let there: Vec<u32> = fields(&message)
            .into_iter()
            .map(|(number, _)| number)
            .collect();
        for number in wanted {
            assert!(there.contains(number), "{path:?} lacks {number}: {there:?}");
        }
    }
}

/// The body inside an OIDB answer; the envelope is checked too.
#[track_caller]
fn oidb(answer: &[u8]) -> Vec<u8> {
    has(answer, &[], &[1, 2, 3, 4, 5]);
    at(answer, &[4]).concat()
}

fn group() -> GroupUin {
    GroupUin::new(20001).expect("a group")
}

fn person() -> Party {
    Party::new(
        Uin::new(10002).expect("a uin"),
        Uid::new("u_person").expect("a uid"),
    )
}

#[test]
fn oidb_answers_and_refusals_have_the_required_fields() {
    assert_eq!(oidb(&SendPoke::encode_reply(&PokeReply {})), b"");
    let RefusalForm::Body(refusal) = SendPoke::encode_refusal(&Refusal::new(1005, "")) else {
        panic!("an OIDB refusal is a body");
    };
    assert_eq!(oidb(&refusal), b"");
}

#[test]
fn registrations_have_the_required_fields() {
    has(
        &InfoSync::encode_reply(&InfoSyncReply::default()),
        &[7],
        &[2, 3],
    );
    has(
        &Register::encode_reply(&RegisterReply::default()),
        &[],
        &[2, 3],
    );
}

#[test]
fn nt_log_ins_have_the_required_fields() {
    let session = exchange::Session {
        key: vec![7; 32].into(),
        ticket: Bytes::from_static(b"ticket"),
        lifetime: 1,
    };
    let device = Device {
        guid: nekonap_wire::login::Guid([1; 16]),
        name: "a device".to_owned(),
        os_version: String::new(),
    };
    let a1 = Bytes::from_static(b"a1");
    let uin = person().uin.expect("a uin");
    let request = easy::ask(&session, &Profile::default(), &device, uin, &a1, None).expect("a key");
    let asked = easy::open(&session, &request).expect("a request");
    let tickets = Tickets {
        tgt: Bytes::new(),
        d2: Bytes::new(),
        d2_key: [0; 16],
        a1,
    };
    for outcome in [Ok(&tickets), Err(&Refused::default())] {
        let answer = easy::answer(&session, &asked, outcome).expect("a key");
        let sealed = answer.inner.expect("an inner message");
        let inner = gcm::open(&session.key, &sealed).expect("it decrypts");
        has(&inner, &[1], &[1, 2, 3]);
        if outcome.is_err() {
            has(&inner, &[1, 4], &[1, 2, 3]);
        }
    }
}

#[test]
fn session_pushes_have_the_required_fields() {
    has(&encode_kick(&KickNt::default()), &[], &[1, 3, 4]);
    let params = PushParams {
        devices: vec![push_params::Device::default(); 2],
        ..PushParams::default()
    };
    has(&encode_push_params(&params), &[4], &[1, 5, 7]);
    let sync = InfoSyncPush {
        groups: vec![info_sync_push::Group::default(); 2],
        ..InfoSyncPush::default()
    };
    has(&encode_info_sync(&sync), &[], &[3, 4]);
    has(&encode_info_sync(&sync), &[6], &[1, 2, 3, 4, 9]);
}

#[test]
fn send_replies_have_the_required_fields() {
    has(
        &SendMessage::encode_reply(&SendReceipt::default()),
        &[],
        &[1],
    );
    let RefusalForm::Body(refusal) = SendMessage::encode_refusal(&Refusal::new(120, "muted"))
    else {
        panic!("a refused message is a body");
    };
    has(&refusal, &[], &[1]);
}

/// An encoded message in which every other field is zero where possible.
fn message(place: Place, elements: Vec<Element>) -> Vec<u8> {
    Message {
        place,
        from: person(),
        names: SenderNames::default(),
        to: Party::default(),
        sequence: Sequence::new(0),
        client_sequence: 0,
        random: 0,
        time: 0,
        elements,
    }
    .encode()
    .encode_to_vec()
}

fn in_group() -> Place {
    Place::Group {
        group: group(),
        group_name: String::new(),
        card: String::new(),
        card_is_card: false,
        role: Some(Role::Member),
    }
}

fn places() -> [Place; 4] {
    [
        in_group(),
        Place::Friend,
        Place::Temporary { group: group() },
        Place::Forwarded {
            name: String::new(),
        },
    ]
}

#[test]
fn messages_have_the_required_fields() {
    for place in places() {
        let encoded = message(place.clone(), vec![Element::Text(Text::new(""))]);
        has(&encoded, &[], &[1, 2]);
        has(&encoded, &[2], &[1]);
        has(&encoded, &[3, 1], &[1, 2]);
        has(&encoded, &[3, 1, 1], &[3]);

        // A private file has no elements, so the rich text is empty.
        if !matches!(place, Place::Group { .. }) {
            let file = message(place, vec![Element::File(File::default())]);
            has(&file, &[2], &[1]);
            assert_eq!(at(&file, &[3, 1]).concat(), b"");
            has(&file, &[3, 2, 1], &[56]);
        }
    }
}

/// The encoded bytes of one element.
fn element(element: Element) -> Vec<u8> {
    let list = RichText::decode(&encode_list(&[element])[..]).expect("a list");
    list.elems[0].to_vec()
}

#[test]
fn elements_have_the_required_fields() {
    has(&element(Element::Face(Face::new(0))), &[2], &[1]);
    let market = element(Element::MarketFace(MarketFace::default()));
    has(&market, &[6], &[2, 3, 4, 5, 6, 7, 10, 11, 13]);
    has(&element(Element::Xml(Xml::default())), &[12], &[1, 2]);
    has(&element(Element::Reply(Reply::default())), &[45], &[1, 3]);
    has(&element(Element::Card(Card::default())), &[51], &[1]);
    has(&element(Element::Forward(Forward::default())), &[51], &[1]);
    let small = Face {
        look: FaceLook::Small,
        ..Face::new(0)
    };
    let animated = Face {
        look: FaceLook::Animated(nekonap_wire::message::Sticker::default()),
        ..Face::new(0)
    };
    for common in [
        Element::Face(small),
        Element::Face(animated),
        Element::Shake(Shake::default()),
        Element::Markdown(Markdown::default()),
        Element::Keyboard(Keyboard::default()),
    ] {
        has(&element(common), &[53], &[1, 2, 3]);
    }
    let file = element(Element::File(File::default()));
    let value = at(&file, &[5, 2]).concat();
    has(&value[3..], &[7, 2], &[1, 2, 3, 4, 5, 7, 8]);
}

#[test]
fn voice_in_the_old_form_has_the_required_fields() {
    for place in places() {
        let encoded = message(place, vec![Element::Voice(Voice::default())]);
        has(&encoded, &[3, 1, 4], &[4, 5, 6, 19]);
        has(&encoded, &[3, 1, 1], &[3]);
        assert!(at(&encoded, &[3, 1, 2]).is_empty());
    }
}

#[test]
fn history_and_long_messages_have_the_required_fields() {
    let history = GetGroupMessages::encode_reply(&GroupHistory::default());
    has(&history, &[3], &[3, 4, 5]);
    let uploaded = UploadForward::encode_reply(&UploadReply::default());
    has(&uploaded, &[2], &[3]);
    has(&uploaded, &[15], &[1]);
    let downloaded = DownloadForward::encode_reply(&DownloadReply::default());
    has(&downloaded, &[1], &[3, 4]);
    has(&downloaded, &[15], &[1]);
}

#[test]
fn friends_and_profiles_have_the_required_fields() {
    let friends = FriendsReply {
        friends: vec![
            FriendEntry::default(),
            FriendEntry {
                biz: vec![Business {
                    biz_type: Some(1),
                    values: Some(Values {
                        numbers: vec![Number::default()],
                        texts: vec![TextProperty::default()],
                    }),
                }],
                ..FriendEntry::default()
            },
        ],
        ..FriendsReply::default()
    };
    let friends = oidb(&GetFriends::encode_reply(&friends));
    has(&friends, &[], &[3, 6, 7]);
    has(&friends, &[101], &[1, 3, 10001]);
    has(&friends, &[101, 10001], &[1, 2]);
    has(&friends, &[101, 10001, 2, 1], &[1, 2]);
    has(&friends, &[101, 10001, 2, 2], &[1, 2]);

    let profile = ProfileReply {
        body: Some(Facts {
            properties: Some(Properties {
                numbers: vec![NumberProperty::default()],
                blobs: vec![BlobProperty::default()],
            }),
            ..Facts::default()
        }),
    };
    for answer in [
        GetUserByUin::encode_reply(&profile),
        GetUserByUid::encode_reply(&profile),
    ] {
        let profile = oidb(&answer);
        has(&profile, &[1], &[2]);
        has(&profile, &[1, 2, 1], &[1, 2]);
        has(&profile, &[1, 2, 2], &[1, 2]);
    }
}

#[test]
fn groups_and_members_have_the_required_fields() {
    let groups = GroupsReply {
        groups: vec![JoinedGroup::default()],
    };
    let groups = oidb(&GetGroups::encode_reply(&groups));
    has(&groups, &[2], &[3, 4, 5]);
    has(&groups, &[2, 4], &[1, 2, 3, 4, 5]);
    has(&groups, &[2, 4, 1], &[2]);
    has(&groups, &[2, 5], &[1]);

    let details = DetailsReply {
        answer: Some(DetailsAnswer::default()),
        error: None,
    };
    has(
        &oidb(&GetGroupDetails::encode_reply(&details)),
        &[1],
        &[1, 3],
    );

    let members = MembersReply {
        members: vec![MemberEntry {
            card: Some(MemberCard::default()),
            level: Some(MemberLevel::default()),
            ..MemberEntry::default()
        }],
        ..MembersReply::default()
    };
    for answer in [
        GetMembers::encode_reply(&members),
        GetMember::encode_reply(&members),
    ] {
        let members = oidb(&answer);
        has(&members, &[], &[1]);
        has(&members, &[2], &[1, 13, 100, 101]);
        has(&members, &[2, 1], &[2]);
        has(&members, &[2, 11], &[2]);
        has(&members, &[2, 12], &[2]);
    }
}

/// Payload of a notice.
fn payload(push: &Push) -> Vec<u8> {
    let bytes = push.encode(&Envelope::default());
    has(&bytes, &[1], &[1, 2]);
    has(&bytes, &[1, 2], &[1]);
    at(&bytes, &[1, 3, 2]).concat()
}

#[test]
fn membership_notices_have_the_required_fields() {
    let member = person();
    let joined = Push::from(MemberJoined {
        group: group(),
        member,
        invited: false,
        operator: None,
    });
    has(&payload(&joined), &[], &[1, 3]);
    for how in [
        Departure::Left,
        Departure::Removed,
        Departure::ReceiverRemoved,
        Departure::Dissolved,
    ] {
        let left = Push::from(MemberLeft {
            group: group(),
            member,
            how,
            operator: None,
        });
        has(&payload(&left), &[], &[1, 3]);
    }
    let own = Push::from(SelfJoined {
        group: group(),
        operator: None,
    });
    has(&payload(&own), &[], &[1, 2, 3, 4, 6, 7]);
}

#[test]
fn recalls_have_the_required_fields() {
    let private = Push::from(PrivateRecall {
        peer: Party::default(),
        client_sequence: 0,
        sequence: Sequence::new(0),
        random: 0,
        time: 0,
        own: false,
        tip: String::new(),
    });
    has(&payload(&private), &[1], &[1, 2, 3, 4, 5, 6, 7, 8, 9]);
    let recall = Push::from(GroupRecall {
        group: group(),
        operator: None,
        messages: vec![Recalled {
            sequence: Sequence::new(0),
            time: 0,
            random: 0,
            author: None,
        }],
        tip: String::new(),
    });
    let body = payload(&recall);
    has(&body[7..], &[11], &[1, 3]);
    has(&body[7..], &[11, 3], &[1, 2, 3, 6]);
}

#[test]
fn reactions_tips_and_essence_have_the_required_fields() {
    let reaction = Push::from(Reaction {
        group: group(),
        sequence: Sequence::new(0),
        emoji: Emoji::Face(0),
        count: 0,
        operator: None,
        added: false,
    });
    let body = payload(&reaction);
    has(&body[7..], &[44, 1, 1], &[1, 2, 3]);
    has(&body[7..], &[44, 1, 1, 2], &[1, 2]);
    has(&body[7..], &[44, 1, 1, 3], &[1, 2, 4, 5]);

    let poke = Push::from(push::Poke {
        chat: push::Origin::Group(group()),
        from: person(),
        from_name: String::new(),
        target: Party::RECEIVER,
        target_name: String::new(),
        action: String::new(),
        suffix: String::new(),
        image: String::new(),
        sequence: Sequence::new(0),
        tip_id: 0,
    });
    let body = payload(&poke);
    has(&body[7..], &[], &[4, 13]);
    has(&body[7..], &[26], &[2, 10]);
    has(&body[7..], &[26, 7], &[1, 2]);
    let names = at(&body[7..], &[26, 7, 1]);
    assert!(names.contains(&b"suffix_str".to_vec()), "always written");

    let essence = Push::from(Essence {
        group: group(),
        sequence: Sequence::new(0),
        random: 0,
        set: false,
        author: None,
        operator: None,
        author_name: String::new(),
        operator_name: String::new(),
    });
    has(&payload(&essence)[7..], &[33], &[1, 2, 3, 4, 5, 6, 7, 8]);
}

#[test]
fn administrators_names_and_titles_have_the_required_fields() {
    for (set, half) in [(false, 1), (true, 2)] {
        let admin = Push::from(AdminChanged {
            group: group(),
            member: person(),
            set,
        });
        let payload = payload(&admin);
        has(&payload, &[], &[1, 2, 3, 4]);
        has(&payload, &[4, half], &[1, 2]);
    }
    let renamed = Push::from(GroupRenamed {
        group: group(),
        name: String::new(),
        operator: None,
        sequence: Sequence::new(0),
    });
    has(&payload(&renamed)[7..], &[5], &[1, 2]);
    let title = Push::from(TitleGiven {
        group: group(),
        member: person(),
        member_name: String::new(),
        title: String::new(),
        link: String::new(),
        sequence: Sequence::new(0),
    });
    has(&payload(&title)[7..], &[5], &[2, 3, 5]);
}

#[test]
fn requests_have_the_required_fields() {
    let requested = |request| {
        Push::from(push::GroupRequested {
            group: group(),
            request,
        })
    };
    let application = requested(push::GroupRequest::Application {
        applicant: person(),
        comment: String::new(),
    });
    has(&payload(&application), &[], &[1, 2, 3, 4, 5]);
    let invitation = requested(push::GroupRequest::Invitation { inviter: person() });
    has(&payload(&invitation), &[], &[1, 2, 3, 4, 5, 6]);
    let of_other = requested(push::GroupRequest::InvitationOfOther {
        target: person(),
        inviter: person(),
    });
    has(&payload(&of_other), &[], &[1]);
    has(&payload(&of_other), &[2, 1], &[1, 5, 6]);
    let friend = Push::from(push::FriendRequested {
        from: person(),
        uid: person().uid.expect("a uid"),
        comment: String::new(),
        via: String::new(),
    });
    has(&payload(&friend), &[1], &[1, 2, 5, 10, 11]);
    let notice = GroupNotice {
        sequence: 0,
        kind: 0,
        state: NoticeState::None,
        group: group(),
        group_name: String::new(),
        user: None,
        second: None,
        third: None,
        time: 0,
        comment: String::new(),
    };
    let answer = GetGroupNotices::encode_reply(&GroupNoticesReply::new(&[notice], 0));
    let list = oidb(&answer);
    has(&list, &[], &[1, 3]);
    has(&list, &[1], &[1, 2, 4, 5]);
    has(&list, &[1, 4], &[1, 2]);
    has(&list, &[1, 5], &[1, 2]);
    let none = GetGroupNotices::encode_reply(&GroupNoticesReply::new(&[], 0));
    assert_eq!(oidb(&none), b"");
}

#[test]
fn uploads_have_the_required_fields() {
    let info = || {
        let name = String::new();
        FileInfo::new(MediaKind::Video, (0, [0; 16], [0; 20]), name, (0, 0, 0), 0)
    };
    let file = || UploadedFile {
        info: info(),
        file_uuid: String::new(),
        appid: 0,
        u_key: None,
    };
    for (kind, place) in [
        (MediaKind::Picture, MediaPlace::Group(group())),
        (
            MediaKind::Video,
            MediaPlace::Private(person().uid.expect("a uid")),
        ),
    ] {
        let uploaded = Uploaded {
            kind,
            place,
            files: vec![file(), file()],
            ext: MsgInfoExt::default(),
            time: 0,
            ttl: 0,
            key_ttl: 0,
            server: ([127, 0, 0, 1], 0).into(),
            random: 0,
        };
        let reply = RichMediaReply::uploaded(None, &uploaded);
        let body = oidb(&UploadGroupPicture::encode_reply(&reply));
        has(&body, &[1], &[1, 2, 3]);
        has(&body, &[1, 1], &[2]);
        has(&body, &[2], &[2, 3, 4, 6, 8]);
        has(&body, &[2, 3], &[1, 2, 3, 4, 5]);
        has(&body, &[2, 4], &[1, 2, 5]);
        has(&body, &[2, 6], &[1, 2]);
        has(&body, &[2, 6, 1, 1], &[2]);
        has(&body, &[2, 6, 1, 1, 1], &[2, 3, 4, 5]);
        has(&body, &[2, 6, 1, 1, 1, 5], &[1]);
        has(&body, &[2, 6, 1, 2], &[1, 2, 3]);
        has(&body, &[2, 6, 1, 2, 2], &[1, 2, 3]);
        let element = match kind {
            MediaKind::Picture => &[2, 7, 10, 13, 16, 22, 23, 25][..],
            _ => &[1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 16, 17],
        };
        has(&body, &[2, 8], element);
    }
}

#[test]
fn links_and_the_highway_have_the_required_fields() {
    let link = RichMediaReply::link(None, "", String::new(), "", (0, 0));
    let body = oidb(&LinkGroupVoice::encode_reply(&link));
    has(&body, &[3], &[1]);
    has(&body, &[3, 3], &[1, 2]);
    let server = ([0, 0, 0, 0], 0).into();
    let ticket = HighwayServersReply::new(Bytes::new(), [0; 16], server);
    let answer = GetHighwayServers::encode_reply(&ticket);
    has(&answer, &[1281], &[1, 2, 3]);
    has(&answer, &[1281, 3], &[1]);
    has(&answer, &[1281, 3, 2], &[1, 2, 3]);
    let request = HighwayRequestHead::default();
    let head = HighwayResponseHead::new(&request, &Outcome::Accepted).encode_to_vec();
    has(&head, &[], &[3, 4]);
}
