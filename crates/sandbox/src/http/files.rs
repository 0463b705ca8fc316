//! Reading the files of the world, of groups and of private chats, and albums (api/sandbox §5).

use axum::{
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Json, Response},
};
use nekonap_ids::GroupUin;
use nekonap_wire::commands::media::FileId;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Api, Failure, look::parse_query};
use crate::{
    refusal::Refusal,
    server::file_response,
    services,
    world::{ROOT, Sha1, StoredFile, World},
};

/// Maximum number of files in a reply.
const MAX_FILES: u32 = 1_000;

#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    group: Option<GroupUin>,
}

#[derive(Debug, Deserialize)]
pub(super) struct OfGroup {
    group: GroupUin,
}

/// The files and folders of a group; without one, the newest files of the world.
pub(super) async fn list(
    State(api): State<Api>,
    query: Result<Query<Wanted>, QueryRejection>,
) -> Result<Json<Value>, Failure> {
    let reply = match parse_query(query)?.group {
        Some(group) => api.world_actor.ask(move |world| listed(world, group)).await,
        None => api.world_actor.ask(|world| newest(world)).await,
    };
    Ok(Json(reply?))
}

fn newest(world: &World) -> Result<Value, Refusal> {
    let file = |file: &StoredFile| {
        json!({
            "id": hex::encode(file.sha1),
            "md5": hex::encode(file.md5),
            "size": file.size,
            "time": file.time,
            "caption": file.caption,
        })
    };
    Ok(world.newest_files(MAX_FILES)?.iter().map(file).collect())
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

/// The albums of a group with their pictures.
pub(super) async fn albums(
    State(api): State<Api>,
    query: Result<Query<OfGroup>, QueryRejection>,
) -> Result<Json<Value>, Failure> {
    let group = parse_query(query)?.group;
    let albums = move |world: &mut World| services::albums::looked_at(world, group);
    Ok(Json(api.world_actor.ask(albums).await?))
}

/// The bytes of a file, as an attachment.
pub(super) async fn bytes(
    State(api): State<Api>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let (path, size) = api
        .world_actor
        .ask(move |world| {
            let found = find(world, &id)?;
            let missing = || Refusal::not_found(format!("there is no file {id:?}"));
            let file = found.ok_or_else(missing)?;
            Ok((world.file_path(&file.sha1), file.size))
        })
        .await?;
    let mut response = file_response(&path, size, &headers).await;
    if response.status() == StatusCode::NOT_FOUND {
        return Ok(StatusCode::NOT_FOUND.into_response());
    }
    let attachment = HeaderValue::from_static("attachment");
    response
        .headers_mut()
        .insert(header::CONTENT_DISPOSITION, attachment);
    Ok(response)
}

/// A file by the id of a group file without its slash, the id of a private file, its SHA-1 or MD5 in hex, or the handle of a
/// picture, voice or video.
fn find(world: &World, id: &str) -> Result<Option<StoredFile>, Refusal> {
    let group_file = world.find_group_file(&format!("/{id}"))?;
    let mut shared = group_file
        .filter(|file| file.complete)
        .map(|file| file.sha1);
    if shared.is_none() {
        let private = world.private_file(id)?.filter(|file| file.complete);
        shared = private.map(|file| file.sha1);
    }
    let sha1: Option<Sha1> = shared
        .and_then(|sha1| sha1.try_into().ok())
        .or_else(|| hex::decode(id).ok()?.try_into().ok())
        .or_else(|| FileId::decode(id).map(|id| id.sha1));
    if let Some(sha1) = sha1 {
        return world.file(&sha1);
    }
    match hex::decode(id).ok().and_then(|md5| md5.try_into().ok()) {
        Some(md5) => world.file_by_md5(&md5, None),
        None => Ok(None),
    }
}
