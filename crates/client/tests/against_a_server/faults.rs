//! Faults: garbage, pushes to other accounts, kicks, expired sessions, and connections that break with pending sends.
//! protocol/01 §1.9, §4, protocol/05 §10

use std::{collections::HashSet, sync::Arc, time::Duration};

use bytes::Bytes;
use nekonap_client::{
    CallError, Event, SignError, SignFuture, SignProvider, SignRequest, Signature, message::Element,
};
use nekonap_ids::Sequence;
use nekonap_wire::{
    command::Command,
    commands::{
        friends::GetUserByUin,
        login::{SsoKeyExchange, TransEmp},
        messages::SendMessage,
        session::{
            InfoSync, KICK_NT, MSG_PUSH, PUSH_PARAMS, SsoHeartBeat, UnRegister, encode_kick,
        },
    },
    frame::{Encryption, Protocol, Request, Response},
    message::{Outgoing, Text},
    proto::session::KickNt,
    push::{Envelope, Push},
};

use tokio::task::JoinSet;

use crate::server::{
    Server, group_message, in_group, message, next_event, online, sent, soon, text, uin,
};

fn outgoing(request: &Request) -> Outgoing {
    assert_eq!(request.command, SendMessage::NAME);
    SendMessage::decode_request(&request.payload).expect("a message")
}

fn kick() -> Vec<u8> {
    encode_kick(&KickNt {
        uin: Some(10001),
        title: Some("Offline".to_owned()),
        tips: Some("elsewhere".to_owned()),
        kind: Some(1001),
        ..KickNt::default()
    })
}

#[tokio::test]
async fn undecodable_frames_are_counted_and_three_in_a_row_end_the_connection() {
    let server = Server::start(true).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    online(&client, &mut peer).await;

    peer.raw(b"\0\0\0\x0agarbag").await;
    peer.push_text(1, "one").await;
    // A D2 frame that does not decrypt.
    peer.raw(b"\0\0\0\x1b\0\0\0\x0c\x01\0\0\0\0\x0910001abcdefgh")
        .await;
    peer.push_text(2, "two").await;
    assert_eq!(message(&mut events).await, (1, "one".to_owned(), false));
    assert_eq!(message(&mut events).await, (2, "two".to_owned(), false));
    assert_eq!(client.counters().malformed_frames, 2);

    for _ in 0..3 {
        peer.raw(b"\0\0\0\x0agarbag").await;
    }
    server.online().await;
    // An invalid length ends it too.
    let mut peer = server.online().await;
    peer.raw(b"\xff\xff\xff\xff").await;
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
    client.shutdown().await;
}

#[tokio::test]
async fn push_for_another_account_is_dropped() {
    let server = Server::start(true).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    let stray =
        Push::Message(Box::new(group_message(1, "not for you"))).encode(&Envelope::default());
    peer.push_to(uin(10009), MSG_PUSH, stray).await;
    peer.push_to(uin(10009), KICK_NT, kick()).await;
    peer.push_text(2, "for you").await;
    assert_eq!(message(&mut events).await, (2, "for you".to_owned(), false));
    assert_eq!(client.counters().stray_pushes, 2);
    assert!(client.online());
}

#[tokio::test]
async fn unexpected_responses_and_unknown_pushes_are_ignored() {
    let server = Server::start(true).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
    // A response without a pending request, and a push of an unknown command.
    let response = |sequence, command: &str| Response {
        sequence,
        code: 0,
        extra: String::new(),
        command: command.to_owned(),
        uin: Some(uin(10001)),
        protocol: Protocol::Full,
        body: Bytes::from_static(b"\xff\xff"),
    };
    let d2 = Encryption::D2(Bytes::from_static(b"a ticket"));
    for (sequence, command) in [
        (42, SendMessage::NAME),
        (0, "unknown.Command"),
        (-9, PUSH_PARAMS),
        (-10, MSG_PUSH),
    ] {
        peer.respond(&response(sequence, command), &d2).await;
    }
    assert_eq!(
        next_event(&mut events).await,
        Event::Lost(1),
        "only the undecodable push is lost"
    );
    // A response with the right sequence and another command is not the reply.
    let calling = tokio::spawn({
        let client = client.clone();
        async move { client.user(uin(10002), true).await }
    });
    let asked = peer.next_request().await;
    assert_eq!(asked.command, <GetUserByUin as Command>::NAME);
    peer.respond(&response(asked.sequence, SendMessage::NAME), &d2)
        .await;
    peer.answer::<GetUserByUin>(
        &asked,
        &nekonap_wire::proto::friends::ProfileReply::default(),
    )
    .await;
    assert_eq!(soon(calling).await.expect("joined"), Ok(None));
}

#[tokio::test]
async fn push_before_the_registration_or_between_request_and_reply_is_reported() {
    let server = Server::start(true).await;
    let (client, mut events) = server.client();
    let mut peer = server.accept().await;
    let request = peer.next_request().await;
    peer.push_text(1, "early").await;
    peer.registered(&request).await;
    online(&client, &mut peer).await;
    assert_eq!(message(&mut events).await, (1, "early".to_owned(), false));

    let sending = client.send(in_group(), text("hi")).await.expect("queued");
    let request = peer.next_request().await;
    peer.push_text(2, "between").await;
    peer.answer::<SendMessage>(&request, &sent(3)).await;
    let sent = soon(sending.sent()).await.expect("sent");
    assert_eq!(sent.place.sequence, Sequence::new(3));
    assert_eq!(sent.key.random, outgoing(&request).random);
    assert_eq!(message(&mut events).await, (2, "between".to_owned(), false));
}

#[tokio::test]
async fn kicked_client_stays_offline_and_drops_its_session() {
    let server = Server::start(true).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
    let sending = client.send(in_group(), text("hi")).await.expect("queued");
    outgoing(&peer.next_request().await);
    peer.push(KICK_NT, kick()).await;
    let failed = soon(sending.sent()).await.expect_err("no answer");
    assert_eq!(failed, CallError::Disconnected { sent: true });
    assert!(failed.maybe_delivered());
    assert_eq!(
        next_event(&mut events).await,
        Event::LoggedOut {
            title: "Offline".to_owned(),
            text: "elsewhere".to_owned()
        }
    );
    assert!(!client.online());
    assert_eq!(
        client.send(in_group(), text("hi")).await.err(),
        Some(CallError::Offline)
    );
    // It has an A1, but an easy log-in would kick the other client: a person has to scan a code.
    let mut peer = server.accept().await;
    assert_eq!(peer.next_request().await.command, TransEmp::NAME);
    client.shutdown().await;
    // A restart is an act of a person, so the A1 is used.
    let (_client, _events) = server.client();
    let mut peer = server.accept().await;
    assert_eq!(peer.next_request().await.command, SsoKeyExchange::NAME);
}

#[tokio::test]
async fn kick_instead_of_a_registration_is_followed_by_a_code() {
    let server = Server::start(true).await;
    let (_client, mut events) = server.client();
    let mut peer = server.accept().await;
    assert_eq!(peer.next_request().await.command, InfoSync::NAME);
    peer.push(KICK_NT, kick()).await;
    assert!(matches!(
        next_event(&mut events).await,
        Event::LoggedOut { .. }
    ));
    let mut peer = server.accept().await;
    assert_eq!(peer.next_request().await.command, TransEmp::NAME);
}

#[tokio::test]
async fn expired_session_is_dropped_at_any_time() {
    for code in [-10_001, -10_003, -10_008] {
        let server = Server::start(true).await;
        let (client, mut events) = server.client();
        // At the registration.
        let mut peer = server.accept().await;
        let request = peer.next_request().await;
        assert_eq!(request.command, InfoSync::NAME);
        peer.refuse(&request, code, "over").await;
        let Event::SessionExpired { text } = next_event(&mut events).await else {
            panic!("not expired");
        };
        assert!(text.contains("over"), "{text}");
        let mut peer = server.accept().await;
        assert_eq!(peer.next_request().await.command, SsoKeyExchange::NAME);
        client.shutdown().await;
    }
    // While online.
    let server = Server::start(false).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
    let sending = client.send(in_group(), text("hi")).await.expect("queued");
    let request = peer.next_request().await;
    peer.refuse(&request, -10_001, "over").await;
    let refused = soon(sending.sent()).await.expect_err("refused");
    assert!(!refused.maybe_delivered(), "{refused}");
    assert_eq!(
        next_event(&mut events).await,
        Event::SessionExpired {
            text: "over".to_owned()
        }
    );
    let mut peer = server.accept().await;
    assert_eq!(peer.next_request().await.command, TransEmp::NAME);
}

#[tokio::test]
async fn other_refusal_fails_only_its_request() {
    let server = Server::start(true).await;
    let (client, _events) = server.client();
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
    let sending = client.send(in_group(), text("hi")).await.expect("queued");
    let request = peer.next_request().await;
    peer.refuse(&request, -3, "not today").await;
    let CallError::Refused(refusal) = soon(sending.sent()).await.expect_err("refused") else {
        panic!("not refused");
    };
    assert_eq!((refusal.code, &refusal.text[..]), (-3, "not today"));
    assert!(client.online());
}

#[tokio::test]
async fn session_is_dropped_after_two_closed_connections_at_registration() {
    let server = Server::start(false).await;
    let (_client, mut events) = server.client();
    for _ in 0..2 {
        let mut peer = server.accept().await;
        assert_eq!(peer.next_request().await.command, InfoSync::NAME);
    }
    assert!(matches!(
        next_event(&mut events).await,
        Event::SessionExpired { .. }
    ));
    let mut peer = server.accept().await;
    assert_eq!(peer.next_request().await.command, TransEmp::NAME);
}

#[tokio::test]
async fn session_is_kept_after_one_closed_connection_at_registration() {
    let server = Server::start(false).await;
    let (client, _events) = server.client();
    for _ in 0..3 {
        let mut peer = server.accept().await;
        assert_eq!(peer.next_request().await.command, InfoSync::NAME);
        drop(peer);
        let mut peer = server.online().await;
        online(&client, &mut peer).await;
    }
}

#[tokio::test]
async fn every_pending_send_ends_and_none_is_sent_twice() {
    const SENDS: usize = 200;
    let server = Server::start(true).await;
    let (client, _events) = server.client();
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
    let mut sends = JoinSet::new();
    for number in 0..SENDS {
        let client = client.clone();
        sends.spawn(async move {
            let sending = match client.send(in_group(), text(&number.to_string())).await {
                Ok(sending) => sending,
                Err(error) => return (number, None, Err(error)),
            };
            let random = sending.random();
            (number, Some(random), sending.sent().await)
        });
    }
    // The server reads half of them, answers a quarter, and closes.
    let mut taken = HashSet::new();
    for number in 0..SENDS / 2 {
        let request = peer.next_request().await;
        taken.insert(outgoing(&request).random);
        if number % 2 == 0 {
            peer.answer::<SendMessage>(&request, &sent(number as u64 + 1))
                .await;
        }
    }
    let mut ended = Vec::new();
    while ended.len() < SENDS / 4 {
        ended.push(
            soon(sends.join_next())
                .await
                .expect("a send")
                .expect("joined"),
        );
    }
    assert!(ended.iter().all(|(_, _, outcome)| outcome.is_ok()));
    drop(peer);
    while let Some(send) = soon(sends.join_next()).await {
        ended.push(send.expect("joined"));
    }
    assert_eq!(ended.len(), SENDS);
    for (number, random, outcome) in ended {
        let has_it = random.is_some_and(|random| taken.contains(&random));
        match outcome {
            Ok(_) => assert!(has_it, "{number} was not answered"),
            Err(error) => {
                assert!(
                    error.maybe_delivered() || !has_it,
                    "{number}: the server has it, but {error:?} excludes it"
                );
            }
        }
    }
    // None of them is sent again.
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
    let sending = client
        .send(in_group(), text("after"))
        .await
        .expect("queued");
    let request = peer.next_request().await;
    let after = outgoing(&request);
    assert_eq!(after.elements, text("after"));
    assert!(!taken.contains(&after.random));
    peer.answer::<SendMessage>(&request, &sent(999)).await;
    soon(sending.sent()).await.expect("sent");
}

#[tokio::test]
async fn quote_in_a_group_mentions_the_quoted_sender() {
    let server = Server::start(true).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    peer.push_text(1, "hello").await;
    let Event::Message(hello) = next_event(&mut events).await else {
        panic!("no message");
    };
    let quote = nekonap_client::message::Reply {
        sequence: hello.sequence,
        sender: Some(hello.sender.uin),
        sender_uid: hello.sender.uid,
        ..nekonap_client::message::Reply::default()
    };
    let elements = vec![Element::Reply(quote), Element::Text(Text::new("hi"))];
    let _sending = client
        .send(in_group(), elements.clone())
        .await
        .expect("queued");
    let request = peer.next_request().await;
    assert_eq!(
        outgoing(&request).elements,
        elements,
        "the reader drops the mention"
    );
    let name = b"@10002";
    assert!(
        request
            .payload
            .windows(name.len())
            .any(|window| window == name)
    );
}

#[tokio::test]
async fn shutdown_unregisters_and_ends_all_tasks() {
    let server = Server::start(true).await;
    let (client, mut events) = server.client();
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
    let goodbye = tokio::spawn({
        let client = client.clone();
        async move { client.shutdown().await }
    });
    let request = peer.next_request().await;
    assert_eq!(request.command, UnRegister::NAME);
    peer.answer::<UnRegister>(
        &request,
        &nekonap_wire::proto::session::UnRegisterReply::default(),
    )
    .await;
    soon(goodbye).await.expect("joined");
    assert!(peer.next().await.is_none(), "the connection is closed");
    while let Some(event) = soon(events.next()).await {
        assert!(!matches!(event, Event::Lost(_)), "{event:?}");
    }
    assert_eq!(
        client.send(in_group(), text("late")).await.err(),
        Some(CallError::Offline)
    );
}

#[tokio::test]
async fn missing_reply_is_an_error_and_a_late_one_is_ignored() {
    let server = Server::start(true).await;
    let (client, mut events) = server.client_with(|config| {
        config.timings.reply = Duration::from_millis(300);
    });
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
    let sending = client.send(in_group(), text("hi")).await.expect("queued");
    let request = peer.next_request().await;
    let failed = peer.until(sending.sent()).await.expect_err("no answer");
    assert_eq!(failed, CallError::TimedOut);
    assert!(failed.maybe_delivered());
    assert_eq!(client.counters().timeouts, 1);
    peer.answer::<SendMessage>(&request, &sent(1)).await;
    peer.push_text(2, "next").await;
    assert_eq!(message(&mut events).await.1, "next");
    assert!(client.online());
}

#[tokio::test]
async fn silent_server_is_disconnected_and_pending_sends_end() {
    let server = Server::start(true).await;
    let (client, mut events) = server.client_with(|config| {
        config.timings.alive = Duration::from_millis(100);
    });
    let mut silent = server.online().await;
    online(&client, &mut silent).await;
    let sending = client.send(in_group(), text("hi")).await.expect("queued");
    let request = silent.next_request().await;
    assert_eq!(outgoing(&request).elements, text("hi"));
    // The connection stays open, but nothing is answered: neither the send nor a heartbeat.
    let failed = soon(sending.sent()).await.expect_err("no answer");
    assert_eq!(failed, CallError::Disconnected { sent: true });
    loop {
        match soon(events.next()).await.expect("an event") {
            Event::Offline { reason } => break assert!(reason.contains("heartbeats"), "{reason}"),
            Event::Online(_) | Event::GroupsChanged => {}
            other => panic!("{other:?}"),
        }
    }
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
    assert_eq!(client.counters().disconnects, 1);
}

#[tokio::test]
async fn server_that_is_silent_at_the_registration_is_disconnected() {
    let server = Server::start(true).await;
    let (client, _events) = server.client_with(|config| {
        config.timings.alive = Duration::from_millis(50);
    });
    let mut silent = server.accept().await;
    assert_eq!(silent.next_request().await.command, InfoSync::NAME);
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
}

#[tokio::test]
async fn session_heartbeats_without_reply_end_the_session() {
    let server = Server::start(true).await;
    let (client, _events) = server.client_with(|config| {
        config.timings.heartbeat = Duration::from_millis(20);
        config.timings.reply = Duration::from_millis(100);
    });
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
    for _ in 0..2 {
        assert_eq!(peer.next_request().await.command, SsoHeartBeat::NAME);
    }
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
    assert_eq!(client.counters().disconnects, 1);
}

#[tokio::test]
async fn abandoned_requests_are_never_written() {
    const SENDS: usize = 1_500;
    let server = Server::start(true).await;
    let (client, _events) = server.client_with(|config| {
        config.timings.reply = Duration::from_millis(1_000);
        // Missed heartbeats would end the connection.
        config.timings.alive = Duration::from_secs(60);
    });
    let mut peer = server.online().await;
    online(&client, &mut peer).await;
    let long = "x".repeat(10_000);
    let mut sends = JoinSet::new();
    for _ in 0..SENDS {
        let (client, long) = (client.clone(), long.clone());
        sends.spawn(async move {
            let sending = match client.send(in_group(), text(&long)).await {
                Ok(sending) => sending,
                Err(error) => return (None, error),
            };
            let random = sending.random();
            (
                Some(random),
                sending
                    .sent()
                    .await
                    .expect_err("the server does not answer"),
            )
        });
    }
    let mut abandoned = HashSet::new();
    let mut without_a_number = 0;
    while let Some(send) = soon(sends.join_next()).await {
        match send.expect("joined") {
            (Some(random), error) if !error.maybe_delivered() => {
                assert_eq!(error, CallError::Busy);
                abandoned.insert(random);
            }
            (Some(_), error) => assert_eq!(error, CallError::TimedOut),
            (None, error) => {
                assert_eq!(error, CallError::Busy);
                without_a_number += 1;
            }
        }
    }
    assert!(without_a_number > 0, "the queue was never full");
    // Now it reads again, up to the last message.
    let last = tokio::spawn({
        let client = client.clone();
        async move { client.send(in_group(), text("last")).await?.sent().await }
    });
    loop {
        let request = peer.next_request().await;
        if request.command != SendMessage::NAME {
            continue;
        }
        let message = outgoing(&request);
        assert!(
            !abandoned.contains(&message.random),
            "the message was abandoned"
        );
        if message.elements == text("last") {
            break peer.answer::<SendMessage>(&request, &sent(1)).await;
        }
    }
    soon(last).await.expect("joined").expect("sent");
}

/// TestSigner each request with the name of its command, or refuses all.
struct TestSigner(bool);

impl SignProvider for TestSigner {
    fn wants(&self, command: &str) -> bool {
        command == SendMessage::NAME
    }

    fn sign(&self, request: SignRequest) -> SignFuture<'_> {
        Box::pin(async move {
            if !self.0 {
                return Err(SignError::Unreachable("no provider".to_owned()));
            }
            assert_eq!(request.uin, 10001);
            Ok(Signature {
                sign: request.command.into_bytes(),
                token: request.sequence.to_string().into_bytes(),
                extra: Vec::new(),
            })
        })
    }
}

#[tokio::test]
async fn request_that_needs_a_signature_is_signed_or_not_sent() {
    for signs in [true, false] {
        let server = Server::start(true).await;
        let (client, _events) = server.client_with(|config| {
            config.sign = Some(Arc::new(TestSigner(signs)));
        });
        let mut peer = server.online().await;
        online(&client, &mut peer).await;
        let sending = client.send(in_group(), text("hi")).await;
        if signs {
            let request = peer.next_request().await;
            let signature = request.reserved.signature.expect("a signature");
            assert_eq!(signature.sign, SendMessage::NAME);
            assert_eq!(signature.token, request.sequence.to_string());
            drop(sending.expect("queued"));
        } else {
            let failed = sending.err().expect("no signature");
            assert!(matches!(failed, CallError::Sign(_)), "{failed}");
            assert!(!failed.maybe_delivered());
        }
    }
}
