//! Signatures of requests: providers, the commands that need one, and HTTP sign services. protocol/01 §6.

use std::{collections::HashSet, future::Future, pin::Pin, time::Duration};

use serde::Deserialize;
use thiserror::Error;

/// A request to sign: the payload and sequence exactly as they are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignRequest {
    /// Name of the command.
    pub command: String,
    /// SSO sequence of the request.
    pub sequence: u32,
    /// SSO payload of the request.
    pub payload: Vec<u8>,
    /// Account number; 0 before the log-in.
    pub uin: u64,
    /// GUID of the device.
    pub guid: [u8; 16],
    /// QUA of the client profile.
    pub qua: String,
}

/// A signature: reserved fields 24.1 to 24.3 (protocol/01 §1.6). Empty parts are not sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signature {
    /// Field 24.1: the signature.
    pub sign: Vec<u8>,
    /// Field 24.2: the token, ASCII text.
    pub token: Vec<u8>,
    /// Field 24.3: the extra data.
    pub extra: Vec<u8>,
}

/// Why a request was not signed. The request is then not sent.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SignError {
    /// The provider could not be reached within the timeout. Holds the reason.
    #[error("the sign provider cannot be reached: {0}")]
    Unreachable(String),
    /// The provider refused. Holds its code or text.
    #[error("the sign provider refused: {0}")]
    Refused(String),
    /// The provider's reply is not a signature. Holds the reason.
    #[error("the sign provider's reply is not a signature: {0}")]
    Malformed(String),
}

/// The future returned by [`SignProvider::sign`].
pub type SignFuture<'a> = Pin<Box<dyn Future<Output = Result<Signature, SignError>> + Send + 'a>>;

/// A source of signatures.
pub trait SignProvider: Send + Sync {
    /// Whether this command needs a signature.
    fn wants(&self, command: &str) -> bool;

    /// Signs one request. The client drops the future at the deadline of the call ([`Timings::reply`](crate::Timings::reply)).
    fn sign(&self, request: SignRequest) -> SignFuture<'_>;
}

/// JSON format of an HTTP sign service. protocol/01 §6.2
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignStyle {
    /// Style 1. Request: `cmd`, `seq`, `src`. Reply: `sign`, `token`, `extra`, in `value` or at the top level.
    Plain,
    /// Style 2. Request: `uin`, `command`, `seq`, `body`, `guid`, `qua`. Reply: `code` and `value.sec_*`.
    Secured,
}

/// A sign service over HTTP: JSON by POST, up to three tries of 6 s each.
pub struct HttpSign {
    client: reqwest::Client,
    url: String,
    style: SignStyle,
    token: Option<String>,
    commands: HashSet<String>,
}

/// Timeout of one try. Usual values are 5 to 8 s.
const TRY_TIMEOUT: Duration = Duration::from_secs(6);
/// Tries per signature.
const TRIES: u32 = 3;
/// Largest reply that is read, in bytes; a signature has a few hundred.
const LARGEST_REPLY: usize = 64 * 1024;

impl HttpSign {
    /// The service at `url`, which is used unchanged. `token` is sent as a bearer token. Signs [`CORE_COMMANDS`].
    ///
    /// # Errors
    /// The URL is invalid, or TLS cannot be set up.
    pub fn new(url: &str, style: SignStyle, token: Option<String>) -> Result<Self, SignError> {
        let url = reqwest::Url::parse(url)
            .map_err(|error| SignError::Unreachable(format!("{url}: {error}")))?;
        let client = crate::http::builder()
            .timeout(TRY_TIMEOUT)
            .build()
            .map_err(|error| SignError::Unreachable(error.to_string()))?;
        Ok(Self {
            client,
            url: url.into(),
            style,
            token,
            commands: CORE_COMMANDS.iter().map(ToString::to_string).collect(),
        })
    }

    /// Signs these commands in place of [`CORE_COMMANDS`].
    #[must_use]
    pub fn with_commands(mut self, commands: impl IntoIterator<Item = String>) -> Self {
        self.commands = commands.into_iter().collect();
        self
    }

    fn body(&self, request: &SignRequest) -> serde_json::Value {
        match self.style {
            SignStyle::Plain => serde_json::json!({
                "cmd": request.command,
                "seq": request.sequence,
                "src": hex::encode(&request.payload),
            }),
            SignStyle::Secured => serde_json::json!({
                "uin": request.uin,
                "command": request.command,
                "seq": request.sequence,
                "body": hex::encode(&request.payload),
                "guid": hex::encode(request.guid),
                "qua": request.qua,
            }),
        }
    }

    async fn try_once(&self, body: &serde_json::Value) -> Result<Signature, SignError> {
        let unreachable = |error: reqwest::Error| SignError::Unreachable(error.to_string());
        let mut post = self.client.post(&self.url).json(body);
        if let Some(token) = &self.token {
            post = post.bearer_auth(token);
        }
        let mut response = post.send().await.map_err(unreachable)?;
        let status = response.status();
        // 502 to 504: the backend of the service is unavailable, possibly for a short time.
        if (502..=504).contains(&status.as_u16()) {
            return Err(SignError::Unreachable(status.to_string()));
        }
        if !status.is_success() {
            return Err(SignError::Refused(status.to_string()));
        }
        let mut answer = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
            if answer.len() + chunk.len() > LARGEST_REPLY {
                return Err(SignError::Malformed("too long".to_owned()));
            }
            answer.extend_from_slice(&chunk);
        }
        read(&answer)
    }

    async fn sign_with_retries(&self, request: SignRequest) -> Result<Signature, SignError> {
        let body = self.body(&request);
        let mut outcome = self.try_once(&body).await;
        for _ in 1..TRIES {
            match outcome {
                Err(SignError::Unreachable(_)) => outcome = self.try_once(&body).await,
                other => return other,
            }
        }
        outcome
    }
}

impl SignProvider for HttpSign {
    fn wants(&self, command: &str) -> bool {
        self.commands.contains(command)
    }

    fn sign(&self, request: SignRequest) -> SignFuture<'_> {
        Box::pin(self.sign_with_retries(request))
    }
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    code: i64,
    #[serde(default)]
    message: String,
    value: Option<Parts>,
    #[serde(flatten)]
    flat: Parts,
}

#[derive(Deserialize)]
struct Parts {
    #[serde(default, alias = "sec_sign")]
    sign: String,
    #[serde(default, alias = "sec_token")]
    token: String,
    #[serde(default, alias = "sec_extra")]
    extra: String,
}

/// Parses a reply of either style, nested or flat (protocol/01 §6.2).
fn read(answer: &[u8]) -> Result<Signature, SignError> {
    let answer: Answer =
        serde_json::from_slice(answer).map_err(|error| SignError::Malformed(error.to_string()))?;
    if answer.code != 0 {
        return Err(SignError::Refused(format!(
            "{} {}",
            answer.code, answer.message
        )));
    }
    let parts = answer.value.unwrap_or(answer.flat);
    let bytes = |name: &str, text: &str| {
        hex::decode(text).map_err(|_| SignError::Malformed(format!("{name} is not hex")))
    };
    let signature = Signature {
        sign: bytes("sign", &parts.sign)?,
        // One service returns the token as text: a token that is not hex is used unchanged.
        token: hex::decode(&parts.token).unwrap_or_else(|_| parts.token.into_bytes()),
        extra: bytes("extra", &parts.extra)?,
    };
    if signature.sign.is_empty() {
        return Err(SignError::Malformed("the signature is empty".to_owned()));
    }
    Ok(signature)
}

/// Commands that all known official clients sign. protocol/01 §6.3
pub const CORE_COMMANDS: &[&str] = &[
    "MessageSvc.PbSendMsg",
    "wtlogin.trans_emp",
    "wtlogin.login",
    "trpc.login.ecdh.EcdhService.SsoKeyExchange",
    "trpc.login.ecdh.EcdhService.SsoNTLoginPasswordLogin",
    "trpc.login.ecdh.EcdhService.SsoNTLoginEasyLogin",
    "trpc.login.ecdh.EcdhService.SsoNTLoginPasswordLoginNewDevice",
    "trpc.login.ecdh.EcdhService.SsoNTLoginEasyLoginUnusualDevice",
    "trpc.login.ecdh.EcdhService.SsoNTLoginPasswordLoginUnusualDevice",
    "trpc.o3.ecdh_access.EcdhAccess.SsoEstablishShareKey",
    "trpc.o3.ecdh_access.EcdhAccess.SsoSecureAccess",
    "trpc.o3.report.Report.SsoReport",
    "OidbSvcTrpcTcp.0x11ec_1",
    "OidbSvcTrpcTcp.0x758_1",
    "OidbSvcTrpcTcp.0x7c1_1",
    "OidbSvcTrpcTcp.0x7c2_5",
    "OidbSvcTrpcTcp.0x10db_1",
    "OidbSvcTrpcTcp.0x8a1_7",
    "OidbSvcTrpcTcp.0x89a_0",
    "OidbSvcTrpcTcp.0x89a_15",
    "OidbSvcTrpcTcp.0x88d_0",
    "OidbSvcTrpcTcp.0x88d_14",
    "OidbSvcTrpcTcp.0x112a_1",
    "OidbSvcTrpcTcp.0x587_74",
    "OidbSvcTrpcTcp.0x1100_1",
    "OidbSvcTrpcTcp.0x1102_1",
    "OidbSvcTrpcTcp.0x1103_1",
    "OidbSvcTrpcTcp.0x1107_1",
    "OidbSvcTrpcTcp.0x1105_1",
    "OidbSvcTrpcTcp.0xf88_1",
    "OidbSvcTrpcTcp.0xf89_1",
    "OidbSvcTrpcTcp.0xf57_1",
    "OidbSvcTrpcTcp.0xf57_106",
    "OidbSvcTrpcTcp.0xf57_9",
    "OidbSvcTrpcTcp.0xf55_1",
    "OidbSvcTrpcTcp.0xf67_1",
    "OidbSvcTrpcTcp.0xf67_5",
    "OidbSvcTrpcTcp.0x6d9_4",
];

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
        task::JoinHandle,
    };

    use super::*;

    #[test]
    fn replies_of_both_styles_and_flat_ones_parse() {
        let expected = Signature {
            sign: vec![0, 0x11, 0x22, 0x33],
            token: b"token".to_vec(),
            extra: vec![0x0a, 0x0b],
        };
        for answer in [
            r#"{"platform":"Linux","version":"3.2.26-46494","value":{"sign":"00112233","token":"746f6b656e","extra":"0a0b"}}"#,
            r#"{"code":0,"message":"","value":{"sec_sign":"00112233","sec_token":"746f6b656e","sec_extra":"0a0b"}}"#,
            r#"{"sign":"00112233","token":"token","extra":"0A0B"}"#,
        ] {
            assert_eq!(read(answer.as_bytes()).expect(answer), expected);
        }
    }

    #[test]
    fn core_commands_match_the_specification_vectors() {
        let vectors = include_str!("../../wire/tests/vectors/wire.json");
        let vectors: serde_json::Value = serde_json::from_str(vectors).expect("JSON");
        let mut known: Vec<&str> = vectors
            .pointer("/sign_commands/core")
            .and_then(|core| core.as_array())
            .expect("a list")
            .iter()
            .map(|command| command.as_str().expect("a name"))
            .collect();
        known.sort_unstable();
        let mut ours = CORE_COMMANDS.to_vec();
        ours.sort_unstable();
        assert_eq!(ours, known);
    }

    /// A sign service that answers one request with this status and JSON, and returns that request.
    async fn service(status: &'static str, answer: &'static str) -> (String, JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/sign", listener.local_addr().expect("an address"));
        let received = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut received = Vec::new();
            // The body is a flat JSON object, so the request ends with a brace.
            while !received.ends_with(b"}") {
                assert_ne!(stream.read_buf(&mut received).await.expect("read"), 0);
            }
            let length = answer.len();
            let head = format!(
                "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
            );
            stream.write_all(head.as_bytes()).await.expect("written");
            stream.write_all(answer.as_bytes()).await.expect("written");
            String::from_utf8(received).expect("text")
        });
        (url, received)
    }

    fn request() -> SignRequest {
        SignRequest {
            command: "wtlogin.login".to_owned(),
            sequence: 103,
            payload: vec![0x02, 0x01],
            uin: 10001,
            guid: [1; 16],
            qua: "qua".to_owned(),
        }
    }

    #[tokio::test]
    async fn requests_have_the_format_of_the_style() {
        let good = r#"{"code":0,"value":{"sec_sign":"0011","sec_token":"","sec_extra":""}}"#;
        for style in [SignStyle::Plain, SignStyle::Secured] {
            let (url, received) = service("200 OK", good).await;
            let token = Some("secret".to_owned());
            let sign = HttpSign::new(&url, style, token).expect("a URL");
            assert!(sign.wants("wtlogin.login") && !sign.wants("Heartbeat.Alive"));
            let signature = sign.sign(request()).await.expect("signed");
            assert_eq!(signature.sign, [0, 0x11]);
            let received = received.await.expect("joined");
            assert!(
                received.contains("authorization: Bearer secret"),
                "{received}"
            );
            let (_, body) = received.split_once("\r\n\r\n").expect("a body");
            let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
            let expected = match style {
                SignStyle::Plain => {
                    serde_json::json!({"cmd": "wtlogin.login", "seq": 103, "src": "0201"})
                }
                SignStyle::Secured => serde_json::json!({
                    "uin": 10001, "command": "wtlogin.login", "seq": 103, "body": "0201",
                    "guid": "01".repeat(16), "qua": "qua",
                }),
            };
            assert_eq!(body, expected);
        }
    }

    #[tokio::test]
    async fn refusing_or_unreachable_service_is_an_error() {
        let (url, _asked) = service("403 Forbidden", "{}").await;
        let sign = HttpSign::new(&url, SignStyle::Plain, None).expect("a URL");
        let refused = sign.sign(request()).await;
        assert!(matches!(refused, Err(SignError::Refused(_))), "{refused:?}");
        let sign = HttpSign::new("http://127.0.0.1:1/", SignStyle::Plain, None).expect("a URL");
        let gone = sign.sign(request()).await;
        assert!(matches!(gone, Err(SignError::Unreachable(_))), "{gone:?}");
        assert!(HttpSign::new("no url", SignStyle::Plain, None).is_err());
    }

    #[test]
    fn invalid_reply_is_an_error() {
        assert!(matches!(
            read(br#"{"code":7,"message":"quota"}"#),
            Err(SignError::Refused(_))
        ));
        for wrong in [r"{}", r#"{"value":{"sign":"zz"}}"#, "[]", ""] {
            assert!(
                matches!(read(wrong.as_bytes()), Err(SignError::Malformed(_))),
                "{wrong}"
            );
        }
    }
}
