//! api/actions §3.6.

mod group;
mod kick;
mod leave;
mod member;
mod mute;
mod permissions;
mod settings;
mod transfer;

use crate::story::Story;
use serde_json::Value;

/// A member of a group, as the world has it; null if there is no such member.
async fn member(story: &Story, group: u64, uin: u64) -> Value {
    let group = self::group(story, group).await;
    let members = group["members"].as_array().into_iter().flatten();
    let mut found = members.filter(|member| member["uin"] == uin);
    found.next().cloned().unwrap_or_default()
}

/// A group, as the world has it; null if there is no such group.
async fn group(story: &Story, group: u64) -> Value {
    let world = story.look("world").await;
    let groups = world["groups"].as_array().expect("a list");
    let mut found = groups.iter().filter(|found| found["group"] == group);
    found.next().cloned().unwrap_or_default()
}
