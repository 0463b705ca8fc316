//! The safety rules of api/sandbox §2 and ARCHITECTURE "Safe by default".

use crate::story::Story;
use serde_json::{Value, json};

#[tokio::test]
async fn sandbox_api_needs_the_token_in_a_header_and_its_own_origin() {
    let story = Story::new().await;
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let url = format!("{}/sandbox/api/act", story.ready().http);
    let token = story.ready().token.clone();
    let act = json!({"as": 10002, "do": "send_group_message", "group": 20001, "message": "hi"});
    let request = || client.post(&url).json(&act);
    let own = story.ready().http.clone();
    for (request, status) in [
        (request(), 401),
        (request().bearer_auth("guess"), 403),
        (
            client
                .post(format!("{url}?access_token={token}"))
                .json(&act),
            401,
        ),
        (
            request()
                .bearer_auth(&token)
                .header("origin", "https://evil.example"),
            403,
        ),
        (
            client
                .post(&url)
                .bearer_auth(&token)
                .header("content-type", "text/plain")
                .body(act.to_string()),
            415,
        ),
        (request().bearer_auth(&token).header("origin", own), 200),
    ] {
        let response = request.send().await.expect("an answer");
        assert!(
            response
                .headers()
                .get("access-control-allow-origin")
                .is_none()
        );
        assert_eq!(response.status(), status);
        let body: Value = response.json().await.expect("JSON");
        assert!(
            status == 200 || body["error"].is_string() || body["message"].is_string(),
            "{body}"
        );
    }
    let said = story.look("messages?group=20001").await;
    assert_eq!(
        said.as_array().map(Vec::len),
        Some(1),
        "only the last request was accepted: {said}"
    );
}

#[tokio::test]
async fn act_as_account_with_logged_in_client_is_refused() {
    let story = Story::new().await;
    let (status, answer) = story
        .person(10001)
        .tries(
            "send_group_message",
            json!({"group": 20001, "message": "who am I?"}),
        )
        .await;
    assert_eq!(status, 409, "{answer}");
}

#[tokio::test]
async fn invalid_act_is_refused_with_its_field() {
    let story = Story::new().await;
    let bob = story.person(10002);
    let (status, answer) = bob.tries("dance", json!({})).await;
    assert_eq!(
        (status, &answer["code"]),
        (400, &json!("bad_request")),
        "{answer}"
    );
    let (status, answer) = bob
        .tries("send_group_message", json!({"message": "hi"}))
        .await;
    assert_eq!(status, 400);
    assert!(
        answer["error"]
            .as_str()
            .is_some_and(|text| text.contains("group")),
        "{answer}"
    );
    let (status, _) = bob
        .tries(
            "send_group_message",
            json!({"group": 29_999, "message": "hi"}),
        )
        .await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn without_a_token_foreign_hosts_and_origins_are_refused() {
    let story = Story::beginning().without_token().begin().await;
    assert_eq!(story.ready().token, "");
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let url = format!("{}/sandbox/api/world", story.ready().http);
    let own = client.get(&url).send().await.expect("an answer");
    assert_eq!(own.status(), 200);
    for (name, value) in [("host", "evil.example"), ("origin", "https://evil.example")] {
        let foreign = client
            .get(&url)
            .header(name, value)
            .send()
            .await
            .expect("an answer");
        assert_eq!(foreign.status(), 403, "{name}: {value}");
    }
    story.bot().says(20001, "no token, no trouble").await;
}

#[tokio::test]
async fn act_over_the_size_limit_is_refused() {
    let story = Story::new().await;
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let response = client
        .post(format!("{}/sandbox/api/act", story.ready().http))
        .bearer_auth(&story.ready().token)
        .header("content-type", "application/json")
        .body(vec![b' '; (64 << 20) + 1])
        .send()
        .await
        .expect("an answer");
    assert_eq!(response.status(), 413);
    story.bot().says(20001, "still here").await;
}
