//! Connections through proxies that the tests implement, byte by byte from RFC 9110 and RFC 1928.

use std::net::SocketAddr;

use nekonap_proxy::{ConnectError, Proxy, ProxyUrlError};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    (listener, address)
}

fn proxy(url: &str) -> Proxy {
    url.parse().expect("a proxy")
}

/// Sends a text each way.
async fn talk(mut one: TcpStream, mut other: TcpStream) {
    for _ in 0..2 {
        one.write_all(b"hello").await.expect("sent");
        let mut heard = [0; 5];
        other.read_exact(&mut heard).await.expect("heard");
        assert_eq!(&heard, b"hello");
        std::mem::swap(&mut one, &mut other);
    }
}

#[tokio::test]
async fn http_proxy_gets_a_connect_request_with_the_credentials() {
    let (listener, address) = listen().await;
    let serve = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a connection");
        let mut stream = BufReader::new(stream);
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).await.expect("a line");
            if line == "\r\n" {
                break;
            }
            lines.push(line.trim_end().to_owned());
        }
        let answer = b"HTTP/1.1 200 Connection established\r\n\r\n";
        stream.write_all(answer).await.expect("sent");
        (lines, stream.into_inner())
    });
    let proxy = proxy(&format!("http://me:p%40ss@{address}"));
    let stream = proxy.connect("qq.example", 8080).await.expect("connected");
    let (lines, other) = serve.await.expect("served");
    assert_eq!(lines[0], "CONNECT qq.example:8080 HTTP/1.1");
    // "me:p@ss" in base64.
    assert!(
        lines.contains(&"Proxy-Authorization: Basic bWU6cEBzcw==".to_owned()),
        "{lines:?}"
    );
    talk(stream, other).await;
}

#[tokio::test]
async fn http_proxy_that_refuses_is_an_error_without_the_password() {
    for (status, reason) in [
        ("407 Proxy Authentication Required", "authorization"),
        ("502 Bad Gateway", "unsuccessful"),
    ] {
        let (listener, address) = listen().await;
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut head = [0; 1_024];
            let _ = stream.read(&mut head).await.expect("a request");
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.expect("sent");
        });
        let proxy = proxy(&format!("http://me:s3cret@{address}"));
        let error = proxy.connect("::1", 443).await.expect_err("refused");
        let text = error.to_string();
        assert!(
            matches!(&error, ConnectError::Target { target, .. } if target == "[::1]:443"),
            "{text}"
        );
        assert!(text.contains(reason) && !text.contains("s3cret"), "{text}");
        assert!(!format!("{proxy:?}").contains("s3cret"));
    }
}

/// Serves one SOCKS5 connection: user name and password, then a request with a host name. Answers with `reply`.
async fn socks(listener: TcpListener, reply: u8) -> (Vec<u8>, TcpStream) {
    let (mut stream, _) = listener.accept().await.expect("a connection");
    let mut greeting = [0; 3];
    stream.read_exact(&mut greeting).await.expect("a greeting");
    assert_eq!(
        greeting,
        [5, 1, 2],
        "version 5, one method: user name and password"
    );
    stream.write_all(&[5, 2]).await.expect("sent");
    let mut credentials = [0; 9];
    stream
        .read_exact(&mut credentials)
        .await
        .expect("credentials");
    assert_eq!(&credentials, b"\x01\x02me\x04p@ss");
    stream.write_all(&[1, 0]).await.expect("sent");
    let mut request = vec![0; 5 + "qq.example".len() + 2];
    stream.read_exact(&mut request).await.expect("a request");
    let answer = [5, reply, 0, 1, 127, 0, 0, 1, 0, 9];
    stream.write_all(&answer).await.expect("sent");
    (request, stream)
}

#[tokio::test]
async fn socks_proxy_resolves_the_name() {
    let (listener, address) = listen().await;
    let serve = tokio::spawn(socks(listener, 0));
    let proxy = proxy(&format!("socks5://me:p%40ss@{address}"));
    let stream = proxy
        .connect("qq.example", 0x1f90)
        .await
        .expect("connected");
    let (request, other) = serve.await.expect("served");
    assert_eq!(request, b"\x05\x01\x00\x03\x0aqq.example\x1f\x90");
    talk(stream, other).await;
    let (listener, address) = listen().await;
    let serve = tokio::spawn(socks(listener, 5));
    let proxy = self::proxy(&format!("socks5://me:p%40ss@{address}"));
    let error = proxy.connect("qq.example", 1).await.expect_err("refused");
    assert!(matches!(error, ConnectError::Target { .. }), "{error}");
    serve.await.expect("served");
}

#[tokio::test]
async fn proxy_that_cannot_be_reached_is_named() {
    let (listener, address) = listen().await;
    drop(listener);
    let proxy = proxy(&format!("socks5://{address}"));
    let error = proxy.connect("qq.example", 1).await.expect_err("refused");
    assert!(matches!(error, ConnectError::Proxy { .. }), "{error}");
    assert!(
        error.to_string().contains(&format!("socks5://{address}")),
        "{error}"
    );
}

#[test]
fn address_is_checked() {
    for text in [
        "",
        "127.0.0.1:1",
        "http://",
        "http://h",
        "http://h:0",
        "http://h:1/path",
        "http://h:1?q",
        "http://h:99999",
    ] {
        assert_eq!(text.parse::<Proxy>(), Err(ProxyUrlError::Syntax), "{text}");
    }
    for text in ["https://h:1", "socks4://h:1", "ftp://h:1"] {
        assert_eq!(text.parse::<Proxy>(), Err(ProxyUrlError::Scheme), "{text}");
    }
    let long = format!("http://{}:x@h:1", "u".repeat(256));
    for text in [long.as_str(), "http://a%0a:x@h:1", "http://%ff@h:1"] {
        assert_eq!(
            text.parse::<Proxy>(),
            Err(ProxyUrlError::Credentials),
            "{text}"
        );
    }
    for (text, shown, revealed) in [
        ("http://h:1/", "http://h:1", "http://h:1"),
        (
            "socks5://u:p%3A@[::1]:1080",
            "socks5://[::1]:1080",
            "socks5h://u:p%3A@[::1]:1080",
        ),
        ("socks5h://h:1", "socks5://h:1", "socks5h://h:1"),
    ] {
        let proxy = proxy(text);
        assert_eq!(
            (proxy.to_string().as_str(), proxy.reveal().as_str()),
            (shown, revealed)
        );
    }
}
