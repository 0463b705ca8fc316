//! QR codes: fetching a code, polling its state, and both answers (protocol/01 §3.3).
//!
//! These are the bodies ("code2d") inside an [`envelope`](super::envelope) of `wtlogin.trans_emp`.

use bytes::Bytes;
use nekonap_ids::Uin;
use prost::Message;

use super::{Device, Guid, LoginError, Profile, Refused};
use crate::{
    bounded,
    command::DecodeError,
    crypto::Key,
    proto::login::{QrCode, QrDevice, qr_device},
    tlv::{Reader, Tlvs, TooLong, Writer, tags},
};

const FETCH: u16 = 0x31;
const POLL: u16 = 0x12;
const OPENING: u8 = 2;
const CLOSING: u8 = 3;
const VERSION: u16 = 0x32;
/// Role of the client in a code2d.
const ROLE: u32 = 0x72;

/// A QR code that a client fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Signature that identifies the code when polling; opaque, usually 24 bytes.
    pub signature: Bytes,
    /// URL in the QR code; below 128 bytes, because some clients do not find a longer one.
    pub url: String,
    /// Value of `k` in the URL.
    pub key: String,
    /// QR code image, PNG; the complete answer must stay below 64 KiB.
    pub picture: Bytes,
    /// Lifetime in seconds.
    pub expires: u32,
}

/// State of a QR code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Not scanned yet (48).
    Waiting,
    /// Scanned, but not confirmed yet (53).
    Scanned,
    /// Confirmed (0), with the data for the log-in.
    Confirmed(Confirmed),
    /// Expired (17).
    Expired,
    /// The user cancelled the log-in (54).
    Cancelled,
    /// The server does not know the code (144).
    Invalid,
    /// An unknown result; it counts as a failure.
    Other(u8),
}

/// Data of a confirmed code.
#[derive(Clone, PartialEq, Eq)]
pub struct Confirmed {
    /// Account that confirmed the code.
    pub uin: Uin,
    /// The encrypted A1 ("temp password").
    pub a1: Bytes,
    /// No-picture signature; opaque, usually 16 bytes.
    pub no_picture: Bytes,
    /// Key of the encrypted TLVs in the log-in and its answer.
    pub tgtgt: Key,
}

impl std::fmt::Debug for Confirmed {
    /// Writes no secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Confirmed")
            .field("uin", &self.uin)
            .finish_non_exhaustive()
    }
}

/// A decoded request, for a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QrRequest {
    /// Request for a new code.
    Fetch {
        /// Device that wants to log in.
        guid: Guid,
        /// Device name; empty if the request contains none.
        device_name: String,
        /// Unusual-device signature of an easy log-in that was refused.
        unusual_device_sig: Option<Bytes>,
    },
    /// Request for the state of a code.
    Poll {
        /// The code's [`Code::signature`].
        signature: Bytes,
    },
}

/// Encodes the request for a new code. `time` is the Unix time in seconds; `unusual_device_sig` comes from an easy
/// log-in that was refused for an unusual device.
///
/// # Errors
/// [`TooLong`] if a text of the profile or the signature does not fit.
pub fn encode_fetch(
    profile: &Profile,
    device: &Device,
    unusual_device_sig: Option<&[u8]>,
    time: u32,
) -> Result<Vec<u8>, TooLong> {
    let mut client = Writer::default();
    client
        .u32(0)
        .u32(profile.app_id)
        .u32(profile.sub_app_id)
        .raw(&device.guid.0)
        .str16(profile.package.as_bytes(), "the package name")
        .str16(profile.pt_version.as_bytes(), "the pt version")
        .str16(profile.package.as_bytes(), "the package name");
    // Micro, version, pixel size, margin, dots per inch, error correction, hint.
    let mut look = Writer::default();
    for value in [0, 0, 3, 4, 72, 2, 2] {
        look.u32(value);
    }
    look.u16(0);
    let mut bitmap = Writer::default();
    bitmap.u8(1).u32(profile.qr_bitmap).u32(0).u8(0);
    let sso_version = profile.sso_version.to_be_bytes().to_vec();
    let about = QrDevice {
        device: Some(qr_device::Device {
            os: Some(profile.os.clone()),
            name: Some(device.name.clone()),
        }),
        kind: Some(qr_device::Kind { kind: Some(1) }),
    };
    let mut list = Vec::new();
    if let Some(signature) = unusual_device_sig {
        list.push((tags::UNUSUAL_DEVICE, signature.to_vec()));
    }
    list.extend([
        (tags::QR_CLIENT, client.finish()?),
        (tags::QR_LOOK, look.finish()?),
        (tags::QR_BITMAP, bitmap.finish()?),
        (tags::QR_GUID, device.guid.0.to_vec()),
        (tags::QR_SSO_VERSION, sso_version.clone()),
        (tags::QR_SSO_VERSION_AGAIN, sso_version),
        (tags::QR_DEVICE, about.encode_to_vec()),
    ]);
    let mut body = Writer::default();
    body.u16(0)
        .u32(profile.app_id)
        .u64(0)
        .u8(0)
        .str16(b"", "an unused field")
        .tlvs(&list);
    encode_request(FETCH, profile.app_id, time, &body.finish()?)
}

/// Encodes the request for a code's state. `time` is the Unix time in seconds.
///
/// # Errors
/// [`TooLong`] if the signature does not fit.
pub fn encode_poll(profile: &Profile, signature: &[u8], time: u32) -> Result<Vec<u8>, TooLong> {
    let mut body = Writer::default();
    body.u16(0)
        .u32(profile.app_id)
        .str16(signature, "the QR signature")
        .u64(0)
        .u8(0)
        .str16(b"", "an unused field")
        .u16(0);
    encode_request(POLL, profile.app_id, time, &body.finish()?)
}

fn encode_request(
    sub_command: u16,
    app_id: u32,
    time: u32,
    body: &[u8],
) -> Result<Vec<u8>, TooLong> {
    const WHAT: &str = "a QR request";
    let mut inner = Writer::with_capacity(body.len() + 64);
    inner
        .u16(sub_command)
        .raw(&[0; 21])
        .u8(3)
        .u16(0)
        .u16(VERSION)
        .u32(0)
        .u64(0)
        .raw(body)
        .u8(CLOSING);
    let inner = inner.finish()?;
    // The 0x02 and the length itself count too; the outer length also counts the time.
    let length = u16::try_from(inner.len() + 3).map_err(|_| TooLong(WHAT))?;
    let outer = length.checked_add(4).ok_or(TooLong(WHAT))?;
    let mut whole = Writer::with_capacity(inner.len() + 32);
    whole
        .u8(0)
        .u16(outer)
        .u32(app_id)
        .u32(ROLE)
        .str16(b"", WHAT)
        .str8(b"", WHAT)
        .u32(time)
        .u8(OPENING)
        .u16(length)
        .raw(&inner);
    whole.finish()
}

impl QrRequest {
    /// Decodes a request, for a server. The bytes after a poll's signature are ignored, because clients differ there.
    ///
    /// # Errors
    /// [`DecodeError`] if the bytes are not one of the two requests.
    pub fn decode(code2d: &[u8]) -> Result<Self, DecodeError> {
        const WHAT: &str = "a QR request";
        let mut reader = Reader::new(code2d);
        if reader.u8(WHAT)? != 0 {
            return Err(DecodeError::Invalid("the cipher of a QR request"));
        }
        reader.bytes(2 + 4 + 4, WHAT)?;
        reader.str16(WHAT)?;
        reader.str8(WHAT)?;
        reader.bytes(4 + 1 + 2, WHAT)?;
        let sub_command = reader.u16(WHAT)?;
        reader.bytes(21 + 1 + 2 + 2 + 4 + 8, WHAT)?;
        reader.bytes(2 + 4, WHAT)?;
        match sub_command {
            FETCH => {
                reader.bytes(8 + 1, WHAT)?;
                reader.str16(WHAT)?;
                Self::decode_fetch(&Tlvs::read(&mut reader)?)
            }
            POLL => Ok(Self::Poll {
                signature: Bytes::copy_from_slice(reader.str16("the QR signature")?),
            }),
            _ => Err(DecodeError::Invalid("the sub-command of a QR request")),
        }
    }

    fn decode_fetch(list: &Tlvs<'_>) -> Result<Self, DecodeError> {
        const GUID: &str = "the GUID of a QR request";
        let guid = Guid::read(list.need(tags::QR_GUID, GUID)?).ok_or(DecodeError::Invalid(GUID))?;
        let about: QrDevice = bounded::decode(list.get(tags::QR_DEVICE).unwrap_or_default())?;
        Ok(Self::Fetch {
            guid,
            device_name: about
                .device
                .and_then(|device| device.name)
                .unwrap_or_default(),
            unusual_device_sig: list.get(tags::UNUSUAL_DEVICE).map(Bytes::copy_from_slice),
        })
    }
}

/// Encodes the answer to a fetch, for a server.
///
/// # Errors
/// [`TooLong`] if the image is too large: the complete answer must stay below 64 KiB.
pub fn encode_code(app_id: u32, code: &Code) -> Result<Vec<u8>, TooLong> {
    let about = QrCode {
        url: Some(code.url.clone()),
        key: Some(code.key.clone()),
    };
    let minutes = u16::try_from(code.expires / 60).unwrap_or(u16::MAX);
    let mut expiry = Writer::default();
    expiry.u32(code.expires).u16(minutes);
    let mut data = Writer::with_capacity(code.picture.len() + 256);
    data.str16(&code.signature, "the QR signature").tlvs(&[
        (tags::QR_PICTURE, &code.picture[..]),
        (tags::QR_EXPIRY, &expiry.finish()?),
        (tags::QR_DEVICE, &about.encode_to_vec()),
    ]);
    encode_answer(FETCH, app_id, 0, &data.finish()?)
}

/// Encodes the answer to a poll, for a server.
///
/// # Errors
/// [`TooLong`] if a ticket does not fit.
pub fn encode_state(app_id: u32, state: &State) -> Result<Vec<u8>, TooLong> {
    let result = match state {
        State::Waiting => 48,
        State::Scanned => 53,
        State::Confirmed(confirmed) => {
            let mut data = Writer::default();
            data.u64(confirmed.uin.get()).u32(0).tlvs(&[
                (tags::QR_A1, &confirmed.a1[..]),
                (tags::QR_NO_PICTURE, &confirmed.no_picture),
                (tags::QR_TGTGT, &confirmed.tgtgt),
            ]);
            return encode_answer(POLL, app_id, 0, &data.finish()?);
        }
        State::Expired => 17,
        State::Cancelled => 54,
        State::Invalid => 144,
        State::Other(result) => *result,
    };
    encode_answer(POLL, app_id, result, &[])
}

fn encode_answer(
    sub_command: u16,
    app_id: u32,
    result: u8,
    data: &[u8],
) -> Result<Vec<u8>, TooLong> {
    let mut inner = Writer::with_capacity(data.len() + 64);
    inner
        .u16(sub_command)
        .raw(&[0; 21])
        .u8(3)
        .u16(0)
        .u16(VERSION)
        .u32(0)
        .u64(0)
        .u16(0)
        .u32(app_id)
        .u8(result)
        .raw(data)
        .u8(CLOSING);
    let inner = inner.finish()?;
    let length = u16::try_from(inner.len() + 3).map_err(|_| TooLong("a QR answer"))?;
    let mut whole = Writer::with_capacity(inner.len() + 8);
    whole
        .u8(0)
        .u8(0)
        .u16(length)
        .u8(0)
        .u8(OPENING)
        .u16(length)
        .raw(&inner);
    whole.finish()
}

/// Decodes the answer to a fetch, for a client.
///
/// # Errors
/// [`LoginError::Refused`] if the result is not 0, [`LoginError::Malformed`] if the answer is invalid.
pub fn decode_code(code2d: &[u8]) -> Result<Code, LoginError> {
    let (result, mut data) = decode_answer(code2d)?;
    if result != 0 {
        return Err(Refused {
            code: result.into(),
            ..Refused::default()
        }
        .into());
    }
    let signature = data.str16("the QR signature")?;
    let list = Tlvs::read(&mut data)?;
    let about: QrCode = bounded::decode(list.need(tags::QR_DEVICE, "the URL of a QR code")?)?;
    let expiry = list.get(tags::QR_EXPIRY).and_then(<[u8]>::first_chunk);
    Ok(Code {
        signature: Bytes::copy_from_slice(signature),
        url: about.url.unwrap_or_default(),
        key: about.key.unwrap_or_default(),
        picture: Bytes::copy_from_slice(list.get(tags::QR_PICTURE).unwrap_or_default()),
        expires: expiry.map_or(120, |seconds| u32::from_be_bytes(*seconds)),
    })
}

/// Decodes the answer to a poll, for a client.
///
/// # Errors
/// [`DecodeError`] if the bytes are not such an answer.
pub fn decode_state(code2d: &[u8]) -> Result<State, DecodeError> {
    const WHAT: &str = "a confirmed QR code";
    let (result, mut data) = decode_answer(code2d)?;
    Ok(match result {
        48 => State::Waiting,
        53 => State::Scanned,
        17 => State::Expired,
        54 => State::Cancelled,
        144 => State::Invalid,
        0 => {
            let uin = Uin::new(data.u64(WHAT)?).map_err(|_| DecodeError::Invalid("the uin"))?;
            data.u32(WHAT)?;
            let list = Tlvs::read(&mut data)?;
            let ticket = |tag, what| list.need(tag, what).map(Bytes::copy_from_slice);
            State::Confirmed(Confirmed {
                uin,
                a1: ticket(tags::QR_A1, "the A1")?,
                no_picture: ticket(tags::QR_NO_PICTURE, "the no-picture signature")?,
                tgtgt: list
                    .need(tags::QR_TGTGT, "the tgtgt key")?
                    .try_into()
                    .map_err(|_| DecodeError::Invalid("the tgtgt key"))?,
            })
        }
        other => State::Other(other),
    })
}

/// The result of an answer, and a reader for the bytes after it.
fn decode_answer(code2d: &[u8]) -> Result<(u8, Reader<'_>), DecodeError> {
    const WHAT: &str = "a QR answer";
    let mut reader = Reader::new(code2d);
    reader.u8(WHAT)?;
    if reader.u8(WHAT)? != 0 {
        return Err(DecodeError::Invalid("the cipher of a QR answer"));
    }
    reader.bytes(2 + 1 + 1 + 2 + 2 + 21 + 1 + 2 + 2 + 4 + 8 + 2 + 4, WHAT)?;
    let result = reader.u8(WHAT)?;
    Ok((result, reader))
}
