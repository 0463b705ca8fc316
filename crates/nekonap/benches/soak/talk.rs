//! The people who talk. Each group belongs to one talker, who sends its messages one after another, so that the numbers of a
//! group's messages are in the order of the world.

use crate::{
    ledger::Ledger,
    world::{Api, GROUPS, group, member},
};
use serde_json::json;
use std::{sync::Arc, time::Duration};
use tokio::{
    task::JoinSet,
    time::{MissedTickBehavior, interval, sleep},
};

/// Number of talkers.
const TALKERS: u16 = 8;

/// How long a talker waits when the world does not answer.
const RETRY: Duration = Duration::from_millis(100);

/// Lets people talk, `rate` messages per second in all, until the tasks are aborted.
pub(crate) fn start(tasks: &mut JoinSet<()>, world: &Api, ledger: &Arc<Ledger>, rate: f64) {
    for talker in 0..TALKERS {
        let period = Duration::from_secs_f64(f64::from(TALKERS) / rate);
        tasks.spawn(talk(
            world.clone(),
            Arc::clone(ledger),
            talker.into(),
            period,
        ));
    }
}

async fn talk(world: Api, ledger: Arc<Ledger>, talker: u64, period: Duration) {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let own = rand::random_range(0..GROUPS / u64::from(TALKERS));
        let group = group(own * u64::from(TALKERS) + talker);
        let number = ledger.begin(group);
        let act = json!({
            "as": member(group, rand::random_range(0..20)),
            "do": "send_group_message",
            "group": group,
            "message": format!("soak {number}"),
        });
        match world.act(&act).await {
            Some(Ok(_)) => ledger.end(number, true),
            Some(Err(refusal)) => {
                eprintln!("soak: the sandbox refused a message: {refusal}");
                ledger.end(number, false);
            }
            None => {
                ledger.end(number, false);
                sleep(RETRY).await;
            }
        }
    }
}
