//! Pictures for an album, uploaded slice by slice to QQ's web page. protocol/03 §8.7, protocol/04 §10.8

use nekonap_ids::GroupUin;
use nekonap_wire::command::Refusal;
use reqwest::{Url, header};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{fs::File, io::AsyncReadExt};

use super::milliseconds;
use crate::{LocalFile, client::Client, credentials::Cookies, error::CallError, web};

/// Host of the page.
const HOST: &str = "h5.qzone.qq.com";
/// Domain of the cookies.
const DOMAIN: &str = "qzone.qq.com";
/// Bytes of a slice, unless the server names another number.
const SLICE: u64 = 16_384;
/// Slices are at most this long, whatever the server says.
const MAX_SLICE: u64 = 1 << 20;
/// `cmd` of a picture.
const COMMAND: &str = "FileUpload";

/// A picture for an album.
#[derive(Debug, Clone, Copy)]
pub struct AlbumPicture<'a> {
    /// The file.
    pub file: &'a LocalFile,
    /// Title; may be empty.
    pub title: &'a str,
}

/// What pictures that are uploaded together have in common. protocol/03 §8.7
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlbumBatch {
    /// Id of the upload: the time, in Unix seconds.
    pub id: u64,
    /// Number of pictures.
    pub count: usize,
}

impl AlbumBatch {
    /// An upload of this many pictures that begins now.
    pub fn now(count: usize) -> Self {
        Self {
            id: milliseconds() / 1_000,
            count,
        }
    }
}

#[derive(Debug, Deserialize)]
struct ControlAnswer {
    ret: i64,
    #[serde(default)]
    msg: String,
    data: Option<Control>,
}

#[derive(Debug, Deserialize)]
struct Control {
    #[serde(default)]
    session: String,
    slice_size: Option<u64>,
}

#[derive(Debug, Deserialize)]
struct SliceAnswer {
    ret: i64,
    #[serde(default)]
    msg: String,
}

impl Client {
    /// Uploads a picture to an album: the one at `index`, from 0, of a batch. protocol/04 §10.8
    ///
    /// # Errors
    /// The file cannot be read; the server gives no cookies, refuses (no such album, not in that group) or does not reply.
    pub async fn upload_album_picture(
        &self,
        group: GroupUin,
        (album, album_name): (&str, &str),
        picture: AlbumPicture<'_>,
        (batch, index): (AlbumBatch, usize),
    ) -> Result<(), CallError> {
        let cookies = self.cookies(Some(DOMAIN)).await?;
        let checksum = hex::encode(picture.file.hashes.md5);
        let total = picture.file.hashes.size;
        let now = milliseconds() / 1_000;
        let count = batch.count.to_string();
        let mut business = empty_business();
        for (name, value) in [
            ("iUploadType", json!(0)),
            ("sAlbumID", json!(album)),
            ("sAlbumName", json!(album_name)),
            ("sPicTitle", json!(picture.title)),
            ("iBatchID", json!(batch.id)),
            ("iNeedFeeds", json!(1)),
            ("iUploadTime", json!(now)),
            (
                "mapExt",
                json!({"appid": "qun", "userid": group.to_string()}),
            ),
            (
                "stExtendInfo",
                json!({"mapParams": {"photo_num": count, "video_num": "0", "batch_num": count}}),
            ),
            (
                "mutliPicInfo",
                json!({
                    "iBatUploadNum": count, "iCurUpload": index.to_string(), "iSuccNum": 0,
                    "iFailNum": 0,
                }),
            ),
        ] {
            business[name] = value;
        }
        let control = json!({"control_req": [{
            "uin": cookies.uin.to_string(),
            "token": {"type": 4, "data": cookies.p_skey, "appid": 5},
            "appid": "qun",
            "checksum": checksum,
            "check_type": 0,
            "file_len": total,
            "env": {"refer": "qzone", "deviceInfo": "h5"},
            "model": 0,
            "biz_req": business,
            "session": "",
            "asy_upload": 0,
            "cmd": COMMAND,
        }]});
        let path = format!("/webapp/json/sliceUpload/FileBatchControl/{checksum}");
        let kind = "application/json".to_owned();
        let answer: ControlAnswer = self
            .slice_page(
                &cookies,
                &path,
                &[],
                (kind, control.to_string().into_bytes()),
            )
            .await?;
        if answer.ret != 0 {
            return Err(Refusal::new(answer.ret, answer.msg).into());
        }
        let control = answer
            .data
            .filter(|data| !data.session.is_empty())
            .ok_or_else(|| CallError::Malformed("no session for the upload".to_owned()))?;
        let slice = control.slice_size.unwrap_or(SLICE).clamp(1, MAX_SLICE);
        self.upload_slices(&cookies, picture.file, (&control.session, slice))
            .await
    }

    async fn upload_slices(
        &self,
        cookies: &Cookies,
        file: &LocalFile,
        (session, slice): (&str, u64),
    ) -> Result<(), CallError> {
        let unreadable = |error: std::io::Error| CallError::File(error.to_string());
        let mut source = File::open(&file.path).await.map_err(unreadable)?;
        let total = file.hashes.size;
        let path = format!("/webapp/json/sliceUpload/{COMMAND}");
        for sequence in 0..total.div_ceil(slice) {
            let offset = sequence * slice;
            let end = (offset + slice).min(total);
            let mut bytes = vec![0; usize::try_from(end - offset).unwrap_or(0)];
            source.read_exact(&mut bytes).await.map_err(unreadable)?;
            let query = [
                ("seq", sequence.to_string()),
                ("retry", "0".to_owned()),
                ("offset", offset.to_string()),
                ("end", end.to_string()),
                ("total", total.to_string()),
                ("type", "form".to_owned()),
            ];
            let fields = [
                ("uin", cookies.uin.to_string()),
                ("appid", "qun".to_owned()),
                ("session", session.to_owned()),
                ("offset", offset.to_string()),
                ("checksum", String::new()),
                ("check_type", "0".to_owned()),
                ("retry", "0".to_owned()),
                ("seq", sequence.to_string()),
                ("end", end.to_string()),
                ("cmd", COMMAND.to_owned()),
                ("slice_size", slice.to_string()),
                ("biz_req.iUploadType", "0".to_owned()),
            ];
            let body = form(&fields, &bytes);
            let answer: SliceAnswer = self.slice_page(cookies, &path, &query, body).await?;
            if answer.ret != 0 {
                let text = format!("slice {sequence}: {}", answer.msg);
                return Err(Refusal::new(answer.ret, text).into());
            }
        }
        Ok(())
    }

    /// Posts a body of this content type, and reads the JSON of the answer.
    async fn slice_page<T: serde::de::DeserializeOwned>(
        &self,
        cookies: &Cookies,
        path: &str,
        query: &[(&str, String)],
        (kind, body): (String, Vec<u8>),
    ) -> Result<T, CallError> {
        let base = web::base(self.inner.config.web.as_ref(), HOST);
        let mut url = Url::parse(&format!("{base}{path}"))
            .map_err(|error| CallError::Invalid(error.to_string()))?;
        url.query_pairs_mut()
            .extend_pairs(query)
            .append_pair("g_tk", &cookies.token().to_string());
        let http = self.web_http().await?;
        let request = http
            .post(url)
            .header(header::CONTENT_TYPE, kind)
            .header(header::COOKIE, cookies.line())
            .body(body);
        let answer = web::read(request).await?;
        serde_json::from_slice(&answer).map_err(|error| CallError::Malformed(error.to_string()))
    }
}

/// The keys of `biz_req` that are zero or empty. The misspellings are the server's.
fn empty_business() -> Value {
    json!({
        "sPicDesc": "", "iAlbumTypeID": 0, "iBitmap": 0, "iUpPicType": 0, "sPicPath": "", "iPicWidth": 0,
        "iPicHight": 0, "iWaterType": 0, "iDistinctUse": 0,
    })
}

/// A form with these fields and the bytes as `data`: its content type and its body.
fn form(fields: &[(&str, String)], bytes: &[u8]) -> (String, Vec<u8>) {
    let boundary = format!("nekonap-{}", hex::encode(rand::random::<[u8; 16]>()));
    let mut body = Vec::with_capacity(bytes.len() + 2_048);
    for (name, value) in fields {
        let part = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        );
        body.extend_from_slice(part.as_bytes());
    }
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"data\"; filename=\"blob\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(bytes);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_contains_the_fields_and_the_bytes() {
        let (kind, body) = form(&[("seq", "1".to_owned())], b"\x00\r\nx");
        let boundary = kind
            .strip_prefix("multipart/form-data; boundary=")
            .expect("a boundary");
        let expected = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"seq\"\r\n\r\n1\r\n\
             --{boundary}\r\nContent-Disposition: form-data; name=\"data\"; filename=\"blob\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n\u{0}\r\nx\r\n--{boundary}--\r\n"
        );
        assert_eq!(body, expected.into_bytes());
    }
}
