//! Changing the configuration of a running gateway (api/transports §4.6, §11 "Live reload").

use nekonap_gateway::{Access, Config, Gateway, GatewayError, Listen, Token, WsServer};
use serde_json::json;

use crate::support::{Socket, served};

fn entry(name: &str, port: u16) -> WsServer {
    WsServer {
        name: name.to_owned(),
        listen: Listen::new("127.0.0.1", port),
        ..WsServer::default()
    }
}

fn config(ws: Vec<WsServer>) -> Config {
    Config {
        ws,
        ..Config::default()
    }
}

#[tokio::test]
async fn only_the_changed_entries_are_closed() {
    let bot = crate::bot::start().await;
    let before = config(vec![
        entry("same", 0),
        entry("changed", 0),
        entry("gone", 0),
    ]);
    let mut gateway = Gateway::start(before, bot, Vec::new())
        .await
        .expect("a gateway");
    let [same, changed, gone] = [0, 1, 2].map(|at| gateway.listening()[at].address);
    let mut sockets = Vec::new();
    for address in [same, changed, gone] {
        let mut socket = Socket::open(address, "/").await;
        assert_eq!(socket.json().await["sub_type"], "connect");
        sockets.push(socket);
    }
    let with_token = WsServer {
        access: Access::token(Token::new("t0ken").expect("a token")),
        ..entry("changed", changed.port())
    };
    let after = config(vec![
        entry("new", gone.port()),
        with_token,
        entry("same", 0),
    ]);
    let errors = gateway.reload(after).await.expect("it is valid");
    assert!(errors.is_empty(), "{errors:?}");

    assert_eq!(sockets[1].closed().await, Some(1012));
    assert_eq!(sockets[2].closed().await, Some(1001));
    let answer = sockets[0]
        .call(&json!({"action": "get_status", "echo": 1}).to_string())
        .await;
    assert_eq!(answer["echo"], 1, "the connection is the same one");
    let listening = gateway.listening().iter();
    let listening: Vec<_> = listening
        .map(|listening| (listening.entry.as_str(), listening.address))
        .collect();
    assert_eq!(
        listening,
        [("new", gone), ("changed", changed), ("same", same)],
        "in the order of the configuration"
    );
    let mut new = Socket::open(gone, "/").await;
    assert_eq!(new.json().await["sub_type"], "connect");
    let mut refused = Socket::open(changed, "/").await;
    assert_eq!(refused.json().await["retcode"], 1403);
    let mut admitted = Socket::open(changed, "/?access_token=t0ken").await;
    assert_eq!(admitted.json().await["sub_type"], "connect");
    gateway.shutdown().await;
}

#[tokio::test]
async fn invalid_configuration_changes_nothing() {
    let mut served = served(|_, _, _| {}).await;
    let mut socket = Socket::open(served.ws, "/").await;
    assert_eq!(socket.json().await["sub_type"], "connect");
    let before = served.gateway.listening().to_vec();
    let twice = config(vec![entry("a", 0), entry("a", 0)]);
    let refused = served.gateway.reload(twice).await;
    assert!(
        matches!(refused, Err(GatewayError::Config(_))),
        "{refused:?}"
    );
    assert_eq!(served.gateway.listening(), before);
    let answer = socket.call(r#"{"action":"get_status","echo":2}"#).await;
    assert_eq!(answer["echo"], 2);
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn entry_whose_port_is_in_use_is_opened_when_the_port_is_free() {
    let bot = crate::bot::start().await;
    let mut gateway = Gateway::start(config(vec![entry("first", 0)]), bot, Vec::new())
        .await
        .expect("a gateway");
    let first = gateway.listening()[0].address;
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let taken = taken.expect("a free port");
    let port = taken.local_addr().expect("an address").port();
    let wanted = config(vec![entry("first", 0), entry("second", port)]);
    let errors = gateway.reload(wanted).await.expect("it is valid");
    assert!(
        matches!(errors.as_slice(), [GatewayError::AddressInUse { entry, .. }] if entry == "second"),
        "{errors:?}"
    );
    assert_eq!(gateway.listening()[0].address, first, "the other goes on");
    let errors = gateway.retry().await;
    assert_eq!(errors.len(), 1, "{errors:?}");
    let mut socket = Socket::open(first, "/").await;
    assert_eq!(socket.json().await["sub_type"], "connect");
    drop(taken);
    let errors = gateway.retry().await;
    assert!(errors.is_empty(), "{errors:?}");
    let answer = socket.call(r#"{"action":"get_status","echo":3}"#).await;
    assert_eq!(answer["echo"], 3, "the other was not touched");
    assert_eq!(gateway.listening()[1].address.port(), port);
    gateway.shutdown().await;
}
