//! api/actions §3.4.

mod category;
mod changes;
mod likes;
mod list;
mod one_way;
mod settings;
mod status;
mod stranger;

use crate::story::{Bot, STEP_TIMEOUT, Story};
use serde_json::{Value, json};

/// A person as the sandbox shows the person.
pub(crate) async fn person(story: &Story, account: u64) -> Value {
    let world = story.look("world").await;
    let people = world["people"].as_array().expect("a list");
    let found = people.iter().find(|person| person["uin"] == account);
    found.expect("a person").clone()
}

/// Creates an account that is nobody's friend.
async fn stranger(story: &Story) -> u64 {
    let made = story
        .person(10002)
        .does("create_account", json!({"nickname": "Dandelion 蒲公英"}))
        .await;
    made["uin"].as_u64().expect("an account")
}

/// The bot's cached friend list, as soon as the entry of `account` is as expected.
async fn friend_becomes(bot: &Bot, account: u64, expected: impl Fn(Option<&Value>) -> bool) {
    let wait = async {
        loop {
            let friends = bot.call("get_friend_list", json!({})).await.ok();
            let friends = friends.as_array().expect("a list");
            if expected(friends.iter().find(|friend| friend["user_id"] == account)) {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(STEP_TIMEOUT, wait)
        .await
        .expect("the friend list changes");
}
