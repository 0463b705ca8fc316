//! Why an action failed, and the one table that maps causes to codes (api/actions §1.4).

use nekonap_archive::ArchiveError;
use nekonap_client::{CallError, Refusal};
use nekonap_onebot::{Answer, Code, ParamError};

/// What an action results in.
pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

/// A failed action: the reason for programs and the reason for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) code: Code,
    pub(crate) text: String,
}

impl Failure {
    /// A failure with this code.
    pub(crate) fn new(code: Code, text: impl Into<String>) -> Self {
        Self {
            code,
            text: text.into(),
        }
    }

    /// A parameter that only the action itself could find wrong.
    pub(crate) fn invalid(parameter: &str, text: impl std::fmt::Display) -> Self {
        Self::new(
            Code::ParamInvalid,
            format!("parameter `{parameter}`: {text}"),
        )
    }

    /// A parameter that is required here.
    pub(crate) fn missing(parameter: &str) -> Self {
        ParamError::missing(parameter).into()
    }

    /// A fault of ours.
    pub(crate) fn internal(text: impl Into<String>) -> Self {
        Self::new(Code::Internal, text)
    }
}

impl From<Failure> for Answer {
    fn from(failure: Failure) -> Self {
        Answer::failed(failure.code, failure.text)
    }
}

impl From<ParamError> for Failure {
    fn from(error: ParamError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        let code = match &error {
            CallError::Offline | CallError::Disconnected { .. } => Code::Offline,
            CallError::TimedOut => Code::Timeout,
            CallError::Unknown(_) => Code::UserNotFound,
            CallError::Busy
            | CallError::Refused(_)
            | CallError::Malformed(_)
            | CallError::Sign(_) => Code::Upstream,
            CallError::Invalid(_) => Code::NotSupported,
        };
        let text = match &error {
            CallError::Refused(refusal) => refused(refusal),
            other => other.to_string(),
        };
        Self::new(code, text)
    }
}

impl From<ArchiveError> for Failure {
    fn from(error: ArchiveError) -> Self {
        tracing::error!(%error, "the archive failed");
        Self::internal(format!("the archive failed: {error}"))
    }
}

/// What a service refused with: its code and its wording.
pub(crate) fn refused(refusal: &Refusal) -> String {
    if refusal.text.is_empty() {
        format!("refused with code {}", refusal.code)
    } else {
        format!("{} (code {})", refusal.text, refusal.code)
    }
}

/// Why a message was not sent. Where the server may have it all the same, the text says so.
pub(crate) fn send_failed(error: &CallError) -> Failure {
    match error {
        CallError::Refused(refusal) => Failure::new(Code::SendMessage, refused(refusal)),
        other if other.maybe_delivered() => {
            let Failure { code, text } = other.clone().into();
            Failure::new(code, format!("{text}; the message may have been delivered"))
        }
        other => {
            let Failure { code, text } = other.clone().into();
            Failure::new(code, format!("{text}; the message was not delivered"))
        }
    }
}
