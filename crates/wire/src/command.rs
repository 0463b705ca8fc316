//! What a command is: a name, a request, a reply, and both directions of each, declared once for client and server.
//!
//! The client calls `session.call::<GetFriends>(request)`, the sandbox serves `router.on::<GetFriends>(…)`, and a test
//! walks [`commands::all`](crate::commands::all) and finds a service for each. A subject's file declares its commands
//! with the crate's one macro, a line a command.

use prost::{Message, Name};
use thiserror::Error;

use crate::{bounded, oidb};

/// What a service answered in place of a reply: its own code, and a text for people.
///
/// The code is the OIDB `result`, the SSO return code, or the service's own result field, whichever the service
/// refused by; never 0.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("refused with code {code}: {text}")]
pub struct Refusal {
    /// The service's code; never 0.
    pub code: i64,
    /// What the service says about it; may be empty.
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

    /// The code as replies with a 32-bit field of their own hold it.
    pub(crate) fn narrow(&self) -> i32 {
        i32::try_from(self.code).unwrap_or(i32::MAX)
    }

    /// What a reply's own code says: absent and 0 are success.
    pub(crate) fn unless_done(code: Option<i32>, text: Option<String>) -> Result<(), Self> {
        match code.unwrap_or(0) {
            0 => Ok(()),
            code => Err(Self::new(i64::from(code), text.unwrap_or_default())),
        }
    }
}

/// Unix seconds as 32-bit fields hold them; the last second stands for all later ones.
pub(crate) fn seconds(time: u64) -> u32 {
    u32::try_from(time).unwrap_or(u32::MAX)
}

/// How a refusal travels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefusalForm {
    /// As the SSO return code, its text in the response head's `extra`, with an empty body (protocol/01 §1.9).
    ReturnCode,
    /// Inside an answer whose SSO return code is 0: this is the whole body.
    Body(Vec<u8>),
}

/// Which header and key a command travels under (protocol/01 §1.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Header {
    /// Protocol 12, enciphered with the D2 key: everything that needs a session.
    Session,
    /// Protocol 12, enciphered with sixteen zero bytes, no D2: the log-in itself.
    LogIn,
    /// Protocol 13, in the clear: keeping the connection alive.
    Plain,
}

/// Why bytes are not what they should be. What decodes is never trusted further than its type says.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// Not the protobuf that was expected.
    #[error(transparent)]
    Protobuf(#[from] prost::DecodeError),
    /// More fields than any honest message has: decoding it would take memory out of proportion to its size.
    #[error("a protobuf of more fields than are believed")]
    TooManyFields,
    /// The bytes end inside the named thing.
    #[error("the bytes end inside {0}")]
    Short(&'static str),
    /// The named thing is not there.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// The named thing holds what it cannot hold.
    #[error("{0} is invalid")]
    Invalid(&'static str),
    /// The named thing does not decipher: a wrong key or damaged bytes.
    #[error("{0} does not decipher")]
    Cipher(&'static str),
}

/// Why an answer holds no reply.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReplyError {
    /// The service refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The answer does not decode.
    #[error("an answer that does not decode: {0}")]
    Malformed(#[from] DecodeError),
}

impl From<prost::DecodeError> for ReplyError {
    fn from(error: prost::DecodeError) -> Self {
        Self::Malformed(error.into())
    }
}

/// One command that a client sends and a server answers, with the bytes of both.
///
/// An [`Oidb`] declaration is one by itself. Implement it by hand only where the payload is no protobuf, or where the
/// service reports refusals in a field of its own reply.
pub trait Command: 'static {
    /// The name it travels under.
    const NAME: &'static str;
    /// The header and key it travels under.
    const HEADER: Header = Header::Session;
    /// Whether the body names people by uin ([`Oidb::BY_UIN`]).
    const BY_UIN: bool = false;
    /// What the client asks.
    type Request: Send + 'static;
    /// What the server answers when all is well.
    type Reply: Send + 'static;

    /// The SSO payload of a request.
    fn encode_request(request: &Self::Request) -> Vec<u8>;

    /// Reads a request's SSO payload, for a server.
    ///
    /// # Errors
    /// Whatever does not decode; nothing here panics or allocates out of proportion to the payload.
    fn decode_request(payload: &[u8]) -> Result<Self::Request, DecodeError>;

    /// The SSO body of an answer with return code 0.
    fn encode_reply(reply: &Self::Reply) -> Vec<u8>;

    /// Reads the SSO body of an answer whose return code was 0, for a client.
    ///
    /// # Errors
    /// [`ReplyError::Refused`] where the service refused inside the body, else [`ReplyError::Malformed`].
    fn decode_reply(payload: &[u8]) -> Result<Self::Reply, ReplyError>;

    /// How a refusal of this command travels, for a server.
    fn encode_refusal(_refusal: &Refusal) -> RefusalForm {
        RefusalForm::ReturnCode
    }
}

/// A command in the OIDB envelope (protocol/01 §7). Every one of them is a [`Command`].
pub trait Oidb: 'static {
    /// Command and sub-command, as in the name.
    const NUMBER: (u32, u32);
    /// `OidbSvcTrpcTcp.0x<command in hex>_<sub-command>`.
    const NAME: &'static str;
    /// Whether the body names people by uin: the envelope's field 12 is then 1 (protocol/04 §1).
    const BY_UIN: bool;
    /// The request's body.
    type Request: Message + Name + Default + 'static;
    /// The answer's body.
    type Reply: Message + Name + Default + Clone + 'static;

    /// Writes out what a server has to say even where it is zero or empty (protocol/01 §9.1).
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

/// One line of the command table, as data.
#[derive(Debug, Clone, Copy)]
pub struct Declared {
    /// The name it travels under. Two declarations share one only where a body names people by uin in one and by uid in
    /// the other: [`by_uin`](Self::by_uin).
    pub name: &'static str,
    /// The Rust name of the declaration.
    pub declaration: &'static str,
    /// The header and key it travels under.
    pub header: Header,
    /// Whether the body names people by uin.
    pub by_uin: bool,
    /// The path of the request's Rust type.
    pub request_type: fn() -> &'static str,
    /// Decodes a request's payload and encodes it again: what tests feed with arbitrary bytes.
    pub transcode_request: fn(&[u8]) -> Result<Vec<u8>, DecodeError>,
    /// The same for the body of an answer.
    pub transcode_reply: fn(&[u8]) -> Result<Vec<u8>, ReplyError>,
}

impl Declared {
    /// The line of `C`.
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

/// Declares a subject's commands and its `DECLARED` list. Three kinds of line, each ended by `;`:
///
/// - `GetFriends = 0xfd4 / 1, FriendsRequest => FriendsReply` is an [`Oidb`]; `/ 1 as ByUin` sets the envelope's field 12;
/// - `Register = "trpc.….Register", RegisterInfo => RegisterReply` is a protobuf command under that very name; `as LogIn`
///   or `as Plain` gives it another [`Header`] than the session's;
/// - `SendMessage` alone is listed here and implements [`Command`] by hand below.
///
/// `, complete friends` at the end of one of the first two names a function that writes out what a reply has to say even
/// where it is zero or empty (protocol/01 §9.1).
///
/// A macro, because a name such as `OidbSvcTrpcTcp.0xfd4_1` must be a constant made of two numbers.
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

        /// The commands of this subject.
        pub const DECLARED: &[$crate::command::Declared] =
            &[$($crate::command::Declared::of::<$name>(stringify!($name))),*];
    };
}

pub(crate) use commands;
