//! Reverse WebSocket: this program connects to a framework, and reconnects when the connection ends (api/transports §5).

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

use super::session::{Session, SessionOptions};
use super::socket_config;
use crate::activity::{Activity, Watched};
use crate::config::{Limits, WsClient};
use crate::rate::RateLimit;
use crate::replay::Replay;
use crate::stop::Stop;
use crate::tls;

/// Timeout of TCP connect, TLS and the WebSocket handshake together. Python servers behind TLS are slow to start.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// Of consecutive failed attempts, the first and then one in this many is logged.
const LOG_EVERY: u64 = 10;

/// A connection to a framework, encrypted or not.
type Stream = Either<Watched<TcpStream>, tokio_rustls::client::TlsStream<Watched<TcpStream>>>;

/// Why a connection attempt failed.
#[derive(Debug, thiserror::Error)]
enum ConnectError {
    #[error("cannot connect: {0}")]
    Connect(io::Error),
    #[error(transparent)]
    Proxy(#[from] nekonap_proxy::ConnectError),
    #[error("no answer to the handshake within {} s", HANDSHAKE_TIMEOUT.as_secs())]
    TimedOut,
    #[error("TLS: {0}")]
    Tls(io::Error),
    #[error("the system's certificates cannot be used: {0}")]
    Certificates(#[from] rustls::Error),
    #[error("the framework answered {status} instead of upgrading the connection{}", hint(*.status))]
    Refused { status: StatusCode },
    #[error("the handshake failed: {0}")]
    Handshake(tungstenite::Error),
}

/// The usual cause of such a status.
fn hint(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 | 403 => {
            ": its access token differs, it expects another account, or it has not yet noticed that the previous connection is gone"
        }
        400 | 404 | 405 => ": the path of the address is probably wrong",
        _ => "",
    }
}

/// One reverse entry: connects, runs the session, and reconnects until the gateway stops.
pub(crate) struct Reverse {
    pub(crate) entry: WsClient,
    pub(crate) bot: Bot,
    /// Delays the calls; `None` is no limit.
    pub(crate) rate: Option<Arc<RateLimit>>,
    /// `None` without `replay`.
    pub(crate) replay: Option<Arc<Replay>>,
    pub(crate) limits: Arc<Limits>,
    pub(crate) stop: Stop,
}

/// A connection whose handshake is done.
struct Connected {
    socket: WebSocketStream<Stream>,
    activity: Arc<Activity>,
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
                () = self.stop.stopping() => return,
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
                    if failures % LOG_EVERY == 1 {
                        tracing::warn!(
                            entry = name, %url, %error, attempts = failures,
                            "cannot connect to a framework; trying again"
                        );
                    }
                }
            }
            tokio::select! {
                biased;
                () = self.stop.stopping() => return,
                () = sleep(self.delay()) => {}
            }
        }
    }

    /// The reconnect delay, varied by up to 10 % so that many bots do not reconnect at the same moment.
    fn delay(&self) -> Duration {
        self.entry.reconnect.mul_f64(rand::random_range(0.9..=1.1))
    }

    async fn connect(&self) -> Result<Connected, ConnectError> {
        let url = &self.entry.url;
        let stream = match &self.entry.proxy {
            Some(proxy) => proxy.connect(url.host(), url.port()).await?,
            None => TcpStream::connect((url.host(), url.port()))
                .await
                .map_err(ConnectError::Connect)?,
        };
        // Frames are small and latency matters. Without the option the connection is only slower.
        let _ = stream.set_nodelay(true);
        // Behind a proxy the peer is the proxy, and the framework runs elsewhere.
        let loopback = self.entry.proxy.is_none()
            && stream
                .peer_addr()
                .is_ok_and(|peer| peer.ip().to_canonical().is_loopback());
        let activity = Activity::new();
        let stream = Watched::new(stream, Arc::clone(&activity));
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
            activity,
            loopback,
        })
    }

    /// The handshake request, with the headers of api/transports §5.1.
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

    async fn serve(&self, connected: Connected) -> super::session::Ended {
        let entry = &self.entry;
        let vitals = self.bot.vitals();
        let _open = vitals.connections.open(&entry.name, "reverse_ws");
        let session = Session {
            name: entry.name.clone(),
            bot: self.bot.clone(),
            caller: Caller {
                form: entry.form,
                loopback: connected.loopback,
            },
            options: SessionOptions {
                form: entry.form,
                own_messages: entry.own_messages,
                raw: entry.debug,
                role: entry.role,
                heartbeat: entry.heartbeat,
                filter: entry.filter.clone(),
            },
            rate: self.rate.clone(),
            replay: self.replay.clone(),
            limits: Arc::clone(&self.limits),
            activity: connected.activity,
            stop: self.stop.clone(),
        };
        session.run(connected.socket).await
    }
}
