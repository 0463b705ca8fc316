//! The key (`p_skey`) to an account's web pages and the token (`bkn`) derived from it. protocol/04 §9.1, §9.3

use nekonap_ids::Uin;
use nekonap_wire::{
    commands::credentials::token,
    proto::credentials::{WebKeysReply, WebKeysRequest},
};

use crate::{
    refusal::{Refusal, code},
    router::Caller,
    world::World,
};

/// Lifetime of a key, in seconds: one day.
const LIFETIME: u64 = 86_400;
/// Maximum number of domains in a request.
const MAX_DOMAINS: usize = 32;

/// Returns the account's key, the same for all domains. An expired key is replaced.
pub(crate) fn command(
    world: &mut World,
    caller: &Caller,
    request: WebKeysRequest,
) -> Result<WebKeysReply, Refusal> {
    let now = world.now();
    let kept = world
        .sessions
        .web_key(caller.uin)
        .filter(|(_, expires)| *expires > now)
        .map(|(key, expires)| (key.to_owned(), expires));
    let (key, expires) = if let Some(kept) = kept {
        kept
    } else {
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
        let key = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
        let expires = now + LIFETIME;
        world.sessions.set_web_key(caller.uin, key.clone(), expires);
        (key, expires)
    };
    let domains = request.domains.into_iter().take(MAX_DOMAINS);
    Ok(WebKeysReply::new(domains, &key, expires))
}

/// Checks that the key is valid for the account and that the token, if given, is derived from it.
pub(crate) fn check(world: &World, uin: Uin, key: &str, bkn: Option<u32>) -> Result<(), Refusal> {
    let good = world
        .sessions
        .web_key(uin)
        .is_some_and(|(kept, expires)| kept == key && expires > world.now());
    if !good || bkn.is_some_and(|bkn| bkn != token(key)) {
        return Err(Refusal::not_allowed(
            code::NO_PERMISSION,
            "the key in the cookie is not valid: log in again",
        ));
    }
    Ok(())
}
