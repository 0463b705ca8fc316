//! Actions that answer several times (api/transports §10).

use serde_json::{Value, json};

use crate::support::{STEP_TIMEOUT, Socket, client, served};

/// The packets of an HTTP body.
fn packets(body: &str) -> Vec<Value> {
    let packets = body.split("\r\n\r\n").filter(|packet| !packet.is_empty());
    packets
        .map(|packet| serde_json::from_str(packet).expect("JSON"))
        .collect()
}

/// What a client needs of each packet.
fn types(packets: &[Value]) -> Vec<&str> {
    let of = |packet: &'_ Value| packet["data"]["data_type"].as_str().map(str::to_owned);
    let known = ["file_info", "file_chunk", "file_complete", "error"];
    packets
        .iter()
        .map(|packet| {
            let kind = of(packet).expect("a type");
            known
                .into_iter()
                .find(|known| *known == kind)
                .expect("a known type")
        })
        .collect()
}

/// Ten bytes, as a source.
const SOURCE: &str = "base64://MDEyMzQ1Njc4OQ==";

#[tokio::test]
async fn frames_of_one_call_have_its_echo_on_websocket() {
    let served = served(|_, _, _| {}).await;
    let mut socket = Socket::open(served.ws, "/api").await;
    let call = json!({
        "action": "download_file_stream", "params": {"file": SOURCE, "chunk_size": 4}, "echo": {"n": 1},
    });
    socket.send(call.to_string()).await;
    let mut frames = Vec::new();
    for _ in 0..5 {
        frames.push(socket.json().await);
    }
    for frame in &frames {
        assert_eq!(frame["echo"], json!({"n": 1}));
        assert_eq!(frame["stream"], "stream-action");
        assert_eq!(frame["status"], "ok");
    }
    assert_eq!(
        types(&frames),
        [
            "file_info",
            "file_chunk",
            "file_chunk",
            "file_chunk",
            "file_complete"
        ]
    );
    assert_eq!(frames[0]["data"]["file_size"], 10);
    assert_eq!(
        frames[3]["data"],
        json!({"type": "stream", "data_type": "file_chunk", "index": 2, "data": "ODk=", "size": 2, "progress": 100, "base64_size": 4})
    );
    assert_eq!(frames[4]["data"]["type"], "response");
    assert_eq!(frames[4]["data"]["total_bytes"], 10);

    let call = json!({"action": "download_file_stream_async", "params": {"file": "base64://*"}, "echo": 2});
    let failed = socket.call(&call.to_string()).await;
    assert_eq!(
        failed["data"],
        json!({"type": "error", "data_type": "error"})
    );
    assert_eq!(
        (&failed["msg"], &failed["echo"]),
        (&json!("LOAD_FILE_ERROR"), &json!(2))
    );
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn http_body_has_all_packets() {
    let served = served(|_, _, _| {}).await;
    let url = format!("http://{}/download_file_stream", served.http);
    let sent = client()
        .post(&url)
        .json(&json!({"file": SOURCE, "chunk_size": 5, "echo": "e"}));
    let answer = sent.send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    let body = answer.text().await.expect("a body");
    let packets = packets(&body);
    assert_eq!(
        types(&packets),
        ["file_info", "file_chunk", "file_chunk", "file_complete"]
    );
    assert!(packets.iter().all(|packet| packet["echo"] == "e"));
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn failure_and_single_packet_are_json_bodies() {
    let served = served(|_, _, _| {}).await;
    let post = async |action: &str, params: Value| {
        let url = format!("http://{}/{action}", served.http);
        let answer = client()
            .post(url)
            .json(&params)
            .send()
            .await
            .expect("an answer");
        assert_eq!(
            answer.headers()["content-type"],
            "application/json; charset=utf-8"
        );
        answer.json::<Value>().await.expect("JSON")
    };
    let failed = post("download_file_stream", json!({})).await;
    assert_eq!(failed["msg"], "PARAM_MISSING");
    assert_eq!(
        failed["data"],
        json!({"type": "error", "data_type": "error"})
    );
    let failed = post(
        "download_file_stream",
        json!({"file": SOURCE, "chunk_size": "x"}),
    )
    .await;
    assert_eq!(failed["msg"], "PARAM_INVALID");
    assert_eq!(failed["stream"], "stream-action");
    let uploaded = json!({"stream_id": "s", "chunk_data": "aGk=", "chunk_index": 0, "total_chunks": 1, "is_complete": true});
    let uploaded = post("upload_file_stream", uploaded).await;
    assert_eq!(uploaded["data"]["status"], "file_complete");
    assert_eq!(uploaded["stream"], "stream-action");
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn readers_of_events_get_the_packets_and_the_caller_the_last_one() {
    let served = served(|http, _, _| http.events = true).await;
    let mut events = client()
        .get(format!("http://{}/_events", served.http))
        .send()
        .await
        .expect("an answer");
    let first = events.chunk().await.expect("read").expect("an event");
    assert!(first.starts_with(b"data: "));
    let url = format!("http://{}/download_file_stream", served.http);
    let answer = client()
        .post(&url)
        .json(&json!({"file": SOURCE, "chunk_size": 10}))
        .send()
        .await
        .expect("an answer");
    let last: Value = answer.json().await.expect("JSON");
    assert_eq!(last["data"]["data_type"], "file_complete");
    let mut text = String::new();
    while text.matches("\n\n").count() < 2 {
        let chunk = events.chunk().await.expect("read").expect("an event");
        text.push_str(std::str::from_utf8(&chunk).expect("text"));
    }
    let packets: Vec<Value> = text
        .split("\n\n")
        .filter_map(|event| serde_json::from_str(event.strip_prefix("data: ")?).ok())
        .collect();
    assert_eq!(types(&packets), ["file_info", "file_chunk"]);
    drop(events);
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn request_that_a_proxy_passed_on_may_not_name_paths() {
    let served = served(|_, _, _| {}).await;
    let url = format!(
        "http://{}/download_file_stream?file=/etc/hostname",
        served.http
    );
    let own = client().get(&url).send().await.expect("an answer");
    let own = own.text().await.expect("a body");
    assert_eq!(types(&packets(&own)).first(), Some(&"file_info"), "{own}");
    for header in ["X-Forwarded-For", "Forwarded"] {
        let passed_on = client()
            .get(&url)
            .header(header, "203.0.113.9")
            .send()
            .await;
        let answer: Value = passed_on.expect("an answer").json().await.expect("JSON");
        assert_eq!(answer["msg"], "PERMISSION_DENIED");
    }
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn download_ends_when_the_client_is_gone() {
    let served = served(|_, _, _| {}).await;
    let path = std::env::temp_dir().join(format!("nekonap-gateway-{}", std::process::id()));
    let file = std::fs::File::create(&path).expect("created");
    // Takes no space on disk, and would be endless if nobody stopped it.
    file.set_len(4 << 30).expect("set");
    let call = json!({"action": "download_file_stream", "params": {"file": path.to_str()}});
    let mut socket = Socket::open(served.ws, "/api").await;
    socket.send(call.to_string()).await;
    let info = socket.json().await;
    assert_eq!(info["data"]["file_size"], 4_u64 << 30);
    drop(socket);
    let url = format!("http://{}/download_file_stream", served.http);
    let mut answer = client()
        .post(&url)
        .json(&call["params"])
        .send()
        .await
        .expect("an answer");
    assert!(answer.chunk().await.expect("read").is_some());
    drop(answer);
    // The shutdown waits for running calls: for 5 s, if one does not end.
    let stopped = tokio::time::timeout(STEP_TIMEOUT, served.gateway.shutdown()).await;
    stopped.expect("no download still runs");
    std::fs::remove_file(&path).expect("removed");
}
