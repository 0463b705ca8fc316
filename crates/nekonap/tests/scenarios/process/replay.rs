//! A framework with `replay` sees every message, also when Nekonap is the one that is killed (api/transports §7.7).

use super::{
    program::Program,
    running::{Running, configured, confirm},
};
use futures_util::StreamExt;
use serde_json::{Value, json};
use std::{collections::BTreeMap, fs::OpenOptions, io::Write, sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::Semaphore, time::timeout};
use tokio_tungstenite::{accept_async, tungstenite::Message};

/// Time limit for each expected event. Far more than a busy machine needs.
const STEP_TIMEOUT: Duration = Duration::from_secs(60);

/// Reads one connection of Nekonap until `count` different messages were seen, or the connection ends.
async fn receive(framework: &TcpListener, seen: &mut BTreeMap<u64, String>, count: usize) {
    let accepted = timeout(STEP_TIMEOUT, framework.accept()).await;
    let (stream, _) = accepted
        .expect("a connection in time")
        .expect("a connection");
    let mut socket = accept_async(stream).await.expect("a handshake");
    while seen.len() < count {
        let next = timeout(STEP_TIMEOUT, socket.next()).await;
        let Some(Ok(message)) = next.expect("a frame in time") else {
            return;
        };
        let Message::Text(text) = message else {
            continue;
        };
        let event: Value = serde_json::from_str(&text).expect("JSON");
        if event["post_type"] != "message" {
            continue;
        }
        let id = event["event_id"].as_u64().expect("an event id");
        let text = event["raw_message"].as_str().expect("a text").to_owned();
        let known = seen.insert(id, text.clone());
        assert!(
            known.is_none_or(|known| known == text),
            "a repeat is the same event"
        );
    }
}

#[tokio::test]
async fn framework_has_seen_all_messages_in_order_after_nekonap_was_killed() {
    let runtime = tempfile::tempdir().expect("a folder");
    let sandbox = Arc::new(Program::sandbox(runtime.path(), &[]));
    let framework = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let (folder, _) = configured(&sandbox);
    let url = format!("ws://{}", framework.local_addr().expect("an address"));
    let mut file = OpenOptions::new()
        .append(true)
        .open(folder.path().join("nekonap.toml"))
        .expect("the configuration");
    write!(
        file,
        "[[reverse_ws]]\nurl = \"{url}\"\nreplay = \"10m\"\nreconnect = \"1s\"\n"
    )
    .expect("written");
    let mut program = Running::start(folder.path());
    confirm(&sandbox, &program, 10003).await;
    program.says("已上线");

    let texts: Vec<String> = (0..1_000)
        .map(|number| format!("message {number}"))
        .collect();
    // Each message needs a permit.
    // Each message needs a permit.
    let permits = Arc::new(Semaphore::new(0));
    let saying = tokio::spawn({
        let (sandbox, permits, texts) = (Arc::clone(&sandbox), Arc::clone(&permits), texts.clone());
        async move {
            for text in texts {
                permits.acquire().await.expect("open").forget();
                let act = json!({"as": 10002, "do": "send_group_message", "group": 20001, "message": text});
                let (status, answer) = sandbox.act(&act).await;
                assert_eq!(status, 200, "{answer}");
            }
        }
    });
    let mut seen = BTreeMap::new();
    // Killed three times while messages arrive; more arrive while it is away and while it starts.
    for killed_after in [150, 400, 700] {
        permits.add_permits(250);
        receive(&framework, &mut seen, killed_after).await;
        program.kill();
        program = Running::start(folder.path());
    }
    permits.add_permits(250);
    while seen.len() < texts.len() {
        receive(&framework, &mut seen, texts.len()).await;
    }
    saying.await.expect("all were said");
    assert_eq!(seen.len(), texts.len());
    for ((id, text), expected) in seen.iter().zip(&texts) {
        let near: Vec<_> = seen.range(id.saturating_sub(5)..id + 5).collect();
        assert_eq!(text, expected, "{near:?}");
    }
    assert_eq!(program.stop(), Some(0));
}
