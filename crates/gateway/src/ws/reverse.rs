//! Reverse WebSocket: we connect to a framework, and again after every end of the connection (api/transports §5).

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use nekonap_endpoint::{Bot, Caller};
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::{self, ClientRequestBuilder};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};
use tokio_util::either::Either;

use super::socket_config;
use super::talk::{Talk, Terms};
use crate::config::{Limits, WsClient};
use crate::pace::{Pace, Watched};
use crate::stop::Stop;
use crate::tls;

/// From the first packet to the answer of the handshake: Python servers behind TLS are slow to start.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// Of failed attempts in a row the first is logged, then one in this many.
const LOGGED_ATTEMPTS: u64 = 10;

/// A connection to a framework, encrypted or not.
type Stream = Either<Watched<TcpStream>, tokio_rustls::client::TlsStream<Watched<TcpStream>>>;

/// Why a framework could not be connected to.
#[derive(Debug, thiserror::Error)]
enum ConnectError {
    #[error("cannot connect: {0}")]
    Connect(io::Error),
    #[error("no answer to the handshake within {} s", HANDSHAKE_TIMEOUT.as_secs())]
    TimedOut,
    #[error("TLS: {0}")]
    Tls(io::Error),
    #[error("the system's certificates cannot be used: {0}")]
    Certificates(#[from] rustls::Error),
    #[error("the framework answered {status} in place of an upgrade{}", hint(*.status))]
    Refused { status: StatusCode },
    #[error("the handshake failed: {0}")]
    Handshake(tungstenite::Error),
}

/// What such an answer usually means.
fn hint(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 | 403 => {
            ": its access token differs, it expects another account, or it has not yet noticed that the previous connection is gone"
        }
        400 | 404 | 405 => ": the path of the address is probably wrong",
        _ => "",
    }
}

/// One entry: connects, serves the connection, and connects again until the gateway stops.
pub(crate) struct Reverse {
    pub(crate) entry: WsClient,
    pub(crate) bot: Bot,
    pub(crate) limits: Arc<Limits>,
    pub(crate) stop: Stop,
}

/// A connection whose handshake is done.
struct Connected {
    socket: WebSocketStream<Stream>,
    pace: Arc<Pace>,
    /// Whether the framework runs on this machine.
    loopback: bool,
}

impl Reverse {
    /// Runs until the gateway stops.
    pub(crate) async fn run(self) {
        let (name, url) = (&self.entry.name, &self.entry.url);
        let mut failures = 0;
        loop {
            let connected = tokio::select! {
                biased;
                () = self.stop.asked() => return,
                connected = timeout(HANDSHAKE_TIMEOUT, Box::pin(self.connect())) => {
                    connected.unwrap_or(Err(ConnectError::TimedOut))
                }
            };
            match connected {
                Ok(connected) => {
                    failures = 0;
                    tracing::info!(entry = name, %url, role = ?self.entry.role, "connected to a framework");
                    let ended = self.serve(connected).await;
                    tracing::info!(entry = name, %url, ?ended, "the connection to a framework ended");
                }
                Err(error) => {
                    failures += 1;
                    if failures % LOGGED_ATTEMPTS == 1 {
                        tracing::warn!(
                            entry = name, %url, %error, attempts = failures,
                            "a framework cannot be reached; trying again"
                        );
                    }
                }
            }
            tokio::select! {
                biased;
                () = self.stop.asked() => return,
                () = sleep(self.pause()) => {}
            }
        }
    }

    /// The reconnect interval, varied by 10 % either way so that many bots do not come back at the same moment.
    fn pause(&self) -> Duration {
        self.entry.reconnect.mul_f64(rand::random_range(0.9..=1.1))
    }

    async fn connect(&self) -> Result<Connected, ConnectError> {
        let url = &self.entry.url;
        let stream = TcpStream::connect((url.host(), url.port()))
            .await
            .map_err(ConnectError::Connect)?;
        // Frames are small and are waited for; a socket that refuses the option is slower, not broken.
        let _ = stream.set_nodelay(true);
        let loopback = stream
            .peer_addr()
            .is_ok_and(|peer| peer.ip().to_canonical().is_loopback());
        let pace = Pace::new();
        let stream = Watched::new(stream, Arc::clone(&pace));
        let stream = if url.tls() {
            let name = ServerName::try_from(url.host().to_owned())
                .map_err(|error| ConnectError::Tls(io::Error::other(error)))?;
            let connector = tls::connector(self.entry.verify_certificate)?;
            Either::Right(
                connector
                    .connect(name, stream)
                    .await
                    .map_err(ConnectError::Tls)?,
            )
        } else {
            Either::Left(stream)
        };
        let config = socket_config(self.limits.message);
        let (socket, _) = client_async_with_config(self.request(), stream, Some(config))
            .await
            .map_err(|error| match error {
                tungstenite::Error::Http(answer) => ConnectError::Refused {
                    status: answer.status(),
                },
                error => ConnectError::Handshake(error),
            })?;
        Ok(Connected {
            socket,
            pace,
            loopback,
        })
    }

    /// The handshake, with the headers of api/transports §5.1.
    fn request(&self) -> ClientRequestBuilder {
        let request = ClientRequestBuilder::new(self.entry.url.uri().clone())
            .with_header("X-Self-ID", self.bot.self_id().to_string())
            .with_header("X-Client-Role", self.entry.role.header())
            .with_header("User-Agent", crate::USER_AGENT);
        match &self.entry.token {
            Some(token) => {
                request.with_header("Authorization", format!("Bearer {}", token.reveal()))
            }
            None => request,
        }
    }

    async fn serve(&self, connected: Connected) -> super::talk::Ended {
        let entry = &self.entry;
        let talk = Talk {
            name: entry.name.clone(),
            bot: self.bot.clone(),
            caller: Caller {
                form: entry.form,
                loopback: connected.loopback,
            },
            terms: Terms {
                form: entry.form,
                own_messages: entry.own_messages,
                raw: entry.debug,
                role: entry.role,
                heartbeat: entry.heartbeat,
            },
            limits: Arc::clone(&self.limits),
            pace: connected.pace,
            stop: self.stop.clone(),
        };
        talk.run(connected.socket).await
    }
}
