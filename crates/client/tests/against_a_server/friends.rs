//! Pushed changes of friends and of the own nickname update the client's lists. protocol/05 §5.13, §9

use nekonap_client::{Client, Event, Events};
use nekonap_ids::{Uid, Uin};
use nekonap_wire::{
    commands::{
        friends::{Friend, Sex, property},
        session::MSG_PUSH,
    },
    message::Party,
    proto::friends::FriendsReply,
    push::{Envelope, FriendChange, FriendsChanged, Notice, Push, SelfRenamed},
};

use crate::server::{Peer, Server, next_event, online, uin};

fn ann() -> Uid {
    Uid::new("u_ann").expect("a uid")
}

/// A friend list with only Ann.
fn list() -> FriendsReply {
    let friend = Friend {
        uin: uin(10002),
        uid: ann(),
        nickname: "Ann".to_owned(),
        remark: String::new(),
        signature: String::new(),
        qid: String::new(),
        category: 0,
        sex: Sex::Unknown,
        age: 0,
        birthday: (0, 0, 0),
    };
    FriendsReply {
        friends: vec![friend.encode()],
        ..FriendsReply::default()
    }
}

/// Pushes changes of Ann, and waits for their notice.
async fn pushed(peer: &mut Peer, events: &mut Events, changes: Vec<FriendChange<Party>>) {
    let push = Push::from(FriendsChanged { changes });
    peer.push(MSG_PUSH, push.encode(&Envelope::default())).await;
    let event = peer.until(next_event(events)).await;
    assert_eq!(event, Event::FriendsChanged);
    let event = peer.until(next_event(events)).await;
    assert!(
        matches!(
            &event,
            Event::Notice { notice: Notice::FriendsChanged(known), .. } if !known.changes.is_empty()
        ),
        "{event:?}"
    );
}

async fn cached(client: &Client) -> Friend {
    let list = client.friends(false).await.expect("a list");
    list.friend(uin(10002)).expect("Ann is in it").clone()
}

#[tokio::test]
async fn several_changes_in_one_push_are_applied_without_a_request() {
    let server = Server::start(false).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
    peer.friends = list();
    let listed = peer.until(client.friends(true)).await;
    assert_eq!(listed.expect("a list").friends.len(), 1);
    let friend = Party::of_uid(ann());
    let changes = vec![
        FriendChange::Moved {
            friend,
            category: 2,
        },
        FriendChange::Remark {
            friend,
            remark: "R".to_owned(),
        },
        FriendChange::Profile {
            person: friend,
            properties: vec![
                (property::NICKNAME, "Zoe\u{200b}".as_bytes().to_vec().into()),
                (property::SIGNATURE, "hm".into()),
            ],
        },
    ];
    pushed(&mut peer, &mut events, changes).await;
    let friend = cached(&client).await;
    assert_eq!((friend.category, &friend.remark[..]), (2, "R"));
    assert_eq!(
        (&friend.nickname[..], &friend.signature[..]),
        ("Zoe\u{200b}", "hm")
    );
    client.shutdown().await;
}

#[tokio::test]
async fn own_nickname_follows_the_push() {
    let server = Server::start(false).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
    let push = Push::from(SelfRenamed {
        nickname: "Neko 🐈".to_owned(),
    });
    peer.push(MSG_PUSH, push.encode(&Envelope::default())).await;
    let event = peer.until(next_event(&mut events)).await;
    let renamed: Notice<Uin> = SelfRenamed {
        nickname: "Neko 🐈".to_owned(),
    }
    .into();
    assert!(matches!(event, Event::Notice { notice, .. } if notice == renamed));
    assert_eq!(client.me().expect("online").nickname, "Neko 🐈");
    client.shutdown().await;
}
