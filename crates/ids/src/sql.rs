//! The ids as columns of a SQLite database: [`Uid`] is TEXT, all others are INTEGER.
//!
//! Reading applies the checks of the constructors: an invalid value in a column is an error.

use rusqlite::{
    ToSql,
    types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef},
};

use crate::{GroupUin, MessageId, Sequence, Uid, Uin};

fn invalid(error: impl std::error::Error + Send + Sync + 'static) -> FromSqlError {
    FromSqlError::Other(Box::new(error))
}

impl ToSql for Uin {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.get().cast_signed().into())
    }
}

impl FromSql for Uin {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::new(value.as_i64()?.cast_unsigned()).map_err(invalid)
    }
}

impl ToSql for GroupUin {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.get().cast_signed().into())
    }
}

impl FromSql for GroupUin {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::new(value.as_i64()?.cast_unsigned()).map_err(invalid)
    }
}

/// The column holds the bits of the unsigned sequence, so values from 2^63 on are negative in it.
impl ToSql for Sequence {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.get().cast_signed().into())
    }
}

impl FromSql for Sequence {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Ok(Self::new(value.as_i64()?.cast_unsigned()))
    }
}

impl ToSql for MessageId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.get().into())
    }
}

impl FromSql for MessageId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::new(value.as_i64()?).map_err(invalid)
    }
}

impl ToSql for Uid {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl FromSql for Uid {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::new(value.as_str()?).map_err(invalid)
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use rusqlite::{Connection, types::Value};

    use super::*;

    /// Binds a value, checks that it reads back equal, and returns the SQLite value.
    fn stored<T: ToSql + FromSql + PartialEq + Debug>(value: &T) -> Value {
        let connection = Connection::open_in_memory().expect("a database");
        let (read, raw): (T, Value) = connection
            .query_row("SELECT ?1, ?1", [value], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .expect("a row");
        assert_eq!(&read, value);
        raw
    }

    fn is_refused<T: FromSql>(value: &Value) -> bool {
        T::column_result(ValueRef::from(value)).is_err()
    }

    #[test]
    fn ids_round_trip_through_columns() {
        let largest = (1 << 53) - 1;
        assert_eq!(
            stored(&Uin::new(largest).expect("a uin")),
            Value::Integer(largest.cast_signed())
        );
        assert_eq!(
            stored(&GroupUin::new(20_001).expect("a group")),
            Value::Integer(20_001)
        );
        assert_eq!(stored(&Sequence::new(u64::MAX)), Value::Integer(-1));
        assert_eq!(
            stored(&MessageId::new(i64::from(i32::MAX)).expect("an id")),
            Value::Integer(i64::from(i32::MAX))
        );
        assert_eq!(
            stored(&Uid::new("u_short").expect("a uid")),
            Value::Text("u_short".to_owned())
        );
    }

    #[test]
    fn columns_with_invalid_ids_are_refused() {
        for value in [Value::Integer(0), Value::Integer(-1), Value::Null] {
            assert!(is_refused::<Uin>(&value), "{value:?}");
            assert!(is_refused::<GroupUin>(&value), "{value:?}");
            assert!(is_refused::<MessageId>(&value), "{value:?}");
        }
        assert!(is_refused::<MessageId>(&Value::Integer(1 << 31)));
        assert!(is_refused::<Sequence>(&Value::Text("5".to_owned())));
        assert!(is_refused::<Uid>(&Value::Text(String::new())));
        assert!(is_refused::<Uid>(&Value::Integer(5)));
    }
}
