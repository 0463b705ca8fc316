//! Lists of group files, one file, and the space in use (protocol/03 §6.6, §6.7).

use nekonap_ids::{GroupUin, Uin};

use super::{
    check,
    group::{APP, ROOT, done, refused},
    no_part,
};
use crate::{
    command::Refusal,
    proto::files::{
        CountPart, CountResult, FileInfo, FolderInfo, InfoPart, InfoResult, ListItem, ListPart,
        ListReply, ListRequest, ListResult, SpacePart, SpaceResult,
    },
};

/// `kind` of a file in a list.
const FILE: u32 = 1;
/// `kind` of a folder in a list.
const FOLDER: u32 = 2;
/// `bus_id` of a count.
const COUNT_BUSINESS: u32 = 6;
/// Selects every field of a file.
const ALL_FIELDS: u32 = 0x00ff_ffff;

/// A file of a group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListedFile {
    /// Id, beginning with `/`.
    pub id: String,
    /// Name.
    pub name: String,
    /// Id of the folder; `/` is the root.
    pub folder: String,
    /// Size in bytes.
    pub size: u64,
    /// 102 permanent, 104 temporary.
    pub business: u32,
    /// Time of the upload, Unix seconds.
    pub uploaded: u64,
    /// Time it is deleted, Unix seconds; 0 if it is permanent.
    pub expires: u64,
    /// Time of the last change, Unix seconds.
    pub modified: u64,
    /// How often it was downloaded.
    pub downloads: u32,
    /// SHA-1 of the bytes in lower-case hex; may be empty.
    pub sha1: String,
    /// MD5 of the bytes in lower-case hex; may be empty.
    pub md5: String,
    /// Who uploaded it; `None` if unknown.
    pub uploader: Option<Uin>,
    /// Name of the uploader.
    pub uploader_name: String,
}

/// A folder of group files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListedFolder {
    /// Id, beginning with `/`.
    pub id: String,
    /// Id of the folder that it is in: always `/`.
    pub parent: String,
    /// Name.
    pub name: String,
    /// Time of creation, Unix seconds.
    pub created: u64,
    /// Time of the last change, Unix seconds.
    pub modified: u64,
    /// Who created it; `None` if unknown.
    pub creator: Option<Uin>,
    /// Name of the creator.
    pub creator_name: String,
    /// Who changed it last; `None` if unknown.
    pub modifier: Option<Uin>,
    /// Name of that person.
    pub modifier_name: String,
    /// Number of files in it.
    pub files: u32,
    /// Bytes of all files in it.
    pub used_space: u64,
}

/// A page of a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The files.
    pub files: Vec<ListedFile>,
    /// The folders.
    pub folders: Vec<ListedFolder>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<u32>,
}

/// How many files a group has, and the space that they take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Space {
    /// Number of files.
    pub files: u32,
    /// Maximum number of files.
    pub max_files: u32,
    /// Bytes in use.
    pub used: u64,
    /// Bytes in all.
    pub total: u64,
}

impl From<FileInfo> for ListedFile {
    fn from(info: FileInfo) -> Self {
        let time = |time: Option<u32>| u64::from(time.unwrap_or(0));
        Self {
            id: info.file_id.unwrap_or_default(),
            name: info.file_name.unwrap_or_default(),
            folder: info
                .parent_folder_id
                .filter(|folder| !folder.is_empty())
                .unwrap_or_else(|| ROOT.to_owned()),
            size: info.file_size.unwrap_or(0),
            business: info.bus_id.unwrap_or(0),
            uploaded: time(info.upload_time),
            expires: time(info.dead_time),
            modified: time(info.modify_time),
            downloads: info.download_times.unwrap_or(0),
            sha1: info.sha1.map(hex::encode).unwrap_or_default(),
            md5: info.md5.map(hex::encode).unwrap_or_default(),
            uploader: Uin::new(info.uploader_uin.unwrap_or(0)).ok(),
            uploader_name: info.uploader_name.unwrap_or_default(),
        }
    }
}

impl From<FolderInfo> for ListedFolder {
    fn from(info: FolderInfo) -> Self {
        let time = |time: Option<u32>| u64::from(time.unwrap_or(0));
        Self {
            id: info.folder_id.unwrap_or_default(),
            parent: info
                .parent_folder_id
                .filter(|folder| !folder.is_empty())
                .unwrap_or_else(|| ROOT.to_owned()),
            name: info.folder_name.unwrap_or_default(),
            created: time(info.create_time),
            modified: time(info.modify_time),
            creator: Uin::new(info.create_uin.unwrap_or(0)).ok(),
            creator_name: info.creator_name.unwrap_or_default(),
            modifier: Uin::new(info.modify_uin.unwrap_or(0)).ok(),
            modifier_name: info.modify_name.unwrap_or_default(),
            files: info.total_file_count.unwrap_or(0),
            used_space: info.used_space.unwrap_or(0),
        }
    }
}

impl ListRequest {
    /// For [`GetGroupFile`](super::GetGroupFile).
    pub fn info(group: GroupUin, business: u32, id: &str) -> Self {
        Self {
            info: Some(InfoPart {
                group_code: Some(group.get()),
                app_id: Some(APP),
                bus_id: Some(business),
                file_id: Some(id.to_owned()),
                field_flag: Some(ALL_FIELDS),
            }),
            ..Self::default()
        }
    }

    /// For [`ListGroupFiles`](super::ListGroupFiles): `count` entries of a folder, beginning with the entry `start`, from 0.
    pub fn page(group: GroupUin, folder: &str, start: u32, count: u32) -> Self {
        Self {
            list: Some(ListPart {
                group_code: Some(group.get()),
                app_id: Some(APP),
                folder_id: Some(folder.to_owned()),
                file_count: Some(count),
                sort_by: Some(1),
                start_index: Some(start),
                sort_order: Some(2),
                show_onlinedoc_folder: Some(0),
            }),
            ..Self::default()
        }
    }

    /// For [`CountGroupFiles`](super::CountGroupFiles).
    pub fn count(group: GroupUin) -> Self {
        Self {
            count: Some(CountPart {
                group_code: Some(group.get()),
                app_id: Some(APP),
                bus_id: Some(COUNT_BUSINESS),
            }),
            ..Self::default()
        }
    }

    /// For [`GetGroupFileSpace`](super::GetGroupFileSpace).
    pub fn space(group: GroupUin) -> Self {
        Self {
            space: Some(SpacePart {
                group_code: Some(group.get()),
                app_id: Some(APP),
            }),
            ..Self::default()
        }
    }
}

impl ListReply {
    /// One file.
    ///
    /// # Errors
    /// The refusal of the service, or an answer without a file.
    pub fn file(self) -> Result<ListedFile, Refusal> {
        let part = self.info.ok_or_else(no_part)?;
        check(part.ret_code, part.ret_msg, part.client_wording)?;
        part.file_info.map(ListedFile::from).ok_or_else(no_part)
    }

    /// A page that was requested from the entry `start`.
    ///
    /// # Errors
    /// The refusal of the service.
    pub fn page(self, start: u32) -> Result<Page, Refusal> {
        let part = self.list.ok_or_else(no_part)?;
        check(part.ret_code, part.ret_msg, part.client_wording)?;
        let listed = u32::try_from(part.items.len()).unwrap_or(u32::MAX);
        let next = part.next_index.filter(|next| *next > start);
        let next = next.unwrap_or(start.saturating_add(listed));
        // A page without entries would be followed by itself.
        let ended = part.is_end.unwrap_or(false) || listed == 0;
        let mut page = Page {
            next: (!ended).then_some(next),
            ..Page::default()
        };
        for item in part.items {
            match (item.kind, item.file_info, item.folder_info) {
                (Some(FILE), Some(file), _) => page.files.push(file.into()),
                (Some(FOLDER), _, Some(folder)) => page.folders.push(folder.into()),
                _ => {}
            }
        }
        Ok(page)
    }

    /// The number of files, and how many are allowed.
    ///
    /// # Errors
    /// The refusal of the service.
    pub fn count(self) -> Result<(u32, u32), Refusal> {
        let part = self.count.ok_or_else(no_part)?;
        check(part.ret_code, part.ret_msg, part.client_wording)?;
        Ok((part.file_count.unwrap_or(0), part.limit_count.unwrap_or(0)))
    }

    /// The bytes in use, and in all.
    ///
    /// # Errors
    /// The refusal of the service.
    pub fn space(self) -> Result<(u64, u64), Refusal> {
        let part = self.space.ok_or_else(no_part)?;
        check(part.ret_code, part.ret_msg, part.client_wording)?;
        Ok((part.used_space.unwrap_or(0), part.total_space.unwrap_or(0)))
    }
}

impl InfoResult {
    /// The answer to [`GetGroupFile`](super::GetGroupFile).
    pub fn new(outcome: Result<FileInfo, Refusal>) -> Self {
        let ((ret_code, ret_msg, client_wording), file_info) = match outcome {
            Ok(file) => (done(), Some(file)),
            Err(refusal) => (refused(&refusal), None),
        };
        Self {
            ret_code,
            ret_msg,
            client_wording,
            file_info,
        }
    }
}

impl ListResult {
    /// The answer to [`ListGroupFiles`](super::ListGroupFiles): a page, which ends before the entry `next` of `total`.
    pub fn new(items: Vec<ListItem>, next: u32, total: u32) -> Self {
        let (ret_code, ret_msg, client_wording) = done();
        Self {
            ret_code,
            ret_msg,
            client_wording,
            is_end: Some(next >= total),
            items,
            all_file_count: Some(total),
            next_index: Some(next),
            role: Some(0),
        }
    }

    /// The answer to a request that is refused.
    pub fn refused(refusal: &Refusal) -> Self {
        let (ret_code, ret_msg, client_wording) = refused(refusal);
        Self {
            ret_code,
            ret_msg,
            client_wording,
            ..Self::default()
        }
    }
}

impl CountResult {
    /// The answer to [`CountGroupFiles`](super::CountGroupFiles).
    pub fn new(outcome: Result<Space, Refusal>) -> Self {
        match outcome {
            Ok(space) => {
                let (ret_code, ret_msg, client_wording) = done();
                Self {
                    ret_code,
                    ret_msg,
                    client_wording,
                    file_count: Some(space.files),
                    too_many: Some(false),
                    limit_count: Some(space.max_files),
                    is_full: Some(space.files >= space.max_files),
                }
            }
            Err(refusal) => {
                let (ret_code, ret_msg, client_wording) = refused(&refusal);
                Self {
                    ret_code,
                    ret_msg,
                    client_wording,
                    ..Self::default()
                }
            }
        }
    }
}

impl SpaceResult {
    /// The answer to [`GetGroupFileSpace`](super::GetGroupFileSpace).
    pub fn new(outcome: Result<Space, Refusal>) -> Self {
        match outcome {
            Ok(space) => {
                let (ret_code, ret_msg, client_wording) = done();
                Self {
                    ret_code,
                    ret_msg,
                    client_wording,
                    total_space: Some(space.total),
                    used_space: Some(space.used),
                }
            }
            Err(refusal) => {
                let (ret_code, ret_msg, client_wording) = refused(&refusal);
                Self {
                    ret_code,
                    ret_msg,
                    client_wording,
                    ..Self::default()
                }
            }
        }
    }
}

impl ListItem {
    /// A file in a list.
    pub fn file(file: FileInfo) -> Self {
        Self {
            kind: Some(FILE),
            folder_info: None,
            file_info: Some(file),
        }
    }

    /// A folder in a list.
    pub fn folder(folder: FolderInfo) -> Self {
        Self {
            kind: Some(FOLDER),
            folder_info: Some(folder),
            file_info: None,
        }
    }
}
