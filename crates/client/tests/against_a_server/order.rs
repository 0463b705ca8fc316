//! Each conversation in order, nothing twice, and no conversation waits for another. protocol/05 §9, §10

use nekonap_client::{
    Element, Event,
    message::{LongText, Mention, MentionTarget, Text},
};
use nekonap_ids::{GroupUin, Sequence, Uid};
use nekonap_wire::{
    command::Command,
    commands::{
        forwards::{DownloadForward, pack},
        friends::GetUserByUid,
        session::MSG_PUSH,
    },
    frame::Request,
    message::{Message, Party, Place},
    proto::{
        forwards::{DownloadReply, Payload},
        friends::{Profile, ProfileReply},
    },
    push::{
        Envelope, GroupRecall, MemberJoined, Notice, PrivateRecall, Push, Recalled, SelfJoined,
    },
};

use crate::server::{Peer, Server, group, heard, message, online, said, uin};

/// A stranger whom the server names by uid alone.
fn stranger() -> Uid {
    Uid::new("u_stranger").expect("a uid")
}

/// Ann, as a notice names her.
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

/// A message of a stranger.
fn strange(sequence: u64, text: &str) -> Message {
    Message {
        from: Party {
            uin: None,
            uid: Some(stranger()),
        },
        ..said(sequence, text)
    }
}

async fn tells(peer: &mut Peer, request: &Request) {
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
async fn a_slow_look_up_holds_back_its_own_conversation_only() {
    let server = Server::start(true).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
    push(&mut peer, strange(1, "who am I")).await;
    push(&mut peer, said(2, "behind")).await;
    let mut other = said(5, "elsewhere");
    if let Place::Group { group, .. } = &mut other.place {
        *group = elsewhere();
    }
    push(&mut peer, other).await;
    let request = peer.asked().await;
    assert_eq!(request.command, <GetUserByUid as Command>::NAME);
    assert_eq!(message(&mut events).await.1, "elsewhere");
    tells(&mut peer, &request).await;
    let Event::Message(first) = peer.until(heard(&mut events)).await else {
        panic!("no message");
    };
    assert_eq!(first.sender.uin, uin(10077));
    assert_eq!(message(&mut events).await.1, "behind");
    // Known from now on.
    push(&mut peer, strange(3, "again")).await;
    assert_eq!(message(&mut events).await.1, "again");
}

#[tokio::test]
async fn a_private_recall_does_not_overtake_its_message() {
    let server = Server::start(true).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
    peer.says(1, "so that Ann is known").await;
    message(&mut events).await;
    // From Ann, and mentioning somebody who has to be looked up.
    let mut private = said(7, "oops");
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
    let request = peer.asked().await;
    tells(&mut peer, &request).await;
    let first = peer.until(heard(&mut events)).await;
    let Event::Message(first) = first else {
        panic!("{first:?} in place of the message");
    };
    let named = first.elements.iter().find_map(|element| match element {
        Element::Mention(mention) => Some(mention.target),
        _ => None,
    });
    let named = named.expect("a mention");
    assert!(matches!(named, MentionTarget::Member { uin: Some(told), .. } if told == uin(10077)));
    let second = peer.until(heard(&mut events)).await;
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
    // Once, though it was pushed twice.
    peer.says(2, "next").await;
    assert_eq!(message(&mut events).await.1, "next");
}

#[tokio::test]
async fn what_is_pushed_twice_is_told_once() {
    let server = Server::start(true).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
    peer.says(1, "one").await;
    peer.says(1, "one").await;
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
    // The same notice, and another that says the same.
    for random in [5, 5, 6] {
        peer.push(MSG_PUSH, recall(random)).await;
    }
    // The account's own arrival, told in both ways.
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
    peer.says(2, "two").await;

    assert_eq!(message(&mut events).await.1, "one");
    let recalled = heard(&mut events).await;
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
        match heard(&mut events).await {
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
async fn a_message_by_nobody_is_a_loss_that_is_told() {
    let server = Server::start(true).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
    push(&mut peer, strange(1, "who am I")).await;
    let request = peer.asked().await;
    peer.answer::<GetUserByUid>(&request, &ProfileReply::default())
        .await;
    // It is asked once more for the message's sake, in vain again.
    let request = peer.asked().await;
    peer.answer::<GetUserByUid>(&request, &ProfileReply::default())
        .await;
    assert_eq!(peer.until(heard(&mut events)).await, Event::Lost(1));
    peer.says(2, "two").await;
    assert_eq!(message(&mut events).await.1, "two");
}

#[tokio::test]
async fn a_message_too_long_to_be_pushed_is_fetched_before_it_is_told() {
    let server = Server::start(true).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
    let mut digest = said(1, "the beginning…");
    digest.elements.push(Element::LongText(LongText {
        res_id: "RES".to_owned(),
    }));
    push(&mut peer, digest).await;
    peer.says(2, "behind").await;
    let request = peer.asked().await;
    assert_eq!(request.command, DownloadForward::NAME);
    let asked = DownloadForward::decode_request(&request.payload).expect("a download");
    let res_id = asked.res_id();
    assert_eq!(res_id, "RES");
    let mut whole = said(1, "");
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
