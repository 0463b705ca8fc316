//! Uploads of group files and private files. protocol/03 §6.1, §6.8, §7.1, §7.2

use std::{fs::File, path::PathBuf};

use bytes::Bytes;
use nekonap_ids::{Conversation, GroupUin};
use nekonap_media::tri_sha1;
use nekonap_wire::{
    commands::files::{
        ApplyPrivateFile, NewGroupFile, PERMANENT, SPACE_IS_FULL, TEMPORARY, UploadGroupFile,
        UploadHost, UploadTicket,
    },
    highway::command_id::{GROUP_FILE, PRIVATE_FILE},
    message::{Element, File as FileElement},
    proto::files::{ApplyPart, FileUploadExt, GroupFileRequest, PrivateFileRequest},
};
use prost::Message as _;

use crate::{HighwayUpload, LocalFile, client::Client, error::CallError};

/// A file that is among the files of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadedGroupFile {
    /// Id, beginning with `/`.
    pub id: String,
    /// 102 permanent, 104 temporary.
    pub business: u32,
}

/// Called with the number of bytes that the server has accepted, each time it rises.
pub(crate) type Progress<'a> = &'a (dyn Fn(u64) + Send + Sync);

impl Client {
    /// Uploads a file to a folder of a group; `/` is the root. It becomes a temporary file if the space for permanent ones is
    /// full. Nothing is transferred if the server has the bytes. The group sees the file as a message after
    /// [`post_group_file`](Self::post_group_file). protocol/03 §6.1
    ///
    /// # Errors
    /// Those of [`upload_by_highway`](Self::upload_by_highway); the server refuses the file (no such folder, an invalid name, too
    /// large, not allowed) or does not reply.
    pub async fn upload_group_file(
        &self,
        group: GroupUin,
        folder: &str,
        (name, file): (&str, &LocalFile),
        progress: Option<Progress<'_>>,
    ) -> Result<UploadedGroupFile, CallError> {
        not_empty(file)?;
        let me = self.inner.myself()?.uin;
        let mut new = NewGroupFile {
            name: name.to_owned(),
            folder: folder.to_owned(),
            business: PERMANENT,
            size: file.hashes.size,
            md5: file.hashes.md5,
            sha1: file.hashes.sha1,
            tri_sha1: sampled(file).await?,
        };
        let accepted = loop {
            let request = GroupFileRequest::upload(group, &new);
            let session = self.inner.session()?;
            let reply = session.call::<UploadGroupFile>(&request).await?;
            match reply.uploaded() {
                Err(refusal) if refusal.code == SPACE_IS_FULL && new.business == PERMANENT => {
                    new.business = TEMPORARY;
                }
                answer => break answer?,
            }
        };
        let id = accepted.file_id.filter(|id| !id.is_empty());
        let id = id.ok_or_else(|| CallError::Malformed("no id for the file".to_owned()))?;
        if !accepted.file_exist.unwrap_or(false) {
            let ticket = UploadTicket {
                id: id.clone(),
                check_key: accepted.check_key.unwrap_or_default(),
                upload_key: accepted.upload_key.unwrap_or_default(),
                host: UploadHost {
                    host: accepted.upload_ip.unwrap_or_default(),
                    port: accepted.upload_port.unwrap_or(0),
                },
                ..ticket(name, file)
            };
            let extension = FileUploadExt::group(me, group, &ticket).encode_to_vec();
            self.transfer_file(file, GROUP_FILE, &extension, progress)
                .await?;
        }
        Ok(UploadedGroupFile {
            id,
            business: accepted.bus_id.unwrap_or(new.business),
        })
    }

    /// Uploads a file for a person, and returns the element to send. Nothing is transferred if the server has the bytes.
    /// protocol/03 §7
    ///
    /// # Errors
    /// The conversation is a group; those of [`upload_by_highway`](Self::upload_by_highway); the server refuses the file (not a
    /// friend, too large, an invalid name) or does not reply.
    pub async fn upload_private_file(
        &self,
        to: Conversation,
        (name, file): (&str, &LocalFile),
        progress: Option<Progress<'_>>,
    ) -> Result<Element, CallError> {
        not_empty(file)?;
        let peer = match to {
            Conversation::Friend(peer) => self.uid_of(peer, None).await?,
            Conversation::Temporary { group, peer } => self.uid_of(peer, Some(group)).await?,
            Conversation::Group(_) => {
                let text = "a group has no private files";
                return Err(CallError::Invalid(text.to_owned()));
            }
        };
        let me = self.inner.myself()?;
        let hashes = &file.hashes;
        let tri_sha1 = sampled(file).await?;
        let part = ApplyPart {
            file_size: Some(hashes.size),
            file_name: Some(name.to_owned()),
            md5_10m: Some(Bytes::copy_from_slice(&hashes.md5_of_prefix)),
            sha1: Some(Bytes::copy_from_slice(&hashes.sha1)),
            md5: Some(Bytes::copy_from_slice(&hashes.md5)),
            tri_sha1: Some(tri_sha1.clone()),
            ..ApplyPart::default()
        };
        let request = PrivateFileRequest::apply(part, (me.uid, peer));
        let session = self.inner.session()?;
        let applied = session
            .call::<ApplyPrivateFile>(&request)
            .await?
            .applied()?;
        if !applied.exists {
            let ticket = UploadTicket {
                id: applied.handle.uuid.clone(),
                check_key: Bytes::copy_from_slice(&hashes.sha1),
                upload_key: applied.upload_key,
                host: applied.host,
                ..ticket(name, file)
            };
            let extension = FileUploadExt::private(me.uin, &ticket, tri_sha1).encode_to_vec();
            self.transfer_file(file, PRIVATE_FILE, &extension, progress)
                .await?;
        }
        Ok(Element::File(FileElement {
            name: name.to_owned(),
            size: hashes.size,
            id: applied.handle.uuid,
            md5: hex::encode(hashes.md5),
            hash: applied.handle.crc,
            business: 0,
        }))
    }

    async fn transfer_file(
        &self,
        file: &LocalFile,
        command_id: u32,
        extension: &[u8],
        progress: Option<Progress<'_>>,
    ) -> Result<(), CallError> {
        let upload = HighwayUpload {
            command_id,
            extension,
            key: None,
            progress,
        };
        self.upload_by_highway(file, upload).await
    }
}

fn not_empty(file: &LocalFile) -> Result<(), CallError> {
    match file.hashes.size {
        0 => Err(CallError::File("it is empty".to_owned())),
        _ => Ok(()),
    }
}

/// What a file's upload says of the file itself.
fn ticket(name: &str, file: &LocalFile) -> UploadTicket {
    UploadTicket {
        name: name.to_owned(),
        size: file.hashes.size,
        md5: file.hashes.md5,
        md5_10m: file.hashes.md5_of_prefix,
        ..UploadTicket::default()
    }
}

/// `tri_sha1` of a file. protocol/03 §1.1
async fn sampled(file: &LocalFile) -> Result<Bytes, CallError> {
    let (path, size): (PathBuf, u64) = (file.path.clone(), file.hashes.size);
    let hashed = tokio::task::spawn_blocking(move || tri_sha1(File::open(path)?, size));
    match hashed.await {
        Ok(Ok(hash)) => Ok(Bytes::copy_from_slice(&hash)),
        Ok(Err(error)) => Err(CallError::File(error.to_string())),
        Err(error) => Err(CallError::File(error.to_string())),
    }
}
