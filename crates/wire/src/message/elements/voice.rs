//! Voice messages. `protocol/02` §3.8, §3.9.

use bytes::Bytes;

use super::media::Media;
use crate::{bounded, proto::message::Ptt};

/// A voice message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Voice {
    /// The file.
    pub media: Media,
    /// The element as it came, which sends it again. Empty for a voice in the old form, which is no element.
    pub raw: Bytes,
}

/// A voice in the old form, beside the elements.
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
