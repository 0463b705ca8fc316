//! Downloads of URLs that a caller names (api/transports §13, point 7; api/events-and-segments §8.3).

use std::{
    collections::HashMap,
    io::{self, Write as _},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use nekonap_media::{Hasher, Hashes};
use nekonap_onebot::Code;
use percent_encoding::percent_decode_str;
use reqwest::{
    Client, Response, StatusCode, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{HeaderMap, LOCATION, REFERER},
    redirect::Policy,
};
use tempfile::TempPath;

use super::{
    config::MediaConfig,
    folder::Folder,
    local::{load_failed, reason, too_large},
};
use crate::error::{Failure, Result};

/// Redirects that are followed.
const MAX_REDIRECTS: usize = 5;
/// Time limit for connecting.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Time limit of a whole download.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(1_200);
/// Some servers refuse what does not look like a browser.
const USER_AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";

/// What a call says about its downloads (api/events-and-segments §8.3).
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// Whether the configured proxy is used.
    pub(crate) proxy: bool,
    /// Time limit of the whole download; by default 20 minutes.
    pub(crate) timeout: Option<Duration>,
    /// Headers in addition to the usual ones. They are not sent to another host that a redirect leads to.
    pub(crate) headers: HeaderMap,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            proxy: true,
            timeout: None,
            headers: HeaderMap::new(),
        }
    }
}

/// A finished download.
#[derive(Debug)]
pub(crate) struct Downloaded {
    pub(crate) path: TempPath,
    /// Name in the URL; may be empty.
    pub(crate) name: String,
    pub(crate) hashes: Hashes,
}

/// The HTTP clients, one for each way to connect.
#[derive(Debug, Default)]
pub(crate) struct Fetcher(Mutex<HashMap<Way, Client>>);

/// A way to connect.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Way {
    /// Whether private addresses are allowed.
    private: bool,
    timeout: Duration,
    /// URL of the proxy.
    proxy: Option<String>,
}

/// The ways that are remembered. There are more only after changes of the configuration.
const MAX_CLIENTS: usize = 8;

/// Where a download is written and who wants it.
pub(crate) struct Request<'a> {
    /// The parameter with the URL, for messages.
    pub(crate) field: &'a str,
    pub(crate) url: &'a str,
    /// Whether private addresses are allowed.
    pub(crate) private: bool,
    /// The most bytes.
    pub(crate) limit: u64,
    pub(crate) options: &'a Options,
}

impl Fetcher {
    fn client(&self, way: Way) -> Result<Client, String> {
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&way) {
            return Ok(client.clone());
        }
        // Fails if the process has already chosen a crypto provider, which then stays in use.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .redirect(Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(way.timeout)
            .user_agent(USER_AGENT)
            .no_proxy();
        if let Some(url) = &way.proxy {
            let proxy = reqwest::Proxy::all(url)
                .map_err(|_| "the proxy of [media] is not a valid URL".to_owned())?;
            builder = builder.proxy(proxy);
        } else if !way.private {
            builder = builder.dns_resolver(PublicOnly);
        }
        let client = builder.build().map_err(|error| error.to_string())?;
        if clients.len() >= MAX_CLIENTS {
            clients.clear();
        }
        clients.insert(way, client.clone());
        Ok(client)
    }

    /// Downloads a URL to a temporary file.
    ///
    /// # Errors
    /// `PARAM_INVALID` for a text that is no URL, `PERMISSION_DENIED` for a private address, `FILE_TOO_LARGE`, `LOAD_FILE_ERROR`.
    pub(crate) async fn download(
        &self,
        folder: &Folder,
        config: &MediaConfig,
        request: Request<'_>,
    ) -> Result<Downloaded> {
        let limit = request.options.timeout.unwrap_or(TOTAL_TIMEOUT);
        let field = request.field;
        let download = self.run(folder, config, request);
        match tokio::time::timeout(limit, download).await {
            Ok(result) => result,
            Err(_) => {
                let text = format!("the download took longer than {} s", limit.as_secs());
                Err(load_failed(field, text))
            }
        }
    }

    async fn run(
        &self,
        folder: &Folder,
        config: &MediaConfig,
        request: Request<'_>,
    ) -> Result<Downloaded> {
        let field = request.field;
        let limit = request.limit;
        let (url, response) = self.response(config, &request).await?;
        if let Some(length) = response.content_length()
            && length > limit
        {
            return Err(too_large(field, length, limit));
        }
        let (hashes, path) = save(folder, field, response, limit).await?;
        let name = url
            .path_segments()
            .and_then(|mut segments| segments.next_back())
            .map(|name| percent_decode_str(name).decode_utf8_lossy().into_owned());
        Ok(Downloaded {
            path,
            name: name.unwrap_or_default(),
            hashes,
        })
    }

    /// Follows redirects to a successful response.
    async fn response(
        &self,
        config: &MediaConfig,
        request: &Request<'_>,
    ) -> Result<(Url, Response)> {
        let field = request.field;
        let mut url: Url = request.url.parse().map_err(|error| {
            let text = format!("{} is not a URL: {error}", shown(request.url));
            Failure::invalid(field, text)
        })?;
        let mut headers = request.options.headers.clone();
        let mut redirects = 0;
        let mut refused = false;
        loop {
            if !matches!(url.scheme(), "http" | "https") {
                let text = format!(
                    "`{field}`: a redirect leads to {}:, not to http",
                    url.scheme()
                );
                return Err(Failure::new(Code::LoadFile, text));
            }
            if !request.private && is_private_host(&url) {
                return Err(private(field, &url));
            }
            let proxy = config.proxy.as_ref().filter(|_| request.options.proxy);
            let way = Way {
                private: request.private,
                timeout: config.timeout(),
                proxy: proxy
                    .filter(|_| !is_loopback_host(&url))
                    .map(|proxy| proxy.reveal().to_owned()),
            };
            let client = self.client(way).map_err(|text| load_failed(field, text))?;
            let mut sending = client.get(url.clone()).headers(headers.clone());
            if refused {
                sending = sending.header(REFERER, url.as_str());
            }
            let response = match sending.send().await {
                Ok(response) => response,
                Err(error) if is_private_error(&error) => return Err(private(field, &url)),
                Err(error) => return Err(load_failed(field, failed(&url, &error))),
            };
            let status = response.status();
            let location = response
                .headers()
                .get(LOCATION)
                .filter(|_| matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308));
            if let Some(location) = location {
                redirects += 1;
                if redirects > MAX_REDIRECTS {
                    let text = format!("{} redirects more than {MAX_REDIRECTS} times", host(&url));
                    return Err(load_failed(field, text));
                }
                let next = location.to_str().ok().and_then(|next| url.join(next).ok());
                let Some(next) = next else {
                    let text = format!("{} redirects to something that is no URL", host(&url));
                    return Err(load_failed(field, text));
                };
                if next.origin() != url.origin() {
                    headers.clear();
                }
                url = next;
            } else if status == StatusCode::FORBIDDEN && !refused {
                // Some servers only want to see where the request comes from.
                refused = true;
            } else if status.is_success() {
                return Ok((url, response));
            } else {
                let text = format!("{} answered {status}", host(&url));
                return Err(load_failed(field, text));
            }
        }
    }
}

/// Bytes that are collected before they are written.
const WRITE: usize = 1 << 20;

/// Writes the body to a temporary file. Nothing of it stays if that fails.
async fn save(
    folder: &Folder,
    field: &str,
    mut response: Response,
    limit: u64,
) -> Result<(Hashes, TempPath)> {
    let wanted = response.content_length();
    let url = response.url().clone();
    let mut sink = Sink::new(folder).map_err(|error| load_failed(field, reason(&error)))?;
    loop {
        match response.chunk().await {
            Ok(None) => break,
            Ok(Some(chunk)) => {
                let size = sink.size() + chunk.len() as u64;
                if size > limit {
                    return Err(too_large(field, size, limit));
                }
                let written = sink.write(&chunk).await;
                written.map_err(|error| load_failed(field, reason(&error)))?;
            }
            Err(error) => {
                let read = sink.size();
                let of = wanted.map_or_else(String::new, |wanted| format!(" of {wanted}"));
                let text = format!(
                    "{} stopped after {read}{of} bytes: {}",
                    host(&url),
                    error.without_url()
                );
                return Err(load_failed(field, text));
            }
        }
    }
    let finished = sink.finish().await;
    let (hashes, path) = finished.map_err(|error| load_failed(field, reason(&error)))?;
    if hashes.size == 0 {
        return Err(load_failed(
            field,
            format!("{} sent an empty file", host(&url)),
        ));
    }
    Ok((hashes, path))
}

/// A temporary file that is being written, with its hashes.
pub(crate) struct Sink {
    state: Option<Writing>,
    buffer: Vec<u8>,
    size: u64,
}

struct Writing {
    file: std::fs::File,
    path: TempPath,
    hasher: Hasher,
}

impl Sink {
    /// # Errors
    /// The file cannot be created.
    pub(crate) fn new(folder: &Folder) -> io::Result<Self> {
        let (file, path) = folder.temporary()?.into_parts();
        Ok(Self {
            state: Some(Writing {
                file,
                path,
                hasher: Hasher::new(),
            }),
            buffer: Vec::new(),
            size: 0,
        })
    }

    /// Number of bytes so far.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Adds bytes.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.size += bytes.len() as u64;
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= WRITE {
            self.flush().await?;
        }
        Ok(())
    }

    async fn flush(&mut self) -> io::Result<()> {
        let mut buffer = std::mem::take(&mut self.buffer);
        let Some(mut state) = self.state.take() else {
            return Err(io::Error::other("an earlier write failed"));
        };
        let written = tokio::task::spawn_blocking(move || {
            state.hasher.update(&buffer);
            state.file.write_all(&buffer)?;
            buffer.clear();
            Ok::<_, io::Error>((state, buffer))
        });
        let (state, buffer) = written.await.map_err(io::Error::other)??;
        self.state = Some(state);
        self.buffer = buffer;
        Ok(())
    }

    /// Writes the rest; returns the hashes and the file.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) async fn finish(mut self) -> io::Result<(Hashes, TempPath)> {
        self.flush().await?;
        match self.state.take() {
            Some(state) => Ok((state.hasher.finish().0, state.path)),
            None => Err(io::Error::other("an earlier write failed")),
        }
    }
}

/// The beginning of a text from a caller, for messages.
pub(super) fn shown(text: &str) -> String {
    const LONGEST: usize = 120;
    let mut start: String = text.chars().take(LONGEST).collect();
    if start.len() < text.len() {
        start.push('…');
    }
    format!("{start:?}")
}

/// Host and port of a URL, for messages. The rest may contain secrets.
fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn failed(url: &Url, error: &reqwest::Error) -> String {
    let what = if error.is_timeout() {
        "did not answer in time"
    } else if error.is_connect() {
        "cannot be reached"
    } else {
        "did not answer properly"
    };
    // The innermost cause says most.
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    format!("{} {what}: {cause}", host(url))
}

fn private(field: &str, url: &Url) -> Failure {
    let text = format!(
        "`{field}`: {} is an address of a private network; only callers on the machine of Nekonap may have it fetched, unless \
         private_addresses of [media] allows it",
        host(url)
    );
    Failure::new(Code::PermissionDenied, text)
}

/// Resolves names to public addresses only.
#[derive(Debug, Clone, Copy)]
struct PublicOnly;

/// A name has only private addresses.
#[derive(Debug, thiserror::Error)]
#[error("the name has only private addresses")]
struct OnlyPrivate;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let all: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let public: Vec<SocketAddr> = all
                .iter()
                .copied()
                .filter(|address| !is_private(address.ip()))
                .collect();
            if public.is_empty() && !all.is_empty() {
                return Err(OnlyPrivate.into());
            }
            let addresses: Addrs = Box::new(public.into_iter());
            Ok(addresses)
        })
    }
}

fn is_private_error(error: &reqwest::Error) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        if error.is::<OnlyPrivate>() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Whether the host of a URL is an address that is not public, or a name of this machine. Other names are looked at when they are
/// resolved.
fn is_private_host(url: &Url) -> bool {
    match address(url) {
        Some(address) => is_private(address),
        None => is_local_name(url.host_str().unwrap_or_default()),
    }
}

fn is_loopback_host(url: &Url) -> bool {
    match address(url) {
        Some(address) => address.to_canonical().is_loopback(),
        None => is_local_name(url.host_str().unwrap_or_default()),
    }
}

/// The host of a URL if it is an address.
fn address(url: &Url) -> Option<IpAddr> {
    let host = url.host_str()?;
    host.trim_start_matches('[')
        .trim_end_matches(']')
        .parse()
        .ok()
}

fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

/// Whether an address is not on the public internet.
fn is_private(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_private_v4(address),
        IpAddr::V6(address) => is_private_v6(address),
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let shared = a == 100 && b & 0xc0 == 64;
    let protocols = a == 192 && b == 0 && c == 0;
    let benchmarks = a == 198 && b & 0xfe == 18;
    // 0.0.0.0/8 is this machine, and 240.0.0.0/4 is not in use.
    a == 0
        || a >= 240
        || shared
        || protocols
        || benchmarks
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let embedded = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        is_private_v4(Ipv4Addr::new(a, b, c, d))
    };
    match segments {
        // Translated (NAT64) and 6to4 addresses contain an IPv4 address.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => embedded(high, low),
        // Documentation, and the old form of IPv4-compatible addresses.
        [0x2001, 0xdb8, ..] | [0, 0, 0, 0, 0, 0, ..] => true,
        _ => {
            address.is_loopback()
                || address.is_unspecified()
                || address.is_multicast()
                || address.is_unique_local()
                || address.is_unicast_link_local()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_recognised_in_every_form() {
        for host in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "198.18.0.1",
            "[::1]",
            "[::]",
            "[fe80::1]",
            "[fc00::1]",
            "[::ffff:127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
            "localhost",
            "a.localhost",
            "LOCALHOST.",
            "2130706433",
            "0x7f.1",
            "127.1",
        ] {
            let url: Url = format!("http://{host}/a.png").parse().expect("a URL");
            assert!(is_private_host(&url), "{host}");
        }
        for host in [
            "8.8.8.8",
            "1.1.1.1",
            "[2606:4700::1111]",
            "example.com",
            "100.128.0.1",
        ] {
            let url: Url = format!("http://{host}/a.png").parse().expect("a URL");
            assert!(!is_private_host(&url), "{host}");
        }
    }

    #[tokio::test]
    async fn names_with_only_private_addresses_are_not_resolved() {
        let name: Name = "localhost".parse().expect("a name");
        assert!(PublicOnly.resolve(name).await.is_err());
    }

    #[test]
    fn long_texts_are_shortened_in_messages() {
        assert_eq!(shown("abc"), "\"abc\"");
        assert_eq!(shown(&"x".repeat(500)).chars().count(), 123);
    }
}
