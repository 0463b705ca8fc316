//! Reading the activities of a group: essence messages, notices, honours, the to-do, and who has signed in today (api/sandbox §5).

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    response::Json,
};
use nekonap_ids::GroupUin;
use nekonap_wire::push::HonorKind;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Api, Failure, look::parse_query};
use crate::{clock::day, refusal::Refusal, world::World};

/// Maximum number of entries in each list.
const MAX_ENTRIES: u32 = 1_000;

#[derive(Debug, Deserialize)]
pub(super) struct Activities {
    group: GroupUin,
}

pub(super) async fn activities(
    State(api): State<Api>,
    query: Result<Query<Activities>, QueryRejection>,
) -> Result<Json<Value>, Failure> {
    let group = parse_query(query)?.group;
    Ok(Json(
        api.world_actor
            .ask(move |world| of_group(world, group))
            .await?,
    ))
}

fn of_group(world: &World, group: GroupUin) -> Result<Value, Refusal> {
    world.group(group)?;
    let essence: Vec<Value> = world
        .essence(group, 0, MAX_ENTRIES)?
        .into_iter()
        .map(|one| json!({"sequence": one.sequence, "operator": one.operator, "time": one.time}))
        .collect();
    let todo = match world.todo(group)? {
        Some(todo) => json!({
            "sequence": todo.sequence,
            "operator": todo.operator,
            "time": todo.time,
            "done": world.todo_done(group)?,
        }),
        None => Value::Null,
    };
    let signed: Vec<Value> = world
        .signed(group, day(world.now()), 0, MAX_ENTRIES)?
        .into_iter()
        .map(|one| json!({"uin": one.uin, "rank": one.rank, "time": one.time}))
        .collect();
    let mut honors = serde_json::Map::new();
    for kind in HonorKind::ALL {
        let honored = world.honored(group, kind)?;
        let honored = honored
            .iter()
            .map(|one| json!({"uin": one.uin, "days": one.days}));
        honors.insert(kind.name().to_owned(), honored.collect());
    }
    Ok(json!({
        "essence": essence,
        "todo": todo,
        "signed": signed,
        "notices": world.notices(group)?,
        "honors": honors,
    }))
}
