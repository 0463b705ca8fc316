//! Sent messages per second, with 0, 500,000 and 5 million messages in the bot's archive.

use crate::{
    Row, archive,
    load::{median, requests_a_second},
    requests::sends,
    world::{self, World},
};

/// Numbers of messages in the archive.
const KEPT: [(u64, &str); 3] = [
    (0, "send_group_msg, 64 in flight, archive on disk: empty"),
    (500_000, "send_group_msg, 64 in flight, archive of 500,000"),
    (
        5_000_000,
        "send_group_msg, 64 in flight, archive of 5 million",
    ),
];

pub(crate) async fn rows() -> Vec<Row> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut worlds = Vec::new();
    for (kept, _) in KEPT {
        let data = folder.path().join(kept.to_string());
        // The first start creates the archive.
        world::start(Some(data.clone()))
            .await
            .sandbox
            .shutdown()
            .await;
        archive::fill(&data.join("bots/10001/archive.db"), kept).expect("SQLite works");
        worlds.push(world::start(Some(data)).await);
    }
    // All are measured in turn, so that a short disturbance does not affect only one of them.
    let sends = sends();
    let mut figures: [Vec<f64>; KEPT.len()] = Default::default();
    for _ in 0..3 {
        for (World { http, .. }, figures) in worlds.iter().zip(&mut figures) {
            figures.push(requests_a_second(*http, 64, &sends).await);
        }
    }
    for world in worlds {
        world.sandbox.shutdown().await;
    }
    let figures = figures.map(|mut figures| median(&mut figures));
    KEPT.into_iter()
        .zip(figures)
        .map(|((_, what), figure)| Row {
            what,
            figure,
            unit: "/s",
            baseline: Some(("the same with an empty archive", figures[0])),
            reach: ">= 0.9",
        })
        .collect()
}
