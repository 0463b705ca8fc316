//! `download_file`, `clean_cache` (api/actions §3.10, §3.16).

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;
use std::path::Path;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

/// A web server for one request; returns its address, and the head of the request when it has come.
async fn server(
    status: &'static str,
    body: &'static [u8],
) -> (String, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let head = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            assert_ne!(stream.read_buf(&mut head).await.expect("read"), 0);
        }
        let length = body.len();
        let start =
            format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
        let answer = [start.as_bytes(), body].concat();
        stream.write_all(&answer).await.expect("written");
        String::from_utf8(head).expect("text")
    });
    (address.to_string(), head)
}

#[tokio::test]
async fn file_is_downloaded_to_the_cache_until_it_is_cleaned() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let (address, head) = server("200 OK", b"a picture").await;
        let call = json!({
            "url": format!("http://{address}/a/b.png"), "name": "my picture.png", "thread_count": 3,
            "headers": ["User-Agent=YOUR_UA", "Referer=https://www.example.com"],
        });
        let file = bot.call("download_file", call).await.ok()["file"]
            .as_str()
            .expect("a path")
            .to_owned();
        let head = head.await.expect("a request");
        assert!(head.contains("user-agent: YOUR_UA"), "{head}");
        assert!(head.contains("referer: https://www.example.com"), "{head}");
        assert!(
            Path::new(&file).is_absolute() && file.ends_with("/my picture.png"),
            "{file}"
        );
        assert_eq!(std::fs::read(&file).expect("read"), b"a picture");

        let named = bot
            .call("download_file", json!({"base64": "aGVsbG8="}))
            .await
            .ok();
        let named = named["file"].as_str().expect("a path");
        assert!(
            named.ends_with("/5d41402abc4b2a76b9719d911017c592"),
            "{named}"
        );
        assert_eq!(std::fs::read(named).expect("read"), b"hello");

        bot.call("clean_cache", json!({})).await.ok();
        assert!(!Path::new(&file).exists() && !Path::new(named).exists());
    })
    .await;
}

#[tokio::test]
async fn bad_downloads_are_refused() {
    over_both(async |story: Story| {
        let bot = story.bot();
        bot.call("download_file", json!({}))
            .await
            .fails(Code::ParamMissing);
        for url in [
            "file:///etc/hostname",
            "ftp://example.com/a",
            "http://",
            "/etc/hostname",
        ] {
            bot.call("download_file", json!({"url": url}))
                .await
                .fails(Code::ParamInvalid);
        }
        let text = bot
            .call("download_file", json!({"base64": "a*b"}))
            .await
            .fails(Code::LoadFile);
        assert!(text.contains("`base64`"), "{text}");
        let headers = json!({"base64": "aGk=", "headers": "no header"});
        let text = bot
            .call("download_file", headers)
            .await
            .fails(Code::ParamInvalid);
        assert!(text.contains("headers"), "{text}");
        let (address, head) = server("404 Not Found", b"nothing").await;
        let call = json!({"url": format!("http://{address}/")});
        let text = bot.call("download_file", call).await.fails(Code::LoadFile);
        assert!(text.contains("404"), "{text}");
        head.await.expect("a request");
    })
    .await;
}
