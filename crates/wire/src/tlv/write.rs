//! Writes binary layouts.

use thiserror::Error;

/// A length-prefixed field is longer than its length field can express.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{0} is too long for its length field")]
pub struct TooLong(pub &'static str);

/// Collects the fields of a layout. A field that is too long for its length field is reported by
/// [`finish`](Self::finish), so that the writes can be chained.
#[derive(Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
    too_long: Option<&'static str>,
}

impl Writer {
    /// An empty writer with capacity for `capacity` bytes.
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(capacity),
            too_long: None,
        }
    }

    /// Writes one byte.
    pub fn u8(&mut self, value: u8) -> &mut Self {
        self.raw(&[value])
    }

    /// Writes two bytes, big-endian.
    pub fn u16(&mut self, value: u16) -> &mut Self {
        self.raw(&value.to_be_bytes())
    }

    /// Writes four bytes, big-endian.
    pub fn u32(&mut self, value: u32) -> &mut Self {
        self.raw(&value.to_be_bytes())
    }

    /// Writes eight bytes, big-endian.
    pub fn u64(&mut self, value: u64) -> &mut Self {
        self.raw(&value.to_be_bytes())
    }

    /// Writes the bytes without a length.
    pub fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// Writes a `str8`: a one-byte length and the bytes.
    pub fn str8(&mut self, bytes: &[u8], what: &'static str) -> &mut Self {
        let length = self.length(u8::try_from(bytes.len()).ok(), what);
        self.u8(length).raw(bytes)
    }

    /// Writes a `str16`: a two-byte length and the bytes.
    pub fn str16(&mut self, bytes: &[u8], what: &'static str) -> &mut Self {
        let length = self.length(u16::try_from(bytes.len()).ok(), what);
        self.u16(length).raw(bytes)
    }

    /// Writes a `str16p`: a two-byte length that counts itself, and the bytes.
    pub fn str16p(&mut self, bytes: &[u8], what: &'static str) -> &mut Self {
        let length = self.length(u16::try_from(bytes.len() + 2).ok(), what);
        self.u16(length).raw(bytes)
    }

    /// Writes a `str32p`: a four-byte length that counts itself, and the bytes.
    pub fn str32p(&mut self, bytes: &[u8], what: &'static str) -> &mut Self {
        let length = self.length(u32::try_from(bytes.len() + 4).ok(), what);
        self.u32(length).raw(bytes)
    }

    /// Writes a `str32`: a four-byte length that does not count itself, and the bytes.
    pub fn str32(&mut self, bytes: &[u8], what: &'static str) -> &mut Self {
        let length = self.length(u32::try_from(bytes.len()).ok(), what);
        self.u32(length).raw(bytes)
    }

    /// Writes a tag-length-value list in the given order.
    pub fn tlvs<V: AsRef<[u8]>>(&mut self, list: &[(u16, V)]) -> &mut Self {
        const WHAT: &str = "a TLV";
        let count = self.length(u16::try_from(list.len()).ok(), WHAT);
        self.u16(count);
        for (tag, value) in list {
            self.u16(*tag).str16(value.as_ref(), WHAT);
        }
        self
    }

    /// Number of bytes written so far.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether nothing is written yet.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Returns the written bytes.
    ///
    /// # Errors
    /// [`TooLong`] with the name of the first field that does not fit its length field.
    pub fn finish(self) -> Result<Vec<u8>, TooLong> {
        match self.too_long {
            None => Ok(self.bytes),
            Some(what) => Err(TooLong(what)),
        }
    }

    fn length<L: Default>(&mut self, length: Option<L>, what: &'static str) -> L {
        if length.is_none() {
            self.too_long.get_or_insert(what);
        }
        length.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn field_that_is_too_long_fails() {
        let mut writer = Writer::default();
        writer.str8(&[0; 256], "a nickname").u8(1);
        assert_eq!(writer.finish(), Err(TooLong("a nickname")));
        let mut writer = Writer::default();
        writer.str16p(&vec![0; 65_534], "a version");
        assert_eq!(writer.finish(), Err(TooLong("a version")));
        let mut writer = Writer::default();
        writer.str16p(&[7; 2], "a version");
        assert_eq!(writer.finish(), Ok(vec![0, 4, 7, 7]));
    }
}
