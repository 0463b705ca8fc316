//! The ways in: a code, a saved session, an elder session's A1. protocol/01 §3

use std::fs;

use bytes::Bytes;
use nekonap_client::{Client, Config, Event, Events, ServerKeys};
use nekonap_wire::{
    command::Command,
    commands::{
        login::{EasyLogin, SsoKeyExchange, TransEmp, WtLogin},
        session::InfoSync,
    },
    crypto::{p256, secp192k1},
    frame::Request,
    login::{
        Refused, Tickets, easy,
        envelope::Opened,
        exchange,
        qr::{self, Confirmed, State},
        wtlogin::{self, LoggedIn},
    },
};

use crate::server::{D2_KEY, Peer, Server, heard, online, uin};

/// What a server needs to let somebody in.
struct Door {
    secp192k1: secp192k1::Private,
    p256: p256::Private,
}

impl Door {
    fn new() -> Self {
        Self {
            secp192k1: secp192k1::Private::random(),
            p256: p256::Private::random(),
        }
    }

    fn keys(&self) -> ServerKeys {
        ServerKeys {
            secp192k1: self.secp192k1.public(),
            p256: self.p256.public(),
        }
    }

    fn client(&self, server: &Server, change: impl FnOnce(&mut Config)) -> (Client, Events) {
        server.client_with(|config| {
            config.keys = self.keys();
            change(config);
        })
    }

    fn open(&self, request: &Request) -> Opened {
        Opened::read(&request.payload, &self.secp192k1, &self.p256).expect("an envelope")
    }

    /// Answers a fetch with a code of this number.
    async fn shows(&self, peer: &mut Peer, code: u8) {
        let request = peer.asked().await;
        assert_eq!(request.command, TransEmp::NAME);
        let opened = self.open(&request);
        let asked = qr::QrRequest::decode(&opened.body).expect("a fetch");
        assert!(matches!(asked, qr::QrRequest::Fetch { .. }), "{asked:?}");
        let code = qr::Code {
            signature: vec![code; 24].into(),
            url: format!("https://example.invalid/?k=code{code}"),
            key: format!("code{code}"),
            picture: Bytes::from_static(b"png"),
            expires: 120,
        };
        let body = qr::encode_code(1_600_001_615, &code).expect("it fits");
        let answer = opened.answer(&body).expect("it fits");
        peer.answer::<TransEmp>(&request, &answer.into()).await;
    }

    /// Answers a poll of this code.
    async fn says(&self, peer: &mut Peer, code: u8, state: &State) {
        let request = peer.asked().await;
        let opened = self.open(&request);
        let signature = Bytes::from(vec![code; 24]);
        let asked = qr::QrRequest::decode(&opened.body).expect("a poll");
        assert_eq!(asked, qr::QrRequest::Poll { signature });
        let body = qr::encode_state(1_600_001_615, state).expect("it fits");
        let answer = opened.answer(&body).expect("it fits");
        peer.answer::<TransEmp>(&request, &answer.into()).await;
    }

    /// The log-in with a confirmed code.
    async fn logs_in(&self, peer: &mut Peer, answer: &[u8]) {
        let request = peer.asked().await;
        assert_eq!(request.command, WtLogin::NAME);
        let opened = self.open(&request);
        let asked = wtlogin::LogIn::decode(&opened.body).expect("a log-in");
        assert_eq!((asked.uin, &asked.a1), (Some(uin(10001)), &confirmed().a1));
        asked
            .open_device(&confirmed().tgtgt)
            .expect("the tgtgt key");
        let answer = opened.answer(answer).expect("it fits");
        peer.answer::<WtLogin>(&request, &answer.into()).await;
    }
}

fn confirmed() -> Confirmed {
    Confirmed {
        uin: uin(10001),
        a1: Bytes::from_static(b"a1 of the code"),
        no_picture: Bytes::from_static(&[1; 16]),
        tgtgt: [9; 16],
    }
}

fn tickets(name: &'static str) -> Tickets {
    Tickets {
        tgt: Bytes::from_static(b"tgt"),
        d2: Bytes::from_static(name.as_bytes()),
        d2_key: D2_KEY,
        a1: Bytes::from_static(b"another a1"),
    }
}

fn welcome() -> Vec<u8> {
    let logged_in = LoggedIn {
        tickets: tickets("d2 of the code"),
        uid: "u_bot".parse().expect("a uid"),
        face: 0,
        age: 3,
        gender: 1,
        nickname: "bot".to_owned(),
    };
    wtlogin::encode_success(&logged_in, &confirmed().tgtgt).expect("it fits")
}

async fn shown(events: &mut Events) -> String {
    match heard(events).await {
        Event::QrCode { url, .. } => url,
        other => panic!("{other:?} in place of a code"),
    }
}

#[tokio::test]
async fn a_code_is_shown_until_one_is_confirmed_and_the_session_is_kept() {
    let (server, door) = (Server::start(false).await, Door::new());
    fs::remove_file(server.keystore()).expect("no session");
    let (client, mut events) = door.client(&server, |_| ());
    let mut peer = server.accept().await;
    for (code, end) in [State::Expired, State::Cancelled, State::Invalid]
        .iter()
        .enumerate()
    {
        let code = u8::try_from(code).expect("few");
        door.shows(&mut peer, code).await;
        assert!(shown(&mut events).await.ends_with(&format!("code{code}")));
        door.says(&mut peer, code, &State::Waiting).await;
        door.says(&mut peer, code, end).await;
        assert_eq!(heard(&mut events).await, Event::QrExpired);
    }
    door.shows(&mut peer, 7).await;
    shown(&mut events).await;
    door.says(&mut peer, 7, &State::Scanned).await;
    door.says(&mut peer, 7, &State::Scanned).await;
    assert_eq!(heard(&mut events).await, Event::QrScanned, "once");
    door.says(&mut peer, 7, &State::Confirmed(confirmed()))
        .await;
    door.logs_in(&mut peer, &welcome()).await;
    assert!(matches!(heard(&mut events).await, Event::LoggedIn(me) if me.nickname == "bot"));
    let request = peer.asked().await;
    assert_eq!(request.command, InfoSync::NAME);
    peer.registered(&request).await;
    online(&client, &mut peer).await;
    client.shutdown().await;

    let kept = fs::read_to_string(server.keystore()).expect("kept");
    assert!(kept.contains(&hex::encode("d2 of the code")));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = fs::metadata(server.keystore()).expect("a file");
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    }
    // The next start needs nobody.
    let (again, _events) = door.client(&server, |_| ());
    let mut peer = server.online().await;
    online(&again, &mut peer).await;
}

#[tokio::test]
async fn a_code_survives_nothing_but_a_new_one_follows_a_broken_connection() {
    let (server, door) = (Server::start(false).await, Door::new());
    fs::remove_file(server.keystore()).expect("no session");
    let (_client, mut events) = door.client(&server, |_| ());
    for code in 1..3 {
        let mut peer = server.accept().await;
        door.shows(&mut peer, code).await;
        assert!(shown(&mut events).await.ends_with(&format!("code{code}")));
        door.says(&mut peer, code, &State::Waiting).await;
    }
}

#[tokio::test]
async fn a_frozen_account_is_not_asked_for_again_and_another_refusal_is() {
    for (state, holds) in [(40, true), (1, false)] {
        let (server, door) = (Server::start(false).await, Door::new());
        fs::remove_file(server.keystore()).expect("no session");
        let (client, mut events) = door.client(&server, |_| ());
        let mut peer = server.accept().await;
        door.shows(&mut peer, 1).await;
        shown(&mut events).await;
        door.says(&mut peer, 1, &State::Confirmed(confirmed()))
            .await;
        let refusal = wtlogin::encode_refusal(state, "No", "not you").expect("it fits");
        door.logs_in(&mut peer, &refusal).await;
        let Event::LogInFailed { text, .. } = heard(&mut events).await else {
            panic!("no refusal");
        };
        assert_eq!(text, "No not you");
        if holds {
            client.log_in_anew().await;
        }
        let mut peer = server.accept().await;
        door.shows(&mut peer, 2).await;
    }
}

/// Answers a key exchange and opens the easy log-in that follows it, to `end` it as told.
async fn easily(door: &Door, peer: &mut Peer, end: Result<&Tickets, &Refused>) {
    let request = peer.asked().await;
    assert_eq!(request.command, SsoKeyExchange::NAME);
    let asked = SsoKeyExchange::decode_request(&request.payload).expect("an exchange");
    let asked = exchange::open(&door.p256, &asked).expect("in order");
    assert_eq!(asked.uin, uin(10001));
    let session = exchange::Session {
        key: vec![3; 32].into(),
        ticket: Bytes::from_static(b"ticket"),
        lifetime: 3600,
    };
    let reply = exchange::answer(&asked, &session).expect("a key");
    peer.answer::<SsoKeyExchange>(&request, &reply).await;

    let request = peer.asked().await;
    assert_eq!(request.command, EasyLogin::NAME);
    let asked = EasyLogin::decode_request(&request.payload).expect("a log-in");
    let asked = easy::open(&session, &asked).expect("in order");
    assert_eq!(asked.a1, "a1");
    let reply = easy::answer(&session, &asked, end).expect("a key");
    peer.answer::<EasyLogin>(&request, &reply).await;
}

#[tokio::test]
async fn an_expired_session_is_renewed_without_anybody() {
    let (server, door) = (Server::start(true).await, Door::new());
    let (client, mut events) = door.client(&server, |_| ());
    let mut peer = server.accept().await;
    let request = peer.asked().await;
    peer.refuse(&request, -10_001, "over").await;
    assert!(matches!(
        heard(&mut events).await,
        Event::SessionExpired { .. }
    ));
    let mut peer = server.accept().await;
    easily(&door, &mut peer, Ok(&tickets("a new d2"))).await;
    assert!(matches!(heard(&mut events).await, Event::LoggedIn(_)));
    let request = peer.asked().await;
    assert_eq!(request.command, InfoSync::NAME);
    peer.registered(&request).await;
    online(&client, &mut peer).await;
    client.shutdown().await;
    let kept = fs::read_to_string(server.keystore()).expect("kept");
    assert!(kept.contains(&hex::encode("a new d2")));
    assert!(
        kept.contains("000102030405060708090a0b0c0d0e0f"),
        "the same device"
    );
}

#[tokio::test]
async fn an_a1_that_is_no_good_any_more_is_followed_by_a_code() {
    let (server, door) = (Server::start(true).await, Door::new());
    let (_client, mut events) = door.client(&server, |_| ());
    let mut peer = server.accept().await;
    let request = peer.asked().await;
    peer.refuse(&request, -10_003, "over").await;
    heard(&mut events).await;
    let mut peer = server.accept().await;
    let refused = Refused {
        code: easy::TOKEN_EXPIRED,
        title: "Expired".to_owned(),
        text: "scan".to_owned(),
        ..Refused::default()
    };
    easily(&door, &mut peer, Err(&refused)).await;
    door.shows(&mut peer, 1).await;
    shown(&mut events).await;
}

#[tokio::test]
async fn a_broken_keystore_is_moved_aside_and_a_code_follows() {
    let (server, door) = (Server::start(false).await, Door::new());
    fs::write(server.keystore(), "{ what").expect("written");
    let (_client, mut events) = door.client(&server, |_| ());
    let Event::KeystoreSetAside { path, .. } = heard(&mut events).await else {
        panic!("not set aside");
    };
    assert_eq!(fs::read_to_string(path).expect("kept"), "{ what");
    let mut peer = server.accept().await;
    door.shows(&mut peer, 1).await;
    shown(&mut events).await;
}
