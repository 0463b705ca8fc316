//! Pictures for posts and comments: the web upload. api/newer §3.3

use serde_json::Value;

use super::{
    answer::{first_text, number, text},
    call::{Request, referrer, unsent},
    posts::fixed,
};
use crate::{client::Client, error::CallError};

/// A picture that was uploaded for a post or a comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QzonePicture {
    album: String,
    lloc: String,
    sloc: String,
    kind: i64,
    width: i64,
    height: i64,
    /// Its address.
    pub url: String,
}

impl QzonePicture {
    fn read(answer: &Value) -> Option<Self> {
        let data = &answer["data"];
        let lloc = Some(text(&data["lloc"])).filter(|lloc| !lloc.is_empty())?;
        Some(Self {
            album: text(&data["albumid"]),
            sloc: first_text(data, &["sloc", "lloc"]),
            lloc,
            kind: number(&data["type"]).unwrap_or(0),
            width: number(&data["width"])?,
            height: number(&data["height"])?,
            url: text(&data["url"]),
        })
    }
}

/// `richval` of a post with these pictures.
pub(super) fn rich_value(pictures: &[QzonePicture]) -> String {
    let values: Vec<String> = pictures
        .iter()
        .map(|picture| {
            let QzonePicture {
                album,
                lloc,
                sloc,
                kind,
                width,
                height,
                ..
            } = picture;
            format!(",{album},{lloc},{sloc},{kind},{height},{width},,{height},{width}")
        })
        .collect();
    values.join("\t")
}

/// The value of `bo` in the query of a picture's URL.
pub(super) fn object(url: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    let query = query.split('#').next().unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let value = pairs.find(|(name, _)| name == "bo")?.1;
    Some(value.into_owned())
}

impl Client {
    /// Uploads a picture, given as base64, for a post or a comment. Nobody sees it before it is part of one.
    ///
    /// # Errors
    /// There are no cookies, or the page refuses or does not reply. Nothing that others see was changed.
    pub async fn upload_qzone_picture(&self, base64: String) -> Result<QzonePicture, CallError> {
        let me = self.inner.myself()?.uin;
        let mut fields = fixed(&[
            ("filename", "filename"),
            ("uploadtype", "1"),
            ("albumtype", "7"),
            ("exttype", "0"),
            ("refer", "shuoshuo"),
            ("output_type", "jsonhtml"),
            ("charset", "utf-8"),
            ("output_charset", "utf-8"),
            ("upload_hd", "1"),
            ("hd_width", "2048"),
            ("hd_height", "10000"),
            ("hd_quality", "96"),
            ("base64", "1"),
            ("jsonhtml_callback", "callback"),
        ]);
        for name in ["uin", "zzpaneluin", "p_uin"] {
            fields.push((name, me.to_string()));
        }
        fields.push(("qzreferrer", referrer(me)));
        fields.push(("picfile", base64));
        let request = Request::upload("/cgi-bin/upload/cgi_upload_image", fields);
        let answer = self.qzone(&request).await.map_err(unsent)?;
        QzonePicture::read(&answer).ok_or_else(|| {
            let text = "the answer to the upload names no picture";
            unsent(CallError::Malformed(text.to_owned()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rich_value_names_every_picture() {
        let answer = |data: Value| json!({"ret": 0, "data": data});
        let one = QzonePicture::read(&answer(json!({
            "albumid": "V1", "lloc": "L", "sloc": "S", "type": 1, "width": "4", "height": 3, "url": "http://p/?bo=AAA%21&a=1",
        })))
        .expect("a picture");
        assert_eq!(object(&one.url).as_deref(), Some("AAA!"));
        let other = QzonePicture::read(&answer(json!({
            "albumid": "V1", "lloc": "M", "type": 2, "width": 6, "height": 5,
        })))
        .expect("a picture");
        assert_eq!(
            rich_value(&[one, other]),
            ",V1,L,S,1,3,4,,3,4\t,V1,M,M,2,5,6,,5,6"
        );
        assert_eq!(
            QzonePicture::read(&answer(json!({"width": 1, "height": 1}))),
            None
        );
        assert_eq!(object("http://p/"), None);
    }
}
