//! Writing binary layouts.

use thiserror::Error;

/// A counted field is longer than its length can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{0} is too long for its length field")]
pub struct TooLong(pub &'static str);

/// Collects the fields of a layout. A field that is too long for its length is remembered and told at
/// [`finish`](Self::finish), so that the fields can be written one after the other.
#[derive(Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
    too_long: Option<&'static str>,
}

impl Writer {
    /// An empty layout with room for `capacity` bytes.
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(capacity),
            too_long: None,
        }
    }

    /// One byte.
    pub fn u8(&mut self, value: u8) -> &mut Self {
        self.raw(&[value])
    }

    /// Two bytes.
    pub fn u16(&mut self, value: u16) -> &mut Self {
        self.raw(&value.to_be_bytes())
    }

    /// Four bytes.
    pub fn u32(&mut self, value: u32) -> &mut Self {
        self.raw(&value.to_be_bytes())
    }

    /// Eight bytes.
    pub fn u64(&mut self, value: u64) -> &mut Self {
        self.raw(&value.to_be_bytes())
    }

    /// The bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// `str8`: a one-byte length and the bytes.
    pub fn str8(&mut self, bytes: &[u8], what: &'static str) -> &mut Self {
        let length = self.length(u8::try_from(bytes.len()).ok(), what);
        self.u8(length).raw(bytes)
    }

    /// `str16`: a two-byte length and the bytes.
    pub fn str16(&mut self, bytes: &[u8], what: &'static str) -> &mut Self {
        let length = self.length(u16::try_from(bytes.len()).ok(), what);
        self.u16(length).raw(bytes)
    }

    /// `str16p`: a two-byte length that counts itself, and the bytes.
    pub fn str16p(&mut self, bytes: &[u8], what: &'static str) -> &mut Self {
        let length = self.length(u16::try_from(bytes.len() + 2).ok(), what);
        self.u16(length).raw(bytes)
    }

    /// `str32p`: a four-byte length that counts itself, and the bytes.
    pub fn str32p(&mut self, bytes: &[u8], what: &'static str) -> &mut Self {
        let length = self.length(u32::try_from(bytes.len() + 4).ok(), what);
        self.u32(length).raw(bytes)
    }

    /// A four-byte length that does not count itself, and the bytes.
    pub fn str32(&mut self, bytes: &[u8], what: &'static str) -> &mut Self {
        let length = self.length(u32::try_from(bytes.len()).ok(), what);
        self.u32(length).raw(bytes)
    }

    /// A tag-length-value list in this order.
    pub fn tlvs<V: AsRef<[u8]>>(&mut self, list: &[(u16, V)]) -> &mut Self {
        const WHAT: &str = "a TLV";
        let count = self.length(u16::try_from(list.len()).ok(), WHAT);
        self.u16(count);
        for (tag, value) in list {
            self.u16(*tag).str16(value.as_ref(), WHAT);
        }
        self
    }

    /// How many bytes there are so far.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether nothing was written yet.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The bytes.
    ///
    /// # Errors
    /// [`TooLong`], naming the first field whose length field could not say its length.
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
    fn what_is_too_long_is_told() {
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
