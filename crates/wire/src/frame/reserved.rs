//! The reserved field of an SSO head: trace, uid and signature of one request. protocol/01 §1.6, §6

use bytes::Bytes;
use nekonap_ids::Uid;
use prost::Message;

use crate::{bounded, command::DecodeError, proto::session};

/// What a request says about itself, beside its payload. Other fields than these are ignored when read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reserved {
    /// A W3C trace parent, fresh for each request: [`trace_parent`].
    pub trace: Option<String>,
    /// The account's uid, once it is known.
    pub uid: Option<Uid>,
    /// The signature of a signed command.
    pub signature: Option<Signature>,
}

/// What a sign provider returns for a request. protocol/01 §6.1
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signature {
    /// The signature itself.
    pub sign: Bytes,
    /// ASCII text; left out when empty.
    pub token: Bytes,
    /// Left out when empty.
    pub extra: Bytes,
}

impl Reserved {
    /// The protobuf.
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

    /// Reads the protobuf; a text that is no uid is left out.
    ///
    /// # Errors
    /// Bytes that are no protobuf.
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

/// A random trace parent: `01-<32 hex>-<16 hex>-01`.
pub fn trace_parent() -> String {
    let (trace, span): (u128, u64) = rand::random();
    format!("01-{trace:032x}-{span:016x}-01")
}
