//! `get_group_honor_info` (api/actions §3.5).

use futures_util::future::try_join_all;
use nekonap_client::{Honored, Honors, push::HonorKind};
use nekonap_ids::{GroupUin, Uin};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{bot::Context, error::Result};

/// Parameters of `get_group_honor_info`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetGroupHonorInfo {
    /// Number of the group.
    group_id: GroupUin,
    /// Honours to list.
    #[serde(default)]
    r#type: Wanted,
}

/// An honour, or all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Wanted {
    /// All honours.
    #[default]
    All,
    /// The most talkative member.
    Talkative,
    /// Talked on several days in a row.
    Performer,
    /// Talked on many days in a row.
    Legend,
    /// No longer given: the list is empty.
    StrongNewbie,
    /// Made others laugh.
    Emotion,
}

/// The honours of a group. Lists that were not requested are empty.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct HonorInfo {
    /// Number of the group.
    group_id: GroupUin,
    /// The most talkative member now. Without one, `user_id` is 0.
    current_talkative: HonorMember,
    /// Who is or was the most talkative member, newest first.
    talkative_list: Vec<HonorMember>,
    /// Who talked on several days in a row.
    performer_list: Vec<HonorMember>,
    /// Who talked on many days in a row.
    legend_list: Vec<HonorMember>,
    /// Always empty: this honour is no longer given.
    strong_newbie_list: Vec<HonorMember>,
    /// Who made others laugh.
    emotion_list: Vec<HonorMember>,
}

/// A member with an honour.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(crate) struct HonorMember {
    /// QQ number; 0 if there is no member.
    user_id: u64,
    /// Name of the member.
    nickname: String,
    /// URL of the avatar.
    avatar: String,
    /// What QQ says about it; may be empty.
    description: String,
    /// For how many days; 0 if unknown.
    day_count: u32,
}

impl From<Honored> for HonorMember {
    fn from(honored: Honored) -> Self {
        Self {
            user_id: honored.uin.map_or(0, Uin::get),
            nickname: honored.name,
            avatar: honored.avatar,
            description: honored.description,
            day_count: honored.days,
        }
    }
}

impl Wanted {
    fn includes(self, kind: HonorKind) -> bool {
        let only = match kind {
            HonorKind::Talkative => Self::Talkative,
            HonorKind::Performer => Self::Performer,
            HonorKind::Legend => Self::Legend,
            HonorKind::Emotion => Self::Emotion,
        };
        self == Self::All || self == only
    }
}

/// Each honour has a web page of its own.
pub(crate) async fn get(cx: Context, params: GetGroupHonorInfo) -> Result<HonorInfo> {
    let group = params.group_id;
    cx.group(group).await?;
    let client = cx.client();
    let pages = HonorKind::ALL.map(async |kind| {
        if params.r#type.includes(kind) {
            client.honors(group, kind).await
        } else {
            Ok(Honors::default())
        }
    });
    let mut pages = try_join_all(pages).await?.into_iter();
    // In the order of `HonorKind::ALL`.
    let mut next = || pages.next().unwrap_or_default();
    let (talkative, performer, legend, emotion) = (next(), next(), next(), next());
    let list = |honors: Honors| honors.list.into_iter().map(HonorMember::from).collect();
    Ok(HonorInfo {
        group_id: group,
        current_talkative: talkative
            .current
            .clone()
            .map(HonorMember::from)
            .unwrap_or_default(),
        talkative_list: list(talkative),
        performer_list: list(performer),
        legend_list: list(legend),
        strong_newbie_list: Vec::new(),
        emotion_list: list(emotion),
    })
}
