//! Media: where their bytes come from, where they are kept, and what was received.

mod cache;
mod config;
mod fetch;
mod ffmpeg;
mod file_ref;
mod folder;
mod local;
mod names;
mod received;
mod reported;
mod sending;
mod sources;
mod uploads;
mod voice;

use std::time::Duration;

use tokio::sync::Semaphore;

pub use config::{MediaConfig, ProxyUrl};
pub(crate) use sending::{hashed, upload_failed};
pub(crate) use {
    file_ref::FileRef,
    folder::Folder,
    local::{Local, too_large},
    received::Received,
    reported::Found,
    sources::Options,
    uploads::{Facts, Finished, Progress, Uploads, delete as delete_upload},
    voice::VoiceFormat,
};

use crate::bot::Bot;
use cache::Cache;
use fetch::Fetcher;

/// Time between two looks for what is old.
const SWEEP_INTERVAL: Duration = Duration::from_secs(60);
/// The cache is swept at every tenth look.
const CACHE_SWEEPS: u32 = 10;

/// The media folder of a bot, and what works with it.
#[derive(Debug)]
pub(crate) struct Files {
    folder: Folder,
    cache: Cache,
    fetcher: Fetcher,
    uploads: Uploads,
    /// Conversions of voices that may run at once. Each takes a core, and up to 60 MB of memory.
    voices: Semaphore,
}

impl Files {
    pub(crate) fn new(config: &MediaConfig) -> Self {
        Self {
            folder: Folder::new(config.folder.clone()),
            cache: Cache::default(),
            fetcher: Fetcher::default(),
            uploads: Uploads::default(),
            voices: Semaphore::new(2),
        }
    }

    pub(crate) fn folder(&self) -> &Folder {
        &self.folder
    }

    pub(crate) fn uploads(&self) -> &Uploads {
        &self.uploads
    }

    /// Deletes everything in the cache and among the temporary files that is not in use. Blocks.
    pub(crate) fn clear(&self) {
        if self.folder.is_worth_a_look() {
            self.cache.clear(&self.folder);
        }
    }
}

/// Deletes old files of the cache from time to time.
pub(crate) async fn sweep(bot: Bot) {
    let mut ticks = tokio::time::interval(SWEEP_INTERVAL);
    for look in 0_u32.. {
        tokio::select! {
            () = bot.closing().cancelled() => return,
            _ = ticks.tick() => {}
        }
        if !bot.files().folder.is_worth_a_look() {
            continue;
        }
        let config = bot.config();
        let (size, age) = (config.media.cache_size, config.media.cache_age());
        let sweeper = bot.clone();
        let swept = tokio::task::spawn_blocking(move || {
            let files = sweeper.files();
            files.uploads.expire();
            if look.is_multiple_of(CACHE_SWEEPS) || files.cache.is_crowded(size) {
                files.cache.sweep(&files.folder, size, age);
            }
        });
        if swept.await.is_err() {
            tracing::error!("the sweep of the media cache failed");
        }
    }
}
