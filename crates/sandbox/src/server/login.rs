//! The server side of the log-in: QR codes, wtlogin, the NT key exchange and the easy log-in. protocol/01 §3, §9
//!
//! Requests are decrypted in the task of the connection; the world's thread only executes them.

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

/// The command declarations that this module serves.
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

/// Name of the `meta` row with the server's private keys.
const KEYS_NAME: &str = "wire_keys";
/// Maximum difference of a client's clock, in seconds: two days.
const MAX_CLOCK_DIFFERENCE: u64 = 172_800;
/// Maximum length of the nickname in a log-in reply, in bytes.
const MAX_NICKNAME: usize = 255;

/// The server's private keys.
#[derive(Clone)]
pub(crate) struct ServerKeys {
    secp192k1: Arc<secp192k1::Private>,
    p256: Arc<p256::Private>,
}

impl ServerKeys {
    /// Loads the keys from the world's database, or creates and stores new ones.
    ///
    /// # Errors
    /// The database fails.
    pub(crate) fn of(world: &World) -> Result<Self, Refusal> {
        if let Some(kept) = world.meta(KEYS_NAME)?
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
        world.set_meta(KEYS_NAME, &bytes)?;
        Ok(keys)
    }

    /// The public keys for clients.
    pub(crate) fn public(&self) -> crate::Keys {
        crate::Keys {
            secp192k1: self.secp192k1.public(),
            p256: self.p256.public(),
        }
    }
}

/// A log-in error whose answer has only a return code and a text.
#[derive(Debug, Error)]
enum LoginError {
    #[error("the request cannot be decoded: {0}")]
    Malformed(#[from] DecodeError),
    #[error("{0}")]
    World(String),
    #[error("the answer is too long")]
    TooLong(#[from] nekonap_wire::tlv::TooLong),
    #[error("invalid key")]
    Key(#[from] nekonap_wire::crypto::KeyError),
    #[error("this command needs a session")]
    NoSession,
}

impl From<Refusal> for LoginError {
    fn from(refusal: Refusal) -> Self {
        Self::World(refusal.text)
    }
}

/// Executes a log-in command. Returns the return code, text and body of the answer.
pub(super) async fn serve(shared: &Shared, request: &Request) -> (i32, String, Bytes) {
    let body = match request.command.as_str() {
        TransEmp::NAME => code(shared, &request.payload).await,
        WtLogin::NAME => log_in(shared, &request.payload).await,
        SsoKeyExchange::NAME => key_exchange(shared, &request.payload).await,
        EasyLogin::NAME | EasyLoginUnusualDevice::NAME => {
            easy_login(shared, &request.payload).await
        }
        _ => Err(LoginError::NoSession),
    };
    match body {
        Ok(body) => (0, String::new(), body.into()),
        Err(error) => {
            tracing::debug!(command = request.command, %error, "log-in failed");
            (-10003, error.to_string(), Bytes::new())
        }
    }
}

/// Returns a new QR code or the state of an existing one.
async fn code(shared: &Shared, payload: &[u8]) -> Result<Vec<u8>, LoginError> {
    let opened = open(shared, payload)?;
    let app = Profile::default().app_id;
    let body = match QrRequest::decode(&opened.body)? {
        QrRequest::Fetch {
            guid, device_name, ..
        } => {
            let new_code = shared
                .world_actor
                .ask(move |world| Ok(login::show_code(world, guid, device_name)))
                .await?;
            let picture = picture(&new_code.url).map_err(LoginError::World)?;
            let code = Code {
                key: new_code.key,
                signature: new_code.signature,
                picture,
                url: new_code.url,
                expires: new_code.seconds,
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

/// Returns the tickets of a confirmed code.
async fn log_in(shared: &Shared, payload: &[u8]) -> Result<Vec<u8>, LoginError> {
    let opened = open(shared, payload)?;
    let decoded = LogIn::decode(&opened.body)?;
    let granted = shared
        .world_actor
        .ask(move |world| login::log_in(world, &decoded))
        .await;
    let body = match granted {
        Ok(granted) => {
            let logged_in = LoggedIn {
                tickets: granted.tickets,
                uid: granted.uid,
                face: 0,
                age: granted.age,
                gender: granted.gender,
                nickname: shortened(&granted.nickname).to_owned(),
            };
            wtlogin::encode_success(&logged_in, &granted.tgtgt)?
        }
        Err(refusal) => wtlogin::encode_refusal(wtlogin::TOKEN_EXPIRED, "登录失败", &refusal.text)?,
    };
    Ok(opened.answer(&body)?)
}

async fn key_exchange(shared: &Shared, payload: &[u8]) -> Result<Vec<u8>, LoginError> {
    let request = SsoKeyExchange::decode_request(payload)?;
    let decoded = exchange::open(&shared.keys.p256, &request)?;
    let machine = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs());
    if decoded.time.abs_diff(machine) > MAX_CLOCK_DIFFERENCE {
        return Err(LoginError::World("the client's clock is wrong".to_owned()));
    }
    let (uin, guid) = (decoded.uin, decoded.guid);
    let session = shared
        .world_actor
        .ask(move |world| Ok(login::exchange(world, uin, guid)))
        .await?;
    let reply = exchange::answer(&decoded, &session)?;
    Ok(SsoKeyExchange::encode_reply(&reply))
}

async fn easy_login(shared: &Shared, payload: &[u8]) -> Result<Vec<u8>, LoginError> {
    let request = EasyLogin::decode_request(payload)?;
    let ticket = request.session_ticket.clone().unwrap_or_default();
    let exchanged = shared
        .world_actor
        .ask(move |world| login::exchanged(world, &ticket))
        .await?;
    let decoded = easy::open(&exchanged.session, &request)?;
    let (claimed, a1): (Option<Uin>, Bytes) = (decoded.uin, decoded.a1.clone());
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
        (Err(refusal), None) => return Err(LoginError::World(refusal.text.clone())),
    };
    let reply = easy::answer(&exchanged.session, &decoded, outcome)?;
    Ok(EasyLogin::encode_reply(&reply))
}

fn open(shared: &Shared, payload: &[u8]) -> Result<Opened, LoginError> {
    Ok(Opened::read(
        payload,
        &shared.keys.secp192k1,
        &shared.keys.p256,
    )?)
}

/// Renders a text as a QR code in PNG format.
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

/// The nickname, cut to [`MAX_NICKNAME`] bytes.
fn shortened(nickname: &str) -> &str {
    let mut end = nickname.len().min(MAX_NICKNAME);
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
        assert_eq!(shortened("cat"), "cat");
        let long = "猫".repeat(100);
        assert_eq!(shortened(&long).len(), 255);
        let longer = format!("x{long}");
        assert_eq!(shortened(&longer).len(), 253);
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
