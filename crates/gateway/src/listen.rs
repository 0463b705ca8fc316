//! Listeners: binding them, and the life of every connection they accept (api/transports §11 "Host forms", api/transports §13, point 8).

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use nekonap_endpoint::Caller;
use nekonap_onebot::Form;
use tokio::net::{TcpListener, TcpStream, lookup_host};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, interval_at, sleep};

use crate::GatewayError;
use crate::config::Listen;
use crate::pace::{Pace, Watched};
use crate::server::Server;
use crate::target::Mended;

/// How often a connection is looked at for having waited too long: a fraction of the shortest limit there is.
const LOOK: Duration = Duration::from_secs(1);

/// The pause after a failed accept, which means that this process is out of file descriptors: sockets must close first.
const PAUSE: Duration = Duration::from_millis(100);

/// One connection, as whoever answers its requests knows it.
pub(crate) struct Connection {
    pub(crate) peer: SocketAddr,
    pub(crate) pace: Arc<Pace>,
    /// Its place among the entry's sockets, given back when the last task that uses the socket is done.
    _place: OwnedSemaphorePermit,
}

impl Connection {
    /// Who calls over it, and in which form the answers are wanted.
    pub(crate) fn caller(&self, form: Form) -> Caller {
        Caller {
            form,
            loopback: self.peer.ip().to_canonical().is_loopback(),
        }
    }
}

/// Binds what `listen` names. `localhost` is both loopback addresses, every interface is IPv6 and IPv4.
pub(crate) async fn bind(entry: &str, listen: &Listen) -> Result<Vec<TcpListener>, GatewayError> {
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
        let port = first.local_addr().map_err(fail)?.port();
        let second = bind_one(Ipv6Addr::LOCALHOST.into(), port).await;
        return match second {
            Ok(second) => Ok(vec![first, second]),
            // A machine without IPv6 has one loopback address.
            Err(error) if error.kind() != io::ErrorKind::AddrInUse => Ok(vec![first]),
            Err(error) => Err(fail(error)),
        };
    }
    if matches!(host, "" | "::" | "0.0.0.0") {
        // Where there is IPv6, a listener on :: takes both; where there is none, the bind says so.
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

async fn bind_one(address: IpAddr, port: u16) -> io::Result<TcpListener> {
    // tokio sets SO_REUSEADDR where it means "restart at once" and not "share the port".
    TcpListener::bind((address, port)).await
}

/// Accepts connections until the gateway stops.
pub(crate) async fn accept(listener: TcpListener, server: Arc<Server>) {
    loop {
        let accepted = tokio::select! {
            biased;
            () = server.stop.asked() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => welcome(stream, peer, &server),
            Err(error) if is_the_peers(&error) => {}
            Err(error) => {
                tracing::warn!(entry = server.name, %error, "a connection could not be accepted");
                sleep(PAUSE).await;
            }
        }
    }
}

/// Errors of accept that are about one connection, which is gone.
fn is_the_peers(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}

fn welcome(stream: TcpStream, peer: SocketAddr, server: &Arc<Server>) {
    let Ok(place) = Arc::clone(&server.places).try_acquire_owned() else {
        let first = server.crowded();
        if first {
            tracing::warn!(
                entry = server.name,
                sockets = server.limits.sockets,
                "too many sockets; more are turned away"
            );
        }
        // What does not fit into the socket's empty buffer now is not worth waiting for.
        let _ = stream.try_write(
            b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        );
        return;
    };
    server.roomy();
    let connection = Connection {
        peer,
        pace: Pace::new(),
        _place: place,
    };
    server
        .stop
        .spawn(serve(stream, connection, Arc::clone(server)));
}

/// Serves one connection until it ends, waits too long, or the gateway stops.
async fn serve(stream: TcpStream, connection: Connection, server: Arc<Server>) {
    // Answers are small and are waited for.
    let _ = stream.set_nodelay(true);
    let pace = Arc::clone(&connection.pace);
    let io = TokioIo::new(Watched::new(Mended::new(stream), Arc::clone(&pace)));
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
    let look = LOOK.min(server.limits.shortest());
    let mut looks = interval_at(Instant::now() + look, look);
    let mut leaving = false;
    loop {
        tokio::select! {
            biased;
            ended = &mut http => {
                if let Err(error) = ended {
                    tracing::debug!(entry = server.name, %peer, %error, "a connection broke");
                }
                return;
            }
            () = server.stop.asked(), if !leaving => {
                leaving = true;
                http.as_mut().graceful_shutdown();
            }
            () = server.stop.at_once(), if leaving => return,
            _ = looks.tick() => {
                if let Some(overdue) = pace.overdue(&server.limits) {
                    tracing::debug!(entry = server.name, %peer, ?overdue, "a connection is closed");
                    return;
                }
            }
        }
    }
}
