//! The keys to an account's web pages and the tokens (`bkn`) derived from them. protocol/04 §9

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use nekonap_ids::Uin;
use nekonap_wire::{
    commands::credentials::token,
    proto::credentials::{ClientKeyReply, ClientKeyRequest, WebKeysReply, WebKeysRequest},
};

use crate::{
    refusal::{Refusal, code},
    router::Caller,
    world::{WebKey, World},
};

/// Lifetime of the `p_skey` and of the `skey`, in seconds: one day.
const LIFETIME: u64 = 86_400;
/// Lifetime of a client key, in seconds.
const CLIENT_KEY_LIFETIME: u32 = 1_800;
/// Maximum number of domains in a request.
const MAX_DOMAINS: usize = 32;

/// Returns the account's page key, the same for all domains.
pub(super) fn page_keys(
    world: &mut World,
    caller: &Caller,
    request: WebKeysRequest,
) -> Result<WebKeysReply, Refusal> {
    let (key, expires) = key(world, caller.uin, WebKey::Page);
    let domains = request.domains.into_iter().take(MAX_DOMAINS);
    Ok(WebKeysReply::new(domains, &key, expires))
}

/// Returns the account's client key.
pub(super) fn client_key(
    world: &mut World,
    caller: &Caller,
    _request: ClientKeyRequest,
) -> Result<ClientKeyReply, Refusal> {
    let (key, expires) = key(world, caller.uin, WebKey::Client);
    let left = u32::try_from(expires - world.now()).unwrap_or(CLIENT_KEY_LIFETIME);
    Ok(ClientKeyReply::new(&key, left))
}

/// The account's key of a kind, with its expiry time. An expired key is replaced.
fn key(world: &mut World, uin: Uin, kind: WebKey) -> (String, u64) {
    let now = world.now();
    if let Some((key, expires)) = world.sessions.web_key(uin, kind)
        && expires > now
    {
        return (key.to_owned(), expires);
    }
    let key = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
    let lifetime = match kind {
        WebKey::Client => CLIENT_KEY_LIFETIME.into(),
        WebKey::Page | WebKey::Account => LIFETIME,
    };
    world
        .sessions
        .set_web_key(uin, kind, key.clone(), now + lifetime);
    (key, now + lifetime)
}

/// The account's valid key of a kind.
fn valid(world: &World, uin: Uin, kind: WebKey) -> Option<&str> {
    let (key, expires) = world.sessions.web_key(uin, kind)?;
    (expires > world.now()).then_some(key)
}

/// Logs an account in with its client key. Returns the `skey`.
pub(crate) fn log_in(world: &mut World, uin: Uin, client_key: &str) -> Result<String, Refusal> {
    if valid(world, uin, WebKey::Client) != Some(client_key) {
        return Err(refused("the client key is not valid"));
    }
    Ok(key(world, uin, WebKey::Account).0)
}

/// The page key of an account that is logged in with this `skey`.
pub(crate) fn page_key(world: &mut World, uin: Uin, skey: &str) -> Result<String, Refusal> {
    if valid(world, uin, WebKey::Account) != Some(skey) {
        return Err(refused("the skey is not valid"));
    }
    Ok(key(world, uin, WebKey::Page).0)
}

/// Checks that the page key is valid for the account and that the token, if given, is derived from it or from the
/// account's `skey`.
pub(crate) fn check(world: &World, uin: Uin, key: &str, bkn: Option<u32>) -> Result<(), Refusal> {
    let page = valid(world, uin, WebKey::Page);
    let account = valid(world, uin, WebKey::Account);
    let derived = |bkn: u32| page.into_iter().chain(account).any(|key| token(key) == bkn);
    if page != Some(key) || bkn.is_some_and(|bkn| !derived(bkn)) {
        return Err(refused("the key in the cookie is not valid: log in again"));
    }
    Ok(())
}

fn refused(text: &str) -> Refusal {
    Refusal::not_allowed(code::NO_PERMISSION, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{caller, uin, world};

    #[test]
    fn client_key_gives_the_keys_until_they_expire() {
        let mut world = world();
        let (bob, _queue) = caller(&mut world, 10002);
        let reply = client_key(&mut world, &bob, ClientKeyRequest {}).expect("a key");
        assert_eq!(reply.seconds(), 1_800);
        let client = reply.client_key().expect("a key");
        let other = uin(10003);
        assert!(log_in(&mut world, bob.uin, "wrong").is_err());
        assert!(log_in(&mut world, other, &client).is_err());
        let skey = log_in(&mut world, bob.uin, &client).expect("logged in");
        assert!(page_key(&mut world, other, &skey).is_err());
        let page = page_key(&mut world, bob.uin, &skey).expect("a page key");
        assert_ne!(skey, page);
        for bkn in [None, Some(token(&skey)), Some(token(&page))] {
            assert_eq!(check(&world, bob.uin, &page, bkn), Ok(()));
        }
        assert!(check(&world, bob.uin, &page, Some(token(&client))).is_err());
        assert!(check(&world, bob.uin, &skey, None).is_err());
        assert!(check(&world, other, &page, None).is_err());
        world.advance_clock(1_800).expect("the clock");
        assert!(log_in(&mut world, bob.uin, &client).is_err());
        assert_eq!(check(&world, bob.uin, &page, None), Ok(()));
        world.advance_clock(LIFETIME).expect("the clock");
        assert!(check(&world, bob.uin, &page, None).is_err());
        assert!(page_key(&mut world, bob.uin, &skey).is_err());
    }
}
