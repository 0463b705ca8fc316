//! Bots that connect to a framework (api/transports §5): `--reverse-ws`.

use crate::story::{STEP_TIMEOUT, Story, framework::frame};
use futures_util::SinkExt;
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::{
    WebSocketStream, accept_hdr_async,
    tungstenite::{
        Message,
        handshake::server::{Request, Response},
    },
};

/// A connection that the framework accepted, with the account in its header.
struct Accepted {
    socket: WebSocketStream<TcpStream>,
    account: String,
}

async fn accept(framework: &TcpListener, token: &str) -> Accepted {
    let accepted = timeout(STEP_TIMEOUT, framework.accept()).await;
    let (stream, _) = accepted
        .expect("a connection in time")
        .expect("a connection");
    let mut account = None;
    #[allow(clippy::result_large_err, reason = "the library's own signature")]
    let check = |request: &Request, answer: Response| {
        let header = |name| request.headers()[name].to_str().expect("text").to_owned();
        assert_eq!(header("authorization"), format!("Bearer {token}"));
        account = Some(header("x-self-id"));
        Ok(answer)
    };
    let mut socket = accept_hdr_async(stream, check).await.expect("a handshake");
    let first = frame(&mut socket).await;
    assert_eq!(first["sub_type"], "connect");
    let account = account.expect("an account");
    assert_eq!(first["self_id"].to_string(), account);
    Accepted { socket, account }
}

#[tokio::test]
async fn reverse_websocket_reconnects_after_the_framework_restarts() {
    let framework = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!(
        "ws://{}/onebot/v11/ws",
        framework.local_addr().expect("an address")
    );
    let story = Story::beginning().connecting_to(&url).begin().await;
    let bob = story.person(10002);
    for round in ["first", "after a restart"] {
        let mut accepted = accept(&framework, &story.ready().token).await;
        bob.says(20001, json!(format!("hello, {round}"))).await;
        let event = frame(&mut accepted.socket).await;
        assert_eq!(event["raw_message"], format!("hello, {round}"));
        let call = json!({
            "action": "send_group_msg", "echo": round,
            "params": {"group_id": event["group_id"], "message": format!("heard, {round}")},
        });
        let call = Message::text(call.to_string());
        accepted.socket.send(call).await.expect("sent");
        assert_eq!(frame(&mut accepted.socket).await["echo"], round);
        let seen = json!({"from": 10001, "message": [{"type": "text", "text": format!("heard, {round}")}]});
        story.group_sees(20001, seen).await;
        // The socket is dropped without a close frame, as if the framework's process ended.
    }
}

#[tokio::test]
async fn every_bot_connects_with_its_own_account() {
    let framework = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("ws://{}", framework.local_addr().expect("an address"));
    let story = Story::beginning()
        .bots(&[10001, 10003])
        .connecting_to(&url)
        .begin()
        .await;
    let token = &story.ready().token;
    let one = accept(&framework, token).await;
    let other = accept(&framework, token).await;
    let mut accounts = [one.account, other.account];
    accounts.sort();
    assert_eq!(accounts, ["10001", "10003"]);
}
