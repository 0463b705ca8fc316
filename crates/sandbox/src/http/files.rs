//! Reading the files of groups and of private chats (api/sandbox §5).

use axum::{
    extract::{Path, Query, State, rejection::QueryRejection},
    http::header,
    response::{IntoResponse, Json, Response},
};
use nekonap_ids::GroupUin;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Api, Failure, look::parse_query};
use crate::{
    refusal::Refusal,
    world::{ROOT, World},
};

#[derive(Debug, Deserialize)]
pub(super) struct OfGroup {
    group: GroupUin,
}

pub(super) async fn of_group(
    State(api): State<Api>,
    query: Result<Query<OfGroup>, QueryRejection>,
) -> Result<Json<Value>, Failure> {
    let group = parse_query(query)?.group;
    Ok(Json(
        api.world_actor
            .ask(move |world| listed(world, group))
            .await?,
    ))
}

fn listed(world: &World, group: GroupUin) -> Result<Value, Refusal> {
    world.group(group)?;
    let folders = world.group_folders(group)?;
    let mut files = world.group_files(group, ROOT)?;
    for folder in &folders {
        files.extend(world.group_files(group, &folder.id)?);
    }
    let used = world.group_file_space(group)?;
    Ok(json!({
        "files": files,
        "folders": folders,
        "used": {"files": used.files, "bytes": used.bytes},
    }))
}

/// The bytes of a file, by the id of a group file without its slash or the id of a private file.
pub(super) async fn one(
    State(api): State<Api>,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let bytes = api
        .world_actor
        .ask(move |world| {
            let sha1 = match world.find_group_file(&format!("/{id}"))? {
                Some(file) if file.complete => Some(file.sha1),
                _ => {
                    let file = world.private_file(&id)?.filter(|file| file.complete);
                    file.map(|file| file.sha1)
                }
            };
            let found = match sha1 {
                Some(sha1) => world.content(&sha1)?,
                None => None,
            };
            found.ok_or_else(|| Refusal::not_found(format!("there is no file {id:?}")))
        })
        .await?;
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CONTENT_DISPOSITION, "attachment"),
    ];
    Ok((headers, bytes).into_response())
}
