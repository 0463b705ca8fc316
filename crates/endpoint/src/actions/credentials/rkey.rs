//! `get_rkey`, `nc_get_rkey`, `get_rkey_server`: keys of links to pictures (api/actions §3.17, protocol/03 §5.1).

use nekonap_client::{Rkey, Scene};
use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    actions::NoParams,
    bot::Context,
    error::{Failure, Result},
};

/// A key.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct NamedRkey {
    /// Scene of the pictures: `private` or `group`.
    r#type: &'static str,
    /// The key, beginning with `&rkey=`.
    rkey: String,
    /// When it was made, Unix seconds.
    created_at: u64,
    /// How long it is valid from then on, in seconds.
    ttl: u64,
}

/// A key with its number.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct NumberedRkey {
    /// The key, beginning with `&rkey=`.
    rkey: String,
    /// Scene of the pictures: 10 private, 20 group.
    r#type: u32,
    /// When it was made, Unix seconds.
    time: u64,
    /// How long it is valid from then on, in seconds.
    ttl: u64,
    /// The same as `rkey`.
    key: String,
    /// When it lapses, Unix seconds.
    expired: u64,
}

/// Both keys.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RkeyPair {
    /// The key for pictures of private chats, beginning with `&rkey=`.
    private_rkey: String,
    /// The key for pictures of groups, beginning with `&rkey=`.
    group_rkey: String,
    /// When the first of them lapses, Unix seconds.
    expired_time: u64,
    /// Who gives the keys: always `Nekonap`.
    name: &'static str,
}

pub(crate) async fn list(cx: Context, _: NoParams) -> Result<Vec<NamedRkey>> {
    let keys = cx.client().rkeys(false).await?.into_iter();
    Ok(keys
        .map(|key| NamedRkey {
            r#type: match key.scene {
                Scene::Private => "private",
                Scene::Group => "group",
            },
            rkey: parameter(&key),
            created_at: key.created,
            ttl: key.ttl,
        })
        .collect())
}

pub(crate) async fn numbered(cx: Context, _: NoParams) -> Result<Vec<NumberedRkey>> {
    let keys = cx.client().rkeys(false).await?.into_iter();
    Ok(keys
        .map(|key| NumberedRkey {
            rkey: parameter(&key),
            r#type: match key.scene {
                Scene::Private => 10,
                Scene::Group => 20,
            },
            time: key.created,
            ttl: key.ttl,
            key: parameter(&key),
            expired: key.created.saturating_add(key.ttl),
        })
        .collect())
}

pub(crate) async fn pair(cx: Context, _: NoParams) -> Result<RkeyPair> {
    let keys = cx.client().rkeys(false).await?;
    let of = |scene| {
        let found = keys.iter().find(|key| key.scene == scene);
        found.ok_or_else(|| Failure::new(Code::Upstream, "the server gave only one of both keys"))
    };
    let (private, group) = (of(Scene::Private)?, of(Scene::Group)?);
    let expires = |key: &Rkey| key.created.saturating_add(key.ttl);
    Ok(RkeyPair {
        private_rkey: parameter(private),
        group_rkey: parameter(group),
        expired_time: expires(private).min(expires(group)),
        name: "Nekonap",
    })
}

fn parameter(key: &Rkey) -> String {
    format!("&rkey={}", key.value)
}
