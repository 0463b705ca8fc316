//! Qzone: posts, comments, likes, and who may see them. It has no commands, only web pages. api/newer §3, §4

pub(crate) mod comments;
pub(crate) mod pages;
pub(crate) mod pictures;
pub(crate) mod posts;
mod spaces;
#[cfg(test)]
mod tests;

use crate::http::Acts;

pub(crate) fn acts(acts: &mut Acts) {
    acts.add("publish_post", posts::act_publish);
    acts.add("delete_post", posts::act_delete);
    acts.add("set_post_right", posts::act_set_right);
    acts.add("like_post", posts::act_like);
    acts.add("comment_post", comments::act);
    acts.add("ban_from_qzone", spaces::act_ban);
    acts.add("set_qzone", spaces::act_set);
}
