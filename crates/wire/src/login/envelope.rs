//! The wtlogin envelope around QR and log-in bodies, encrypted with a key that client and server derive by ECDH
//! (protocol/01 §3.2).

use bytes::Bytes;
use nekonap_ids::Uin;

use crate::{
    command::DecodeError,
    crypto::{Key, KeyError, p256, secp192k1, tea},
    tlv::{Reader, TooLong, Writer},
};

/// Content of an envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A QR body: the payload of `wtlogin.trans_emp`.
    TransEmp,
    /// A log-in body: the payload of `wtlogin.login`.
    LogIn,
}

impl Kind {
    const fn command(self) -> u16 {
        match self {
            Self::TransEmp => 0x812,
            Self::LogIn => 0x810,
        }
    }

    fn of(command: u16) -> Result<Self, DecodeError> {
        match command {
            0x812 => Ok(Self::TransEmp),
            0x810 => Ok(Self::LogIn),
            _ => Err(DecodeError::Invalid("the wtlogin command")),
        }
    }
}

const OPENING: u8 = 2;
const CLOSING: u8 = 3;
const VERSION: u16 = 8001;
/// Values that select the curve of the envelope's public key.
const FORM_1: (u8, u16) = (1, 0x0102);
const FORM_2: (u8, u16) = (2, 0x0131);
/// Encryption of the answer: the share key, unless the next byte selects the request's random key.
const BY_SHARE_KEY: u8 = 0;
/// Encryption of the answer: the share key around a new public key of the server, and the key derived from that.
const BY_NEW_KEY: u8 = 4;
const RANDOM_KEY: u8 = 180;

/// The client's side: its key pair, and the keys derived from the server's public key.
pub struct Exchange {
    private: secp192k1::Private,
    share_key: Key,
    random_key: Key,
}

impl Exchange {
    /// Generates a new key pair for the server's public key (uncompressed or compressed).
    ///
    /// # Errors
    /// [`KeyError`] if `server` is not a point of the curve.
    pub fn new(server: &[u8]) -> Result<Self, KeyError> {
        Self::with(secp192k1::Private::random(), server, rand::random())
    }

    /// Uses the given key pair, for known-answer tests. `random_key` is the random key in the envelope.
    ///
    /// # Errors
    /// [`KeyError`] if `server` is not a point of the curve.
    pub fn with(
        private: secp192k1::Private,
        server: &[u8],
        random_key: Key,
    ) -> Result<Self, KeyError> {
        let share_key = private.share_key(server)?;
        Ok(Self {
            private,
            share_key,
            random_key,
        })
    }

    /// Wraps a body in an envelope. `build` is the client's build number.
    ///
    /// # Errors
    /// [`TooLong`] if the body or the build number does not fit into 16 bits, or the uin into 32.
    pub fn seal(
        &self,
        kind: Kind,
        uin: Option<Uin>,
        build: u32,
        body: &[u8],
    ) -> Result<Vec<u8>, TooLong> {
        self.seal_padded(kind, uin, build, body, rand::random())
    }

    /// [`seal`](Self::seal) with the given padding, for known-answer tests.
    ///
    /// # Errors
    /// As [`seal`](Self::seal).
    pub fn seal_padded(
        &self,
        kind: Kind,
        uin: Option<Uin>,
        build: u32,
        body: &[u8],
        padding: tea::Padding,
    ) -> Result<Vec<u8>, TooLong> {
        let build = u16::try_from(build).map_err(|_| TooLong("the build number"))?;
        let mut rest = Writer::with_capacity(body.len() + 128);
        rest.u16(VERSION)
            .u16(kind.command())
            .u16(0)
            .u32(short_uin(uin)?)
            .u8(3)
            .u8(0x87)
            .u32(0)
            .u8(19)
            .u16(0)
            .u16(build)
            .u32(0)
            .u8(FORM_1.0)
            .u8(1)
            .raw(&self.random_key)
            .u16(FORM_1.1)
            .str16(&self.private.compressed(), "the public key")
            .raw(&tea::encrypt_padded(&self.share_key, body, padding));
        close(rest)
    }

    /// Unwraps and decrypts the body of an answer.
    ///
    /// # Errors
    /// [`DecodeError`] if the bytes are not an answer or cannot be decrypted.
    pub fn open(&self, payload: &[u8]) -> Result<Bytes, DecodeError> {
        const WHAT: &str = "a wtlogin answer";
        let mut reader = Reader::new(inside(payload, WHAT)?);
        reader.bytes(2, WHAT)?;
        Kind::of(reader.u16(WHAT)?)?;
        reader.bytes(2 + 4 + 1, WHAT)?;
        let cipher = reader.u8(WHAT)?;
        let state = reader.u8(WHAT)?;
        let open = |key: &Key, bytes: &[u8]| {
            tea::decrypt(key, bytes).map_err(|_| DecodeError::Cipher(WHAT))
        };
        match (cipher, state) {
            (BY_SHARE_KEY, RANDOM_KEY) => open(&self.random_key, reader.rest()),
            (BY_SHARE_KEY, _) => open(&self.share_key, reader.rest()),
            (BY_NEW_KEY, _) => {
                let outer = open(&self.share_key, reader.rest())?;
                let mut reader = Reader::new(&outer);
                let key = self
                    .private
                    .share_key(reader.str16("a new server key")?)
                    .map_err(|_| DecodeError::Invalid("a new server key"))?;
                open(&key, reader.rest())
            }
            _ => Err(DecodeError::Invalid("the cipher of a wtlogin answer")),
        }
    }
}

/// A decrypted envelope, with everything that a server needs for the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Kind of the body.
    pub kind: Kind,
    /// Sequence of the envelope; the answer repeats it.
    pub sequence: u16,
    /// Account number; `None` while it is unknown.
    pub uin: Option<Uin>,
    /// Key for the answer.
    pub key: Key,
    /// Decrypted body.
    pub body: Bytes,
}

impl Opened {
    /// Decrypts a client's envelope with the server's private keys, in either of its two forms.
    ///
    /// # Errors
    /// [`DecodeError`] if the bytes are not an envelope, contain an invalid public key or cannot be decrypted.
    pub fn read(
        payload: &[u8],
        secp192k1: &secp192k1::Private,
        p256: &p256::Private,
    ) -> Result<Self, DecodeError> {
        const WHAT: &str = "a wtlogin envelope";
        const KEY: &str = "the public key of a wtlogin envelope";
        let mut reader = Reader::new(inside(payload, WHAT)?);
        reader.bytes(2, WHAT)?;
        let kind = Kind::of(reader.u16(WHAT)?)?;
        let sequence = reader.u16(WHAT)?;
        let uin = Uin::new(reader.u32(WHAT)?.into()).ok();
        reader.bytes(1 + 1 + 4 + 1 + 2 + 2 + 4, WHAT)?;
        let curve = reader.u8(WHAT)?;
        reader.bytes(1 + 16, WHAT)?;
        let form = (curve, reader.u16(WHAT)?);
        let key = match form {
            FORM_1 => secp192k1.share_key(reader.str16(KEY)?),
            FORM_2 => {
                reader.u16("the key version of a wtlogin envelope")?;
                p256.share_key(reader.str16(KEY)?)
            }
            _ => return Err(DecodeError::Invalid("the form of a wtlogin envelope")),
        }
        .map_err(|_| DecodeError::Invalid(KEY))?;
        let body = tea::decrypt(&key, reader.rest()).map_err(|_| DecodeError::Cipher(WHAT))?;
        Ok(Self {
            kind,
            sequence,
            uin,
            key,
            body,
        })
    }

    /// Wraps a body in an answer.
    ///
    /// # Errors
    /// [`TooLong`] if the body does not fit: all lengths have 16 bits.
    pub fn answer(&self, body: &[u8]) -> Result<Vec<u8>, TooLong> {
        self.answer_padded(body, rand::random())
    }

    /// [`answer`](Self::answer) with the given padding, for known-answer tests.
    ///
    /// # Errors
    /// As [`answer`](Self::answer).
    pub fn answer_padded(&self, body: &[u8], padding: tea::Padding) -> Result<Vec<u8>, TooLong> {
        let mut rest = Writer::with_capacity(body.len() + 64);
        rest.u16(VERSION)
            .u16(self.kind.command())
            .u16(self.sequence)
            .u32(short_uin(self.uin)?)
            .u8(0)
            .u8(BY_SHARE_KEY)
            .u8(0)
            .raw(&tea::encrypt_padded(&self.key, body, padding));
        close(rest)
    }
}

/// The uin in 32 bits, as wtlogin sends it; 0 while it is unknown.
pub(super) fn short_uin(uin: Option<Uin>) -> Result<u32, TooLong> {
    u32::try_from(uin.map_or(0, Uin::get)).map_err(|_| TooLong("the uin"))
}

/// Adds 0x02 and the total length at the front, and 0x03 at the end.
fn close(rest: Writer) -> Result<Vec<u8>, TooLong> {
    const WHAT: &str = "a wtlogin envelope";
    let rest = rest.finish()?;
    let length = u16::try_from(rest.len() + 4).map_err(|_| TooLong(WHAT))?;
    let mut whole = Writer::with_capacity(rest.len() + 4);
    whole.u8(OPENING).u16(length).raw(&rest).u8(CLOSING);
    whole.finish()
}

/// The bytes between the length and the final 0x03.
fn inside<'a>(payload: &'a [u8], what: &'static str) -> Result<&'a [u8], DecodeError> {
    match payload {
        [OPENING, _, _, inside @ .., CLOSING] => Ok(inside),
        _ => Err(DecodeError::Invalid(what)),
    }
}
