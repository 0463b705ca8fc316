//! Handles of pictures, voices and videos: `file_uuid` (protocol/03 §1.3).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use prost::Message;

use super::{MediaKind, Scene};
use crate::{bounded, proto::media::FileUuid};

/// What a `file_uuid` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileId {
    /// SHA-1 of the file.
    pub sha1: [u8; 20],
    /// Size of the file in bytes.
    pub size: u64,
    /// What kind of resource it is (protocol/03 §1.3).
    pub appid: u32,
    /// Time of the upload, microseconds since 1970.
    pub time: u64,
    /// How long the server keeps it, in seconds.
    pub ttl: u32,
    /// Random bytes of the upload.
    pub session: [u8; 16],
}

impl FileId {
    /// The text of the handle.
    pub fn encode(&self) -> String {
        let message = FileUuid {
            sha1: Some(Bytes::copy_from_slice(&self.sha1)),
            size: Some(self.size),
            appid: Some(self.appid),
            time: Some(self.time),
            env: Some("prod".to_owned()),
            ttl: Some(self.ttl),
            session: Some(Bytes::copy_from_slice(&self.session)),
            // Opaque; the value of the specification's example.
            field_15: Some(Bytes::from_static(&[1, 2, 0xff])),
            region: Some("gz".to_owned()),
        };
        URL_SAFE_NO_PAD.encode(message.encode_to_vec())
    }

    /// Reads a handle; `None` if it has another form, as old ones and those of files have.
    pub fn decode(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()?;
        let message: FileUuid = bounded::decode(&bytes).ok()?;
        Some(Self {
            sha1: message.sha1.as_deref()?.try_into().ok()?,
            size: message.size.unwrap_or(0),
            appid: message.appid?,
            time: message.time.unwrap_or(0),
            ttl: message.ttl.unwrap_or(0),
            session: message
                .session
                .as_deref()
                .and_then(|session| session.try_into().ok())
                .unwrap_or_default(),
        })
    }

    /// What the resource is, and where it was uploaded. `None` for covers and other kinds.
    pub fn resource(&self) -> Option<(MediaKind, Scene)> {
        MediaKind::of_appid(self.appid)
    }
}

/// Longest handle that is read, in characters. Known ones have about 100.
const LONGEST: usize = 4_096;

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in ".{0,60}") {
            let _ = FileId::decode(&text);
        }
    }
}
