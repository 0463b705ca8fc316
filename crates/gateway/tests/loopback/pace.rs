//! Calls over the rate of an entry, and messages that are paced, wait and do not fail (api/transports §9).

use std::time::Duration;

use nekonap_gateway::{Config, Gateway, Listen, Rate, WsServer};
use serde_json::json;

use crate::online::Online;
use crate::support::{Socket, client, served};

#[tokio::test]
async fn calls_over_the_rate_of_an_entry_wait() {
    let served = served(|_, ws, _| {
        ws.rate = Some(Rate {
            interval: Duration::from_hours(1),
            bucket: 2,
        });
    })
    .await;
    let mut one = Socket::open(served.ws, "/api").await;
    let mut other = Socket::open(served.ws, "/api").await;
    let call = |echo: u64| json!({"action": "get_login_info", "echo": echo}).to_string();
    // The entry's connections share its rate.
    assert_eq!(one.call(&call(1)).await["retcode"], 0);
    assert_eq!(other.call(&call(2)).await["retcode"], 0);
    one.send(call(3)).await;
    // Another entry has a rate of its own: here, none.
    for _ in 0..10 {
        let url = format!("http://{}/get_login_info", served.http);
        let answer = client().get(url).send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
    }
    // The shutdown does not wait for the turn of the call.
    let shutdown = tokio::spawn(served.gateway.shutdown());
    let answer = one.json().await;
    assert_eq!(
        (&answer["msg"], &answer["echo"]),
        (&json!("OFFLINE"), &json!(3))
    );
    assert_eq!(one.closed().await, Some(1001));
    assert_eq!(other.closed().await, Some(1001));
    shutdown.await.expect("stopped");
}

#[tokio::test]
async fn paced_message_waits_and_other_chats_do_not() {
    let online = Online::with(nekonap_endpoint::Config {
        send_interval: 3_000,
        ..nekonap_endpoint::Config::default()
    })
    .await;
    let config = Config {
        ws: vec![WsServer {
            listen: Listen::new("127.0.0.1", 0),
            ..WsServer::default()
        }],
        ..Config::default()
    };
    let gateway = Gateway::start(config, online.bot.clone(), Vec::new())
        .await
        .expect("a gateway");
    let mut socket = Socket::open(gateway.ws().expect("WebSocket"), "/api").await;
    let send = |group: u64, echo: u64| {
        let params = json!({"group_id": group, "message": "hello"});
        json!({"action": "send_group_msg", "params": params, "echo": echo}).to_string()
    };
    for (group, echo) in [(20_001, 1), (20_001, 2), (20_001, 3), (20_002, 4)] {
        socket.send(send(group, echo)).await;
    }
    let mut order = Vec::new();
    for _ in 0..4 {
        let answer = socket.json().await;
        assert_eq!(answer["retcode"], 0, "{answer}");
        order.push(answer["echo"].as_u64().expect("a number"));
    }
    // The second message to the first group waits longer than the first one to the other group takes.
    order[..2].sort_unstable();
    assert_eq!(order, [1, 4, 2, 3]);
    drop(socket);
    gateway.shutdown().await;
    online.end().await;
}
