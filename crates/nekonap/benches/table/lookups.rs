//! A lookup of a member that the client's cache has.

use crate::{
    Row,
    world::{self, TOKEN},
};
use nekonap_client::{Client, Config, Event, ServerKeys, Timings};
use nekonap_ids::{GroupUin, Uin};
use serde_json::json;
use std::{
    hint::black_box,
    time::{Duration, Instant},
};

/// Lookups that are measured.
const LOOKUPS: u32 = 200_000;
/// Account of the client, and the members whom it looks up.
const ACCOUNT: u64 = 10_002;
const MEMBERS: [u64; 3] = [10_003, 10_004, 10_005];

pub(crate) async fn rows() -> Vec<Row> {
    let world = world::start(None).await;
    let client = client(&world).await;
    let group = GroupUin::new(20_001).expect("a group");
    let members = MEMBERS.map(|member| Uin::new(member).expect("an account"));
    client.members(group, true).await.expect("the members");
    let start = Instant::now();
    for number in 0..LOOKUPS {
        let member = members[number as usize % members.len()];
        let found = client.member(group, member, false).await;
        assert!(black_box(found).expect("a lookup").is_some());
    }
    let each = start.elapsed().as_secs_f64() * 1e6 / f64::from(LOOKUPS);
    client.shutdown().await;
    world.sandbox.shutdown().await;
    vec![Row {
        what: "a member that the cache has, looked up",
        figure: each,
        unit: "µs",
        baseline: None,
        reach: "microseconds",
    }]
}

/// A client that is logged in to the world.
async fn client(world: &world::World) -> Client {
    let ready = world.sandbox.ready();
    let keys = &ready.wire_keys;
    let config = Config {
        servers: vec![ready.wire.into()],
        keys: ServerKeys::from_hex(&keys.secp192k1, &keys.p256).expect("keys"),
        timings: Timings {
            poll: Duration::from_millis(10),
            ..Timings::default()
        },
        ..Config::default()
    };
    let (client, mut events) = Client::start(config).expect("the client starts");
    let code = loop {
        if let Event::QrCode { url, .. } = events.next().await.expect("a code") {
            break url;
        }
    };
    let http = reqwest::Client::builder().no_proxy().build();
    let http = http.expect("a client");
    for verb in ["scan_login", "confirm_login"] {
        let act = json!({"as": ACCOUNT, "do": verb, "code": code});
        let api = format!("{}/sandbox/api/act", ready.http);
        let answer = http.post(api).bearer_auth(TOKEN).json(&act).send().await;
        assert!(answer.expect("an answer").status().is_success(), "{verb}");
    }
    client
        .online_within(Duration::from_secs(20))
        .await
        .expect("it comes online");
    // The events have to be read for as long as the client runs.
    tokio::spawn(async move { while events.next().await.is_some() {} });
    client
}
