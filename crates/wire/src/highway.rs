//! Frames of the highway, the channel that carries the bytes of files (protocol/03 §3.2–§3.5).

use bytes::{Buf, Bytes, BytesMut};
use nekonap_ids::Uin;
use prost::Message;
use thiserror::Error;

use crate::{
    bounded,
    command::{DecodeError, Refusal},
    field::Required,
    proto::media::{
        HighwayBase, HighwayLogin, HighwayRequestHead, HighwayResponseExt, HighwayResponseHead,
        HighwaySegment,
    },
};

/// `command` of a frame that carries a block of a file.
pub const DATA_UP: &str = "PicUp.DataUp";
/// `command` of a frame that only wants an answer.
pub const ECHO: &str = "PicUp.Echo";

/// First byte of a frame.
pub const START: u8 = 0x28;
/// Last byte of a frame.
const STOP: u8 = 0x29;
/// Bytes before the head: the first byte and both lengths.
const PREFIX: usize = 9;

/// Bytes of a block; the last one of a file may be shorter. protocol/03 §3.6
pub const BLOCK: u32 = 1 << 20;
/// Maximum size of a head in bytes. The list of a video of 4 GiB takes about 90 KB.
pub const LARGEST_HEAD: usize = 256 << 10;
/// Maximum size of a body in bytes: twice a block.
pub const LARGEST_BODY: usize = 2 << 20;

/// `data_flag` of every frame.
const DATA_FLAG: u32 = 16;
/// `login.sig_type` of every frame.
const SIG_TYPE: u32 = 8;

/// Numbers of what an upload carries (protocol/03 §3.5).
pub mod command_id {
    /// Favourite face.
    pub const FACE: u32 = 9;
    /// Group file.
    pub const GROUP_FILE: u32 = 71;
    /// Picture of the own account.
    pub const AVATAR: u32 = 90;
    /// Private file.
    pub const PRIVATE_FILE: u32 = 95;
    /// Picture of a group.
    pub const GROUP_PORTRAIT: u32 = 3000;
}

/// Why bytes are not a frame. The rest of the stream cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum HighwayError {
    /// The first byte is not 0x28.
    #[error("the first byte of a highway frame is {0:#04x}")]
    Start(u8),
    /// The last byte is not 0x29.
    #[error("the last byte of a highway frame is {0:#04x}")]
    Stop(u8),
    /// Head or body is over its limit.
    #[error("a highway frame with a {part} of {length} bytes, over the limit of {limit}")]
    TooLarge {
        /// `head` or `body`.
        part: &'static str,
        /// Its length in bytes.
        length: u32,
        /// The limit in bytes.
        limit: usize,
    },
    /// The head cannot be decoded.
    #[error("the head of a highway frame: {0}")]
    Head(#[from] DecodeError),
}

/// A frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// A [`HighwayRequestHead`] or [`HighwayResponseHead`].
    pub head: Bytes,
    /// Bytes of the file; empty in answers.
    pub body: Bytes,
}

/// What precedes the body in a frame. After the body comes [`end`].
pub fn begin(head: &[u8], body_length: u32) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(PREFIX + head.len());
    bytes.push(START);
    let head_length = u32::try_from(head.len()).unwrap_or(u32::MAX);
    bytes.extend_from_slice(&head_length.to_be_bytes());
    bytes.extend_from_slice(&body_length.to_be_bytes());
    bytes.extend_from_slice(head);
    bytes
}

/// What follows the body in a frame.
pub const fn end() -> [u8; 1] {
    [STOP]
}

/// Encodes a whole frame. Its body must have less than 4 GiB.
pub fn encode(head: &impl Message, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
    let mut bytes = begin(&head.encode_to_vec(), length);
    bytes.extend_from_slice(body);
    bytes.push(STOP);
    bytes
}

/// Takes the next complete frame from the front of `received`; `None` while it is incomplete.
///
/// # Errors
/// The bytes are not a frame, or it is over a limit.
pub fn split(received: &mut BytesMut) -> Result<Option<Frame>, HighwayError> {
    if let Some(first) = received.first().filter(|first| **first != START) {
        return Err(HighwayError::Start(*first));
    }
    let Some(prefix) = received.get(..PREFIX) else {
        return Ok(None);
    };
    let mut lengths = &prefix[1..];
    let length = |part, length: u32, limit: usize| match usize::try_from(length) {
        Ok(fits) if fits <= limit => Ok(fits),
        _ => Err(HighwayError::TooLarge {
            part,
            length,
            limit,
        }),
    };
    let head = length("head", lengths.get_u32(), LARGEST_HEAD)?;
    let body = length("body", lengths.get_u32(), LARGEST_BODY)?;
    let whole = PREFIX + head + body + 1;
    if received.len() < whole {
        received.reserve(whole - received.len());
        return Ok(None);
    }
    let mut frame = received.split_to(whole).freeze();
    match frame.last() {
        Some(&STOP) => {}
        other => return Err(HighwayError::Stop(other.copied().unwrap_or(0))),
    }
    frame.advance(PREFIX);
    Ok(Some(Frame {
        head: frame.split_to(head),
        body: frame.split_to(body),
    }))
}

/// A block of a file, as the head of its frame describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The account that uploads.
    pub account: Uin,
    /// What the file is for, such as [`command_id::AVATAR`].
    pub command_id: u32,
    /// Size of the file in bytes.
    pub file_size: u64,
    /// MD5 of the file.
    pub file_md5: [u8; 16],
    /// Place of the block in the file.
    pub offset: u64,
    /// Size of the block in bytes.
    pub length: u32,
    /// MD5 of the block.
    pub md5: [u8; 16],
    /// The upload ticket.
    pub ticket: Bytes,
    /// `ext_info`: more about the upload, by its kind.
    pub extension: Bytes,
}

impl HighwayBase {
    fn new(command: &str, account: Uin, sequence: u32, app_id: u32) -> Self {
        Self {
            version: Some(1),
            uin: Some(account.to_string()),
            command: Some(command.to_owned()),
            seq: Some(sequence),
            retry_times: None,
            app_id: Some(app_id),
            data_flag: Some(DATA_FLAG),
            command_id: Some(0),
        }
    }
}

impl HighwayRequestHead {
    /// The head of a frame with this block. `sequence` rises with each frame, `retry` with each repetition of the block.
    pub fn block(block: &Block, sequence: u32, retry: u32, app_id: u32) -> Self {
        Self {
            base: Some(HighwayBase {
                retry_times: Some(retry),
                command_id: Some(block.command_id),
                ..HighwayBase::new(DATA_UP, block.account, sequence, app_id)
            }),
            seg: Some(HighwaySegment {
                service_id: Some(0),
                file_size: Some(block.file_size),
                data_offset: Some(block.offset),
                data_length: Some(block.length),
                ret_code: None,
                ticket: Some(block.ticket.clone()),
                md5: Some(Bytes::copy_from_slice(&block.md5)),
                file_md5: Some(Bytes::copy_from_slice(&block.file_md5)),
                cache_addr: Some(0),
                cache_port: Some(0),
            }),
            ext_info: Some(block.extension.clone()).filter(|bytes| !bytes.is_empty()),
            timestamp: Some(0),
            login: Some(HighwayLogin {
                sig_type: Some(SIG_TYPE),
                sig: None,
                app_id: Some(app_id),
            }),
        }
    }

    /// The head of a frame that only wants an answer.
    pub fn echo(account: Uin, sequence: u32, app_id: u32) -> Self {
        Self {
            base: Some(HighwayBase::new(ECHO, account, sequence, app_id)),
            seg: None,
            ext_info: None,
            timestamp: None,
            login: None,
        }
    }

    /// Decodes the head of a request.
    ///
    /// # Errors
    /// The bytes are not a head.
    pub fn read(head: &[u8]) -> Result<Self, DecodeError> {
        bounded::decode(head)
    }

    /// The command of the frame: [`DATA_UP`] or [`ECHO`]; empty if there is none.
    pub fn command(&self) -> &str {
        let base = self.base.as_ref();
        base.and_then(|base| base.command.as_deref())
            .unwrap_or_default()
    }

    /// The block that the frame carries.
    ///
    /// # Errors
    /// The name of the field that is missing or invalid.
    pub fn read_block(&self) -> Result<Block, DecodeError> {
        let base = self.base.as_ref().ok_or(DecodeError::Missing("base"))?;
        let seg = self.seg.as_ref().ok_or(DecodeError::Missing("seg"))?;
        let account = base.uin.as_deref().unwrap_or_default().parse::<u64>().ok();
        let md5 = |field: &Option<Bytes>, name| {
            let bytes = field.as_deref().ok_or(DecodeError::Missing(name))?;
            <[u8; 16]>::try_from(bytes).map_err(|_| DecodeError::Invalid(name))
        };
        Ok(Block {
            account: account.required("base.uin")?,
            command_id: base.command_id.unwrap_or(0),
            file_size: seg.file_size.unwrap_or(0),
            file_md5: md5(&seg.file_md5, "seg.file_md5")?,
            offset: seg.data_offset.unwrap_or(0),
            length: seg.data_length.unwrap_or(0),
            md5: md5(&seg.md5, "seg.md5")?,
            ticket: seg.ticket.clone().unwrap_or_default(),
            extension: self.ext_info.clone().unwrap_or_default(),
        })
    }
}

/// A server's answer to a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The block is accepted.
    Accepted,
    /// It is refused, in `error_code`.
    Refused(Refusal),
    /// It is accepted, but the file is refused with this text, in `ext_info`.
    Denied(String),
}

impl HighwayResponseHead {
    /// The answer to a request.
    pub fn new(request: &HighwayRequestHead, outcome: &Outcome) -> Self {
        let text = match outcome {
            Outcome::Accepted => None,
            Outcome::Refused(refusal) => Some(refusal.text.clone()),
            Outcome::Denied(text) => Some(text.clone()),
        };
        let code = match outcome {
            Outcome::Refused(refusal) => u32::try_from(refusal.code).unwrap_or(u32::MAX),
            Outcome::Accepted | Outcome::Denied(_) => 0,
        };
        let ext = text.map(|text| HighwayResponseExt {
            refusal: Some(text),
        });
        Self {
            base: request.base.clone(),
            seg: request.seg.as_ref().map(|seg| HighwaySegment {
                service_id: Some(seg.service_id.unwrap_or(0)),
                file_size: Some(seg.file_size.unwrap_or(0)),
                data_offset: Some(seg.data_offset.unwrap_or(0)),
                data_length: Some(seg.data_length.unwrap_or(0)),
                ret_code: Some(0),
                ticket: None,
                md5: seg.md5.clone(),
                file_md5: seg.file_md5.clone(),
                cache_addr: None,
                cache_port: None,
            }),
            error_code: Some(code),
            allow_retry: Some(0),
            ext_info: ext.map(|ext| ext.encode_to_vec().into()),
            ..Self::default()
        }
    }

    /// Decodes the head of an answer.
    ///
    /// # Errors
    /// The bytes are not a head.
    pub fn read(head: &[u8]) -> Result<Self, DecodeError> {
        bounded::decode(head)
    }

    /// Place of the block that is answered.
    pub fn offset(&self) -> u64 {
        let seg = self.seg.as_ref();
        seg.and_then(|seg| seg.data_offset).unwrap_or(0)
    }

    /// Whether the server has accepted the block.
    pub fn outcome(&self) -> Outcome {
        let ret_code = self.seg.as_ref().and_then(|seg| seg.ret_code).unwrap_or(0);
        let code = match self.error_code.unwrap_or(0) {
            0 => ret_code,
            code => code,
        };
        let text = self.ext_info.as_deref().and_then(|ext| {
            let ext: HighwayResponseExt = bounded::decode(ext).ok()?;
            ext.refusal.filter(|text| !text.is_empty())
        });
        match (code, text) {
            (0, None) => Outcome::Accepted,
            (0, Some(text)) => Outcome::Denied(text),
            (code, text) => Outcome::Refused(Refusal::new(code.into(), text.unwrap_or_default())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_cut_from_a_stream_and_wrong_ones_refused() {
        let frame = encode(&HighwayRequestHead::default(), b"abc");
        assert_eq!(frame, b"\x28\0\0\0\0\0\0\0\x03abc\x29");
        let mut received = BytesMut::from(&[&frame[..], &frame[..5]].concat()[..]);
        let first = split(&mut received).expect("a frame").expect("whole");
        assert_eq!((&first.head[..], &first.body[..]), (&b""[..], &b"abc"[..]));
        assert_eq!(split(&mut received), Ok(None));
        let wrong = |bytes: &[u8]| split(&mut BytesMut::from(bytes)).expect_err("wrong");
        assert_eq!(wrong(b"\x29"), HighwayError::Start(0x29));
        assert_eq!(
            wrong(b"\x28\0\0\0\0\0\0\0\x01a\x28"),
            HighwayError::Stop(0x28)
        );
        assert!(matches!(
            wrong(b"\x28\xff\xff\xff\xff\0\0\0\0"),
            HighwayError::TooLarge { part: "head", .. }
        ));
        assert!(matches!(
            wrong(b"\x28\0\0\0\0\0\x20\0\x01"),
            HighwayError::TooLarge { part: "body", .. }
        ));
    }

    #[test]
    fn answers_show_refusals_in_each_of_their_places() {
        let request = HighwayRequestHead::default();
        for outcome in [
            Outcome::Accepted,
            Outcome::Refused(Refusal::new(921, "no")),
            Outcome::Denied("No Perm".to_owned()),
        ] {
            let head = HighwayResponseHead::new(&request, &outcome).encode_to_vec();
            let read = HighwayResponseHead::read(&head).expect("a head");
            assert_eq!(read.outcome(), outcome);
        }
        // 2.5: `ret_code`.
        let read = HighwayResponseHead::read(&[0x12, 2, 0x28, 7]).expect("a head");
        assert_eq!(read.outcome(), Outcome::Refused(Refusal::new(7, "")));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = split(&mut BytesMut::from(&bytes[..]));
            if let Ok(head) = HighwayRequestHead::read(&bytes) {
                let _ = head.read_block();
            }
            if let Ok(head) = HighwayResponseHead::read(&bytes) {
                let _ = head.outcome();
            }
        }
    }
}
