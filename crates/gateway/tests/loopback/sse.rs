//! Server-sent events (api/transports §6).

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{TOKEN, client, served, with_token};

#[tokio::test]
async fn events_stream_begins_with_the_lifecycle() {
    let served = served(|http, ws, limits| {
        with_token(http, ws, limits);
        http.events = true;
    })
    .await;
    let url = format!("http://{}/_events", served.http);
    let client = client();
    let refused = client.get(&url).send().await.expect("an answer");
    assert_eq!(refused.status(), 401);
    for request in [
        client.get(&url).bearer_auth(TOKEN),
        client.get(format!("{url}?access_token={TOKEN}")),
    ] {
        let mut answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
        let header = |name: &str| answer.headers()[name].to_str().expect("text").to_owned();
        assert_eq!(header("content-type"), "text/event-stream; charset=utf-8");
        assert_eq!(header("cache-control"), "no-cache");
        assert_eq!(header("access-control-allow-origin"), "*");
        let first = answer.chunk().await.expect("a chunk").expect("an event");
        let text = std::str::from_utf8(&first).expect("text");
        let json = text
            .strip_prefix("data: ")
            .and_then(|rest| rest.strip_suffix("\n\n"))
            .expect("one event");
        let event: serde_json::Value = serde_json::from_str(json).expect("JSON");
        assert_eq!(event["meta_event_type"], "lifecycle");
        assert_eq!(event["sub_type"], "connect");
        assert_eq!(event["self_id"], 10001);
    }
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn entry_without_events_treats_the_path_as_an_action() {
    let served = served(|_, _, _| {}).await;
    let answer = client()
        .get(format!("http://{}/_events", served.http))
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 404);
    served.gateway.shutdown().await;
}

// The clock is paused and jumps to the next timer whenever all tasks wait, so nothing here takes real time.
#[tokio::test(start_paused = true)]
async fn quiet_stream_has_comment_lines() {
    let served = served(|http, _, _| http.events = true).await;
    let mut stream = TcpStream::connect(served.http).await.expect("connected");
    let request = "GET /_events HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut received = Vec::new();
    let comment = b"\n: keep-alive\n\n";
    while !received.windows(comment.len()).any(|part| part == comment) {
        assert_ne!(stream.read_buf(&mut received).await.expect("read"), 0);
    }
    let text = String::from_utf8(received).expect("text");
    let first = text.find("data: {").expect("an event");
    assert!(text[first..].contains("\"sub_type\":\"connect\""), "{text}");
    assert!(first < text.find(": keep-alive").expect("a comment"));
    drop(stream);
    served.gateway.shutdown().await;
}
