//! The task that keeps a client online: connects, logs in, registers, reconnects. protocol/01 §4.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use nekonap_wire::{
    commands::session::UnRegister,
    login::{Device, easy},
    proto::session::UnRegisterRequest,
};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep},
};

use crate::{
    backoff::BackOff,
    client::Inner,
    connection,
    error::CallError,
    events::Event,
    keystore::Account,
    login::{
        LogInError, Me, easy as easy_login,
        qr::Scan,
        saved::{self, Registered},
    },
    profile,
    session::{End, Session, call_within},
};

/// Timeout of the unregistration at shutdown.
const UNREGISTER_TIMEOUT: Duration = Duration::from_secs(2);
/// A saved session is dropped after the server closes the connection this often in a row at its registration
/// (protocol/01 §1.9).
const MAX_CLOSED_REGISTRATIONS: u32 = 2;

/// Keeps one client online, from its start to its shutdown.
pub(crate) struct OnlineTask {
    pub(crate) inner: std::sync::Arc<Inner>,
    /// Session events. When the queue is full, further events are dropped and logged.
    pub(crate) session_events: mpsc::Sender<Event>,
    closed_registrations: u32,
    /// Whether only a person can log the account in again, by QR code: the server ended its session, or refuses all its
    /// tickets. The A1 is not used then, although it may still be valid: a kick usually comes from another client of the
    /// account, which an easy log-in would kick in turn (protocol/01 §4.4).
    logged_out: AtomicBool,
}

/// Why an attempt to come online failed. It is retried after the backoff, with the next server.
type Failure = String;

impl OnlineTask {
    pub(crate) fn new(inner: std::sync::Arc<Inner>, session_events: mpsc::Sender<Event>) -> Self {
        Self {
            inner,
            session_events,
            closed_registrations: 0,
            logged_out: AtomicBool::new(false),
        }
    }

    /// Runs until shutdown.
    pub(crate) async fn run(mut self) {
        let inner = self.inner.clone();
        tokio::select! {
            () = unregister_at_shutdown(&inner) => {}
            () = self.reconnect_forever() => {}
        }
        inner.went_offline();
    }

    async fn reconnect_forever(&mut self) {
        let timings = self.inner.config.timings.clone();
        let mut backoff = BackOff::new(timings.backoff_min, timings.backoff_max);
        let mut server = 0_usize;
        loop {
            let servers = &self.inner.config.servers;
            let address = servers[server % servers.len()].clone();
            let connecting =
                connection::connect(&address, self.inner.config.proxy.as_ref(), timings.connect);
            let why = match connecting.await {
                Err(error) => format!("{address}: {error}"),
                Ok(stream) => {
                    let session = Session::start(
                        stream,
                        self.inner.context.clone(),
                        self.inner.next_intake(),
                        &self.inner.tasks,
                    );
                    let _guard = FinishOnDrop(&session);
                    let heartbeat = session.clone();
                    self.inner
                        .tasks
                        .spawn(async move { heartbeat.keep_alive().await });
                    match self.come_online(&session).await {
                        Err(failure) => failure,
                        Ok(me) => {
                            let since = Instant::now();
                            let why = self.stay(&session, me).await;
                            backoff.recover(since.elapsed());
                            if session.end() == Some(&End::Reconnecting) {
                                continue;
                            }
                            why
                        }
                    }
                }
            };
            let wait = backoff.failed(rand::random());
            tracing::info!(
                why,
                failures = backoff.failures(),
                ?wait,
                "not online; will retry"
            );
            server = server.wrapping_add(1);
            tokio::select! {
                () = sleep(wait) => {}
                () = self.inner.retry.notified() => {}
            }
        }
    }

    /// Reports the client online and runs heartbeats until the session ends.
    async fn stay(&self, session: &Session, me: Me) -> Failure {
        profile::restore(&self.inner, session, me.uin).await;
        self.inner.went_online(session.clone(), me.clone());
        self.report(Event::Online(me));
        session.keep_online().await;
        let end = session.ended().await;
        self.inner.went_offline();
        let reason = match end {
            End::Kicked { title, text } => {
                self.forget_session().await;
                let reason = format!("{title} {text}");
                self.log_out(title, text);
                reason
            }
            End::Expired(text) => {
                self.forget_session().await;
                let reason = format!("the session expired: {text}");
                self.report(Event::SessionExpired { text });
                reason
            }
            End::Lost { why, .. } => {
                self.inner.count.disconnects.add(1);
                why
            }
            End::Closed => "closed".to_owned(),
            End::Reconnecting => "reconnecting on request".to_owned(),
        };
        self.report(Event::Offline {
            reason: reason.clone(),
        });
        reason
    }

    /// Registers with the saved session or, without one, after a log-in by A1 or QR code.
    async fn come_online(&mut self, session: &Session) -> Result<Me, Failure> {
        let inner = self.inner.clone();
        loop {
            let Some(account) = inner.account() else {
                self.log_in_by_code(session).await?;
                continue;
            };
            if account.d2.is_empty() {
                if self.logged_out.load(Ordering::Relaxed) || account.a1.is_empty() {
                    self.log_out(
                        "The session has expired / 登录已失效".to_owned(),
                        "the server no longer accepts the saved log-in / 服务器不再接受已保存的登录".to_owned(),
                    );
                    self.log_in_by_code(session).await?;
                } else {
                    self.log_in_by_a1(session, &account).await?;
                }
                continue;
            }
            session.identify(&account);
            let registered = saved::register(session, &inner.config.profile, &inner.device()).await;
            match registered {
                Ok(Registered::Yes) => {
                    self.closed_registrations = 0;
                    return Ok(Me::from(&account));
                }
                Ok(Registered::No(text)) => {
                    self.forget_session().await;
                    self.report(Event::SessionExpired { text });
                    if session.end().is_some() {
                        return Err("the session expired".to_owned());
                    }
                    session.anonymous();
                }
                Err(error) => return Err(self.registration_failed(session, error).await),
            }
        }
    }

    /// Handles a registration without a reply.
    async fn registration_failed(&mut self, session: &Session, error: CallError) -> Failure {
        match session.end() {
            Some(End::Kicked { title, text }) => {
                let (title, text) = (title.clone(), text.clone());
                self.forget_session().await;
                self.log_out(title, text);
            }
            Some(End::Lost { closed: true, .. }) if error.maybe_delivered() => {
                self.closed_registrations += 1;
                if self.closed_registrations >= MAX_CLOSED_REGISTRATIONS {
                    self.closed_registrations = 0;
                    self.forget_session().await;
                    self.report(Event::SessionExpired {
                        text: "the server closed the connection at the registration".to_owned(),
                    });
                }
            }
            _ => self.closed_registrations = 0,
        }
        error.to_string()
    }

    /// Logs in by easy log-in. A refusal drops the A1, so that a QR code follows.
    async fn log_in_by_a1(&self, session: &Session, account: &Account) -> Result<(), Failure> {
        let device = self.inner.device();
        let scan = self.scan(session, &device);
        let p256 = &self.inner.config.keys.p256;
        let report = |event| {
            if matches!(event, Event::QrCode { .. }) {
                self.log_out(
                    "Unusual device / 设备异常".to_owned(),
                    "the server wants the log-in to be confirmed on the phone / 服务器要求在手机上确认登录".to_owned(),
                );
            }
            self.report(event);
        };
        match easy_login::log_in(&scan, p256, account, report).await {
            Ok(account) => {
                self.logged_in(account).await;
                Ok(())
            }
            Err(LogInError::Call(error)) if !matches!(error, CallError::Refused(_)) => {
                Err(error.to_string())
            }
            Err(LogInError::Refused(refused)) if TEMPORARY.contains(&refused.code) => {
                Err(self.refused(refused.code, &refused.to_string()))
            }
            Err(error) => {
                match error {
                    LogInError::Refused(refused) if refused.code == easy::TOKEN_EXPIRED => {
                        self.log_out(refused.title, refused.text);
                    }
                    error => self.report_log_in_failure(&error),
                }
                let account = Account {
                    a1: Vec::new(),
                    ..account.clone()
                };
                self.inner.keep(Some(account)).await;
                Ok(())
            }
        }
    }

    /// Logs in by QR code.
    async fn log_in_by_code(&self, session: &Session) -> Result<(), Failure> {
        session.anonymous();
        let device = self.inner.device();
        let scan = self.scan(session, &device);
        let outcome = async {
            let confirmed = scan.confirmed(None, |event| self.report(event)).await?;
            scan.log_in(&confirmed).await
        };
        match outcome.await {
            Ok(account) => {
                self.logged_in(account).await;
                Ok(())
            }
            Err(LogInError::Call(error)) if !matches!(error, CallError::Refused(_)) => {
                Err(error.to_string())
            }
            Err(error) => {
                self.report_log_in_failure(&error);
                Err(error.to_string())
            }
        }
    }

    fn scan<'a>(&'a self, session: &'a Session, device: &'a Device) -> Scan<'a> {
        Scan {
            session,
            profile: &self.inner.config.profile,
            device,
            key: &self.inner.config.keys.secp192k1,
            poll: self.inner.config.timings.poll,
        }
    }

    async fn logged_in(&self, account: Account) {
        let me = Me::from(&account);
        self.logged_out.store(false, Ordering::Relaxed);
        self.inner.keep(Some(account)).await;
        self.report(Event::LoggedIn(me));
    }

    /// Drops the D2, but keeps the A1 for an easy log-in.
    async fn forget_session(&self) {
        if let Some(mut account) = self.inner.account() {
            account.d2.clear();
            account.d2_key = [0; 16];
            self.inner.keep(Some(account)).await;
        }
    }

    /// Reports, once until the next log-in, that only a person can log the account in again.
    fn log_out(&self, title: String, text: String) {
        if !self.logged_out.swap(true, Ordering::Relaxed) {
            self.report(Event::LoggedOut { title, text });
        }
    }

    fn report_log_in_failure(&self, error: &LogInError) {
        match error {
            LogInError::Refused(refused) => {
                self.report(Event::LogInFailed {
                    code: i64::try_from(refused.code).unwrap_or(i64::MAX),
                    text: format!("{} {}", refused.title, refused.text)
                        .trim()
                        .to_owned(),
                });
            }
            other => self.report(Event::LogInFailed {
                code: 0,
                text: other.to_string(),
            }),
        }
    }

    fn refused(&self, code: u64, text: &str) -> Failure {
        self.report(Event::LogInFailed {
            code: i64::try_from(code).unwrap_or(i64::MAX),
            text: text.to_owned(),
        });
        text.to_owned()
    }

    fn report(&self, event: Event) {
        if let Err(error) = self.session_events.try_send(event) {
            tracing::warn!(%error, "a session event is dropped: events are not read");
        }
    }
}

/// Temporary NT codes: server failure, timeout. protocol/01 §3.6
const TEMPORARY: [u64; 2] = [140_022_002, 140_022_003];

/// Waits for the shutdown, then unregisters.
async fn unregister_at_shutdown(inner: &Inner) {
    inner.closing.cancelled().await;
    if let Ok(session) = inner.session() {
        unregister(inner, &session).await;
    }
}

/// Unregisters from the server. The tickets stay valid.
async fn unregister(inner: &Inner, session: &Session) {
    inner.went_offline();
    if let Err(error) =
        call_within::<UnRegister>(session, &UnRegisterRequest::new(), UNREGISTER_TIMEOUT).await
    {
        tracing::debug!(%error, "the unregistration failed");
    }
}

/// See [`Client::reconnect`](crate::Client::reconnect).
pub(crate) async fn reconnect(inner: &Inner) {
    match inner.session() {
        Ok(session) => {
            unregister(inner, &session).await;
            session.finish(End::Reconnecting);
        }
        Err(_) => inner.retry.notify_waiters(),
    }
}

/// Ends a session when the attempt that started it ends or is cancelled.
struct FinishOnDrop<'a>(&'a Session);

impl Drop for FinishOnDrop<'_> {
    fn drop(&mut self) {
        self.0.finish(End::Closed);
    }
}
