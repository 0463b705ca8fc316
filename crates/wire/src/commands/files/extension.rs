//! The extension that tells the highway which group file or private file arrives (protocol/03 §6.8).

use bytes::Bytes;
use nekonap_ids::{GroupUin, Uin};

use crate::proto::files::{
    FileUploadClient, FileUploadEntry, FileUploadExt, FileUploadFile, FileUploadHost,
    FileUploadHosts, FileUploadName, FileUploadScene, FileUploadUrl,
};

/// A host and port that an answer names for the upload. They go into the extension; the connection goes to the highway's own
/// address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UploadHost {
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u32,
}

/// What the server gave for the upload of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UploadTicket {
    /// Name of the file.
    pub name: String,
    /// Size in bytes.
    pub size: u64,
    /// MD5 of all bytes.
    pub md5: [u8; 16],
    /// MD5 of the first 10,002,432 bytes.
    pub md5_10m: [u8; 16],
    /// Id of the file: that of the group file, or the uuid of the private file.
    pub id: String,
    /// The group file's check key, or the SHA-1 of the private file.
    pub check_key: Bytes,
    /// The upload key.
    pub upload_key: Bytes,
    /// The host.
    pub host: UploadHost,
}

impl FileUploadExt {
    /// For highway command 71: a file that `sender` uploads to a group.
    pub fn group(sender: Uin, group: GroupUin, ticket: &UploadTicket) -> Self {
        let scene = FileUploadScene {
            bus_id: None,
            sender_uin: Some(sender.get()),
            receiver_uin: Some(group.get()),
            group_code: Some(group.get()),
        };
        Self::new(scene, ticket, None)
    }

    /// For highway command 95: a file that `sender` uploads for a person. `tri_sha1` is the sampled SHA-1 of
    /// protocol/03 §1.1.
    pub fn private(sender: Uin, ticket: &UploadTicket, tri_sha1: Bytes) -> Self {
        let scene = FileUploadScene {
            sender_uin: Some(sender.get()),
            ..FileUploadScene::default()
        };
        Self {
            field_200: Some(1),
            ..Self::new(scene, ticket, Some(tri_sha1))
        }
    }

    fn new(scene: FileUploadScene, ticket: &UploadTicket, tri_sha1: Option<Bytes>) -> Self {
        let entry = FileUploadEntry {
            scene: Some(scene),
            file: Some(FileUploadFile {
                file_size: Some(ticket.size),
                md5: Some(Bytes::copy_from_slice(&ticket.md5)),
                check_key: Some(ticket.check_key.clone()),
                md5_10m: Some(Bytes::copy_from_slice(&ticket.md5_10m)),
                tri_sha1,
                file_id: Some(ticket.id.clone()),
                upload_key: Some(ticket.upload_key.clone()),
            }),
            client: Some(FileUploadClient {
                client_type: Some(3),
                app_id: Some("100".to_owned()),
                terminal_type: Some(3),
                client_ver: Some("1.1.1".to_owned()),
                field_600: Some(4),
            }),
            name: Some(FileUploadName {
                file_name: Some(ticket.name.clone()),
            }),
            hosts: Some(FileUploadHosts {
                hosts: vec![FileUploadHost {
                    url: Some(FileUploadUrl {
                        field_1: Some(1),
                        host: Some(ticket.host.host.clone()),
                    }),
                    port: Some(ticket.host.port),
                }],
            }),
        };
        Self {
            field_1: Some(100),
            field_2: Some(1),
            // Zero, which is left out.
            field_3: None,
            entry: Some(entry),
            field_200: None,
        }
    }

    /// Id and upload key of the file that arrives, for a server.
    pub fn target(&self) -> Option<(&str, &[u8])> {
        let file = self.entry.as_ref()?.file.as_ref()?;
        Some((file.file_id.as_deref()?, file.upload_key.as_deref()?))
    }
}
