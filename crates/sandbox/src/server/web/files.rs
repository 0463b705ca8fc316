//! Files that need no cookie: samples of AI voices, the pictures of stickers, and files by link.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use nekonap_ids::Uin;

use super::Shared;
use crate::services::{assist::voice, faces::face::BID};

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/ai-voice/{character}", get(ai_voice))
        .route(&format!("/{BID}/{{uin}}/{{face}}/0"), get(face))
        .route("/ftn_handler/{token}/", get(linked))
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
) -> Response {
    let found = shared
        .world_actor
        .ask(move |world| world.face(uin, &face))
        .await;
    match found {
        Ok(Some(picture)) => picture.into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(refusal) => {
            tracing::error!(error = refusal.text, "a sticker cannot be read");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A group file or a private file, by the link that was given out for it. protocol/03 §6.3, §7.4
async fn linked(State(shared): State<Arc<Shared>>, Path(token): Path<String>) -> Response {
    let found = shared
        .world_actor
        .ask(move |world| {
            let token = hex::decode(token).unwrap_or_default();
            let sha1 = world.file_tokens.find(&token, world.now());
            match sha1.map(|file| file.sha1.clone()) {
                Some(sha1) => world.content(&sha1),
                None => Ok(None),
            }
        })
        .await;
    match found {
        Ok(Some(bytes)) => {
            let headers = [(header::CONTENT_TYPE, "application/octet-stream")];
            (headers, bytes).into_response()
        }
        Ok(None) => StatusCode::FORBIDDEN.into_response(),
        Err(refusal) => {
            tracing::error!(error = refusal.text, "a file cannot be read");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
