//! Limits of connections (api/transports §13, point 8).

use std::time::Duration;

use crate::stop::CLOSE_TIMEOUT;

/// Sizes, counts and timeouts of the connections of one entry. Each kind of entry uses those that concern it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Maximum size of an HTTP body in bytes. Clients send videos inline as base64. 512 MiB by default.
    pub body: usize,
    /// Maximum size of a WebSocket message in bytes. 256 MiB by default.
    pub message: usize,
    /// Maximum number of open sockets. 512 by default.
    pub sockets: usize,
    /// Maximum number of running calls of one WebSocket connection. While it is reached, the connection is not read. 64 by
    /// default.
    pub running: usize,
    /// Timeout from the first byte of an HTTP request to the end of its headers. 15 s by default.
    pub head: Duration,
    /// Timeout of a kept-alive HTTP connection without a request, and between two parts of a body. One minute by default.
    pub idle: Duration,
    /// How long a write may make no progress before the connection is closed. 30 s by default.
    pub stuck: Duration,
    /// How long a connection may lose events without catching up before it is closed (WebSocket: with code 1013). One
    /// minute by default.
    pub lagging: Duration,
    /// Interval between WebSocket pings. 30 s by default.
    pub ping: Duration,
    /// Delay from events to the ping whose answer acknowledges them, on entries with `replay`. 1 s by default.
    pub acknowledge: Duration,
    /// How long a WebSocket peer may send nothing, not even a pong. 90 s by default.
    pub silent: Duration,
    /// How long a WebSocket client with a wrong token stays connected. This slows down frameworks that reconnect
    /// immediately. 3 s by default.
    pub refused: Duration,
    /// How long running calls may take when the gateway shuts down. 5 s by default.
    pub shutdown: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 512 << 20,
            message: 256 << 20,
            sockets: 512,
            running: 64,
            head: Duration::from_secs(15),
            idle: Duration::from_mins(1),
            stuck: Duration::from_secs(30),
            lagging: Duration::from_mins(1),
            ping: Duration::from_secs(30),
            acknowledge: Duration::from_secs(1),
            silent: Duration::from_secs(90),
            refused: Duration::from_secs(3),
            shutdown: Duration::from_secs(5),
        }
    }
}

impl Limits {
    /// Checks that no limit is zero.
    ///
    /// # Errors
    ///
    /// The name of a limit that is zero.
    pub fn check(&self) -> Result<(), &'static str> {
        let times = [
            ("head", self.head),
            ("idle", self.idle),
            ("stuck", self.stuck),
            ("ping", self.ping),
            ("silent", self.silent),
        ];
        let times = times.map(|(name, time)| (name, time.is_zero()));
        let sizes = [
            ("body", self.body),
            ("message", self.message),
            ("sockets", self.sockets),
            ("running", self.running),
        ];
        let sizes = sizes.map(|(name, size)| (name, size == 0));
        let mut limits = times.into_iter().chain(sizes);
        match limits.find(|(_, zero)| *zero) {
            Some((name, _)) => Err(name),
            None => Ok(()),
        }
    }

    /// The limits while the gateway stops: a peer that does not read, or does not complete its request, has little time left.
    pub(crate) fn while_stopping(&self) -> Self {
        Self {
            head: self.head.min(CLOSE_TIMEOUT),
            idle: self.idle.min(CLOSE_TIMEOUT),
            stuck: self.stuck.min(CLOSE_TIMEOUT),
            ..self.clone()
        }
    }

    /// The shortest timeout of an HTTP connection.
    pub(crate) fn shortest(&self) -> Duration {
        self.head.min(self.idle).min(self.stuck)
    }
}
