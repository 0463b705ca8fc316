//! A load generator for HTTP with little overhead: one buffer per connection, keep-alive, and responses that are read by
//! their `Content-Length`.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Measuring time of a figure.
pub(crate) const MEASURED: Duration = Duration::from_secs(3);

/// Requests per second over several connections, each with one request in flight. Connection `n` sends
/// `requests[n % requests.len()]`.
pub(crate) async fn requests_a_second(
    address: SocketAddr,
    connections: usize,
    requests: &[Vec<u8>],
) -> f64 {
    let start = Instant::now();
    let end = start + MEASURED;
    let mut tasks = Vec::new();
    for number in 0..connections {
        let request = requests[number % requests.len()].clone();
        tasks.push(tokio::spawn(one(address, request, end)));
    }
    let mut done = 0;
    for task in tasks {
        done += task.await.expect("a connection that holds");
    }
    f64::from(done) / start.elapsed().as_secs_f64()
}

async fn one(address: SocketAddr, request: Vec<u8>, end: Instant) -> u32 {
    let mut connection = Connection::open(address).await;
    let mut done = 0;
    while Instant::now() < end {
        connection.send(&request).await;
        connection.answer().await;
        done += 1;
    }
    done
}

/// Sends a request `times` times sequentially; returns the time until each answer.
pub(crate) async fn times(address: SocketAddr, request: Vec<u8>, times: u32) -> Vec<Duration> {
    let mut connection = Connection::open(address).await;
    let mut taken = Vec::new();
    for _ in 0..times {
        let start = Instant::now();
        connection.send(&request).await;
        connection.answer().await;
        taken.push(start.elapsed());
    }
    taken
}

/// The value that `percent` of the times do not exceed, in microseconds. Sorts the times.
pub(crate) fn percentile(times: &mut [Duration], percent: usize) -> f64 {
    times.sort_unstable();
    let at = (times.len() * percent / 100).min(times.len() - 1);
    times[at].as_secs_f64() * 1e6
}

/// The median of figures. Sorts them.
pub(crate) fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// A kept-alive HTTP connection.
pub(crate) struct Connection {
    stream: TcpStream,
    /// What was read beyond the last answer.
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("connected");
        stream.set_nodelay(true).expect("no delay");
        let buffer = Vec::with_capacity(64 << 10);
        Self { stream, buffer }
    }

    pub(crate) async fn send(&mut self, request: &[u8]) {
        self.stream.write_all(request).await.expect("written");
    }

    /// Reads an answer, which must be a success.
    pub(crate) async fn answer(&mut self) {
        let answer = loop {
            if let Some(length) = length(&self.buffer)
                && self.buffer.len() >= length
            {
                break self.buffer.drain(..length).collect::<Vec<u8>>();
            }
            let read = self.stream.read_buf(&mut self.buffer).await;
            assert!(read.expect("an answer") > 0, "closed");
        };
        let text = String::from_utf8_lossy(&answer);
        assert!(text.starts_with("HTTP/1.1 200"), "{text}");
        assert!(!text.contains(r#""status":"failed""#), "{text}");
    }
}

/// Length of the response with its head; `None` if the head is not complete.
fn length(buffer: &[u8]) -> Option<usize> {
    let head = buffer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&buffer[..head])
        .ok()?
        .to_ascii_lowercase();
    let body: usize = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))?
        .trim()
        .parse()
        .ok()?;
    Some(head + body)
}

/// A POST with a JSON body.
pub(crate) fn post(path: &str, token: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
