//! Uploads to albums on QQ's web host, in slices. protocol/04 §10.8

use std::{
    io::{Read, Seek, SeekFrom},
    sync::Arc,
};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, Query, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Json, Response},
    routing::post,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Cookie, Shared, Visitor, multipart};
use crate::{
    refusal::Refusal,
    services::albums::upload::{self, ControlRequest, HEAD, SLICE},
    world::{Whole, World},
};

/// Maximum size of a request's body, in bytes.
const MAX_BODY: usize = 2 << 20;

pub(super) fn routes() -> Router<Arc<Shared>> {
    let slices = "/webapp/json/sliceUpload";
    Router::new()
        .route(
            &format!("{slices}/FileBatchControl/{{checksum}}"),
            post(control),
        )
        .route(&format!("{slices}/FileUpload"), post(slice))
        .layer(DefaultBodyLimit::max(MAX_BODY))
}

#[derive(Debug, Deserialize)]
struct Token {
    g_tk: u32,
}

fn answer(outcome: Result<Value, Refusal>) -> Response {
    match outcome {
        Ok(data) => Json(json!({"ret": 0, "msg": "", "data": data})).into_response(),
        Err(refusal) => {
            Json(json!({"ret": refusal.code, "msg": refusal.text, "data": {}})).into_response()
        }
    }
}

/// Announces a picture.
async fn control(
    State(shared): State<Arc<Shared>>,
    Path(checksum): Path<String>,
    Query(token): Query<Token>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let key = Cookie::read(&headers).map(|cookie| cookie.key);
    let visitor = match Visitor::check(shared, &headers, Some(token.g_tk)).await {
        Ok(visitor) => visitor,
        Err(response) => return response,
    };
    let outcome = match serde_json::from_slice::<ControlRequest>(&body) {
        Err(error) => Err(Refusal::bad_request(error.to_string())),
        Ok(request) => {
            visitor
                .ask(move |world, account| {
                    let key = key.unwrap_or_default();
                    let session = upload::announce(world, account, (&checksum, &key), request)?;
                    Ok(json!({"session": session, "slice_size": SLICE}))
                })
                .await
        }
    };
    answer(outcome)
}

/// Takes a slice.
async fn slice(
    State(shared): State<Arc<Shared>>,
    Query(token): Query<Token>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let visitor = match Visitor::check(Arc::clone(&shared), &headers, Some(token.g_tk)).await {
        Ok(visitor) => visitor,
        Err(response) => return response,
    };
    answer(take(&shared, visitor, &headers, body).await)
}

async fn take(
    shared: &Shared,
    visitor: Visitor,
    headers: &HeaderMap,
    body: Bytes,
) -> Result<Value, Refusal> {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let form = multipart::read(kind, &body)
        .ok_or_else(|| Refusal::bad_request("the body is no multipart form"))?;
    let part = |name: &str| {
        let found = form.iter().find(|(known, _)| *known == name);
        let missing = || Refusal::bad_request(format!("the part `{name}` is missing"));
        found.map(|(_, bytes)| *bytes).ok_or_else(missing)
    };
    let text = |name: &str| Ok::<_, Refusal>(String::from_utf8_lossy(part(name)?).into_owned());
    let number = |name: &str| {
        let text = text(name)?;
        let invalid = |_| Refusal::bad_request(format!("`{name}` is no number"));
        text.parse::<u64>().map_err(invalid)
    };
    let session = text("session")?;
    let (offset, end) = (number("offset")?, number("end")?);
    let bytes = body.slice_ref(part("data")?);
    if end.checked_sub(offset) != Some(bytes.len() as u64) {
        return Err(Refusal::bad_request(
            "`offset` and `end` do not fit the data",
        ));
    }
    let account = visitor.uin;
    let named = session.clone();
    let partial = shared
        .world_actor
        .ask(move |world| {
            let found = world.album_uploads.find(&named, account);
            found.ok_or_else(|| Refusal::not_found("the session is not known"))
        })
        .await?;
    if end > partial.size() {
        return Err(Refusal::bad_request("the slice is outside the picture"));
    }
    let written = tokio::task::spawn_blocking(move || {
        let Some(Whole::New(mut file, hashes, _)) = partial.write(offset, &bytes)? else {
            return Ok(None);
        };
        let mut head = Vec::new();
        file.seek(SeekFrom::Start(0))?;
        (&mut file).take(HEAD as u64).read_to_end(&mut head)?;
        std::io::Result::Ok(Some((file, hashes, head)))
    });
    let written = written.await.map_err(|error| Refusal::broken(&error))?;
    let Some((file, hashes, head)) = written.map_err(|error| Refusal::broken(&error))? else {
        return Ok(json!({"biz": {}}));
    };
    let finish = move |world: &mut World| {
        let medium = upload::finish(world, &session, (file, hashes), &head)?;
        Ok(json!({"biz": {"sPhotoID": medium.lloc, "sBURL": ""}}))
    };
    shared.world_actor.ask(finish).await
}
