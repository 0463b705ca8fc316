//! The NT key exchange: a session key and a ticket for the easy log-in; they are not stored (protocol/01 §3.4).

use bytes::Bytes;
use nekonap_ids::Uin;
use prost::Message;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::Guid;
use crate::{
    bounded,
    command::DecodeError,
    crypto::{CipherError, KeyError, gcm, p256},
    proto::login::{KeyExchangeReply, KeyExchangeRequest, KeyExchangeSecret, SessionSecret},
};

/// Key of the proof in every request, the same for all clients.
const VERIFY_KEY: [u8; 32] = [
    0xe2, 0x73, 0x3b, 0xf4, 0x03, 0x14, 0x99, 0x13, 0xcb, 0xf8, 0x0c, 0x7a, 0x95, 0x16, 0x8b, 0xd4,
    0xca, 0x69, 0x35, 0xee, 0x53, 0xcd, 0x39, 0x76, 0x4b, 0xee, 0xbe, 0x2e, 0x00, 0x7e, 0x3a, 0xee,
];

/// Type of every exchange.
const TYPE: u32 = 1;

/// Result of a key exchange.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// AES-GCM key, usually 32 bytes.
    pub key: Bytes,
    /// Ticket by which the server finds the key.
    pub ticket: Bytes,
    /// Lifetime in seconds.
    pub lifetime: u32,
}

impl std::fmt::Debug for Session {
    /// Writes no secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}

/// A decrypted and verified request, for a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyExchange {
    /// Account number.
    pub uin: Uin,
    /// Device id.
    pub guid: Guid,
    /// Time of the request by the client's clock, Unix seconds.
    pub time: u64,
    /// Public key of the client, for the answer.
    public_key: Bytes,
}

/// Encodes the request. `private` is a new key of the client, `server` the server's known public key, `time` the Unix
/// time in seconds.
///
/// # Errors
/// [`KeyError`] if `server` is not a point of the curve.
pub fn ask(
    private: &p256::Private,
    server: &[u8],
    uin: Uin,
    guid: Guid,
    time: u32,
) -> Result<KeyExchangeRequest, KeyError> {
    ask_with(
        private,
        server,
        uin,
        guid,
        time,
        [rand::random(), rand::random()],
    )
}

/// [`ask`] with the given IVs (of the secret and of the proof), for known-answer tests.
///
/// # Errors
/// As [`ask`].
pub fn ask_with(
    private: &p256::Private,
    server: &[u8],
    uin: Uin,
    guid: Guid,
    time: u32,
    ivs: [gcm::Iv; 2],
) -> Result<KeyExchangeRequest, KeyError> {
    let public_key = private.public();
    let secret = KeyExchangeSecret {
        uin: Some(uin.to_string()),
        guid: Some(guid.0.to_vec().into()),
    };
    let secret = gcm::seal_with(&private.shared(server)?, ivs[0], &secret.encode_to_vec())?;
    let proof = proof(&public_key, &secret, time);
    let verify_hash = gcm::seal_with(&VERIFY_KEY, ivs[1], &proof)?;
    Ok(KeyExchangeRequest {
        public_key: Some(public_key.to_vec().into()),
        r#type: Some(TYPE),
        secret: Some(secret.into()),
        timestamp: Some(time.into()),
        verify_hash: Some(verify_hash.into()),
    })
}

/// Decrypts a request and checks its proof, for a server. The caller checks the time.
///
/// # Errors
/// [`DecodeError`] if the request cannot be decrypted, or its proof is wrong.
pub fn open(
    private: &p256::Private,
    request: &KeyExchangeRequest,
) -> Result<KeyExchange, DecodeError> {
    const SECRET: &str = "the secret of a key exchange";
    const PROOF: &str = "the proof of a key exchange";
    const TIME: &str = "the time of a key exchange";
    let public_key = request.public_key();
    let shared = private
        .shared(public_key)
        .map_err(|_| DecodeError::Invalid("the public key of a key exchange"))?;
    let claimed = gcm::open(&VERIFY_KEY, request.verify_hash())
        .map_err(|CipherError| DecodeError::Cipher(PROOF))?;
    let time = request.timestamp();
    let seconds = u32::try_from(time).map_err(|_| DecodeError::Invalid(TIME))?;
    let proof = proof(public_key, request.secret(), seconds);
    if !bool::from(claimed.ct_eq(&proof)) {
        return Err(DecodeError::Invalid(PROOF));
    }
    let secret =
        gcm::open(&shared, request.secret()).map_err(|CipherError| DecodeError::Cipher(SECRET))?;
    let secret: KeyExchangeSecret = bounded::decode(&secret)?;
    Ok(KeyExchange {
        uin: secret
            .uin()
            .parse()
            .map_err(|_| DecodeError::Invalid("the uin of a key exchange"))?,
        guid: Guid::read(secret.guid())
            .ok_or(DecodeError::Invalid("the GUID of a key exchange"))?,
        time,
        public_key: request.public_key.clone().unwrap_or_default(),
    })
}

/// Encodes the answer with a new key pair, for a server.
///
/// # Errors
/// [`KeyError`] if the client's public key is invalid; never for a request that [`open`] returned.
pub fn answer(asked: &KeyExchange, session: &Session) -> Result<KeyExchangeReply, KeyError> {
    answer_with(&p256::Private::random(), asked, session, rand::random())
}

/// [`answer`] with the given key and IV, for known-answer tests.
///
/// # Errors
/// As [`answer`].
pub fn answer_with(
    ephemeral: &p256::Private,
    asked: &KeyExchange,
    session: &Session,
    iv: gcm::Iv,
) -> Result<KeyExchangeReply, KeyError> {
    let secret = SessionSecret {
        key: Some(session.key.clone()),
        ticket: Some(session.ticket.clone()),
        lifetime: Some(session.lifetime),
    };
    let shared = ephemeral.shared(&asked.public_key)?;
    Ok(KeyExchangeReply {
        secret: Some(gcm::seal_with(&shared, iv, &secret.encode_to_vec())?.into()),
        unused: None,
        public_key: Some(ephemeral.public().to_vec().into()),
    })
}

/// Decrypts the answer with the private key of the request, for a client.
///
/// # Errors
/// [`DecodeError`] if the answer cannot be decrypted, or contains no key or ticket.
pub fn finish(private: &p256::Private, reply: &KeyExchangeReply) -> Result<Session, DecodeError> {
    const SECRET: &str = "the answer of a key exchange";
    let shared = private
        .shared(reply.public_key())
        .map_err(|_| DecodeError::Invalid("the server's key of a key exchange"))?;
    let secret =
        gcm::open(&shared, reply.secret()).map_err(|CipherError| DecodeError::Cipher(SECRET))?;
    let secret: SessionSecret = bounded::decode(&secret)?;
    Ok(Session {
        lifetime: secret.lifetime(),
        key: secret.key.ok_or(DecodeError::Missing("a session key"))?,
        ticket: secret
            .ticket
            .ok_or(DecodeError::Missing("a session ticket"))?,
    })
}

/// The proof of a request: SHA-256 of its unencrypted fields.
fn proof(public_key: &[u8], secret: &[u8], time: u32) -> [u8; 32] {
    Sha256::new()
        .chain_update(public_key)
        .chain_update(TYPE.to_be_bytes())
        .chain_update(secret)
        .chain_update(0_u32.to_be_bytes())
        .chain_update(time.to_be_bytes())
        .finalize()
        .into()
}
