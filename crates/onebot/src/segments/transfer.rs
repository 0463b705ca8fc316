//! `onlinefile` and `flashtransfer` (api/events-and-segments §7.16): reported, and sent by actions of their own.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Kind;

/// A file that is offered from computer to computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OnlineFile {
    /// The long id of the message.
    pub msg_id: String,
    /// The element's id.
    pub element_id: String,
    /// The file's name.
    pub file_name: String,
    /// Bytes, decimal.
    pub file_size: String,
    /// Whether it is a folder.
    pub is_dir: bool,
}

impl Kind for OnlineFile {
    const NAME: &'static str = "onlinefile";
}

/// A set of files that QQ's servers keep for a few days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FlashTransfer {
    /// The set's id.
    pub file_set_id: String,
}

impl Kind for FlashTransfer {
    const NAME: &'static str = "flashtransfer";
}
