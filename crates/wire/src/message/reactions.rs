//! Reactions to a message, as the entries of a group's history contain them (protocol/02 §3.6, `service_type` 38).

use prost::Message as _;

use super::{
    Emoji,
    elements::{common::SERVICE_REACTIONS, common_elem},
};
use crate::{
    bounded,
    proto::message::{
        CommonElem, Elem, Message as Entry, ReactionMarks,
        reaction_marks::{Head, List, Mark},
    },
};

/// The most reactions that are read from a message. The server allows fewer.
const MAX_MARKS: usize = 200;

/// A reaction to a message, as history shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReactionMark {
    /// The emoji.
    pub emoji: Emoji,
    /// Number of people who added it.
    pub count: u32,
    /// Whether the account that fetches the message is one of them.
    pub own: bool,
}

/// The reactions in an entry of history. Entries without a count are skipped.
pub fn reactions(entry: &Entry) -> Vec<ReactionMark> {
    let body = entry.body.as_ref();
    let rich = body.and_then(|body| body.rich_text.as_ref());
    let elems = rich.iter().flat_map(|rich| &rich.elems);
    let lists = elems.filter_map(|raw| {
        let elem = bounded::decode::<Elem>(raw).ok()?;
        let CommonElem {
            service_type,
            payload,
            ..
        } = elem.common_elem?;
        let payload = payload.filter(|_| service_type == Some(SERVICE_REACTIONS))?;
        bounded::decode::<ReactionMarks>(&payload).ok()?.list
    });
    let marks = lists.flat_map(|list| list.marks);
    marks
        .filter_map(|mark| {
            Some(ReactionMark {
                emoji: Emoji::from_wire(mark.code.as_deref(), mark.kind).ok()?,
                count: mark.count.filter(|count| *count > 0)?,
                own: mark.own == Some(1),
            })
        })
        .take(MAX_MARKS)
        .collect()
}

/// Adds reactions to an entry of history, for a server.
pub fn add_reactions(entry: &mut Entry, marks: impl IntoIterator<Item = ReactionMark>) {
    let marks: Vec<Mark> = marks
        .into_iter()
        .map(|mark| Mark {
            code: Some(mark.emoji.code()),
            kind: Some(mark.emoji.kind()),
            count: Some(mark.count),
            own: Some(mark.own.into()),
        })
        .collect();
    if marks.is_empty() {
        return;
    }
    let payload = ReactionMarks {
        list: Some(List {
            head: Some(Head {
                field_1: Some(0),
                field_2: Some(7_240),
            }),
            marks,
        }),
    };
    let elem = common_elem(SERVICE_REACTIONS, &payload, 1);
    let body = entry.body.get_or_insert_default();
    let rich = body.rich_text.get_or_insert_default();
    rich.elems.push(elem.encode_to_vec().into());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::message::{Body, RichText};

    fn entry(elems: &[&[u8]]) -> Entry {
        Entry {
            body: Some(Body {
                rich_text: Some(RichText {
                    elems: elems.iter().map(|raw| raw.to_vec().into()).collect(),
                    ..RichText::default()
                }),
                ..Body::default()
            }),
            ..Entry::default()
        }
    }

    /// `{53: {1: 38, 2: {1: {1: {1: 0, 2: 7240}, 2: {1: "76", 2: 1, 3: 2, 4: 1}}}, 3: 1}}`
    const ONE: &[u8] = &[
        0xaa, 0x03, 0x1b, 0x08, 38, 0x12, 0x15, 0x0a, 0x13, // 53, .1, .2.1
        0x0a, 0x05, 0x08, 0x00, 0x10, 0xc8, 0x38, // .1
        0x12, 0x0a, 0x0a, 2, b'7', b'6', 0x10, 1, 0x18, 2, 0x20, 1, // .2[]
        0x18, 1, // .3
    ];

    #[test]
    fn reactions_are_read_and_written() {
        let mark = ReactionMark {
            emoji: Emoji::Face(76),
            count: 2,
            own: true,
        };
        assert_eq!(reactions(&entry(&[ONE])), [mark]);
        let mut written = entry(&[]);
        add_reactions(&mut written, []);
        assert_eq!(written, entry(&[]));
        add_reactions(&mut written, [mark]);
        assert_eq!(written, entry(&[ONE]));
    }

    #[test]
    fn what_is_no_reaction_is_skipped() {
        // {1: {1: "76"}}, 53 with service 45, broken bytes, a payload that is no list, a mark without a count.
        let text: &[u8] = &[0x0a, 4, 0x0a, 2, b'7', b'6'];
        let markdown: &[u8] = &[0xaa, 0x03, 6, 0x08, 45, 0x12, 2, 0x0a, 0];
        let broken: &[u8] = &[0xaa, 0x03, 4, 0x08, 38, 0x12, 5];
        let payload: &[u8] = &[0xaa, 0x03, 5, 0x08, 38, 0x12, 1, 0xff];
        let uncounted: &[u8] = &[
            0xaa, 0x03, 12, 0x08, 38, 0x12, 8, 0x0a, 6, 0x12, 4, 0x0a, 2, b'7', b'6',
        ];
        let found = reactions(&entry(&[text, markdown, broken, payload, uncounted]));
        assert_eq!(found, []);
        assert_eq!(reactions(&Entry::default()), []);
    }
}
