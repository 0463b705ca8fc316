//! TCP connections through a proxy: HTTP (`CONNECT`) or SOCKS5 (api/transports §13, point 10).

use std::fmt;
use std::io;
use std::str::FromStr;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderValue, Uri};
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower::{ServiceExt, service_fn};

/// A proxy server: `http://[USER:PASSWORD@]HOST:PORT` or `socks5://[USER:PASSWORD@]HOST:PORT`. A SOCKS5 proxy resolves host
/// names itself. `Debug` and `Display` do not print the user name and the password.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    protocol: Protocol,
    host: String,
    port: u16,
    credentials: Option<Credentials>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Protocol {
    Http,
    Socks5,
}

#[derive(Clone, PartialEq, Eq)]
struct Credentials {
    user: String,
    password: String,
    /// As in the URL: `USER:PASSWORD` with percent signs.
    encoded: String,
}

/// A text is not the URL of a proxy. The text is not part of the message, because it may contain a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProxyUrlError {
    /// The text is not a URL with a host and a port.
    #[error(
        "not an address such as http://127.0.0.1:7890 or socks5://user:password@127.0.0.1:1080; the port is required"
    )]
    Syntax,
    /// The scheme is not supported.
    #[error("a proxy address must begin with http:// or socks5://")]
    Scheme,
    /// The user name or the password is longer than 255 bytes, or contains control characters.
    #[error("the user name and the password must be at most 255 bytes, without control characters")]
    Credentials,
}

/// Why a connection through a proxy could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The proxy cannot be reached.
    #[error("the proxy {proxy} cannot be reached: {error}")]
    Proxy {
        /// The proxy, without credentials.
        proxy: String,
        /// Error of the operating system.
        error: io::Error,
    },
    /// The proxy did not connect to the target.
    #[error("the proxy {proxy} did not connect to {target}: {reason}")]
    Target {
        /// The proxy, without credentials.
        proxy: String,
        /// Host and port of the target.
        target: String,
        /// What the proxy answered.
        reason: String,
    },
}

impl From<ConnectError> for io::Error {
    fn from(error: ConnectError) -> Self {
        let kind = match &error {
            ConnectError::Proxy { error, .. } => error.kind(),
            ConnectError::Target { .. } => io::ErrorKind::ConnectionRefused,
        };
        Self::new(kind, error)
    }
}

impl Proxy {
    /// Opens a connection to a target through the proxy. There is no timeout.
    ///
    /// # Errors
    ///
    /// The proxy cannot be reached, refuses the credentials, or cannot reach the target.
    pub async fn connect(&self, host: &str, port: u16) -> Result<TcpStream, ConnectError> {
        let stream = TcpStream::connect((self.host.as_str(), self.port))
            .await
            .map_err(|error| ConnectError::Proxy {
                proxy: self.to_string(),
                error,
            })?;
        let target = authority(host, port);
        let failed = |reason: String| ConnectError::Target {
            proxy: self.to_string(),
            target: target.clone(),
            reason,
        };
        let uri = |authority: &str| {
            Uri::builder()
                .scheme("http")
                .authority(authority)
                .path_and_query("/")
                .build()
        };
        let destination = uri(&target).map_err(|error| failed(error.to_string()))?;
        // The library wants to open the connection to the proxy itself; it gets the one that is open.
        let mut stream = Some(TokioIo::new(stream));
        let connector = service_fn(move |_: Uri| {
            std::future::ready(
                stream
                    .take()
                    .ok_or_else(|| io::Error::from(io::ErrorKind::NotConnected)),
            )
        });
        let own =
            uri(&authority(&self.host, self.port)).map_err(|error| failed(error.to_string()))?;
        let connected = match self.protocol {
            Protocol::Http => {
                let mut tunnel = Tunnel::new(own, connector);
                if let Some(header) = self.credentials.as_ref().and_then(Credentials::header) {
                    tunnel = tunnel.with_auth(header);
                }
                let connected = tunnel.oneshot(destination).await;
                connected.map_err(|error| failed(error.to_string()))
            }
            Protocol::Socks5 => {
                let mut socks = SocksV5::new(own, connector);
                if let Some(Credentials { user, password, .. }) = self.credentials.clone() {
                    socks = socks.with_auth(user, password);
                }
                let connected = socks.oneshot(destination).await;
                connected.map_err(|error| failed(error.to_string()))
            }
        };
        connected.map(TokioIo::into_inner)
    }

    /// The URL with the credentials, for an HTTP library. The scheme `socks5h` means that the proxy resolves host names.
    pub fn reveal(&self) -> String {
        let scheme = match self.protocol {
            Protocol::Http => "http",
            Protocol::Socks5 => "socks5h",
        };
        let address = authority(&self.host, self.port);
        match &self.credentials {
            Some(Credentials { encoded, .. }) => format!("{scheme}://{encoded}@{address}"),
            None => format!("{scheme}://{address}"),
        }
    }
}

impl Credentials {
    fn parse(encoded: &str) -> Result<Self, ProxyUrlError> {
        let (user, password) = encoded.split_once(':').unwrap_or((encoded, ""));
        let decode = |text: &str| {
            let decoded = percent_encoding::percent_decode_str(text).decode_utf8();
            let decoded = decoded.map_err(|_| ProxyUrlError::Credentials)?;
            let valid = decoded.len() <= 255 && !decoded.chars().any(char::is_control);
            valid
                .then(|| decoded.into_owned())
                .ok_or(ProxyUrlError::Credentials)
        };
        Ok(Self {
            user: decode(user)?,
            password: decode(password)?,
            encoded: encoded.to_owned(),
        })
    }

    /// Value of `Proxy-Authorization`. `None` cannot happen: base64 is a valid value.
    fn header(&self) -> Option<HeaderValue> {
        let text = BASE64_STANDARD.encode(format!("{}:{}", self.user, self.password));
        HeaderValue::try_from(format!("Basic {text}")).ok()
    }
}

impl FromStr for Proxy {
    type Err = ProxyUrlError;

    fn from_str(text: &str) -> Result<Self, ProxyUrlError> {
        let uri: Uri = text.parse().map_err(|_| ProxyUrlError::Syntax)?;
        let protocol = match uri.scheme_str().ok_or(ProxyUrlError::Syntax)? {
            "http" => Protocol::Http,
            "socks5" | "socks5h" => Protocol::Socks5,
            _ => return Err(ProxyUrlError::Scheme),
        };
        let authority = uri.authority().ok_or(ProxyUrlError::Syntax)?;
        let host = authority
            .host()
            .trim_start_matches('[')
            .trim_end_matches(']');
        let port = authority.port_u16().filter(|port| *port != 0);
        if host.is_empty() || !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(ProxyUrlError::Syntax);
        }
        let credentials = authority.as_str().rsplit_once('@');
        Ok(Self {
            protocol,
            host: host.to_owned(),
            port: port.ok_or(ProxyUrlError::Syntax)?,
            credentials: credentials
                .map(|(text, _)| Credentials::parse(text))
                .transpose()?,
        })
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.protocol {
            Protocol::Http => "http",
            Protocol::Socks5 => "socks5",
        };
        write!(f, "{scheme}://{}", authority(&self.host, self.port))
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({self})")
    }
}

/// `HOST:PORT`, with brackets around an IPv6 address.
fn authority(host: &str, port: u16) -> String {
    if host.contains(':') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    }
}
