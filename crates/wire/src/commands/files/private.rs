//! Private files: announcement, confirmation and download (protocol/03 §7).

use std::net::Ipv4Addr;

use bytes::Bytes;
use nekonap_ids::Uid;

use super::extension::UploadHost;
use crate::{
    command::Refusal,
    proto::files::{
        ApplyPart, ApplyResult, ConfirmPart, ConfirmResult, MediaAddress, PrivateDownload,
        PrivateDownloadPart, PrivateDownloadResult, PrivateFileReply, PrivateFileRequest,
        PrivateFlags,
    },
};

/// `command` of an announcement.
const APPLY: u32 = 1700;
/// `command` of a confirmation.
const CONFIRM: u32 = 800;
/// `command` of a download.
const DOWNLOAD: u32 = 1200;
/// `business_id` of every request.
const BUSINESS: i32 = 3;
/// `client_type` of a client that is answered with an HTTPS address.
pub const CLIENT_BY_HTTPS: i32 = 1;
/// `client_type` of a client that is answered with a host, a port and a path.
pub const CLIENT_BY_PATH: i32 = 103;
/// `kind` of a download.
const KIND: u32 = 2;
/// How long a private file is kept, in seconds: 7 days (protocol/03 §7.3).
const LIFETIME: u64 = 604_800;

/// Time at which a private file that is sent now expires, in Unix seconds.
pub const fn private_file_times(now: u64) -> u64 {
    now + LIFETIME
}

/// What names a private file for downloads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PrivateFileHandle {
    /// Id of the file.
    pub uuid: String,
    /// `file_id_crc`; may be empty.
    pub crc: String,
}

/// A private file that the server is ready to receive, or has already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedFile {
    /// What names the file.
    pub handle: PrivateFileHandle,
    /// The server has the bytes: nothing has to be uploaded.
    pub exists: bool,
    /// Field 200.700 of the highway extension.
    pub upload_key: Bytes,
    /// Where the highway extension says that the file goes.
    pub host: UploadHost,
}

impl PrivateFileRequest {
    /// For [`ApplyPrivateFile`](super::ApplyPrivateFile), from one account to another.
    pub fn apply(file: ApplyPart, (from, to): (Uid, Uid)) -> Self {
        Self {
            command: Some(APPLY),
            seq: Some(0),
            apply: Some(ApplyPart {
                sender_uid: Some(from.to_string()),
                receiver_uid: Some(to.to_string()),
                local_path: Some("/".to_owned()),
                ..file
            }),
            business_id: Some(BUSINESS),
            client_type: Some(CLIENT_BY_HTTPS),
            flag_support_media_platform: Some(1),
            ..Self::default()
        }
    }

    /// For [`ConfirmPrivateFile`](super::ConfirmPrivateFile), from one account to another.
    pub fn confirm(handle: &PrivateFileHandle, (from, to): (Uid, Uid)) -> Self {
        Self {
            command: Some(CONFIRM),
            seq: Some(0),
            confirm: Some(ConfirmPart {
                sender_uid: Some(from.to_string()),
                receiver_uid: Some(to.to_string()),
                uuid: Some(handle.uuid.clone()),
                file_id_crc: Some(handle.crc.clone()),
            }),
            business_id: Some(BUSINESS),
            client_type: Some(CLIENT_BY_HTTPS),
            flag_support_media_platform: Some(1),
            ..Self::default()
        }
    }

    /// For [`DownloadPrivateFile`](super::DownloadPrivateFile). `me`: the account that asks.
    pub fn download(handle: &PrivateFileHandle, me: Uid) -> Self {
        Self {
            command: Some(DOWNLOAD),
            seq: Some(1),
            download: Some(PrivateDownloadPart {
                receiver_uid: Some(me.to_string()),
                file_uuid: Some(handle.uuid.clone()),
                kind: Some(KIND),
                file_id_crc: Some(handle.crc.clone()),
                field_601: Some(0),
            }),
            business_id: Some(BUSINESS),
            client_type: Some(CLIENT_BY_PATH),
            flag_support_media_platform: Some(1),
            flags: Some(PrivateFlags {
                field_90200: Some(1),
            }),
            ..Self::default()
        }
    }
}

impl PrivateFileReply {
    /// The answer to a request, without its part.
    pub fn to(request: &PrivateFileRequest) -> Self {
        Self {
            command: request.command,
            seq: request.seq,
            business_id: request.business_id,
            client_type: request.client_type,
            flag_support_media_platform: request.flag_support_media_platform,
            ..Self::default()
        }
    }

    /// The file that can be uploaded.
    ///
    /// # Errors
    /// The refusal of the service, or an answer without the file's id.
    pub fn applied(self) -> Result<AppliedFile, Refusal> {
        let mut part = self.apply.ok_or_else(super::no_part)?;
        Refusal::check_code(part.ret_code, part.ret_msg.take())?;
        let host = part.host();
        let uuid = part.uuid.filter(|uuid| !uuid.is_empty());
        Ok(AppliedFile {
            handle: PrivateFileHandle {
                uuid: uuid.ok_or_else(super::no_part)?,
                crc: part.file_id_crc.unwrap_or_default(),
            },
            exists: part.file_exist.unwrap_or(false),
            upload_key: part.media_upload_key.unwrap_or_default(),
            host,
        })
    }

    /// Address of the file without its name; the name goes behind it, URL-encoded, if the address ends with `fname=`.
    ///
    /// # Errors
    /// The refusal of the service, or an answer without an address.
    pub fn address(self, https: bool) -> Result<String, Refusal> {
        let part = self.download.ok_or_else(super::no_part)?;
        Refusal::check_code(part.ret_code, part.state)?;
        let address = part.result.and_then(|result| result.address(https));
        address.ok_or_else(super::no_part)
    }
}

impl PrivateDownload {
    fn address(self, https: bool) -> Option<String> {
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        if let (Some(server), Some(url)) = (given(self.server), given(self.url)) {
            let port = self.port.unwrap_or(80);
            return Some(format!("http://{server}:{port}{url}&isthumb=0"));
        }
        let extra = self.extra?.address?;
        let (host, path) = (given(extra.download_dns)?, extra.download_url?);
        let scheme = if https { "https" } else { "http" };
        let path = hex::encode(path);
        Some(format!("{scheme}://{host}/ftn_handler/{path}/?fname="))
    }
}

impl ApplyResult {
    /// The host for the highway extension: the inner media address, else the first of the other fields that is given
    /// (protocol/03 §7.1).
    fn host(&self) -> UploadHost {
        let inner = self.media_addresses.first().and_then(|address| {
            let ip = address.in_ip.filter(|ip| *ip != 0)?;
            Some(UploadHost {
                host: Ipv4Addr::from(ip.to_le_bytes()).to_string(),
                port: address.in_port.unwrap_or(0),
            })
        });
        let port = self.upload_port.unwrap_or(0);
        inner.unwrap_or_else(|| {
            let named = [
                self.upload_ip.as_ref(),
                self.upload_domain.as_ref(),
                self.upload_ip_list.first(),
                self.upload_dns.as_ref(),
            ];
            let host = named.into_iter().flatten().find(|host| !host.is_empty());
            UploadHost {
                host: host.cloned().unwrap_or_default(),
                port,
            }
        })
    }

    /// The answer to a request that is refused.
    pub fn refused(refusal: &Refusal) -> Self {
        Self {
            ret_code: Some(refusal.narrow()),
            ret_msg: Some(refusal.text.clone()),
            ..Self::default()
        }
    }
}

impl MediaAddress {
    /// An address, the same inside and outside.
    pub fn new(ip: Ipv4Addr, port: u16) -> Self {
        let ip = u32::from_le_bytes(ip.octets());
        Self {
            out_ip: Some(ip),
            out_port: Some(port.into()),
            in_ip: Some(ip),
            in_port: Some(port.into()),
            ip_type: Some(1),
        }
    }
}

impl ConfirmResult {
    /// The answer to a request that is refused.
    pub fn refused(refusal: &Refusal) -> Self {
        Self {
            ret_code: Some(refusal.narrow().unsigned_abs()),
            metadata: None,
        }
    }
}

impl PrivateDownloadResult {
    /// The answer to a request that is refused.
    pub fn refused(refusal: &Refusal) -> Self {
        Self {
            ret_code: Some(refusal.narrow()),
            state: Some(refusal.text.clone()),
            ..Self::default()
        }
    }
}
