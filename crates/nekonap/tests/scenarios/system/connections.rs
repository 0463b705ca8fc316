//! The HTTP server and the forward WebSocket: tokens, echo, errors, documents.

use crate::story::{Story, Transport, socket};
use futures_util::{SinkExt, StreamExt};
use nekonap_onebot::Code;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn missing_or_wrong_token_is_refused_and_nothing_is_sent() {
    let story = Story::new().await;
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let url = format!("{}/send_group_msg", story.ready().http);
    let call = json!({"group_id": 20001, "message": "let me in"});
    for (token, status, code) in [
        (None, 401, Code::NoToken),
        (Some("guess"), 403, Code::WrongToken),
    ] {
        let mut request = client.post(&url).json(&call);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status(), status);
        let answer: Value = response.json().await.expect("an envelope");
        assert_eq!(answer["msg"], json!(code));
        assert_eq!(answer["retcode"], json!(code.retcode()));
    }
    assert!(story.newest_in_group(20001).await.is_null());
}

#[tokio::test]
async fn echo_of_any_json_type_is_returned_unchanged() {
    let story = Story::new().await;
    let mut socket = socket(&format!("{}/api", story.ready().ws), &story.ready().token).await;
    for echo in [
        json!("17"),
        json!(17),
        json!({"seq": 5}),
        json!([1, null]),
        json!(true),
        json!(12.5),
    ] {
        let frame = json!({"action": "get_login_info", "echo": echo}).to_string();
        socket.send(Message::text(frame)).await.expect("sent");
        let answer = socket.next().await.expect("an answer").expect("a frame");
        let answer: Value = serde_json::from_str(answer.to_text().expect("text")).expect("JSON");
        assert_eq!(answer["echo"], echo);
        assert_eq!(answer["data"]["user_id"], 10001);
    }
}

#[tokio::test]
async fn invalid_calls_fail_with_their_codes() {
    let story = Story::beginning().over(Transport::WebSocket).begin().await;
    story
        .bot()
        .call("get_guild_service_profiles", json!({}))
        .await
        .fails(Code::ApiNotFound);
    let mut socket = socket(&format!("{}/api", story.ready().ws), &story.ready().token).await;
    for (frame, code) in [
        ("{nonsense", Code::BadRequest),
        ("[1]", Code::BadRequest),
        ("{\"params\":{}}", Code::ApiNotFound),
    ] {
        socket.send(Message::text(frame)).await.expect("sent");
        let answer = socket.next().await.expect("an answer").expect("a frame");
        let answer: Value = serde_json::from_str(answer.to_text().expect("text")).expect("JSON");
        assert_eq!(answer["msg"], json!(code), "{frame}: {answer}");
        assert_eq!(answer["retcode"], json!(code.retcode()), "{frame}");
    }
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    for (path, body, status, code) in [
        ("get_login_info", "{nonsense", 400, Code::BadRequest),
        ("get_login_info", "[1]", 400, Code::BadRequest),
        ("no_such_action", "{}", 404, Code::ApiNotFound),
        ("send_group_msg", "{}", 200, Code::ParamMissing),
    ] {
        let response = client
            .post(format!("{}/{path}", story.ready().http))
            .bearer_auth(&story.ready().token)
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await
            .expect("an answer");
        assert_eq!(response.status(), status, "{path} {body}");
        let answer: Value = response.json().await.expect("an envelope");
        assert_eq!(answer["msg"], json!(code), "{path} {body}");
        assert_eq!(answer["retcode"], json!(code.retcode()), "{path} {body}");
    }
}

#[tokio::test]
async fn openapi_lists_actions_and_healthz_needs_no_token() {
    let story = Story::new().await;
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let health = client
        .get(format!("{}/healthz", story.ready().http))
        .send()
        .await
        .expect("an answer");
    assert_eq!(health.status(), 200);
    let document: Value = client
        .get(format!("{}/openapi.json", story.ready().http))
        .bearer_auth(&story.ready().token)
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    for action in [
        "send_private_msg",
        "send_group_msg",
        "get_msg",
        "get_group_member_info",
        "can_send_record",
    ] {
        assert!(paths.contains_key(&format!("/{action}")), "{action}");
    }
}

#[tokio::test]
async fn event_connection_starts_with_lifecycle_event() {
    let story = Story::new().await;
    let mut events = socket(&format!("{}/event", story.ready().ws), &story.ready().token).await;
    let first = events.next().await.expect("an event").expect("a frame");
    let first: Value = serde_json::from_str(first.to_text().expect("text")).expect("JSON");
    assert_eq!(first["meta_event_type"], "lifecycle");
    assert_eq!(first["sub_type"], "connect");
    assert_eq!(first["self_id"], 10001);
}

#[tokio::test]
async fn action_with_suffix_returns_its_result() {
    let story = Story::beginning().over(Transport::WebSocket).begin().await;
    let bot = story.bot();
    for (action, text) in [
        ("send_group_msg_async", "one"),
        ("send_group_msg_rate_limited", "two"),
    ] {
        let call = json!({"group_id": 20001, "message": text});
        let id = bot.call(action, call).await.id();
        let said = bot.call("get_msg", json!({"message_id": id})).await.ok();
        assert_eq!(said["raw_message"], text);
    }
    bot.call("send_group_msg_async", json!({"message": "to whom?"}))
        .await
        .fails(Code::ParamMissing);
    bot.call("no_such_action_async", json!({}))
        .await
        .fails(Code::ApiNotFound);
}

#[tokio::test]
async fn unpaired_surrogate_is_sent_as_replacement_character() {
    let story = Story::new().await;
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let post = async |url: String, body: &'static str| {
        let response = client
            .post(url)
            .bearer_auth(&story.ready().token)
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await
            .expect("an answer");
        assert_eq!(response.status(), 200, "{body}");
    };
    let seen = json!([{"type": "text", "text": "a\u{fffd}"}]);
    for body in [
        r#"{"group_id":20001,"message":"a\ud83d"}"#,
        r#"{"group_id":20001,"message":[{"type":"text","data":{"text":"a\ude00"}}]}"#,
        r#"{"group_id":20001,"message":["[CQ:reply,id=5]a\ud83d"]}"#,
        r"{group_id: 20001, message: 'a\ud83d',}",
    ] {
        let before = story.newest_in_group(20001).await["sequence"].clone();
        post(format!("{}/send_group_msg", story.ready().http), body).await;
        let said = story.newest_in_group(20001).await;
        assert_eq!(said["message"], seen, "{body}");
        assert_ne!(said["sequence"], before, "{body}");
    }
    let mut socket = socket(&format!("{}/api", story.ready().ws), &story.ready().token).await;
    let frame =
        r#"{"action":"send_group_msg","params":{"group_id":20002,"message":"a\ud83d"},"echo":1}"#;
    socket.send(Message::text(frame)).await.expect("sent");
    let answer = socket.next().await.expect("an answer").expect("a frame");
    let answer: Value = serde_json::from_str(answer.to_text().expect("text")).expect("JSON");
    assert_eq!(answer["status"], "ok", "{answer}");
    assert_eq!(story.newest_in_group(20002).await["message"], seen);

    let act = r#"{"do":"send_group_message","as":10002,"group":20003,"message":"a\ud83d"}"#;
    post(story.api("act"), act).await;
    assert_eq!(story.newest_in_group(20003).await["message"], seen);
}
