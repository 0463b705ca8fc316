//! Ids of group files and private files as frameworks get them (api/actions §1.6). An id contains everything that the server
//! wants to know of the file, so that it works without the message and after a restart.

use std::fmt;

use nekonap_client::{PrivateFileHandle, message::File};
use nekonap_ids::{Conversation, GroupUin};

/// What a group file's id begins with.
const GROUP: &str = "gf.";
/// What a private file's id begins with.
const PRIVATE: &str = "pf.";

/// The file that an id names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FileRef {
    /// A file of a group. As text: `gf.<group>.<busid>.<id>`.
    Group {
        group: GroupUin,
        business: u32,
        /// The server's id, beginning with `/`.
        id: String,
    },
    /// A private file. As text: `pf.<length of the uuid in bytes>.<uuid><second half of the handle>`.
    Private(PrivateFileHandle),
}

impl FileRef {
    /// The id of a file in a message of this conversation; `None` if the file is not named by what is known.
    pub(crate) fn of(conversation: Option<Conversation>, file: &File) -> Option<Self> {
        // Only private files have business 0.
        match conversation {
            Some(Conversation::Group(group)) if file.business != 0 => Some(Self::Group {
                group,
                business: file.business,
                id: file.id.clone(),
            }),
            _ if file.business == 0 => Some(Self::Private(PrivateFileHandle {
                uuid: file.id.clone(),
                crc: file.hash.clone(),
            })),
            _ => None,
        }
    }

    /// The id that frameworks get for a file in a message: the server's own id if the group is not known.
    pub(crate) fn reported(conversation: Option<Conversation>, file: &File) -> String {
        Self::of(conversation, file).map_or_else(|| file.id.clone(), |id| id.to_string())
    }

    /// Parses an id; `None` for other texts.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(rest) = text.strip_prefix(GROUP) {
            let mut parts = rest.splitn(3, '.');
            let group = parts.next()?.parse().ok()?;
            let business = parts.next()?.parse().ok()?;
            let id = parts.next().filter(|id| !id.is_empty())?.to_owned();
            return Some(Self::Group {
                group,
                business,
                id,
            });
        }
        let (length, handle) = text.strip_prefix(PRIVATE)?.split_once('.')?;
        let length: usize = length.parse().ok().filter(|length| *length > 0)?;
        let (uuid, crc) = handle.split_at_checked(length)?;
        Some(Self::Private(PrivateFileHandle {
            uuid: uuid.to_owned(),
            crc: crc.to_owned(),
        }))
    }
}

impl fmt::Display for FileRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Group {
                group,
                business,
                id,
            } => write!(f, "{GROUP}{group}.{business}.{id}"),
            Self::Private(PrivateFileHandle { uuid, crc }) => {
                write!(f, "{PRIVATE}{}.{uuid}{crc}", uuid.len())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{group, uin};

    #[test]
    fn id_contains_what_the_server_wants_to_know() {
        let file = File {
            id: "/a.b".to_owned(),
            business: 104,
            ..File::default()
        };
        let there = Some(Conversation::Group(group(20_001)));
        assert_eq!(FileRef::reported(there, &file), "gf.20001.104./a.b");
        let id = FileRef::of(there, &file).expect("an id");
        assert_eq!(FileRef::parse("gf.20001.104./a.b"), Some(id));
        // In the forward of a private chat, the group is not known.
        assert_eq!(FileRef::reported(None, &file), "/a.b");

        let file = File {
            id: "计-1.2".to_owned(),
            hash: "x.y".to_owned(),
            ..File::default()
        };
        let there = Some(Conversation::Friend(uin(10_002)));
        assert_eq!(FileRef::reported(there, &file), "pf.7.计-1.2x.y");
        let id = FileRef::of(there, &file).expect("an id");
        assert_eq!(FileRef::parse(" pf.7.计-1.2x.y"), Some(id));
    }

    #[test]
    fn other_texts_are_no_ids() {
        for text in [
            "",
            "/a",
            "gf.",
            "gf.0.102./a",
            "gf.20001.102.",
            "gf.20001.x./a",
            "gf.20001",
            "pf.",
            "pf.0.a",
            "pf.2.计",
            "pf.9.short",
            "pf.99999999999999999999.a",
        ] {
            assert_eq!(FileRef::parse(text), None, "{text}");
        }
    }
}
