//! Log-ins by QR code, by saved session, and by the A1 of a previous session. protocol/01 §3

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

use crate::server::{D2_KEY, Peer, Server, next_event, online, uin};

/// Server keys and replies for log-ins.
struct LogInServer {
    secp192k1: secp192k1::Private,
    p256: p256::Private,
}

impl LogInServer {
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

    /// Answers a request for a code with the code of this number.
    async fn answer_code(&self, peer: &mut Peer, code: u8) {
        let request = peer.next_request().await;
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

    /// Answers a poll of this code with a state.
    async fn answer_poll(&self, peer: &mut Peer, code: u8, state: &State) {
        let request = peer.next_request().await;
        let opened = self.open(&request);
        let signature = Bytes::from(vec![code; 24]);
        let asked = qr::QrRequest::decode(&opened.body).expect("a poll");
        assert_eq!(asked, qr::QrRequest::Poll { signature });
        let body = qr::encode_state(1_600_001_615, state).expect("it fits");
        let answer = opened.answer(&body).expect("it fits");
        peer.answer::<TransEmp>(&request, &answer.into()).await;
    }

    /// Answers the log-in with a confirmed code.
    async fn answer_log_in(&self, peer: &mut Peer, answer: &[u8]) {
        let request = peer.next_request().await;
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
    match next_event(events).await {
        Event::QrCode { url, .. } => url,
        other => panic!("{other:?} instead of a code"),
    }
}

#[tokio::test]
async fn codes_are_shown_until_one_is_confirmed_and_the_session_is_saved() {
    let (server, log_in) = (Server::start(false).await, LogInServer::new());
    fs::remove_file(server.keystore()).expect("no session");
    let (client, mut events) = log_in.client(&server, |_| ());
    let mut peer = server.accept().await;
    for (code, end) in [State::Expired, State::Cancelled, State::Invalid]
        .iter()
        .enumerate()
    {
        let code = u8::try_from(code).expect("few");
        log_in.answer_code(&mut peer, code).await;
        assert!(shown(&mut events).await.ends_with(&format!("code{code}")));
        log_in.answer_poll(&mut peer, code, &State::Waiting).await;
        log_in.answer_poll(&mut peer, code, end).await;
        assert_eq!(next_event(&mut events).await, Event::QrExpired);
    }
    log_in.answer_code(&mut peer, 7).await;
    shown(&mut events).await;
    log_in.answer_poll(&mut peer, 7, &State::Scanned).await;
    log_in.answer_poll(&mut peer, 7, &State::Scanned).await;
    assert_eq!(next_event(&mut events).await, Event::QrScanned, "once");
    log_in
        .answer_poll(&mut peer, 7, &State::Confirmed(confirmed()))
        .await;
    log_in.answer_log_in(&mut peer, &welcome()).await;
    assert!(matches!(next_event(&mut events).await, Event::LoggedIn(me) if me.nickname == "bot"));
    let request = peer.next_request().await;
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
    // The next start uses the saved session.
    let (again, _events) = log_in.client(&server, |_| ());
    let mut peer = server.online().await;
    online(&again, &mut peer).await;
}

#[tokio::test]
async fn new_code_follows_a_broken_connection() {
    let (server, log_in) = (Server::start(false).await, LogInServer::new());
    fs::remove_file(server.keystore()).expect("no session");
    let (_client, mut events) = log_in.client(&server, |_| ());
    for code in 1..3 {
        let mut peer = server.accept().await;
        log_in.answer_code(&mut peer, code).await;
        assert!(shown(&mut events).await.ends_with(&format!("code{code}")));
        log_in.answer_poll(&mut peer, code, &State::Waiting).await;
    }
}

#[tokio::test]
async fn new_code_follows_a_refused_log_in() {
    for state in [40, 1] {
        let (server, log_in) = (Server::start(false).await, LogInServer::new());
        fs::remove_file(server.keystore()).expect("no session");
        let (_client, mut events) = log_in.client(&server, |_| ());
        let mut peer = server.accept().await;
        log_in.answer_code(&mut peer, 1).await;
        shown(&mut events).await;
        log_in
            .answer_poll(&mut peer, 1, &State::Confirmed(confirmed()))
            .await;
        let refusal = wtlogin::encode_refusal(state, "No", "not you").expect("it fits");
        log_in.answer_log_in(&mut peer, &refusal).await;
        let Event::LogInFailed { text, .. } = next_event(&mut events).await else {
            panic!("no refusal");
        };
        assert_eq!(text, "No not you");
        let mut peer = server.accept().await;
        log_in.answer_code(&mut peer, 2).await;
    }
}

/// Answers a key exchange, then answers the easy log-in with `end`.
async fn answer_easy_log_in(
    log_in: &LogInServer,
    peer: &mut Peer,
    end: Result<&Tickets, &Refused>,
) {
    let request = peer.next_request().await;
    assert_eq!(request.command, SsoKeyExchange::NAME);
    let asked = SsoKeyExchange::decode_request(&request.payload).expect("an exchange");
    let asked = exchange::open(&log_in.p256, &asked).expect("in order");
    assert_eq!(asked.uin, uin(10001));
    let session = exchange::Session {
        key: vec![3; 32].into(),
        ticket: Bytes::from_static(b"ticket"),
        lifetime: 3600,
    };
    let reply = exchange::answer(&asked, &session).expect("a key");
    peer.answer::<SsoKeyExchange>(&request, &reply).await;

    let request = peer.next_request().await;
    assert_eq!(request.command, EasyLogin::NAME);
    let asked = EasyLogin::decode_request(&request.payload).expect("a log-in");
    let asked = easy::open(&session, &asked).expect("in order");
    assert_eq!(asked.a1, "a1");
    let reply = easy::answer(&session, &asked, end).expect("a key");
    peer.answer::<EasyLogin>(&request, &reply).await;
}

#[tokio::test]
async fn expired_session_is_renewed_by_easy_log_in() {
    let (server, log_in) = (Server::start(true).await, LogInServer::new());
    let (client, mut events) = log_in.client(&server, |_| ());
    let mut peer = server.accept().await;
    let request = peer.next_request().await;
    peer.refuse(&request, -10_001, "over").await;
    assert!(matches!(
        next_event(&mut events).await,
        Event::SessionExpired { .. }
    ));
    let mut peer = server.accept().await;
    answer_easy_log_in(&log_in, &mut peer, Ok(&tickets("a new d2"))).await;
    assert!(matches!(next_event(&mut events).await, Event::LoggedIn(_)));
    let request = peer.next_request().await;
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
async fn expired_a1_is_followed_by_a_code() {
    let (server, log_in) = (Server::start(true).await, LogInServer::new());
    let (client, mut events) = log_in.client(&server, |_| ());
    let mut peer = server.accept().await;
    let request = peer.next_request().await;
    peer.refuse(&request, -10_003, "over").await;
    next_event(&mut events).await;
    let mut peer = server.accept().await;
    let refused = Refused {
        code: easy::TOKEN_EXPIRED,
        title: "Expired".to_owned(),
        text: "scan".to_owned(),
        ..Refused::default()
    };
    answer_easy_log_in(&log_in, &mut peer, Err(&refused)).await;
    assert_eq!(
        next_event(&mut events).await,
        Event::LoggedOut {
            title: "Expired".to_owned(),
            text: "scan".to_owned()
        }
    );
    assert!(client.me().is_some(), "the account is still known");
    // Once, although several codes follow.
    for code in 1..3 {
        log_in.answer_code(&mut peer, code).await;
        shown(&mut events).await;
        log_in.answer_poll(&mut peer, code, &State::Expired).await;
        assert_eq!(next_event(&mut events).await, Event::QrExpired);
    }
    // The same client goes on after the scan.
    log_in.answer_code(&mut peer, 3).await;
    shown(&mut events).await;
    log_in
        .answer_poll(&mut peer, 3, &State::Confirmed(confirmed()))
        .await;
    log_in.answer_log_in(&mut peer, &welcome()).await;
    assert!(matches!(next_event(&mut events).await, Event::LoggedIn(_)));
    let request = peer.next_request().await;
    peer.registered(&request).await;
    online(&client, &mut peer).await;
}

#[tokio::test]
async fn broken_keystore_is_moved_aside_and_a_code_follows() {
    let (server, log_in) = (Server::start(false).await, LogInServer::new());
    fs::write(server.keystore(), "{ what").expect("written");
    let (_client, mut events) = log_in.client(&server, |_| ());
    let Event::KeystoreSetAside { path, .. } = next_event(&mut events).await else {
        panic!("not set aside");
    };
    assert_eq!(fs::read_to_string(path).expect("kept"), "{ what");
    let mut peer = server.accept().await;
    log_in.answer_code(&mut peer, 1).await;
    shown(&mut events).await;
}
