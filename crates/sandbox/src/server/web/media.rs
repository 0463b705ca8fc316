//! Links to media, and the highway in HTTP requests. protocol/03 §3.2, §5.2, §11

use std::{io::SeekFrom, ops::Range, path::Path as FilePath, sync::Arc};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use bytes::BytesMut;
use futures_util::stream;
use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{commands::media::FileId, highway};
use serde::Deserialize;
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt},
};

use super::{
    super::highway::{Answer, LARGEST_FRAME, answer},
    Shared,
};
use crate::{
    refusal::Refusal,
    services::media::link,
    world::{Portrait, StoredFile, World},
};

/// Bytes that are read at a time.
const CHUNK: usize = 64 << 10;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/download", get(download))
        .route("/gchatpic_new/{number}/{name}/{size}", get(by_md5))
        .route("/offpic_new/{number}/{name}/{size}", get(by_md5))
        .route("/g", get(avatar))
        .route("/headimg_dl", get(avatar))
        .route("/gh/{group}/{again}/{size}", get(portrait))
        .route("/gh/{group}/{again}/{size}/", get(portrait))
        .route(
            "/cgi-bin/httpconn",
            post(frame).layer(DefaultBodyLimit::max(LARGEST_FRAME)),
        )
}

#[derive(Debug, Deserialize)]
struct Download {
    appid: Option<u32>,
    fileid: String,
    #[serde(default)]
    rkey: String,
}

/// A link with a key. Others than the file's own scene's keys, and lapsed ones, are refused with 403.
async fn download(
    State(shared): State<Arc<Shared>>,
    Query(query): Query<Download>,
    headers: HeaderMap,
) -> Response {
    let found = move |world: &mut World| {
        let Some(id) = FileId::decode(&query.fileid) else {
            return Ok(Err(StatusCode::NOT_FOUND));
        };
        let scene =
            link::rkey_scene(id.appid).filter(|_| query.appid.is_none_or(|of| of == id.appid));
        let Some(scene) = scene else {
            return Ok(Err(StatusCode::NOT_FOUND));
        };
        if !world.accepts_rkey(&query.rkey, scene)? {
            return Ok(Err(StatusCode::FORBIDDEN));
        }
        Ok(located(world, link::stored(world, &id)?))
    };
    respond(&shared, found, &headers).await
}

/// A picture by its MD5, in a name such as `0-0-<MD5>`.
async fn by_md5(
    State(shared): State<Arc<Shared>>,
    Path((_, name, _)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response {
    let mut md5 = [0; 16];
    let hex = name.rsplit('-').next().unwrap_or_default();
    if hex::decode_to_slice(hex, &mut md5).is_err() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let found = move |world: &mut World| Ok(located(world, world.file_by_md5(&md5, None)?));
    respond(&shared, found, &headers).await
}

#[derive(Debug, Deserialize)]
struct Avatar {
    #[serde(alias = "dst_uin")]
    nk: Uin,
}

/// The picture of an account. protocol/03 §5.2
async fn avatar(
    State(shared): State<Arc<Shared>>,
    Query(query): Query<Avatar>,
    headers: HeaderMap,
) -> Response {
    of(&shared, Portrait::Account(query.nk), &headers).await
}

/// The picture of a group in any size. protocol/03 §5.2
async fn portrait(
    State(shared): State<Arc<Shared>>,
    Path((group, ..)): Path<(GroupUin, String, String)>,
    headers: HeaderMap,
) -> Response {
    of(&shared, Portrait::Group(group), &headers).await
}

async fn of(shared: &Shared, of: Portrait, headers: &HeaderMap) -> Response {
    let found = move |world: &mut World| match world.portrait(of)? {
        Some(sha1) => Ok(located(world, world.file(&sha1)?)),
        None => Ok(Err(StatusCode::NOT_FOUND)),
    };
    respond(shared, found, headers).await
}

/// A file on the disk, or the status of the answer without one.
pub(super) type Located = Result<(std::path::PathBuf, u64), StatusCode>;

/// The place of a file on the disk.
pub(super) fn located(world: &World, file: Option<StoredFile>) -> Located {
    file.map(|file| (world.file_path(&file.sha1), file.size))
        .ok_or(StatusCode::NOT_FOUND)
}

/// Answers with a file that a job finds.
pub(super) async fn respond(
    shared: &Shared,
    find: impl FnOnce(&mut World) -> Result<Located, Refusal> + Send + 'static,
    headers: &HeaderMap,
) -> Response {
    match shared.world_actor.ask(find).await {
        Ok(Ok((path, size))) => file(&path, size, headers).await,
        Ok(Err(status)) => status.into_response(),
        Err(refusal) => {
            tracing::error!(error = refusal.text, "a file cannot be looked up");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The bytes of a file, or the part that the `Range` header names. The type is taken from the first bytes.
pub(crate) async fn file(path: &FilePath, size: u64, headers: &HeaderMap) -> Response {
    let opened = async {
        let mut file = File::open(path).await?;
        let mut first = Vec::new();
        (&mut file).take(16).read_to_end(&mut first).await?;
        std::io::Result::Ok((file, first))
    };
    let Ok((mut file, first)) = opened.await else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Ok(part) = part(headers, size) else {
        let range = [(header::CONTENT_RANGE, format!("bytes */{size}"))];
        return (StatusCode::RANGE_NOT_SATISFIABLE, range).into_response();
    };
    let (status, range) = match &part {
        None => (StatusCode::OK, 0..size),
        Some(range) => (StatusCode::PARTIAL_CONTENT, range.clone()),
    };
    if file.seek(SeekFrom::Start(range.start)).await.is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let length = range.end - range.start;
    let bytes = stream::try_unfold(file.take(length), |mut file| async move {
        let mut chunk = BytesMut::with_capacity(CHUNK);
        let read = file.read_buf(&mut chunk).await?;
        std::io::Result::Ok((read > 0).then(|| (chunk.freeze(), file)))
    });
    let mut response = (status, Body::from_stream(bytes)).into_response();
    let set = response.headers_mut();
    set.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(&first)));
    set.insert(header::CONTENT_LENGTH, length.into());
    set.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    let shown = format!(
        "bytes {}-{}/{size}",
        range.start,
        range.end.saturating_sub(1)
    );
    if part.is_some()
        && let Ok(shown) = HeaderValue::from_str(&shown)
    {
        set.insert(header::CONTENT_RANGE, shown);
    }
    response
}

/// The part that a `Range` header names; `None` for the whole file. Lists of parts are answered with the whole file.
fn part(headers: &HeaderMap, size: u64) -> Result<Option<Range<u64>>, ()> {
    let value = headers
        .get(header::RANGE)
        .and_then(|value| value.to_str().ok());
    let Some((first, last)) = value
        .and_then(|value| value.strip_prefix("bytes="))
        .and_then(|range| range.split_once('-'))
        .filter(|(_, last)| !last.contains(','))
    else {
        return Ok(None);
    };
    let range = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => first..last.saturating_add(1).min(size),
        (Ok(first), Err(_)) if last.is_empty() => first..size,
        (Err(_), Ok(last)) if first.is_empty() => size.saturating_sub(last)..size,
        _ => return Ok(None),
    };
    if range.start >= range.end {
        return Err(());
    }
    Ok(Some(range))
}

/// The content type of a file with these first bytes.
fn kind(first: &[u8]) -> &'static str {
    let at = |from: usize, bytes: &[u8]| {
        first
            .get(from..)
            .is_some_and(|rest| rest.starts_with(bytes))
    };
    match first {
        _ if at(0, b"\x89PNG") => "image/png",
        _ if at(0, b"\xff\xd8") => "image/jpeg",
        _ if at(0, b"GIF8") => "image/gif",
        _ if at(0, b"RIFF") && at(8, b"WEBP") => "image/webp",
        _ if at(0, b"RIFF") && at(8, b"WAVE") => "audio/wav",
        _ if at(0, b"BM") => "image/bmp",
        _ if at(0, b"#!AMR") => "audio/amr",
        _ if at(0, b"#!SILK") || at(1, b"#!SILK") => "audio/silk",
        _ if at(4, b"ftyp") => "video/mp4",
        _ => "application/octet-stream",
    }
}

/// A frame of the highway; its answer is the body of the response.
async fn frame(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let mut received = BytesMut::from(body);
    let Ok(Some(frame)) = highway::split(&mut received) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    match answer(&shared, &frame).await {
        Answer::Send { bytes, .. } => bytes.into_response(),
        // As a server that closes the connection half way.
        Answer::Close => StatusCode::BAD_GATEWAY.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn range_headers_name_a_part_or_nothing() {
        let part = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::RANGE, value.parse().expect("a value"));
            super::part(&headers, 10)
        };
        assert_eq!(part("bytes=2-4"), Ok(Some(2..5)));
        assert_eq!(part("bytes=2-"), Ok(Some(2..10)));
        assert_eq!(part("bytes=2-99"), Ok(Some(2..10)));
        assert_eq!(part("bytes=-3"), Ok(Some(7..10)));
        assert_eq!(part("bytes=-99"), Ok(Some(0..10)));
        assert_eq!(part("bytes=10-"), Err(()));
        assert_eq!(part("bytes=-0"), Err(()));
        for whole in ["bytes=4-2", "bytes=1-2,4-5", "lines=1-2", "bytes=x-y"] {
            assert_eq!(part(whole), Ok(None), "{whole}");
        }
    }

    #[test]
    fn content_types_come_from_the_bytes() {
        for (first, expected) in [
            (&b"GIF89a"[..], "image/gif"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
            (b"\x02#!SILK_V3", "audio/silk"),
            (b"\0\0\0\x20ftypisom", "video/mp4"),
            (b"", "application/octet-stream"),
        ] {
            assert_eq!(kind(first), expected);
        }
    }
}
