//! What the specification of Qzone's pages marks as uncertain (C, or B with two readings), in one place. api/newer §4

/// Path of the page that takes a like back. Readings conflict, and none is proved: a refusal is passed on. api/newer §4.6
pub(super) const UNLIKE: &str = "/cgi-bin/likes/internal_unlike_app";

/// The four fields of the request for one post that no client saw refused. api/newer §4.4
pub(super) const DETAIL_LEAST: [&str; 3] = ["uin", "tid", "format"];

/// Comments that the page of a post gives; later ones come from the page of comments. api/newer §4.5
pub(super) const FIRST_COMMENTS: u32 = 20;

/// Class of the element with a post's text in the HTML of a feed. api/newer §4.3
pub(super) const FEED_TEXT: &str = "f-info";
/// Class of the element with a post's pictures in the HTML of a feed. api/newer §4.3
pub(super) const FEED_PICTURES: &str = "img-box";

/// Names of the fields with the number of a comment, in order.
pub(super) const COMMENT_ID: &[&str] = &["tid", "id", "commentid", "commentId"];
/// Names of the fields with the time of a comment, in order.
pub(super) const COMMENT_TIME: &[&str] = &["create_time", "createTime", "postTime", "time"];
/// Names of the fields with the number of a new comment, in order. api/newer §4.7
pub(super) const NEW_COMMENT_ID: &[&str] = &["commentid", "commentId"];

/// The start of an answer to a person below a comment. What would end the name early becomes a space. api/newer §4.7
pub(super) fn mention(uin: nekonap_ids::Uin, name: &str) -> String {
    let name = name.replace(['{', '}', ','], " ");
    format!("@{{uin:{uin},nick:{name},auto:1}} ")
}
