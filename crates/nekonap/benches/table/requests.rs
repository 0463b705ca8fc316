//! Calls and sent messages: how many in a second, and how long one takes.

use crate::{
    Row, baseline,
    load::{median, percentile, post, requests_a_second, times},
    world::{self, TOKEN},
};
use serde_json::json;

/// Calls of a round whose times are measured.
const CALLS: u32 = 1_000;

/// Requests that send a message, to three groups.
pub(crate) fn sends() -> Vec<Vec<u8>> {
    (20001..=20003)
        .map(|group| {
            let body = json!({"group_id": group, "message": "one of very many"}).to_string();
            post("/send_group_msg", TOKEN, &body)
        })
        .collect()
}

pub(crate) async fn rows() -> Vec<Row> {
    let world = world::start(None).await;
    let login = post("/get_login_info", TOKEN, "{}");
    let answer = r#"{"status":"ok","retcode":0,"data":{"user_id":10001,"nickname":"Nekonap"},"message":"","wording":"","echo":"","stream":"normal-action"}"#;
    let bare = baseline::http(answer.to_owned()).await;
    // Both are measured in turn, so that a short disturbance does not affect only one of them.
    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    for _ in 0..3 {
        theirs.push(requests_a_second(bare, 16, std::slice::from_ref(&login)).await);
        ours.push(requests_a_second(world.http, 16, std::slice::from_ref(&login)).await);
    }
    let mut rows = vec![Row {
        what: "get_login_info over HTTP, kept alive, 16 connections",
        figure: median(&mut ours),
        unit: "/s",
        baseline: Some(("a bare axum handler", median(&mut theirs))),
        reach: ">= 0.9",
    }];

    let sends = sends();
    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    for _ in 0..3 {
        theirs.push(percentile(
            &mut times(bare, sends[0].clone(), CALLS).await,
            50,
        ));
        ours.push(percentile(
            &mut times(world.http, sends[0].clone(), CALLS).await,
            50,
        ));
    }
    rows.push(Row {
        what: "send_group_msg end to end, one in flight, p50",
        figure: median(&mut ours),
        unit: "µs",
        baseline: Some(("a bare axum handler", median(&mut theirs))),
        reach: "<= 2.5",
    });

    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    for _ in 0..3 {
        theirs.push(requests_a_second(bare, 64, &sends).await);
        ours.push(requests_a_second(world.http, 64, &sends).await);
    }
    rows.push(Row {
        what: "send_group_msg end to end, 64 in flight over 3 groups",
        figure: median(&mut ours),
        unit: "/s",
        baseline: Some(("a bare axum handler", median(&mut theirs))),
        reach: ">= 0.3",
    });
    world.sandbox.shutdown().await;
    rows
}
