//! Repairs protobuf that does not decode: text that is not UTF-8, and fields that another client writes with a
//! different type than `proto/` declares (protocol/02 §0, protocol/04 §5.2).
//!
//! Names are cut in the middle of a character, some clients send `true` where text is expected, and older servers
//! identified people by number in fields that now contain a uid. One such field must not make the whole message
//! unreadable.

use super::{
    LEVELS,
    fields::{self, Field, WireType},
};

/// Declared type of a field.
#[allow(dead_code)] // Which variants occur depends on `proto/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A number of any width, or a bool.
    Varint,
    Fixed32,
    Fixed64,
    Text,
    Bytes,
    /// A message, by its index in `MESSAGES`.
    Message(usize),
}

/// Number, whether it is repeated, kind; sorted by number.
type Fields = &'static [(u32, bool, Kind)];

/// Fields of every declared message, sorted by message name.
static MESSAGES: &[(&str, Fields)] = include!(concat!(env!("OUT_DIR"), "/schema.rs"));

/// Wire types: the low three bits of a tag.
const VARINT: u64 = 0;
const FIXED64: u64 = 1;
const DELIMITED: u64 = 2;
const FIXED32: u64 = 5;

/// Returns the message with every field in its declared type: invalid UTF-8 is replaced, and a field with another type
/// becomes the zero value of the declared type, which keeps it present. `None` if the bytes are not protobuf.
pub(super) fn repair(name: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let place = MESSAGES
        .binary_search_by_key(&name, |(name, _)| name)
        .ok()?;
    let mut repaired = Vec::with_capacity(bytes.len());
    message(place, bytes, &mut repaired, LEVELS)?;
    Some(repaired)
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
            // The field is unknown or already has its declared type.
            _ => out.extend_from_slice(whole),
        }
    }
    Some(())
}

/// Whether a field of this kind may have this wire type; repeated numbers may be packed.
fn fits(kind: Kind, repeated: bool, wire_type: WireType) -> bool {
    let packed = repeated && wire_type == WireType::Delimited;
    match kind {
        Kind::Varint => wire_type == WireType::Varint || packed,
        Kind::Fixed32 => wire_type == WireType::Fixed32 || packed,
        Kind::Fixed64 => wire_type == WireType::Fixed64 || packed,
        Kind::Text | Kind::Bytes | Kind::Message(_) => wire_type == WireType::Delimited,
    }
}

/// Writes the zero value of a kind.
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
    fn table_is_sorted_and_has_every_message() {
        assert!(MESSAGES.is_sorted_by_key(|(name, _)| name));
        assert!(
            MESSAGES
                .iter()
                .all(|(_, fields)| fields.is_sorted_by_key(|(number, _, _)| number))
        );
        assert!(repair(&MemberEntry::full_name(), &[]).is_some());
        assert!(repair("groups.Nobody", &[]).is_none());
    }

    #[test]
    fn list_with_a_name_cut_in_a_character_is_read() {
        let mut bytes = MembersReply {
            group: Some(1),
            members: vec![MemberEntry {
                nick: Some("名片".to_owned()),
                ..MemberEntry::default()
            }],
            ..MembersReply::default()
        }
        .encode_to_vec();
        // Remove the last byte of 片 and correct the three lengths that contain it.
        bytes.pop();
        let at = |needle: u8, bytes: &[u8]| bytes.iter().position(|byte| *byte == needle);
        let nick = at(0x52, &bytes).expect("field 10");
        bytes[nick + 1] -= 1;
        bytes[nick - 1] -= 1;
        assert!(MembersReply::decode(&bytes[..]).is_err());
        let read: MembersReply = decode(&bytes).expect("repaired");
        assert_eq!(read.group, Some(1));
        assert_eq!(read.members[0].nick.as_deref(), Some("名\u{fffd}"));
    }

    #[test]
    fn text_field_sent_as_a_bool_is_present() {
        // { 2: { 1: 20001, 2: { 24: true, 29: "" } } }
        let bytes = hex::decode("120c08a19c011206c00101ea0100").expect("hex");
        assert!(DetailsRequest::decode(&bytes[..]).is_err());
        let read: DetailsRequest = decode(&bytes).expect("repaired");
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
    fn number_in_place_of_a_uid_reads_as_empty() {
        // { 4: 20001, 21: 10001 }
        let body: NotifyBody = decode(&hex::decode("20a19c01a801914e").expect("hex")).expect("ok");
        assert_eq!(
            (body.group, body.operator_uid.as_deref()),
            (Some(20001), Some(""))
        );
        // { 1: 10002, 3: { 4: 1 } }
        let typing: Typing =
            decode(&hex::decode("08924e1a022001").expect("hex")).expect("repaired");
        assert_eq!(typing.from.as_deref(), Some(""));
        assert_eq!(typing.state.expect("a state").event_type, Some(1));
    }

    #[test]
    fn bytes_that_are_not_protobuf_are_an_error() {
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
        fn repair_never_panics_and_its_result_decodes(
            bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200),
            place in 0..MESSAGES.len(),
        ) {
            let (name, _) = MESSAGES[place];
            if let Some(repaired) = repair(name, &bytes) {
                // A repaired message is not changed by a second repair.
                proptest::prop_assert_eq!(repair(name, &repaired), Some(repaired));
            }
            if let Some(repaired) = repair(&MembersReply::full_name(), &bytes) {
                proptest::prop_assert!(MembersReply::decode(&repaired[..]).is_ok());
            }
        }
    }
}
