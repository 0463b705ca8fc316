//! Listeners: binding them, accepting connections, and enforcing timeouts (api/transports §11 "Host forms",
//! api/transports §13, point 8).

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderMap;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use nekonap_endpoint::Caller;
use nekonap_onebot::Form;
use tokio::net::{TcpListener, TcpStream, lookup_host};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, interval_at, sleep, timeout};
use tokio_rustls::server::TlsStream;
use tokio_util::either::Either;

use crate::GatewayError;
use crate::activity::{Activity, Watched};
use crate::config::Listen;
use crate::server::{Kind, Server};
use crate::target::InsertSlash;

/// How often the timeouts of a connection are checked. It is the accuracy of the timeouts, which are 15 s and more by default.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// Delay after a failed accept. Usually the process has no file descriptors left, and a retry fails until sockets close.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(100);

/// Headers that proxies add to requests that they pass on.
const PASSED_ON: [&str; 4] = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];

/// The byte stream of a connection, encrypted or not.
type Stream = Either<Watched<TcpStream>, TlsStream<Watched<TcpStream>>>;

/// One accepted connection.
pub(crate) struct Connection {
    pub(crate) peer: SocketAddr,
    pub(crate) activity: Arc<Activity>,
    /// Counts against the entry's socket limit until the last task that uses the socket has ended.
    _permit: OwnedSemaphorePermit,
}

impl Connection {
    /// The caller of actions over this connection. `form`: message format of the answers; `headers`: of the request, which show a
    /// proxy on this machine that passes on requests of others.
    pub(crate) fn caller(&self, form: Form, headers: &HeaderMap) -> Caller {
        let passed_on = PASSED_ON.iter().any(|name| headers.contains_key(*name));
        Caller {
            form,
            loopback: self.peer.ip().to_canonical().is_loopback() && !passed_on,
        }
    }
}

/// A listener and its actual address.
type Bound = (TcpListener, SocketAddr);

/// Binds the address. `localhost` binds both loopback addresses; all interfaces means IPv6 and IPv4.
pub(crate) async fn bind(entry: &str, listen: &Listen) -> Result<Vec<Bound>, GatewayError> {
    let fail = |error: io::Error| match error.kind() {
        io::ErrorKind::AddrInUse => GatewayError::AddressInUse {
            entry: entry.to_owned(),
            listen: listen.clone(),
        },
        _ => GatewayError::Listen {
            entry: entry.to_owned(),
            listen: listen.clone(),
            error,
        },
    };
    let host = listen.host.trim_start_matches('[').trim_end_matches(']');
    if host.eq_ignore_ascii_case("localhost") {
        let first = bind_one(Ipv4Addr::LOCALHOST.into(), listen.port)
            .await
            .map_err(fail)?;
        let second = bind_one(Ipv6Addr::LOCALHOST.into(), first.1.port()).await;
        return match second {
            Ok(second) => Ok(vec![first, second]),
            // This machine has no IPv6.
            Err(error) if error.kind() != io::ErrorKind::AddrInUse => Ok(vec![first]),
            Err(error) => Err(fail(error)),
        };
    }
    if matches!(host, "" | "::" | "0.0.0.0") {
        // A listener on :: accepts both IPv6 and IPv4. Without IPv6 on this machine the bind fails.
        let both = bind_one(Ipv6Addr::UNSPECIFIED.into(), listen.port).await;
        return match both {
            Ok(both) => Ok(vec![both]),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => Err(fail(error)),
            Err(_) => Ok(vec![
                bind_one(Ipv4Addr::UNSPECIFIED.into(), listen.port)
                    .await
                    .map_err(fail)?,
            ]),
        };
    }
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![bind_one(address, listen.port).await.map_err(fail)?]);
    }
    let mut found = lookup_host((host, listen.port)).await.map_err(fail)?;
    let address = found
        .next()
        .ok_or_else(|| fail(io::ErrorKind::AddrNotAvailable.into()))?;
    Ok(vec![
        bind_one(address.ip(), address.port()).await.map_err(fail)?,
    ])
}

async fn bind_one(address: IpAddr, port: u16) -> io::Result<Bound> {
    // On Unix tokio sets SO_REUSEADDR, which allows an immediate restart. It does not set it on Windows, where it would
    // allow two programs to share the port.
    let listener = TcpListener::bind((address, port)).await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Accepts connections until the gateway stops.
pub(crate) async fn accept(listener: TcpListener, server: Arc<Server>) {
    loop {
        let accepted = tokio::select! {
            biased;
            () = server.stop.stopping() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => start(stream, peer, &server),
            Err(error) if is_peer_error(&error) => {}
            Err(error) => {
                tracing::warn!(entry = server.name, %error, "a connection could not be accepted");
                sleep(ACCEPT_RETRY_DELAY).await;
            }
        }
    }
}

/// Whether an accept error concerns only the one connection, which the peer has already closed.
fn is_peer_error(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}

/// Spawns the task of a connection, or rejects it if the entry has too many sockets.
fn start(stream: TcpStream, peer: SocketAddr, server: &Arc<Server>) {
    let Ok(permit) = Arc::clone(&server.socket_permits).try_acquire_owned() else {
        let first = server.set_full();
        if first {
            tracing::warn!(
                entry = server.name,
                sockets = server.limits.sockets,
                "the limit of open sockets is reached; new connections are rejected"
            );
        }
        if server.tls.is_none() {
            // The send buffer of a new socket is empty, so this does not need to wait.
            let _ = stream.try_write(
                b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            );
        }
        return;
    };
    server.clear_full();
    let connection = Connection {
        peer,
        activity: Activity::new(),
        _permit: permit,
    };
    server
        .stop
        .spawn(serve(stream, connection, Arc::clone(server)));
}

/// Does the TLS handshake of a connection, if its entry has a certificate. `None` if it fails or the gateway stops.
async fn encrypt(
    stream: Watched<TcpStream>,
    connection: &Connection,
    server: &Server,
) -> Option<Stream> {
    let Some(certificate) = &server.tls else {
        return Some(Either::Left(stream));
    };
    // The bytes of the handshake are not the head of a request.
    let _busy = connection.activity.busy();
    let handshake = Box::pin(timeout(
        server.limits.head,
        certificate.acceptor().accept(stream),
    ));
    let accepted = tokio::select! {
        biased;
        () = server.stop.stopping() => return None,
        accepted = handshake => accepted.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())),
    };
    accepted
        .map_err(|error| server.log_handshake(connection.peer, &error))
        .ok()
        .map(Either::Right)
}

/// Serves one connection until it ends, a timeout expires, or the gateway stops.
async fn serve(stream: TcpStream, connection: Connection, server: Arc<Server>) {
    // Answers are small, and the client waits for each.
    let _ = stream.set_nodelay(true);
    let activity = Arc::clone(&connection.activity);
    let _open = matches!(server.kind, Kind::Http { .. })
        .then(|| server.bot.vitals().connections.open(&server.name, "http"));
    let stream = Watched::new(stream, Arc::clone(&activity));
    let Some(stream) = encrypt(stream, &connection, &server).await else {
        return;
    };
    let io = TokioIo::new(InsertSlash::new(stream));
    let (server, connection) = (&server, &Arc::new(connection));
    let peer = connection.peer;
    let service = service_fn(async move |request| {
        Ok::<_, std::convert::Infallible>(server.answer(request, connection).await)
    });
    let http = http1::Builder::new()
        .header_read_timeout(None)
        .serve_connection(io, service)
        .with_upgrades();
    let mut http = std::pin::pin!(http);
    let period = CHECK_INTERVAL.min(server.limits.shortest());
    let mut checks = interval_at(Instant::now() + period, period);
    let mut limits = Arc::clone(&server.limits);
    let mut stopping = false;
    loop {
        tokio::select! {
            biased;
            ended = &mut http => {
                if let Err(error) = ended {
                    tracing::debug!(entry = server.name, %peer, %error, "a connection broke");
                }
                return;
            }
            () = server.stop.stopping(), if !stopping => {
                stopping = true;
                limits = Arc::new(limits.while_stopping());
                http.as_mut().graceful_shutdown();
            }
            () = server.stop.aborted(), if stopping => return,
            _ = checks.tick() => {
                if let Some(overdue) = activity.overdue(&limits) {
                    tracing::debug!(entry = server.name, %peer, ?overdue, "a connection timed out");
                    return;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use nekonap_archive::Archive;
    use nekonap_client::{Address, Client};
    use nekonap_endpoint::Bot;
    use nekonap_ids::Uin;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::config::{Access, HttpServer, WithoutToken};
    use crate::stop::Stop;

    /// A bot whose servers cannot be reached.
    async fn bot() -> Bot {
        let config = nekonap_client::Config {
            servers: vec![Address::new("127.0.0.1", 9)],
            ..nekonap_client::Config::default()
        };
        let (client, events) = Client::start(config).expect("a client");
        let account = Uin::new(10_001).expect("an account");
        let (archive, _) = Archive::open(account, nekonap_archive::Config::default())
            .await
            .expect("an archive in memory");
        let config = nekonap_endpoint::Config::default();
        Bot::start(account, client, events, archive, config).0
    }

    #[tokio::test]
    async fn public_peer_of_an_entry_without_a_token_gets_403_and_a_private_one_is_served() {
        let entry = HttpServer {
            listen: Listen::new("0.0.0.0", 0),
            access: Access {
                token: None,
                without_token: WithoutToken::Private,
            },
            websocket: true,
            ..HttpServer::default()
        };
        let bound = bind(&entry.name, &entry.listen).await.expect("bound");
        let [(listener, address)] = &*bound else {
            panic!("one listener")
        };
        let kind = Kind::Http {
            entry,
            mounts: [].into(),
        };
        let server = Server::new(kind, bot().await, Stop::default()).expect("a server");
        let server = Arc::new(server);
        let upgrade = "connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
                       sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        for (peer, headers, status) in [
            ("203.0.113.9", "connection: close\r\n", "403"),
            ("203.0.113.9", upgrade, "403"),
            ("[2001:db8::1]", upgrade, "403"),
            ("192.168.0.5", "connection: close\r\n", "200"),
            ("192.168.0.5", upgrade, "101"),
        ] {
            let client = TcpStream::connect((Ipv4Addr::LOCALHOST, address.port())).await;
            let mut client = client.expect("connected");
            let (accepted, _) = listener.accept().await.expect("accepted");
            // As if the connection had come from there.
            let peer = format!("{peer}:5000").parse().expect("an address");
            start(accepted, peer, &server);
            let request =
                format!("GET /get_login_info HTTP/1.1\r\nhost: bot.example\r\n{headers}\r\n");
            client.write_all(request.as_bytes()).await.expect("sent");
            let mut line = [0; 12];
            client.read_exact(&mut line).await.expect("an answer");
            let line = String::from_utf8_lossy(&line);
            assert_eq!(line, format!("HTTP/1.1 {status}"), "{peer} {headers}");
        }
        server.stop.abort();
    }
}
