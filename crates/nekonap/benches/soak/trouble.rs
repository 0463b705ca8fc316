//! Trouble: faults on the wire, by the sandbox (api/sandbox §6).

use crate::world::{Api, BOT};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::sleep;

/// The shortest and the longest time between two faults, seconds.
const BETWEEN: std::ops::Range<u64> = 3..12;
/// How long answers are delayed.
const DELAYED: Duration = Duration::from_secs(3);

/// Injects faults until the task is aborted.
pub(crate) async fn start(world: Api) {
    loop {
        sleep(Duration::from_secs(rand::random_range(BETWEEN))).await;
        let fault = random_fault();
        let lasts = fault["fault"] == "delay";
        world.faults(&json!([fault])).await;
        if lasts {
            sleep(DELAYED).await;
            world.clear_faults().await;
        }
    }
}

fn random_fault() -> Value {
    match rand::random_range(0..8) {
        0 | 1 => json!({"fault": "drop_connections"}),
        2 => json!({"fault": "refuse_connections", "seconds": 3}),
        3 => json!({"fault": "delay", "milliseconds": 300}),
        // Sending a message.
        4 => json!({"fault": "swallow", "command": "MessageSvc.PbSendMsg", "times": 1}),
        5 => {
            json!({"fault": "corrupt_frames", "times": 3, "seed": rand::random_range(0..1_000_000)})
        }
        6 => json!({"fault": "expire_session", "uin": BOT}),
        _ => json!({"fault": "duplicate_pushes", "times": 20}),
    }
}
