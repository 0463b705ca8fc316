//! Retcodes, and the machine codes of failures (api/actions §1.4).

use std::fmt;

use serde::{Serialize, Serializer};

/// The number that says how a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Retcode {
    /// 0: done.
    Done,
    /// 1: accepted, runs later. Only where the standard's `_async` is switched on (api/actions §1.2).
    Accepted,
    /// 1200: the action was tried and failed.
    Failed,
    /// 1400: the request is wrong.
    BadRequest,
    /// 1401: no access token was given.
    NoToken,
    /// 1403: the access token is wrong.
    WrongToken,
    /// 1404: there is no such action.
    NoSuchAction,
    /// 1405: actions are not called with this HTTP method.
    WrongMethod,
    /// 1406: the body's content type is not one that is read.
    ContentType,
}

impl Retcode {
    /// The number on the wire.
    pub const fn number(self) -> i32 {
        match self {
            Self::Done => 0,
            Self::Accepted => 1,
            Self::Failed => 1200,
            Self::BadRequest => 1400,
            Self::NoToken => 1401,
            Self::WrongToken => 1403,
            Self::NoSuchAction => 1404,
            Self::WrongMethod => 1405,
            Self::ContentType => 1406,
        }
    }

    /// The `status` that goes with it.
    pub const fn status(self) -> &'static str {
        match self {
            Self::Done => "ok",
            Self::Accepted => "async",
            _ => "failed",
        }
    }

    /// The HTTP status that carries it. A wrong parameter is 200, for clients take any other status for a fault of the
    /// network; an unreadable body is the one 1400 that is 400, see [`Answer::http_status`](crate::Answer::http_status).
    pub const fn http_status(self) -> u16 {
        match self {
            Self::Done | Self::Accepted | Self::Failed | Self::BadRequest => 200,
            Self::NoToken => 401,
            Self::WrongToken => 403,
            Self::NoSuchAction => 404,
            Self::WrongMethod => 405,
            Self::ContentType => 406,
        }
    }
}

impl Serialize for Retcode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i32(self.number())
    }
}

/// Why a call failed, for programs: stable, upper-case, the `msg` of a failed answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// The JSON is unreadable, or the parameters are not an object.
    BadRequest,
    /// The body or frame is over the limit.
    TooLarge,
    /// No access token was given.
    NoToken,
    /// The access token is wrong, or too many wrong ones came from this address.
    WrongToken,
    /// A web page of another origin, a foreign host name or a public address may not call.
    Forbidden,
    /// Actions are not called with this HTTP method.
    WrongMethod,
    /// The content type of the body is not one that is read.
    ContentType,
    /// A required parameter is absent.
    ParamMissing,
    /// A parameter has the wrong type or is out of range.
    ParamInvalid,
    /// The message is empty after it was read.
    EmptyMessage,
    /// Nodes are mixed with other segments.
    MixedNodes,
    /// There is no such action.
    ApiNotFound,
    /// The account is not in that group, or there is none.
    GroupNotFound,
    /// The user is not in the group.
    MemberNotFound,
    /// The number is no user's.
    UserNotFound,
    /// The user is not a friend where that is needed.
    FriendNotFound,
    /// The message id is unknown, expired, or the message was recalled.
    MessageNotFound,
    /// The request flag is unknown.
    FlagNotFound,
    /// The request was handled already.
    FlagHasBeenChecked,
    /// The file reference points at nothing.
    FileNotFound,
    /// The file cannot be fetched or read.
    LoadFile,
    /// The file is over a limit.
    FileTooLarge,
    /// The account lacks the role.
    PermissionDenied,
    /// The account is muted in the group, or the whole group is.
    Muted,
    /// A limit of QQ's on how often something may be done is reached.
    TooOften,
    /// QQ refused the message.
    SendMessage,
    /// No node of a merged forward is usable.
    EmptyNodes,
    /// There is no way to do it in this build or for this account.
    NotSupported,
    /// No answer came in time.
    Timeout,
    /// The account is not logged in.
    Offline,
    /// Any other refusal of QQ's servers; the text has their code and wording.
    Upstream,
    /// A fault of ours.
    Internal,
}

impl Code {
    /// The code as it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "BAD_REQUEST",
            Self::TooLarge => "BODY_TOO_LARGE",
            Self::NoToken => "NO_TOKEN",
            Self::WrongToken => "WRONG_TOKEN",
            Self::Forbidden => "FORBIDDEN",
            Self::WrongMethod => "METHOD_NOT_ALLOWED",
            Self::ContentType => "UNSUPPORTED_CONTENT_TYPE",
            Self::ParamMissing => "PARAM_MISSING",
            Self::ParamInvalid => "PARAM_INVALID",
            Self::EmptyMessage => "EMPTY_MSG_ERROR",
            Self::MixedNodes => "MIXED_NODES",
            Self::ApiNotFound => "API_NOT_FOUND",
            Self::GroupNotFound => "GROUP_NOT_FOUND",
            Self::MemberNotFound => "MEMBER_NOT_FOUND",
            Self::UserNotFound => "USER_NOT_FOUND",
            Self::FriendNotFound => "FRIEND_NOT_FOUND",
            Self::MessageNotFound => "MSG_NOT_FOUND",
            Self::FlagNotFound => "FLAG_NOT_FOUND",
            Self::FlagHasBeenChecked => "FLAG_HAS_BEEN_CHECKED",
            Self::FileNotFound => "FILE_NOT_FOUND",
            Self::LoadFile => "LOAD_FILE_ERROR",
            Self::FileTooLarge => "FILE_TOO_LARGE",
            Self::PermissionDenied => "PERMISSION_DENIED",
            Self::Muted => "MUTED",
            Self::TooOften => "TOO_OFTEN",
            Self::SendMessage => "SEND_MSG_API_ERROR",
            Self::EmptyNodes => "EMPTY_NODES",
            Self::NotSupported => "NOT_SUPPORTED",
            Self::Timeout => "TIMEOUT",
            Self::Offline => "OFFLINE",
            Self::Upstream => "UPSTREAM_ERROR",
            Self::Internal => "INTERNAL",
        }
    }

    /// The retcode that goes with it.
    pub const fn retcode(self) -> Retcode {
        match self {
            Self::BadRequest
            | Self::TooLarge
            | Self::ParamMissing
            | Self::ParamInvalid
            | Self::EmptyMessage
            | Self::MixedNodes => Retcode::BadRequest,
            Self::ApiNotFound => Retcode::NoSuchAction,
            Self::NoToken => Retcode::NoToken,
            Self::WrongToken | Self::Forbidden => Retcode::WrongToken,
            Self::WrongMethod => Retcode::WrongMethod,
            Self::ContentType => Retcode::ContentType,
            _ => Retcode::Failed,
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
