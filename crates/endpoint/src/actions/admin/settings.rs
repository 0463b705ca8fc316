//! `set_group_add_option`, `set_group_search` (api/actions §3.6).

use nekonap_client::Role;
use nekonap_ids::GroupUin;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{actions::Done, bot::Context, error::Result};

/// Parameters of `set_group_add_option`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetGroupAddOption {
    /// Number of the group.
    group_id: GroupUin,
    /// How people join: 1 anybody, 2 after approval, 3 nobody, 4 with the answer to a question, 5 with an answer and
    /// approval.
    #[schemars(example = 2)]
    add_type: u32,
    /// The question, needed for 4 and 5.
    group_question: Option<String>,
    /// The right answer.
    group_answer: Option<String>,
}

/// Parameters of `set_group_search`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetGroupSearch {
    /// Number of the group.
    group_id: GroupUin,
    /// 1 hides the group from searches for its number, 0 shows it.
    no_code_finger_open: Option<u32>,
    /// 1 hides the group from searches for words, 0 shows it.
    no_finger_open: Option<u32>,
}

pub(crate) async fn joining(cx: Context, params: SetGroupAddOption) -> Result<Done> {
    let group = params.group_id;
    cx.require(group, Role::Admin).await?;
    let (question, answer) = (params.group_question, params.group_answer);
    cx.client()
        .set_join_option(group, params.add_type, question, answer)
        .await?;
    Ok(Done)
}

pub(crate) async fn search(cx: Context, params: SetGroupSearch) -> Result<Done> {
    let (group, words, number) = (
        params.group_id,
        params.no_finger_open,
        params.no_code_finger_open,
    );
    cx.require(group, Role::Admin).await?;
    if words.is_some() || number.is_some() {
        cx.client().set_group_search(group, words, number).await?;
    }
    Ok(Done)
}
