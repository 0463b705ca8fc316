//! Qzone: api/newer §4, api/actions §3.14.

mod comments;
mod faults;
mod feeds;
mod likes;
mod pictures;
mod posts;
mod profile;
mod rights;
mod wire;

use crate::story::Story;
use serde_json::{Value, json};

/// An id of a post that nobody has.
const NOBODYS: &str = "0123456789abcdef01234567";

/// A world in which three friends are bots.
async fn three_bots() -> Story {
    Story::beginning()
        .bots(&[10001, 10002, 10003])
        .begin()
        .await
}

/// A person's Qzone, as the sandbox shows it.
async fn space(story: &Story, owner: u64) -> Value {
    story.look(&format!("qzone?owner={owner}")).await
}

/// The posts of a person, newest first.
async fn posts(story: &Story, owner: u64) -> Value {
    space(story, owner).await["posts"].clone()
}

/// The bot publishes a post; returns its id.
async fn publishes(story: &Story, text: &str) -> String {
    let params = json!({"content": text});
    let sent = story.bot().call("send_qzone_msg", params).await.ok();
    sent["tid"].as_str().expect("an id").to_owned()
}

/// A person publishes a post; returns its id.
async fn person_publishes(story: &Story, author: u64, text: &str) -> String {
    let post = story.person(author);
    let sent = post.does("publish_post", json!({"text": text})).await;
    sent["tid"].as_str().expect("an id").to_owned()
}
