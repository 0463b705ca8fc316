//! Decoding protobuf from hostile bytes in memory that is in proportion to them.
//!
//! prost itself bounds the nesting (100 levels) and every length. What it does not bound is how large a message becomes
//! in memory: two bytes on the wire make an empty submessage, which may take hundreds of bytes once decoded. So the
//! fields are counted first.

mod fields;
mod mend;

use prost::{Message, Name};

pub use fields::{WireType, wire_type};

use crate::command::DecodeError;

/// Payloads of at most this many bytes are decoded uncounted: 32,768 empty submessages are some 10 MB at worst.
const UNCOUNTED: usize = 64 * 1024;

/// The most length-delimited fields that are believed, at all levels together. A member list of 3,000 people or a
/// long message of 1,000 parts has a tenth of it; as empty submessages they take some 100 MB at the very worst.
const MOST_FIELDS: usize = 250_000;

/// The levels that prost decodes, and therefore all that need counting.
const LEVELS: usize = 100;

/// Decodes a message. Text that is no UTF-8 is read with replacement characters, and a field in another form than the
/// declared one as that one's zero; whatever else is in the message stays.
///
/// # Errors
/// Bytes that are no protobuf, or that hold more fields than any honest message does.
pub fn decode<M: Message + Default + Name>(bytes: &[u8]) -> Result<M, DecodeError> {
    check(bytes)?;
    M::decode(bytes).or_else(|error| {
        let mended = mend::mend(&M::full_name(), bytes).ok_or(error)?;
        Ok(M::decode(&mended[..])?)
    })
}

/// Whether decoding these bytes as protobuf, of whatever type, takes memory in proportion.
fn check(bytes: &[u8]) -> Result<(), DecodeError> {
    if bytes.len() <= UNCOUNTED {
        return Ok(());
    }
    let mut left = MOST_FIELDS;
    // Each byte is read once at most as tag, scalar or length: what a field holds is skipped on its own level and
    // read on the next. So the time is in proportion too.
    count(bytes, LEVELS, &mut left)
}

/// Counts the length-delimited fields, inside every field that can be read as a message as well.
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
            // Groups, or no protobuf at all: prost skips the former and refuses the latter, and keeps neither.
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

/// Takes a varint off the front.
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
    fn a_bomb_of_empty_submessages_is_refused() {
        // Field 4 of PushParams: two bytes each, over a hundred once decoded.
        let bomb = [0x22, 0].repeat(2_000_000);
        assert_eq!(decode::<PushParams>(&bomb), Err(DecodeError::TooManyFields));
    }

    #[test]
    fn a_bomb_below_other_fields_is_refused() {
        let bomb = [0x22, 0].repeat(1_000_000);
        let mut outer = vec![0x0a];
        prost::encoding::encode_varint(bomb.len() as u64, &mut outer);
        outer.extend(bomb);
        assert_eq!(check(&outer), Err(DecodeError::TooManyFields));
    }

    #[test]
    fn nesting_beyond_reason_is_an_error_and_no_overflow() {
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
        // prost's own limit of 100 levels answers for what is decoded.
        let _ = decode::<crate::proto::session::InfoSyncRequest>(&bytes);
    }

    #[test]
    fn a_large_honest_message_decodes() {
        let honest = PushParams {
            devices: vec![
                Device {
                    platform_name: Some("Linux".repeat(20)),
                    ..Device::default()
                };
                3_000
            ],
            ..PushParams::default()
        };
        assert_eq!(decode::<PushParams>(&honest.encode_to_vec()), Ok(honest));
    }

    proptest::proptest! {
        #[test]
        fn counting_never_panics(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..2_000)) {
            let mut left = 100;
            let _ = count(&bytes, LEVELS, &mut left);
        }
    }
}
