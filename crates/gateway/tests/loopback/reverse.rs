//! The reverse WebSocket, against a framework that the test implements (api/transports §5).

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use nekonap_endpoint::{Next, Want};
use nekonap_gateway::{Config, Gateway, Limits, Role, Token, WsClient};
use rustls::pki_types::PrivatePkcs8KeyDer;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};

use crate::online::Online;
use crate::support::{STEP_TIMEOUT, TOKEN};

/// The minimum reconnect delay.
const RECONNECT: Duration = Duration::from_secs(1);

/// A framework: a listener that the gateway connects to.
pub(crate) struct Framework(TcpListener);

/// An accepted connection.
pub(crate) struct Accepted<S> {
    socket: WebSocketStream<S>,
    request: Request,
}

impl Framework {
    pub(crate) async fn listen() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").await.expect("a port"))
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.0.local_addr().expect("an address")
    }

    /// An entry that connects to this path of the framework.
    pub(crate) fn entry(&self, path: &str) -> WsClient {
        let url = format!("ws://{}{path}", self.address());
        WsClient {
            reconnect: RECONNECT,
            ..WsClient::new("reverse", url.parse().expect("an address"))
        }
    }

    /// The next TCP connection.
    pub(crate) async fn stream(&self) -> TcpStream {
        let accepted = timeout(STEP_TIMEOUT, self.0.accept()).await;
        accepted
            .expect("a connection in time")
            .expect("a connection")
            .0
    }

    /// The next connection, upgraded.
    pub(crate) async fn accept(&self) -> Accepted<TcpStream> {
        Accepted::upgrade(self.stream().await).await
    }

    /// Answers the next connection with a status.
    async fn refuse(&self, status: &str) {
        let mut stream = self.stream().await;
        let mut head = [0; 2_048];
        let read = stream.read(&mut head).await.expect("a request");
        assert!(head[..read].starts_with(b"GET /"), "a handshake");
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
        stream.write_all(answer.as_bytes()).await.expect("sent");
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Accepted<S> {
    async fn upgrade(stream: S) -> Self {
        let mut request = None;
        #[allow(clippy::result_large_err, reason = "the library's own signature")]
        let keep = |given: &Request, answer: Response| {
            request = Some(given.clone());
            Ok(answer)
        };
        let socket = accept_hdr_async(stream, keep).await.expect("a handshake");
        let request = request.expect("a request");
        Self { socket, request }
    }

    fn header(&self, name: &str) -> Option<&str> {
        let value = self.request.headers().get(name)?;
        Some(value.to_str().expect("text"))
    }

    /// The next text frame, as JSON.
    pub(crate) async fn json(&mut self) -> Value {
        loop {
            let message = timeout(STEP_TIMEOUT, self.socket.next()).await;
            match message
                .expect("a frame in time")
                .expect("a frame")
                .expect("whole")
            {
                Message::Text(text) => return serde_json::from_str(&text).expect("JSON"),
                Message::Ping(_) => {}
                other => panic!("not a text: {other:?}"),
            }
        }
    }
}

async fn connect(clients: Vec<WsClient>) -> Gateway {
    let config = Config {
        ws_clients: clients,
        ..Config::default()
    };
    let bot = crate::bot::start().await;
    Gateway::start(config, bot, Vec::new())
        .await
        .expect("a gateway")
}

#[tokio::test]
async fn handshake_names_the_account_and_keeps_the_address() {
    let framework = Framework::listen().await;
    for (path, token, role, role_header) in [
        ("/onebot/v11/ws", Some(TOKEN), Role::Universal, "Universal"),
        ("/ws/api/?a=%20b&c", None, Role::Api, "API"),
        ("/ws/event", None, Role::Event, "Event"),
    ] {
        let entry = WsClient {
            token: token.map(|token| Token::new(token).expect("a token")),
            role,
            ..framework.entry(path)
        };
        let gateway = connect(vec![entry]).await;
        let accepted = framework.accept().await;
        assert_eq!(accepted.request.uri().to_string(), path);
        assert_eq!(accepted.header("X-Self-ID"), Some("10001"));
        assert_eq!(accepted.header("X-Client-Role"), Some(role_header));
        let bearer = token.map(|token| format!("Bearer {token}"));
        assert_eq!(accepted.header("Authorization"), bearer.as_deref());
        let agent = accepted.header("User-Agent").expect("a user agent");
        assert!(agent.starts_with("OneBot/11 (Nekonap/"), "{agent}");
        gateway.shutdown().await;
    }
}

#[tokio::test]
async fn session_is_the_same_as_of_a_forward_connection() {
    let framework = Framework::listen().await;
    let entry = WsClient {
        heartbeat: Some(Duration::from_millis(100)),
        ..framework.entry("/")
    };
    let gateway = connect(vec![entry]).await;
    let mut accepted = framework.accept().await;
    let first = accepted.json().await;
    assert_eq!(first["meta_event_type"], "lifecycle");
    assert_eq!(first["sub_type"], "connect");
    assert_eq!(first["self_id"], 10001);
    assert_eq!(accepted.json().await["meta_event_type"], "heartbeat");
    let call = json!({"action": "get_login_info", "echo": {"n": 1}}).to_string();
    accepted
        .socket
        .send(Message::text(call))
        .await
        .expect("sent");
    let answer = loop {
        let frame = accepted.json().await;
        if frame.get("post_type").is_none() {
            break frame;
        }
    };
    assert_eq!(answer["retcode"], 0);
    assert_eq!(answer["echo"], json!({"n": 1}));
    gateway.shutdown().await;
}

#[tokio::test]
async fn connection_is_restored_however_it_ended() {
    let framework = Framework::listen().await;
    let gateway = connect(vec![framework.entry("/ws")]).await;
    // A normal close.
    let mut accepted = framework.accept().await;
    accepted.json().await;
    accepted.socket.close(None).await.expect("closed");
    // A close with the code that NoneBot uses for a second connection of an account.
    let mut accepted = framework.accept().await;
    accepted.json().await;
    let frame = CloseFrame {
        code: CloseCode::Policy,
        reason: "Duplicate X-Self-ID".into(),
    };
    accepted.socket.close(Some(frame)).await.expect("closed");
    // The framework is killed: the connection ends without a close frame.
    drop(framework.accept().await);
    // The framework refuses the upgrade.
    framework.refuse("403 Forbidden").await;
    framework.refuse("404 Not Found").await;
    framework
        .refuse("301 Moved Permanently\r\nlocation: /elsewhere")
        .await;
    // The answer is not HTTP.
    let mut stream = framework.stream().await;
    stream.write_all(b"220 mail\r\n\r\n").await.expect("sent");
    drop(stream);
    let mut accepted = framework.accept().await;
    assert_eq!(
        accepted.request.uri().path(),
        "/ws",
        "redirects are not followed"
    );
    assert_eq!(accepted.json().await["sub_type"], "connect");
    gateway.shutdown().await;
}

#[tokio::test]
async fn framework_that_refuses_three_times_is_connected_at_the_fourth_try() {
    let framework = Framework::listen().await;
    let gateway = connect(vec![framework.entry("/onebot/v11/ws")]).await;
    for _ in 0..3 {
        framework.refuse("403 Forbidden").await;
    }
    let mut accepted = framework.accept().await;
    assert_eq!(accepted.json().await["sub_type"], "connect");
    gateway.shutdown().await;
}

#[tokio::test]
async fn events_while_the_connection_was_lost_come_only_with_replay() {
    let online = Online::start().await;
    let (plain, replayed) = (Framework::listen().await, Framework::listen().await);
    let entry = WsClient {
        name: "replayed".to_owned(),
        replay: Some(Duration::from_mins(10)),
        ..replayed.entry("/")
    };
    let config = Config {
        ws_clients: vec![plain.entry("/"), entry],
        ..Config::default()
    };
    let gateway = Gateway::start(config, online.bot.clone(), Vec::new())
        .await
        .expect("a gateway");
    for framework in [&plain, &replayed] {
        let mut accepted = framework.accept().await;
        assert_eq!(accepted.json().await["sub_type"], "connect");
        // The connection ends without a close frame.
        drop(accepted);
    }
    // Both wait for their reconnect interval: they have noticed the end when they connect again. Only what happens before the
    // handshake is answered counts as missed.
    let streams = [plain.stream().await, replayed.stream().await];
    let mut follower = online.bot.cursor(Want::default());
    online.says(10_002, 20_001, "meanwhile").await;
    let logged = timeout(STEP_TIMEOUT, follower.next()).await;
    assert!(matches!(logged, Ok(Next::Event { .. })), "it is in the log");
    let [plain, replayed] = streams;
    let (mut plain, mut replayed) = (
        Accepted::upgrade(plain).await,
        Accepted::upgrade(replayed).await,
    );
    for accepted in [&mut plain, &mut replayed] {
        assert_eq!(accepted.json().await["sub_type"], "connect");
    }
    online.says(10_002, 20_001, "afterwards").await;
    assert_eq!(plain.json().await["raw_message"], "afterwards");
    assert_eq!(replayed.json().await["raw_message"], "meanwhile");
    assert_eq!(replayed.json().await["raw_message"], "afterwards");
    gateway.shutdown().await;
    online.end().await;
}

#[tokio::test]
async fn framework_that_starts_later_is_connected_to() {
    let framework = Framework::listen().await;
    let (address, entry) = (framework.address(), framework.entry("/ws"));
    drop(framework);
    let other = Framework::listen().await;
    let second = WsClient {
        name: "second".to_owned(),
        ..other.entry("/ws")
    };
    let gateway = connect(vec![entry, second]).await;
    // The second entry does not wait for the first.
    other.accept().await.json().await;
    let framework = Framework(TcpListener::bind(address).await.expect("the same port"));
    framework.accept().await.json().await;
    gateway.shutdown().await;
}

#[tokio::test]
async fn connection_to_a_silent_framework_is_restored() {
    let framework = Framework::listen().await;
    let limits = Limits {
        ping: Duration::from_millis(100),
        silent: Duration::from_millis(400),
        ..Limits::default()
    };
    let entry = WsClient {
        limits,
        ..framework.entry("/")
    };
    let gateway = connect(vec![entry]).await;
    // This client never reads, so it does not answer pings.
    let mute = framework.accept().await;
    let mut accepted = framework.accept().await;
    accepted.json().await;
    drop(mute);
    gateway.shutdown().await;
}

#[tokio::test]
async fn shutdown_sends_a_close_frame_and_does_not_wait_for_a_handshake() {
    let framework = Framework::listen().await;
    let stuck = Framework::listen().await;
    let second = WsClient {
        name: "stuck".to_owned(),
        ..stuck.entry("/")
    };
    let gateway = connect(vec![framework.entry("/"), second]).await;
    let mut accepted = framework.accept().await;
    accepted.json().await;
    // The framework accepts this connection but never answers the handshake.
    let _stream = stuck.stream().await;
    let close = tokio::spawn(async move {
        loop {
            match accepted.socket.next().await {
                Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code),
                Some(Ok(_)) => {}
                other => panic!("no close frame: {other:?}"),
            }
        }
    });
    timeout(STEP_TIMEOUT, gateway.shutdown())
        .await
        .expect("it stops");
    assert_eq!(close.await.expect("a close"), Some(CloseCode::Away));
}

#[tokio::test]
async fn certificate_is_verified_unless_disabled() {
    let certified =
        rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).expect("a certificate");
    let key = PrivatePkcs8KeyDer::from(certified.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key.into())
        .expect("a configuration");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let framework = Framework::listen().await;
    let url = format!("wss://{}/ws", framework.address());
    let entry = |name: &str, verify_certificate| WsClient {
        verify_certificate,
        reconnect: RECONNECT,
        ..WsClient::new(name, url.parse().expect("an address"))
    };
    let gateway = connect(vec![entry("checked", true)]).await;
    let refused = acceptor.accept(framework.stream().await).await;
    assert!(refused.is_err(), "a self-signed certificate is refused");
    gateway.shutdown().await;
    let gateway = connect(vec![entry("unchecked", false)]).await;
    let stream = loop {
        // The last attempt of the previous entry may still be pending here.
        if let Ok(stream) = acceptor.accept(framework.stream().await).await {
            break stream;
        }
    };
    assert_eq!(
        Accepted::upgrade(stream).await.json().await["sub_type"],
        "connect"
    );
    gateway.shutdown().await;
}
