//! QR log-in: fetches a code, polls it until it is confirmed, and logs in. protocol/01 §3.3.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use nekonap_ids::Uin;
use nekonap_wire::{
    commands::login::{TransEmp, WtLogin},
    login::{
        Device, Profile, Refused,
        envelope::{Exchange, Kind},
        qr::{self, Confirmed, State},
        wtlogin,
    },
};
use tokio::time::sleep;

use super::{LogInError, now, now32};
use crate::{events::Event, keystore::Account, session::Session};

/// Context of a QR log-in.
pub(crate) struct Scan<'a> {
    pub(crate) session: &'a Session,
    pub(crate) profile: &'a Profile,
    pub(crate) device: &'a Device,
    /// secp192k1 key of the server.
    pub(crate) key: &'a [u8],
    /// Interval of polls.
    pub(crate) poll: Duration,
}

impl Scan<'_> {
    /// Shows codes until one is confirmed. Codes and their states are passed to `report`. A code that expires or is
    /// cancelled is replaced by a new one.
    ///
    /// # Errors
    /// The server refuses a code, the connection breaks, or a reply is invalid.
    pub(crate) async fn confirmed(
        &self,
        unusual_device_sig: Option<&Bytes>,
        report: impl Fn(Event),
    ) -> Result<Confirmed, LogInError> {
        loop {
            let code = self.fetch(unusual_device_sig).await?;
            report(Event::QrCode {
                url: code.url.clone(),
                png: code.picture.clone(),
                expires: SystemTime::now() + Duration::from_secs(code.expires.into()),
            });
            match self.outcome(&code.signature, &report).await? {
                State::Confirmed(confirmed) => return Ok(confirmed),
                State::Other(result) => {
                    report(Event::QrExpired);
                    return Err(Refused {
                        code: result.into(),
                        title: "the QR code failed".to_owned(),
                        ..Refused::default()
                    }
                    .into());
                }
                _ => report(Event::QrExpired),
            }
            // Limits the rate if the server reports each code as invalid at once.
            sleep(self.poll).await;
        }
    }

    /// Logs in with a confirmed code.
    ///
    /// # Errors
    /// The server refuses (protocol/01 §3.3.1), the connection breaks, or a reply is invalid.
    pub(crate) async fn log_in(&self, confirmed: &Confirmed) -> Result<Account, LogInError> {
        let body = wtlogin::encode(self.profile, self.device, confirmed)?;
        let exchange = Exchange::new(self.key)?;
        let payload = exchange.seal(Kind::LogIn, Some(confirmed.uin), self.profile.build, &body)?;
        let reply = self.session.call::<WtLogin>(&payload.into()).await?;
        let answer = exchange.open(&reply)?;
        let logged_in = wtlogin::decode_answer(&answer, &confirmed.tgtgt)?;
        Ok(Account {
            uin: confirmed.uin,
            uid: logged_in.uid,
            nickname: logged_in.nickname,
            age: logged_in.age,
            gender: logged_in.gender,
            d2: logged_in.tickets.d2.to_vec(),
            d2_key: logged_in.tickets.d2_key,
            tgt: logged_in.tickets.tgt.to_vec(),
            a1: logged_in.tickets.a1.to_vec(),
            logged_in: now(),
        })
    }

    async fn fetch(&self, unusual_device_sig: Option<&Bytes>) -> Result<qr::Code, LogInError> {
        let sig = unusual_device_sig.map(|sig| &sig[..]);
        let body = qr::encode_fetch(self.profile, self.device, sig, now32())?;
        Ok(qr::decode_code(&self.exchange(None, &body).await?)?)
    }

    /// Polls until the code is confirmed, expired or cancelled.
    async fn outcome(
        &self,
        signature: &[u8],
        report: &impl Fn(Event),
    ) -> Result<State, LogInError> {
        let mut scanned = false;
        loop {
            let body = qr::encode_poll(self.profile, signature, now32())?;
            match qr::decode_state(&self.exchange(None, &body).await?)? {
                State::Waiting => {}
                State::Scanned if scanned => {}
                State::Scanned => {
                    scanned = true;
                    report(Event::QrScanned);
                }
                done => return Ok(done),
            }
            sleep(self.poll).await;
        }
    }

    async fn exchange(&self, uin: Option<Uin>, body: &[u8]) -> Result<Bytes, LogInError> {
        let exchange = Exchange::new(self.key)?;
        let payload = exchange.seal(Kind::TransEmp, uin, self.profile.build, body)?;
        let reply = self.session.call::<TransEmp>(&payload.into()).await?;
        Ok(exchange.open(&reply)?)
    }
}
