//! The log-in, as a server sees it: QR codes, wtlogin, the NT key exchange and the easy log-in. protocol/01 §3, §9
//!
//! Requests are deciphered here, in the connection's own task; the world's thread only applies them.

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};
use nekonap_ids::Uin;
use nekonap_wire::{
    command::{Command, DecodeError},
    commands::login::{EasyLogin, EasyLoginUnusualDevice, SsoKeyExchange, TransEmp, WtLogin},
    crypto::{p256, secp192k1},
    frame::Request,
    login::{
        Guid, Profile, Refused, Tickets, easy,
        envelope::Opened,
        exchange,
        qr::{self, Code, QrRequest, State},
        wtlogin::{self, LogIn, LoggedIn},
    },
};
use qrcode::QrCode;
use thiserror::Error;

use super::listen::Shared;
use crate::{refusal::Refusal, services::session::login, world::World};

/// The declarations that are served here.
#[cfg(test)]
pub(crate) const SERVED: [&str; 7] = [
    "TransEmp",
    "WtLogin",
    "SsoKeyExchange",
    "EasyLogin",
    "EasyLoginUnusualDevice",
    "Alive",
    "CorrectTime",
];

/// Where the server's private keys are kept.
const KEYS: &str = "wire_keys";
/// How far a client's clock may differ, seconds: two days.
const CLOCKS_APART: u64 = 172_800;
/// The most bytes of a nickname in a log-in's answer.
const NICKNAME: usize = 255;

/// The server's private keys.
#[derive(Clone)]
pub(crate) struct ServerKeys {
    secp192k1: Arc<secp192k1::Private>,
    p256: Arc<p256::Private>,
}

impl ServerKeys {
    /// The stored keys of the world, or new ones.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) fn of(world: &World) -> Result<Self, Refusal> {
        if let Some(kept) = world.meta(KEYS)?
            && let Some((short, long)) = kept.split_first_chunk::<24>()
            && let Ok(long) = long.try_into()
            && let (Ok(short), Ok(long)) = (
                secp192k1::Private::from_bytes(short),
                p256::Private::from_bytes(long),
            )
        {
            return Ok(Self {
                secp192k1: Arc::new(short),
                p256: Arc::new(long),
            });
        }
        let keys = Self {
            secp192k1: Arc::new(secp192k1::Private::random()),
            p256: Arc::new(p256::Private::random()),
        };
        let mut bytes = keys.secp192k1.to_bytes().to_vec();
        bytes.extend(keys.p256.to_bytes());
        world.set_meta(KEYS, &bytes)?;
        Ok(keys)
    }

    /// The public keys, which clients need.
    pub(crate) fn public(&self) -> crate::Keys {
        crate::Keys {
            secp192k1: self.secp192k1.public(),
            p256: self.p256.public(),
        }
    }
}

/// Why a log-in request is answered with a return code alone.
#[derive(Debug, Error)]
enum Failed {
    #[error("the request does not decode: {0}")]
    Malformed(#[from] DecodeError),
    #[error("{0}")]
    World(String),
    #[error("the answer does not fit")]
    TooLong(#[from] nekonap_wire::tlv::TooLong),
    #[error("an invalid key")]
    Key(#[from] nekonap_wire::crypto::KeyError),
    #[error("this command wants a session")]
    NoSession,
}

impl From<Refusal> for Failed {
    fn from(refusal: Refusal) -> Self {
        Self::World(refusal.text)
    }
}

/// Answers a command of the log-in: return code, text, body.
pub(super) async fn serve(shared: &Shared, request: &Request) -> (i32, String, Bytes) {
    let body = match request.command.as_str() {
        TransEmp::NAME => code(shared, &request.payload).await,
        WtLogin::NAME => log_in(shared, &request.payload).await,
        SsoKeyExchange::NAME => key_exchange(shared, &request.payload).await,
        EasyLogin::NAME | EasyLoginUnusualDevice::NAME => {
            easy_login(shared, &request.payload).await
        }
        _ => Err(Failed::NoSession),
    };
    match body {
        Ok(body) => (0, String::new(), body.into()),
        Err(failed) => {
            tracing::debug!(command = request.command, %failed, "a log-in failed");
            (-10003, failed.to_string(), Bytes::new())
        }
    }
}

/// Serves a new QR code, or the state of one.
async fn code(shared: &Shared, payload: &[u8]) -> Result<Vec<u8>, Failed> {
    let opened = open(shared, payload)?;
    let app = Profile::default().app_id;
    let body = match QrRequest::decode(&opened.body)? {
        QrRequest::Fetch {
            guid, device_name, ..
        } => {
            let shown = shared
                .world_actor
                .ask(move |world| Ok(login::show_code(world, guid, device_name)))
                .await?;
            let picture = picture(&shown.url).map_err(Failed::World)?;
            let code = Code {
                key: shown.key,
                signature: shown.signature,
                picture,
                url: shown.url,
                expires: shown.seconds,
            };
            qr::encode_code(app, &code)?
        }
        QrRequest::Poll { signature } => {
            let state: State = shared
                .world_actor
                .ask(move |world| Ok(login::code_state(world, &signature)))
                .await?;
            qr::encode_state(app, &state)?
        }
    };
    Ok(opened.answer(&body)?)
}

/// Serves the tickets of a confirmed code.
async fn log_in(shared: &Shared, payload: &[u8]) -> Result<Vec<u8>, Failed> {
    let opened = open(shared, payload)?;
    let asked = LogIn::decode(&opened.body)?;
    let granted = shared
        .world_actor
        .ask(move |world| login::log_in(world, &asked))
        .await;
    let body = match granted {
        Ok(granted) => {
            let logged_in = LoggedIn {
                tickets: granted.tickets,
                uid: granted.uid,
                face: 0,
                age: granted.age,
                gender: granted.gender,
                nickname: short(&granted.nickname).to_owned(),
            };
            wtlogin::encode_success(&logged_in, &granted.tgtgt)?
        }
        Err(refusal) => wtlogin::encode_refusal(wtlogin::TOKEN_EXPIRED, "登录失败", &refusal.text)?,
    };
    Ok(opened.answer(&body)?)
}

async fn key_exchange(shared: &Shared, payload: &[u8]) -> Result<Vec<u8>, Failed> {
    let request = SsoKeyExchange::decode_request(payload)?;
    let asked = exchange::open(&shared.keys.p256, &request)?;
    let machine = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs());
    if asked.time.abs_diff(machine) > CLOCKS_APART {
        return Err(Failed::World("the client's clock is wrong".to_owned()));
    }
    let (uin, guid) = (asked.uin, asked.guid);
    let session = shared
        .world_actor
        .ask(move |world| Ok(login::exchange(world, uin, guid)))
        .await?;
    let reply = exchange::answer(&asked, &session)?;
    Ok(SsoKeyExchange::encode_reply(&reply))
}

async fn easy_login(shared: &Shared, payload: &[u8]) -> Result<Vec<u8>, Failed> {
    let request = EasyLogin::decode_request(payload)?;
    let ticket = request.session_ticket.clone().unwrap_or_default();
    let exchanged = shared
        .world_actor
        .ask(move |world| login::exchanged(world, &ticket))
        .await?;
    let asked = easy::open(&exchanged.session, &request)?;
    let (claimed, a1): (Option<Uin>, Bytes) = (asked.uin, asked.a1.clone());
    let (uin, guid): (Uin, Guid) = (exchanged.uin, exchanged.guid);
    let granted: Result<Tickets, Refusal> = shared
        .world_actor
        .ask(move |world| login::easy(world, claimed.unwrap_or(uin), guid, &a1))
        .await;
    let refused = granted.as_ref().err().map(|refusal| Refused {
        code: easy::TOKEN_EXPIRED,
        title: "登录失败".to_owned(),
        text: refusal.text.clone(),
        ..Refused::default()
    });
    let outcome = match (&granted, &refused) {
        (Ok(tickets), _) => Ok(tickets),
        (Err(_), Some(refused)) => Err(refused),
        (Err(refusal), None) => return Err(Failed::World(refusal.text.clone())),
    };
    let reply = easy::answer(&exchanged.session, &asked, outcome)?;
    Ok(EasyLogin::encode_reply(&reply))
}

fn open(shared: &Shared, payload: &[u8]) -> Result<Opened, Failed> {
    Ok(Opened::read(
        payload,
        &shared.keys.secp192k1,
        &shared.keys.p256,
    )?)
}

/// The QR code of a text, as a PNG.
fn picture(text: &str) -> Result<Bytes, String> {
    const PIXELS: u32 = 3;
    let picture = QrCode::new(text)
        .map_err(|error| error.to_string())?
        .render::<image::Luma<u8>>()
        .module_dimensions(PIXELS, PIXELS)
        .build();
    let mut png = Vec::new();
    PngEncoder::new(&mut png)
        .write_image(
            picture.as_raw(),
            picture.width(),
            picture.height(),
            ExtendedColorType::L8,
        )
        .map_err(|error| error.to_string())?;
    Ok(png.into())
}

/// The nickname, cut to what fits.
fn short(nickname: &str) -> &str {
    let mut end = nickname.len().min(NICKNAME);
    while !nickname.is_char_boundary(end) {
        end -= 1;
    }
    &nickname[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_nickname_is_cut_between_characters() {
        assert_eq!(short("cat"), "cat");
        let long = "猫".repeat(100);
        assert_eq!(short(&long).len(), 255);
        let longer = format!("x{long}");
        assert_eq!(short(&longer).len(), 253);
    }

    #[test]
    fn qr_code_is_a_small_png() {
        let png = picture("https://txz.qq.com/p?k=abcdefghijklmnopqrstuvwxyz012345&f=1600001615")
            .expect("a picture");
        assert!(
            png.starts_with(b"\x89PNG") && png.len() < 4_000,
            "{}",
            png.len()
        );
    }
}
