//! Event filters on every kind of connection (api/transports §7.4).

use std::time::Duration;

use nekonap_gateway::{Config, Filter, Gateway, HttpServer, Listen, Webhook, WsClient, WsServer};
use serde_json::{Value, json};

use crate::online::Online;
use crate::reverse::Framework;
use crate::support::{Socket, client};
use crate::webhook;

/// The text of a message event; `None` for another event.
fn text(event: &Value) -> Option<&str> {
    (event["post_type"] == "message").then(|| event["raw_message"].as_str().expect("a text"))
}

#[tokio::test]
async fn filter_of_an_entry_applies_to_its_events_only() {
    let online = Online::start().await;
    let filter = json!({"post_type": "message", "raw_message": {".not": {".regex": "^!"}}});
    let filter = Filter::new(filter.as_object().expect("an object")).expect("valid");
    let filter = Some(filter);
    let framework = Framework::listen().await;
    let (hook, mut posted) = webhook::framework(|_| webhook::done()).await;
    let listen = Listen::new("127.0.0.1", 0);
    let heartbeat = Some(Duration::from_millis(100));
    let config = Config {
        http: vec![HttpServer {
            listen: listen.clone(),
            events: true,
            filter: filter.clone(),
            ..HttpServer::default()
        }],
        ws: vec![
            WsServer {
                name: "filtered".to_owned(),
                listen: listen.clone(),
                filter: filter.clone(),
                heartbeat,
                ..WsServer::default()
            },
            WsServer {
                name: "unfiltered".to_owned(),
                listen,
                ..WsServer::default()
            },
        ],
        ws_clients: vec![WsClient {
            filter: filter.clone(),
            ..framework.entry("/")
        }],
        webhooks: vec![Webhook {
            filter,
            ..Webhook::new(
                "hook",
                format!("http://{hook}").parse().expect("an address"),
            )
        }],
    };
    let gateway = Gateway::start(config, online.bot.clone(), Vec::new())
        .await
        .expect("a gateway");
    let [http, filtered, unfiltered] = [0, 1, 2].map(|at| gateway.listening()[at].address);
    let stream = client().get(format!("http://{http}/_events")).send();
    let mut stream = stream.await.expect("an answer");
    let mut filtered = Socket::open(filtered, "/").await;
    let mut unfiltered = Socket::open(unfiltered, "/").await;
    let mut reverse = framework.accept().await;
    // Lifecycle events and heartbeats are not filtered.
    let first = stream.chunk().await.expect("a chunk").expect("an event");
    assert!(first.starts_with(b"data: {"), "{first:?}");
    for first in [
        filtered.json().await,
        unfiltered.json().await,
        reverse.json().await,
    ] {
        assert_eq!(first["sub_type"], "connect");
    }
    assert_eq!(
        webhook::next(&mut posted).await.json()["sub_type"],
        "enable"
    );
    assert_eq!(filtered.json().await["meta_event_type"], "heartbeat");

    online.says(10_002, 20_001, "!hidden").await;
    online.says(10_002, 20_001, "shown").await;
    assert_eq!(text(&unfiltered.json().await), Some("!hidden"));
    assert_eq!(text(&unfiltered.json().await), Some("shown"));
    assert_eq!(text(&reverse.json().await), Some("shown"));
    let post = webhook::next(&mut posted).await.json();
    assert_eq!(text(&post), Some("shown"));
    let event = loop {
        let event = filtered.json().await;
        if event["post_type"] != "meta_event" {
            break event;
        }
    };
    assert_eq!(text(&event), Some("shown"));
    let chunk = stream.chunk().await.expect("a chunk").expect("an event");
    let chunk = String::from_utf8(chunk.to_vec()).expect("text");
    assert!(
        chunk.contains("shown") && !chunk.contains("hidden"),
        "{chunk}"
    );
    drop((stream, filtered, unfiltered, reverse));
    gateway.shutdown().await;
    online.end().await;
}
