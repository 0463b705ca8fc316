//! The forward WebSocket (api/transports §4 and the checklist of api/transports §15).

use std::time::Duration;

use nekonap_gateway::TokenRefusal;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::support::{Socket, TOKEN, client, raw, served, with_token};

#[tokio::test]
async fn first_frame_is_the_lifecycle() {
    let served = served(|_, _, _| {}).await;
    for path in [
        "/",
        "",
        "/ws",
        "/event",
        "/event/",
        "/onebot/v11/ws",
        "/?x=1",
    ] {
        let mut socket = Socket::open(served.ws, path).await;
        let first = socket.json().await;
        let time = first["time"].clone();
        assert!(
            time.as_u64().is_some_and(|time| time > 1_700_000_000),
            "{first}"
        );
        let expected = json!({
            "time": time, "self_id": 10001, "post_type": "meta_event", "meta_event_type": "lifecycle", "sub_type": "connect"
        });
        assert_eq!(first, expected, "{path}");
        // Calls are answered on every path.
        let answer = socket
            .call(r#"{"action":"get_login_info","echo":"e"}"#)
            .await;
        assert_eq!(
            (&answer["retcode"], &answer["echo"]),
            (&json!(0), &json!("e")),
            "{path}"
        );
    }
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn api_connection_receives_answers_only() {
    let served = served(|_, ws, _| ws.heartbeat = Some(Duration::from_millis(100))).await;
    let mut events = Socket::open(served.ws, "/").await;
    for path in ["/api", "/api/"] {
        let mut socket = Socket::open(served.ws, path).await;
        // After two heartbeats on another connection, the first frame on this one is the answer.
        for _ in 0..3 {
            events.json().await;
        }
        socket.send(r#"{"action":"get_login_info","echo":1}"#).await;
        assert_eq!(socket.json().await["echo"], 1, "{path}");
    }
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn heartbeats_are_sent_at_their_interval() {
    let served = served(|_, ws, _| ws.heartbeat = Some(Duration::from_millis(150))).await;
    let mut socket = Socket::open(served.ws, "/event").await;
    assert_eq!(socket.json().await["meta_event_type"], "lifecycle");
    for _ in 0..2 {
        let beat = socket.json().await;
        assert_eq!(beat["meta_event_type"], "heartbeat", "{beat}");
        assert_eq!(
            (&beat["interval"], &beat["self_id"]),
            (&json!(150), &json!(10001))
        );
        assert!(
            beat["status"]["online"].is_boolean() && beat["status"]["good"].is_boolean(),
            "{beat}"
        );
    }
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn echo_is_returned_unchanged() {
    let served = served(|_, _, _| {}).await;
    let mut socket = Socket::open(served.ws, "/api").await;
    for echo in [
        "7",
        "\"7\"",
        "[1]",
        "true",
        "{\"seq\":5}",
        "7.0",
        "1e3",
        "-0",
        "\"\\u4f60\"",
        "123456789012345678901",
    ] {
        for action in ["get_login_info", "nope"] {
            socket
                .send(format!(r#"{{"action":"{action}","echo":{echo}}}"#))
                .await;
            let answer = socket.text().await;
            assert!(
                answer.contains(&format!("\"echo\":{echo},")),
                "{echo}: {answer}"
            );
        }
    }
    for none in [
        r#"{"action":"get_login_info"}"#,
        r#"{"action":"get_login_info","echo":null}"#,
    ] {
        socket.send(none).await;
        assert_eq!(socket.json().await["echo"], "");
    }
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn frame_that_is_not_a_call_is_answered_with_an_error() {
    let served = served(|_, _, _| {}).await;
    let mut socket = Socket::open(served.ws, "/api").await;
    let cases = [
        ("nonsense", 1400, json!("")),
        ("[]", 1400, json!("")),
        (
            r#"{"action":"get_login_info","params":{]],"echo":{"seq":2}}"#,
            1400,
            json!({"seq": 2}),
        ),
        (
            r#"{"action":"nope","echo":{"seq":1}}"#,
            1404,
            json!({"seq": 1}),
        ),
        (r#"{"action":"nope_async","echo":5}"#, 1404, json!(5)),
        (r#"{"echo":[1]}"#, 1404, json!([1])),
        (r#"{"action":5,"echo":5}"#, 1404, json!(5)),
        (
            r#"{"action":"get_login_info","params":[1],"echo":5}"#,
            1400,
            json!(5),
        ),
    ];
    for (frame, retcode, echo) in cases {
        socket.send(frame).await;
        let answer = socket.json().await;
        assert_eq!(
            (&answer["retcode"], &answer["echo"]),
            (&json!(retcode), &echo),
            "{frame}: {answer}"
        );
        assert_eq!(answer["status"], "failed");
    }
    socket
        .message(Message::binary(
            br#"{"action":"get_login_info","echo":1}"#.to_vec(),
        ))
        .await;
    assert_eq!(socket.json().await["retcode"], 0);
    socket.message(Message::binary(vec![0xff, 0xfe])).await;
    assert_eq!(socket.json().await["retcode"], 1400);
    socket.message(Message::Ping(b"here"[..].into())).await;
    assert_eq!(socket.next().await, Some(Message::Pong(b"here"[..].into())));
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn wrong_token_gets_one_frame_and_1008() {
    let served = served(|http, ws, limits| {
        with_token(http, ws, limits);
        limits.refused = Duration::from_millis(200);
    })
    .await;
    for path in ["/", "/api", "/?access_token=wrong"] {
        let mut socket = Socket::open(served.ws, path).await;
        socket.send(r#"{"action":"get_login_info","echo":1}"#).await;
        let expected = r#"{"status":"failed","retcode":1403,"data":null,"message":"token verification failed","wording":"token verification failed","msg":"WRONG_TOKEN","echo":null,"stream":"normal-action"}"#;
        assert_eq!(socket.text().await, expected);
        assert_eq!(socket.closed().await, Some(1008), "{path}");
    }
    assert_eq!(served.bot.calls(), [], "nothing was called");
    for value in ["Bearer t0ken", "Token t0ken", "t0ken"] {
        let opened = Socket::try_open(served.ws, "/", &[("authorization", value)]).await;
        assert_eq!(
            opened.expect("an upgrade").json().await["sub_type"],
            "connect"
        );
    }
    assert_eq!(
        Socket::open(served.ws, "/?access_token=t0ken")
            .await
            .json()
            .await["sub_type"],
        "connect"
    );
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn refused_client_that_closes_does_not_wait() {
    let served = served(with_token).await;
    let mut socket = Socket::open(served.ws, "/").await;
    assert_eq!(socket.json().await["retcode"], 1403);
    let start = std::time::Instant::now();
    socket.message(Message::Close(None)).await;
    socket.closed().await;
    assert!(
        start.elapsed() < Duration::from_secs(2),
        "the delay of 3 s is for those who stay"
    );
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn entry_can_refuse_tokens_with_an_http_status() {
    let served = served(|http, ws, limits| {
        with_token(http, ws, limits);
        ws.token_refusal = TokenRefusal::Http;
    })
    .await;
    assert_eq!(Socket::try_open(served.ws, "/", &[]).await.err(), Some(401));
    assert_eq!(
        Socket::try_open(served.ws, "/", &[("authorization", "wrong")])
            .await
            .err(),
        Some(403)
    );
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn address_is_refused_after_twenty_missing_tokens() {
    let served = served(|http, ws, limits| {
        with_token(http, ws, limits);
        ws.token_refusal = TokenRefusal::Http;
    })
    .await;
    for _ in 0..20 {
        assert_eq!(Socket::try_open(served.ws, "/", &[]).await.err(), Some(401));
    }
    assert_eq!(Socket::try_open(served.ws, "/", &[]).await.err(), Some(403));
    let token = format!("Bearer {TOKEN}");
    assert!(
        Socket::try_open(served.ws, "/", &[("authorization", &token)])
            .await
            .is_ok()
    );
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn foreign_origin_cannot_connect_without_a_token() {
    let served = served(|_, _, _| {}).await;
    assert_eq!(
        Socket::try_open(served.ws, "/", &[("origin", "https://example.com")])
            .await
            .err(),
        Some(403)
    );
    assert!(
        Socket::try_open(served.ws, "/", &[("origin", "http://localhost:8080")])
            .await
            .is_ok()
    );
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn plain_http_request_gets_426_with_an_explanation() {
    let served = served(|_, _, _| {}).await;
    let answer = client()
        .get(format!("http://{}/", served.ws))
        .send()
        .await
        .expect("sent");
    assert_eq!(answer.status(), 426);
    assert!(answer.text().await.expect("text").contains("WebSocket"));
    let old = "GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 8\r\n\
               sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    let old = old.replace("connection: Upgrade", "connection: Upgrade, close");
    let answer = raw(served.ws, &old).await;
    assert!(
        answer.starts_with("HTTP/1.1 426 ") && answer.contains("sec-websocket-version: 13"),
        "{answer}"
    );
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn http_entry_can_accept_websockets() {
    let off = served(|_, _, _| {}).await;
    assert_eq!(Socket::try_open(off.http, "/", &[]).await.err(), Some(426));
    let on = served(|http, _, _| http.websocket = true).await;
    let mut socket = Socket::open(on.http, "/any/path").await;
    assert_eq!(socket.json().await["sub_type"], "connect");
    assert_eq!(
        socket.call(r#"{"action":"get_login_info","echo":3}"#).await["echo"],
        3
    );
    off.gateway.shutdown().await;
    on.gateway.shutdown().await;
}

#[tokio::test]
async fn message_over_the_limit_closes_with_1009() {
    let served = served(|_, _, limits| limits.message = 100_000).await;
    let mut socket = Socket::open(served.ws, "/api").await;
    let fits = format!(
        r#"{{"action":"get_login_info","params":{{"x":"{}"}},"echo":1}}"#,
        "a".repeat(90_000)
    );
    assert_eq!(socket.call(&fits).await["retcode"], 0);
    socket.send("a".repeat(100_001)).await;
    assert_eq!(socket.closed().await, Some(1009));
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn large_frames_are_processed_in_order() {
    let served = served(|_, _, _| {}).await;
    let mut socket = Socket::open(served.ws, "/api").await;
    let large = "a".repeat(20 << 20);
    socket
        .send(format!(
            r#"{{"action":"get_login_info","params":{{"file":"base64://{large}"}},"echo":1}}"#
        ))
        .await;
    socket.send(r#"{"action":"get_login_info","echo":2}"#).await;
    let echoes: Vec<Value> = [socket.json().await, socket.json().await]
        .iter()
        .map(|a| a["echo"].clone())
        .collect();
    assert_eq!(echoes, [json!(1), json!(2)]);
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn peer_that_answers_no_ping_is_disconnected() {
    let served = served(|_, _, limits| {
        limits.ping = Duration::from_millis(50);
        limits.silent = Duration::from_millis(300);
    })
    .await;
    // This client does not read, so its library answers no pings. When it reads again, the connection has ended.
    let mut silent = Socket::open(served.ws, "/").await;
    let mut alive = Socket::open(served.ws, "/").await;
    assert_eq!(alive.json().await["sub_type"], "connect");
    for _ in 0..12 {
        assert!(matches!(alive.next().await, Some(Message::Ping(_))));
    }
    assert_eq!(silent.json().await["sub_type"], "connect");
    assert_eq!(
        silent.closed().await,
        None,
        "it is gone, and was not said goodbye"
    );
    alive.send(r#"{"action":"get_login_info","echo":1}"#).await;
    served.gateway.shutdown().await;
}
