//! Koishi checks a webhook's signature over the body as JavaScript prints it again, so that must be the same bytes
//! (api/transports §1.5).

use crate::story::{SECRET, STEP_TIMEOUT, Story};
use axum::{Router, body::Bytes, http::HeaderMap, http::StatusCode, routing::post};
use serde_json::json;
use std::process::Stdio;
use tokio::{io::AsyncWriteExt, net::TcpListener, process::Command, sync::mpsc, time::timeout};

/// Reads lines of a body and a signature; fails if the body as JavaScript prints it is another or has another signature.
const CHECK: &str = r"
const { createHmac } = require('node:crypto')
const lines = require('node:fs').readFileSync(0, 'utf8').split('\n').filter(Boolean)
for (const line of lines) {
  const [signature, body] = [line.slice(0, 45), line.slice(46)]
  const printed = JSON.stringify(JSON.parse(body))
  if (printed !== body) throw new Error(`${body}\nis printed as\n${printed}`)
  const expected = 'sha1=' + createHmac('sha1', process.env.SECRET).update(printed).digest('hex')
  if (signature !== expected) throw new Error(`${body}: ${signature}, not ${expected}`)
}
console.log(lines.length)
";

#[tokio::test]
#[ignore = "needs Node; `cargo xtask test` runs it"]
async fn webhook_bodies_are_what_javascript_prints() {
    let (posted, mut bodies) = mpsc::unbounded_channel();
    let post_event = post(async move |headers: HeaderMap, body: Bytes| {
        let signature = headers["x-signature"].to_str().expect("text");
        let body = std::str::from_utf8(&body).expect("text");
        let _ = posted.send(format!("{signature} {body}\n"));
        StatusCode::NO_CONTENT
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/", post_event)).await });
    let story = Story::beginning()
        .posting_to(&url)
        .reporting_own_messages()
        .begin()
        .await;
    let bob = story.person(10002);
    let said = bob
        .says(
            20001,
            json!([
                {"type": "at", "uin": 10001},
                {"type": "text", "text": " \"quoted\" back\\slash /slash/ <tag> & tab\t newline\n \u{7f} \u{2028} 你好 👩‍💻 1e5 1.0"},
                {"type": "face", "id": 14},
            ]),
        )
        .await;
    bob.says(20001, json!([{"type": "reply", "sequence": said}, {"type": "text", "text": "12345678901234567890"}]))
        .await;
    bob.tells(10001, "in private").await;
    bob.does("poke", json!({"group": 20001, "target": 10001}))
        .await;
    bob.does("recall_message", json!({"group": 20001, "sequence": said}))
        .await;
    story.bot().says(20001, "the last").await;
    let mut lines = String::new();
    while !lines.contains("the last") {
        let line = timeout(STEP_TIMEOUT, bodies.recv()).await;
        lines += &line.expect("an event in time").expect("an event");
    }
    let mut node = Command::new("node")
        .args(["-e", CHECK])
        .env("SECRET", SECRET)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("Node starts");
    let mut stdin = node.stdin.take().expect("a pipe");
    stdin.write_all(lines.as_bytes()).await.expect("written");
    drop(stdin);
    let output = node.wait_with_output().await.expect("its output");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let checked = String::from_utf8_lossy(&output.stdout);
    assert_eq!(checked.trim(), lines.lines().count().to_string());
}
