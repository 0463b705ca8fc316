//! Facts about the sender in a pushed message update the client's lists; history does not. protocol/02 §2.3,
//! protocol/05 §9

use nekonap_client::{Client, Event, Events, Member, Role, Sender};
use nekonap_ids::{Sequence, Uid, Uin};
use nekonap_wire::{
    commands::{groups::GetMembers, history::GetGroupMessages, session::MSG_PUSH},
    message::{Message, Party, Place, SenderNames},
    proto::{
        groups::{MemberCard, MemberEntry, MemberId, MembersReply},
        history::GroupHistory,
    },
    push::{CardChanged, Envelope, Notice, Push},
};

use crate::server::{Peer, Server, group, group_message, in_group, next_event, online, uin};

/// A member list with only Ann.
fn list(nickname: &str, card: &str) -> MembersReply {
    MembersReply {
        members: vec![MemberEntry {
            id: Some(MemberId {
                uin: Some(10002),
                uid: Some("u_ann".to_owned()),
            }),
            nick: Some(nickname.to_owned()),
            card: Some(MemberCard {
                card: Some(card.to_owned()),
            }),
            ..MemberEntry::default()
        }],
        ..MembersReply::default()
    }
}

/// A message from Ann, `later` seconds after the base time, with her nickname and card, if she has one.
fn from_ann(sequence: u64, later: u64, nickname: &str, card: Option<&str>) -> Message {
    let first = group_message(sequence, "hi");
    Message {
        place: Place::Group {
            group: group(),
            group_name: "a group".to_owned(),
            card: card.unwrap_or(nickname).to_owned(),
            card_is_card: card.is_some(),
            role: Some(Role::Admin),
        },
        names: SenderNames {
            nickname: Some(nickname.to_owned()),
            card: Some(card.unwrap_or_default().to_owned()),
            title: Some("guest".to_owned()),
            level: Some(9),
        },
        time: first.time + later,
        ..first
    }
}

/// Pushes a message, and returns the sender in its event.
async fn pushed(peer: &mut Peer, events: &mut Events, message: Message) -> Sender {
    let push = Push::Message(Box::new(message));
    peer.push(MSG_PUSH, push.encode(&Envelope::default())).await;
    match peer.until(next_event(events)).await {
        Event::Message(message) => message.sender,
        other => panic!("{other:?} instead of a message"),
    }
}

/// Pushes a message that shows another card, and returns the change that is reported before the message.
async fn card_changed(peer: &mut Peer, events: &mut Events, message: Message) -> CardChanged<Uin> {
    let push = Push::Message(Box::new(message));
    peer.push(MSG_PUSH, push.encode(&Envelope::default())).await;
    let event = peer.until(next_event(events)).await;
    assert_eq!(event, Event::MembersChanged(group()));
    let changed = match peer.until(next_event(events)).await {
        Event::Notice {
            notice: Notice::CardChanged(changed),
            ..
        } => changed,
        other => panic!("{other:?} instead of a card"),
    };
    let event = peer.until(next_event(events)).await;
    assert!(matches!(event, Event::Message(_)), "{event:?}");
    changed
}

/// A change of Ann's card.
fn card(card: &str, before: Option<&str>) -> CardChanged<Uin> {
    CardChanged {
        group: group(),
        member: uin(10002),
        card: card.to_owned(),
        before: before.map(str::to_owned),
    }
}

/// Ann in the client's cached member list.
async fn ann(client: &Client) -> Member {
    let found = client.member(group(), uin(10002), false).await;
    found.expect("a list").expect("Ann is in it")
}

#[tokio::test]
async fn pushes_change_the_member_list_and_neither_history_nor_older_pushes_undo_it() {
    let server = Server::start(false).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
    let sender = pushed(&mut peer, &mut events, from_ann(1, 0, "Ann", Some("Mate"))).await;
    assert_eq!(
        (&sender.nickname[..], sender.card.as_deref()),
        ("Ann", Some("Mate"))
    );

    // The list is requested; a push with new names arrives; then the reply with the old names.
    let asking = tokio::spawn({
        let client = client.clone();
        async move { client.members(group(), false).await }
    });
    let request = peer.next_request().await;
    pushed(
        &mut peer,
        &mut events,
        from_ann(2, 10, "Zoe", Some("Captain")),
    )
    .await;
    peer.answer::<GetMembers>(&request, &list("Ann", "Mate"))
        .await;
    let members = peer.until(asking).await.expect("joined").expect("a list");
    let wanted = Member {
        uin: uin(10002),
        uid: Uid::new("u_ann").expect("a uid"),
        nickname: "Zoe".to_owned(),
        card: "Captain".to_owned(),
        title: "guest".to_owned(),
        level: 9,
        role: Role::Admin,
        joined: 0,
        last_spoke: 0,
        muted_until: 0,
    };
    assert_eq!(members.get(uin(10002)), Some(wanted.clone()));
    assert_eq!(ann(&client).await, wanted);

    // The card is removed: the message has the nickname in its place, and the change is reported before the message.
    let removed = card_changed(&mut peer, &mut events, from_ann(3, 20, "Zoe", None)).await;
    assert_eq!(removed, card("", Some("Captain")));
    // The server's own push of the same change reports nothing.
    let repeated = CardChanged {
        group: group(),
        member: Party::of_uid(Uid::new("u_ann").expect("a uid")),
        card: String::new(),
        before: None,
    };
    let push = Push::from(repeated).encode(&Envelope::default());
    peer.push(MSG_PUSH, push).await;
    let sender = pushed(&mut peer, &mut events, from_ann(30, 20, "Zoe", None)).await;
    assert_eq!(sender.card.as_deref(), Some(""));
    let bare = Member {
        card: String::new(),
        ..wanted
    };
    assert_eq!(ann(&client).await, bare);

    // Older data from a push or from history is ignored.
    pushed(&mut peer, &mut events, from_ann(4, 5, "Ann", Some("Mate"))).await;
    assert_eq!(ann(&client).await, bare);
    let asking = tokio::spawn({
        let client = client.clone();
        async move {
            client
                .history(in_group(), Sequence::new(1)..=Sequence::new(1))
                .await
        }
    });
    let request = peer.next_request().await;
    let history = GroupHistory {
        messages: vec![from_ann(1, 99, "Ann", Some("Mate")).encode()],
        ..GroupHistory::default()
    };
    peer.answer::<GetGroupMessages>(&request, &history).await;
    let found = peer.until(asking).await.expect("joined").expect("history");
    assert_eq!(
        (&found[0].sender.nickname[..], &found[0].sender.card),
        ("", &None)
    );
    assert_eq!(ann(&client).await, bare);
    client.shutdown().await;
}

#[tokio::test]
async fn echo_of_an_own_message_updates_the_nickname_of_the_account() {
    let server = Server::start(false).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
    assert_eq!(client.me().expect("an account").nickname, "bot");
    let bot = Party::new(uin(10001), Uid::new("u_bot").expect("a uid"));
    let own = |sequence, later, nickname| Message {
        from: bot,
        ..from_ann(sequence, later, nickname, None)
    };
    pushed(&mut peer, &mut events, own(1, 10, "Tora")).await;
    assert_eq!(client.me().expect("an account").nickname, "Tora");
    pushed(&mut peer, &mut events, own(2, 5, "Neko")).await;
    assert_eq!(client.me().expect("an account").nickname, "Tora");
    client.shutdown().await;
}
