//! `nekonap run` when the account is logged out: a new QR code, and the same process goes on after the scan.

use super::{
    program::Program,
    running::{Running, announced, configured, confirm},
};
use crate::story::{STEP_TIMEOUT, shape, socket};
use futures_util::StreamExt;
use serde_json::{Value, json};
use std::path::Path;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpListener,
    time::timeout,
};

/// Adds tables to the configuration.
fn configure(folder: &Path, tables: &str) {
    let path = folder.join("nekonap.toml");
    let text = std::fs::read_to_string(&path).expect("a configuration");
    std::fs::write(&path, text + tables).expect("written");
}

/// Answers the next request; returns its JSON body.
pub(super) async fn posted(listener: &TcpListener) -> Value {
    let (stream, _) = timeout(STEP_TIMEOUT, listener.accept())
        .await
        .expect("in time")
        .expect("a connection");
    let mut stream = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.expect("a line");
        let line = line.trim_end().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().expect("a number");
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.expect("the body");
    stream
        .write_all(b"HTTP/1.1 204 No Content\r\n\r\n")
        .await
        .expect("answered");
    serde_json::from_slice(&body).expect("JSON")
}

#[tokio::test]
async fn kicked_account_gets_a_new_code_and_the_same_process_goes_on() {
    let runtime = tempfile::tempdir().expect("a folder");
    let sandbox = Program::sandbox(runtime.path(), &[]);
    let (folder, data) = configured(&sandbox);
    let alarm = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = alarm.local_addr().expect("an address");
    configure(
        folder.path(),
        &format!(
            "[onebot]\nheartbeat = \"100ms\"\n[events]\nbot_online = true\n[on_offline]\nurl = \"http://{url}/lost\"\n"
        ),
    );
    let program = Running::start(folder.path());
    confirm(&sandbox, &program, 10003).await;
    let [_, ws] = ["http", "ws"].map(|_| {
        let line = program.says("开始监听");
        let (_, address) = line.split_once("address=").expect("an address");
        format!("ws://{address}/")
    });
    program.says("已上线");
    assert!(!data.join("qrcode.png").exists());
    let bot = announced(folder.path());
    let ready = || async {
        let client = reqwest::Client::builder().no_proxy().build();
        let answer = client
            .expect("a client")
            .get(format!("{}/readyz", bot.http))
            .send();
        answer.await.expect("an answer").status().as_u16()
    };
    let mut framework = socket(&ws, &bot.token).await;
    let mut hears = async |pattern: Value| {
        let heard = async {
            loop {
                let frame = framework.next().await.expect("open").expect("a frame");
                let Ok(text) = frame.to_text() else { continue };
                let Ok(event) = serde_json::from_str::<Value>(text) else {
                    continue;
                };
                if shape::like(&event, &pattern) {
                    return;
                }
            }
        };
        timeout(STEP_TIMEOUT, heard)
            .await
            .unwrap_or_else(|_| panic!("waited for {pattern}"));
    };
    assert_eq!(ready().await, 200);

    sandbox
        .fault(&json!({"fault": "kick", "uin": 10003, "title": "下线通知", "message": "logged in elsewhere"}))
        .await;
    hears(json!({"notice_type": "bot_offline", "message": "logged in elsewhere"})).await;
    hears(json!({"meta_event_type": "heartbeat", "status": {"online": false}})).await;
    let call = posted(&alarm).await;
    let picture = data.join("qrcode.png");
    assert!(
        shape::like(
            &call,
            &json!({"account": 10003, "reason": "下线通知 logged in elsewhere", "qr_file": picture})
        ),
        "{call}"
    );
    let saved = std::fs::read(&picture).expect("the picture");
    assert!(saved.starts_with(b"\x89PNG"), "{} bytes", saved.len());
    assert_eq!(ready().await, 503);
    let said =
        json!({"as": 10002, "do": "send_group_message", "group": 20001, "message": "meanwhile"});
    assert_eq!(sandbox.act(&said).await.0, 200);

    let code = confirm(&sandbox, &program, 10003).await;
    assert_eq!(call["qr_url"], code);
    hears(json!({"notice_type": "bot_online", "reason": "Login"})).await;
    hears(json!({"raw_message": "meanwhile"})).await;
    hears(json!({"meta_event_type": "heartbeat", "status": {"online": true}})).await;
    program.says("已上线");
    assert!(!picture.exists());
    assert_eq!(ready().await, 200);
    assert_eq!(program.stop(), Some(0));
}
