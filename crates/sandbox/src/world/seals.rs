//! Keys of download links and upload tickets. They are sealed with a secret of the world and contain their own expiry, so
//! that they need no table and survive a restart.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use nekonap_ids::Uin;
use nekonap_wire::crypto::gcm;

use super::World;
use crate::refusal::Refusal;

/// Name of the `meta` row with the secret of download keys.
const RKEY_SECRET: &str = "rkey_secret";
/// Name of the `meta` row with the secret of upload tickets.
const TICKET_SECRET: &str = "ticket_secret";
/// What precedes the 40 bytes of a download key: { 1: 4, 2: bytes }. protocol/03 §5.1
const RKEY_HEAD: [u8; 4] = [0x08, 0x04, 0x12, 40];
/// How long a download key is valid, in seconds. protocol/03 §5.1
pub(crate) const RKEY_LIFETIME: u32 = 3_600;
/// How long an upload ticket is valid, in seconds.
const TICKET_LIFETIME: u64 = 86_400;

/// A secret.
type Secret = [u8; 16];

impl World {
    /// A key for the links of a scene: its number of protocol/03 §5.1, such as 10.
    pub(crate) fn rkey(&self, scene: u32) -> Result<String, Refusal> {
        let until = self.now() + u64::from(RKEY_LIFETIME);
        let plain = [&until.to_be_bytes()[..], &scene.to_be_bytes()].concat();
        let sealed = seal(&self.secret(RKEY_SECRET)?, &plain)?;
        Ok(URL_SAFE_NO_PAD.encode([&RKEY_HEAD[..], &sealed].concat()))
    }

    /// Whether a key was given out for this scene and has not lapsed.
    pub(crate) fn accepts_rkey(&self, rkey: &str, scene: u32) -> Result<bool, Refusal> {
        let bytes = URL_SAFE_NO_PAD.decode(rkey).unwrap_or_default();
        let Some(sealed) = bytes.strip_prefix(&RKEY_HEAD) else {
            return Ok(false);
        };
        let plain = gcm::open(&self.secret(RKEY_SECRET)?, sealed).unwrap_or_default();
        let Some((until, of)) = plain.split_first_chunk() else {
            return Ok(false);
        };
        Ok(u64::from_be_bytes(*until) > self.now() && of == scene.to_be_bytes())
    }

    /// Makes all keys of download links invalid.
    pub(crate) fn expire_rkeys(&self) -> Result<(), Refusal> {
        self.set_meta(RKEY_SECRET, &rand::random::<Secret>())
    }

    /// A ticket for the uploads of an account.
    pub(crate) fn upload_ticket(&self, account: Uin) -> Result<Bytes, Refusal> {
        let until = self.now() + TICKET_LIFETIME;
        let plain = [until.to_be_bytes(), account.get().to_be_bytes()].concat();
        Ok(seal(&self.secret(TICKET_SECRET)?, &plain)?.into())
    }

    /// Whether a ticket was given to this account and has not lapsed.
    pub(crate) fn accepts_ticket(&self, ticket: &[u8], account: Uin) -> Result<bool, Refusal> {
        let plain = gcm::open(&self.secret(TICKET_SECRET)?, ticket).unwrap_or_default();
        let Some((until, of)) = plain.split_first_chunk() else {
            return Ok(false);
        };
        Ok(u64::from_be_bytes(*until) > self.now() && of == account.get().to_be_bytes())
    }

    /// Makes the secrets of a new world.
    pub(super) fn make_secrets(&self) -> Result<(), Refusal> {
        for name in [RKEY_SECRET, TICKET_SECRET] {
            if self.meta(name)?.is_none() {
                self.set_meta(name, &rand::random::<Secret>())?;
            }
        }
        Ok(())
    }

    fn secret(&self, name: &str) -> Result<Secret, Refusal> {
        let stored = self.meta(name)?.and_then(|secret| secret.try_into().ok());
        stored.ok_or_else(|| Refusal::broken(&format!("the world has no {name}")))
    }
}

fn seal(secret: &Secret, plain: &[u8]) -> Result<Vec<u8>, Refusal> {
    gcm::seal(secret, plain).map_err(|error| Refusal::broken(&error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{uin, world};

    #[test]
    fn download_keys_are_for_one_scene_and_lapse() {
        let mut world = world();
        let rkey = world.rkey(20).expect("a key");
        // protocol/03 §5.1
        assert!(rkey.starts_with("CAQSK"), "{rkey}");
        let accepts =
            |world: &World, rkey: &str, scene| world.accepts_rkey(rkey, scene).expect("an answer");
        assert!(accepts(&world, &rkey, 20) && !accepts(&world, &rkey, 10));
        assert!(!accepts(&world, "", 20) && !accepts(&world, "CAQSKA", 20));
        world
            .advance_clock(u64::from(RKEY_LIFETIME) - 1)
            .expect("advanced");
        assert!(accepts(&world, &rkey, 20));
        world.advance_clock(1).expect("advanced");
        assert!(!accepts(&world, &rkey, 20));
        let rkey = world.rkey(20).expect("a key");
        world.expire_rkeys().expect("expired");
        assert!(!accepts(&world, &rkey, 20));
    }

    #[test]
    fn upload_tickets_are_for_one_account_and_lapse() {
        let mut world = world();
        let ticket = world.upload_ticket(uin(10001)).expect("a ticket");
        let accepts = |world: &World, account| {
            world
                .accepts_ticket(&ticket, uin(account))
                .expect("an answer")
        };
        assert!(accepts(&world, 10001) && !accepts(&world, 10002));
        world.advance_clock(TICKET_LIFETIME).expect("advanced");
        assert!(!accepts(&world, 10001));
    }
}
