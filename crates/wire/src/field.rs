//! Reads ids from optional protobuf fields, with errors that name the field.

use nekonap_ids::{GroupUin, Sequence, Uid, Uin};

use crate::command::DecodeError;

/// Conversion of the plain value of a protobuf field to an id.
pub trait FromField<V>: Sized {
    /// Converts the value, which is neither zero nor empty; `None` if it is not a valid id.
    fn from_field(value: V) -> Option<Self>;
}

/// Reads the id in an optional protobuf field. Zero and the empty string count as absent, as in proto3.
pub trait Required<V>: Sized {
    /// Reads the id in the field called `field`: `request.group_uin.required("group_uin")?`.
    ///
    /// # Errors
    /// [`DecodeError::Missing`] if the field is absent, zero or empty; [`DecodeError::Invalid`] if it is not a valid
    /// id.
    fn required<T: FromField<V>>(self, field: &'static str) -> Result<T, DecodeError> {
        self.present(field)?.ok_or(DecodeError::Missing(field))
    }

    /// Reads the id in the field called `field`; `None` if the field is absent, zero or empty.
    ///
    /// # Errors
    /// [`DecodeError::Invalid`] if it is not a valid id.
    fn present<T: FromField<V>>(self, field: &'static str) -> Result<Option<T>, DecodeError>;
}

impl<V: Default + PartialEq> Required<V> for Option<V> {
    fn present<T: FromField<V>>(self, field: &'static str) -> Result<Option<T>, DecodeError> {
        match self.filter(|value| *value != V::default()) {
            None => Ok(None),
            Some(value) => T::from_field(value)
                .map(Some)
                .ok_or(DecodeError::Invalid(field)),
        }
    }
}

impl FromField<u64> for Uin {
    fn from_field(number: u64) -> Option<Self> {
        Self::new(number).ok()
    }
}

impl FromField<u64> for GroupUin {
    fn from_field(number: u64) -> Option<Self> {
        Self::new(number).ok()
    }
}

impl FromField<u64> for Sequence {
    fn from_field(number: u64) -> Option<Self> {
        Some(Self::new(number))
    }
}

impl FromField<&str> for Uid {
    fn from_field(text: &str) -> Option<Self> {
        Self::new(text).ok()
    }
}

impl FromField<String> for Uid {
    fn from_field(text: String) -> Option<Self> {
        Self::new(&text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_or_zero_field_is_missing_and_named() {
        for value in [None, Some(0)] {
            assert_eq!(
                value.required::<GroupUin>("group_uin"),
                Err(DecodeError::Missing("group_uin"))
            );
            assert_eq!(
                value.required::<Uin>("to_uin"),
                Err(DecodeError::Missing("to_uin"))
            );
            assert_eq!(value.present::<Uin>("to_uin"), Ok(None));
            assert_eq!(
                value.required::<Sequence>("sequence"),
                Err(DecodeError::Missing("sequence"))
            );
        }
        for value in [None, Some("")] {
            assert_eq!(
                value.required::<Uid>("uid"),
                Err(DecodeError::Missing("uid"))
            );
            assert_eq!(
                value.map(str::to_owned).required::<Uid>("uid"),
                Err(DecodeError::Missing("uid"))
            );
        }
    }

    #[test]
    fn value_that_is_not_an_id_is_invalid_and_named() {
        let large = Some(1 << 53);
        assert_eq!(
            large.required::<Uin>("uin"),
            Err(DecodeError::Invalid("uin"))
        );
        assert_eq!(
            large.present::<GroupUin>("group"),
            Err(DecodeError::Invalid("group"))
        );
        assert_eq!(
            Some("u u").required::<Uid>("uid"),
            Err(DecodeError::Invalid("uid"))
        );
    }

    #[test]
    fn valid_id_is_read_unchanged() {
        assert_eq!(
            Some(20001).required("group"),
            Ok(GroupUin::new(20001).expect("a group"))
        );
        assert_eq!(
            Some(u64::MAX).required("sequence"),
            Ok(Sequence::new(u64::MAX))
        );
        assert_eq!(
            Some("u_a").required("uid"),
            Ok(Uid::new("u_a").expect("a uid"))
        );
        assert_eq!(
            Some("u_a".to_owned()).present("uid"),
            Ok(Some(Uid::new("u_a").expect("a uid")))
        );
    }
}
