//! Albums of groups.

mod album;
mod medium;
mod upload;

use crate::story::{Story, picture};
use serde_json::{Value, json};

/// The albums of a group in the sandbox.
async fn seen(story: &Story, group: u64) -> Value {
    story.look(&format!("albums?group={group}")).await
}

/// A person creates an album; returns its id.
async fn created(story: &Story, person: u64, group: u64) -> Value {
    let fields = json!({"group": group, "name": "Spring"});
    let done = story.person(person).does("create_album", fields).await;
    done["album"].clone()
}

/// A person uploads a picture of one pixel; returns the answer.
async fn uploaded(story: &Story, person: u64, group: u64, album: &Value) -> Value {
    let fields =
        json!({"group": group, "album": album, "base64": picture()["base64"], "name": "pixel"});
    story.person(person).does("upload_to_album", fields).await
}
