//! Calls a command and a URL when the account is logged out (`[on_offline]` in the configuration), so that a person scans
//! the new QR code.

use crate::config::{account::Account as Settings, on_offline::OnOffline};
use nekonap_client::Event;
use nekonap_gateway::Proxy;
use nekonap_ids::Uin;
use serde::Serialize;
use std::{
    io,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};
use tokio::{process::Command, sync::oneshot, task::JoinSet, time::timeout};

/// How long a call waits for the QR code. Afterwards it is made without one.
const CODE_TIMEOUT: Duration = Duration::from_secs(60);
/// A command that runs longer is ended.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(60);
/// Timeout of the request to the URL.
const POST_TIMEOUT: Duration = Duration::from_secs(15);

/// Follows the events of an account's session, and makes one call for each loss of the account.
pub(super) struct OfflineCalls {
    settings: OnOffline,
    /// The proxy for the URL.
    proxy: Option<Proxy>,
    account: Uin,
    /// File of the QR code's picture, absolute.
    picture: PathBuf,
    /// Receives the URL of the code that the current call waits for.
    code: Option<oneshot::Sender<String>>,
    /// Calls in progress; at most one for each loss. Dropping them ends the commands.
    calls: JoinSet<()>,
}

/// What a call says; the JSON that is posted.
#[derive(Debug, Serialize)]
struct Loss {
    /// Number of the account.
    account: Uin,
    /// Why it was logged out.
    reason: String,
    /// Content of the QR code; empty if the server gives none.
    qr_url: String,
    /// Path of the QR code's picture.
    qr_file: PathBuf,
}

impl OfflineCalls {
    /// `picture`: file of the QR code's picture.
    pub(super) fn new(settings: &Settings, account: Uin, picture: &Path) -> Self {
        Self {
            settings: settings.on_offline.clone(),
            proxy: settings.on_offline_proxy(),
            account,
            picture: std::path::absolute(picture).unwrap_or_else(|_| picture.to_path_buf()),
            code: None,
            calls: JoinSet::new(),
        }
    }

    /// Replaces the settings. They apply to the next loss of the account.
    pub(super) fn configure(&mut self, settings: &Settings) {
        self.settings = settings.on_offline.clone();
        self.proxy = settings.on_offline_proxy();
    }

    /// Handles an event of the session. The picture of a code must already be saved.
    pub(super) fn handle(&mut self, event: &Event) {
        match event {
            Event::LoggedOut { title, text } => self.begin(&format!("{title} {text}")),
            Event::QrCode { url, .. } => {
                if let Some(waiting) = self.code.take() {
                    // The call may have given up waiting.
                    let _ = waiting.send(url.clone());
                }
            }
            // Cancels a call that still waits for the code.
            Event::LoggedIn(_) => self.code = None,
            _ => {}
        }
        while self.calls.try_join_next().is_some() {}
    }

    fn begin(&mut self, reason: &str) {
        if self.settings.command.is_empty() && self.settings.url().is_none() {
            return;
        }
        let (sender, code) = oneshot::channel();
        self.code = Some(sender);
        let (settings, proxy) = (self.settings.clone(), self.proxy.clone());
        let mut loss = Loss {
            account: self.account,
            reason: reason.trim().to_owned(),
            qr_url: String::new(),
            qr_file: self.picture.clone(),
        };
        self.calls.spawn(async move {
            match timeout(CODE_TIMEOUT, code).await {
                Ok(Ok(url)) => loss.qr_url = url,
                Ok(Err(_)) => return,
                Err(_) => {}
            }
            tokio::join!(
                run(&settings.command, &loss),
                post(settings.url(), proxy, &loss)
            );
        });
    }
}

/// Runs the command, if there is one. A failure is logged.
async fn run(command: &[String], loss: &Loss) {
    let [program, arguments @ ..] = command else {
        return;
    };
    let ended = timeout(COMMAND_TIMEOUT, execute(program, arguments, loss)).await;
    let failure = match ended {
        Ok(Ok(status)) if status.success() => return,
        Ok(Ok(status)) => status.to_string(),
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("ended after {} s", COMMAND_TIMEOUT.as_secs()),
    };
    tracing::warn!(
        account = %loss.account, program, failure,
        "on_offline.command failed / 掉线通知命令失败"
    );
}

async fn execute(program: &str, arguments: &[String], loss: &Loss) -> io::Result<ExitStatus> {
    Command::new(program)
        .args(arguments)
        .env("NEKONAP_ACCOUNT", loss.account.to_string())
        .env("NEKONAP_REASON", &loss.reason)
        .env("NEKONAP_QR_URL", &loss.qr_url)
        .env("NEKONAP_QR_FILE", &loss.qr_file)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .status()
        .await
}

/// Posts to the URL, if there is one. A failure is logged.
async fn post(url: Option<&str>, proxy: Option<Proxy>, loss: &Loss) {
    let Some(url) = url else {
        return;
    };
    let posted = async {
        let builder = match proxy {
            Some(proxy) => reqwest::Client::builder().proxy(reqwest::Proxy::all(proxy.reveal())?),
            None => reqwest::Client::builder().no_proxy(),
        };
        let client = builder.timeout(POST_TIMEOUT).build()?;
        client.post(url).json(loss).send().await?.error_for_status()
    };
    if let Err(error) = posted.await {
        // The URL may contain a secret.
        let error = error.without_url();
        tracing::warn!(
            account = %loss.account, %error,
            "the request to on_offline.url failed / 掉线通知请求失败"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, time::SystemTime};
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    /// Longer than [`CODE_TIMEOUT`].
    const STEP_TIMEOUT: Duration = Duration::from_secs(120);

    fn account() -> Uin {
        Uin::new(10001).expect("a number")
    }

    fn logged_out() -> Event {
        Event::LoggedOut {
            title: "Signed out".to_owned(),
            text: "on another device".to_owned(),
        }
    }

    fn code(url: &str) -> Event {
        Event::QrCode {
            url: url.to_owned(),
            png: Vec::new().into(),
            expires: SystemTime::now(),
        }
    }

    fn calls(on_offline: OnOffline, picture: &Path) -> OfflineCalls {
        let settings = Settings {
            on_offline,
            ..Settings::default()
        };
        OfflineCalls::new(&settings, account(), picture)
    }

    async fn finish(calls: &mut OfflineCalls) {
        let ended = timeout(STEP_TIMEOUT, calls.calls.join_next()).await;
        ended.expect("it ends").expect("a call").expect("joined");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn command_is_run_once_for_each_loss_with_the_first_code() {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("out");
        let line = "echo \"$1 $NEKONAP_ACCOUNT|$NEKONAP_REASON|$NEKONAP_QR_URL|$NEKONAP_QR_FILE\" >> \"$2\"";
        let settings = OnOffline {
            command: [
                "sh",
                "-c",
                line,
                "sh",
                "gone:",
                out.to_str().expect("UTF-8"),
            ]
            .map(str::to_owned)
            .into(),
            ..OnOffline::default()
        };
        let picture = folder.path().join("qrcode.png");
        let mut calls = calls(settings, &picture);
        calls.handle(&code("of the first log-in"));
        calls.handle(&logged_out());
        calls.handle(&code("one"));
        calls.handle(&code("two"));
        finish(&mut calls).await;
        assert!(calls.calls.is_empty(), "once");
        calls.handle(&logged_out());
        calls.handle(&code("three"));
        finish(&mut calls).await;
        let expected = |code: &str| {
            format!(
                "gone: 10001|Signed out on another device|{code}|{}\n",
                picture.display()
            )
        };
        let written = fs::read_to_string(out).expect("written");
        assert_eq!(written, expected("one") + &expected("three"));
    }

    #[tokio::test]
    async fn url_gets_the_loss_as_json() {
        crate::prepare();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let settings = OnOffline {
            command: vec!["/there/is/no/such/program".to_owned()],
            url: Some(format!(
                "http://{}/gone?key=1",
                listener.local_addr().expect("an address")
            )),
            ..OnOffline::default()
        };
        let mut calls = calls(settings, Path::new("/data/qrcode.png"));
        calls.handle(&logged_out());
        calls.handle(&code("https://txz.qq.com/p?k=1"));
        let (mut stream, _) = timeout(STEP_TIMEOUT, listener.accept())
            .await
            .expect("in time")
            .expect("a connection");
        let mut request = Vec::new();
        while !request.ends_with(b"}") {
            assert_ne!(stream.read_buf(&mut request).await.expect("read"), 0);
        }
        stream
            .write_all(b"HTTP/1.1 204 No Content\r\n\r\n")
            .await
            .expect("written");
        let request = String::from_utf8(request).expect("UTF-8");
        assert!(request.starts_with("POST /gone?key=1 "), "{request}");
        let (_, body) = request.split_once("\r\n\r\n").expect("a body");
        let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
        assert_eq!(
            body,
            serde_json::json!({
                "account": 10001, "reason": "Signed out on another device",
                "qr_url": "https://txz.qq.com/p?k=1", "qr_file": "/data/qrcode.png",
            })
        );
        finish(&mut calls).await;
    }

    #[tokio::test]
    async fn url_is_reached_through_the_proxy() {
        crate::prepare();
        let proxy = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let default = format!("http://me:key@{}", proxy.local_addr().expect("an address"));
        let mut settings = Settings {
            on_offline: OnOffline {
                url: Some("http://bots.invalid/gone".to_owned()),
                ..OnOffline::default()
            },
            ..Settings::default()
        };
        settings.onebot.proxy = Some(default);
        let mut calls = OfflineCalls::new(&Settings::default(), account(), Path::new("q.png"));
        calls.configure(&settings);
        calls.handle(&logged_out());
        calls.handle(&code("one"));
        let (mut stream, _) = timeout(STEP_TIMEOUT, proxy.accept())
            .await
            .expect("in time")
            .expect("a connection");
        let mut request = Vec::new();
        while !request.ends_with(b"}") {
            assert_ne!(stream.read_buf(&mut request).await.expect("read"), 0);
        }
        let request = String::from_utf8(request).expect("UTF-8");
        assert!(
            request.starts_with("POST http://bots.invalid/gone ")
                && request
                    .to_lowercase()
                    .contains("proxy-authorization: basic "),
            "{request}"
        );
        let answer = b"HTTP/1.1 204 No Content\r\n\r\n";
        stream.write_all(answer).await.expect("written");
        finish(&mut calls).await;

        settings.on_offline.url = Some("http://127.0.0.1:9/gone".to_owned());
        assert_eq!(settings.on_offline_proxy(), None, "it is on this machine");
        settings.on_offline.proxy = Some("socks5://127.0.0.1:1".to_owned());
        assert!(settings.on_offline_proxy().is_some(), "its own proxy");
        settings.on_offline.url = Some("http://bots.invalid/gone".to_owned());
        settings.on_offline.proxy = Some(String::new());
        assert_eq!(settings.on_offline_proxy(), None, "it is turned off");
    }

    #[tokio::test(start_paused = true)]
    async fn call_waits_for_a_code_and_is_cancelled_by_a_log_in() {
        let settings = OnOffline {
            command: vec!["/there/is/no/such/program".to_owned()],
            ..OnOffline::default()
        };
        let mut calls = calls(settings, Path::new("qrcode.png"));
        let start = tokio::time::Instant::now();
        calls.handle(&logged_out());
        finish(&mut calls).await;
        assert_eq!(start.elapsed(), CODE_TIMEOUT, "it is made without a code");
        let start = tokio::time::Instant::now();
        calls.handle(&logged_out());
        calls.code = None;
        finish(&mut calls).await;
        assert!(start.elapsed().is_zero());
    }
}
