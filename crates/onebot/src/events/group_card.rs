use nekonap_ids::{GroupUin, Uin};
use schemars::JsonSchema;
use serde::Serialize;

/// `notice` / `group_card` (api/events-and-segments §4.11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GroupCard {
    /// Group number.
    pub group_id: GroupUin,
    /// Member with the card.
    pub user_id: Uin,
    /// New card; empty if it was removed.
    pub card_new: String,
    /// Card before; empty if there was none or it is unknown.
    pub card_old: String,
}
