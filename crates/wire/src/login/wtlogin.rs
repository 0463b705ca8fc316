//! The log-in with a confirmed QR code, and its answer: tickets, or the reason of a failure (protocol/01 §3.3.1).
//!
//! These are the bodies inside an [`envelope`](super::envelope) of `wtlogin.login`.

use bytes::Bytes;
use nekonap_ids::{Uid, Uin};
use prost::Message;

use super::{
    Device, Guid, LoginError, Profile, Refused, Tickets, envelope::short_uin, qr::Confirmed,
};
use crate::{
    bounded,
    command::DecodeError,
    crypto::{Key, tea},
    proto::login::{LogInExtra, log_in_extra},
    tlv::{Reader, Tlvs, TooLong, Writer, tags},
};

/// First field of request and answer.
const COMMAND: u16 = 9;

/// State of an answer with tickets.
pub const SUCCESS: u8 = 0;
/// State for an A1 that is no longer valid: the client discards it and shows a new code.
pub const TOKEN_EXPIRED: u8 = 15;

/// Result of a log-in: the tickets and the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedIn {
    /// Tickets and keys of the session.
    pub tickets: Tickets,
    /// Uid of the account.
    pub uid: Uid,
    /// Number of a stock avatar.
    pub face: u16,
    /// Age in years.
    pub age: u8,
    /// 1 male, 2 female, anything else unknown.
    pub gender: u8,
    /// Nickname, at most 255 bytes of UTF-8.
    pub nickname: String,
}

/// A decoded log-in, for a server.
#[derive(Clone, PartialEq, Eq)]
pub struct LogIn {
    /// The A1 from the poll; the server finds the code by it, and with the code the tgtgt key.
    pub a1: Bytes,
    /// Device id.
    pub guid: Guid,
    /// Account number that the client sent.
    pub uin: Option<Uin>,
    /// The encrypted device: [`open_device`](Self::open_device).
    sealed_device: Bytes,
}

/// Result of [`LogIn::open_device`], which proves that the client has the tgtgt key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceFacts {
    /// Device name.
    pub name: String,
    /// Operating system.
    pub os: String,
}

/// Encodes the log-in with a confirmed code.
///
/// # Errors
/// [`TooLong`] if a text of the profile or a ticket does not fit, or the uin does not fit into 32 bits.
pub fn encode(
    profile: &Profile,
    device: &Device,
    confirmed: &Confirmed,
) -> Result<Vec<u8>, TooLong> {
    encode_padded(profile, device, confirmed, rand::random())
}

/// [`encode`] with the given padding, for known-answer tests.
///
/// # Errors
/// As [`encode`].
pub fn encode_padded(
    profile: &Profile,
    device: &Device,
    confirmed: &Confirmed,
    padding: tea::Padding,
) -> Result<Vec<u8>, TooLong> {
    let package = profile.package.as_bytes();
    let sealed_device =
        tea::encrypt_padded(&confirmed.tgtgt, &encode_device(profile, device)?, padding);
    let uin = short_uin(Some(confirmed.uin))?;
    let list = [
        (tags::A1, confirmed.a1.to_vec()),
        (tags::SEALED_DEVICE, sealed_device),
        (
            tags::BITMAPS,
            layout(|w| {
                w.u8(0)
                    .u32(profile.misc_bitmap)
                    .u32(profile.sub_sigmap)
                    .u8(0)
            })?,
        ),
        (
            tags::PACKAGE,
            layout(|w| w.u16(0).str16(package, "the package name"))?,
        ),
        (tags::GUID, device.guid.0.to_vec()),
        (
            tags::PING,
            layout(|w| w.u16(0).u32(5).u32(0).u32(8001).u32(uin).u16(0).u16(0))?,
        ),
        (
            tags::NETWORK,
            layout(|w| {
                w.u16(0)
                    .str16(b"Unknown", "the network")
                    .u16(0)
                    .str16(b"", "the access point")
            })?,
        ),
        (
            tags::SDK,
            layout(|w| w.u8(1).u32(0).str16(profile.sdk.as_bytes(), "the SDK"))?,
        ),
        (tags::CAPTCHA, vec![0]),
        (
            tags::APP,
            layout(|w| {
                w.u16(0)
                    .u32(5)
                    .u32(profile.app_id)
                    .u32(profile.sub_app_id)
                    .u32(profile.build)
                    .u32(profile.main_sigmap)
            })?,
        ),
        (tags::PICTURE, layout(|w| w.u16(1).u8(0x0D).u16(0).u8(1))?),
        (tags::EMPTY_318, Vec::new()),
        (tags::NO_PICTURE, confirmed.no_picture.to_vec()),
        (tags::FLAG_166, vec![5]),
        (
            tags::PRODUCT,
            layout(|w| w.u32(0x13).str16(b"basicim", "the product"))?,
        ),
    ];
    layout(|w| w.u16(COMMAND).tlvs(&list))
}

/// Encodes the list inside TLV 0x144.
fn encode_device(profile: &Profile, device: &Device) -> Result<Vec<u8>, TooLong> {
    let list = [
        (tags::DEVICE_NAME, device.name.clone().into_bytes()),
        (
            tags::VERSION,
            layout(|w| {
                w.u32(profile.app_id)
                    .str16(profile.pt_version.as_bytes(), "the pt version")
                    .str16(profile.package.as_bytes(), "the package name")
            })?,
        ),
        (
            tags::DEVICE,
            layout(|w| {
                w.u16(0)
                    .u8(0)
                    .u8(0)
                    .u8(0)
                    .u32(0)
                    .str16(profile.os.as_bytes(), "the system")
                    .str16(&device.guid.0, "the GUID")
                    .str16(b"", "the brand")
            })?,
        ),
        (tags::ANDROID, vec![0; 12]),
    ];
    layout(|w| w.tlvs(&list))
}

impl LogIn {
    /// Decodes a log-in, for a server.
    ///
    /// # Errors
    /// [`DecodeError`] if the bytes are not a log-in or a required field is missing.
    pub fn decode(body: &[u8]) -> Result<Self, DecodeError> {
        const GUID: &str = "the GUID of a log-in";
        const PING: &str = "TLV 0x18 of a log-in";
        let list = read_list(body)?;
        let mut ping = Reader::new(list.need(tags::PING, PING)?);
        ping.bytes(2 + 4 + 4 + 4, PING)?;
        Ok(Self {
            a1: Bytes::copy_from_slice(list.need(tags::A1, "the A1")?),
            guid: Guid::read(list.need(tags::GUID, GUID)?).ok_or(DecodeError::Invalid(GUID))?,
            uin: Uin::new(ping.u32(PING)?.into()).ok(),
            sealed_device: Bytes::copy_from_slice(
                list.need(tags::SEALED_DEVICE, "TLV 0x144 of a log-in")?,
            ),
        })
    }

    /// Decrypts TLV 0x144. If this succeeds, the client has the tgtgt key.
    ///
    /// # Errors
    /// [`DecodeError`] if the bytes cannot be decrypted or are not a list.
    pub fn open_device(&self, tgtgt: &Key) -> Result<DeviceFacts, DecodeError> {
        const WHAT: &str = "TLV 0x144 of a log-in";
        const DEVICE: &str = "TLV 0x128 of a log-in";
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let plain =
            tea::decrypt(tgtgt, &self.sealed_device).map_err(|_| DecodeError::Cipher(WHAT))?;
        let list = Tlvs::read(&mut Reader::new(&plain))?;
        let os = match list.get(tags::DEVICE) {
            Some(device) => {
                let mut device = Reader::new(device);
                device.bytes(2 + 1 + 1 + 1 + 4, DEVICE)?;
                text(device.str16(DEVICE)?)
            }
            None => String::new(),
        };
        Ok(DeviceFacts {
            name: text(list.get(tags::DEVICE_NAME).unwrap_or_default()),
            os,
        })
    }
}

/// Encodes a successful answer, for a server, with the six items without which some clients fail.
///
/// # Errors
/// [`TooLong`] if a ticket or the nickname does not fit.
pub fn encode_success(logged_in: &LoggedIn, tgtgt: &Key) -> Result<Vec<u8>, TooLong> {
    encode_success_padded(logged_in, tgtgt, rand::random())
}

/// [`encode_success`] with the given padding, for known-answer tests.
///
/// # Errors
/// As [`encode_success`].
pub fn encode_success_padded(
    logged_in: &LoggedIn,
    tgtgt: &Key,
    padding: tea::Padding,
) -> Result<Vec<u8>, TooLong> {
    let tickets = &logged_in.tickets;
    let account = layout(|w| {
        w.u16(logged_in.face)
            .u8(logged_in.age)
            .u8(logged_in.gender)
            .str8(logged_in.nickname.as_bytes(), "the nickname")
    })?;
    let extra = LogInExtra {
        account: Some(log_in_extra::Account {
            names: Some(log_in_extra::account::Names {
                uid: Some(logged_in.uid.to_string()),
            }),
        }),
    };
    let list = layout(|w| {
        w.tlvs(&[
            (tags::TGT, &tickets.tgt[..]),
            (tags::D2, &tickets.d2),
            (tags::D2_KEY, &tickets.d2_key),
            (tags::A1, &tickets.a1),
            (tags::ACCOUNT, &account),
            (tags::UID, &extra.encode_to_vec()),
        ])
    })?;
    let sealed = tea::encrypt_padded(tgtgt, &list, padding);
    layout(|w| w.u16(COMMAND).u8(SUCCESS).tlvs(&[(tags::TICKETS, &sealed)]))
}

/// Encodes a refusal, for a server. `state` is one of protocol/01 §3.3.1, and not 0.
///
/// # Errors
/// [`TooLong`] if a text does not fit.
pub fn encode_refusal(state: u8, title: &str, text: &str) -> Result<Vec<u8>, TooLong> {
    let error = layout(|w| {
        w.u32(state.into())
            .str16(title.as_bytes(), "the title")
            .str16(text.as_bytes(), "the text")
            .u32(0)
    })?;
    layout(|w| w.u16(COMMAND).u8(state).tlvs(&[(tags::ERROR, &error)]))
}

/// Decodes the answer, for a client.
///
/// # Errors
/// [`LoginError::Refused`] with the answer's state as its code; [`LoginError::Malformed`] if the answer is invalid.
pub fn decode_answer(body: &[u8], tgtgt: &Key) -> Result<LoggedIn, LoginError> {
    const WHAT: &str = "a log-in's answer";
    let mut reader = Reader::new(body);
    reader.u16(WHAT)?;
    let state = reader.u8(WHAT)?;
    let list = Tlvs::read(&mut reader)?;
    if state != SUCCESS {
        return Err(read_refusal(state, &list).into());
    }
    let sealed = list.need(tags::TICKETS, "TLV 0x119 of a log-in's answer")?;
    let plain = tea::decrypt(tgtgt, sealed).map_err(|_| DecodeError::Cipher(WHAT))?;
    Ok(read_tickets(&Tlvs::read(&mut Reader::new(&plain))?)?)
}

fn read_tickets(list: &Tlvs<'_>) -> Result<LoggedIn, DecodeError> {
    const D2_KEY: &str = "the D2 key";
    const UID: &str = "the uid";
    const ACCOUNT: &str = "TLV 0x11A of a log-in's answer";
    let ticket = |tag, what| list.need(tag, what).map(Bytes::copy_from_slice);
    let extra: LogInExtra = bounded::decode(list.need(tags::UID, UID)?)?;
    let uid = extra
        .account
        .and_then(|account| account.names?.uid)
        .ok_or(DecodeError::Missing(UID))?;
    let (mut face, mut age, mut gender, mut nickname) = (0, 0, 0, String::new());
    if let Some(account) = list.get(tags::ACCOUNT) {
        let mut account = Reader::new(account);
        face = account.u16(ACCOUNT)?;
        age = account.u8(ACCOUNT)?;
        gender = account.u8(ACCOUNT)?;
        nickname = String::from_utf8_lossy(account.str8(ACCOUNT)?).into_owned();
    }
    Ok(LoggedIn {
        tickets: Tickets {
            tgt: ticket(tags::TGT, "the TGT")?,
            d2: ticket(tags::D2, "the D2 ticket")?,
            d2_key: list
                .need(tags::D2_KEY, D2_KEY)?
                .try_into()
                .map_err(|_| DecodeError::Invalid(D2_KEY))?,
            a1: ticket(tags::A1, "the A1")?,
        },
        uid: Uid::new(&uid).map_err(|_| DecodeError::Invalid(UID))?,
        face,
        age,
        gender,
        nickname,
    })
}

/// Reads the texts of a refusal. Missing or truncated ones stay empty, because the state is sufficient.
fn read_refusal(state: u8, list: &Tlvs<'_>) -> Refused {
    let texts = |tag, skip| {
        let mut reader = Reader::new(list.get(tag)?);
        reader.bytes(skip, "").ok()?;
        let mut text = || Some(String::from_utf8_lossy(reader.str16("").ok()?).into_owned());
        Some((text()?, text()?))
    };
    let (title, text) = texts(tags::ERROR, 4)
        .or_else(|| texts(tags::OLD_ERROR, 2))
        .unwrap_or_default();
    Refused {
        code: state.into(),
        title,
        text,
        ..Refused::default()
    }
}

fn read_list(body: &[u8]) -> Result<Tlvs<'_>, DecodeError> {
    let mut reader = Reader::new(body);
    reader.u16("a log-in")?;
    Tlvs::read(&mut reader)
}

/// Encodes a layout that is written in one expression.
fn layout(write: impl FnOnce(&mut Writer) -> &mut Writer) -> Result<Vec<u8>, TooLong> {
    let mut writer = Writer::default();
    write(&mut writer);
    writer.finish()
}
