//! Merged forwards: storing their messages, and fetching them. protocol/02 §7

use std::io::{Read, Write};

use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use prost::Message as _;

use crate::{
    bounded,
    command::DecodeError,
    proto::forwards::{DownloadReply, Payload, UploadReply},
};

/// The name of the item that holds the forward's own messages. protocol/02 §7.3
pub const MAIN_ITEM: &str = "MultiMsg";

/// A payload larger than this, unpacked, is an attack: a thousand long messages have a fifth of it.
const LARGEST: u64 = 32 << 20;

pub(super) fn uploaded(reply: &mut UploadReply) {
    let uploaded = reply.uploaded.get_or_insert_default();
    uploaded.res_id.get_or_insert_default();
    let attr = reply.attr.get_or_insert_default();
    attr.sub_cmd.get_or_insert_default();
}

pub(super) fn downloaded(reply: &mut DownloadReply) {
    let downloaded = reply.downloaded.get_or_insert_default();
    downloaded.res_id.get_or_insert_default();
    downloaded.payload.get_or_insert_default();
    let attr = reply.attr.get_or_insert_default();
    attr.sub_cmd.get_or_insert_default();
}

/// Packs the messages for an upload.
pub fn pack(payload: &Payload) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing into memory cannot fail.
    let written = encoder.write_all(&payload.encode_to_vec());
    debug_assert!(written.is_ok());
    encoder.finish().unwrap_or_default()
}

/// Unpacks what was uploaded.
///
/// # Errors
/// What is no gzip, unpacks to more than 32 MiB, or is no payload.
pub fn unpack(packed: &[u8]) -> Result<Payload, DecodeError> {
    let mut bytes = Vec::new();
    GzDecoder::new(packed)
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(|_| DecodeError::Invalid("payload"))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > LARGEST) {
        return Err(DecodeError::Invalid("payload"));
    }
    bounded::decode(&bytes)
}
