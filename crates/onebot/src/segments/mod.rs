//! The kinds of segments, one file each (api/events-and-segments §7): what we report and what we accept.
//!
//! A kind is one struct with the keys of both directions; a key that only one of them has is optional. Reading goes
//! through [`coerce`](crate::coerce), so ids and numbers may come as text; keys that a kind does not know are ignored.

mod anonymous;
mod at;
mod chance;
mod contact;
mod face;
mod file;
mod forward;
mod image;
mod json;
mod keyboard;
mod location;
mod markdown;
mod mface;
mod miniapp;
mod music;
mod node;
mod poke;
mod record;
mod reply;
mod share;
mod text;
mod transfer;
mod video;
mod xml;

use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

use crate::Object;

pub use anonymous::Anonymous;
pub use at::{At, Whom};
pub use chance::{Dice, Rps};
pub use contact::{Contact, ContactKind};
pub use face::Face;
pub use file::File;
pub use forward::Forward;
pub use image::Image;
pub use json::{Json, JsonText};
pub use keyboard::{Action, Button, Keyboard, Permission, RenderData, Row};
pub use location::Location;
pub use markdown::Markdown;
pub use mface::Mface;
pub use miniapp::Miniapp;
pub use music::Music;
pub use node::{NewsLine, Node};
pub use poke::{Poke, Shake};
pub use record::Record;
pub use reply::Reply;
pub use share::Share;
pub use text::Text;
pub use transfer::{FlashTransfer, OnlineFile};
pub use video::Video;
pub use xml::Xml;

/// A kind of segment.
pub trait Kind: Serialize + DeserializeOwned + JsonSchema {
    /// Its name in `type`.
    const NAME: &'static str;
    /// Second names of its keys, that other programs use.
    const SYNONYMS: &'static [(&'static str, &'static str)] = &[];

    /// Whether this data, coerced, is a segment that says nothing and is to be skipped: an empty text, nobody mentioned.
    fn says_nothing(data: &Object) -> bool {
        let _ = data;
        false
    }
}

/// The first of these that is there and not blank: which of `url`, `file` and `path` names a media file (api/events-and-segments §8.1).
fn first_given<const N: usize>(values: [&Option<String>; N]) -> Option<&str> {
    values
        .into_iter()
        .flatten()
        .map(String::as_str)
        .find(|value| !value.trim().is_empty())
}
