//! The sandbox that is measured, and the connections to it.

use futures_util::StreamExt;
use nekonap::{
    cli::{Sandbox, Seed},
    compose::SandboxWorld,
};
use nekonap_ids::Uin;
use std::{net::SocketAddr, path::PathBuf};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async, tungstenite::client::IntoClientRequest,
};

pub(crate) const TOKEN: &str = "bench";

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A running sandbox with one bot.
pub(crate) struct World {
    pub(crate) sandbox: SandboxWorld,
    /// The bot's WebSocket.
    pub(crate) ws: String,
    /// The HTTP server of the bot and of the sandbox.
    pub(crate) http: SocketAddr,
}

/// Starts a sandbox with one bot, in memory or in a folder.
pub(crate) async fn start(data: Option<PathBuf>) -> World {
    let free = SocketAddr::from(([127, 0, 0, 1], 0));
    let sandbox = SandboxWorld::start(&Sandbox {
        data,
        http: free,
        ws: free,
        wire: free,
        token: Some(TOKEN.to_owned()),
        no_token: false,
        seed: Seed::Demo,
        bots: vec![Uin::new(10001).expect("a number")],
        report_self: false,
        reverse_ws: Vec::new(),
        webhook: Vec::new(),
        secret: None,
        replay: None,
        send_packet: false,
    })
    .await
    .expect("the sandbox starts");
    let ready = sandbox.ready();
    let http = ready
        .http
        .trim_start_matches("http://")
        .parse()
        .expect("an address");
    World {
        ws: ready.ws.clone(),
        sandbox,
        http,
    }
}

/// Opens a WebSocket; with a token, waits for the lifecycle event, after which it receives events.
pub(crate) async fn socket(url: &str, token: Option<&str>) -> Socket {
    let mut request = url.into_client_request().expect("an address");
    if let Some(token) = token {
        let header = format!("Bearer {token}").parse().expect("a header");
        request.headers_mut().insert("Authorization", header);
    }
    let (mut socket, _) = connect_async(request).await.expect("connected");
    if token.is_some() {
        socket.next().await.expect("an event").expect("a frame");
    }
    socket
}

/// Waits for the next event that is a message; `None` when the connection has ended.
pub(crate) async fn next_message(socket: &mut Socket) -> Option<()> {
    loop {
        let frame = socket.next().await?.ok()?;
        if frame.is_text()
            && frame
                .to_text()
                .is_ok_and(|text| text.contains(r#""post_type":"message""#))
        {
            return Some(());
        }
    }
}
