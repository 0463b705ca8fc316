//! Commands: a name, a request and a reply, with encoding and decoding of both, declared once for client and server.
//!
//! The client calls `session.call::<GetFriends>(request)`, the sandbox serves `router.on::<GetFriends>(…)`, and a test
//! walks [`commands::all`](crate::commands::all) and checks that every command has a service. The `mod.rs` of each
//! subject declares its commands with one macro, one line per command.

use prost::{Message, Name};
use thiserror::Error;

use crate::{bounded, oidb};

/// Refusal that a service returns in place of a reply: a code and a human-readable text.
///
/// The code is the OIDB `result`, the SSO return code or a result field in the service's own reply.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("refused with code {code}: {text}")]
pub struct Refusal {
    /// Code of the service; never 0.
    pub code: i64,
    /// Text of the service; may be empty.
    pub text: String,
}

impl Refusal {
    /// A refusal with this code and text.
    pub fn new(code: i64, text: impl Into<String>) -> Self {
        Self {
            code,
            text: text.into(),
        }
    }

    /// The code for replies that carry it in a 32-bit field; `i32::MAX` if it does not fit.
    pub(crate) fn narrow(&self) -> i32 {
        i32::try_from(self.code).unwrap_or(i32::MAX)
    }

    /// Checks the result code of a reply: absent and 0 are success, any other code is a refusal.
    pub(crate) fn check_code(code: Option<i32>, text: Option<String>) -> Result<(), Self> {
        match code.unwrap_or(0) {
            0 => Ok(()),
            code => Err(Self::new(i64::from(code), text.unwrap_or_default())),
        }
    }
}

/// Converts Unix seconds to a 32-bit field; times past the largest value become the largest value.
pub(crate) fn seconds(time: u64) -> u32 {
    u32::try_from(time).unwrap_or(u32::MAX)
}

/// How a refusal is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefusalForm {
    /// As the SSO return code, with the text in the response head's `extra` and an empty body (protocol/01 §1.9).
    ReturnCode,
    /// As this body, in an answer with SSO return code 0.
    Body(Vec<u8>),
}

/// Header and encryption key of a command (protocol/01 §1.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Header {
    /// Protocol 12, encrypted with the D2 key: every command that needs a session.
    Session,
    /// Protocol 12, encrypted with a key of sixteen zero bytes, without D2: the log-in commands.
    LogIn,
    /// Protocol 13, not encrypted: commands that keep the connection alive.
    Plain,
}

/// Why bytes cannot be decoded.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// The bytes are not protobuf, or not the expected message.
    #[error(transparent)]
    Protobuf(#[from] prost::DecodeError),
    /// More length-delimited fields than the limit: decoding could take far more memory than the payload has bytes.
    #[error("too many protobuf fields")]
    TooManyFields,
    /// The bytes end inside the named field.
    #[error("the bytes end inside {0}")]
    Short(&'static str),
    /// The named field is missing.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// The named field has an invalid value.
    #[error("{0} is invalid")]
    Invalid(&'static str),
    /// The named field cannot be decrypted: the key is wrong or the bytes are damaged.
    #[error("{0} cannot be decrypted")]
    Cipher(&'static str),
}

/// Why an answer contains no reply.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReplyError {
    /// The service refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The answer cannot be decoded.
    #[error("the answer cannot be decoded: {0}")]
    Malformed(#[from] DecodeError),
}

impl From<prost::DecodeError> for ReplyError {
    fn from(error: prost::DecodeError) -> Self {
        Self::Malformed(error.into())
    }
}

/// A command that a client sends and a server answers, with encoding and decoding of request and reply.
///
/// Every [`Oidb`] declaration is a command. Implement this trait by hand only where the payload is not protobuf, or
/// where the service reports refusals in a field of its reply.
pub trait Command: 'static {
    /// Command name in the SSO frame.
    const NAME: &'static str;
    /// Header and encryption key of the command.
    const HEADER: Header = Header::Session;
    /// Whether the body identifies people by uin ([`Oidb::BY_UIN`]).
    const BY_UIN: bool = false;
    /// Parameters that the client sends.
    type Request: Send + 'static;
    /// Result that the server returns on success.
    type Reply: Send + 'static;

    /// Encodes the SSO payload of a request.
    fn encode_request(request: &Self::Request) -> Vec<u8>;

    /// Decodes the SSO payload of a request, for a server.
    ///
    /// # Errors
    /// [`DecodeError`] if the payload cannot be decoded. Implementations never panic and never allocate out of
    /// proportion to the payload.
    fn decode_request(payload: &[u8]) -> Result<Self::Request, DecodeError>;

    /// Encodes the SSO body of an answer with return code 0.
    fn encode_reply(reply: &Self::Reply) -> Vec<u8>;

    /// Decodes the SSO body of an answer with return code 0, for a client.
    ///
    /// # Errors
    /// [`ReplyError::Refused`] if the body contains a refusal, [`ReplyError::Malformed`] if the body cannot be decoded.
    fn decode_reply(payload: &[u8]) -> Result<Self::Reply, ReplyError>;

    /// Encodes a refusal of this command, for a server.
    fn encode_refusal(_refusal: &Refusal) -> RefusalForm {
        RefusalForm::ReturnCode
    }
}

/// A command in the OIDB envelope (protocol/01 §7). Every [`Oidb`] type implements [`Command`].
pub trait Oidb: 'static {
    /// Command and sub-command numbers.
    const NUMBER: (u32, u32);
    /// `OidbSvcTrpcTcp.0x<command in hex>_<sub-command>`.
    const NAME: &'static str;
    /// Whether the body identifies people by uin; the envelope's field 12 is then 1 (protocol/04 §1).
    const BY_UIN: bool;
    /// Protobuf body of the request.
    type Request: Message + Name + Default + 'static;
    /// Protobuf body of the answer.
    type Reply: Message + Name + Default + Clone + 'static;

    /// Sets the fields that a server writes even when they are zero or empty (protocol/01 §9.1).
    fn complete(_reply: &mut Self::Reply) {}
}

impl<C: Oidb> Command for C {
    const NAME: &'static str = <C as Oidb>::NAME;
    const BY_UIN: bool = <C as Oidb>::BY_UIN;
    type Request = <C as Oidb>::Request;
    type Reply = <C as Oidb>::Reply;

    fn encode_request(request: &Self::Request) -> Vec<u8> {
        oidb::encode_request(C::NUMBER, <C as Oidb>::BY_UIN, request.encode_to_vec())
    }

    fn decode_request(payload: &[u8]) -> Result<Self::Request, DecodeError> {
        bounded::decode(&oidb::decode_request(payload)?)
    }

    fn encode_reply(reply: &Self::Reply) -> Vec<u8> {
        let mut reply = reply.clone();
        C::complete(&mut reply);
        oidb::encode_reply(C::NUMBER, reply.encode_to_vec())
    }

    fn decode_reply(payload: &[u8]) -> Result<Self::Reply, ReplyError> {
        Ok(bounded::decode(&oidb::decode_reply(payload)?)?)
    }

    fn encode_refusal(refusal: &Refusal) -> RefusalForm {
        RefusalForm::Body(oidb::encode_refusal(C::NUMBER, refusal))
    }
}

/// An entry of the command table.
#[derive(Debug, Clone, Copy)]
pub struct Declared {
    /// Command name in the SSO frame. Two entries have the same name only if one identifies people by uin and the other
    /// by uid: [`by_uin`](Self::by_uin).
    pub name: &'static str,
    /// Rust name of the declaration.
    pub declaration: &'static str,
    /// Header and encryption key of the command.
    pub header: Header,
    /// Whether the body identifies people by uin.
    pub by_uin: bool,
    /// Path of the Rust type of the request.
    pub request_type: fn() -> &'static str,
    /// Decodes a request payload and encodes it again, for tests with arbitrary bytes.
    pub transcode_request: fn(&[u8]) -> Result<Vec<u8>, DecodeError>,
    /// Decodes an answer body and encodes it again, for tests with arbitrary bytes.
    pub transcode_reply: fn(&[u8]) -> Result<Vec<u8>, ReplyError>,
}

impl Declared {
    /// The table entry of `C`.
    pub const fn of<C: Command>(declaration: &'static str) -> Self {
        Self {
            name: C::NAME,
            declaration,
            header: C::HEADER,
            by_uin: C::BY_UIN,
            request_type: std::any::type_name::<C::Request>,
            transcode_request: |payload| Ok(C::encode_request(&C::decode_request(payload)?)),
            transcode_reply: |payload| Ok(C::encode_reply(&C::decode_reply(payload)?)),
        }
    }
}

/// Declares the commands of a subject and its `DECLARED` list. There are three kinds of line, each ended by `;`:
///
/// - `GetFriends = 0xfd4 / 1, FriendsRequest => FriendsReply` is an [`Oidb`]; `/ 1 as ByUin` sets the envelope's field
///   12;
/// - `Register = "trpc.….Register", RegisterInfo => RegisterReply` is a protobuf command with exactly this name; `as
///   LogIn` or `as Plain` selects another [`Header`] than `Session`;
/// - `SendMessage` alone lists a command that implements [`Command`] by hand.
///
/// In the first two kinds, `, complete friends` at the end names a function that sets the fields of a reply that are
/// written even when they are zero or empty (protocol/01 §9.1).
///
/// It is a macro because a name such as `OidbSvcTrpcTcp.0xfd4_1` must be a constant built from two numbers.
macro_rules! commands {
    (@declare $name:ident, $number:literal / $sub:literal $(as $how:ident)?, $request:ty => $reply:ty
        $(, complete $complete:path)?) => {
        impl $crate::command::Oidb for $name {
            const NUMBER: (u32, u32) = ($number, $sub);
            const NAME: &'static str =
                concat!("OidbSvcTrpcTcp.", stringify!($number), "_", stringify!($sub));
            const BY_UIN: bool = commands!(@by_uin $($how)?);
            type Request = $request;
            type Reply = $reply;

            $(fn complete(reply: &mut Self::Reply) {
                $complete(reply);
            })?
        }
    };
    (@declare $name:ident, $wire:literal $(as $how:ident)?, $request:ty => $reply:ty
        $(, complete $complete:path)?) => {
        impl $crate::command::Command for $name {
            const NAME: &'static str = $wire;
            const HEADER: $crate::command::Header = commands!(@header $($how)?);
            type Request = $request;
            type Reply = $reply;

            fn encode_request(request: &Self::Request) -> Vec<u8> {
                prost::Message::encode_to_vec(request)
            }

            fn decode_request(
                payload: &[u8],
            ) -> Result<Self::Request, $crate::command::DecodeError> {
                $crate::bounded::decode(payload)
            }

            fn encode_reply(reply: &Self::Reply) -> Vec<u8> {
                $(let reply = &{
                    let mut reply = reply.clone();
                    $complete(&mut reply);
                    reply
                };)?
                prost::Message::encode_to_vec(reply)
            }

            fn decode_reply(payload: &[u8]) -> Result<Self::Reply, $crate::command::ReplyError> {
                Ok($crate::bounded::decode(payload)?)
            }
        }
    };
    (@by_uin) => { false };
    (@by_uin ByUin) => { true };
    (@header) => { $crate::command::Header::Session };
    (@header $how:ident) => { $crate::command::Header::$how };
    ($(
        $(#[$doc:meta])*
        $name:ident $(= $number:literal $(/ $sub:literal)? $(as $how:ident)?, $request:ty => $reply:ty
            $(, complete $complete:path)?)? ;
    )*) => {
        $(
            $(#[$doc])*
            pub enum $name {}
            $(commands!(@declare $name, $number $(/ $sub)? $(as $how)?, $request => $reply
                $(, complete $complete)?);)?
        )*

        /// Commands of this subject.
        pub const DECLARED: &[$crate::command::Declared] =
            &[$($crate::command::Declared::of::<$name>(stringify!($name))),*];
    };
}

pub(crate) use commands;
