//! Missed messages are reported once and in order, and so are own messages. protocol/02 §2.8, §6, protocol/05 §10

use nekonap_client::{Client, Event, Events, Known};
use nekonap_ids::{Conversation, Sequence};
use nekonap_wire::{
    command::Command,
    commands::{
        history::GetGroupMessages,
        messages::{SendMessage, SendReceipt},
        session::{InfoSync, MSG_PUSH},
    },
    push::{Envelope, Push},
};

use crate::server::{
    Peer, Server, group_message, in_group, message, next_event, online, sent, soon, text, uin,
};

/// Answers one history request of the group and checks its range.
async fn serves_history(peer: &mut Peer, expected: (u64, u64)) {
    let request = peer.next_request().await;
    assert_eq!(request.command, GetGroupMessages::NAME);
    assert_eq!(peer.history(&request).await, expected);
}

/// A client that has received the message 5 and has lost its connection.
async fn disconnected_after_5(server: &Server) -> (Client, Events) {
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    peer.push_text(5, "number 5").await;
    assert_eq!(message(&mut events).await.0, 5);
    (client, events)
}

#[tokio::test]
async fn messages_missed_while_disconnected_are_reported_once_and_in_order() {
    let server = Server::start(true).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    peer.latest = Some(9);
    online(&client, &mut peer).await;
    peer.push_text(10, "number 10").await;
    let first = peer.until(message(&mut events)).await;
    assert_eq!(first, (10, "number 10".to_owned(), false));
    drop(peer);

    // After the reconnect 11 to 45 are missing, and 46 is pushed before the client has compared.
    let mut peer = server.accept().await;
    peer.latest = Some(46);
    let request = peer.next_request().await;
    peer.push_text(46, "number 46").await;
    peer.registered(&request).await;
    serves_history(&mut peer, (11, 40)).await;
    // More is pushed while the rest is fetched, one message twice.
    peer.push_text(47, "number 47").await;
    peer.push_text(46, "number 46").await;
    serves_history(&mut peer, (41, 45)).await;
    for sequence in 11..=47 {
        let reported = peer.until(message(&mut events)).await;
        let missed = sequence <= 45;
        assert_eq!(reported, (sequence, format!("number {sequence}"), missed));
    }
    peer.push_text(48, "number 48").await;
    assert_eq!(peer.until(message(&mut events)).await.0, 48);
    assert_eq!(client.counters().fetched_messages, 35);
    assert_eq!(client.counters().repeats, 1);
}

#[tokio::test]
async fn message_pushed_before_the_registration_waits_for_those_missed_before_it() {
    let server = Server::start(true).await;
    let (client, mut events) = server.client_with(|config| {
        config.known = Known {
            newest: vec![(in_group(), Sequence::new(10))],
            since: Some(1_700_000_000),
        };
    });
    let mut peer = server.accept().await;
    peer.latest = Some(13);
    peer.remembers = true;
    let request = peer.next_request().await;
    peer.push_text(13, "number 13").await;
    // A request made too early would have failed by now.
    while client.counters().frames_received < 1 {
        tokio::task::yield_now().await;
    }
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    peer.registered(&request).await;
    for sequence in 11..=13 {
        assert_eq!(peer.until(message(&mut events)).await.0, sequence);
    }
}

#[tokio::test]
async fn message_behind_a_gap_waits_for_it_when_the_connection_is_lost() {
    let server = Server::start(true).await;
    let (client, mut events) = disconnected_after_5(&server).await;
    let mut peer = server.online().await;
    peer.push_text(8, "number 8").await;
    assert_eq!(peer.next_request().await.command, GetGroupMessages::NAME);
    drop(peer);
    let mut peer = server.online().await;
    peer.latest = Some(9);
    peer.remembers = true;
    for sequence in 6..=9 {
        assert_eq!(peer.until(message(&mut events)).await.0, sequence);
    }
    drop(client);
}

#[tokio::test]
async fn failed_gap_is_fetched_after_the_next_reconnect() {
    let server = Server::start(true).await;
    let (client, mut events) = disconnected_after_5(&server).await;
    let mut peer = server.online().await;
    peer.latest = Some(7);
    assert_eq!(peer.next_request().await.command, GetGroupMessages::NAME);
    drop(peer);
    let mut peer = server.online().await;
    peer.latest = Some(7);
    peer.remembers = true;
    for sequence in 6..=7 {
        let reported = peer.until(message(&mut events)).await;
        assert_eq!((reported.0, reported.2), (sequence, true));
    }
    drop(client);
}

#[tokio::test]
async fn messages_before_the_first_start_are_not_reported_and_those_after_an_earlier_run_are() {
    let server = Server::start(true).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    peer.latest = Some(400);
    online(&client, &mut peer).await;
    peer.push_text(401, "live").await;
    assert_eq!(peer.until(message(&mut events)).await.0, 401);
    client.shutdown().await;
    drop((client, peer));

    let (_client, mut events) = server.client_with(|config| {
        config.known = Known {
            newest: vec![(in_group(), Sequence::new(401))],
            since: Some(1_700_000_000),
        };
    });
    let mut peer = server.online().await;
    peer.latest = Some(403);
    serves_history(&mut peer, (402, 403)).await;
    assert_eq!(peer.until(message(&mut events)).await.0, 402);
    assert_eq!(peer.until(message(&mut events)).await.0, 403);
}

#[tokio::test]
async fn own_message_is_reported_once_in_a_group_and_never_in_a_private_chat() {
    let server = Server::start(true).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
    // The echo may arrive before the reply.
    let sending = client.send(in_group(), text("mine")).await.expect("queued");
    let request = peer.next_request().await;
    let mut echo = group_message(8, "mine");
    echo.from = echo.to;
    echo.random = SendMessage::decode_request(&request.payload)
        .expect("a message")
        .random;
    let echo = Push::Message(Box::new(echo)).encode(&Envelope::default());
    peer.push(MSG_PUSH, echo).await;
    peer.answer::<SendMessage>(&request, &sent(8)).await;
    let answer = soon(sending.sent()).await.expect("sent");
    let Event::Message(own) = peer.until(next_event(&mut events)).await else {
        panic!("no echo");
    };
    assert!(own.own);
    assert_eq!(
        (own.sequence, own.random),
        (answer.place.sequence, answer.key.random)
    );

    // A private message is not reported; the next message is.
    peer.push_text(9, "hello").await;
    assert_eq!(message(&mut events).await.0, 9);
    let ann = Conversation::Friend(uin(10002));
    let sending = client.send(ann, text("psst")).await.expect("queued");
    let request = peer.next_request().await;
    let reply = SendReceipt {
        group: false,
        ..sent(20)
    };
    peer.answer::<SendMessage>(&request, &reply).await;
    soon(sending.sent()).await.expect("sent");
    peer.push_text(10, "next").await;
    assert_eq!(message(&mut events).await.0, 10);
    drop(peer);
    // It is not reported from history later either.
    let mut peer = server.accept().await;
    let request = peer.next_request().await;
    assert_eq!(request.command, InfoSync::NAME);
    peer.registered(&request).await;
    online(&client, &mut peer).await;
    peer.push_text(11, "again").await;
    assert_eq!(message(&mut events).await.0, 11);
}

#[tokio::test]
async fn messages_beyond_the_queues_are_fetched_and_reported_in_order() {
    // More than the queues of the client hold, and more than one fetch gets.
    const COUNT: u64 = 3_000;
    let server = Server::start(true).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    peer.latest = Some(0);
    peer.remembers = true;
    online(&client, &mut peer).await;
    peer.latest = Some(COUNT);
    for sequence in 1..=COUNT {
        peer.push_text(sequence, &format!("number {sequence}"))
            .await;
    }
    // Once this request is answered, the client has received everything before it.
    let sending = client
        .send(in_group(), text("there?"))
        .await
        .expect("queued");
    let request = peer.next_request().await;
    peer.answer::<SendMessage>(&request, &sent(COUNT + 1)).await;
    soon(sending.sent()).await.expect("sent");
    assert!(client.counters().overflowed_messages > 0);

    let mut missed = 0;
    for sequence in 1..=COUNT {
        let reported = peer.until(message(&mut events)).await;
        assert_eq!(
            (reported.0, reported.1),
            (sequence, format!("number {sequence}"))
        );
        missed += u64::from(reported.2);
    }
    let counted = client.counters();
    assert_eq!(counted.overflowed_messages, missed);
    assert_eq!((counted.skipped_messages, counted.lost_notices), (0, 0));
    peer.push_text(COUNT + 1, "after").await;
    assert_eq!(peer.until(message(&mut events)).await.1, "after");
}
