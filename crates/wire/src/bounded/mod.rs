//! Decodes untrusted protobuf bytes with memory in proportion to their length.
//!
//! prost limits the nesting (100 levels) and every length, but not how large a message becomes in memory: two bytes on
//! the wire encode an empty submessage, which can take hundreds of bytes once decoded. So the fields are counted before
//! decoding.

mod fields;
mod repair;

use prost::{Message, Name};

pub use fields::{WireType, wire_type};

use crate::command::DecodeError;

/// Payloads of at most this many bytes are decoded without counting: 32,768 empty submessages take about 10 MB at
/// worst.
const UNCOUNTED: usize = 64 * 1024;

/// The largest number of length-delimited fields, over all levels together. A list of 3,000 members or a long message
/// of 1,000 parts has a tenth of it; as empty submessages they take about 100 MB at worst.
const MOST_FIELDS: usize = 250_000;

/// The nesting levels that prost decodes; deeper levels need no counting.
const LEVELS: usize = 100;

/// Decodes a message. Invalid UTF-8 is read with replacement characters, and a field with another type than declared is
/// read as the zero value of the declared type; all other fields are kept.
///
/// # Errors
/// [`DecodeError::Protobuf`] if the bytes are not protobuf, [`DecodeError::TooManyFields`] if they contain more fields
/// than the limit.
pub fn decode<M: Message + Default + Name>(bytes: &[u8]) -> Result<M, DecodeError> {
    check(bytes)?;
    M::decode(bytes).or_else(|error| {
        let repaired = repair::repair(&M::full_name(), bytes).ok_or(error)?;
        Ok(M::decode(&repaired[..])?)
    })
}

/// Checks that decoding these bytes, as any message type, takes memory in proportion to their length.
fn check(bytes: &[u8]) -> Result<(), DecodeError> {
    if bytes.len() <= UNCOUNTED {
        return Ok(());
    }
    let mut left = MOST_FIELDS;
    // Each byte is read at most once as a tag, scalar or length: the content of a field is skipped on its own level and
    // read on the next. So the time is in proportion to the length as well.
    count(bytes, LEVELS, &mut left)
}

/// Counts the length-delimited fields, including those inside every field that can be read as a message.
fn count(mut bytes: &[u8], levels: usize, left: &mut usize) -> Result<(), DecodeError> {
    while !bytes.is_empty() {
        let Some(tag) = varint(&mut bytes) else {
            return Ok(());
        };
        let skip = match tag & 7 {
            0 => match varint(&mut bytes) {
                Some(_) => 0,
                None => return Ok(()),
            },
            1 => 8,
            2 => {
                let Some(length) = varint(&mut bytes).and_then(|n| usize::try_from(n).ok()) else {
                    return Ok(());
                };
                *left = left.checked_sub(1).ok_or(DecodeError::TooManyFields)?;
                if let Some(inner) = bytes.get(..length)
                    && levels > 0
                {
                    count(inner, levels - 1, left)?;
                }
                length
            }
            5 => 4,
            // Groups or bytes that are not protobuf: prost skips the former and rejects the latter, and stores neither.
            3 | 4 => 0,
            _ => return Ok(()),
        };
        match bytes.get(skip..) {
            Some(rest) => bytes = rest,
            None => return Ok(()),
        }
    }
    Ok(())
}

/// Reads a varint and advances `bytes`.
fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for (index, &byte) in bytes.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7f).checked_shl(u32::try_from(7 * index).ok()?)?;
        if byte < 0x80 {
            *bytes = bytes.get(index + 1..)?;
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::session::{PushParams, push_params::Device};

    #[test]
    fn too_many_empty_submessages_are_rejected() {
        // Field 4 of PushParams: two bytes each, over a hundred once decoded.
        let bomb = [0x22, 0].repeat(2_000_000);
        assert_eq!(decode::<PushParams>(&bomb), Err(DecodeError::TooManyFields));
    }

    #[test]
    fn too_many_nested_submessages_are_rejected() {
        let bomb = [0x22, 0].repeat(1_000_000);
        let mut outer = vec![0x0a];
        prost::encoding::encode_varint(bomb.len() as u64, &mut outer);
        outer.extend(bomb);
        assert_eq!(check(&outer), Err(DecodeError::TooManyFields));
    }

    #[test]
    fn deep_nesting_does_not_overflow_the_stack() {
        let mut bytes = Vec::new();
        for _ in 0..50_000 {
            let mut outer = vec![0x52];
            prost::encoding::encode_varint(bytes.len() as u64, &mut outer);
            if outer.len() + bytes.len() > 100_000 {
                break;
            }
            outer.extend(&bytes);
            bytes = outer;
        }
        assert_eq!(check(&bytes), Ok(()));
        // Whether this decodes depends on prost's own limit of 100 levels; only a stack overflow fails the test.
        let _ = decode::<crate::proto::session::InfoSyncRequest>(&bytes);
    }

    #[test]
    fn large_valid_message_decodes() {
        let large = PushParams {
            devices: vec![
                Device {
                    platform_name: Some("Linux".repeat(20)),
                    ..Device::default()
                };
                3_000
            ],
            ..PushParams::default()
        };
        assert_eq!(decode::<PushParams>(&large.encode_to_vec()), Ok(large));
    }

    proptest::proptest! {
        #[test]
        fn counting_never_panics(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..2_000)) {
            let mut left = 100;
            let _ = count(&bytes, LEVELS, &mut left);
        }
    }
}
