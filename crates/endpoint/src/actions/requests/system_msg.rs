//! `get_group_system_msg`, `get_group_ignored_notifies`, `get_group_ignore_add_request` (api/actions §3.8).

use nekonap_client::{GroupRequest, GroupRequestKind, RequestUser};
use nekonap_ids::{GroupUin, Uin};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{bot::Context, error::Result, flags::GroupFlag};

/// Number of requests in the lists of filtered ones.
const FILTERED: usize = 100;

/// Parameters of `get_group_system_msg`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetGroupSystemMsg {
    /// Largest number of requests in both lists together.
    #[serde(default = "fifty")]
    count: u32,
}

fn fifty() -> u32 {
    50
}

/// Parameters of the actions that list filtered requests: none.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ListFiltered {}

/// Requests and invitations of groups, newest first.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct GroupSystemMessages {
    /// Invitations of the account.
    invited_requests: Vec<GroupNotify>,
    /// The same as `invited_requests`.
    #[serde(rename = "InvitedRequest")]
    invited_request: Vec<GroupNotify>,
    /// Applications, and invitations of others that an administrator has to answer.
    join_requests: Vec<GroupNotify>,
}

/// A request or an invitation.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct GroupNotify {
    /// Id of the request; `set_group_add_request` takes it too.
    request_id: u64,
    /// Who invites; for an application the applicant. 0 if unknown.
    invitor_uin: u64,
    /// Nickname of that person.
    invitor_nick: String,
    /// Who would join; 0 for an invitation of the account.
    requester_uin: u64,
    /// Nickname of that person.
    requester_nick: String,
    /// Number of the group.
    group_id: GroupUin,
    /// Name of the group.
    group_name: String,
    /// What the applicant wrote.
    message: String,
    /// Whether it is answered.
    checked: bool,
    /// Who answered it; 0 if nobody has.
    actor: u64,
    /// The text that `set_group_add_request` takes.
    flag: String,
}

impl GroupNotify {
    fn of(request: &GroupRequest) -> Self {
        let number = |user: &RequestUser| user.uin.map_or(0, Uin::get);
        let requester = match request.key.kind {
            GroupRequestKind::Invitation => RequestUser::default(),
            _ => request.user.clone(),
        };
        let inviter = request.inviter.as_ref().unwrap_or(&requester);
        Self {
            request_id: request.key.sequence,
            invitor_uin: number(inviter),
            invitor_nick: inviter.nickname.clone(),
            requester_uin: number(&requester),
            requester_nick: requester.nickname.clone(),
            group_id: request.key.group,
            group_name: request.group_name.clone(),
            message: request.comment.clone(),
            checked: !request.pending,
            actor: request.handler.as_ref().map_or(0, number),
            flag: GroupFlag::Key(request.key).to_string(),
        }
    }
}

fn sorted(requests: &[GroupRequest]) -> GroupSystemMessages {
    let invitation = |request: &&GroupRequest| request.key.kind == GroupRequestKind::Invitation;
    let invited: Vec<GroupNotify> = requests
        .iter()
        .filter(invitation)
        .map(GroupNotify::of)
        .collect();
    GroupSystemMessages {
        invited_requests: invited.clone(),
        invited_request: invited,
        join_requests: requests
            .iter()
            .filter(|request| !invitation(request))
            .map(GroupNotify::of)
            .collect(),
    }
}

pub(crate) async fn ordinary(
    cx: Context,
    params: GetGroupSystemMsg,
) -> Result<GroupSystemMessages> {
    let count = usize::try_from(params.count).unwrap_or(usize::MAX);
    Ok(sorted(&cx.client().group_requests(false, count).await?))
}

pub(crate) async fn filtered(cx: Context, _: ListFiltered) -> Result<GroupSystemMessages> {
    Ok(sorted(&cx.client().group_requests(true, FILTERED).await?))
}

pub(crate) async fn filtered_applications(
    cx: Context,
    _: ListFiltered,
) -> Result<Vec<GroupNotify>> {
    let requests = cx.client().group_requests(true, FILTERED).await?;
    Ok(sorted(&requests).join_requests)
}
