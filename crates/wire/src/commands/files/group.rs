//! Group files: upload, download, deletion, renaming and moving (protocol/03 §6.1, §6.3, §6.4).

use bytes::Bytes;
use nekonap_ids::GroupUin;

use super::{check, no_part};
use crate::{
    command::Refusal,
    proto::files::{
        DeletePart, DownloadPart, DownloadResult, FileResult, GroupFileReply, GroupFileRequest,
        MovePart, RenamePart, UploadPart, UploadResult,
    },
};

/// Id of the root folder.
pub const ROOT: &str = "/";
/// `bus_id` of a permanent file.
pub const PERMANENT: u32 = 102;
/// `bus_id` of a temporary file.
pub const TEMPORARY: u32 = 104;
/// `ret_code` of an upload for which the permanent space is too small (protocol/03 §6.1).
pub const SPACE_IS_FULL: i64 = -403;

/// `app_id` of all requests but posts; servers do not check it.
pub(super) const APP: u32 = 7;
/// `entrance` of an upload.
const ENTRANCE: u32 = 6;

/// A file that is going to be uploaded to a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGroupFile {
    /// Name in the group.
    pub name: String,
    /// [`ROOT`] or a folder id.
    pub folder: String,
    /// [`PERMANENT`] or [`TEMPORARY`].
    pub business: u32,
    /// Size in bytes.
    pub size: u64,
    /// MD5 of all bytes.
    pub md5: [u8; 16],
    /// SHA-1 of all bytes.
    pub sha1: [u8; 20],
    /// The sampled SHA-1 of protocol/03 §1.1; may be empty.
    pub tri_sha1: Bytes,
}

impl GroupFileRequest {
    /// For [`UploadGroupFile`](super::UploadGroupFile).
    pub fn upload(group: GroupUin, file: &NewGroupFile) -> Self {
        Self {
            upload: Some(UploadPart {
                group_code: Some(group.get()),
                app_id: Some(APP),
                bus_id: Some(file.business),
                entrance: Some(ENTRANCE),
                parent_folder_id: Some(file.folder.clone()),
                file_name: Some(file.name.clone()),
                local_path: Some(format!("/{}", file.name)),
                file_size: Some(file.size),
                sha1: Some(Bytes::copy_from_slice(&file.sha1)),
                tri_sha1: Some(file.tri_sha1.clone()),
                md5: Some(Bytes::copy_from_slice(&file.md5)),
                field_15: Some(true),
            }),
            ..Self::default()
        }
    }

    /// For [`DownloadGroupFile`](super::DownloadGroupFile).
    pub fn download(group: GroupUin, business: u32, id: &str) -> Self {
        Self {
            download: Some(DownloadPart {
                group_code: Some(group.get()),
                app_id: Some(APP),
                bus_id: Some(business),
                file_id: Some(id.to_owned()),
            }),
            ..Self::default()
        }
    }

    /// For [`DeleteGroupFile`](super::DeleteGroupFile). `folder`: the one that the file is in.
    pub fn delete(group: GroupUin, business: u32, folder: &str, id: &str) -> Self {
        Self {
            delete: Some(DeletePart {
                group_code: Some(group.get()),
                app_id: Some(APP),
                bus_id: Some(business),
                parent_folder_id: Some(folder.to_owned()),
                file_id: Some(id.to_owned()),
            }),
            ..Self::default()
        }
    }

    /// For [`RenameGroupFile`](super::RenameGroupFile). `folder`: the one that the file is in.
    pub fn rename(group: GroupUin, business: u32, folder: &str, id: &str, name: &str) -> Self {
        Self {
            rename: Some(RenamePart {
                group_code: Some(group.get()),
                app_id: Some(APP),
                bus_id: Some(business),
                file_id: Some(id.to_owned()),
                parent_folder_id: Some(folder.to_owned()),
                new_name: Some(name.to_owned()),
            }),
            ..Self::default()
        }
    }

    /// For [`MoveGroupFile`](super::MoveGroupFile), from one folder to another.
    pub fn move_to(group: GroupUin, business: u32, id: &str, (from, to): (&str, &str)) -> Self {
        Self {
            r#move: Some(MovePart {
                group_code: Some(group.get()),
                app_id: Some(APP),
                bus_id: Some(business),
                file_id: Some(id.to_owned()),
                parent_folder_id: Some(from.to_owned()),
                target_folder_id: Some(to.to_owned()),
            }),
            ..Self::default()
        }
    }
}

impl GroupFileReply {
    /// The result of an upload request.
    ///
    /// # Errors
    /// The refusal of the service; the code is [`SPACE_IS_FULL`] if a temporary file may still fit.
    pub fn uploaded(self) -> Result<UploadResult, Refusal> {
        let mut part = self.upload.ok_or_else(no_part)?;
        check(
            part.ret_code,
            part.ret_msg.take(),
            part.client_wording.take(),
        )?;
        Ok(part)
    }

    /// The result of a download request.
    ///
    /// # Errors
    /// The refusal of the service.
    pub fn downloaded(self) -> Result<DownloadResult, Refusal> {
        let mut part = self.download.ok_or_else(no_part)?;
        check(
            part.ret_code,
            part.ret_msg.take(),
            part.client_wording.take(),
        )?;
        Ok(part)
    }

    /// Checks the result of a deletion, of renaming or of moving.
    ///
    /// # Errors
    /// The refusal of the service.
    pub fn outcome(self) -> Result<(), Refusal> {
        let part = self.delete.or(self.rename).or(self.r#move);
        let part = part.ok_or_else(no_part)?;
        check(part.ret_code, part.ret_msg, part.client_wording)
    }

    /// The answer to an upload that is refused.
    pub fn upload_refused(refusal: &Refusal) -> Self {
        let (ret_code, ret_msg, client_wording) = refused(refusal);
        Self {
            upload: Some(UploadResult {
                ret_code,
                ret_msg,
                client_wording,
                ..UploadResult::default()
            }),
            ..Self::default()
        }
    }

    /// The answer to a download that is refused.
    pub fn download_refused(refusal: &Refusal) -> Self {
        let (ret_code, ret_msg, client_wording) = refused(refusal);
        Self {
            download: Some(DownloadResult {
                ret_code,
                ret_msg,
                client_wording,
                ..DownloadResult::default()
            }),
            ..Self::default()
        }
    }
}

impl FileResult {
    /// The answer to something that was done or refused.
    pub fn new(outcome: Result<(), Refusal>) -> Self {
        let (ret_code, ret_msg, client_wording) = match outcome {
            Ok(()) => done(),
            Err(refusal) => refused(&refusal),
        };
        Self {
            ret_code,
            ret_msg,
            client_wording,
            parent_folder_id: None,
        }
    }
}

impl DownloadResult {
    /// Address of the file without its name; `None` if the answer has no host or no path. protocol/03 §6.3
    pub fn address(&self, https: bool) -> Option<String> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let host = given(&self.download_dns).or_else(|| given(&self.download_ip))?;
        let path = self.download_url.as_ref().filter(|path| !path.is_empty())?;
        let scheme = if https { "https" } else { "http" };
        Some(format!(
            "{scheme}://{host}/ftn_handler/{}/?fname=",
            hex::encode(path)
        ))
    }
}

/// The first three fields of an answer part.
pub(super) type Head = (Option<i64>, Option<String>, Option<String>);

/// The fields of something that was done.
pub(super) fn done() -> Head {
    (Some(0), Some("ok".to_owned()), Some(String::new()))
}

/// The fields of a refusal.
pub(super) fn refused(refusal: &Refusal) -> Head {
    (
        Some(refusal.code),
        Some(refusal.text.clone()),
        Some(refusal.text.clone()),
    )
}
