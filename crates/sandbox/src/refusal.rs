//! Refusals of the world: a reason for the HTTP API, a code for the wire, and a text for people.

use nekonap_wire::command::{self, DecodeError};

pub(crate) use nekonap_wire::codes as code;

/// The kind of a refusal: it determines the HTTP API's `code` and status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// The call is malformed, or lacks a field.
    BadRequest,
    /// That person may not do that.
    NotAllowed,
    /// There is no such person, group or message.
    NotFound,
    /// A client is logged in to that account, or the request is answered already.
    Conflict,
    /// The world itself failed: its database, or a panic. The job is taken back.
    Broken,
}

/// A refusal. A job that refuses changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) why: Why,
    /// The code on the wire; never 0.
    pub(crate) code: i64,
    pub(crate) text: String,
}

impl Refusal {
    pub(crate) fn not_allowed(code: i64, text: impl Into<String>) -> Self {
        Self {
            why: Why::NotAllowed,
            code,
            text: text.into(),
        }
    }

    pub(crate) fn not_found(text: impl Into<String>) -> Self {
        Self {
            why: Why::NotFound,
            code: code::NOT_FOUND,
            text: text.into(),
        }
    }

    pub(crate) fn bad_request(text: impl Into<String>) -> Self {
        Self {
            why: Why::BadRequest,
            code: code::BAD_REQUEST,
            text: text.into(),
        }
    }

    pub(crate) fn conflict(text: impl Into<String>) -> Self {
        Self {
            why: Why::Conflict,
            code: code::BAD_REQUEST,
            text: text.into(),
        }
    }

    pub(crate) fn broken(error: &impl ToString) -> Self {
        Self {
            why: Why::Broken,
            code: code::BROKEN,
            text: error.to_string(),
        }
    }

    /// Whether the world itself failed.
    pub(crate) fn is_broken(&self) -> bool {
        self.why == Why::Broken
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

/// A request that does not decode, or whose field is missing or invalid: the text names it.
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
