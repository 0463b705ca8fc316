//! Friend requests: the newest of each person to each other person.

use nekonap_ids::Uin;
use rusqlite::{OptionalExtension, Row, params};

use super::World;
use crate::refusal::Refusal;

/// After this many seconds a request lapses: it is removed, whether it was answered or not.
pub(crate) const REQUEST_LIFETIME: u64 = 30 * 86_400;

/// A friend request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FriendRequest {
    pub(crate) asker: Uin,
    pub(crate) target: Uin,
    /// In Unix seconds.
    pub(crate) time: u64,
    /// What the asker wrote; can be empty.
    pub(crate) comment: String,
    /// Where the asker found the target; can be empty.
    pub(crate) source: String,
    /// Whether the server filtered it out: it is not pushed, and has a list of its own.
    pub(crate) doubtful: bool,
    /// Why it was filtered out; can be empty.
    pub(crate) warning: String,
    pub(crate) state: Answer,
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Pending,
    Accepted,
    Refused,
}

impl Answer {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
        }
    }

    /// The number in the database.
    const fn number(self) -> i64 {
        match self {
            Self::Pending => 0,
            Self::Accepted => 1,
            Self::Refused => 2,
        }
    }

    const fn from_number(number: i64) -> Self {
        match number {
            0 => Self::Pending,
            1 => Self::Accepted,
            _ => Self::Refused,
        }
    }
}

const COLUMNS: &str =
    "SELECT asker, target, time, comment, source, doubtful, warning, state FROM friend_requests";

fn read(row: &Row<'_>) -> rusqlite::Result<FriendRequest> {
    Ok(FriendRequest {
        asker: row.get(0)?,
        target: row.get(1)?,
        time: row.get::<_, i64>(2)?.cast_unsigned(),
        comment: row.get(3)?,
        source: row.get(4)?,
        doubtful: row.get(5)?,
        warning: row.get(6)?,
        state: Answer::from_number(row.get(7)?),
    })
}

impl World {
    /// Stores a request in place of an earlier one between the same two people, and removes the lapsed ones.
    pub(crate) fn put_friend_request(&self, request: &FriendRequest) -> Result<(), Refusal> {
        self.store.write(
            "DELETE FROM friend_requests WHERE time <= ?1",
            params![self.lapsed().cast_signed()],
        )?;
        self.store.write(
            "INSERT INTO friend_requests (asker, target, time, comment, source, doubtful, warning, state)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT DO UPDATE SET time = ?3, comment = ?4, source = ?5, doubtful = ?6, warning = ?7, state = ?8",
            params![
                request.asker,
                request.target,
                request.time.cast_signed(),
                request.comment,
                request.source,
                request.doubtful,
                request.warning,
                request.state.number(),
            ],
        )?;
        Ok(())
    }

    /// The request of one person to another, unless it lapsed.
    pub(crate) fn friend_request(
        &self,
        asker: Uin,
        target: Uin,
    ) -> Result<Option<FriendRequest>, Refusal> {
        let sql = format!("{COLUMNS} WHERE asker = ?1 AND target = ?2 AND time > ?3");
        let lapsed = self.lapsed().cast_signed();
        Ok(self
            .store
            .read(&sql)?
            .query_row(params![asker, target, lapsed], read)
            .optional()?)
    }

    /// The newest requests to an account or from it, newest first.
    pub(crate) fn friend_requests_of(
        &self,
        account: Uin,
        limit: u32,
    ) -> Result<Vec<FriendRequest>, Refusal> {
        let sql = format!(
            "{COLUMNS} WHERE (target = ?1 OR asker = ?1) AND time > ?2 ORDER BY time DESC LIMIT ?3"
        );
        let mut statement = self.store.read(&sql)?;
        let rows =
            statement.query_map(params![account, self.lapsed().cast_signed(), limit], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The newest requests of all people, newest first.
    pub(crate) fn friend_requests(&self, limit: u32) -> Result<Vec<FriendRequest>, Refusal> {
        let sql = format!("{COLUMNS} WHERE time > ?1 ORDER BY time DESC LIMIT ?2");
        let mut statement = self.store.read(&sql)?;
        let rows = statement.query_map(params![self.lapsed().cast_signed(), limit], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Requests up to this time have lapsed.
    fn lapsed(&self) -> u64 {
        self.now().saturating_sub(REQUEST_LIFETIME)
    }
}
