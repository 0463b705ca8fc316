//! Flags of requests: texts that events contain, and that the actions which answer requests take (protocol/05 §8.1).
//!
//! A flag contains all that the answer needs, so it is valid after a restart. The flags of other endpoints are read too.

use std::fmt;

use nekonap_client::{GroupRequestKey, GroupRequestKind};
use nekonap_ids::{GroupUin, Uid};

/// First part of the flag of a friend request.
const FRIEND: &str = "fr1";
/// First part of the flag of a request of a group.
const GROUP: &str = "gr1";

/// Names a friend request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FriendFlag {
    /// Our flags, and those of LLOneBot and Lagrange: the person who asks. The time, Unix seconds, makes the flags of two
    /// requests of a person differ; it is not compared.
    Person { uid: Uid, time: u64 },
    /// NapCat's flags: the time of the request, Unix seconds.
    Time(u64),
}

impl FriendFlag {
    /// Reads a flag; `None` if it has none of the known forms.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(time) = text.parse() {
            return Some(Self::Time(time));
        }
        let (time, uid) = match text
            .strip_prefix(FRIEND)
            .and_then(|rest| rest.strip_prefix('.'))
        {
            Some(rest) => {
                let (time, uid) = rest.split_once('.')?;
                (time.parse().ok()?, uid)
            }
            None => (0, text),
        };
        let uid = Uid::new(uid).ok()?;
        Some(Self::Person { uid, time })
    }

    /// Whether this flag names the request of a person at a time.
    pub(crate) fn names(&self, uid: &Uid, time: u64) -> bool {
        match self {
            Self::Person { uid: named, .. } => named == uid,
            Self::Time(named) => *named == time,
        }
    }
}

impl fmt::Display for FriendFlag {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person { uid, time } => write!(out, "{FRIEND}.{time}.{uid}"),
            Self::Time(time) => write!(out, "{time}"),
        }
    }
}

/// Names a request of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GroupFlag {
    /// Our flags, and those of LLOneBot and Lagrange: all that answers the request.
    Key(GroupRequestKey),
    /// NapCat's flags, and our `request_id`: the sequence, to be searched in the lists.
    Sequence(u64),
}

impl GroupFlag {
    /// Reads a flag; `None` if it has none of the known forms.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(sequence) = text.parse() {
            return Some(Self::Sequence(sequence));
        }
        let ours = text
            .strip_prefix(GROUP)
            .and_then(|rest| rest.strip_prefix('.'));
        let separator = match ours {
            Some(_) => '.',
            None if text.contains('|') => '|',
            None => '-',
        };
        let mut numbers = Vec::new();
        for part in ours.unwrap_or(text).split(separator) {
            numbers.push(part.parse::<u64>().ok()?);
        }
        let (first, second, kind, filtered) = match numbers[..] {
            [first, second, kind] if separator == '-' => (first, second, kind, 0),
            [first, second, kind, filtered @ (0 | 1)] => (first, second, kind, filtered),
            _ => return None,
        };
        let (group, sequence) = match separator {
            '-' => (second, first),
            _ => (first, second),
        };
        Some(Self::Key(GroupRequestKey {
            group: GroupUin::new(group).ok()?,
            sequence,
            kind: GroupRequestKind::from_number(u32::try_from(kind).ok()?)?,
            filtered: filtered == 1,
        }))
    }
}

impl fmt::Display for GroupFlag {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => write!(
                out,
                "{GROUP}.{}.{}.{}.{}",
                key.group,
                key.sequence,
                key.kind.number(),
                u8::from(key.filtered)
            ),
            Self::Sequence(sequence) => write!(out, "{sequence}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn friend_flag_of_every_known_form_is_read() {
        let uid = Uid::new("u_fern").expect("a uid");
        let ours = FriendFlag::Person { uid, time: 7 };
        assert_eq!(ours.to_string(), "fr1.7.u_fern");
        assert_eq!(FriendFlag::read("fr1.7.u_fern"), Some(ours));
        assert_eq!(
            FriendFlag::read(" u_fern "),
            Some(FriendFlag::Person { uid, time: 0 })
        );
        assert_eq!(
            FriendFlag::read("1767225640"),
            Some(FriendFlag::Time(1_767_225_640))
        );
        for wrong in [
            "",
            "fr1.",
            "fr1.u_fern",
            "fr1.x.u_fern",
            "fr1.7.",
            "gr1.1.2.3.0 x",
        ] {
            assert_eq!(FriendFlag::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn friend_flag_names_a_person_or_a_time() {
        let [fern, oak] = ["u_fern", "u_oak"].map(|uid| Uid::new(uid).expect("a uid"));
        let person = FriendFlag::Person { uid: fern, time: 7 };
        assert!(person.names(&fern, 8) && !person.names(&oak, 7));
        assert!(FriendFlag::Time(7).names(&oak, 7) && !FriendFlag::Time(7).names(&oak, 8));
    }

    #[test]
    fn group_flag_of_every_known_form_is_read() {
        let key = |filtered| {
            GroupFlag::Key(GroupRequestKey {
                group: GroupUin::new(20_002).expect("a group"),
                sequence: 1_767_225_641_000_001,
                kind: GroupRequestKind::InvitationOfOther,
                filtered,
            })
        };
        let ours = "gr1.20002.1767225641000001.22.1";
        assert_eq!(key(true).to_string(), ours);
        for (text, flag) in [
            (ours, key(true)),
            (" gr1.20002.1767225641000001.22.0 ", key(false)),
            ("20002|1767225641000001|22|1", key(true)),
            ("1767225641000001-20002-22-1", key(true)),
            ("1767225641000001-20002-22", key(false)),
            (
                "1767225641000001",
                GroupFlag::Sequence(1_767_225_641_000_001),
            ),
        ] {
            assert_eq!(GroupFlag::read(text), Some(flag), "{text}");
        }
        for wrong in [
            "",
            "gr1.",
            "gr1.20002.1.22",
            "gr1.20002.1.22.2",
            "gr1.20002.1.3.0",
            "gr1.0.1.1.0",
            "gr1.20002.x.1.0",
            "fr1.7.u_fern",
            "20002|1|1",
            "1-2",
        ] {
            assert_eq!(GroupFlag::read(wrong), None, "{wrong}");
        }
    }
}
