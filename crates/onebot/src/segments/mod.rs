//! The types of segments, one file each (api/events-and-segments §7).
//!
//! Each type is one struct for both directions. "Receiving" in the docs means that a framework receives the segment in an
//! event or an answer; "Sending" means that a framework sends it. A key of only one direction is optional. Segments are read
//! with [`coerce`](crate::coerce), so ids and numbers may also be text. Unknown keys are ignored.

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

/// A type of segment.
pub trait Kind: Serialize + DeserializeOwned + JsonSchema {
    /// Value of `type`.
    const NAME: &'static str;
    /// Alternative names of keys, used by other programs: pairs of the alternative and the name of the field.
    const SYNONYMS: &'static [(&'static str, &'static str)] = &[];

    /// Whether a segment with this data (after coercion) has no content and is skipped, such as an empty text.
    fn is_empty(data: &Object) -> bool {
        let _ = data;
        false
    }
}

/// The first value that is present and not blank: of `url`, `file` and `path` it identifies a media file
/// (api/events-and-segments §8.1).
fn first_given<const N: usize>(values: [&Option<String>; N]) -> Option<&str> {
    values
        .into_iter()
        .flatten()
        .map(String::as_str)
        .find(|value| !value.trim().is_empty())
}
