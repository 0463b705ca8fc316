//! Events of a conversation are in order and not repeated, and conversations do not wait for each other.
//! protocol/05 §9, §10

use nekonap_client::{
    Element, Event,
    message::{LongText, Mention, MentionTarget, Text},
};
use nekonap_ids::{GroupUin, Sequence, Uid};
use nekonap_wire::{
    command::Command,
    commands::{
        forwards::{DownloadForward, pack},
        friends::{GetUserByUid, GetUsersByUid},
        session::MSG_PUSH,
    },
    frame::Request,
    message::{Message, Party, Place},
    proto::{
        forwards::{DownloadReply, Payload},
        friends::{Profile, ProfileReply, ProfilesReply},
    },
    push::{
        Envelope, GroupRecall, MemberJoined, Notice, PrivateRecall, Push, Recalled, SelfJoined,
    },
};

use crate::server::{Peer, Server, group, group_message, message, next_event, online, uin};

/// A stranger whom pushes identify by uid only.
fn stranger() -> Uid {
    Uid::new("u_stranger").expect("a uid")
}

/// Ann, as in a notice.
fn ann() -> Party {
    Party::of_uid(Uid::new("u_ann").expect("a uid"))
}

fn elsewhere() -> GroupUin {
    GroupUin::new(20002).expect("a group")
}

async fn push(peer: &mut Peer, message: Message) {
    let push = Push::Message(Box::new(message));
    peer.push(MSG_PUSH, push.encode(&Envelope::default())).await;
}

/// A message from the stranger.
fn from_stranger(sequence: u64, text: &str) -> Message {
    Message {
        from: Party {
            uin: None,
            uid: Some(stranger()),
        },
        ..group_message(sequence, text)
    }
}

async fn answer_profile(peer: &mut Peer, request: &Request) {
    let reply = ProfileReply {
        body: Some(Profile {
            uid: Some(stranger().to_string()),
            properties: None,
            uin: Some(10077),
        }),
    };
    peer.answer::<GetUserByUid>(request, &reply).await;
}

#[tokio::test]
async fn slow_lookup_delays_only_its_own_conversation() {
    let server = Server::start(true).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
    push(&mut peer, from_stranger(1, "who am I")).await;
    push(&mut peer, group_message(2, "behind")).await;
    let mut other = group_message(5, "elsewhere");
    if let Place::Group { group, .. } = &mut other.place {
        *group = elsewhere();
    }
    push(&mut peer, other).await;
    let request = peer.next_request().await;
    assert_eq!(request.command, <GetUserByUid as Command>::NAME);
    assert_eq!(message(&mut events).await.1, "elsewhere");
    answer_profile(&mut peer, &request).await;
    let Event::Message(first) = peer.until(next_event(&mut events)).await else {
        panic!("no message");
    };
    assert_eq!(first.sender.uin, uin(10077));
    assert_eq!(message(&mut events).await.1, "behind");
    // The stranger is known now.
    push(&mut peer, from_stranger(3, "again")).await;
    assert_eq!(message(&mut events).await.1, "again");
}

#[tokio::test]
async fn private_recall_stays_behind_its_message() {
    let server = Server::start(true).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
    peer.push_text(1, "so that Ann is known").await;
    message(&mut events).await;
    // A message from Ann that mentions the stranger, whose uid has to be looked up.
    let mut private = group_message(7, "oops");
    private.place = Place::Friend;
    private.elements.push(Element::Mention(Mention {
        target: MentionTarget::Member {
            uin: None,
            uid: Some(stranger()),
        },
        text: "@stranger".to_owned(),
    }));
    push(&mut peer, private).await;
    let recall = PrivateRecall {
        peer: ann(),
        client_sequence: 0,
        sequence: Sequence::new(7),
        random: 1,
        time: 1,
        own: false,
        tip: String::new(),
    };
    let recall = Push::from(recall).encode(&Envelope::default());
    peer.push(MSG_PUSH, recall.clone()).await;
    peer.push(MSG_PUSH, recall).await;
    let request = peer.next_request().await;
    answer_profile(&mut peer, &request).await;
    let first = peer.until(next_event(&mut events)).await;
    let Event::Message(first) = first else {
        panic!("{first:?} instead of the message");
    };
    let named = first.elements.iter().find_map(|element| match element {
        Element::Mention(mention) => Some(mention.target),
        _ => None,
    });
    let named = named.expect("a mention");
    assert!(matches!(named, MentionTarget::Member { uin: Some(found), .. } if found == uin(10077)));
    let second = peer.until(next_event(&mut events)).await;
    assert!(
        matches!(
            second,
            Event::Notice {
                notice: Notice::PrivateRecall(_),
                ..
            }
        ),
        "{second:?}"
    );
    // Reported once, although it was pushed twice.
    peer.push_text(2, "next").await;
    assert_eq!(message(&mut events).await.1, "next");
}

#[tokio::test]
async fn repeated_pushes_are_reported_once() {
    let server = Server::start(true).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
    peer.push_text(1, "one").await;
    peer.push_text(1, "one").await;
    let recall = |random| {
        Push::from(GroupRecall {
            group: group(),
            operator: Some(ann()),
            messages: vec![Recalled {
                sequence: Sequence::new(1),
                time: 1,
                random: 1,
                author: Some(ann()),
            }],
            tip: String::new(),
        })
        .encode(&Envelope {
            sequence: 40,
            random,
            ..Envelope::default()
        })
    };
    // The same notice, and another one with the same recall.
    for random in [5, 5, 6] {
        peer.push(MSG_PUSH, recall(random)).await;
    }
    // Both notices that the account joined the group.
    let me = Party::of_uid(Uid::new("u_bot").expect("a uid"));
    let arrivals = [
        Push::from(SelfJoined {
            group: group(),
            operator: None,
        }),
        Push::from(MemberJoined {
            group: group(),
            member: me,
            invited: false,
            operator: None,
        }),
    ];
    for arrival in arrivals {
        peer.push(MSG_PUSH, arrival.encode(&Envelope::default()))
            .await;
    }
    peer.push_text(2, "two").await;

    assert_eq!(message(&mut events).await.1, "one");
    let recalled = next_event(&mut events).await;
    assert!(
        matches!(
            recalled,
            Event::Notice {
                notice: Notice::GroupRecall(_),
                ..
            }
        ),
        "{recalled:?}"
    );
    let mut joined = 0;
    loop {
        match next_event(&mut events).await {
            Event::MembersChanged(_) => {}
            Event::Notice {
                notice: Notice::SelfJoined(of),
                ..
            } => {
                assert_eq!(of.group, group());
                joined += 1;
            }
            Event::Message(message) => break assert_eq!(message.sequence, Sequence::new(2)),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(joined, 1);
    assert_eq!(client.counters().repeats, 4);
}

#[tokio::test]
async fn several_unknown_uids_of_a_push_are_looked_up_in_one_request() {
    let server = Server::start(true).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
    let [author, operator] = ["u_first", "u_second"].map(|uid| Uid::new(uid).expect("a uid"));
    let recall = Push::from(GroupRecall {
        group: group(),
        operator: Some(Party::of_uid(operator)),
        messages: vec![Recalled {
            sequence: Sequence::new(1),
            time: 1,
            random: 1,
            author: Some(Party::of_uid(author)),
        }],
        tip: String::new(),
    });
    peer.push(MSG_PUSH, recall.encode(&Envelope::default()))
        .await;
    let request = peer.next_request().await;
    assert_eq!(request.command, <GetUsersByUid as Command>::NAME);
    let asked = GetUsersByUid::decode_request(&request.payload).expect("a request");
    assert_eq!(asked.uids, ["u_first", "u_second"]);
    let profile = |uid: Uid, uin| Profile {
        uid: Some(uid.to_string()),
        uin: Some(uin),
        properties: None,
    };
    let reply = ProfilesReply {
        profiles: vec![profile(operator, 10078), profile(author, 10077)],
    };
    peer.answer::<GetUsersByUid>(&request, &reply).await;
    let Event::Notice {
        notice: Notice::GroupRecall(recalled),
        ..
    } = peer.until(next_event(&mut events)).await
    else {
        panic!("no recall");
    };
    assert_eq!(recalled.operator, Some(uin(10078)));
    assert_eq!(recalled.messages[0].author, Some(uin(10077)));
}

#[tokio::test]
async fn message_with_an_unknown_sender_is_reported_as_lost() {
    let server = Server::start(true).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
    push(&mut peer, from_stranger(1, "who am I")).await;
    let request = peer.next_request().await;
    peer.answer::<GetUserByUid>(&request, &ProfileReply::default())
        .await;
    // The sender is looked up once more for the message; there is still no such account.
    let request = peer.next_request().await;
    peer.answer::<GetUserByUid>(&request, &ProfileReply::default())
        .await;
    assert_eq!(peer.until(next_event(&mut events)).await, Event::Lost(1));
    peer.push_text(2, "two").await;
    assert_eq!(message(&mut events).await.1, "two");
}

#[tokio::test]
async fn long_message_is_fetched_before_it_is_reported() {
    let server = Server::start(true).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
    let mut digest = group_message(1, "the beginning…");
    digest.elements.push(Element::LongText(LongText {
        res_id: "RES".to_owned(),
    }));
    push(&mut peer, digest).await;
    peer.push_text(2, "behind").await;
    let request = peer.next_request().await;
    assert_eq!(request.command, DownloadForward::NAME);
    let asked = DownloadForward::decode_request(&request.payload).expect("a download");
    let res_id = asked.res_id();
    assert_eq!(res_id, "RES");
    let mut whole = group_message(1, "");
    whole.elements = vec![Element::Text(Text::new("all of it, to the end"))];
    let payload = Payload::new(&[whole], []);
    let reply = DownloadReply::new(res_id, pack(&payload));
    peer.answer::<DownloadForward>(&request, &reply).await;
    assert_eq!(
        peer.until(message(&mut events)).await.1,
        "all of it, to the end"
    );
    assert_eq!(message(&mut events).await.1, "behind");
}
