//! Albums of groups. protocol/03 §8.7, protocol/04 §10.7, §10.8

mod change;
mod list;
mod upload;

pub use self::list::{Album, AlbumImage, AlbumMedium, AlbumPage, AlbumUser, AlbumVideo, ImageUrl};
pub use self::upload::{AlbumBatch, AlbumPicture};

use std::time::{SystemTime, UNIX_EPOCH};

use nekonap_ids::Uin;

/// The time now, in milliseconds since 1970.
fn milliseconds() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| u64::try_from(now.as_millis()).unwrap_or(0))
}

/// A text that is new for each request. protocol/04 §10.7
fn trace(me: Uin) -> String {
    let number: u32 = rand::random_range(10_000..100_000);
    format!("{me}_{}_{number}", milliseconds())
}

/// A number that the answer repeats.
fn sequence() -> i32 {
    rand::random_range(1..=i32::MAX)
}
