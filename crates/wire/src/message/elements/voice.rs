//! Voice messages (protocol/02 §3.8, §3.9).

use bytes::Bytes;
use prost::Message as _;

use super::{lossy, media::Media};
use crate::{
    bounded,
    proto::message::{Ptt, TmpPtt},
};

/// `file_type` of a voice.
const VOICE: i32 = 4;

/// A voice message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Voice {
    /// The file.
    pub media: Media,
    /// The received element, for sending it again. Empty for the old form, which is not an element.
    pub raw: Bytes,
}

impl Voice {
    /// Whether it has the old form, which is beside the elements.
    pub(in crate::message) fn is_old(&self) -> bool {
        self.raw.is_empty()
    }
}

/// Decodes a voice in the old form, beside the elements.
pub(in crate::message) fn decode_old(ptt: &[u8]) -> Option<Voice> {
    let ptt: Ptt = bounded::decode(ptt).ok()?;
    let group = ptt.file_id.unwrap_or(0) != 0;
    let file_uuid = if group {
        ptt.group_file_key
    } else {
        ptt.file_uuid
    };
    Some(Voice {
        media: Media {
            name: ptt.file_name.unwrap_or_default(),
            file_uuid: file_uuid.unwrap_or_default(),
            md5: ptt.file_md5.map(hex::encode).unwrap_or_default(),
            size: u64::from(ptt.file_size.unwrap_or(0)),
            seconds: ptt.time.unwrap_or(0),
            ..Media::default()
        },
        raw: Bytes::new(),
    })
}

/// Decodes a voice of a temporary session in the old form, beside the elements.
pub(in crate::message) fn decode_temporary(ptt: &[u8]) -> Option<Voice> {
    let ptt: TmpPtt = bounded::decode(ptt).ok()?;
    Some(Voice {
        media: Media {
            name: lossy(ptt.file_name.as_ref()),
            file_uuid: lossy(ptt.file_uuid.as_ref()),
            md5: ptt.file_md5.map(hex::encode).unwrap_or_default(),
            size: u64::from(ptt.file_size.unwrap_or(0)),
            seconds: ptt.ptt_times.unwrap_or(0),
            ..Media::default()
        },
        raw: Bytes::new(),
    })
}

/// Encodes the old form. The fields that protocol/01 §9.1 requires are always present.
pub(in crate::message) fn encode_old(voice: &Voice, group: bool) -> Bytes {
    let media = &voice.media;
    let id = |wanted: bool| wanted.then(|| media.file_uuid.clone());
    Ptt {
        file_type: Some(VOICE),
        file_uuid: id(!group),
        file_md5: Some(hex::decode(&media.md5).unwrap_or_default().into()),
        file_name: Some(media.name.clone()),
        file_size: Some(u32::try_from(media.size).unwrap_or(u32::MAX)),
        // Any value except 0 marks a group's id.
        file_id: group.then_some(1),
        group_file_key: id(group),
        time: Some(media.seconds),
    }
    .encode_to_vec()
    .into()
}
