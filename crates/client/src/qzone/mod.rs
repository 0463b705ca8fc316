//! Qzone: posts, comments, likes, and who may see them. It is served by web pages only. api/newer §3, §4
//!
//! The specification of these pages comes from observation. What it marks as uncertain is in [`provisional`].

mod answer;
mod audience;
mod call;
mod comments;
mod feed_html;
mod feeds;
mod likes;
mod literal;
mod pictures;
mod posts;
mod profile;
mod provisional;
mod rights;

pub use self::{
    answer::read_qzone_answer,
    audience::{PostId, QzoneAudience},
    comments::{QzoneAnswer, QzoneComment, QzoneCommentPage},
    feeds::{FeedCursor, QzoneFeed, QzoneFeedPage},
    pictures::QzonePicture,
    posts::{PublishedPost, QzonePost, QzonePostDetail, QzonePostPage},
    profile::QzoneProfile,
};
