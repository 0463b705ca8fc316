//! Likes of posts. api/newer §4.6

use nekonap_ids::Uin;

use super::{
    PostId,
    call::{Request, host, referrer},
    posts::fixed,
    provisional::UNLIKE,
};
use crate::{client::Client, error::CallError};

/// Path of the page that adds a like.
const LIKE: &str = "/cgi-bin/likes/internal_dolike_app";

impl Client {
    /// Likes a post, or takes the like back. `time`: when the post was published, Unix seconds; 0 if unknown.
    ///
    /// # Errors
    /// There are no cookies, or the page refuses (−8: no such post; 403: no access). An error with
    /// [`CallError::maybe_delivered`] means that it may be done.
    pub async fn like_qzone_post(
        &self,
        owner: Uin,
        post: &PostId,
        time: u64,
        like: bool,
    ) -> Result<(), CallError> {
        let me = self.inner.myself()?.uin;
        // With `http`, as the key of a post is.
        let key = format!("http://user.qzone.qq.com/{owner}/mood/{post}");
        let mut fields = fixed(&[
            ("appid", "311"),
            ("typeid", "0"),
            ("from", "1"),
            ("active", "0"),
            ("fupdate", "1"),
            ("format", "json"),
        ]);
        fields.push(("opuin", me.to_string()));
        fields.push(("unikey", key.clone()));
        fields.push(("curkey", key));
        fields.push(("abstime", time.to_string()));
        fields.push(("fid", post.to_string()));
        fields.push(("qzreferrer", referrer(me)));
        let path = if like { LIKE } else { UNLIKE };
        let request = Request::write(host::SOCIAL, path, fields);
        self.qzone(&request).await.map(drop)
    }
}
