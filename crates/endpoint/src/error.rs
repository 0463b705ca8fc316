//! Failures of actions, and the mapping from causes to codes (api/actions §1.4).

use nekonap_archive::ArchiveError;
use nekonap_client::{CallError, Refusal, codes};
use nekonap_onebot::{Answer, Code, ParamError};

pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

/// A failed action: a code for programs and a text for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) code: Code,
    pub(crate) text: String,
}

impl Failure {
    pub(crate) fn new(code: Code, text: impl Into<String>) -> Self {
        Self {
            code,
            text: text.into(),
        }
    }

    /// The failure for an invalid parameter that only the action itself can detect.
    pub(crate) fn invalid(parameter: &str, text: impl std::fmt::Display) -> Self {
        Self::new(
            Code::ParamInvalid,
            format!("parameter `{parameter}`: {text}"),
        )
    }

    /// A parameter that is required in this case.
    pub(crate) fn missing(parameter: &str) -> Self {
        ParamError::missing(parameter).into()
    }

    /// A failure inside this program.
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
            CallError::Offline | CallError::Expired(_) | CallError::Disconnected { .. } => {
                Code::Offline
            }
            CallError::TimedOut => Code::Timeout,
            CallError::Unknown(_) => Code::UserNotFound,
            CallError::Refused(refusal) => meaning(refusal).unwrap_or(Code::Upstream),
            CallError::Busy
            | CallError::Malformed(_)
            | CallError::Sign(_)
            | CallError::Transfer(_) => Code::Upstream,
            CallError::File(_) => Code::LoadFile,
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

/// The code for a service's refusal (protocol/02 §4.3, protocol/04 §1.1). The server alone enforces
/// the rules behind its refusals: actions do not check them in advance.
fn meaning(refusal: &Refusal) -> Option<Code> {
    match refusal.code {
        codes::NOT_A_MEMBER => Some(Code::GroupNotFound),
        codes::MUTED => Some(Code::Muted),
        codes::NO_EVERYBODY | codes::NO_PERMISSION => Some(Code::PermissionDenied),
        codes::TOO_OFTEN => Some(Code::TooOften),
        _ => None,
    }
}

/// Maps a call's error to a failure; `missing` is the code if the server does not have the requested object.
pub(crate) fn not_found_is(missing: Code) -> impl Fn(CallError) -> Failure {
    move |error| match &error {
        CallError::Refused(refusal) if refusal.code == codes::NOT_FOUND => {
            Failure::new(missing, refused(refusal))
        }
        _ => error.into(),
    }
}

/// The failure of a request about a file: a refusal without a meaning of its own says that there is no such file.
pub(crate) fn no_such_file(error: CallError) -> Failure {
    match &error {
        CallError::Refused(refusal) => Failure::new(
            meaning(refusal).unwrap_or(Code::FileNotFound),
            refused(refusal),
        ),
        _ => error.into(),
    }
}

/// Text and code of a service's refusal.
pub(crate) fn refused(refusal: &Refusal) -> String {
    if refusal.text.is_empty() {
        format!("refused with code {}", refusal.code)
    } else {
        format!("{} (code {})", refusal.text, refusal.code)
    }
}

/// The failure of a send.
pub(crate) fn send_failed(error: &CallError) -> Failure {
    match error {
        CallError::Refused(refusal) => Failure::new(
            meaning(refusal).unwrap_or(Code::SendMessage),
            refused(refusal),
        ),
        other => visible_act_failed(other, "message"),
    }
}

/// The failure of a voice that the server posts. Without a voice in time it is `TIMEOUT` (api/actions §3.15).
pub(crate) fn voice_failed(error: &CallError) -> Failure {
    match error {
        CallError::Refused(refusal) if refusal.code == codes::MUTED => {
            Failure::new(Code::SendMessage, refused(refusal))
        }
        CallError::Refused(_) | CallError::TimedOut => error.clone().into(),
        other => visible_act_failed(other, "voice message"),
    }
}

/// The failure of a file that the server posts.
pub(crate) fn file_send_failed(error: &CallError) -> Failure {
    match error {
        CallError::Refused(refusal) => Failure::new(
            meaning(refusal).unwrap_or(Code::SendMessage),
            refused(refusal),
        ),
        other => visible_act_failed(other, "file"),
    }
}

/// The failure of a poke.
pub(crate) fn poke_failed(error: CallError) -> Failure {
    match error {
        CallError::Refused(_) => error.into(),
        other => visible_act_failed(&other, "poke"),
    }
}

/// The failure of something that people would see twice if it was done again: `MAYBE_SENT` if the server may have it.
pub(crate) fn visible_act_failed(error: &CallError, what: &str) -> Failure {
    let Failure { code, text } = error.clone().into();
    if error.maybe_delivered() {
        let text = format!("{text}; the {what} may have been delivered");
        Failure::new(Code::MaybeSent, text)
    } else {
        Failure::new(code, format!("{text}; the {what} was not delivered"))
    }
}
