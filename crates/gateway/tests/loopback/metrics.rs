//! `/metrics` (api/transports §17).

use std::collections::BTreeSet;

use nekonap_gateway::{MetricsAccess, Token};
use reqwest::StatusCode;

use crate::support::{Served, Socket, TOKEN, client, served, with_token};

async fn metrics(served: &Served, token: &str) -> (StatusCode, String) {
    let answer = client()
        .get(format!("http://{}/metrics", served.http))
        .bearer_auth(token)
        .send()
        .await
        .expect("an answer");
    let status = answer.status();
    (status, answer.text().await.expect("a text"))
}

#[tokio::test]
async fn page_and_documentation_have_the_same_metrics() {
    let served = served(with_token).await;
    let (status, text) = metrics(&served, TOKEN).await;
    assert_eq!(status, StatusCode::OK);
    let given: BTreeSet<(&str, &str)> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '))
        .collect();
    let page = include_str!("../../../../docs/api/transports.md");
    let section = page.split("\n## 17. Metrics").nth(1).expect("a section");
    let documented: BTreeSet<(&str, &str)> = section
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` | "))
        .filter_map(|(name, rest)| Some((name, rest.split_once(" |")?.0)))
        .collect();
    assert_eq!(given, documented);
}

#[tokio::test]
async fn calls_and_connections_are_counted_by_name() {
    let served = served(with_token).await;
    let mut socket = Socket::open(served.ws, &format!("/?access_token={TOKEN}")).await;
    socket.call(r#"{"action":"get_version_info"}"#).await;
    socket.call(r#"{"action":"get_status_async"}"#).await;
    socket.call(r#"{"action":"get_msg"}"#).await;
    for name in ["no_such_action", "another", "third\"\\n"] {
        let call = serde_json::json!({"action": name});
        socket.call(&call.to_string()).await;
    }
    let (_, text) = metrics(&served, TOKEN).await;
    for line in [
        r#"nekonap_online{account="10001"} 0"#,
        r#"nekonap_calls_total{account="10001",action="get_version_info",result="ok"} 1"#,
        r#"nekonap_calls_total{account="10001",action="get_status",result="ok"} 1"#,
        r#"nekonap_calls_total{account="10001",action="get_msg",result="PARAM_MISSING"} 1"#,
        r#"nekonap_calls_total{account="10001",action="unknown",result="API_NOT_FOUND"} 3"#,
        r#"nekonap_call_duration_seconds_count{account="10001",action="get_status"} 1"#,
        r#"nekonap_connections{account="10001",entry="websocket-server",kind="ws"} 1"#,
        r#"nekonap_connections{account="10001",entry="http-server",kind="http"} 1"#,
        r#"nekonap_archive_healthy{account="10001"} 1"#,
        r#"nekonap_archive_messages{account="10001"} 0"#,
    ] {
        assert!(text.lines().any(|given| given == line), "{line}:\n{text}");
    }
}

#[tokio::test]
async fn token_of_metrics_opens_nothing_else() {
    let served = served(|http, ws, limits| {
        with_token(http, ws, limits);
        http.metrics = MetricsAccess::Token(Token::new("read-only").expect("a token"));
    })
    .await;
    for (token, expected) in [
        ("read-only", StatusCode::OK),
        (TOKEN, StatusCode::OK),
        ("wrong", StatusCode::FORBIDDEN),
    ] {
        assert_eq!(metrics(&served, token).await.0, expected, "{token}");
    }
    let call = client()
        .get(format!("http://{}/get_status", served.http))
        .bearer_auth("read-only");
    let answer = call.send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn everybody_reads_metrics_only_if_the_entry_says_so() {
    for (access, expected) in [
        (MetricsAccess::Entry, StatusCode::UNAUTHORIZED),
        (MetricsAccess::Everybody, StatusCode::OK),
    ] {
        let served = served(|http, ws, limits| {
            with_token(http, ws, limits);
            http.metrics = access;
        })
        .await;
        let url = format!("http://{}/metrics", served.http);
        let answer = client().get(url).send().await.expect("an answer");
        assert_eq!(answer.status(), expected);
    }
}
