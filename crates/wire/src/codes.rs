//! Codes of service refusals (protocol/02 §4.3, protocol/04 §1.1).
//!
//! Where no code of QQ is known, the sandbox defines one; the doc of the constant says "Sandbox only".

/// The message is too large.
pub const TOO_LARGE: i64 = 10;
/// The receiver does not accept messages from the sender: they are not friends.
pub const NOT_ACCEPTED: i64 = 16;
/// The content is refused: it is empty or has too many elements.
pub const CONTENT: i64 = 34;
/// No more likes for this person today. Sandbox only.
pub const NO_MORE_LIKES: i64 = 51;
/// The content is malformed for this kind of conversation.
pub const MALFORMED: i64 = 79;
/// The caller is not a member of the group.
pub const NOT_A_MEMBER: i64 = 110;
/// The caller is muted in the group, or the whole group is.
pub const MUTED: i64 = 120;
/// The caller may not mention everybody, or has used up today's quota.
pub const NO_EVERYBODY: i64 = 121;
/// The group accepts no more messages this minute.
pub const TOO_OFTEN: i64 = 299;
/// The caller lacks the permission.
pub const NO_PERMISSION: i64 = 1005;
/// No request waits for this answer: the sequence and type of a group's notice match none.
pub const NOT_PENDING: i64 = 120_161_001;
/// No such account, group or message. Sandbox only.
pub const NOT_FOUND: i64 = 404;
/// The request lacks a required field. Sandbox only.
pub const BAD_REQUEST: i64 = 400;
/// No such service. Sandbox only.
pub const NO_SERVICE: i64 = 501;
/// Internal error of the server. Sandbox only.
pub const BROKEN: i64 = 500;
