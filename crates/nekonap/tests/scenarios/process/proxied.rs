//! `nekonap run` with a proxy before the QQ servers and a certificate for its HTTP server.

use super::program::Program;
use super::running::{Running, call, configured, confirm};
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
};

/// An HTTP proxy, and the first lines of its requests.
fn proxy() -> (SocketAddr, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let (requests, seen) = channel();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let requests = requests.clone();
            thread::spawn(move || forward(stream, &requests));
        }
    });
    (address, seen)
}

/// Serves one `CONNECT` request until either side closes.
fn forward(mut stream: TcpStream, requests: &Sender<String>) {
    let mut head = BufReader::new(stream.try_clone().expect("a socket")).lines();
    let first = head.next().expect("a request").expect("text");
    while !head.next().expect("a header").expect("text").is_empty() {}
    let target = first
        .strip_prefix("CONNECT ")
        .and_then(|rest| rest.strip_suffix(" HTTP/1.1"))
        .expect("a target");
    let mut onward = TcpStream::connect(target).expect("a connection");
    let _ = requests.send(first);
    stream
        .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
        .expect("sent");
    let (mut from, mut to) = (
        stream.try_clone().expect("a socket"),
        onward.try_clone().expect("a socket"),
    );
    // Either copy ends with an error if its side is reset.
    thread::spawn(move || std::io::copy(&mut from, &mut to));
    let _ = std::io::copy(&mut onward, &mut stream);
}

#[tokio::test]
async fn bot_logs_in_through_its_proxy_and_serves_https() {
    let runtime = tempfile::tempdir().expect("a folder");
    let sandbox = Program::sandbox(runtime.path(), &[]);
    let (folder, _) = configured(&sandbox);
    let folder = folder.path();
    let names = vec!["bots.example".to_owned()];
    let certified = rcgen::generate_simple_self_signed(names).expect("a certificate");
    fs::write(folder.join("cert.pem"), certified.cert.pem()).expect("written");
    fs::write(
        folder.join("key.pem"),
        certified.signing_key.serialize_pem(),
    )
    .expect("written");
    let (proxy, requests) = proxy();
    let file = folder.join("nekonap.toml");
    let text = fs::read_to_string(&file).expect("a configuration");
    let text = text
        .replace("[qq]\n", &format!("[qq]\nproxy = \"http://{proxy}\"\n"))
        .replace(
            "[[http]]\n",
            "[[http]]\ntls = { certificate = \"cert.pem\", key = \"key.pem\" }\n",
        );
    fs::write(&file, text).expect("written");

    let program = Running::start(folder);
    confirm(&sandbox, &program, 10003).await;
    program.says("已上线");
    let wire = sandbox.ready["wire"].as_str().expect("an address");
    assert_eq!(
        requests.recv().expect("a request"),
        format!("CONNECT {wire} HTTP/1.1")
    );
    // `nekonap call` reaches the server although the certificate names another host.
    assert_eq!(call(folder, &["get_login_info"])["user_id"], 10003);
    assert_eq!(program.stop(), Some(0));
}
