//! The reserved field of an SSO head: trace, uid and signature of a request (protocol/01 §1.6, §6).

use bytes::Bytes;
use nekonap_ids::Uid;
use prost::Message;

use crate::{bounded, command::DecodeError, proto::session};

/// Metadata of a request. Other fields are ignored when read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reserved {
    /// W3C trace parent, new for each request: [`trace_parent`].
    pub trace: Option<String>,
    /// Uid of the account, once it is known.
    pub uid: Option<Uid>,
    /// Signature, for commands that need one.
    pub signature: Option<Signature>,
}

/// Signature that a sign provider returns for a request (protocol/01 §6.1).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signature {
    /// The signature bytes.
    pub sign: Bytes,
    /// ASCII text; not written when empty.
    pub token: Bytes,
    /// Extra data of the sign provider; not written when empty.
    pub extra: Bytes,
}

impl Reserved {
    /// Encodes the protobuf message.
    pub fn encode(&self) -> Vec<u8> {
        session::Reserved {
            trace: self.trace.clone(),
            uid: self.uid.map(|uid| uid.to_string()),
            signature: self
                .signature
                .as_ref()
                .map(|signature| session::reserved::Signature {
                    sign: signature.sign.clone(),
                    token: signature.token.clone(),
                    extra: signature.extra.clone(),
                }),
        }
        .encode_to_vec()
    }

    /// Decodes the protobuf message; a text that is not a valid uid is ignored.
    ///
    /// # Errors
    /// [`DecodeError`] if the bytes are not protobuf.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let reserved: session::Reserved = bounded::decode(bytes)?;
        Ok(Self {
            trace: reserved.trace,
            uid: reserved.uid.and_then(|uid| Uid::new(&uid).ok()),
            signature: reserved.signature.map(|signature| Signature {
                sign: signature.sign,
                token: signature.token,
                extra: signature.extra,
            }),
        })
    }
}

/// Generates a random trace parent: `01-<32 hex>-<16 hex>-01`.
pub fn trace_parent() -> String {
    let (trace, span): (u128, u64) = rand::random();
    format!("01-{trace:032x}-{span:016x}-01")
}
