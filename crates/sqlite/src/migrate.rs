//! Migration of the schema.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::error::OpenError;

/// Applies the missing migrations, each in its own transaction. `user_version` is the number of applied migrations.
pub(crate) fn migrate(
    connection: &mut Connection,
    path: &Path,
    steps: &[&str],
) -> Result<(), OpenError> {
    let sqlite = |source| OpenError::Sqlite {
        path: path.to_owned(),
        source,
    };
    let done: u32 = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(sqlite)?;
    let mut known = 0;
    for (step, sql) in (1..).zip(steps) {
        known = step;
        if step > done {
            apply(connection, sql, step).map_err(|source| OpenError::Migration { step, source })?;
        }
    }
    if done > known {
        return Err(OpenError::Newer {
            path: path.to_owned(),
            found: done,
            known,
        });
    }
    Ok(())
}

/// Applies one migration and sets its number in the same transaction.
fn apply(connection: &mut Connection, sql: &str, step: u32) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(sql)?;
    transaction.pragma_update(None, "user_version", step)?;
    transaction.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(connection: &Connection) -> u32 {
        connection
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .expect("a version")
    }

    #[test]
    fn each_migration_is_applied_once() {
        let mut connection = Connection::open_in_memory().expect("a database");
        let path = Path::new("test.db");
        let first = ["CREATE TABLE a (x INTEGER)"];
        migrate(&mut connection, path, &first).expect("the first step");
        migrate(&mut connection, path, &first).expect("nothing to do");
        let both = [first[0], "ALTER TABLE a ADD COLUMN y INTEGER DEFAULT 7"];
        migrate(&mut connection, path, &both).expect("the second step");
        assert_eq!(version(&connection), 2);
        connection
            .execute("INSERT INTO a (x, y) VALUES (1, 2)", [])
            .expect("both columns");
    }

    #[test]
    fn failed_migration_is_rolled_back() {
        let mut connection = Connection::open_in_memory().expect("a database");
        let steps = [
            "CREATE TABLE a (x)",
            "CREATE TABLE b (x); CREATE TABLE a (x)",
        ];
        let error = migrate(&mut connection, Path::new("test.db"), &steps).expect_err("a clash");
        assert!(
            matches!(error, OpenError::Migration { step: 2, .. }),
            "{error}"
        );
        assert_eq!(version(&connection), 1);
        assert!(
            !connection.table_exists(None, "b").expect("the schema"),
            "half of step 2 is there"
        );
    }

    #[test]
    fn newer_schema_is_refused() {
        let mut connection = Connection::open_in_memory().expect("a database");
        connection
            .pragma_update(None, "user_version", 9)
            .expect("a version");
        let error = migrate(&mut connection, Path::new("test.db"), &["SELECT 1"])
            .expect_err("schema 9 is unknown");
        assert!(
            matches!(
                error,
                OpenError::Newer {
                    found: 9,
                    known: 1,
                    ..
                }
            ),
            "{error}"
        );
    }
}
