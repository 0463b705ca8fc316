//! The life of a client: connect, log in, register, stay, come back. protocol/01 §4.

use std::time::Duration;

use nekonap_wire::{
    commands::session::UnRegister,
    login::{Device, easy},
    proto::session::UnRegisterRequest,
};
use tokio::{sync::mpsc, time::timeout};

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
    session::{End, Session, call_within},
};

/// How long the server may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);
/// A saved session whose first request closes the connection so often in a row is given up (protocol/01 §1.9).
const CLOSED_UPON: u32 = 2;

/// One client's life, from its start to its shutdown. A task of its own.
pub(crate) struct Life {
    pub(crate) inner: std::sync::Arc<Inner>,
    /// What concerns the session itself. When it is full, its reader has not listened to 64 of them: further ones are
    /// dropped and logged.
    pub(crate) announce: mpsc::Sender<Event>,
    closed_upon: u32,
}

/// Why an attempt to come online failed.
enum Failure {
    /// Try again, after a while, with the next server.
    Later(String),
    /// Stay away until told otherwise.
    Held,
}

impl Life {
    pub(crate) fn new(inner: std::sync::Arc<Inner>, announce: mpsc::Sender<Event>) -> Self {
        Self {
            inner,
            announce,
            closed_upon: 0,
        }
    }

    /// Lives until shutdown.
    pub(crate) async fn live(mut self) {
        let inner = self.inner.clone();
        tokio::select! {
            () = goodbye(&inner) => {}
            () = self.forever() => {}
        }
        inner.went_offline();
    }

    async fn forever(&mut self) {
        let timings = self.inner.config.timings.clone();
        let mut backoff = BackOff::new(timings.backoff_min, timings.backoff_max);
        let mut server = 0_usize;
        loop {
            let servers = &self.inner.config.servers;
            let address = servers[server % servers.len()].clone();
            let failure = match connection::connect(&address, timings.connect).await {
                Err(error) => Failure::Later(format!("{address}: {error}")),
                Ok(stream) => {
                    let session = Session::start(
                        stream,
                        self.inner.context.clone(),
                        self.inner.next_intake(),
                        &self.inner.tasks,
                    );
                    let _ends_with_us = Finish(&session);
                    let beating = session.clone();
                    self.inner
                        .tasks
                        .spawn(async move { beating.keep_alive().await });
                    match self.come_online(&session).await {
                        Err(failure) => failure,
                        Ok(me) => {
                            backoff.succeeded();
                            self.stay(&session, me).await
                        }
                    }
                }
            };
            match failure {
                Failure::Held => {
                    self.inner.wake.notified().await;
                    backoff.succeeded();
                }
                Failure::Later(why) => {
                    let wait = backoff.failed(rand::random());
                    tracing::info!(
                        why,
                        failures = backoff.failures(),
                        ?wait,
                        "not online; trying again"
                    );
                    server = server.wrapping_add(1);
                    // Who asks for a log-in does not wait for a timer.
                    let _ = timeout(wait, self.inner.wake.notified()).await;
                }
            }
        }
    }

    /// Is online until the session ends.
    async fn stay(&self, session: &Session, me: Me) -> Failure {
        self.inner.went_online(session.clone(), me.clone());
        self.tell(Event::Online(me));
        session.keep_online().await;
        let end = session.ended().await;
        self.inner.went_offline();
        let (failure, reason) = match end {
            End::Kicked { title, text } => {
                // Coming back with the same session would evict whoever evicted us, without end.
                self.forget_session().await;
                let reason = format!("{title} {text}");
                self.tell(Event::Kicked { title, text });
                (Failure::Held, reason)
            }
            End::Expired(text) => {
                self.forget_session().await;
                let reason = format!("the session expired: {text}");
                self.tell(Event::SessionExpired { text });
                (Failure::Later(reason.clone()), reason)
            }
            End::Lost { why, .. } => {
                self.inner.count.disconnects.add(1);
                (Failure::Later(why.clone()), why)
            }
            End::Closed => (Failure::Later("closed".to_owned()), "closed".to_owned()),
        };
        self.tell(Event::Offline { reason });
        failure
    }

    /// Every way in, the cheapest first.
    async fn come_online(&mut self, session: &Session) -> Result<Me, Failure> {
        let inner = self.inner.clone();
        loop {
            let Some(account) = inner.account() else {
                self.by_code(session).await?;
                continue;
            };
            if account.d2.is_empty() {
                self.by_a1(session, &account).await?;
                continue;
            }
            session.identify(&account);
            let registered = saved::register(session, &inner.config.profile, &inner.device()).await;
            match registered {
                Ok(Registered::Yes) => {
                    self.closed_upon = 0;
                    return Ok(Me::from(&account));
                }
                Ok(Registered::No(text)) => {
                    self.forget_session().await;
                    self.tell(Event::SessionExpired { text });
                    if session.end().is_some() {
                        return Err(Failure::Later("the session expired".to_owned()));
                    }
                    session.anonymous();
                }
                Err(error) => return Err(self.unregistered(session, error).await),
            }
        }
    }

    /// The registration had no answer.
    async fn unregistered(&mut self, session: &Session, error: CallError) -> Failure {
        match session.end() {
            Some(End::Kicked { title, text }) => {
                let (title, text) = (title.clone(), text.clone());
                self.forget_session().await;
                self.tell(Event::Kicked { title, text });
                return Failure::Held;
            }
            Some(End::Lost { closed: true, .. }) if error.maybe_delivered() => {
                self.closed_upon += 1;
                if self.closed_upon >= CLOSED_UPON {
                    self.closed_upon = 0;
                    self.forget_session().await;
                    self.tell(Event::SessionExpired {
                        text: "the server closes the connection upon it".to_owned(),
                    });
                }
            }
            _ => self.closed_upon = 0,
        }
        Failure::Later(error.to_string())
    }

    /// By easy log-in. When the server refuses it the A1 is dropped, so that the next way is taken.
    async fn by_a1(&self, session: &Session, account: &Account) -> Result<(), Failure> {
        if account.a1.is_empty() {
            self.inner.keep(None).await;
            return Ok(());
        }
        let device = self.inner.device();
        let scan = self.scan(session, &device);
        let p256 = &self.inner.config.keys.p256;
        match easy_login::log_in(&scan, p256, account, |event| self.tell(event)).await {
            Ok(account) => {
                self.logged_in(account).await;
                Ok(())
            }
            Err(LogInError::Call(error)) if !matches!(error, CallError::Refused(_)) => {
                Err(Failure::Later(error.to_string()))
            }
            Err(LogInError::Refused(refused)) if TRY_LATER.contains(&refused.code) => {
                Err(self.refused(refused.code, &refused.to_string()))
            }
            Err(error) => {
                if !matches!(&error, LogInError::Refused(refused) if refused.code == easy::TOKEN_EXPIRED)
                {
                    self.failed(&error);
                }
                self.inner.keep(None).await;
                Ok(())
            }
        }
    }

    /// By QR code.
    async fn by_code(&self, session: &Session) -> Result<(), Failure> {
        session.anonymous();
        let device = self.inner.device();
        let scan = self.scan(session, &device);
        let outcome = async {
            let confirmed = scan.confirmed(None, |event| self.tell(event)).await?;
            scan.log_in(&confirmed).await
        };
        match outcome.await {
            Ok(account) => {
                self.logged_in(account).await;
                Ok(())
            }
            Err(LogInError::Call(error)) if !matches!(error, CallError::Refused(_)) => {
                Err(Failure::Later(error.to_string()))
            }
            Err(error) => {
                self.failed(&error);
                match error {
                    LogInError::Refused(refused) if NOT_AGAIN.contains(&refused.code) => {
                        Err(Failure::Held)
                    }
                    error => Err(Failure::Later(error.to_string())),
                }
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
        self.inner.keep(Some(account)).await;
        self.tell(Event::LoggedIn(me));
    }

    /// Drops the D2, and keeps the A1 for an easy log-in.
    async fn forget_session(&self) {
        if let Some(mut account) = self.inner.account() {
            account.d2.clear();
            account.d2_key = [0; 16];
            self.inner.keep(Some(account)).await;
        }
    }

    fn failed(&self, error: &LogInError) {
        match error {
            LogInError::Refused(refused) => {
                self.tell(Event::LogInFailed {
                    code: i64::try_from(refused.code).unwrap_or(i64::MAX),
                    text: format!("{} {}", refused.title, refused.text)
                        .trim()
                        .to_owned(),
                });
            }
            other => self.tell(Event::LogInFailed {
                code: 0,
                text: other.to_string(),
            }),
        }
    }

    fn refused(&self, code: u64, text: &str) -> Failure {
        self.tell(Event::LogInFailed {
            code: i64::try_from(code).unwrap_or(i64::MAX),
            text: text.to_owned(),
        });
        Failure::Later(text.to_owned())
    }

    fn tell(&self, event: Event) {
        if let Err(error) = self.announce.try_send(event) {
            tracing::warn!(%error, "nobody listens to what becomes of the session");
        }
    }
}

/// The states and codes of a log-in after which asking again makes it worse: frozen, at risk. protocol/01 §3.3.1
const NOT_AGAIN: [u64; 3] = [40, 167, 237];
/// The NT codes that may be gone in a while: server failure, time-out. protocol/01 §3.6
const TRY_LATER: [u64; 2] = [140_022_002, 140_022_003];

/// Waits for the shutdown, and takes leave of the server.
async fn goodbye(inner: &Inner) {
    inner.closing.cancelled().await;
    let Ok(session) = inner.session() else {
        return;
    };
    inner.went_offline();
    if let Err(error) =
        call_within::<UnRegister>(&session, &UnRegisterRequest::new(), GOODBYE).await
    {
        tracing::debug!(%error, "the server did not say goodbye");
    }
}

/// Ends a session when the attempt that made it is over, or is given up.
struct Finish<'a>(&'a Session);

impl Drop for Finish<'_> {
    fn drop(&mut self) {
        self.0.finish(End::Closed);
    }
}
