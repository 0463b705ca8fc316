//! What one connection may cost (api/transports §13, point 8).

use std::time::Duration;

/// What one connection may cost.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of an HTTP body: clients inline videos as base64.
    pub body: usize,
    /// Bytes of a WebSocket message.
    pub message: usize,
    /// Sockets open at once, for each entry.
    pub sockets: usize,
    /// Calls running at once on a connection; beyond that it is not read.
    pub running: usize,
    /// From the first byte of a request to the end of its head.
    pub head: Duration,
    /// A kept-alive HTTP connection without a request, and a body that does not go on.
    pub idle: Duration,
    /// Writing without progress; then the peer counts as stuck.
    pub stuck: Duration,
    /// Losing events without ever catching up; then the connection is closed with 1013.
    pub lagging: Duration,
    /// The time between two WebSocket pings.
    pub ping: Duration,
    /// A WebSocket peer from which nothing came, not even a pong.
    pub silent: Duration,
    /// How long a client with a wrong token is kept before its connection is closed: frameworks that reconnect at once
    /// would do so a thousand times a second.
    pub refused: Duration,
    /// Running calls, when the gateway shuts down.
    pub farewell: Duration,
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
            silent: Duration::from_secs(90),
            refused: Duration::from_secs(3),
            farewell: Duration::from_secs(5),
        }
    }
}

impl Limits {
    /// The shortest of the times that an HTTP connection may wait.
    pub(crate) fn shortest(&self) -> Duration {
        self.head.min(self.idle).min(self.stuck)
    }
}
