//! Rows of the acceptance checklist (api/transports §15) that no other scenario shows.

use crate::story::{STEP_TIMEOUT, Story};
use serde_json::{Value, json};
use tokio::time::timeout;

fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client")
}

#[tokio::test]
async fn form_body_is_sent_as_the_text_that_it_encodes() {
    let story = Story::new().await;
    let url = format!("{}/send_private_msg", story.ready().http);
    let answer: Value = client()
        .post(url)
        .bearer_auth(&story.ready().token)
        .header("content-type", "application/x-www-form-urlencoded")
        .body("user_id=10002&message=a%26amp%3Bb")
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("an envelope");
    assert_eq!(answer["status"], "ok", "{answer}");
    let sent = json!({"from": 10001, "message": [{"type": "text", "text": "a&b"}]});
    story.pair_sees(10002, 10001, sent).await;
}

#[tokio::test]
async fn events_are_streamed_to_curl() {
    let story = Story::new().await;
    let mut stream = client()
        .get(format!("{}/_events", story.ready().http))
        .bearer_auth(&story.ready().token)
        .header("user-agent", "curl/8.0")
        .header("accept", "*/*")
        .send()
        .await
        .expect("an answer");
    assert_eq!(
        stream.headers()["content-type"],
        "text/event-stream; charset=utf-8"
    );
    story
        .person(10002)
        .says(20001, "to the stream\nand on")
        .await;
    let mut received = String::new();
    while received.matches("\n\n").count() < 2 {
        let chunk = timeout(STEP_TIMEOUT, stream.chunk()).await;
        let chunk = chunk.expect("an event in time").expect("a chunk");
        received += std::str::from_utf8(&chunk.expect("an open stream")).expect("text");
    }
    let events: Vec<Value> = received
        .split_terminator("\n\n")
        .map(|event| {
            let data = event.strip_prefix("data: ").expect("one line of data");
            serde_json::from_str(data).expect("JSON")
        })
        .collect();
    assert_eq!(events[0]["sub_type"], "connect");
    assert_eq!(events[1]["raw_message"], "to the stream\nand on");
}
