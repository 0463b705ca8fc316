//! Logging in, staying online, leaving and coming back, against a scripted server.

mod server;

use std::time::Duration;

use nekonap_client::{Client, Event};
use nekonap_wire::{
    commands::{
        login::SsoKeyExchange,
        session::{InfoSync, SsoHeartBeat},
    },
    frame::Encryption,
    login::{Refused, easy, qr::State},
    proto::session::{HeartBeatReply, InfoSyncReply},
};
use server::{BOT, Server, confirmed, next, next_of, within};

#[tokio::test]
async fn a_first_log_in_is_by_qr_code() {
    let server = Server::start().await;
    let (client, mut events) = Client::start(server.config()).expect("started");
    assert!(client.me().is_none());
    let mut peer = server.accept().await;
    assert_eq!(peer.fetched(b"one").await, None);
    let Event::QrCode { url, png, .. } = next(&mut events).await else {
        panic!("no code");
    };
    assert!(url.starts_with("https://"));
    assert_eq!(&png[..], b"png");
    peer.polled(&State::Waiting).await;
    peer.polled(&State::Scanned).await;
    peer.polled(&State::Scanned).await;
    assert_eq!(next(&mut events).await, Event::QrScanned);
    peer.polled(&State::Expired).await;
    assert_eq!(next(&mut events).await, Event::QrExpired);
    peer.fetched(b"two").await;
    assert!(matches!(next(&mut events).await, Event::QrCode { .. }));
    peer.polled(&State::Confirmed(confirmed(BOT))).await;
    peer.log_in_as(&confirmed(BOT)).await;
    let Event::LoggedIn(me) = next(&mut events).await else {
        panic!("not logged in");
    };
    assert_eq!(
        (me.uin, me.uid, &*me.nickname),
        (server::uin(BOT), server::uid(BOT), "Bot")
    );
    assert!(!client.online());
    peer.register().await;
    assert_eq!(next(&mut events).await, Event::Online(me.clone()));
    assert!(client.online());
    assert_eq!(client.me(), Some(me));

    let (_, ()) = within(async { tokio::join!(client.shutdown(), peer.unregister()) }).await;
    peer.closed().await;
    assert!(!client.online());
    assert_eq!(within(events.next()).await, None);
}

#[tokio::test]
async fn a_saved_session_needs_nobody() {
    let server = Server::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let mut config = server.config();
    config.keystore = Some(folder.path().join("session.json"));
    let (client, _events, mut peer) = server.client(config.clone()).await;
    within(async { tokio::join!(client.shutdown(), peer.unregister()) }).await;

    let (client, mut events) = Client::start(config).expect("started");
    assert_eq!(client.me().map(|me| me.uin), Some(server::uin(BOT)));
    let mut peer = server.accept().await;
    let (request, asked) = peer.expect::<InfoSync>().await;
    assert!(matches!(request.encryption, Encryption::D2(_)));
    assert_eq!(request.reserved.uid, Some(server::uid(BOT)));
    let guid = asked.register.expect("register info").guid.expect("a guid");
    assert_eq!(
        request.guid.expect("a guid").to_string(),
        guid.to_lowercase()
    );
    peer.registered(&request).await;
    assert!(matches!(next(&mut events).await, Event::Online(_)));
}

#[tokio::test]
async fn a_broken_keystore_is_moved_aside_and_a_code_is_shown() {
    let server = Server::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let mut config = server.config();
    let path = folder.path().join("session.json");
    std::fs::write(&path, "not json").expect("written");
    config.keystore = Some(path);
    let (_client, mut events) = Client::start(config).expect("started");
    let Event::KeystoreSetAside { path, .. } = next(&mut events).await else {
        panic!("nothing said");
    };
    assert_eq!(std::fs::read_to_string(path).expect("kept"), "not json");
    let mut peer = server.accept().await;
    peer.fetched(b"one").await;
    assert!(matches!(next(&mut events).await, Event::QrCode { .. }));
}

#[tokio::test]
async fn an_expired_session_is_renewed_without_a_person() {
    let server = Server::start().await;
    let (client, mut events, mut peer) = server.client(server.config()).await;
    drop(peer);
    next_of(&mut events, |event| {
        matches!(event, Event::Offline { .. }).then_some(())
    })
    .await;

    peer = server.accept().await;
    let (request, _) = peer.expect::<InfoSync>().await;
    peer.answer(&request, -10_001, "expired", bytes::Bytes::new())
        .await;
    next_of(&mut events, |event| {
        matches!(event, Event::SessionExpired { .. }).then_some(())
    })
    .await;
    peer.closed().await;

    peer = server.accept().await;
    peer.easy_log_in(Ok(())).await;
    next_of(&mut events, |event| {
        matches!(event, Event::LoggedIn(_)).then_some(())
    })
    .await;
    peer.register().await;
    next_of(&mut events, |event| {
        matches!(event, Event::Online(_)).then_some(())
    })
    .await;
    assert!(client.online());
}

#[tokio::test]
async fn an_a1_of_no_more_use_leads_to_a_code() {
    let server = Server::start().await;
    let (_client, mut events, peer) = server.client(server.config()).await;
    drop(peer);
    let mut peer = server.accept().await;
    let (request, _) = peer.expect::<InfoSync>().await;
    // Not the well-known text: failure, though nothing is said of expiry.
    peer.reply::<InfoSync>(&request, &InfoSyncReply::default())
        .await;
    peer.easy_log_in(Err(Refused {
        code: easy::TOKEN_EXPIRED,
        ..Refused::default()
    }))
    .await;
    peer.fetched(b"again").await;
    next_of(&mut events, |event| {
        matches!(event, Event::SessionExpired { .. }).then_some(())
    })
    .await;
    next_of(&mut events, |event| {
        matches!(event, Event::QrCode { .. }).then_some(())
    })
    .await;
    peer.polled(&State::Confirmed(confirmed(BOT))).await;
    peer.log_in_as(&confirmed(BOT)).await;
    peer.register().await;
    next_of(&mut events, |event| {
        matches!(event, Event::Online(_)).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_kick_is_told_and_the_client_stays_away_until_asked() {
    let server = Server::start().await;
    let (client, mut events, mut peer) = server.client(server.config()).await;
    peer.kick("Signed out", "elsewhere").await;
    let kicked = next_of(&mut events, |event| match event {
        Event::Kicked { title, text } => Some((title, text)),
        _ => None,
    })
    .await;
    assert_eq!(kicked, ("Signed out".to_owned(), "elsewhere".to_owned()));
    assert!(matches!(next(&mut events).await, Event::Offline { .. }));
    peer.closed().await;
    client.log_in_anew().await;
    let mut peer = server.accept().await;
    // Not with the session that was kicked.
    peer.easy_log_in(Ok(())).await;
    peer.register().await;
    next_of(&mut events, |event| {
        matches!(event, Event::Online(_)).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_session_upon_which_the_server_closes_is_given_up_the_second_time() {
    let server = Server::start().await;
    let (_client, mut events, peer) = server.client(server.config()).await;
    drop(peer);
    for _ in 0..2 {
        let mut peer = server.accept().await;
        peer.expect::<InfoSync>().await;
    }
    let mut peer = server.accept().await;
    peer.expect::<SsoKeyExchange>().await;
    next_of(&mut events, |event| {
        matches!(event, Event::SessionExpired { .. }).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_refused_log_in_is_told_and_not_repeated_when_that_makes_it_worse() {
    let server = Server::start().await;
    let (client, mut events) = Client::start(server.config()).expect("started");
    let mut peer = server.accept().await;
    peer.fetched(b"one").await;
    peer.polled(&State::Confirmed(confirmed(BOT))).await;
    peer.refuse_log_in(237).await;
    let told = next_of(&mut events, |event| match event {
        Event::LogInFailed { code, text } => Some((code, text)),
        _ => None,
    })
    .await;
    assert_eq!(told, (237, "No not you".to_owned()));
    peer.closed().await;
    client.log_in_anew().await;
    server.accept().await.fetched(b"two").await;
}

#[tokio::test]
async fn both_heartbeats_are_sent() {
    let server = Server::start().await;
    let mut config = server.config();
    config.timings.alive = Duration::from_millis(5);
    config.timings.heartbeat = Duration::from_millis(30);
    let (_client, _events, mut peer) = server.client(config).await;
    for _ in 0..2 {
        let (request, _) = peer.expect::<SsoHeartBeat>().await;
        assert!(matches!(request.encryption, Encryption::D2(_)));
        let reply = HeartBeatReply {
            interval: Some(270),
        };
        peer.reply::<SsoHeartBeat>(&request, &reply).await;
    }
    assert!(peer.alive > 0);
}

#[tokio::test]
async fn a_server_that_falls_silent_is_left() {
    let server = Server::start().await;
    let mut config = server.config();
    config.timings.alive = Duration::from_millis(5);
    config.timings.reply = Duration::from_millis(20);
    let (_client, _events) = Client::start(config).expect("started");
    let _silent = server.accept().await;
    server.accept().await;
}

#[tokio::test]
async fn garbage_ends_the_connection_and_not_the_client() {
    let server = Server::start().await;
    let (client, mut events, mut peer) = server.client(server.config()).await;
    peer.write(b"\0\0\0\x08aaaa\0\0\0\x08bbbb\0\0\0\x08cccc")
        .await;
    next_of(&mut events, |event| {
        matches!(event, Event::Offline { .. }).then_some(())
    })
    .await;
    assert_eq!(client.counters().malformed_frames, 3);
    let mut peer = server.accept().await;
    peer.register().await;
    next_of(&mut events, |event| {
        matches!(event, Event::Online(_)).then_some(())
    })
    .await;
    peer.write(b"\xff\xff\xff\xff").await;
    next_of(&mut events, |event| {
        matches!(event, Event::Offline { .. }).then_some(())
    })
    .await;
    server.accept().await.register().await;
}
