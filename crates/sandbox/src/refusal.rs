//! Refusals: a kind for the HTTP API, a code for the wire, and a text.

use nekonap_wire::command::{self, DecodeError};

pub(crate) use nekonap_wire::codes as code;

/// The kind of a refusal: it determines the HTTP API's `code` and status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefusalKind {
    /// The request is malformed or lacks a field.
    BadRequest,
    /// The actor has no permission.
    NotAllowed,
    /// The person, group or message does not exist.
    NotFound,
    /// A client is logged in to the account, or the request was already answered.
    Conflict,
    /// An internal failure: a database error or a panic. The job is rolled back.
    Broken,
}

/// An error of a job. A refused job changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) kind: RefusalKind,
    /// The code on the wire; never 0.
    pub(crate) code: i64,
    pub(crate) text: String,
}

impl Refusal {
    pub(crate) fn not_allowed(code: i64, text: impl Into<String>) -> Self {
        Self {
            kind: RefusalKind::NotAllowed,
            code,
            text: text.into(),
        }
    }

    pub(crate) fn not_found(text: impl Into<String>) -> Self {
        Self {
            kind: RefusalKind::NotFound,
            code: code::NOT_FOUND,
            text: text.into(),
        }
    }

    pub(crate) fn bad_request(text: impl Into<String>) -> Self {
        Self {
            kind: RefusalKind::BadRequest,
            code: code::BAD_REQUEST,
            text: text.into(),
        }
    }

    pub(crate) fn conflict(text: impl Into<String>) -> Self {
        Self {
            kind: RefusalKind::Conflict,
            code: code::BAD_REQUEST,
            text: text.into(),
        }
    }

    pub(crate) fn broken(error: &impl ToString) -> Self {
        Self {
            kind: RefusalKind::Broken,
            code: code::BROKEN,
            text: error.to_string(),
        }
    }

    /// Whether this is an internal failure.
    pub(crate) fn is_broken(&self) -> bool {
        self.kind == RefusalKind::Broken
    }

    /// The same refusal with another code on the wire.
    #[must_use]
    pub(crate) fn coded(mut self, code: i64) -> Self {
        self.code = code;
        self
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::broken(&error)
    }
}

/// A request that cannot be decoded. The text names the missing or invalid field.
impl From<DecodeError> for Refusal {
    fn from(error: DecodeError) -> Self {
        Self::bad_request(error.to_string()).coded(code::MALFORMED)
    }
}

impl From<Refusal> for command::Refusal {
    fn from(refusal: Refusal) -> Self {
        Self::new(refusal.code, refusal.text)
    }
}
