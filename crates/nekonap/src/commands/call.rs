//! `nekonap call`: calls an action of a running Nekonap over HTTP.

use crate::{
    cli::Call,
    runtime::{self, Running},
};
use nekonap_gateway::Listen;
use nekonap_ids::Uin;
use serde_json::{Map, Value};
use std::time::Duration;

/// Time limit for a reply. Longer than the time limit of any action.
const CALL_TIMEOUT: Duration = Duration::from_secs(120);

/// Why a call has no result.
#[derive(Debug, thiserror::Error)]
pub enum CallFailed {
    /// No Nekonap of this user is running, and there is no `--url`.
    #[error(
        "no Nekonap of this user is running; start one (`nekonap sandbox`) or use --url\n本机没有正在运行的 Nekonap;请先启动,或用 --url 指定地址"
    )]
    NotRunning,
    /// More than one Nekonap of this user is running.
    #[error("several Nekonaps are running; choose one with --url: {0}")]
    Several(String),
    /// No running Nekonap of this user has the account.
    #[error("account {account} is not running; running: {running} / 账号 {account} 没有在运行")]
    NoAccount {
        /// The account that was asked for.
        account: Uin,
        /// The accounts that are running.
        running: String,
    },
    /// The runtime directory cannot be read.
    #[error("cannot look for a running Nekonap: {0}")]
    Runtime(#[from] std::io::Error),
    /// There is no HTTP response.
    #[error("{url}: {}; check the address and that Nekonap is running there", innermost(.source))]
    Http {
        /// The address that was called.
        url: String,
        /// Cause.
        source: reqwest::Error,
    },
    /// The response is not a OneBot reply.
    #[error("{url}: the response (HTTP status {status}) is not a OneBot reply")]
    NotOneBot {
        /// The address that was called.
        url: String,
        /// HTTP status of the response.
        status: u16,
    },
    /// The action failed.
    #[error("{text} (retcode {retcode})")]
    Failed {
        /// The reply's `retcode`.
        retcode: i64,
        /// The reply's `message`.
        text: String,
    },
}

/// The innermost cause of an error. The outer errors of reqwest only say that a request failed.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

/// Calls the action and returns the reply's `data`.
///
/// # Errors
///
/// When no running Nekonap is found, it does not respond, or the action fails.
pub async fn call(options: Call) -> Result<Value, CallFailed> {
    let target = target(&options)?;
    let url = format!("{}/{}", target.http.trim_end_matches('/'), options.action);
    let http = |source: reqwest::Error| CallFailed::Http {
        url: url.clone(),
        source: source.without_url(),
    };
    let client = reqwest::Client::builder()
        .timeout(CALL_TIMEOUT)
        .no_proxy()
        .tls_danger_accept_invalid_certs(is_on_loopback(&url))
        .build()
        .map_err(http)?;
    let mut request = client.post(&url).json(&parameters(options.parameters));
    if !target.token.is_empty() {
        request = request.bearer_auth(&target.token);
    }
    let response = request.send().await.map_err(http)?;
    let status = response.status().as_u16();
    let reply: Value = response.json().await.map_err(|_| CallFailed::NotOneBot {
        url: url.clone(),
        status,
    })?;
    match reply.get("retcode").and_then(Value::as_i64) {
        Some(0) => Ok(reply.get("data").cloned().unwrap_or(Value::Null)),
        Some(retcode) => Err(CallFailed::Failed {
            retcode,
            text: reply
                .get("message")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
        }),
        None => Err(CallFailed::NotOneBot { url, status }),
    }
}

/// Whether only this machine can answer at a URL. Certificates are not verified there: they name the host that other machines
/// use.
fn is_on_loopback(url: &str) -> bool {
    let url = reqwest::Url::parse(url);
    url.is_ok_and(|url| Listen::new(url.host_str().unwrap_or_default(), 0).is_loopback())
}

/// The HTTP API to call.
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

/// The address and token of the options; by default those of the running Nekonap.
fn target(options: &Call) -> Result<Target, CallFailed> {
    let running = runtime::running(&runtime::directory())?;
    let mut target = choose(&running, options.url.as_deref(), options.account)?;
    if let Some(token) = &options.token {
        target.token.clone_from(token);
    }
    Ok(target)
}

fn choose(
    running: &[Vec<Running>],
    url: Option<&str>,
    account: Option<Uin>,
) -> Result<Target, CallFailed> {
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
    let all = || running.iter().flatten();
    // Without an account, a process stands for its first bot.
    let candidates: Vec<&Running> = match account {
        Some(account) => all().filter(|bot| bot.self_id == account).collect(),
        None => running.iter().filter_map(|bots| bots.first()).collect(),
    };
    match (candidates.as_slice(), account) {
        ([bot], _) => Ok(Target::from(*bot)),
        ([], Some(account)) if !running.is_empty() => Err(CallFailed::NoAccount {
            account,
            running: list(all().map(|bot| bot.self_id.to_string())),
        }),
        ([], _) => Err(CallFailed::NotRunning),
        (several, Some(_)) => Err(CallFailed::Several(list(
            several.iter().map(|bot| bot.http.clone()),
        ))),
        (_, None) => Err(CallFailed::Several(list(all().map(|bot| bot.http.clone())))),
    }
}

fn list(names: impl Iterator<Item = String>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

/// Sends JSON lists and objects as they are, so that messages can be arrays of segments. Any other value is sent as text,
/// which the endpoint converts to the parameter's type.
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
    fn lists_and_objects_are_sent_as_json_and_other_values_as_text() {
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
    fn only_running_process_is_the_default_and_several_need_a_url() {
        let one = vec![vec![bot("http://a"), bot("http://b")]];
        assert_eq!(choose(&one, None, None).expect("one").http, "http://a");
        assert_eq!(
            choose(&one, Some("http://b/"), None).expect("known").token,
            "token of http://b"
        );
        let any = choose(&one, Some("http://c"), None).expect("any");
        assert_eq!(any.token, "");
        let two = vec![vec![bot("http://a")], vec![bot("http://b")]];
        assert!(
            matches!(choose(&two, None, None), Err(CallFailed::Several(urls)) if urls == "http://a, http://b")
        );
        assert!(matches!(
            choose(&[], None, None),
            Err(CallFailed::NotRunning)
        ));
    }

    #[test]
    fn account_is_found_in_any_process() {
        let uin = |number| Uin::new(number).expect("a number");
        let of = |number, http| Running {
            self_id: uin(number),
            ..bot(http)
        };
        let running = vec![
            vec![of(10001, "http://a"), of(10002, "http://b")],
            vec![of(10003, "http://c")],
        ];
        for (number, http) in [
            (10001, "http://a"),
            (10002, "http://b"),
            (10003, "http://c"),
        ] {
            let found = choose(&running, None, Some(uin(number))).expect("running");
            assert_eq!(found.http, http);
        }
        assert!(
            matches!(choose(&running, None, Some(uin(10009))), Err(CallFailed::NoAccount { running, .. }) if running == "10001, 10002, 10003")
        );
    }
}
