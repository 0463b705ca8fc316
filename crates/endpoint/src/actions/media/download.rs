//! `download_file` (api/actions §3.10).

use nekonap_onebot::Code;
use reqwest::header::{HOST, HeaderMap, HeaderName, HeaderValue};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    bot::Context,
    error::{Failure, Result},
    media::Options,
};

/// Failure codes of `download_file`.
pub(crate) const CODES: &[Code] = &[Code::LoadFile, Code::FileTooLarge, Code::PermissionDenied];

/// The most headers of a call.
const MAX_HEADERS: usize = 100;

/// Parameters of `download_file`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct DownloadFile {
    /// URL of the file, `http` or `https`.
    #[schemars(example = "https://example.com/a.png")]
    url: Option<String>,
    /// Content of the file in base64, in place of `url`.
    base64: Option<String>,
    /// Name of the file. Without it, the file is named by its MD5.
    name: Option<String>,
    /// Headers of the request, each `Key=Value`: a list, or a text with one per line.
    headers: Option<Headers>,
    /// Has no effect: a file is downloaded over one connection.
    #[serde(rename = "thread_count")]
    _thread_count: Option<i64>,
}

/// Headers as a list or as lines.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum Headers {
    /// One header in each text.
    List(Vec<String>),
    /// One header in each line.
    Lines(String),
}

/// Where the file is.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Downloaded {
    /// Absolute path of the file on the machine of Nekonap. The cache may delete it when it is old.
    file: String,
}

pub(crate) async fn download(cx: Context, params: DownloadFile) -> Result<Downloaded> {
    let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let options = Options {
        headers: headers(params.headers)?,
        ..Options::default()
    };
    let local = match (given(params.url), given(params.base64)) {
        (Some(url), _) => {
            let url = url.trim();
            let lower = url.get(..8).unwrap_or(url).to_ascii_lowercase();
            if !lower.starts_with("http://") && !lower.starts_with("https://") {
                return Err(Failure::invalid(
                    "url",
                    "it must begin with http:// or https://",
                ));
            }
            cx.download("url", url, &options).await?
        }
        (None, Some(text)) => {
            let text = text.trim();
            cx.base64("base64", text.strip_prefix("base64://").unwrap_or(text))
                .await?
        }
        (None, None) => return Err(Failure::missing("url")),
    };
    let (hashes, _) = local.hashes().await?;
    let name = given(params.name).unwrap_or_else(|| hex::encode(hashes.md5));
    let kept = cx.keep(local, Some(&name), None).await?;
    Ok(Downloaded {
        file: kept.path().to_string_lossy().into_owned(),
    })
}

fn headers(given: Option<Headers>) -> Result<HeaderMap> {
    let lines: Vec<String> = match given {
        None => Vec::new(),
        Some(Headers::List(list)) => list,
        Some(Headers::Lines(text)) => {
            let text = text.replace("[\\r\\n]", "\n");
            text.lines().map(str::to_owned).collect()
        }
    };
    if lines.len() > MAX_HEADERS {
        let text = format!("at most {MAX_HEADERS}, not {}", lines.len());
        return Err(Failure::invalid("headers", text));
    }
    let mut headers = HeaderMap::new();
    for line in lines.iter().filter(|line| !line.trim().is_empty()) {
        let header = line.split_once('=').and_then(|(key, value)| {
            let key: HeaderName = key.trim().parse().ok()?;
            let value = HeaderValue::from_str(value.trim()).ok()?;
            Some((key, value))
        });
        let Some((key, value)) = header else {
            let text = format!("each is `Key=Value`, not {line:?}");
            return Err(Failure::invalid("headers", text));
        };
        // The host is that of the URL.
        if key != HOST {
            headers.append(key, value);
        }
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(given: Headers) -> Vec<(String, String)> {
        let headers = headers(Some(given)).expect("headers");
        headers
            .iter()
            .map(|(key, value)| (key.to_string(), value.to_str().expect("text").to_owned()))
            .collect()
    }

    #[test]
    fn headers_are_read_from_lists_and_lines() {
        let expected = [
            ("user-agent".to_owned(), "a=b".to_owned()),
            ("cookie".to_owned(), "k".to_owned()),
        ];
        let list = ["User-Agent=a=b", "Host=x", " Cookie = k "].map(str::to_owned);
        assert_eq!(read(Headers::List(list.to_vec())), expected);
        for lines in [
            "User-Agent=a=b\r\nCookie=k\n",
            "User-Agent=a=b[\\r\\n]Cookie=k",
        ] {
            assert_eq!(read(Headers::Lines(lines.to_owned())), expected, "{lines}");
        }
        for line in ["no value", "bad key=x", "key=\u{1}"] {
            let failure = headers(Some(Headers::List(vec![line.to_owned()]))).expect_err(line);
            assert_eq!(failure.code, Code::ParamInvalid);
        }
    }
}
