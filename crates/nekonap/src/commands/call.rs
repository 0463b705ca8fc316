//! `nekonap call`: one action, over HTTP, to the Nekonap that the same user runs here.

use crate::{
    cli::Call,
    runtime::{self, Running},
};
use serde_json::{Map, Value};
use std::time::Duration;

/// How long an answer may take: longer than any action's own deadline.
const DEADLINE: Duration = Duration::from_secs(120);

/// Why a call printed nothing.
#[derive(Debug, thiserror::Error)]
pub enum CallFailed {
    /// Nothing runs here, and no address was given.
    #[error(
        "no Nekonap of this user runs here; start one (`nekonap sandbox`) or give --url\n本机没有正在运行的 Nekonap;请先启动,或用 --url 指定地址"
    )]
    NobodyHere,
    /// More than one runs here.
    #[error("several run here; choose one with --url: {0}")]
    Several(String),
    /// The runtime directory cannot be read.
    #[error("cannot look for a running Nekonap: {0}")]
    Runtime(#[from] std::io::Error),
    /// No answer.
    #[error("{url}: {}; is the address right, and does a Nekonap run there?", innermost(.source))]
    Http {
        /// The address that was called.
        url: String,
        /// What happened.
        source: reqwest::Error,
    },
    /// An answer that is not an envelope.
    #[error("{url} answered {status}, which is no OneBot answer")]
    Strange {
        /// The address that was called.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// The action failed.
    #[error("{text} (retcode {retcode})")]
    Refused {
        /// The answer's `retcode`.
        retcode: i64,
        /// The answer's `message`.
        text: String,
    },
}

/// The cause that says something: what reqwest wraps around it only says that a request failed.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

/// Calls the action and returns the answer's `data`.
///
/// # Errors
///
/// When no Nekonap is found, does not answer, or refuses.
pub async fn call(options: Call) -> Result<Value, CallFailed> {
    let target = target(&options)?;
    let url = format!("{}/{}", target.http.trim_end_matches('/'), options.action);
    let http = |source: reqwest::Error| CallFailed::Http {
        url: url.clone(),
        source: source.without_url(),
    };
    let client = reqwest::Client::builder()
        .timeout(DEADLINE)
        .no_proxy()
        .build()
        .map_err(http)?;
    let mut request = client.post(&url).json(&parameters(options.parameters));
    if !target.token.is_empty() {
        request = request.bearer_auth(&target.token);
    }
    let response = request.send().await.map_err(http)?;
    let status = response.status().as_u16();
    let answer: Value = response.json().await.map_err(|_| CallFailed::Strange {
        url: url.clone(),
        status,
    })?;
    match answer.get("retcode").and_then(Value::as_i64) {
        Some(0) => Ok(answer.get("data").cloned().unwrap_or(Value::Null)),
        Some(retcode) => Err(CallFailed::Refused {
            retcode,
            text: answer
                .get("message")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
        }),
        None => Err(CallFailed::Strange { url, status }),
    }
}

/// Whom to call.
#[derive(Debug, PartialEq, Eq)]
struct Target {
    http: String,
    token: String,
}

impl From<&Running> for Target {
    fn from(bot: &Running) -> Self {
        Self {
            http: bot.http.clone(),
            token: bot.token.clone(),
        }
    }
}

/// The address and token: as given, or of the one that runs here.
fn target(options: &Call) -> Result<Target, CallFailed> {
    let running = runtime::running(&runtime::directory())?;
    let mut target = choose(&running, options.url.as_deref())?;
    if let Some(token) = &options.token {
        target.token.clone_from(token);
    }
    Ok(target)
}

fn choose(running: &[Vec<Running>], url: Option<&str>) -> Result<Target, CallFailed> {
    if let Some(url) = url {
        let url = url.trim_end_matches('/');
        let known = running.iter().flatten().find(|bot| bot.http == url);
        return Ok(known.map_or_else(
            || Target {
                http: url.to_owned(),
                token: String::new(),
            },
            Target::from,
        ));
    }
    match running {
        [] => Err(CallFailed::NobodyHere),
        [bots] => bots.first().map(Target::from).ok_or(CallFailed::NobodyHere),
        several => {
            let urls: Vec<&str> = several
                .iter()
                .flatten()
                .map(|bot| bot.http.as_str())
                .collect();
            Err(CallFailed::Several(urls.join(", ")))
        }
    }
}

/// Text as text (the endpoint coerces it); lists and objects as JSON, so that segments can be given.
fn parameters(given: Vec<(String, String)>) -> Map<String, Value> {
    given
        .into_iter()
        .map(|(key, text)| {
            let value = match serde_json::from_str(&text) {
                Ok(value @ (Value::Array(_) | Value::Object(_))) => value,
                _ => Value::String(text),
            };
            (key, value)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn bot(http: &str) -> Running {
        Running {
            self_id: nekonap_ids::Uin::new(10001).expect("a number"),
            http: http.to_owned(),
            token: format!("token of {http}"),
        }
    }

    #[test]
    fn lists_and_objects_are_json_and_the_rest_is_text() {
        let given = [
            ("a", "1"),
            ("b", "[1]"),
            ("c", "[CQ:face,id=1]"),
            ("d", "{\"x\":1}"),
        ];
        let sent = parameters(
            given
                .iter()
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect(),
        );
        assert_eq!(
            Value::Object(sent),
            json!({"a": "1", "b": [1], "c": "[CQ:face,id=1]", "d": {"x": 1}})
        );
    }

    #[test]
    fn one_that_runs_here_is_taken_and_of_several_the_user_chooses() {
        let one = vec![vec![bot("http://a"), bot("http://b")]];
        assert_eq!(choose(&one, None).expect("one").http, "http://a");
        assert_eq!(
            choose(&one, Some("http://b/")).expect("known").token,
            "token of http://b"
        );
        assert_eq!(choose(&one, Some("http://c")).expect("any").token, "");
        let two = vec![vec![bot("http://a")], vec![bot("http://b")]];
        assert!(
            matches!(choose(&two, None), Err(CallFailed::Several(urls)) if urls == "http://a, http://b")
        );
        assert!(matches!(choose(&[], None), Err(CallFailed::NobodyHere)));
    }
}
