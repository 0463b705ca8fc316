//! Minimal servers that send the same bytes over the same kind of sockets.

use axum::{Router, http::header::CONTENT_TYPE, response::IntoResponse, routing::post};
use futures_util::SinkExt;
use std::net::SocketAddr;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::broadcast,
};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

/// An HTTP server with an axum handler that returns a fixed body.
pub(crate) async fn http(body: String) -> SocketAddr {
    let handler = move || {
        let body = body.clone();
        async move { ([(CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response() }
    };
    let router = Router::new().route("/{*path}", post(handler));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// A WebSocket server that sends all broadcast texts to every client.
pub(crate) async fn websocket() -> (SocketAddr, broadcast::Sender<Utf8Bytes>) {
    let (sender, _) = broadcast::channel::<Utf8Bytes>(4096);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let events = sender.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut events = events.subscribe();
            tokio::spawn(async move {
                let mut socket = tokio_tungstenite::accept_async(stream)
                    .await
                    .expect("a client");
                while let Ok(event) = events.recv().await {
                    if socket.send(Message::Text(event)).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    (address, sender)
}

/// The two ends of three connections in a row: what is written to the first end is copied twice, and read from the second.
pub(crate) async fn chain() -> (TcpStream, TcpStream) {
    let (first, mut one) = pair().await;
    let (mut two, mut three) = pair().await;
    let (mut four, last) = pair().await;
    // The copies end when the first end is dropped.
    tokio::spawn(async move { tokio::io::copy(&mut one, &mut two).await });
    tokio::spawn(async move { tokio::io::copy(&mut three, &mut four).await });
    (first, last)
}

/// Both ends of a connection.
async fn pair() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (one, other) = tokio::join!(TcpStream::connect(address), listener.accept());
    let (one, (other, _)) = (one.expect("connected"), other.expect("accepted"));
    for end in [&one, &other] {
        end.set_nodelay(true).expect("no delay");
    }
    (one, other)
}
