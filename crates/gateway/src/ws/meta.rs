//! tmp
use nekonap_endpoint::Bot;
use std::time::Duration;

fn now() -> u64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |d| d.as_secs())
}

pub(super) fn connected(bot: &Bot) -> String {
    serde_json::json!({"time":now(),"self_id":bot.self_id(),"post_type":"meta_event","meta_event_type":"lifecycle","sub_type":"connect"}).to_string()
}
pub(super) fn heartbeat(bot: &Bot, every: Duration) -> String {
    serde_json::json!({"time":now(),"self_id":bot.self_id(),"post_type":"meta_event","meta_event_type":"heartbeat","status":bot.status(),"interval":u64::try_from(every.as_millis()).unwrap_or(0)}).to_string()
}
