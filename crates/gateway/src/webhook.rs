//! Webhooks: events are posted to a framework, whose reply may hold a quick operation (api/transports §3).

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use hmac::{Hmac, KeyInit, Mac};
use nekonap_endpoint::{Bot, Caller, Next, Want};
use nekonap_onebot::events::Lifecycle;
use reqwest::{Client, Response, Url, redirect};
use rustls::ClientConfig;
use sha1::Sha1;
use tokio::time::{Instant, sleep, timeout};

use crate::config::Webhook;
use crate::filter;
use crate::losses::Losses;
use crate::meta;
use crate::stop::Stop;
use crate::ticks::{tick, ticks};
use crate::tls;

/// Maximum number of concurrent posts of an entry. Posts start in the order of the events.
const IN_FLIGHT: usize = 16;

/// Timeout of connecting to the framework.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How often a post is retried if it did not reach the framework.
const RETRIES: u32 = 3;

/// Delay between two attempts of a post.
const RETRY_INTERVAL: Duration = Duration::from_millis(1_500);

/// Delays between two attempts of a post, on an entry with `replay`: the first, doubled up to the last.
const REPEAT_MIN: Duration = Duration::from_secs(1);
const REPEAT_MAX: Duration = Duration::from_secs(30);

/// Maximum number of redirects of one post.
const REDIRECTS: u32 = 5;

/// Maximum size of a reply in bytes. A reply may contain pictures as base64.
const MAX_REPLY: usize = 64 << 20;

/// Timeout of the last post when the entry stops.
const LAST_POST_TIMEOUT: Duration = Duration::from_secs(2);

/// Minimum time between two log lines about failed posts.
const LOG_INTERVAL: Duration = Duration::from_secs(60);

/// One webhook entry: posts events until the gateway stops.
pub(crate) struct Poster {
    entry: Webhook,
    bot: Bot,
    stop: Stop,
    client: Client,
    failures: Failures,
}

/// Why an HTTP client could not be created.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The system's certificates cannot be read.
    #[error("the system's certificates cannot be read: {0}")]
    Certificates(#[from] rustls::Error),
    /// The HTTP client reported an error.
    #[error(transparent)]
    Http(#[from] reqwest::Error),
}

/// Why a post failed.
#[derive(Debug, thiserror::Error)]
enum PostError {
    #[error("{0}")]
    Request(#[from] reqwest::Error),
    #[error("{status}{}", hint(*.status))]
    Status { status: StatusCode },
    #[error(
        "too many redirects (the limit is {REDIRECTS}), a redirect without an address, or a redirect from http to https: configure the address that the redirects lead to"
    )]
    Redirects,
    #[error("the reply is longer than {MAX_REPLY} bytes")]
    TooLong,
}

/// The usual cause of such a status.
fn hint(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 | 401 | 403 => ": the framework has another secret, or expects another account",
        404 | 405 => ": the path of the address is probably wrong",
        _ => "",
    }
}

/// Content of a post, which determines what happens when it fails.
#[derive(Clone, Copy)]
enum Content {
    /// A heartbeat, or the last post of the entry. It is not retried.
    Meta,
    /// The first post of the entry. It is retried if it did not reach the framework.
    Enable,
    /// The event at this position. It is retried if it did not reach the framework; with `replay`, it is repeated until the
    /// framework has received or refused it.
    Event(u64),
}

impl PostError {
    /// Whether the framework has received the event, so that it must not be repeated.
    fn is_final(&self) -> bool {
        match self {
            Self::Status { status } => {
                status.is_client_error() && !matches!(status.as_u16(), 408 | 429)
            }
            Self::TooLong => true,
            Self::Request(_) | Self::Redirects => false,
        }
    }
}

/// Whether to retry: the request failed before the framework answered, and not because of a timeout.
fn never_arrived(error: &reqwest::Error) -> bool {
    !error.is_timeout() && (error.is_connect() || error.is_request())
}

impl Poster {
    /// # Errors
    /// The HTTP client cannot be created, for example because the system's certificates cannot be read.
    pub(crate) fn new(entry: Webhook, bot: Bot, stop: Stop) -> Result<Self, ClientError> {
        // Without TLS no certificates are read: a small container may have none.
        let tls = tls::client_config(entry.verify_certificate && entry.url.tls())?;
        let builder = match &entry.proxy {
            Some(proxy) => Client::builder().proxy(reqwest::Proxy::all(proxy.reveal())?),
            None => Client::builder().no_proxy(),
        };
        let client = builder
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(entry.timeout)
            .user_agent(crate::USER_AGENT)
            .tls_backend_preconfigured(ClientConfig::clone(&tls))
            .build()?;
        Ok(Self {
            entry,
            bot,
            stop,
            client,
            failures: Failures::default(),
        })
    }

    /// Runs until the gateway stops or the bot has shut down.
    pub(crate) async fn run(self) {
        let replays = self.entry.replay.is_some();
        let want = Want {
            form: self.entry.form,
            own_messages: self.entry.own_messages,
            event_id: replays,
            raw: self.entry.debug,
        };
        let (mut cursor, in_flight) = if replays {
            (self.bot.resume(&self.entry.name, want, 0).await, 1)
        } else {
            (self.bot.cursor(want), IN_FLIGHT)
        };
        let mut heartbeat = self.entry.heartbeat.map(ticks);
        let mut losses = Losses::new(&self.entry.name);
        let mut posts = FuturesUnordered::new();
        if self.bot.ready().online {
            let enable = meta::lifecycle(&self.bot, Lifecycle::Enable).into();
            posts.push(self.deliver(enable, Content::Enable));
        }
        loop {
            let room = posts.len() < in_flight;
            tokio::select! {
                biased;
                () = self.stop.stopping() => break,
                Some(()) = posts.next() => {}
                () = tick(heartbeat.as_mut()), if room => {
                    let every = self.entry.heartbeat.unwrap_or_default();
                    posts.push(self.deliver(meta::heartbeat(&self.bot, every).into(), Content::Meta));
                }
                next = losses.next(&mut cursor), if room => match next {
                    Next::Event { bytes, position } => {
                        if filter::passes(self.entry.filter.as_ref(), &bytes) {
                            posts.push(self.deliver(bytes, Content::Event(position)));
                        } else if replays {
                            // No post is in flight, so all earlier events are acknowledged.
                            self.bot.acknowledge(&self.entry.name, position);
                        }
                    }
                    Next::Lost(events) => {
                        losses.add(&self.bot, events);
                    }
                    Next::Closed => break,
                }
            }
        }
        let running = async { while posts.next().await.is_some() {} };
        tokio::select! {
            _ = timeout(self.entry.limits.shutdown, running) => {}
            () = self.stop.aborted() => return,
        }
        let disable = meta::lifecycle(&self.bot, Lifecycle::Disable).into();
        tokio::select! {
            _ = timeout(LAST_POST_TIMEOUT, self.deliver(disable, Content::Meta)) => {}
            () = self.stop.aborted() => {}
        }
    }

    /// Posts an event and runs the quick operation of the reply.
    async fn deliver(&self, event: Bytes, content: Content) {
        let outcome = match content {
            Content::Meta => self.post(&event, 0).await,
            Content::Event(position) if self.entry.replay.is_some() => {
                match self.repeat(&event, position).await {
                    Some(outcome) => outcome,
                    None => return,
                }
            }
            Content::Enable | Content::Event(_) => self.post(&event, RETRIES).await,
        };
        match outcome {
            Ok(reply) if reply.is_empty() => {}
            Ok(reply) => {
                let caller = Caller {
                    form: self.entry.form,
                    loopback: self.is_on_loopback(),
                };
                self.bot.quick_reply(&event, &reply, caller).await;
            }
            Err(error) => {
                if matches!(content, Content::Event(_)) && !matches!(error, PostError::TooLong) {
                    self.bot.vitals().deliveries_failed.one();
                    self.bot.vitals().lost(&self.entry.name, 1);
                }
                self.failures.log(&self.entry, &error);
            }
        }
    }

    /// Posts an event until the framework has received or refused it. `None` if it has left the window, which is counted by
    /// the journal, or if the gateway stops.
    async fn repeat(&self, event: &Bytes, position: u64) -> Option<Result<Bytes, PostError>> {
        let entry = &self.entry.name;
        let mut delay = REPEAT_MIN;
        // It may have left the window while the event before it was repeated.
        if self
            .bot
            .acknowledged(entry)
            .is_some_and(|mark| mark >= position)
        {
            return None;
        }
        loop {
            let outcome = self.post(event, 0).await;
            match &outcome {
                Err(error) if !error.is_final() => self.failures.log(&self.entry, error),
                _ => {
                    self.bot.acknowledge(entry, position);
                    return Some(outcome);
                }
            }
            tokio::select! {
                () = self.stop.stopping() => return None,
                () = sleep(delay) => {}
            }
            delay = (delay * 2).min(REPEAT_MAX);
            if !self.bot.is_outstanding(entry, position).await {
                return None;
            }
        }
    }

    /// Whether the framework runs on this machine. What a proxy calls loopback is another machine.
    fn is_on_loopback(&self) -> bool {
        self.entry.proxy.is_none() && self.entry.url.is_loopback()
    }

    /// Posts an event and returns the body of the reply.
    async fn post(&self, event: &Bytes, mut retries: u32) -> Result<Bytes, PostError> {
        let mut url = self.entry.url.url().clone();
        let mut redirects = 0;
        loop {
            let answer = match self.send(url.clone(), event).await {
                Ok(answer) => answer,
                Err(error) if retries > 0 && never_arrived(&error) => {
                    retries -= 1;
                    sleep(RETRY_INTERVAL).await;
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            let status = answer.status();
            if status.is_success() {
                return read(answer).await;
            }
            if !matches!(status.as_u16(), 301 | 302 | 307 | 308) {
                return Err(PostError::Status { status });
            }
            redirects += 1;
            let location = answer.headers().get(header::LOCATION);
            url = location
                .and_then(|location| url.join(location.to_str().ok()?).ok())
                .filter(|url| {
                    redirects <= REDIRECTS && (url.scheme() == "http" || self.entry.url.tls())
                })
                .ok_or(PostError::Redirects)?;
        }
    }

    async fn send(&self, url: Url, event: &Bytes) -> Result<Response, reqwest::Error> {
        self.client
            .request(Method::POST, url)
            .headers(self.headers(event))
            .body(event.clone())
            .send()
            .await
    }

    /// The headers of api/transports §3.1.
    fn headers(&self, event: &[u8]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        headers.insert(
            HeaderName::from_static("x-self-id"),
            HeaderValue::from(self.bot.self_id().get()),
        );
        let signature = self
            .entry
            .secret
            .as_ref()
            .and_then(|secret| HeaderValue::try_from(sign(secret.as_bytes(), event)).ok());
        if let Some(signature) = signature {
            headers.insert(HeaderName::from_static("x-signature"), signature);
        }
        headers
    }
}

/// Value of `X-Signature`: HMAC-SHA1 of the body.
fn sign(secret: &[u8], body: &[u8]) -> String {
    // HMAC accepts a key of any length, so this cannot fail.
    let mac = Hmac::<Sha1>::new_from_slice(secret).map(|mac| mac.chain_update(body).finalize());
    mac.map_or_else(
        |_| String::new(),
        |mac| format!("sha1={}", hex::encode(mac.into_bytes())),
    )
}

/// Reads the body of a reply.
async fn read(mut answer: Response) -> Result<Bytes, PostError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = answer.chunk().await? {
        if body.len() + chunk.len() > MAX_REPLY {
            return Err(PostError::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// Logs failed posts, at most once per [`LOG_INTERVAL`]. Holds the time of the last log line and the number of failures
/// since then.
#[derive(Debug, Default)]
struct Failures(Mutex<Option<(Instant, u64)>>);

impl Failures {
    fn log(&self, entry: &Webhook, error: &PostError) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *state {
            Some((last, since)) if last.elapsed() < LOG_INTERVAL => *since += 1,
            state => {
                let unlogged = state.map_or(0, |(_, since)| since);
                *state = Some((Instant::now(), 0));
                tracing::warn!(
                    entry = entry.name, url = %entry.url, %error, unlogged,
                    "an event could not be posted to a webhook"
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::sign;

    #[test]
    fn signature_is_hmac_sha1_of_the_body() {
        // RFC 2202, cases 1 and 2.
        assert_eq!(
            sign(&[0x0b; 20], b"Hi There"),
            "sha1=b617318655057264e28bc0b6fb378c8ef146be00"
        );
        assert_eq!(
            sign(b"Jefe", b"what do ya want for nothing?"),
            "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
        );
    }
}
