//! Files of groups and of private chats.

mod change;
mod folder;
mod list;
mod private;
mod received;
mod upload;

use crate::story::Story;
use serde_json::{Value, json};

/// A text as the base64 of an act.
fn base64(text: &str) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.encode(text)
}

/// A person uploads a file with this content; returns its id in the sandbox.
async fn upload(story: &Story, person: u64, group: u64, name: &str, content: &str) -> String {
    let fields = json!({"group": group, "name": name, "base64": base64(content)});
    let done = story.person(person).does("upload_group_file", fields).await;
    done["file_id"].as_str().expect("an id").to_owned()
}

/// The file in the next `group_upload` event with this name.
async fn heard(story: &Story, group: u64, name: &str) -> Value {
    let pattern = json!({"notice_type": "group_upload", "group_id": group, "file": {"name": name}});
    story.bot().hears(pattern).await["file"].clone()
}

/// What a link leads to: the status and the text.
async fn fetched(url: &str) -> (u16, String) {
    let http = reqwest::Client::builder().no_proxy().build();
    let response = http.expect("a client").get(url).send().await;
    let response = response.expect("an answer");
    let status = response.status().as_u16();
    (status, response.text().await.expect("a text"))
}
