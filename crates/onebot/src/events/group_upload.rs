use nekonap_ids::{GroupUin, Uin};
use schemars::JsonSchema;
use serde::Serialize;

/// `notice` / `group_upload` (api/events-and-segments §4.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GroupUpload {
    /// Group number.
    pub group_id: GroupUin,
    /// Member who uploaded the file.
    pub user_id: Uin,
    /// The file.
    pub file: UploadedFile,
}

/// A file in the notice `group_upload`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UploadedFile {
    /// Id of the file, for the actions with files.
    pub id: String,
    /// File name.
    pub name: String,
    /// Size in bytes.
    pub size: u64,
    /// 102 for a permanent file, 104 for a temporary one.
    pub busid: u32,
}
