//! `/sandbox/api/faults`: injects, lists and removes faults (api/sandbox §6).

use axum::{
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::HeaderMap,
    response::Json,
};
use serde_json::{Value, json};

use super::{Api, Failure, body, typed};
use crate::{
    faults::{self, Fault},
    refusal::Refusal,
};

pub(super) async fn show(State(api): State<Api>) -> Result<Json<Vec<Fault>>, Failure> {
    let in_force = api
        .world_actor
        .ask(|world| Ok(world.faults.in_force()))
        .await?;
    Ok(Json(in_force))
}

pub(super) async fn apply(
    State(api): State<Api>,
    headers: HeaderMap,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, Failure> {
    let list = body(&headers, bytes)?;
    if !list.is_array() {
        return Err(Refusal::bad_request("the body must be a list of faults").into());
    }
    let wanted: Vec<Fault> = typed(list)?;
    api.world_actor
        .ask(move |world| faults::apply(world, wanted))
        .await?;
    Ok(Json(json!({})))
}

pub(super) async fn clear(State(api): State<Api>) -> Result<Json<Value>, Failure> {
    api.world_actor
        .ask(|world| {
            world.faults.clear();
            Ok(())
        })
        .await?;
    Ok(Json(json!({})))
}
