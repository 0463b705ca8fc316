//! Reads binary layouts from untrusted bytes.

use crate::command::DecodeError;

/// Cursor over bytes. The `what` parameter of each read names the field in errors.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// A reader at the start of `bytes`.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The bytes that are not read yet.
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Reads the next `count` bytes.
    ///
    /// # Errors
    /// [`DecodeError::Short`] if fewer bytes are left.
    pub fn bytes(&mut self, count: usize, what: &'static str) -> Result<&'a [u8], DecodeError> {
        let (taken, rest) = self
            .rest
            .split_at_checked(count)
            .ok_or(DecodeError::Short(what))?;
        self.rest = rest;
        Ok(taken)
    }

    /// Reads the next `N` bytes.
    ///
    /// # Errors
    /// [`DecodeError::Short`] if fewer bytes are left.
    pub fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], DecodeError> {
        let (taken, rest) = self
            .rest
            .split_first_chunk()
            .ok_or(DecodeError::Short(what))?;
        self.rest = rest;
        Ok(*taken)
    }

    /// Reads one byte.
    ///
    /// # Errors
    /// [`DecodeError::Short`] at the end.
    pub fn u8(&mut self, what: &'static str) -> Result<u8, DecodeError> {
        self.array(what).map(u8::from_be_bytes)
    }

    /// Reads two bytes as a big-endian number.
    ///
    /// # Errors
    /// [`DecodeError::Short`] if fewer bytes are left.
    pub fn u16(&mut self, what: &'static str) -> Result<u16, DecodeError> {
        self.array(what).map(u16::from_be_bytes)
    }

    /// Reads four bytes as a big-endian number.
    ///
    /// # Errors
    /// [`DecodeError::Short`] if fewer bytes are left.
    pub fn u32(&mut self, what: &'static str) -> Result<u32, DecodeError> {
        self.array(what).map(u32::from_be_bytes)
    }

    /// Reads eight bytes as a big-endian number.
    ///
    /// # Errors
    /// [`DecodeError::Short`] if fewer bytes are left.
    pub fn u64(&mut self, what: &'static str) -> Result<u64, DecodeError> {
        self.array(what).map(u64::from_be_bytes)
    }

    /// Reads a `str8`: a one-byte length and that many bytes.
    ///
    /// # Errors
    /// [`DecodeError::Short`] if fewer bytes are left.
    pub fn str8(&mut self, what: &'static str) -> Result<&'a [u8], DecodeError> {
        let length = self.u8(what)?;
        self.bytes(length.into(), what)
    }

    /// Reads a `str16`: a two-byte length and that many bytes.
    ///
    /// # Errors
    /// [`DecodeError::Short`] if fewer bytes are left.
    pub fn str16(&mut self, what: &'static str) -> Result<&'a [u8], DecodeError> {
        let length = self.u16(what)?;
        self.bytes(length.into(), what)
    }

    /// Reads a `str16p`: a two-byte length that counts itself, and the bytes.
    ///
    /// # Errors
    /// [`DecodeError::Invalid`] if the length is below 2, [`DecodeError::Short`] if fewer bytes are left.
    pub fn str16p(&mut self, what: &'static str) -> Result<&'a [u8], DecodeError> {
        let length = self.u16(what)?;
        let length = length.checked_sub(2).ok_or(DecodeError::Invalid(what))?;
        self.bytes(length.into(), what)
    }

    /// Reads a `str32p`: a four-byte length that counts itself, and the bytes.
    ///
    /// # Errors
    /// [`DecodeError::Invalid`] if the length is below 4, [`DecodeError::Short`] if fewer bytes are left.
    pub fn str32p(&mut self, what: &'static str) -> Result<&'a [u8], DecodeError> {
        let length = self.u32(what)?;
        let length = length
            .checked_sub(4)
            .and_then(|length| usize::try_from(length).ok())
            .ok_or(DecodeError::Invalid(what))?;
        self.bytes(length, what)
    }
}

/// A decoded tag-length-value list. Unknown tags are kept; the order has no meaning.
#[derive(Debug, Clone, Default)]
pub struct Tlvs<'a>(Vec<(u16, &'a [u8])>);

impl<'a> Tlvs<'a> {
    /// Reads a list: `u16` count, then for each item `u16` tag, `u16` length and value.
    ///
    /// # Errors
    /// [`DecodeError::Short`] if the list ends early.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, DecodeError> {
        const WHAT: &str = "a TLV list";
        let count = reader.u16(WHAT)?;
        let mut list = Vec::new();
        for _ in 0..count {
            list.push((reader.u16(WHAT)?, reader.str16(WHAT)?));
        }
        Ok(Self(list))
    }

    /// The value of the first item with this tag.
    pub fn get(&self, tag: u16) -> Option<&'a [u8]> {
        self.0
            .iter()
            .find_map(|&(found, value)| (found == tag).then_some(value))
    }

    /// The value of the first item with this tag; `what` names it in the error.
    ///
    /// # Errors
    /// [`DecodeError::Missing`] if there is no such item.
    pub fn need(&self, tag: u16, what: &'static str) -> Result<&'a [u8], DecodeError> {
        self.get(tag).ok_or(DecodeError::Missing(what))
    }

    /// The tags in the order of the list.
    pub fn tags(&self) -> impl Iterator<Item = u16> {
        self.0.iter().map(|&(tag, _)| tag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_that_counts_itself_must_not_be_shorter_than_itself() {
        assert_eq!(
            Reader::new(&[0, 0, 0, 3, 1]).str32p("x"),
            Err(DecodeError::Invalid("x"))
        );
        assert_eq!(
            Reader::new(&[0, 1, 1]).str16p("x"),
            Err(DecodeError::Invalid("x"))
        );
        assert_eq!(Reader::new(&[0, 0, 0, 4]).str32p("x"), Ok(&[][..]));
        assert_eq!(
            Reader::new(&[0, 0, 0, 9, 1]).str32p("x"),
            Err(DecodeError::Short("x"))
        );
    }

    #[test]
    fn list_shorter_than_its_count_is_rejected() {
        let mut reader = Reader::new(&[0xff, 0xff, 1, 7, 0, 1, 9]);
        assert!(Tlvs::read(&mut reader).is_err());
    }
}
