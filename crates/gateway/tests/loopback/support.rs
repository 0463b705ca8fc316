//! A gateway on free ports of this machine, and clients for it.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use nekonap_endpoint::Bot;
use nekonap_gateway::{
    Access, Config, Gateway, HttpServer, Limits, Listen, Mount, Token, WsServer,
};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// The token of [`with_token`].
pub(crate) const TOKEN: &str = "t0ken";

/// Timeout of every step of a test.
pub(crate) const STEP_TIMEOUT: Duration = Duration::from_secs(10);

/// A running gateway, its bot and its addresses.
pub(crate) struct Served {
    pub(crate) gateway: Gateway,
    pub(crate) bot: Bot,
    pub(crate) http: SocketAddr,
    pub(crate) ws: SocketAddr,
}

/// A gateway with one HTTP and one WebSocket entry, changed by `change` before it starts.
pub(crate) async fn served(
    change: impl FnOnce(&mut HttpServer, &mut WsServer, &mut Limits),
) -> Served {
    mounted(change, Vec::new()).await
}

/// Like [`served`], with mounts.
pub(crate) async fn mounted(
    change: impl FnOnce(&mut HttpServer, &mut WsServer, &mut Limits),
    mounts: Vec<Mount>,
) -> Served {
    let bot = crate::bot::start().await;
    let mut http = HttpServer {
        listen: Listen::new("127.0.0.1", 0),
        ..HttpServer::default()
    };
    let mut ws = WsServer {
        listen: Listen::new("127.0.0.1", 0),
        ..WsServer::default()
    };
    let mut limits = Limits::default();
    change(&mut http, &mut ws, &mut limits);
    http.limits = limits.clone();
    ws.limits = limits;
    let config = Config {
        http: vec![http],
        ws: vec![ws],
        ..Config::default()
    };
    let gateway = Gateway::start(config, bot.clone(), mounts)
        .await
        .expect("a gateway");
    let (http, ws) = (
        gateway.http().expect("an HTTP entry"),
        gateway.ws().expect("a WebSocket entry"),
    );
    Served {
        gateway,
        bot,
        http,
        ws,
    }
}

/// For [`served`]: both entries require [`TOKEN`].
pub(crate) fn with_token(http: &mut HttpServer, ws: &mut WsServer, _: &mut Limits) {
    let access = Access::token(Token::new(TOKEN).expect("a token"));
    http.access = access.clone();
    ws.access = access;
}

/// An HTTP client.
pub(crate) fn client() -> reqwest::Client {
    // Fails if another test has already installed it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .timeout(STEP_TIMEOUT)
        .build()
        .expect("a client")
}

/// Sends a raw request and reads until the server closes the connection.
pub(crate) async fn raw(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    timeout(STEP_TIMEOUT, stream.read_to_end(&mut answer))
        .await
        .expect("an answer in time")
        .expect("an answer");
    String::from_utf8_lossy(&answer).into_owned()
}

/// A WebSocket client.
pub(crate) struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Connects to a path.
    pub(crate) async fn open(address: SocketAddr, path: &str) -> Self {
        Self::try_open(address, path, &[])
            .await
            .expect("an upgrade")
    }

    /// Connects with headers.
    ///
    /// # Errors
    /// The status, if it is not 101.
    pub(crate) async fn try_open(
        address: SocketAddr,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, u16> {
        let mut request = format!("ws://{address}{path}")
            .into_client_request()
            .expect("a request");
        for (name, value) in headers {
            request
                .headers_mut()
                .insert(*name, value.parse().expect("a value"));
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(Error::Http(answer)) => Err(answer.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    /// Sends a text frame.
    pub(crate) async fn send(&mut self, text: impl Into<String>) {
        self.message(Message::text(text.into())).await;
    }

    /// Sends a frame.
    pub(crate) async fn message(&mut self, message: Message) {
        self.0.send(message).await.expect("sent");
    }

    /// The next text frame, as JSON.
    pub(crate) async fn json(&mut self) -> Value {
        serde_json::from_str(&self.text().await).expect("JSON")
    }

    /// The next text frame.
    pub(crate) async fn text(&mut self) -> String {
        match self.next().await {
            Some(Message::Text(text)) => text.to_string(),
            other => panic!("not a text: {other:?}"),
        }
    }

    /// The next frame; `None` when the connection has ended.
    pub(crate) async fn next(&mut self) -> Option<Message> {
        timeout(STEP_TIMEOUT, self.0.next())
            .await
            .expect("a frame in time")
            .and_then(Result::ok)
    }

    /// Reads until the close frame of the server, answers it, and returns its code; `None` if there was none.
    pub(crate) async fn closed(&mut self) -> Option<u16> {
        let mut code = None;
        while let Some(message) = self.next().await {
            if let Message::Close(frame) = message {
                code = frame.map(|CloseFrame { code, .. }| code.into());
            }
        }
        code
    }

    /// Calls an action and returns its answer; events before it are skipped.
    pub(crate) async fn call(&mut self, frame: &str) -> Value {
        self.send(frame).await;
        loop {
            let answer = self.json().await;
            if answer.get("post_type").is_none() {
                return answer;
            }
        }
    }
}
