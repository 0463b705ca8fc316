//! `set_msg_emoji_like`, `fetch_emoji_like`, `get_emoji_likes`: reactions to group messages (api/actions §3.1).

use nekonap_client::Emoji;
use nekonap_ids::{GroupUin, MessagePlace, Uin};
use nekonap_onebot::{Code, MessageRef};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    actions::KeyResult,
    bot::Context,
    config::Profile,
    error::{Failure, Result, not_found_is},
    incoming,
};

/// How many people `get_emoji_likes` fetches per request.
const PAGE_SIZE: u32 = 50;
/// The most pages that `get_emoji_likes` fetches for each reaction.
const MAX_PAGES: u32 = 40;

/// Parameters of `set_msg_emoji_like`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetMsgEmojiLike {
    /// Id of a group message.
    message_id: MessageRef,
    /// Id of a face, or the code point of an emoji, as a decimal string.
    #[schemars(example = "76")]
    emoji_id: String,
    /// True adds the reaction, false removes it.
    #[serde(default = "yes")]
    set: bool,
}

/// Parameters of `unset_msg_emoji_like`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct UnsetMsgEmojiLike {
    /// Id of a group message.
    message_id: MessageRef,
    /// Id of a face, or the code point of an emoji, as a decimal string.
    #[schemars(example = "76")]
    emoji_id: String,
}

const fn yes() -> bool {
    true
}

/// Null; `result` and `errMsg` with the response profile `napcat-4.18` (api/actions §1.7).
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum Reacted {
    NapcatV4(()),
    Napcat418(KeyResult),
}

pub(crate) async fn set(cx: Context, params: SetMsgEmojiLike) -> Result<Reacted> {
    react(&cx, params.message_id, &params.emoji_id, params.set).await
}

pub(crate) async fn unset(cx: Context, params: UnsetMsgEmojiLike) -> Result<Reacted> {
    react(&cx, params.message_id, &params.emoji_id, false).await
}

async fn react(cx: &Context, message: MessageRef, emoji: &str, set: bool) -> Result<Reacted> {
    let emoji = self::emoji(("emoji_id", "emoji_type"), emoji, None)?;
    let (_, message) = place(cx, message).await?;
    let client = cx.client();
    if set {
        client.add_reaction(message, emoji).await
    } else {
        client.remove_reaction(message, emoji).await
    }
    .map_err(not_found_is(Code::MessageNotFound))?;
    Ok(match cx.profile() {
        Profile::NapcatV4 => Reacted::NapcatV4(()),
        Profile::Napcat418 => Reacted::Napcat418(KeyResult::default()),
    })
}

/// The group and the place of a message. Only group messages can have reactions.
async fn place(cx: &Context, message: MessageRef) -> Result<(GroupUin, MessagePlace)> {
    let (group, sequence) = Context::group_place(&cx.message(message).await?, "reacted to")?;
    Ok((group, MessagePlace::in_group(group, sequence)))
}

/// Reads an emoji from the values of two parameters. The first argument has their names, for errors. Without a type, a
/// code of up to three digits is a face, a longer one a Unicode emoji.
fn emoji((field, type_field): (&str, &str), code: &str, emoji_type: Option<&str>) -> Result<Emoji> {
    if code.is_empty() {
        return Err(Failure::missing(field));
    }
    match emoji_type {
        None | Some("") => code.parse(),
        Some("1") => Emoji::face(code),
        Some("2") => Emoji::unicode(code),
        Some(other) => {
            let text = format!("must be \"1\" or \"2\", not {other:?}");
            return Err(Failure::invalid(type_field, text));
        }
    }
    .map_err(|error| Failure::invalid(field, format!("{error}; the value is {code:?}")))
}

/// Parameters of `fetch_emoji_like`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct FetchEmojiLike {
    /// Id of a group message.
    message_id: MessageRef,
    /// Id of a face, or the code point of an emoji, as a decimal string.
    #[serde(rename = "emojiId")]
    #[schemars(example = "76")]
    emoji_id: String,
    /// `1` face, `2` emoji. Without it, an id of more than three digits is an emoji.
    #[serde(rename = "emojiType")]
    emoji_type: Option<String>,
    /// Number of people per page, 1 to 100.
    #[serde(default = "twenty")]
    count: i64,
    /// `cookie` of the previous page; empty for the first page.
    #[serde(default)]
    cookie: String,
}

const fn twenty() -> i64 {
    20
}

/// One page of people who added a reaction.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EmojiLikes {
    /// Always 0.
    result: i32,
    /// Always empty.
    err_msg: String,
    /// People on this page.
    emoji_likes_list: Vec<Liker>,
    /// `cookie` of the call that fetches the next page.
    cookie: String,
    /// Whether this is the last page.
    is_last_page: bool,
    /// Whether this is the first page.
    is_first_page: bool,
}

/// A person who added a reaction.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Liker {
    /// QQ number, as a decimal string.
    tiny_id: String,
    /// Card in the group; the nickname if there is no card.
    nick_name: String,
    /// URL of the avatar.
    head_url: String,
}

pub(crate) async fn fetch(cx: Context, params: FetchEmojiLike) -> Result<EmojiLikes> {
    let emoji = emoji(
        ("emojiId", "emojiType"),
        &params.emoji_id,
        params.emoji_type.as_deref(),
    )?;
    let (group, message) = place(&cx, params.message_id).await?;
    let page = cx
        .client()
        .reactors(
            message,
            emoji,
            u32::try_from(params.count.clamp(1, 100)).unwrap_or(1),
            &params.cookie,
        )
        .await
        .map_err(not_found_is(Code::MessageNotFound))?;
    let mut list = Vec::with_capacity(page.people.len());
    for uin in page.people {
        list.push(Liker {
            tiny_id: uin.to_string(),
            nick_name: incoming::member_name(&cx, group, uin).await,
            head_url: format!("https://q.qlogo.cn/headimg_dl?dst_uin={uin}&spec=640&img_type=jpg"),
        });
    }
    Ok(EmojiLikes {
        result: 0,
        err_msg: String::new(),
        emoji_likes_list: list,
        cookie: page.cookie,
        is_last_page: page.last,
        is_first_page: page.first,
    })
}

/// Parameters of `get_emoji_likes`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetEmojiLikes {
    /// Id of a group message.
    message_id: MessageRef,
    /// Id of a face, or the code point of an emoji, as a decimal string. Without it, all reactions are included.
    #[schemars(example = "76")]
    emoji_id: Option<String>,
    /// `1` face, `2` emoji. Without it, an id of more than three digits is an emoji.
    emoji_type: Option<String>,
    /// The most people to return; 0 or less returns all.
    #[serde(default)]
    count: i64,
}

/// The people who added a reaction.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct EmojiLikeList {
    /// People who added it, each once.
    emoji_like_list: Vec<Reactor>,
}

/// A person who added a reaction.
#[derive(Debug, Serialize, JsonSchema)]
struct Reactor {
    /// QQ number, as a decimal string.
    user_id: String,
    /// Card in the group; the nickname if there is no card.
    nick_name: String,
}

pub(crate) async fn all(cx: Context, params: GetEmojiLikes) -> Result<EmojiLikeList> {
    let (group, message) = place(&cx, params.message_id).await?;
    let emojis = match params.emoji_id.filter(|code| !code.is_empty()) {
        Some(code) => {
            let names = ("emoji_id", "emoji_type");
            vec![emoji(names, &code, params.emoji_type.as_deref())?]
        }
        None => {
            let reactions = cx
                .client()
                .reactions(message)
                .await
                .map_err(not_found_is(Code::MessageNotFound))?;
            reactions
                .into_iter()
                .map(|reaction| reaction.emoji)
                .collect()
        }
    };
    let limit = match usize::try_from(params.count) {
        Ok(count) if count > 0 => count,
        _ => usize::MAX,
    };
    let mut people: Vec<Uin> = Vec::new();
    for emoji in emojis {
        let mut cookie = String::new();
        for _ in 0..MAX_PAGES {
            let page = cx
                .client()
                .reactors(message, emoji, PAGE_SIZE, &cookie)
                .await
                .map_err(not_found_is(Code::MessageNotFound))?;
            for uin in page.people {
                if !people.contains(&uin) {
                    people.push(uin);
                }
            }
            if page.last || people.len() >= limit {
                break;
            }
            cookie = page.cookie;
        }
    }
    people.truncate(limit);
    let mut list = Vec::with_capacity(people.len());
    for uin in people {
        list.push(Reactor {
            user_id: uin.to_string(),
            nick_name: incoming::member_name(&cx, group, uin).await,
        });
    }
    Ok(EmojiLikeList {
        emoji_like_list: list,
    })
}
