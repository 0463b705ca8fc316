//! Easy log-in: a new session from the encrypted A1 of a previous one, without user interaction. protocol/01 §3.4, §3.5.

use bytes::Bytes;
use nekonap_wire::{
    commands::login::{EasyLogin, EasyLoginUnusualDevice, SsoKeyExchange},
    crypto::p256,
    login::{LoginError, Refused, Tickets, easy, exchange},
};

use super::{LogInError, now, now32, qr::Scan};
use crate::{events::Event, keystore::Account};

/// Exchanges the account's A1 for new tickets. If the server finds the device unusual, the user must confirm a QR code,
/// which is passed to `report`.
///
/// # Errors
/// The server refuses (protocol/01 §3.6), the connection breaks, or a reply is invalid.
pub(crate) async fn log_in(
    scan: &Scan<'_>,
    p256_key: &[u8],
    account: &Account,
    report: impl Fn(Event),
) -> Result<Account, LogInError> {
    let private = p256::Private::random();
    let request = exchange::ask(&private, p256_key, account.uin, scan.device.guid, now32())?;
    let reply = scan.session.call::<SsoKeyExchange>(&request).await?;
    let session = exchange::finish(&private, &reply)?;

    let a1 = Bytes::copy_from_slice(&account.a1);
    let request = easy::ask(&session, scan.profile, scan.device, account.uin, &a1, None)?;
    let reply = scan.session.call::<EasyLogin>(&request).await?;
    let tickets = match easy::finish(&session, &reply) {
        Err(LoginError::Refused(refused)) if refused.code == easy::UNUSUAL_DEVICE => {
            confirmed(scan, &session, account, refused, report).await?
        }
        other => other?,
    };
    Ok(Account {
        d2: tickets.d2.to_vec(),
        d2_key: tickets.d2_key,
        tgt: tickets.tgt.to_vec(),
        a1: tickets.a1.to_vec(),
        logged_in: now(),
        ..account.clone()
    })
}

/// Continues the log-in of an unusual device: shows a QR code with the server's signature, then logs in with its A1.
async fn confirmed(
    scan: &Scan<'_>,
    session: &exchange::Session,
    account: &Account,
    refused: Refused,
    report: impl Fn(Event),
) -> Result<Tickets, LogInError> {
    let Some(sig) = &refused.unusual_device_sig else {
        return Err(refused.into());
    };
    let confirmed = scan.confirmed(Some(sig), report).await?;
    if confirmed.uin != account.uin {
        return Err(LogInError::Broken(format!(
            "{} confirmed the log-in of {}",
            confirmed.uin, account.uin
        )));
    }
    let request = easy::ask(
        session,
        scan.profile,
        scan.device,
        account.uin,
        &confirmed.a1,
        refused.cookie.as_deref(),
    )?;
    let reply = scan
        .session
        .call::<EasyLoginUnusualDevice>(&request)
        .await?;
    Ok(easy::finish(session, &reply)?)
}
