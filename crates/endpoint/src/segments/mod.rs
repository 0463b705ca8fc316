//! Segments ⇄ elements: what frameworks say and hear, and what QQ sends (protocol/02 §3.16,
//! api/events-and-segments §7).

mod cards;
mod directory;
mod faces;
mod keyboard;
mod music;
mod read;
#[cfg(test)]
mod tests;
mod write;

use nekonap_client::Element;
use nekonap_ids::Uin;

pub(crate) use directory::Directory;
pub(crate) use read::read;
pub(crate) use write::{node, write};

/// One message of those that a list of segments becomes.
#[derive(Debug)]
pub(crate) enum Part {
    /// A message.
    Elements(Vec<Element>),
    /// A nudge, which is no message.
    Nudge(Uin),
}
