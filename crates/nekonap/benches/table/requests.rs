//! Throughput for frameworks: calls, sent messages, delivered events.

use crate::{
    Row, baseline,
    load::{self, post, requests_a_second},
};
use futures_util::StreamExt;
use nekonap::{
    cli::{Sandbox, Seed},
    compose::SandboxWorld,
    ready::Ready,
};
use nekonap_ids::Uin;
use serde_json::json;
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

const TOKEN: &str = "bench";
const LISTENERS: usize = 100;
const MESSAGES: u32 = 300;

/// Starts a sandbox with one bot.
async fn world() -> (SandboxWorld, Ready, SocketAddr) {
    let free = SocketAddr::from(([127, 0, 0, 1], 0));
    let world = SandboxWorld::start(&Sandbox {
        data: None,
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
    })
    .await
    .expect("the sandbox starts");
    let ready = world.ready().clone();
    let http = ready
        .http
        .trim_start_matches("http://")
        .parse()
        .expect("an address");
    (world, ready, http)
}

/// Calls and sent messages per second.
pub(crate) async fn calls() -> Vec<Row> {
    let (world, _, http) = world().await;
    let login = post("/get_login_info", TOKEN, "{}");
    let answer = r#"{"status":"ok","retcode":0,"data":{"user_id":10001,"nickname":"Nekonap"},"message":"","wording":"","echo":"","stream":"normal-action"}"#;
    let bare = baseline::http(answer.to_owned()).await;
    // Both are measured in turn, so that a short disturbance does not affect only one of them.
    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    for _ in 0..3 {
        theirs.push(requests_a_second(bare, 16, std::slice::from_ref(&login)).await);
        ours.push(requests_a_second(http, 16, std::slice::from_ref(&login)).await);
    }
    let mut rows = vec![Row {
        what: "get_login_info over HTTP, kept alive, 16 connections",
        figure: median(&mut ours),
        unit: "/s",
        baseline: Some(("a bare axum handler", median(&mut theirs))),
        reach: ">= 0.9",
    }];

    let sends: Vec<Vec<u8>> = (20001..=20003)
        .map(|group| {
            let body = json!({"group_id": group, "message": "one of very many"}).to_string();
            post("/send_group_msg", TOKEN, &body)
        })
        .collect();
    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    for _ in 0..3 {
        theirs.push(requests_a_second(bare, 64, &sends).await);
        ours.push(requests_a_second(http, 64, &sends).await);
    }
    rows.push(Row {
        what: "send_group_msg end to end, 64 in flight over 3 groups",
        figure: median(&mut ours),
        unit: "/s",
        baseline: Some(("a bare axum handler", median(&mut theirs))),
        reach: ">= 0.25",
    });
    world.shutdown().await;
    rows
}

/// Delivered events per second. Uses a new world, because the world of [`calls`] is still busy with its messages.
pub(crate) async fn fan_out() -> Vec<Row> {
    let (world, ready, http) = world().await;
    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    for _ in 0..3 {
        theirs.push(fan_out_bare().await);
        ours.push(fan_out_ours(&ready.ws, http).await);
    }
    world.shutdown().await;
    vec![Row {
        what: "a group message to 100 WebSocket clients, deliveries",
        figure: median(&mut ours),
        unit: "/s",
        baseline: Some(("a bare tokio-tungstenite broadcast", median(&mut theirs))),
        reach: ">= 0.8",
    }]
}

fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Sends messages through the sandbox's API, 8 in parallel; every listener receives each message.
async fn fan_out_ours(ws: &str, http: SocketAddr) -> f64 {
    let listeners = listen(ws, true).await;
    let start = Instant::now();
    let act =
        json!({"as": 10002, "do": "send_group_message", "group": 20001, "message": "to everybody"});
    let request = post("/sandbox/api/act", TOKEN, &act.to_string());
    let mut senders = Vec::new();
    for _ in 0..8 {
        let request = request.clone();
        senders.push(tokio::spawn(load::times(http, request, MESSAGES / 8)));
    }
    for sender in senders {
        sender.await.expect("sent");
    }
    deliveries_a_second(listeners, start).await
}

async fn fan_out_bare() -> f64 {
    let (address, sender) = baseline::websocket().await;
    let listeners = listen(&format!("ws://{address}"), false).await;
    while sender.receiver_count() < LISTENERS {
        tokio::task::yield_now().await;
    }
    let start = Instant::now();
    let event = json!({"post_type": "message", "padding": "x".repeat(560)}).to_string();
    for _ in 0..MESSAGES / 8 * 8 {
        sender.send(event.clone().into()).expect("listeners");
        tokio::task::yield_now().await;
    }
    deliveries_a_second(listeners, start).await
}

type Listener = tokio::task::JoinHandle<u32>;

/// Connects listeners that end after they have received all messages.
async fn listen(url: &str, token: bool) -> Vec<Listener> {
    let mut listeners = Vec::new();
    for _ in 0..LISTENERS {
        let mut request = url.into_client_request().expect("an address");
        if token {
            let header = format!("Bearer {TOKEN}").parse().expect("a header");
            request.headers_mut().insert("Authorization", header);
        }
        let (mut socket, _) = tokio_tungstenite::connect_async(request)
            .await
            .expect("connected");
        if token {
            // After the lifecycle event, the connection receives events.
            socket.next().await.expect("an event").expect("a frame");
        }
        listeners.push(tokio::spawn(async move {
            let mut count = 0;
            while count < MESSAGES / 8 * 8 {
                match socket.next().await {
                    Some(Ok(message)) if message.is_text() => {
                        let text = message.to_text().unwrap_or_default();
                        if text.contains(r#""post_type":"message""#) {
                            count += 1;
                        }
                    }
                    Some(Ok(_)) => {}
                    _ => break,
                }
            }
            count
        }));
    }
    listeners
}

/// Waits for all listeners; returns the deliveries per second since `start`.
async fn deliveries_a_second(listeners: Vec<Listener>, start: Instant) -> f64 {
    let mut deliveries = 0;
    for listener in listeners {
        deliveries += tokio::time::timeout(Duration::from_secs(60), listener)
            .await
            .expect("received in time")
            .expect("a listener");
    }
    f64::from(deliveries) / start.elapsed().as_secs_f64()
}
