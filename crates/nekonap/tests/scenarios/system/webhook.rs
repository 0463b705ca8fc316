//! Events posted to a framework (api/transports §3): `--webhook`, `--secret`, and quick operations (api/transports §8).

use crate::story::{STEP_TIMEOUT, Story};
use axum::{Json, Router, body::Bytes, extract::State, http::HeaderMap};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::{net::TcpListener, sync::mpsc, time::timeout};

/// A framework with a webhook. A function computes the response to each event.
struct Framework {
    url: String,
    events: mpsc::UnboundedReceiver<Value>,
}

#[derive(Clone)]
struct Answers {
    events: mpsc::UnboundedSender<Value>,
    answer: Arc<dyn Fn(&Value) -> Value + Send + Sync>,
}

impl Framework {
    async fn listen(answer: impl Fn(&Value) -> Value + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        Self::on(listener, answer)
    }

    fn on(listener: TcpListener, answer: impl Fn(&Value) -> Value + Send + Sync + 'static) -> Self {
        async fn post(
            State(answers): State<Answers>,
            headers: HeaderMap,
            body: Bytes,
        ) -> Json<Value> {
            assert!(headers.contains_key("x-signature"));
            let event: Value = serde_json::from_slice(&body).expect("JSON");
            let reply = (answers.answer)(&event);
            let _ = answers.events.send(event);
            Json(reply)
        }
        let (events, received) = mpsc::unbounded_channel();
        let answers = Answers {
            events,
            answer: Arc::new(answer),
        };
        let url = format!(
            "http://{}/onebot",
            listener.local_addr().expect("an address")
        );
        let router = Router::new().fallback(post).with_state(answers);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            url,
            events: received,
        }
    }

    async fn hears(&mut self, expected: Value) -> Value {
        let next = async {
            loop {
                let event = self.events.recv().await.expect("an event");
                let matches = expected
                    .as_object()
                    .expect("an object")
                    .iter()
                    .all(|(key, value)| event[key] == *value);
                if matches {
                    return event;
                }
            }
        };
        timeout(STEP_TIMEOUT, next)
            .await
            .expect("the event in time")
    }
}

/// The quick operation for a message, chosen by its text.
fn answer(event: &Value) -> Value {
    match event["raw_message"].as_str() {
        Some("greet me") => json!({"reply": "hello", "at_sender": true}),
        Some("whisper") => json!({"reply": [{"type": "text", "data": {"text": "psst"}}]}),
        Some("forget this") => json!({"delete": true}),
        _ => json!({}),
    }
}

#[tokio::test]
async fn webhook_responses_are_run_as_quick_operations() {
    let mut framework = Framework::listen(answer).await;
    let story = Story::beginning().posting_to(&framework.url).begin().await;
    let bob = story.person(10002);
    framework
        .hears(json!({"meta_event_type": "lifecycle", "sub_type": "enable", "self_id": 10001}))
        .await;
    // A reply in a group quotes the message, and with `at_sender` it mentions the sender.
    let asked = bob.says(20001, json!("greet me")).await;
    framework
        .hears(json!({"raw_message": "greet me", "group_id": 20001}))
        .await;
    let greeting = json!({"from": 10001, "message": [
        {"type": "reply", "sequence": asked},
        {"type": "at", "uin": 10002},
        {"type": "text", "text": " hello"},
    ]});
    story.group_sees(20001, greeting).await;
    // A private reply has no quote and no mention.
    bob.tells(10001, "whisper").await;
    let whispered = json!({"from": 10001, "message": [{"type": "text", "text": "psst"}]});
    story.pair_sees(10002, 10001, whispered).await;
    // The bot owns the group, so it may recall messages of others.
    let said = bob.says(20001, json!("forget this")).await;
    framework
        .hears(json!({"notice_type": "group_recall", "operator_id": 10001, "user_id": 10002}))
        .await;
    story
        .group_sees(20001, json!({"sequence": said, "recalled": true}))
        .await;
}

#[tokio::test]
async fn webhook_post_is_retried_until_the_framework_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let story = Story::beginning()
        .posting_to(&format!("http://{address}/onebot"))
        .begin()
        .await;
    story.person(10002).says(20001, json!("are you up?")).await;
    story
        .bot()
        .hears(json!({"raw_message": "are you up?"}))
        .await;
    let mut framework = Framework::on(TcpListener::bind(address).await.expect("the port"), answer);
    framework.hears(json!({"raw_message": "are you up?"})).await;
}

#[tokio::test]
async fn quick_operation_action_needs_only_the_ids() {
    let story = Story::new().await;
    let bob = story.person(10002);
    let asked = bob.says(20001, json!("hello?")).await;
    let event = story.bot().hears(json!({"raw_message": "hello?"})).await;
    let context = json!({
        "post_type": "message", "message_type": "group", "sub_type": "normal", "self_id": 10001, "group_id": 20001,
        "user_id": 10002, "message_id": event["message_id"],
    });
    let answer = story
        .bot()
        .call(
            ".handle_quick_operation_async",
            json!({"context": context, "operation": {"reply": "yes", "delete": true}}),
        )
        .await
        .ok();
    assert_eq!(answer, Value::Null);
    let reply = json!({"from": 10001, "message": [
        {"type": "reply", "sequence": asked}, {"type": "text", "text": "yes"},
    ]});
    story.group_sees(20001, reply).await;
    story
        .group_sees(20001, json!({"sequence": asked, "recalled": true}))
        .await;
    story
        .bot()
        .call(
            "handle_quick_operation",
            json!({"context": {}, "operation": {}}),
        )
        .await
        .fails(nekonap_onebot::Code::ParamMissing);
}
