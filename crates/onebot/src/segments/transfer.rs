//! `onlinefile` and `flashtransfer` (api/events-and-segments §7.16): received as segments, but sent with separate actions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Kind;

/// An online file, transferred directly between two computers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OnlineFile {
    /// Long id of the message.
    pub msg_id: String,
    /// Id of the element in the message.
    pub element_id: String,
    /// File name.
    pub file_name: String,
    /// Size in bytes, decimal.
    pub file_size: String,
    /// Whether the file is a folder.
    pub is_dir: bool,
}

impl Kind for OnlineFile {
    const NAME: &'static str = "onlinefile";
}

/// A flash transfer: a set of files that QQ's servers store for a few days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlashTransfer {
    /// Id of the set.
    pub file_set_id: String,
}

impl Kind for FlashTransfer {
    const NAME: &'static str = "flashtransfer";
}
