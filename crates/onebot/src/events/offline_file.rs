use nekonap_ids::Uin;
use schemars::JsonSchema;
use serde::Serialize;

/// `notice` / `offline_file` (api/events-and-segments §4.14).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OfflineFile {
    /// Person who sent the file.
    pub user_id: Uin,
    /// The file.
    pub file: ReceivedFile,
}

/// A file in the notice `offline_file`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReceivedFile {
    /// File name.
    pub name: String,
    /// Size in bytes.
    pub size: u64,
    /// Download link, valid for a limited time; empty if the server gives none.
    pub url: String,
    /// Id of the file, for the actions with files.
    pub id: String,
    /// Second half of the server's handle of the file; may be empty.
    pub hash: String,
}
