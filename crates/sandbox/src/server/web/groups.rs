//! The web pages of groups: essence, notices, honours, and who has signed in. protocol/04 §10.3–§10.6

use std::sync::Arc;

use axum::{
    Form, Router,
    extract::{Query, State},
    http::HeaderMap,
    response::{Html, IntoResponse, Json, Response},
    routing::{get, post},
};
use nekonap_ids::GroupUin;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Shared, Visitor};
use crate::{
    refusal::Refusal,
    services::extras::{essence, honors, notices, sign},
    world::NoticeForm,
};

/// Default number of entries in a page of essence.
const fn twenty() -> u32 {
    20
}

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/cgi-bin/group_digest/digest_list", get(digest_list))
        .route("/interactive/honorlist", get(honor_list))
        .route("/v2/signin/trpc/GetDaySignedList", post(signed_list))
        .route("/cgi-bin/announce/get_t_list", get(notice_list))
        .route("/cgi-bin/announce/list_announce", get(notice_list))
        .route("/cgi-bin/announce/add_qun_notice", post(send_notice))
        .route(
            "/cgi-bin/announce/add_qun_instruction",
            post(send_instruction),
        )
        .route("/cgi-bin/announce/del_feed", post(delete_notice))
}

#[derive(Debug, Deserialize)]
struct DigestList {
    group_code: GroupUin,
    #[serde(default)]
    page_start: u32,
    #[serde(default = "twenty")]
    page_limit: u32,
    bkn: Option<u32>,
}

/// A page of a group's essence list. protocol/04 §10.5
async fn digest_list(
    State(shared): State<Arc<Shared>>,
    Query(query): Query<DigestList>,
    headers: HeaderMap,
) -> Response {
    let visitor = match Visitor::check(shared, &headers, query.bkn).await {
        Ok(visitor) => visitor,
        Err(refused) => return refused,
    };
    let answered = visitor
        .ask(move |world, reader| {
            essence::page(
                world,
                reader,
                query.group_code,
                query.page_start,
                query.page_limit.clamp(1, 50),
            )
        })
        .await;
    let refused =
        |refusal: Refusal| json!({"retcode": refusal.code, "retmsg": refusal.text, "data": null});
    Json(answered.unwrap_or_else(refused)).into_response()
}

#[derive(Debug, Deserialize)]
struct HonorList {
    gc: GroupUin,
    r#type: u32,
}

/// A document for browsers, with the list in a script. protocol/04 §10.3
async fn honor_list(
    State(shared): State<Arc<Shared>>,
    Query(query): Query<HonorList>,
    headers: HeaderMap,
) -> Response {
    let visitor = match Visitor::check(shared, &headers, None).await {
        Ok(visitor) => visitor,
        Err(refused) => return refused,
    };
    let answered = visitor
        .ask(move |world, reader| honors::page(world, reader, query.gc, query.r#type))
        .await;
    match answered {
        Ok(state) => {
            // Inside a script a name must not end it.
            let state = state.to_string().replace('<', "\\u003c");
            Html(format!(
                "<!DOCTYPE html><html><body><script>window.__INITIAL_STATE__={state}</script></body></html>"
            ))
            .into_response()
        }
        Err(refusal) => super::forbidden(refusal.text),
    }
}

#[derive(Debug, Deserialize)]
struct SignedToken {
    g_tk: u32,
}

/// Who has signed in to a group. protocol/04 §10.6
async fn signed_list(
    State(shared): State<Arc<Shared>>,
    Query(query): Query<SignedToken>,
    headers: HeaderMap,
    Json(request): Json<sign::SignedListRequest>,
) -> Response {
    let visitor = match Visitor::check(shared, &headers, Some(query.g_tk)).await {
        Ok(visitor) => visitor,
        Err(refused) => return refused,
    };
    let answered = visitor
        .ask(move |world, reader| sign::page(world, reader, &request))
        .await;
    Json(answered.unwrap_or_else(|refusal| sign::refused_page(&refusal))).into_response()
}

#[derive(Debug, Deserialize)]
struct NoticeList {
    qid: GroupUin,
    bkn: u32,
    #[serde(default = "twenty")]
    n: u32,
}

/// The notices of a group. protocol/04 §10.4
async fn notice_list(
    State(shared): State<Arc<Shared>>,
    Query(query): Query<NoticeList>,
    headers: HeaderMap,
) -> Response {
    let visitor = match Visitor::check(shared, &headers, Some(query.bkn)).await {
        Ok(visitor) => visitor,
        Err(refused) => return refused,
    };
    let limit = usize::try_from(query.n).unwrap_or(usize::MAX);
    let answered = visitor
        .ask(move |world, reader| notices::page(world, reader, query.qid, limit))
        .await;
    announced(answered)
}

#[derive(Debug, Deserialize)]
struct NewNotice {
    qid: GroupUin,
    bkn: u32,
    text: String,
    #[serde(default)]
    pinned: u32,
    /// JSON text.
    #[serde(default)]
    settings: String,
}

/// The settings in the form of a new notice.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Settings {
    is_show_edit_card: u32,
    tip_window_type: u32,
    confirm_required: u32,
}

async fn send_notice(
    state: State<Arc<Shared>>,
    headers: HeaderMap,
    Form(notice): Form<NewNotice>,
) -> Response {
    publish(state, &headers, notice, false).await
}

async fn send_instruction(
    state: State<Arc<Shared>>,
    headers: HeaderMap,
    Form(notice): Form<NewNotice>,
) -> Response {
    publish(state, &headers, notice, true).await
}

async fn publish(
    State(shared): State<Arc<Shared>>,
    headers: &HeaderMap,
    notice: NewNotice,
    newcomers: bool,
) -> Response {
    let visitor = match Visitor::check(shared, headers, Some(notice.bkn)).await {
        Ok(visitor) => visitor,
        Err(refused) => return refused,
    };
    let settings: Settings = if notice.settings.is_empty() {
        Settings::default()
    } else {
        match serde_json::from_str(&notice.settings) {
            Ok(settings) => settings,
            Err(error) => {
                let refusal = Refusal::bad_request(format!("`settings`: {error}"));
                return announced(Err(refusal));
            }
        }
    };
    let form = NoticeForm {
        newcomers,
        pinned: notice.pinned != 0,
        confirm_required: settings.confirm_required != 0,
        show_edit_card: settings.is_show_edit_card != 0,
        tip_window_type: settings.tip_window_type,
    };
    let answered = visitor
        .ask(move |world, sender| {
            let id = notices::send(world, sender, notice.qid, notice.text, form)?;
            Ok(json!({"ec": 0, "em": "", "new_fid": id, "id": id, "read_only": 0}))
        })
        .await;
    announced(answered)
}

#[derive(Debug, Deserialize)]
struct OldNotice {
    fid: String,
    qid: GroupUin,
    bkn: u32,
}

async fn delete_notice(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Form(notice): Form<OldNotice>,
) -> Response {
    let visitor = match Visitor::check(shared, &headers, Some(notice.bkn)).await {
        Ok(visitor) => visitor,
        Err(refused) => return refused,
    };
    let answered = visitor
        .ask(move |world, actor| {
            notices::delete(world, actor, notice.qid, notice.fid)?;
            Ok(json!({"ec": 0, "em": ""}))
        })
        .await;
    announced(answered)
}

/// The answer of a page of announcements.
fn announced(answered: Result<Value, Refusal>) -> Response {
    let refused = |refusal: Refusal| json!({"ec": refusal.code, "em": refusal.text});
    Json(answered.unwrap_or_else(refused)).into_response()
}
