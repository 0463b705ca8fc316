//! Splits protobuf bytes into fields without knowing the message type.

use super::varint;

/// Encoding of a field's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WireType {
    /// A variable-length number.
    Varint,
    /// Eight bytes.
    Fixed64,
    /// A length and that many bytes: text, bytes, a message or a packed list.
    Delimited,
    /// Four bytes.
    Fixed32,
}

/// A field of a message.
pub(super) struct Field<'a> {
    /// Field number, never 0.
    pub(super) number: u32,
    /// Encoding of the value.
    pub(super) wire_type: WireType,
    /// The value; for a delimited field without its length.
    pub(super) value: &'a [u8],
    /// The complete field: tag, length and value.
    pub(super) whole: &'a [u8],
}

/// Reads the next field and advances `bytes`. `None` if the bytes are not a field; groups, which no client writes, are
/// not supported.
pub(super) fn next<'a>(bytes: &mut &'a [u8]) -> Option<Field<'a>> {
    let start = *bytes;
    // prost refuses tags of more than 32 bits.
    let tag = u32::try_from(varint(bytes)?).ok()?;
    let number = Some(tag >> 3).filter(|number| *number > 0)?;
    let (wire_type, value) = match tag & 7 {
        0 => {
            let rest = *bytes;
            varint(bytes)?;
            (WireType::Varint, &rest[..rest.len() - bytes.len()])
        }
        1 => (WireType::Fixed64, bytes.split_off(..8)?),
        2 => {
            let length = usize::try_from(varint(bytes)?).ok()?;
            (WireType::Delimited, bytes.split_off(..length)?)
        }
        5 => (WireType::Fixed32, bytes.split_off(..4)?),
        _ => return None,
    };
    Some(Field {
        number,
        wire_type,
        value,
        whole: &start[..start.len() - bytes.len()],
    })
}

/// Encoding of the value of field `number`. If the field is repeated, the last one counts, as in a decoder. `None` if
/// there is no such field or the bytes are not protobuf.
pub fn wire_type(mut bytes: &[u8], number: u32) -> Option<WireType> {
    let mut found = None;
    while !bytes.is_empty() {
        let field = next(&mut bytes)?;
        if field.number == number {
            found = Some(field.wire_type);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn field_is_found_at_any_position() {
        // { 3: { 1: 20002 }, 1: 10002 }
        let last = hex::decode("1a0408a29c0108924e").expect("hex");
        assert_eq!(wire_type(&last, 1), Some(WireType::Varint));
        assert_eq!(wire_type(&last, 3), Some(WireType::Delimited));
        assert_eq!(wire_type(&last, 2), None);
        // { 1: "a", 1: 1, 1: "b" }
        let repeated = hex::decode("0a016108010a0162").expect("hex");
        assert_eq!(wire_type(&repeated, 1), Some(WireType::Delimited));
        assert_eq!(wire_type(&[], 1), None);
    }

    #[test]
    fn bytes_that_are_not_protobuf_have_no_fields() {
        // A tag without a value, a length beyond the end, field 0, a group, a tag of 33 bits.
        for wrong in ["08", "0a05", "0001", "0b", "8880808010"] {
            let bytes = hex::decode(format!("0801{wrong}")).expect("hex");
            assert_eq!(wire_type(&bytes, 1), None, "{wrong}");
        }
    }
}
