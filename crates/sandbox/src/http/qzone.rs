//! Reading a Qzone: its posts with their likes and comments, and who is kept out (api/sandbox §5).

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    response::Json,
};
use nekonap_ids::Uin;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Api, Failure, look::parse_query};
use crate::{
    refusal::Refusal,
    services::qzone::pictures,
    world::{QzonePost, World},
};

/// Maximum number of posts.
const MAX_POSTS: u32 = 1_000;

#[derive(Debug, Deserialize)]
pub(super) struct Of {
    owner: Uin,
}

pub(super) async fn of_person(
    State(api): State<Api>,
    query: Result<Query<Of>, QueryRejection>,
) -> Result<Json<Value>, Failure> {
    let owner = parse_query(query)?.owner;
    Ok(Json(
        api.world_actor
            .ask(move |world| space(world, owner))
            .await?,
    ))
}

fn space(world: &World, owner: Uin) -> Result<Value, Refusal> {
    world.person(owner)?;
    let (name, description) = world.qzone_space(owner)?;
    let (posts, _) = world.qzone_posts(owner, owner, 0, MAX_POSTS)?;
    let posts = posts.iter().map(|one| post(world, one));
    Ok(json!({
        "name": name,
        "description": description,
        "banned": world.qzone_bans(owner)?,
        "posts": posts.collect::<Result<Vec<Value>, Refusal>>()?,
    }))
}

fn post(world: &World, post: &QzonePost) -> Result<Value, Refusal> {
    let urls =
        |ids: &[String]| -> Vec<String> { ids.iter().map(|id| pictures::url(world, id)).collect() };
    let comments = world.qzone_comments(post.number)?;
    let comments = comments.iter().map(|one| {
        let answers = Some(one.parent).filter(|parent| *parent > 0);
        json!({
            "comment": one.number, "answers": answers, "by": one.author, "time": one.time, "text": one.text,
            "pictures": urls(&one.pictures),
        })
    });
    Ok(json!({
        "tid": post.id,
        "time": post.time,
        "text": post.text,
        "right": post.right,
        "people": world.qzone_people(post.number)?,
        "pictures": urls(&post.pictures),
        "likes": world.qzone_likes(post.number)?,
        "comments": comments.collect::<Vec<Value>>(),
    }))
}
