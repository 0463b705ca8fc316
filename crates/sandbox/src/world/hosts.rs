//! What the server knows about web hosts, kept only in the database.

use nekonap_wire::commands::assist::UrlSafety;
use rusqlite::{OptionalExtension, params};

use super::World;
use crate::refusal::{Refusal, code};

/// Maximum number of hosts.
pub(crate) const MAX_HOSTS: u32 = 1_000;

impl World {
    /// What is known about a host, or about the nearest domain that contains it.
    pub(crate) fn host_safety(&self, host: &str) -> Result<UrlSafety, Refusal> {
        let mut domain = host;
        loop {
            let known: Option<bool> = self
                .store
                .read("SELECT safe FROM hosts WHERE host = ?1")?
                .query_row(params![domain], |row| row.get(0))
                .optional()?;
            match (known, domain.split_once('.')) {
                (Some(true), _) => return Ok(UrlSafety::Safe),
                (Some(false), _) => return Ok(UrlSafety::Dangerous),
                (None, Some((_, parent))) => domain = parent,
                (None, None) => return Ok(UrlSafety::Unknown),
            }
        }
    }

    /// The known hosts in order, each with whether it is safe.
    pub(crate) fn hosts(&self) -> Result<Vec<(String, bool)>, Refusal> {
        let mut statement = self
            .store
            .read("SELECT host, safe FROM hosts ORDER BY host")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Sets what is known about a host.
    pub(crate) fn rate_host(&mut self, host: &str, safety: UrlSafety) -> Result<(), Refusal> {
        let safe = match safety {
            UrlSafety::Unknown => {
                self.store
                    .write("DELETE FROM hosts WHERE host = ?1", params![host])?;
                return Ok(());
            }
            UrlSafety::Safe => true,
            UrlSafety::Dangerous => false,
        };
        let others: u32 = self
            .store
            .read("SELECT count(*) FROM hosts WHERE host <> ?1")?
            .query_row(params![host], |row| row.get(0))?;
        if others >= MAX_HOSTS {
            let text = format!("at most {MAX_HOSTS} hosts can be rated");
            return Err(Refusal::not_allowed(code::TOO_LARGE, text));
        }
        self.store.write(
            "INSERT OR REPLACE INTO hosts (host, safe) VALUES (?1, ?2)",
            params![host, safe],
        )?;
        Ok(())
    }
}
