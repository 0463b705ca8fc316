//! What was said while the client was away is told in order, and once; so is what the client itself says.
//! protocol/02 §2.8, §6, protocol/05 §10

use nekonap_client::{Event, Known};
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

use crate::server::{Peer, Server, heard, in_group, message, online, said, sent, soon, text, uin};

/// Serves the group's history.
async fn serves_history(peer: &mut Peer, expected: (u64, u64)) {
    let request = peer.asked().await;
    assert_eq!(request.command, GetGroupMessages::NAME);
    assert_eq!(peer.history(&request).await, expected);
}

#[tokio::test]
async fn what_was_said_while_the_connection_was_down_is_told_in_order_and_once() {
    let server = Server::start(true).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    peer.latest = Some(9);
    online(&client, &mut peer).await;
    peer.says(10, "number 10").await;
    let first = peer.until(message(&mut events)).await;
    assert_eq!(first, (10, "number 10".to_owned(), false));
    drop(peer);

    // Back again: 11 to 45 were said meanwhile, and 46 comes before the client can know.
    let mut peer = server.accept().await;
    peer.latest = Some(46);
    let request = peer.asked().await;
    peer.says(46, "number 46").await;
    peer.registered(&request).await;
    serves_history(&mut peer, (11, 40)).await;
    // While the rest is fetched, more is said; and the server says something twice.
    peer.says(47, "number 47").await;
    peer.says(46, "number 46").await;
    serves_history(&mut peer, (41, 45)).await;
    for sequence in 11..=47 {
        let told = peer.until(message(&mut events)).await;
        let missed = sequence <= 45;
        assert_eq!(told, (sequence, format!("number {sequence}"), missed));
    }
    peer.says(48, "number 48").await;
    assert_eq!(peer.until(message(&mut events)).await.0, 48);
    assert_eq!(client.counters().fetched_messages, 35);
    assert_eq!(client.counters().repeats, 1);
}

#[tokio::test]
async fn a_gap_that_cannot_be_fetched_is_fetched_after_the_next_reconnect() {
    let server = Server::start(true).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    peer.says(5, "number 5").await;
    assert_eq!(message(&mut events).await.0, 5);
    drop(peer);
    let mut peer = server.online().await;
    peer.latest = Some(7);
    assert_eq!(peer.asked().await.command, GetGroupMessages::NAME);
    drop(peer);
    let mut peer = server.online().await;
    peer.latest = Some(7);
    peer.remembers = true;
    for sequence in 6..=7 {
        let told = peer.until(message(&mut events)).await;
        assert_eq!((told.0, told.2), (sequence, true));
    }
    drop(client);
}

#[tokio::test]
async fn what_was_said_before_the_first_start_is_no_news_and_what_an_earlier_run_missed_is() {
    let server = Server::start(true).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    peer.latest = Some(400);
    online(&client, &mut peer).await;
    peer.says(401, "live").await;
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
async fn ones_own_message_comes_once_from_a_group_and_never_from_a_private_chat() {
    let server = Server::start(true).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
    // The echo comes before the answer, as it may.
    let sending = client.send(in_group(), text("mine")).await.expect("queued");
    let request = peer.asked().await;
    let mut echo = said(8, "mine");
    echo.from = echo.to;
    echo.random = SendMessage::decode_request(&request.payload)
        .expect("a message")
        .random;
    let echo = Push::Message(Box::new(echo)).encode(&Envelope::default());
    peer.push(MSG_PUSH, echo).await;
    peer.answer::<SendMessage>(&request, &sent(8)).await;
    let answer = soon(sending.sent()).await.expect("sent");
    let Event::Message(own) = peer.until(heard(&mut events)).await else {
        panic!("no echo");
    };
    assert!(own.own);
    assert_eq!(
        (own.sequence, own.random),
        (answer.place.sequence, answer.key.random)
    );

    // A private one makes no event; what comes next does.
    peer.says(9, "hello").await;
    assert_eq!(message(&mut events).await.0, 9);
    let ann = Conversation::Friend(uin(10002));
    let sending = client.send(ann, text("psst")).await.expect("queued");
    let request = peer.asked().await;
    let reply = SendReceipt {
        group: false,
        ..sent(20)
    };
    peer.answer::<SendMessage>(&request, &reply).await;
    soon(sending.sent()).await.expect("sent");
    peer.says(10, "next").await;
    assert_eq!(message(&mut events).await.0, 10);
    drop(peer);
    // Nor does it come from history later.
    let mut peer = server.accept().await;
    let request = peer.asked().await;
    assert_eq!(request.command, InfoSync::NAME);
    peer.registered(&request).await;
    online(&client, &mut peer).await;
    peer.says(11, "again").await;
    assert_eq!(message(&mut events).await.0, 11);
}

#[tokio::test]
async fn what_nobody_takes_in_time_is_fetched_and_told_in_its_place() {
    // More than the client holds for an embedder that does not listen, and more than it fetches at once.
    const SAID: u64 = 3_000;
    let server = Server::start(true).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    peer.latest = Some(0);
    peer.remembers = true;
    online(&client, &mut peer).await;
    peer.latest = Some(SAID);
    for sequence in 1..=SAID {
        peer.says(sequence, &format!("number {sequence}")).await;
    }
    // Whoever answers this has read everything that was said before.
    let sending = client
        .send(in_group(), text("there?"))
        .await
        .expect("queued");
    let request = peer.asked().await;
    peer.answer::<SendMessage>(&request, &sent(SAID + 1)).await;
    soon(sending.sent()).await.expect("sent");
    assert!(client.counters().overtaken_messages > 0);

    let mut missed = 0;
    for sequence in 1..=SAID {
        let told = peer.until(message(&mut events)).await;
        assert_eq!((told.0, told.1), (sequence, format!("number {sequence}")));
        missed += u64::from(told.2);
    }
    let counted = client.counters();
    assert_eq!(counted.overtaken_messages, missed);
    assert_eq!((counted.skipped_messages, counted.lost_notices), (0, 0));
    peer.says(SAID + 1, "after").await;
    assert_eq!(peer.until(message(&mut events)).await.1, "after");
}
