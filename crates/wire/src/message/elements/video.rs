//! Videos (protocol/02 §3.8, §3.9).

use bytes::Bytes;

use super::media::Media;
use crate::{
    bounded,
    proto::message::{Elem, VideoFile},
};

/// A video.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Video {
    /// The file.
    pub media: Media,
    /// The received element, for sending it again.
    pub raw: Bytes,
}

impl Video {
    /// Whether it has the old form.
    pub(in crate::message) fn is_old(&self) -> bool {
        bounded::decode::<Elem>(&self.raw).is_ok_and(|elem| elem.video_file.is_some())
    }
}

pub(super) fn decode_old(elem: &VideoFile, raw: &Bytes) -> Video {
    Video {
        media: Media {
            name: elem.file_name.clone().unwrap_or_default(),
            file_uuid: elem.file_uuid.clone().unwrap_or_default(),
            md5: elem.file_md5.as_ref().map(hex::encode).unwrap_or_default(),
            size: u64::from(elem.file_size.unwrap_or(0)),
            seconds: u32::try_from(elem.file_time.unwrap_or(0)).unwrap_or(0),
            ..Media::default()
        },
        raw: raw.clone(),
    }
}
