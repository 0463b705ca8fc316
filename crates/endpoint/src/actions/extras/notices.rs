//! `_send_group_notice`, `_get_group_notice`, `_del_group_notice` (api/actions §3.7).

use nekonap_client::{GroupNotice as Known, NoticeSettings, Role};
use nekonap_ids::{GroupUin, Uin};
use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    actions::{Done, KeyResult},
    bot::Context,
    error::{Failure, Result},
};

/// `type` of a notice that is shown to new members.
const FOR_NEWCOMERS: i64 = 20;

/// Parameters of `_send_group_notice`. The switches are 0, 1 or booleans.
#[derive(Debug, Deserialize, JsonSchema)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a parameter of the action"
)]
pub(crate) struct SendGroupNotice {
    /// Number of the group.
    group_id: GroupUin,
    /// Text of the notice; not empty.
    #[schemars(example = "Water the garden")]
    content: String,
    /// Picture of the notice. Pictures cannot be sent yet: a notice with one is refused.
    image: Option<String>,
    /// Whether the notice stays at the top.
    #[serde(default)]
    pinned: bool,
    /// 20 shows the notice to new members; any other number is an ordinary notice.
    #[serde(default = "ordinary")]
    r#type: i64,
    /// Whether members have to confirm that they have read the notice.
    #[serde(default = "yes")]
    confirm_required: bool,
    /// Whether members are asked to set their cards.
    #[serde(default)]
    is_show_edit_card: bool,
    /// Whether the notice opens no window.
    #[serde(default)]
    tip_window_type: bool,
    /// LLOneBot's form of `tip_window_type`: whether the notice opens a window.
    tip_window: Option<bool>,
    /// LLOneBot's form of `type` 20.
    #[serde(default)]
    send_new_member: bool,
}

const fn ordinary() -> i64 {
    1
}

const fn yes() -> bool {
    true
}

/// Parameters of `_get_group_notice`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetGroupNotice {
    /// Number of the group.
    group_id: GroupUin,
}

/// Parameters of `_del_group_notice`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct DelGroupNotice {
    /// Number of the group.
    group_id: GroupUin,
    /// Id of the notice, from `_get_group_notice`.
    #[schemars(example = &"n1")]
    notice_id: String,
}

/// A notice of a group.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct GroupNotice {
    /// Id of the notice.
    notice_id: String,
    /// QQ number of the publisher; 0 if unknown.
    sender_id: u64,
    /// Time it was published, Unix seconds.
    publish_time: u64,
    /// Content of the notice.
    message: NoticeMessage,
    /// How the notice is shown.
    settings: Settings,
    /// How many members have read it.
    read_num: u32,
    /// Whether it is shown to new members.
    send_to_new_member: bool,
    /// Whether it stays at the top.
    pinned: bool,
}

/// Content of a notice.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct NoticeMessage {
    /// Text.
    text: String,
    /// Pictures.
    images: Vec<NoticeImage>,
    /// The same as `images`.
    image: Vec<NoticeImage>,
}

/// A picture of a notice.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct NoticeImage {
    /// Id of the picture.
    id: String,
    /// Height in pixels.
    height: String,
    /// Width in pixels.
    width: String,
}

/// How a notice is shown.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Settings {
    /// 1 if members are asked to set their cards, otherwise 0.
    is_show_edit_card: u32,
    /// 0 if the notice opens a window, otherwise 1.
    tip_window_type: u32,
    /// 1 if members have to confirm that they have read it, otherwise 0.
    confirm_required: u32,
}

impl From<Known> for GroupNotice {
    fn from(known: Known) -> Self {
        let images: Vec<NoticeImage> = known
            .pictures
            .into_iter()
            .map(|picture| NoticeImage {
                id: picture.id,
                height: picture.height,
                width: picture.width,
            })
            .collect();
        Self {
            notice_id: known.id,
            sender_id: known.sender.map_or(0, Uin::get),
            publish_time: known.time,
            message: NoticeMessage {
                text: known.text,
                images: images.clone(),
                image: images,
            },
            settings: Settings {
                is_show_edit_card: known.settings.show_edit_card.into(),
                tip_window_type: known.settings.tip_window_type,
                confirm_required: known.settings.confirm_required.into(),
            },
            read_num: known.read,
            send_to_new_member: known.for_newcomers,
            pinned: known.settings.pinned,
        }
    }
}

pub(crate) async fn send(cx: Context, params: SendGroupNotice) -> Result<Done> {
    let group = params.group_id;
    if params.content.trim().is_empty() {
        return Err(Failure::invalid("content", "the notice is empty"));
    }
    cx.require(group, Role::Admin).await?;
    if params.image.is_some_and(|image| !image.is_empty()) {
        let text = "notices with a picture cannot be sent yet";
        return Err(Failure::new(Code::NotSupported, text));
    }
    let window = params.tip_window.unwrap_or(!params.tip_window_type);
    let settings = NoticeSettings {
        pinned: params.pinned,
        confirm_required: params.confirm_required,
        show_edit_card: params.is_show_edit_card,
        tip_window_type: (!window).into(),
    };
    let for_newcomers = params.r#type == FOR_NEWCOMERS || params.send_new_member;
    cx.client()
        .send_group_notice(group, params.content, for_newcomers, settings)
        .await?;
    Ok(Done)
}

pub(crate) async fn list(cx: Context, params: GetGroupNotice) -> Result<Vec<GroupNotice>> {
    let group = params.group_id;
    cx.group(group).await?;
    let notices = cx.client().group_notices(group).await?;
    Ok(notices.into_iter().map(GroupNotice::from).collect())
}

pub(crate) async fn delete(cx: Context, params: DelGroupNotice) -> Result<KeyResult> {
    let group = params.group_id;
    cx.require(group, Role::Admin).await?;
    cx.client()
        .delete_group_notice(group, &params.notice_id)
        .await?;
    Ok(KeyResult::default())
}
