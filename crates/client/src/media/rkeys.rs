//! Keys that make links to pictures valid: kept, and renewed before they lapse. protocol/03 §5.1

use std::time::{Duration, Instant, SystemTime};

use nekonap_ids::Uin;
use nekonap_wire::{
    commands::media::{GROUP_RKEY, GetRkeys, PRIVATE_RKEY, Scene},
    proto::media::RichMediaRequest,
};
use tokio::sync::Mutex;

use crate::{client::Client, error::CallError};

/// Keys are renewed when less than this part of their life is left, so that a link in an event is valid for a while.
const RENEWED_BEFORE: u32 = 2;
/// After a renewal on demand, the next one is refused for this long.
const MIN_AGE: Duration = Duration::from_secs(1);

/// A key for links to pictures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rkey {
    /// The scene of the pictures.
    pub scene: Scene,
    /// Value of the parameter `rkey`.
    pub value: String,
    /// When it was made, Unix seconds.
    pub created: u64,
    /// How long it is valid from then on, in seconds.
    pub ttl: u64,
}

/// The newest keys.
#[derive(Default)]
pub(crate) struct KeptRkeys(Mutex<Option<Kept>>);

struct Kept {
    account: Uin,
    keys: Vec<Rkey>,
    since: Instant,
    /// The life of the key that lapses first.
    life: Duration,
}

impl Client {
    /// The account's keys for links to pictures. They have at least half of their life before them, unless the server does
    /// not answer. `renew`: the kept ones have been refused. protocol/03 §5.1
    ///
    /// # Errors
    /// There are no valid keys, and the server refuses or does not reply.
    pub async fn rkeys(&self, renew: bool) -> Result<Vec<Rkey>, CallError> {
        let account = self.inner.myself()?.uin;
        let mut kept = self.inner.rkeys.0.lock().await;
        let usable = kept.as_ref().filter(|kept| kept.account == account);
        if let Some(kept) = usable {
            let age = kept.since.elapsed();
            let fresh = age < kept.life / RENEWED_BEFORE && (!renew || age < MIN_AGE);
            if fresh {
                return Ok(kept.keys.clone());
            }
        }
        let fetched = self.fetch_rkeys().await;
        match (fetched, usable) {
            (Ok(keys), _) => {
                let life = keys.iter().map(|key| key.ttl).min().unwrap_or(0);
                *kept = Some(Kept {
                    account,
                    keys: keys.clone(),
                    since: Instant::now(),
                    life: Duration::from_secs(life),
                });
                Ok(keys)
            }
            (Err(error), Some(kept)) if !renew && kept.since.elapsed() < kept.life => {
                tracing::debug!(%error, "keys of links are not renewed yet");
                Ok(kept.keys.clone())
            }
            (Err(error), _) => Err(error),
        }
    }

    /// The key for pictures of a scene.
    pub(super) async fn rkey(&self, scene: Scene, renew: bool) -> Result<String, CallError> {
        let keys = self.rkeys(renew).await?.into_iter();
        let found = keys.into_iter().find(|key| key.scene == scene);
        let missing = || CallError::Malformed(format!("no key for links to {scene:?} pictures"));
        Ok(found.ok_or_else(missing)?.value)
    }

    async fn fetch_rkeys(&self) -> Result<Vec<Rkey>, CallError> {
        let request = RichMediaRequest::rkeys();
        let reply = self.inner.session()?.call::<GetRkeys>(&request).await?;
        let list = reply.outcome()?.rkeys.unwrap_or_default().rkeys;
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let now = now.map_or(0, |now| now.as_secs());
        let keys = list.into_iter().enumerate().filter_map(|(at, key)| {
            // Without types, the first is for private chats and the second for groups.
            let scene = match (key.r#type, at) {
                (Some(PRIVATE_RKEY), _) | (None, 0) => Scene::Private,
                (Some(GROUP_RKEY), _) | (None, 1) => Scene::Group,
                _ => return None,
            };
            Some(Rkey {
                scene,
                value: key.value().to_owned(),
                created: key.create_time.map_or(now, u64::from),
                ttl: key.ttl.unwrap_or(0),
            })
        });
        Ok(keys.collect())
    }
}
