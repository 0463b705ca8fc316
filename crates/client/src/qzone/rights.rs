//! Who may see a post, and who is kept out. api/newer §4.8, §4.9

use nekonap_ids::Uin;
use serde_json::Value;

use super::{
    PostId, QzoneAudience,
    answer::{first_text, number, text},
    call::{Request, host, referrer, unsent},
    posts::fixed,
};
use crate::{client::Client, error::CallError};

impl Client {
    /// Changes who may see an own post. The page takes the whole post again, so the post is read first.
    ///
    /// # Errors
    /// There are no cookies; the page refuses (−8: no such post); the post cannot be read whole, so that something of it would be
    /// lost. An error with [`CallError::maybe_delivered`] means that it may be done.
    pub async fn set_qzone_audience(
        &self,
        post: &PostId,
        audience: &QzoneAudience,
    ) -> Result<(), CallError> {
        let me = self.inner.myself()?.uin;
        let detail = self.qzone_detail(me, post, 0, 1).await.map_err(unsent)?;
        let mut fields = whole(&detail).map_err(unsent)?;
        fields.extend(
            audience
                .fields()
                .into_iter()
                .filter(|(name, _)| *name != "who"),
        );
        let right_id = text(&detail["ugcright_id"]);
        let right_id = if right_id.is_empty() {
            post.to_string()
        } else {
            right_id
        };
        fields.push(("ugcright_id", right_id));
        fields.push(("tid", post.to_string()));
        fields.push(("hostuin", me.to_string()));
        fields.push(("qzreferrer", referrer(me)));
        let path = "/cgi-bin/emotion_cgi_update";
        let request = Request::write(host::POSTS, path, fields);
        self.qzone(&request).await.map(drop)
    }

    /// Keeps a user from taking part in the own Qzone, or lifts that.
    ///
    /// # Errors
    /// There are no cookies, or the page refuses. An error with [`CallError::maybe_delivered`] means that it may be done.
    pub async fn set_qzone_ban(&self, user: Uin, banned: bool) -> Result<(), CallError> {
        let me = self.inner.myself()?.uin;
        let action = if banned { "1" } else { "2" };
        let mut fields = fixed(&[("action", action), ("fupdate", "1")]);
        fields.push(("uin", me.to_string()));
        fields.push(("act_uin", user.to_string()));
        fields.push(("qzreferrer", referrer(me)));
        let path = "/cgi-bin/right/cgi_black_action_new";
        let request = Request::write(host::SOCIAL, path, fields);
        self.qzone(&request).await.map(drop)
    }
}

/// The fields of a post as its page has them, for a form that replaces the post.
fn whole(detail: &Value) -> Result<Vec<(&'static str, String)>, CallError> {
    let lost = |what: &str| {
        let text = format!("the post cannot be read whole: {what}");
        CallError::Malformed(text)
    };
    let content = detail["content"]
        .as_str()
        .ok_or_else(|| lost("no `content`"))?;
    let mut rich = Vec::new();
    let mut objects = Vec::new();
    for picture in detail["pic"].as_array().into_iter().flatten() {
        rich.push(rich_value(picture).ok_or_else(|| lost("a picture without its id"))?);
        objects.extend(first_object(picture));
    }
    let or = |name: &str, default: &str| {
        let value = text(&detail[name]);
        if value.is_empty() {
            default.to_owned()
        } else {
            value
        }
    };
    let kind = if rich.is_empty() { "" } else { "1" };
    let sub_kind = first_text(detail, &["subrichtype", "t1_subtype"]);
    Ok(vec![
        ("syn_tweet_verson", "1".to_owned()),
        ("paramstr", "1".to_owned()),
        ("pic_template", text(&detail["pic_template"])),
        ("richtype", or("richtype", kind)),
        ("richval", rich.join("\t")),
        ("special_url", text(&detail["special_url"])),
        ("subrichtype", sub_kind),
        ("pic_bo", objects.join(",")),
        ("con", content.to_owned()),
        ("feedversion", or("feedversion", "1")),
        ("ver", or("ver", "1")),
        ("to_sign", or("to_sign", "0")),
        ("code_version", or("code_version", "1")),
        ("format", "fs".to_owned()),
    ])
}

/// `,album,lloc,lloc,type,height,width,,0,0` of a picture.
fn rich_value(picture: &Value) -> Option<String> {
    let id = picture["pic_id"].as_str()?;
    let mut parts = id.split(',').skip(1);
    let album = parts.next()?;
    let lloc = parts.next().filter(|lloc| !lloc.is_empty())?;
    let side = |name: &str| number(&picture[name]);
    let kind = side("pictype").unwrap_or(0);
    let (height, width) = (side("height")?, side("width")?);
    Some(format!(
        ",{album},{lloc},{lloc},{kind},{height},{width},,0,0"
    ))
}

/// The value of `bo` in the query of a picture's URL.
fn first_object(picture: &Value) -> Option<String> {
    let url = first_text(picture, &["url3", "url2", "url1", "smallurl"]);
    super::pictures::object(&url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn value<'a>(fields: &'a [(&str, String)], name: &str) -> &'a str {
        let found = fields.iter().find(|(field, _)| *field == name);
        found.map_or("absent", |(_, value)| value)
    }

    #[test]
    fn nothing_of_a_post_is_left_out() {
        let detail = json!({
            "content": "a\n[em]e1[/em]", "richtype": "1", "ver": 1, "to_sign": 0, "special_url": "s", "t1_subtype": 2,
            "pic": [
                {"pic_id": ",album,lloc1,x", "pictype": 1, "height": 3, "width": 4, "url1": "http://p/1?bo=AAA%3D&x=1"},
                {"pic_id": "10001,album,lloc2", "height": "5", "width": "6"},
            ],
        });
        let fields = whole(&detail).expect("whole");
        assert_eq!(value(&fields, "con"), "a\n[em]e1[/em]");
        assert_eq!(
            value(&fields, "richval"),
            ",album,lloc1,lloc1,1,3,4,,0,0\t,album,lloc2,lloc2,0,5,6,,0,0"
        );
        assert_eq!(
            (value(&fields, "richtype"), value(&fields, "subrichtype")),
            ("1", "2")
        );
        assert_eq!(
            (value(&fields, "special_url"), value(&fields, "pic_bo")),
            ("s", "AAA=")
        );
    }

    #[test]
    fn post_that_cannot_be_read_whole_is_refused() {
        for detail in [
            json!({"pic": []}),
            json!({"content": "a", "pic": [{}]}),
            json!({"content": "a", "pic": [null]}),
            json!({"content": "a", "pic": [{"pic_id": ",album,", "height": 1, "width": 1}]}),
            json!({"content": "a", "pic": [{"pic_id": ",album,lloc"}]}),
        ] {
            assert!(whole(&detail).is_err(), "{detail}");
        }
        assert!(whole(&json!({"content": "", "pic": null})).is_ok());
    }
}
