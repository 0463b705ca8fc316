use nekonap_ids::{GroupUin, Uin};
use schemars::JsonSchema;
use serde::Serialize;

/// `notify` / `honor` (api/events-and-segments §4.9).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Honor {
    /// Group number.
    pub group_id: GroupUin,
    /// Member who got the honour.
    pub user_id: Uin,
    /// `talkative`, `performer`, `legend` or `emotion`.
    pub honor_type: &'static str,
}
