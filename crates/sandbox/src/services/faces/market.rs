//! Stickers of the sticker shop: each has a key, which is made from its id. protocol/04 §13.12

use nekonap_media::hash;
use nekonap_wire::proto::faces::{MarketKeysReply, MarketKeysRequest};

use crate::{
    refusal::{Refusal, code},
    router::Caller,
    world::World,
};

/// Stickers per request.
const MAX_FACES: usize = 100;
/// Digits of a key.
const KEY_DIGITS: usize = 16;

/// The key of a sticker.
pub(crate) fn key(id: &[u8]) -> String {
    let mut key = hex::encode(hash(&[b"market face ", id].concat()).md5);
    key.truncate(KEY_DIGITS);
    key
}

pub(super) fn keys(
    _: &mut World,
    _: &Caller,
    request: MarketKeysRequest,
) -> Result<MarketKeysReply, Refusal> {
    let ids = request.ids();
    if ids.len() > MAX_FACES {
        let text = format!("at most {MAX_FACES} stickers can be asked for at once");
        return Err(Refusal::not_allowed(code::TOO_LARGE, text));
    }
    let keys = ids.iter().map(|id| {
        let bytes = hex::decode(id).ok().filter(|bytes| bytes.len() == 16);
        let bytes = bytes.ok_or_else(|| {
            Refusal::bad_request(format!("{id:?} is not the id of a sticker: 32 hex digits"))
        })?;
        Ok(key(&bytes))
    });
    Ok(MarketKeysReply::of(keys.collect::<Result<_, Refusal>>()?))
}
