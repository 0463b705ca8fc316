//! api/actions §3.8.

mod doubtful;
mod friend;
mod group;
mod invitation;

use crate::story::Story;
use serde_json::{Value, json};

/// Creates an account that is nobody's friend and in no group.
async fn stranger(story: &Story, nickname: &str) -> u64 {
    let made = story
        .person(10002)
        .does("create_account", json!({"nickname": nickname}))
        .await;
    made["uin"].as_u64().expect("an account")
}

/// The flag of an event.
fn flag(event: &Value) -> String {
    event["flag"].as_str().expect("a text").to_owned()
}

/// Answers the request with this flag, by `set_friend_add_request` or `set_group_add_request`.
async fn answered(story: &Story, action: &str, flag: &Value, approve: bool) {
    let answer = json!({"flag": flag, "approve": approve});
    story.bot().call(action, answer).await.ok();
}

/// Whether the bot lists this friend.
async fn is_friend(story: &Story, user: u64) -> bool {
    let friends = story.bot().call("get_friend_list", json!({})).await.ok();
    let mut friends = friends.as_array().expect("a list").iter();
    friends.any(|friend| friend["user_id"] == user)
}
