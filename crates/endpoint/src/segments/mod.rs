//! Conversion between OneBot's segments and QQ's elements (protocol/02 §3.16, api/events-and-segments §7).

mod cards;
mod directory;
mod faces;
mod file;
mod keyboard;
pub(crate) mod music;
mod read;
#[cfg(test)]
mod tests;
mod write;

use nekonap_client::{Element, UploadedGroupFile, message::File};
use nekonap_ids::{GroupUin, Uin};

pub(crate) use directory::Directory;
pub(crate) use read::read;
pub(crate) use write::{node, write};

/// One of the messages that a list of segments becomes.
#[derive(Debug)]
pub(crate) enum Part {
    /// Elements of a message.
    Elements(Vec<Element>),
    /// A nudge (poke) of this user, which is not a message.
    Nudge(Uin),
    /// A file that was uploaded to this group and is not posted yet.
    GroupFile(GroupUin, UploadedGroupFile),
    /// A file of this group, which the server copies to the conversation.
    Copy(GroupUin, File),
}
