//! Files: in groups as an element, in private chats beside the elements (protocol/02 §3.12).

use bytes::{BufMut, Bytes, BytesMut};
use prost::Message;

use crate::{
    bounded,
    message::{element::Element, elements::lossy},
    proto::message::{
        Elem, FileExtra, GroupFile, GroupFileExtra, GroupFileInner, OldGroupFile, PrivateFile,
        TransElem,
    },
};

/// A file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct File {
    /// File name.
    pub name: String,
    /// Size in bytes.
    pub size: u64,
    /// File id for downloads; in groups it begins with `/`.
    pub id: String,
    /// MD5 in lowercase hex, 32 characters, or empty.
    pub md5: String,
    /// Private: second half of the download handle; empty in groups.
    pub hash: String,
    /// Group: business number, usually 102; 0 in private chats.
    pub business: u32,
}

/// `elem_type` of a group file.
const GROUP_FILE: u32 = 24;
/// Business number of nearly every group file.
const GROUP_BUSINESS: u32 = 102;

pub(super) fn decode_group(elem: &TransElem) -> Option<Element> {
    if elem.elem_type != Some(GROUP_FILE) {
        return None;
    }
    let value = elem.elem_value.as_deref()?;
    let (head, rest) = value.split_first_chunk::<3>()?;
    let length = usize::from(u16::from_be_bytes([head[1], head[2]]));
    let extra: GroupFileExtra = bounded::decode(rest.get(..length)?).ok()?;
    let file = extra.inner?.info?;
    let md5 = file.md5.unwrap_or_default();
    Some(Element::File(File {
        name: file.file_name.or(extra.file_name).unwrap_or_default(),
        size: file.file_size.unwrap_or(0),
        id: file.file_id.unwrap_or_default(),
        // Clients write either 32 hex characters or 16 bytes.
        md5: if md5.len() == 16 {
            hex::encode(&md5)
        } else {
            String::from_utf8_lossy(&md5).to_ascii_lowercase()
        },
        // Only a private file that is stored in a list has a hash, in a field that is unused for group files.
        hash: extra.display.unwrap_or_default(),
        business: file.bus_id.unwrap_or(0),
    }))
}

/// Decodes a group file in the old form.
pub(super) fn decode_group_old(file: &OldGroupFile) -> File {
    File {
        name: lossy(file.name.as_ref()),
        size: file.size.unwrap_or(0),
        id: lossy(file.file_id.as_ref()),
        business: GROUP_BUSINESS,
        ..File::default()
    }
}

/// Encodes a group file's element; a private file that is stored in a list has business 0.
pub(super) fn encode(file: &File) -> Bytes {
    let extension = file
        .name
        .rsplit_once('.')
        .map_or("", |(_, extension)| extension);
    let extra = GroupFileExtra {
        field_1: Some(6),
        file_name: Some(file.name.clone()),
        display: (!file.hash.is_empty()).then(|| file.hash.clone()),
        inner: Some(GroupFileInner {
            info: Some(GroupFile {
                bus_id: Some(file.business),
                file_id: Some(file.id.clone()),
                file_size: Some(file.size),
                file_name: Some(file.name.clone()),
                field_5: Some(0),
                sha1: None,
                ext: Some(extension.to_owned()),
                md5: Some(file.md5.clone().into_bytes().into()),
            }),
        }),
    }
    .encode_to_vec();
    let mut value = BytesMut::with_capacity(3 + extra.len());
    value.put_u8(1);
    value.put_u16(u16::try_from(extra.len()).unwrap_or(u16::MAX));
    value.put_slice(&extra);
    Elem {
        trans_elem: Some(TransElem {
            elem_type: Some(GROUP_FILE),
            elem_value: Some(value.freeze()),
        }),
        ..Elem::default()
    }
    .encode_to_vec()
    .into()
}

/// Decodes a private file from a message's `msg_content`.
pub(in crate::message) fn decode_private(content: &[u8]) -> Option<File> {
    private(bounded::decode::<FileExtra>(content).ok()?.file?)
}

fn private(file: PrivateFile) -> Option<File> {
    Some(File {
        name: file.file_name.unwrap_or_default(),
        size: file.file_size.unwrap_or(0),
        id: file.file_uuid.filter(|id| !id.is_empty())?,
        md5: file.file_md5.map(hex::encode).unwrap_or_default(),
        hash: file.file_hash.unwrap_or_default(),
        business: 0,
    })
}

/// Decodes a private file in the old form, beside the elements.
pub(in crate::message) fn decode_not_online(file: &[u8]) -> Option<File> {
    private(bounded::decode(file).ok()?)
}

/// Encodes a private file's `msg_content`. `expires` is in Unix seconds.
pub(in crate::message) fn encode_private(file: &File, expires: u64) -> Bytes {
    FileExtra {
        file: Some(PrivateFile {
            file_type: Some(0),
            file_uuid: Some(file.id.clone()),
            file_md5: hex::decode(&file.md5).ok().map(Bytes::from),
            file_name: Some(file.name.clone()),
            file_size: Some(file.size),
            sub_cmd: Some(1),
            danger_level: Some(0),
            expire_time: Some(u32::try_from(expires).unwrap_or(u32::MAX)),
            pb_reserve: Some(Bytes::new()),
            file_hash: Some(file.hash.clone()),
        }),
    }
    .encode_to_vec()
    .into()
}
