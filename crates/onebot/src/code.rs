//! Return codes and error codes of answers (api/actions §1.4).

use std::fmt;

use serde::{Serialize, Serializer};

/// Result of a call, a number in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Retcode {
    /// 0: success.
    Done,
    /// 1: accepted, runs later. Only if the suffix `_async` is enabled (api/actions §1.2).
    Accepted,
    /// 1200: the action failed.
    Failed,
    /// 1400: the request is invalid.
    BadRequest,
    /// 1401: no access token was given.
    NoToken,
    /// 1403: the access token is wrong.
    WrongToken,
    /// 1404: there is no such action.
    NoSuchAction,
    /// 1405: the HTTP method is not allowed.
    WrongMethod,
    /// 1406: the content type of the body is not supported.
    ContentType,
}

impl Retcode {
    /// The number in JSON.
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

    /// The `status` of an answer with this code: `ok`, `async` or `failed`.
    pub const fn status(self) -> &'static str {
        match self {
            Self::Done => "ok",
            Self::Accepted => "async",
            _ => "failed",
        }
    }

    /// HTTP status of an answer with this code. An invalid parameter is 200, because clients treat any other status as a
    /// network error. For the exceptions see [`Answer::http_status`](crate::Answer::http_status).
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

/// Error code of a failed call: the `msg` of its answer. Codes are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// The JSON is invalid, or the parameters are not an object.
    BadRequest,
    /// The body or frame is larger than the limit.
    TooLarge,
    /// No access token was given.
    NoToken,
    /// The access token is wrong, or too many wrong tokens came from this address.
    WrongToken,
    /// The origin, host name or address of the caller is not allowed.
    Forbidden,
    /// The HTTP method is not allowed.
    WrongMethod,
    /// The content type of the body is not supported.
    ContentType,
    /// A required parameter is missing.
    ParamMissing,
    /// A parameter has the wrong type or is out of range.
    ParamInvalid,
    /// The message has no content.
    EmptyMessage,
    /// The message mixes nodes with other segments.
    MixedNodes,
    /// There is no such action.
    ApiNotFound,
    /// The group does not exist, or the account is not a member.
    GroupNotFound,
    /// The user is not a member of the group.
    MemberNotFound,
    /// There is no user with this number.
    UserNotFound,
    /// The user is not a friend.
    FriendNotFound,
    /// The message id is unknown or expired, or the message was recalled.
    MessageNotFound,
    /// The request flag is unknown.
    FlagNotFound,
    /// The request has already been handled.
    FlagHasBeenChecked,
    /// The file does not exist.
    FileNotFound,
    /// The file cannot be fetched or read.
    LoadFile,
    /// The file is larger than a limit.
    FileTooLarge,
    /// The account's role in the group does not allow it.
    PermissionDenied,
    /// The account or the whole group is muted.
    Muted,
    /// A rate limit of QQ is reached.
    TooOften,
    /// QQ refused the message.
    SendMessage,
    /// The message, or a part of it, was or may have been sent. If it is sent again, it may arrive twice.
    MaybeSent,
    /// The merged forward has no valid node.
    EmptyNodes,
    /// Not supported in this build or for this account.
    NotSupported,
    /// QQ did not answer in time.
    Timeout,
    /// The account is not logged in.
    Offline,
    /// Any other error of QQ's servers; the error text contains their code and text.
    Upstream,
    /// An internal error of Nekonap.
    Internal,
}

impl Code {
    /// The code as text.
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
            Self::MaybeSent => "MAYBE_SENT",
            Self::EmptyNodes => "EMPTY_NODES",
            Self::NotSupported => "NOT_SUPPORTED",
            Self::Timeout => "TIMEOUT",
            Self::Offline => "OFFLINE",
            Self::Upstream => "UPSTREAM_ERROR",
            Self::Internal => "INTERNAL",
        }
    }

    /// The return code of an answer with this error code.
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
