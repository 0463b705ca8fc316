//! The easy log-in: new tickets for the encrypted A1 of a previous session, without user interaction (protocol/01
//! §3.5).

use bytes::Bytes;
use nekonap_ids::Uin;
use prost::Message;

use super::{Device, LoginError, Profile, Refused, Tickets, exchange::Session};
use crate::{
    bounded,
    command::DecodeError,
    crypto::{CipherError, KeyError, gcm},
    proto::login::{
        EasyLoginRequest, NtEnvelope, NtHead, NtInner, NtLoginReply, NtTickets, nt_head,
        nt_login_reply,
    },
};

/// Code of an A1 that is no longer valid: the client discards it and shows a QR code.
pub const TOKEN_EXPIRED: u64 = 140_022_015;
/// Code that requires a QR code log-in: the client fetches a QR code with the signature in
/// [`Refused::unusual_device_sig`] and then sends `SsoNTLoginEasyLoginUnusualDevice` with the A1 of that code.
pub const UNUSUAL_DEVICE: u64 = 140_022_011;

/// A decrypted request, for a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedEasyLogin {
    /// Account number that the client sent.
    pub uin: Option<Uin>,
    /// The encrypted A1.
    pub a1: Bytes,
    /// Head to repeat in the answer.
    head: NtHead,
}

/// Encodes the request, for both the plain easy log-in and the unusual device. `cookie` comes from the previous answer
/// of the same attempt ([`Refused::cookie`]).
///
/// # Errors
/// [`KeyError`] if the session's key is not an AES key.
pub fn ask(
    session: &Session,
    profile: &Profile,
    device: &Device,
    uin: Uin,
    a1: &Bytes,
    cookie: Option<&str>,
) -> Result<NtEnvelope, KeyError> {
    ask_with(session, profile, device, uin, a1, cookie, rand::random())
}

/// [`ask`] with the given IV, for known-answer tests.
///
/// # Errors
/// As [`ask`].
pub fn ask_with(
    session: &Session,
    profile: &Profile,
    device: &Device,
    uin: Uin,
    a1: &Bytes,
    cookie: Option<&str>,
    iv: gcm::Iv,
) -> Result<NtEnvelope, KeyError> {
    let head = NtHead {
        user: Some(nt_head::User {
            account: Some(uin.to_string()),
        }),
        client: Some(nt_head::Client {
            device_type: Some(profile.os.clone()),
            device_name: Some(device.name.clone()),
            platform: Some(profile.platform),
            guid: Some(device.guid.0.to_vec().into()),
        }),
        app: Some(nt_head::App {
            version: Some(profile.kernel.clone()),
            app_id: Some(profile.app_id.cast_signed()),
            name: Some(profile.package.clone()),
            qua: Some(profile.qua.clone()),
        }),
        error: None,
        cookie: Some(nt_head::Cookie {
            cookie: cookie.map(str::to_owned),
        }),
        security: None,
        sdk: Some(nt_head::Sdk { version: Some(1) }),
    };
    let body = EasyLoginRequest {
        a1: Some(a1.clone()),
    };
    seal(session, head, &body.encode_to_vec(), iv)
}

/// Decrypts a request, for a server. The server finds the session by the envelope's ticket
/// ([`NtEnvelope::session_ticket`]).
///
/// # Errors
/// [`DecodeError`] if the request cannot be decrypted or decoded.
pub fn open(session: &Session, request: &NtEnvelope) -> Result<OpenedEasyLogin, DecodeError> {
    let (head, body) = unseal(session, request, "an easy log-in")?;
    let body: EasyLoginRequest = bounded::decode(&body)?;
    Ok(OpenedEasyLogin {
        uin: head
            .user
            .as_ref()
            .and_then(|user| user.account().parse().ok()),
        a1: body.a1.ok_or(DecodeError::Missing("the A1"))?,
        head,
    })
}

/// Encodes the answer, for a server. The head's fields 1 to 3 are repeated, and a success contains no error, because
/// some clients require both.
///
/// # Errors
/// [`KeyError`] if the session's key is not an AES key.
pub fn answer(
    session: &Session,
    asked: &OpenedEasyLogin,
    outcome: Result<&Tickets, &Refused>,
) -> Result<NtEnvelope, KeyError> {
    answer_with(session, asked, outcome, rand::random())
}

/// [`answer`] with the given IV, for known-answer tests.
///
/// # Errors
/// As [`answer`].
pub fn answer_with(
    session: &Session,
    asked: &OpenedEasyLogin,
    outcome: Result<&Tickets, &Refused>,
    iv: gcm::Iv,
) -> Result<NtEnvelope, KeyError> {
    let mut head = NtHead {
        user: asked.head.user.clone(),
        client: asked.head.client.clone(),
        app: asked.head.app.clone(),
        ..NtHead::default()
    };
    let mut body = NtLoginReply::default();
    match outcome {
        Ok(tickets) => {
            body.tickets = Some(NtTickets {
                a1: Some(tickets.a1.clone()),
                a2: Some(tickets.tgt.clone()),
                d2: Some(tickets.d2.clone()),
                d2_key: Some(tickets.d2_key.to_vec().into()),
            });
        }
        Err(refused) => {
            head.error = Some(nt_head::Error {
                code: Some(refused.code),
                title: Some(refused.title.clone()),
                text: Some(refused.text.clone()),
                ..nt_head::Error::default()
            });
            head.cookie = refused.cookie.clone().map(|cookie| nt_head::Cookie {
                cookie: Some(cookie),
            });
            body.protect = refused.unusual_device_sig.clone().map(|signature| {
                nt_login_reply::SecurityProtect {
                    unusual_device_sig: Some(signature),
                    ..nt_login_reply::SecurityProtect::default()
                }
            });
        }
    }
    seal(session, head, &body.encode_to_vec(), iv)
}

/// Decrypts the answer, for a client.
///
/// # Errors
/// [`LoginError::Refused`] with the NT code (protocol/01 §3.6); [`LoginError::Malformed`] if the answer cannot be
/// decrypted or decoded, or contains no tickets.
pub fn finish(session: &Session, reply: &NtEnvelope) -> Result<Tickets, LoginError> {
    const D2_KEY: &str = "the D2 key";
    let (head, body) = unseal(session, reply, "the answer of an easy log-in")?;
    let body: NtLoginReply = bounded::decode(&body)?;
    // An error with code 0 means success: some servers send it together with the tickets.
    if let Some(error) = head.error.filter(|error| error.code() != 0) {
        return Err(Refused {
            code: error.code(),
            title: error.title.unwrap_or_default(),
            text: error.text.unwrap_or_default(),
            cookie: head.cookie.and_then(|cookie| cookie.cookie),
            unusual_device_sig: body.protect.and_then(|protect| protect.unusual_device_sig),
        }
        .into());
    }
    let tickets = body.tickets.ok_or(DecodeError::Missing("the tickets"))?;
    Ok(Tickets {
        d2_key: tickets
            .d2_key()
            .try_into()
            .map_err(|_| DecodeError::Invalid(D2_KEY))?,
        tgt: tickets.a2.ok_or(DecodeError::Missing("the TGT"))?,
        d2: tickets.d2.ok_or(DecodeError::Missing("the D2 ticket"))?,
        a1: tickets.a1.ok_or(DecodeError::Missing("the A1"))?,
    })
}

fn seal(session: &Session, head: NtHead, body: &[u8], iv: gcm::Iv) -> Result<NtEnvelope, KeyError> {
    let inner = NtInner {
        head: Some(head),
        body: (!body.is_empty()).then(|| body.to_vec().into()),
    };
    Ok(NtEnvelope {
        session_ticket: Some(session.ticket.clone()),
        inner: Some(gcm::seal_with(&session.key, iv, &inner.encode_to_vec())?.into()),
        flag: Some(1),
    })
}

fn unseal(
    session: &Session,
    envelope: &NtEnvelope,
    what: &'static str,
) -> Result<(NtHead, Bytes), DecodeError> {
    let inner = gcm::open(&session.key, envelope.inner())
        .map_err(|CipherError| DecodeError::Cipher(what))?;
    let inner: NtInner = bounded::decode(&inner)?;
    Ok((
        inner.head.unwrap_or_default(),
        inner.body.unwrap_or_default(),
    ))
}
