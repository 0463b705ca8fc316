//! What the codes of Qzone's pages mean, and ids of posts (api/newer §3.2).

use nekonap_client::{CallError, PostId, Refusal};
use nekonap_onebot::Code;

use crate::error::{Failure, refused, visible_act_failed};

/// The post is gone, or does not belong to that owner.
const GONE: i64 = -8;
/// The account has no access.
const NO_ACCESS: [i64; 2] = [403, -403];

/// The failure of a request that only reads.
pub(super) fn read_failed(error: CallError) -> Failure {
    match &error {
        CallError::Refused(refusal) => refusal_failed(refusal),
        _ => error.into(),
    }
}

/// The failure of a request that changes something: `MAYBE_SENT` if it may be done. `what` names what may be there.
pub(super) fn write_failed(error: &CallError, what: &str) -> Failure {
    match error {
        CallError::Refused(refusal) => refusal_failed(refusal),
        other => visible_act_failed(other, what),
    }
}

/// As the others, where the page is about an account and not about a post.
pub(super) fn no_such_user(failure: Failure) -> Failure {
    match failure.code {
        Code::MessageNotFound => Failure::new(Code::UserNotFound, failure.text),
        _ => failure,
    }
}

fn refusal_failed(refusal: &Refusal) -> Failure {
    let code = match refusal.code {
        GONE => Code::MessageNotFound,
        code if NO_ACCESS.contains(&code) => Code::PermissionDenied,
        _ => Code::Upstream,
    };
    Failure::new(code, refused(refusal))
}

/// The id of a post in the parameter `tid`.
///
/// # Errors
/// `PARAM_INVALID`.
pub(super) fn post_id(tid: &str) -> Result<PostId, Failure> {
    PostId::parse(tid.trim()).ok_or_else(|| {
        let text = format!(
            "an id of a post has {} hexadecimal digits, not {tid:?}",
            PostId::LENGTH
        );
        Failure::invalid("tid", text)
    })
}

/// Checks a parameter that has a range.
///
/// # Errors
/// `PARAM_INVALID`.
pub(super) fn in_range(name: &str, value: u32, most: u32) -> Result<u32, Failure> {
    if (1..=most).contains(&value) {
        return Ok(value);
    }
    Err(Failure::invalid(name, format!("1 to {most}, not {value}")))
}
