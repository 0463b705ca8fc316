//! Folders of group files (protocol/03 §6.5).

use nekonap_ids::GroupUin;

use super::{
    check,
    group::{APP, ROOT, done, refused},
    no_part,
};
use crate::{
    command::Refusal,
    proto::files::{
        CreateFolderPart, DeleteFolderPart, FolderInfo, FolderReply, FolderRequest, FolderResult,
        RenameFolderPart,
    },
};

impl FolderRequest {
    /// For [`CreateGroupFolder`](super::CreateGroupFolder). Folders are one level deep: the parent is the root.
    pub fn create(group: GroupUin, name: &str) -> Self {
        Self {
            create: Some(CreateFolderPart {
                group_code: Some(group.get()),
                app_id: Some(APP),
                parent_folder_id: Some(ROOT.to_owned()),
                folder_name: Some(name.to_owned()),
            }),
            ..Self::default()
        }
    }

    /// For [`DeleteGroupFolder`](super::DeleteGroupFolder).
    pub fn delete(group: GroupUin, id: &str) -> Self {
        Self {
            delete: Some(DeleteFolderPart {
                group_code: Some(group.get()),
                app_id: Some(APP),
                folder_id: Some(id.to_owned()),
            }),
            ..Self::default()
        }
    }

    /// For [`RenameGroupFolder`](super::RenameGroupFolder).
    pub fn rename(group: GroupUin, id: &str, name: &str) -> Self {
        Self {
            rename: Some(RenameFolderPart {
                group_code: Some(group.get()),
                app_id: Some(APP),
                folder_id: Some(id.to_owned()),
                new_name: Some(name.to_owned()),
            }),
            ..Self::default()
        }
    }
}

impl FolderReply {
    /// The folder that was created or renamed, if the answer has it.
    ///
    /// # Errors
    /// The refusal of the service.
    pub fn outcome(self) -> Result<Option<FolderInfo>, Refusal> {
        let part = self.create.or(self.rename).or(self.delete);
        let part = part.ok_or_else(no_part)?;
        check(part.ret_code, part.ret_msg, part.client_wording)?;
        Ok(part.folder_info)
    }
}

impl FolderResult {
    /// The answer to something that was done, with the folder if it still exists, or refused.
    pub fn new(outcome: Result<Option<FolderInfo>, Refusal>) -> Self {
        let ((ret_code, ret_msg, client_wording), folder_info) = match outcome {
            Ok(folder) => (done(), folder),
            Err(refusal) => (refused(&refusal), None),
        };
        Self {
            ret_code,
            ret_msg,
            client_wording,
            folder_info,
        }
    }
}
