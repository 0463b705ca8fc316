//! A second look at protobuf that does not decode: a reader never fails on text that is no UTF-8, nor on a field that
//! another client writes as a number where we know a text, or the other way round. protocol/02 §0,
//! protocol/04 §5.2
//!
//! Names are cut in the middle of a character, some clients ask for a text with a `true`, elder servers named people by
//! number where today's name them by uid. One such field must not cost the whole message.

use super::{
    LEVELS,
    fields::{self, Field, WireType},
};

/// What a field holds.
#[allow(dead_code)] // Which of them occur depends on what `proto/` declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A number of any width, a truth.
    Varint,
    Fixed32,
    Fixed64,
    Text,
    Bytes,
    /// The message at this place of the table.
    Message(usize),
}

/// Number, whether it repeats, kind; sorted by number.
type Fields = &'static [(u32, bool, Kind)];

/// Every declared message's fields, sorted by its name.
static MESSAGES: &[(&str, Fields)] = include!(concat!(env!("OUT_DIR"), "/schema.rs"));

/// The low bits of a tag.
const VARINT: u64 = 0;
const FIXED64: u64 = 1;
const DELIMITED: u64 = 2;
const FIXED32: u64 = 5;

/// The message with every field in its declared form: text as UTF-8, and what has another form than declared as the
/// zero of the declared one, which keeps its presence. `None` for what is no protobuf at all.
pub(super) fn mend(name: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let place = MESSAGES
        .binary_search_by_key(&name, |(name, _)| name)
        .ok()?;
    let mut mended = Vec::with_capacity(bytes.len());
    message(place, bytes, &mut mended, LEVELS)?;
    Some(mended)
}

fn message(place: usize, mut bytes: &[u8], out: &mut Vec<u8>, levels: usize) -> Option<()> {
    let levels = levels.checked_sub(1)?;
    let (_, declared) = MESSAGES.get(place)?;
    while !bytes.is_empty() {
        let Field {
            number,
            wire_type,
            value,
            whole,
        } = fields::next(&mut bytes)?;
        let declared = declared
            .binary_search_by_key(&number, |(number, _, _)| *number)
            .ok()
            .and_then(|at| declared.get(at));
        match declared {
            Some((_, _, Kind::Text)) if wire_type == WireType::Delimited => {
                delimited(number, String::from_utf8_lossy(value).as_bytes(), out);
            }
            Some((_, _, Kind::Message(place))) if wire_type == WireType::Delimited => {
                let mut inner = Vec::with_capacity(value.len());
                message(*place, value, &mut inner, levels)?;
                delimited(number, &inner, out);
            }
            Some((_, repeated, kind)) if !fits(*kind, *repeated, wire_type) => {
                zero(number, *kind, out);
            }
            // Unknown, or as declared.
            _ => out.extend_from_slice(whole),
        }
    }
    Some(())
}

/// Whether a field of this kind may be written so; numbers that repeat may be packed.
fn fits(kind: Kind, repeated: bool, wire_type: WireType) -> bool {
    let packed = repeated && wire_type == WireType::Delimited;
    match kind {
        Kind::Varint => wire_type == WireType::Varint || packed,
        Kind::Fixed32 => wire_type == WireType::Fixed32 || packed,
        Kind::Fixed64 => wire_type == WireType::Fixed64 || packed,
        Kind::Text | Kind::Bytes | Kind::Message(_) => wire_type == WireType::Delimited,
    }
}

/// The zero of a kind.
fn zero(number: u32, kind: Kind, out: &mut Vec<u8>) {
    let tag = |form| u64::from(number) << 3 | form;
    match kind {
        Kind::Varint => {
            prost::encoding::encode_varint(tag(VARINT), out);
            out.push(0);
        }
        Kind::Fixed32 => {
            prost::encoding::encode_varint(tag(FIXED32), out);
            out.extend_from_slice(&[0; 4]);
        }
        Kind::Fixed64 => {
            prost::encoding::encode_varint(tag(FIXED64), out);
            out.extend_from_slice(&[0; 8]);
        }
        Kind::Text | Kind::Bytes | Kind::Message(_) => delimited(number, &[], out),
    }
}

fn delimited(number: u32, held: &[u8], out: &mut Vec<u8>) {
    prost::encoding::encode_varint(u64::from(number) << 3 | DELIMITED, out);
    prost::encoding::encode_varint(held.len() as u64, out);
    out.extend_from_slice(held);
}

#[cfg(test)]
mod tests {
    use prost::{Message as _, Name as _};

    use super::*;
    use crate::{
        bounded::decode,
        command::DecodeError,
        proto::{
            groups::{Details, DetailsRequest, MemberEntry, MembersReply},
            push::{NotifyBody, Typing},
        },
    };

    #[test]
    fn the_table_is_sorted_and_has_every_message() {
        assert!(MESSAGES.is_sorted_by_key(|(name, _)| name));
        assert!(
            MESSAGES
                .iter()
                .all(|(_, fields)| fields.is_sorted_by_key(|(number, _, _)| number))
        );
        assert!(mend(&MemberEntry::full_name(), &[]).is_some());
        assert!(mend("groups.Nobody", &[]).is_none());
    }

    #[test]
    fn one_name_cut_in_a_character_does_not_cost_the_list() {
        let mut bytes = MembersReply {
            group: Some(1),
            members: vec![MemberEntry {
                nick: Some("名片".to_owned()),
                ..MemberEntry::default()
            }],
            ..MembersReply::default()
        }
        .encode_to_vec();
        // The last byte of 片, and with it a byte of three lengths.
        bytes.pop();
        let at = |needle: u8, bytes: &[u8]| bytes.iter().position(|byte| *byte == needle);
        let nick = at(0x52, &bytes).expect("field 10");
        bytes[nick + 1] -= 1;
        bytes[nick - 1] -= 1;
        assert!(MembersReply::decode(&bytes[..]).is_err());
        let read: MembersReply = decode(&bytes).expect("mended");
        assert_eq!(read.group, Some(1));
        assert_eq!(read.members[0].nick.as_deref(), Some("名\u{fffd}"));
    }

    #[test]
    fn what_is_wanted_by_a_truth_is_wanted() {
        // { 2: { 1: 20001, 2: { 24: true, 29: "" } } }
        let bytes = hex::decode("120c08a19c011206c00101ea0100").expect("hex");
        assert!(DetailsRequest::decode(&bytes[..]).is_err());
        let read: DetailsRequest = decode(&bytes).expect("mended");
        let mask = read.wanted.expect("a group").mask.expect("a mask");
        assert_eq!(
            mask,
            Details {
                question: Some(String::new()),
                max_admins: Some(0),
                ..Details::default()
            }
        );
    }

    #[test]
    fn people_by_number_where_a_uid_is_expected_are_nobody() {
        // { 4: 20001, 21: 10001 }
        let body: NotifyBody = decode(&hex::decode("20a19c01a801914e").expect("hex")).expect("ok");
        assert_eq!(
            (body.group, body.operator_uid.as_deref()),
            (Some(20001), Some(""))
        );
        // { 1: 10002, 3: { 4: 1 } }
        let typing: Typing = decode(&hex::decode("08924e1a022001").expect("hex")).expect("mended");
        assert_eq!(typing.from.as_deref(), Some(""));
        assert_eq!(typing.state.expect("a state").event_type, Some(1));
    }

    #[test]
    fn what_is_no_protobuf_stays_an_error() {
        for bytes in [
            &b"\x0a"[..],
            b"\x0a\xff",
            b"\x00\x00",
            b"\xff\xff\xff",
            b"\x0b",
        ] {
            assert!(
                matches!(decode::<NotifyBody>(bytes), Err(DecodeError::Protobuf(_))),
                "{bytes:?}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn mending_never_panics_and_what_is_mended_decodes(
            bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200),
            place in 0..MESSAGES.len(),
        ) {
            let (name, _) = MESSAGES[place];
            if let Some(mended) = mend(name, &bytes) {
                // Mended once, it needs no mending.
                proptest::prop_assert_eq!(mend(name, &mended), Some(mended));
            }
            if let Some(mended) = mend(&MembersReply::full_name(), &bytes) {
                proptest::prop_assert!(MembersReply::decode(&mended[..]).is_ok());
            }
        }
    }
}
