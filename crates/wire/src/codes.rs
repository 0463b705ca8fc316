//! The codes that services refuse with (protocol/02 §4.3, protocol/04 §1.1).
//!
//! Where no code of QQ's own is known, the sandbox uses one of its own; the constant says so.

/// The message is too large.
pub const TOO_LARGE: i64 = 10;
/// The receiver does not accept messages from the sender: they are not friends.
pub const NOT_ACCEPTED: i64 = 16;
/// The content is refused: empty, or with too many elements.
pub const CONTENT: i64 = 34;
/// Malformed for this kind of conversation.
pub const MALFORMED: i64 = 79;
/// The caller is not a member of the group.
pub const NOT_A_MEMBER: i64 = 110;
/// The caller is muted in the group, or the whole group is.
pub const MUTED: i64 = 120;
/// The caller may not mention everybody, or not any more today.
pub const NO_EVERYBODY: i64 = 121;
/// The group takes no more messages this minute.
pub const TOO_OFTEN: i64 = 299;
/// The caller lacks the permission.
pub const NO_PERMISSION: i64 = 1005;
/// There is no such account, group or message. The sandbox's own.
pub const NOT_FOUND: i64 = 404;
/// The request lacks something. The sandbox's own.
pub const BAD_REQUEST: i64 = 400;
/// There is no such service. The sandbox's own.
pub const NO_SERVICE: i64 = 501;
/// The server failed. The sandbox's own.
pub const BROKEN: i64 = 500;
