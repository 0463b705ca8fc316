use nekonap_ids::{GroupUin, MessageId, Uin};
use schemars::JsonSchema;
use serde::Serialize;

use crate::Object;

/// `notify` / `gray_tip` (api/events-and-segments §4.10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GrayTip {
    /// Group number.
    pub group_id: GroupUin,
    /// Account that sent the line.
    pub user_id: Uin,
    /// Message id of the line, for `delete_msg`.
    pub message_id: MessageId,
    /// Number of the kind of line, as text.
    pub busi_id: String,
    /// The line as JSON text: its `items`, from left to right.
    pub content: String,
    /// `msgSeq`, `msgTime` and `msgId` as text, and `json`, the content as an object.
    pub raw_info: Object,
}
