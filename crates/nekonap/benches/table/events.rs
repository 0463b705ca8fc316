//! Events: a person's message, from the wire to the WebSockets of frameworks.

use crate::{
    Row, baseline,
    load::{Connection, median, percentile, post, times},
    world::{self, Socket, TOKEN, next_message, socket},
};
use serde_json::json;
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Messages that are sent to each number of listeners, by [`SENDERS`] in parallel.
const MESSAGES: u32 = 296;
const SENDERS: u32 = 8;

/// Messages of a round with one message in flight.
const DELAYS: u32 = 1_000;

/// Bytes of an event.
const EVENT: usize = 600;

/// A request that makes a person send a group message.
fn act() -> Vec<u8> {
    let act =
        json!({"as": 10002, "do": "send_group_message", "group": 20001, "message": "to everybody"});
    post("/sandbox/api/act", TOKEN, &act.to_string())
}

/// Delivered events per second, with 1, 10 and 100 listeners.
pub(crate) async fn fan_out() -> Vec<Row> {
    let whats = [
        (1, "a group message to 1 WebSocket client, deliveries"),
        (10, "a group message to 10 WebSocket clients, deliveries"),
        (100, "a group message to 100 WebSocket clients, deliveries"),
    ];
    let world = world::start(None).await;
    let mut rows = Vec::new();
    for (listeners, what) in whats {
        let mut ours = Vec::new();
        let mut theirs = Vec::new();
        for _ in 0..3 {
            theirs.push(fan_out_bare(listeners).await);
            ours.push(fan_out_ours(&world.ws, world.http, listeners).await);
        }
        rows.push(Row {
            what,
            figure: median(&mut ours),
            unit: "/s",
            baseline: Some(("a bare tokio-tungstenite broadcast", median(&mut theirs))),
            reach: if listeners == 100 { ">= 0.8" } else { "-" },
        });
    }
    world.sandbox.shutdown().await;
    rows
}

/// Sends messages through the sandbox's API; every listener receives each message.
async fn fan_out_ours(ws: &str, http: SocketAddr, listeners: usize) -> f64 {
    let listeners = listen(ws, Some(TOKEN), listeners).await;
    let start = Instant::now();
    let mut senders = Vec::new();
    for _ in 0..SENDERS {
        senders.push(tokio::spawn(times(http, act(), MESSAGES / SENDERS)));
    }
    for sender in senders {
        sender.await.expect("sent");
    }
    deliveries_a_second(listeners, start).await
}

async fn fan_out_bare(listeners: usize) -> f64 {
    let (address, sender) = baseline::websocket().await;
    let listening = listen(&format!("ws://{address}"), None, listeners).await;
    while sender.receiver_count() < listeners {
        tokio::task::yield_now().await;
    }
    let start = Instant::now();
    let event = json!({"post_type": "message", "padding": "x".repeat(EVENT - 40)}).to_string();
    for _ in 0..MESSAGES {
        sender.send(event.clone().into()).expect("listeners");
        tokio::task::yield_now().await;
    }
    deliveries_a_second(listening, start).await
}

type Listener = tokio::task::JoinHandle<u32>;

/// Connects listeners that end after they have received all messages.
async fn listen(url: &str, token: Option<&str>, number: usize) -> Vec<Listener> {
    let mut listeners = Vec::new();
    for _ in 0..number {
        let mut socket = socket(url, token).await;
        listeners.push(tokio::spawn(async move {
            let mut count = 0;
            while count < MESSAGES && next_message(&mut socket).await.is_some() {
                count += 1;
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

/// From a person's act to the event at one WebSocket, with one message in flight. An act, the wire and the WebSocket are
/// three connections; the baseline copies as many bytes over three.
pub(crate) async fn delay() -> Vec<Row> {
    let world = world::start(None).await;
    let mut listener = socket(&world.ws, Some(TOKEN)).await;
    let mut ours: [Vec<f64>; 3] = Default::default();
    let mut theirs: [Vec<f64>; 3] = Default::default();
    for _ in 0..3 {
        for (figures, mut delays) in [
            (&mut theirs, delays_bare().await),
            (&mut ours, delays(world.http, &mut listener).await),
        ] {
            let total: Duration = delays.iter().sum();
            figures[0].push(percentile(&mut delays, 50));
            figures[1].push(percentile(&mut delays, 99));
            figures[2].push(f64::from(DELAYS) / total.as_secs_f64());
        }
    }
    world.sandbox.shutdown().await;
    [
        ("from the wire to a WebSocket, one in flight, p50", "µs"),
        ("from the wire to a WebSocket, one in flight, p99", "µs"),
        (
            "from the wire to a WebSocket, one in flight, messages",
            "/s",
        ),
    ]
    .into_iter()
    .zip(ours.into_iter().zip(theirs))
    .map(|((what, unit), (mut ours, mut theirs))| Row {
        what,
        figure: median(&mut ours),
        unit,
        baseline: Some(("bytes over three sockets", median(&mut theirs))),
        reach: "-",
    })
    .collect()
}

async fn delays(http: SocketAddr, listener: &mut Socket) -> Vec<Duration> {
    let mut person = Connection::open(http).await;
    let act = act();
    let mut delays = Vec::new();
    for _ in 0..DELAYS {
        let start = Instant::now();
        person.send(&act).await;
        next_message(listener).await.expect("an event");
        delays.push(start.elapsed());
        person.answer().await;
    }
    delays
}

async fn delays_bare() -> Vec<Duration> {
    let (mut first, mut last) = baseline::chain().await;
    let mut bytes = [0; EVENT];
    let mut delays = Vec::new();
    for _ in 0..DELAYS {
        let start = Instant::now();
        first.write_all(&bytes).await.expect("written");
        last.read_exact(&mut bytes).await.expect("read");
        delays.push(start.elapsed());
    }
    delays
}
