//! Files of groups and of private chats (protocol/03 §6, §7).

mod extension;
mod feed;
mod folder;
mod group;
mod list;
mod private;
#[cfg(test)]
mod tests;

use crate::{
    command::{Refusal, commands},
    proto::files::{
        FeedReply, FeedRequest, FolderReply, FolderRequest, GroupFileReply, GroupFileRequest,
        ListReply, ListRequest, PrivateFileReply, PrivateFileRequest,
    },
};

pub use extension::{UploadHost, UploadTicket};
pub use feed::{COPY_TO_FRIEND, Copied};
pub use group::{NewGroupFile, PERMANENT, ROOT, SPACE_IS_FULL, TEMPORARY};
pub use list::{ListedFile, ListedFolder, Page, Space};
pub use private::{
    AppliedFile, CLIENT_BY_HTTPS, CLIENT_BY_PATH, PrivateFileHandle, private_file_times,
};

commands! {
    /// Announces a file for a group, before its bytes are uploaded. protocol/03 §6.1
    UploadGroupFile = 0x6d6 / 0 as ByUin, GroupFileRequest => GroupFileReply;
    /// Requests the address of a group file. protocol/03 §6.3
    DownloadGroupFile = 0x6d6 / 2 as ByUin, GroupFileRequest => GroupFileReply;
    /// Deletes a group file. protocol/03 §6.4
    DeleteGroupFile = 0x6d6 / 3 as ByUin, GroupFileRequest => GroupFileReply;
    /// Renames a group file. protocol/03 §6.4
    RenameGroupFile = 0x6d6 / 4 as ByUin, GroupFileRequest => GroupFileReply;
    /// Moves a group file to another folder. protocol/03 §6.4
    MoveGroupFile = 0x6d6 / 5 as ByUin, GroupFileRequest => GroupFileReply;
    /// Creates a folder among the files of a group. protocol/03 §6.5
    CreateGroupFolder = 0x6d7 / 0 as ByUin, FolderRequest => FolderReply;
    /// Deletes a folder. protocol/03 §6.5
    DeleteGroupFolder = 0x6d7 / 1 as ByUin, FolderRequest => FolderReply;
    /// Renames a folder. protocol/03 §6.5
    RenameGroupFolder = 0x6d7 / 2 as ByUin, FolderRequest => FolderReply;
    /// Requests one group file. protocol/03 §6.7
    GetGroupFile = 0x6d8 / 0 as ByUin, ListRequest => ListReply;
    /// Requests a page of a folder. protocol/03 §6.6
    ListGroupFiles = 0x6d8 / 1 as ByUin, ListRequest => ListReply;
    /// Requests how many files a group has. protocol/03 §6.7
    CountGroupFiles = 0x6d8 / 2 as ByUin, ListRequest => ListReply;
    /// Requests how much space the files of a group take. protocol/03 §6.7
    GetGroupFileSpace = 0x6d8 / 3 as ByUin, ListRequest => ListReply;
    /// Makes a temporary group file permanent. protocol/03 §6.8
    MakeGroupFilePermanent = 0x6d9 / 0 as ByUin, FeedRequest => FeedReply;
    /// Copies a group file to a friend or to another group. protocol/03 §6.8
    CopyGroupFile = 0x6d9 / 2 as ByUin, FeedRequest => FeedReply;
    /// Posts an uploaded group file as a message. protocol/03 §6.8
    PostGroupFile = 0x6d9 / 4 as ByUin, FeedRequest => FeedReply;
    /// Announces a file for a person, before its bytes are uploaded. protocol/03 §7.1
    ApplyPrivateFile = 0xe37 / 1700, PrivateFileRequest => PrivateFileReply;
    /// Confirms the upload of a file for a person. protocol/03 §7.3
    ConfirmPrivateFile = 0xe37 / 800, PrivateFileRequest => PrivateFileReply;
    /// Requests the address of a private file. protocol/03 §7.4
    DownloadPrivateFile = 0xe37 / 1200, PrivateFileRequest => PrivateFileReply;
}

/// Checks the three fields that every answer of the group file system begins with (protocol/03 §6). The text is the one for
/// people, if there is one.
fn check(
    code: Option<i64>,
    message: Option<String>,
    wording: Option<String>,
) -> Result<(), Refusal> {
    match code.unwrap_or(0) {
        0 => Ok(()),
        code => {
            let wording = wording.filter(|wording| !wording.is_empty());
            Err(Refusal::new(code, wording.or(message).unwrap_or_default()))
        }
    }
}

/// The refusal for an answer without the part of its sub-command.
fn no_part() -> Refusal {
    Refusal::new(-1, "the answer has no result")
}
