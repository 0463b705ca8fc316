//! Webhooks, against a framework that the test implements (api/transports §3). The bot is offline, so only heartbeats and
//! lifecycle events are posted.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header::LOCATION};
use axum::response::IntoResponse;
use nekonap_gateway::{Config, Gateway, Secret, Webhook};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::support::STEP_TIMEOUT;

/// A request that the framework received.
pub(crate) struct Posted {
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
}

impl Posted {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }
}

type Answers = Arc<dyn Fn(usize) -> (StatusCode, HeaderMap, &'static str) + Send + Sync>;

#[derive(Clone)]
struct Script {
    answers: Answers,
    posted: mpsc::UnboundedSender<Posted>,
    count: Arc<AtomicUsize>,
}

/// A framework that answers its posts, counted from 0, by `answers`.
pub(crate) async fn framework(
    answers: impl Fn(usize) -> (StatusCode, HeaderMap, &'static str) + Send + Sync + 'static,
) -> (SocketAddr, mpsc::UnboundedReceiver<Posted>) {
    async fn answer(
        State(script): State<Script>,
        uri: Uri,
        headers: HeaderMap,
        body: Bytes,
    ) -> impl IntoResponse {
        let _ = script.posted.send(Posted { uri, headers, body });
        (script.answers)(script.count.fetch_add(1, Ordering::Relaxed))
    }
    let (posted, received) = mpsc::unbounded_channel();
    let script = Script {
        answers: Arc::new(answers),
        posted,
        count: Arc::default(),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let router = Router::new().fallback(answer).with_state(script);
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, received)
}

pub(crate) fn done() -> (StatusCode, HeaderMap, &'static str) {
    (StatusCode::NO_CONTENT, HeaderMap::new(), "")
}

/// A gateway whose one entry posts a heartbeat ten times a second.
async fn post_to(address: SocketAddr, path: &str, secret: Option<&str>) -> Gateway {
    let url = format!("http://{address}{path}");
    start(Webhook {
        secret: secret.map(|secret| Secret::new(secret).expect("a secret")),
        heartbeat: Some(Duration::from_millis(100)),
        ..Webhook::new("webhook", url.parse().expect("an address"))
    })
    .await
}

async fn start(entry: Webhook) -> Gateway {
    let config = Config {
        webhooks: vec![entry],
        ..Config::default()
    };
    let bot = crate::bot::start().await;
    Gateway::start(config, bot, Vec::new())
        .await
        .expect("a gateway")
}

pub(crate) async fn next(posted: &mut mpsc::UnboundedReceiver<Posted>) -> Posted {
    let next = timeout(STEP_TIMEOUT, posted.recv()).await;
    next.expect("a post in time").expect("a post")
}

#[tokio::test]
async fn post_names_the_account_and_is_signed() {
    let (address, mut posted) = framework(|_| done()).await;
    let gateway = post_to(address, "/onebot/v11/http/?a=b", Some("s3cret")).await;
    let first = next(&mut posted).await;
    assert_eq!(first.uri.to_string(), "/onebot/v11/http/?a=b");
    assert_eq!(first.header("content-type"), Some("application/json"));
    assert_eq!(first.header("x-self-id"), Some("10001"));
    assert_eq!(first.header("authorization"), None);
    let agent = first.header("user-agent").expect("a user agent");
    assert!(agent.starts_with("OneBot/11 (Nekonap/"), "{agent}");
    let event = first.json();
    assert_eq!(event["meta_event_type"], "heartbeat");
    assert_eq!(event["self_id"], 10001);
    assert_eq!(event["interval"], 100);
    let signature = first.header("x-signature").expect("a signature");
    assert_eq!(signature, independent_signature(b"s3cret", &first.body));
    gateway.shutdown().await;
    // `disable` is posted although the account was never online.
    let last = loop {
        let post = next(&mut posted).await.json();
        if post["meta_event_type"] != "heartbeat" {
            break post;
        }
    };
    assert_eq!(last["sub_type"], "disable");
}

/// HMAC-SHA1 as in RFC 2104, for a key of at most 64 bytes. Independent of the library that the gateway uses.
fn independent_signature(key: &[u8], body: &[u8]) -> String {
    use sha1::{Digest, Sha1};
    let pad = |byte: u8| {
        let mut block = [byte; 64];
        block.iter_mut().zip(key).for_each(|(pad, key)| *pad ^= key);
        block
    };
    let inner = Sha1::new()
        .chain_update(pad(0x36))
        .chain_update(body)
        .finalize();
    let outer = Sha1::new()
        .chain_update(pad(0x5c))
        .chain_update(inner)
        .finalize();
    format!("sha1={}", hex::encode(outer))
}

#[tokio::test]
async fn post_without_a_secret_is_not_signed() {
    let (address, mut posted) = framework(|_| done()).await;
    let gateway = post_to(address, "/", None).await;
    assert_eq!(next(&mut posted).await.header("x-signature"), None);
    gateway.shutdown().await;
}

/// The posts of an entry that posts nothing but `disable`.
async fn last_posts(
    address: SocketAddr,
    mut posted: mpsc::UnboundedReceiver<Posted>,
) -> Vec<Posted> {
    let url = format!("http://{address}/first");
    let entry = Webhook::new("webhook", url.parse().expect("an address"));
    start(entry).await.shutdown().await;
    let mut posts = Vec::new();
    while let Ok(post) = posted.try_recv() {
        assert_eq!(post.json()["sub_type"], "disable");
        posts.push(post);
    }
    posts
}

#[tokio::test]
async fn redirect_is_followed_with_the_same_body() {
    let answers = |count| {
        let mut headers = HeaderMap::new();
        headers.insert(LOCATION, "/moved?to=there".parse().expect("a value"));
        match count {
            0 => (StatusCode::MOVED_PERMANENTLY, headers, ""),
            1 => (StatusCode::TEMPORARY_REDIRECT, headers, ""),
            _ => done(),
        }
    };
    let (address, posted) = framework(answers).await;
    let posts = last_posts(address, posted).await;
    let targets: Vec<String> = posts.iter().map(|post| post.uri.to_string()).collect();
    assert_eq!(targets, ["/first", "/moved?to=there", "/moved?to=there"]);
    assert!(posts.iter().all(|post| post.body == posts[0].body));
}

#[tokio::test]
async fn endless_redirects_fail() {
    let answers = |_| {
        let mut headers = HeaderMap::new();
        headers.insert(LOCATION, "/again".parse().expect("a value"));
        (StatusCode::FOUND, headers, "")
    };
    let (address, posted) = framework(answers).await;
    assert_eq!(
        last_posts(address, posted).await.len(),
        6,
        "one post and five redirects"
    );
}

#[tokio::test]
async fn refused_posts_and_invalid_replies_do_not_stop_later_posts() {
    let answers = |count| {
        let (status, body) = match count {
            0 => (StatusCode::UNAUTHORIZED, ""),
            1 => (StatusCode::INTERNAL_SERVER_ERROR, "trace"),
            2 => (StatusCode::OK, "OK"),
            3 => (StatusCode::OK, "[1]"),
            4 => (StatusCode::OK, "{\"reply\":5,\"delete\":\"yes\"}"),
            5 => (StatusCode::OK, "{\"reply\""),
            _ => (StatusCode::OK, "<html>"),
        };
        (status, HeaderMap::new(), body)
    };
    let (address, mut posted) = framework(answers).await;
    let gateway = post_to(address, "/", None).await;
    for _ in 0..8 {
        assert_eq!(
            next(&mut posted).await.json()["meta_event_type"],
            "heartbeat"
        );
    }
    gateway.shutdown().await;
}
