//! What needs no cookie: samples of AI voices, the pictures of stickers, of albums and of the search, files by link, and the page
//! that warns of dangerous links.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use nekonap_ids::Uin;

use super::{
    Shared,
    media::{located, respond},
};
use crate::{
    services::{albums::PATH as ALBUMS, assist::voice, faces::face::BID},
    world::{Sha1, World},
};

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/ai-voice/{character}", get(ai_voice))
        .route("/warning", get(warning))
        .route("/found-picture/{number}", get(found_picture))
        .route(&format!("/{BID}/{{uin}}/{{face}}/0"), get(face))
        .route("/ftn_handler/{token}/", get(linked))
        .route(&format!("{ALBUMS}/{{lloc}}"), get(album_picture))
}

/// The page that warns of a dangerous link. protocol/04 §13.2
async fn warning() -> &'static str {
    "This link is dangerous, says the sandbox. / 沙盒认为该链接有风险。\n"
}

/// The sample of an AI voice. protocol/04 §12.1
async fn ai_voice(Path(character): Path<String>) -> Response {
    match voice::sample(&character) {
        Some(file) => ([(header::CONTENT_TYPE, "audio/wav")], file).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The picture of a sticker. protocol/03 §5.2
async fn face(
    State(shared): State<Arc<Shared>>,
    Path((uin, face)): Path<(Uin, String)>,
    headers: HeaderMap,
) -> Response {
    let found = move |world: &mut World| match world.face(uin, &face)? {
        Some(sha1) => Ok(located(world, world.file(&sha1)?)),
        None => Ok(Err(StatusCode::NOT_FOUND)),
    };
    respond(&shared, found, &headers).await
}

/// A picture that a search has found. protocol/04 §13.13
async fn found_picture(
    State(shared): State<Arc<Shared>>,
    Path(number): Path<u32>,
    headers: HeaderMap,
) -> Response {
    let found = move |world: &mut World| match world.found_picture(number)? {
        Some(sha1) => Ok(located(world, world.file(&sha1)?)),
        None => Ok(Err(StatusCode::NOT_FOUND)),
    };
    respond(&shared, found, &headers).await
}

/// A group file or a private file, by the link that was given out for it. protocol/03 §6.3, §7.4
async fn linked(
    State(shared): State<Arc<Shared>>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Response {
    let found = move |world: &mut World| {
        let token = hex::decode(token).unwrap_or_default();
        let linked = world.file_tokens.find(&token, world.now());
        let Some(sha1) = linked.and_then(|file| Sha1::try_from(&file.sha1[..]).ok()) else {
            return Ok(Err(StatusCode::FORBIDDEN));
        };
        Ok(located(world, world.file(&sha1)?))
    };
    respond(&shared, found, &headers).await
}

/// A picture of an album, open to everybody who knows its address. protocol/03 §8.7
async fn album_picture(
    State(shared): State<Arc<Shared>>,
    Path(lloc): Path<String>,
    headers: HeaderMap,
) -> Response {
    let found = move |world: &mut World| {
        let medium = world.find_album_medium(&lloc)?;
        let Some(sha1) = medium.and_then(|medium| Sha1::try_from(&medium.sha1[..]).ok()) else {
            return Ok(Err(StatusCode::NOT_FOUND));
        };
        Ok(located(world, world.file(&sha1)?))
    };
    respond(&shared, found, &headers).await
}
