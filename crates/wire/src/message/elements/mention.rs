//! Mentions (protocol/02 §3.3).

use bytes::{BufMut, Bytes, BytesMut};
use nekonap_ids::{Uid, Uin};

use super::lossy;
use crate::proto::message::{Elem, TextElem, TextReserve};

/// An `@` mention of a member or of everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The mentioned account or everybody.
    pub target: MentionTarget,
    /// Displayed text, including the `@`.
    pub text: String,
}

impl Mention {
    /// Whether it is the automatic mention of a reply in a group, which the sender did not type: it contains no number
    /// (protocol/02 §3.11).
    pub(in crate::message) fn is_automatic(&self) -> bool {
        matches!(self.target, MentionTarget::Member { uin: None, .. })
    }
}

/// Target of a mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MentionTarget {
    /// Everybody in the group.
    Everybody,
    /// One member. A sender should set both ids: without the uid the member is not notified.
    Member {
        /// Account number, if known.
        uin: Option<Uin>,
        /// Uid, if known.
        uid: Option<Uid>,
    },
}

/// `at_type` of a mention of everybody.
const EVERYBODY: u32 = 1;
/// `at_type` of a mention of one member.
const MEMBER: u32 = 2;
/// Length of the shortest `attr6_buf` that contains a number, in bytes.
const ATTR6: usize = 11;

/// Decodes the mention in a text element; `None` if it is plain text.
pub(super) fn decode(elem: &TextElem) -> Option<Mention> {
    let attr6 = elem
        .attr6_buf
        .as_deref()
        .filter(|attr6| attr6.len() >= ATTR6);
    let reserve = elem.pb_reserve.clone().unwrap_or_default();
    let at_type = reserve.at_type.unwrap_or(0);
    if attr6.is_none() && at_type != EVERYBODY && at_type != MEMBER {
        return None;
    }
    let text = lossy(elem.str.as_ref());
    let everybody = at_type == EVERYBODY || attr6.is_some_and(|attr6| attr6[6] == 1);
    let target = if everybody {
        MentionTarget::Everybody
    } else {
        let old = attr6
            .and_then(|attr6| attr6[7..ATTR6].try_into().ok())
            .map_or(0, u32::from_be_bytes);
        MentionTarget::Member {
            uin: Uin::new(u64::from(old))
                .or_else(|_| Uin::new(reserve.at_uin.unwrap_or(0)))
                .ok(),
            uid: Uid::new(reserve.at_uid.as_deref().unwrap_or_default()).ok(),
        }
    };
    Some(Mention { target, text })
}

pub(super) fn encode(mention: &Mention) -> Elem {
    let (at_type, uin, uid) = match mention.target {
        MentionTarget::Everybody => (EVERYBODY, 0, "all".to_owned()),
        MentionTarget::Member { uin, uid } => (
            MEMBER,
            uin.map_or(0, Uin::get),
            uid.map(|uid| uid.as_str().to_owned()).unwrap_or_default(),
        ),
    };
    Elem {
        text: Some(TextElem {
            str: Some(mention.text.clone().into_bytes().into()),
            attr6_buf: (!mention.is_automatic())
                .then(|| attr6(&mention.text, at_type == EVERYBODY, uin)),
            pb_reserve: Some(TextReserve {
                wording: None,
                at_type: Some(at_type),
                at_uin: Some(uin),
                at_tiny_id: Some(0),
                at_uid: Some(uid),
            }),
        }),
        ..Elem::default()
    }
}

/// The old binary form: 13 bytes, big-endian. It cannot contain numbers of more than 32 bits.
fn attr6(text: &str, everybody: bool, uin: u64) -> Bytes {
    let mut attr6 = BytesMut::with_capacity(13);
    attr6.put_u16(1);
    attr6.put_u16(0);
    attr6.put_u16(u16::try_from(text.encode_utf16().count()).unwrap_or(u16::MAX));
    attr6.put_u8(u8::from(everybody));
    attr6.put_u32(u32::try_from(uin).unwrap_or(0));
    attr6.put_u16(0);
    attr6.freeze()
}
