//! `set_msg_emoji_like`, `fetch_emoji_like`, `get_emoji_likes`: reactions to group messages (api/actions §3.1).

use nekonap_ids::{Conversation, GroupUin, Sequence, Uin};
use nekonap_onebot::{Code, MessageRef};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    actions::KeyResult,
    bot::Context,
    config::Profile,
    error::{Failure, Result},
    incoming,
};

/// How many people are asked for at once by `get_emoji_likes`.
const PAGE: u32 = 50;
/// The most pages that `get_emoji_likes` asks for, of each reaction.
const PAGES: u32 = 40;

/// What `set_msg_emoji_like` takes.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetMsgEmojiLike {
    message_id: MessageRef,
    /// A face's id, or the code point of an emoji in decimal.
    emoji_id: String,
    /// Whether to react, or to take the reaction back.
    #[serde(default = "yes")]
    set: bool,
}

/// What `unset_msg_emoji_like` takes.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct UnsetMsgEmojiLike {
    message_id: MessageRef,
    emoji_id: String,
}

const fn yes() -> bool {
    true
}

/// Nothing, or in the newer profile the usual pair (api/actions §1.7).
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum Reacted {
    Mission(()),
    Newer(KeyResult),
}

pub(crate) async fn set(cx: Context, params: SetMsgEmojiLike) -> Result<Reacted> {
    react(&cx, params.message_id, &params.emoji_id, params.set).await
}

pub(crate) async fn unset(cx: Context, params: UnsetMsgEmojiLike) -> Result<Reacted> {
    react(&cx, params.message_id, &params.emoji_id, false).await
}

async fn react(cx: &Context, message: MessageRef, emoji: &str, set: bool) -> Result<Reacted> {
    if emoji.is_empty() {
        return Err(Failure::missing("emoji_id"));
    }
    let (group, sequence) = place(cx, message).await?;
    cx.client()
        .react(group, sequence, emoji, is_emoji(emoji), set)
        .await?;
    Ok(match cx.profile() {
        Profile::Mission => Reacted::Mission(()),
        Profile::Newer => Reacted::Newer(KeyResult::default()),
    })
}

/// Where a message is that can be reacted to.
async fn place(cx: &Context, message: MessageRef) -> Result<(GroupUin, Sequence)> {
    let stored = cx.message(message).await?;
    match (stored.conversation, stored.sequence) {
        (Conversation::Group(group), Some(sequence)) => Ok((group, sequence)),
        (Conversation::Group(_), None) => Err(Failure::new(
            Code::MessageNotFound,
            "the message never reached the server",
        )),
        _ => Err(Failure::new(
            Code::NotSupported,
            "only group messages can be reacted to",
        )),
    }
}

/// Whether a code is an emoji's code point rather than a face's id (protocol/02 §9.1).
fn is_emoji(code: &str) -> bool {
    code.chars().count() > 3
}

/// What `fetch_emoji_like` takes.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct FetchEmojiLike {
    message_id: MessageRef,
    #[serde(rename = "emojiId")]
    emoji_id: String,
    /// `1` a face, `2` an emoji; by the id if absent.
    #[serde(rename = "emojiType")]
    emoji_type: Option<String>,
    #[serde(default = "twenty")]
    count: u32,
    /// Of the page before; empty for the first.
    #[serde(default)]
    cookie: String,
}

const fn twenty() -> u32 {
    20
}

/// One page of those who reacted so.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EmojiLikes {
    result: i32,
    err_msg: String,
    emoji_likes_list: Vec<Liker>,
    cookie: String,
    is_last_page: bool,
    is_first_page: bool,
}

/// Who reacted.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Liker {
    /// The QQ number.
    tiny_id: String,
    nick_name: String,
    head_url: String,
}

pub(crate) async fn fetch(cx: Context, params: FetchEmojiLike) -> Result<EmojiLikes> {
    if params.emoji_id.is_empty() {
        return Err(Failure::missing("emojiId"));
    }
    let emoji = match params.emoji_type.as_deref() {
        None | Some("") => is_emoji(&params.emoji_id),
        Some("1") => false,
        Some("2") => true,
        Some(_) => return Err(Failure::invalid("emojiType", "it is \"1\" or \"2\"")),
    };
    let (group, sequence) = place(&cx, params.message_id).await?;
    let page = cx
        .client()
        .reactors(
            group,
            sequence,
            &params.emoji_id,
            emoji,
            params.count.clamp(1, 100),
            &params.cookie,
        )
        .await?;
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

/// What `get_emoji_likes` takes.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetEmojiLikes {
    message_id: MessageRef,
    /// Which reaction; all if absent.
    emoji_id: Option<String>,
    emoji_type: Option<String>,
    /// How many; 0 for all.
    #[serde(default)]
    count: u32,
}

/// All who reacted.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct EmojiLikeList {
    emoji_like_list: Vec<Reactor>,
}

/// Who reacted; the number is a text here.
#[derive(Debug, Serialize, JsonSchema)]
struct Reactor {
    user_id: String,
    nick_name: String,
}

pub(crate) async fn all(cx: Context, params: GetEmojiLikes) -> Result<EmojiLikeList> {
    let (group, sequence) = place(&cx, params.message_id).await?;
    let codes = match params.emoji_id.filter(|code| !code.is_empty()) {
        Some(code) => {
            let emoji = params
                .emoji_type
                .map_or_else(|| is_emoji(&code), |kind| kind == "2");
            vec![(code, emoji)]
        }
        None => {
            let reactions = cx.client().reactions(group, sequence).await?;
            reactions
                .into_iter()
                .map(|reaction| (reaction.code, reaction.emoji))
                .collect()
        }
    };
    let most = if params.count == 0 {
        usize::MAX
    } else {
        params.count as usize
    };
    let mut people: Vec<Uin> = Vec::new();
    for (code, emoji) in codes {
        let mut cookie = String::new();
        for _ in 0..PAGES {
            let page = cx
                .client()
                .reactors(group, sequence, &code, emoji, PAGE, &cookie)
                .await?;
            for uin in page.people {
                if !people.contains(&uin) {
                    people.push(uin);
                }
            }
            if page.last || page.cookie.is_empty() || people.len() >= most {
                break;
            }
            cookie = page.cookie;
        }
    }
    people.truncate(most);
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
