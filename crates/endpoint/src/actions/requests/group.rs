//! `set_group_add_request` (api/actions §3.8).

use nekonap_client::{CallError, Client, GroupRequest, codes};
use schemars::JsonSchema;
use serde::Deserialize;

use super::friend::{is_checked, no_request};
use crate::{
    actions::Done,
    bot::Context,
    error::{Failure, Result},
    flags::GroupFlag,
};

/// Parameters of `set_group_add_request`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetGroupAddRequest {
    /// The flag of the request's event, or the `request_id` of the lists of requests.
    #[schemars(example = "gr1.20002.1767225641000000.1.0")]
    flag: String,
    /// `add` or `invite`; only a hint, the flag decides.
    #[serde(default)]
    #[allow(dead_code)] // Accepted, so that a value of a wrong type is reported.
    sub_type: Option<String>,
    /// Whether the request is accepted.
    #[serde(default = "yes")]
    approve: bool,
    /// Reason of a refusal; may be empty.
    #[serde(default)]
    reason: Option<String>,
    /// Number of requests in which a `request_id` is searched.
    #[serde(default = "hundred")]
    count: u32,
}

fn yes() -> bool {
    true
}

fn hundred() -> u32 {
    100
}

pub(crate) async fn answer(cx: Context, params: SetGroupAddRequest) -> Result<Done> {
    let flag = GroupFlag::read(&params.flag).ok_or_else(|| no_request(&params.flag))?;
    let client = cx.client();
    let key = match flag {
        GroupFlag::Key(key) => key,
        GroupFlag::Sequence(sequence) => match find(client, sequence, params.count).await? {
            Some(found) if found.pending => found.key,
            Some(_) => return Err(is_checked(&params.flag)),
            None => return Err(no_request(&params.flag)),
        },
    };
    let reason = params.reason.unwrap_or_default();
    let Err(error) = client
        .answer_group_request(key, params.approve, reason)
        .await
    else {
        return Ok(Done);
    };
    // The list tells whether the request exists.
    if matches!(&error, CallError::Refused(refusal) if refusal.code != codes::NO_PERMISSION) {
        match find(client, key.sequence, params.count).await? {
            Some(found) if found.pending => {}
            Some(_) => return Err(is_checked(&params.flag)),
            None => return Err(no_request(&params.flag)),
        }
    }
    Err(Failure::from(error))
}

/// The request with this sequence among the newest `count` of each list.
async fn find(client: &Client, sequence: u64, count: u32) -> Result<Option<GroupRequest>> {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    for filtered in [false, true] {
        let requests = client.group_requests(filtered, count).await?;
        let mut requests = requests.into_iter();
        if let Some(found) = requests.find(|request| request.key.sequence == sequence) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}
