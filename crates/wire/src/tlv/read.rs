//! Reading binary layouts from bytes that nobody vouches for.

use crate::command::DecodeError;

/// A cursor over bytes. Each read names what it reads, so that an error says where the bytes ended.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads from the start of `bytes`.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What has not been read yet.
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The next `count` bytes.
    ///
    /// # Errors
    /// [`DecodeError::Short`] when there are fewer.
    pub fn bytes(&mut self, count: usize, what: &'static str) -> Result<&'a [u8], DecodeError> {
        let (taken, rest) = self
            .rest
            .split_at_checked(count)
            .ok_or(DecodeError::Short(what))?;
        self.rest = rest;
        Ok(taken)
    }

    /// The next `N` bytes.
    ///
    /// # Errors
    /// [`DecodeError::Short`] when there are fewer.
    pub fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], DecodeError> {
        let (taken, rest) = self
            .rest
            .split_first_chunk()
            .ok_or(DecodeError::Short(what))?;
        self.rest = rest;
        Ok(*taken)
    }

    /// One byte.
    ///
    /// # Errors
    /// [`DecodeError::Short`] at the end.
    pub fn u8(&mut self, what: &'static str) -> Result<u8, DecodeError> {
        self.array(what).map(u8::from_be_bytes)
    }

    /// Two bytes.
    ///
    /// # Errors
    /// [`DecodeError::Short`] when there are fewer.
    pub fn u16(&mut self, what: &'static str) -> Result<u16, DecodeError> {
        self.array(what).map(u16::from_be_bytes)
    }

    /// Four bytes.
    ///
    /// # Errors
    /// [`DecodeError::Short`] when there are fewer.
    pub fn u32(&mut self, what: &'static str) -> Result<u32, DecodeError> {
        self.array(what).map(u32::from_be_bytes)
    }

    /// Eight bytes.
    ///
    /// # Errors
    /// [`DecodeError::Short`] when there are fewer.
    pub fn u64(&mut self, what: &'static str) -> Result<u64, DecodeError> {
        self.array(what).map(u64::from_be_bytes)
    }

    /// `str8`: a one-byte length and so many bytes.
    ///
    /// # Errors
    /// [`DecodeError::Short`] when there are fewer.
    pub fn str8(&mut self, what: &'static str) -> Result<&'a [u8], DecodeError> {
        let length = self.u8(what)?;
        self.bytes(length.into(), what)
    }

    /// `str16`: a two-byte length and so many bytes.
    ///
    /// # Errors
    /// [`DecodeError::Short`] when there are fewer.
    pub fn str16(&mut self, what: &'static str) -> Result<&'a [u8], DecodeError> {
        let length = self.u16(what)?;
        self.bytes(length.into(), what)
    }

    /// `str16p`: a two-byte length that counts itself, and the bytes.
    ///
    /// # Errors
    /// [`DecodeError::Invalid`] for a length below 2, [`DecodeError::Short`] when there are fewer bytes.
    pub fn str16p(&mut self, what: &'static str) -> Result<&'a [u8], DecodeError> {
        let length = self.u16(what)?;
        let length = length.checked_sub(2).ok_or(DecodeError::Invalid(what))?;
        self.bytes(length.into(), what)
    }

    /// `str32p`: a four-byte length that counts itself, and the bytes.
    ///
    /// # Errors
    /// [`DecodeError::Invalid`] for a length below 4, [`DecodeError::Short`] when there are fewer bytes.
    pub fn str32p(&mut self, what: &'static str) -> Result<&'a [u8], DecodeError> {
        let length = self.u32(what)?;
        let length = length
            .checked_sub(4)
            .and_then(|length| usize::try_from(length).ok())
            .ok_or(DecodeError::Invalid(what))?;
        self.bytes(length, what)
    }
}

/// A tag-length-value list as it was read: unknown tags are kept and never in the way, order means nothing.
#[derive(Debug, Clone, Default)]
pub struct Tlvs<'a>(Vec<(u16, &'a [u8])>);

impl<'a> Tlvs<'a> {
    /// Reads a list: `u16` count, then per item `u16` tag, `u16` length, value.
    ///
    /// # Errors
    /// [`DecodeError::Short`] when the list ends early.
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
    /// [`DecodeError::Missing`] when there is none.
    pub fn need(&self, tag: u16, what: &'static str) -> Result<&'a [u8], DecodeError> {
        self.get(tag).ok_or(DecodeError::Missing(what))
    }

    /// The tags in the order they were read.
    pub fn tags(&self) -> impl Iterator<Item = u16> {
        self.0.iter().map(|&(tag, _)| tag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_that_counts_itself_is_at_least_that_long() {
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
    fn a_list_that_promises_more_than_it_holds_is_refused() {
        let mut reader = Reader::new(&[0xff, 0xff, 1, 7, 0, 1, 9]);
        assert!(Tlvs::read(&mut reader).is_err());
    }
}
