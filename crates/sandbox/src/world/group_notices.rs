//! Notices of groups: applications and invitations with their state, and what happened to members. protocol/04 §5.6

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::commands::requests::NoticeState;
use rusqlite::{OptionalExtension, Row, params};

use super::{Role, World, friend_requests::REQUEST_LIFETIME};
use crate::refusal::Refusal;

/// Sequences count microseconds.
const PER_SECOND: u64 = 1_000_000;

/// A notice of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GroupNotice {
    /// Assigned when it is added.
    pub(crate) sequence: u64,
    pub(crate) group: GroupUin,
    /// Name of the group when the notice was added.
    pub(crate) group_name: String,
    /// One of `notice_kind`.
    pub(crate) kind: u32,
    pub(crate) state: NoticeState,
    /// Who has it in the list; `None`: the owner and the administrators.
    pub(crate) receiver: Option<Uin>,
    /// Whether it is in the list of filtered notices.
    pub(crate) filtered: bool,
    /// The applicant, the invited person or the target.
    pub(crate) user: Uin,
    /// The inviter or the operator; for an application who handled it.
    pub(crate) second: Option<Uin>,
    /// For an invitation who handled it.
    pub(crate) third: Option<Uin>,
    /// In Unix seconds.
    pub(crate) time: u64,
    pub(crate) comment: String,
}

impl GroupNotice {
    /// A notice for the owner and the administrators, without anything to answer.
    pub(crate) fn new(group: GroupUin, kind: u32, user: Uin, second: Option<Uin>) -> Self {
        Self {
            sequence: 0,
            group,
            group_name: String::new(),
            kind,
            state: NoticeState::None,
            receiver: None,
            filtered: false,
            user,
            second,
            third: None,
            time: 0,
            comment: String::new(),
        }
    }

    /// The same notice for one person.
    #[must_use]
    pub(crate) fn only_for(self, receiver: Uin) -> Self {
        Self {
            receiver: Some(receiver),
            ..self
        }
    }

    pub(crate) fn is_pending(&self) -> bool {
        self.state == NoticeState::Pending
    }
}

const COLUMNS: &str = "SELECT sequence, group_uin, group_name, kind, state, receiver, filtered, user, second, third, time, comment
     FROM group_notices";

fn read(row: &Row<'_>) -> rusqlite::Result<GroupNotice> {
    Ok(GroupNotice {
        sequence: row.get::<_, i64>(0)?.cast_unsigned(),
        group: row.get(1)?,
        group_name: row.get(2)?,
        kind: row.get(3)?,
        state: NoticeState::from(row.get::<_, u32>(4)?),
        receiver: row.get(5)?,
        filtered: row.get(6)?,
        user: row.get(7)?,
        second: row.get(8)?,
        third: row.get(9)?,
        time: row.get::<_, i64>(10)?.cast_unsigned(),
        comment: row.get(11)?,
    })
}

impl World {
    /// Adds a notice with the next sequence, the current time and the group's name, and removes the lapsed ones. Returns
    /// the sequence.
    pub(crate) fn add_group_notice(&self, notice: &GroupNotice) -> Result<u64, Refusal> {
        self.store.write(
            "DELETE FROM group_notices WHERE time <= ?1",
            params![self.lapsed_notices()],
        )?;
        let newest: Option<i64> = self
            .store
            .read("SELECT max(sequence) FROM group_notices")?
            .query_row([], |row| row.get(0))?;
        let newest = newest.map_or(0, i64::cast_unsigned);
        let sequence = (newest + 1).max(self.now() * PER_SECOND);
        self.store.write(
            "INSERT INTO group_notices
                (sequence, group_uin, group_name, kind, state, receiver, filtered, user, second, third, time, comment)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            params![
                sequence.cast_signed(),
                notice.group,
                self.group(notice.group)?.name,
                notice.kind,
                notice.state.number(),
                notice.receiver,
                notice.filtered,
                notice.user,
                notice.second,
                notice.third,
                self.now().cast_signed(),
                notice.comment,
            ],
        )?;
        Ok(sequence)
    }

    /// Stores state and people of a notice that exists.
    pub(crate) fn update_group_notice(&self, notice: &GroupNotice) -> Result<(), Refusal> {
        self.store.write(
            "UPDATE group_notices SET state = ?2, second = ?3, third = ?4 WHERE sequence = ?1",
            params![
                notice.sequence.cast_signed(),
                notice.state.number(),
                notice.second,
                notice.third,
            ],
        )?;
        Ok(())
    }

    /// A notice, unless it lapsed.
    pub(crate) fn group_notice(&self, sequence: u64) -> Result<Option<GroupNotice>, Refusal> {
        let sql = format!("{COLUMNS} WHERE sequence = ?1 AND time > ?2");
        Ok(self
            .store
            .read(&sql)?
            .query_row(params![sequence.cast_signed(), self.lapsed_notices()], read)
            .optional()?)
    }

    /// The notices of a group about a person, newest first.
    pub(crate) fn group_notices_about(
        &self,
        group: GroupUin,
        user: Uin,
    ) -> Result<Vec<GroupNotice>, Refusal> {
        let sql = format!(
            "{COLUMNS} WHERE group_uin = ?1 AND user = ?2 AND time > ?3 ORDER BY sequence DESC"
        );
        let mut statement = self.store.read(&sql)?;
        let rows = statement.query_map(params![group, user, self.lapsed_notices()], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The newest notices in the list of an account below a sequence, newest first.
    pub(crate) fn group_notices_of(
        &self,
        account: Uin,
        filtered: bool,
        below: u64,
        limit: usize,
    ) -> Result<Vec<GroupNotice>, Refusal> {
        let sql = format!(
            "{COLUMNS} WHERE filtered = ?1 AND sequence < ?2 AND time > ?3
             AND (receiver = ?4 OR receiver IS NULL) ORDER BY sequence DESC"
        );
        let below = i64::try_from(below).unwrap_or(i64::MAX);
        let mut statement = self.store.read(&sql)?;
        let mut rows = statement.query(params![filtered, below, self.lapsed_notices(), account])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let notice = read(row)?;
            let role = self
                .find_group(notice.group)
                .and_then(|group| group.members().get(&account))
                .map(|member| member.role);
            if notice.receiver.is_some() || role.is_some_and(|role| role > Role::Member) {
                found.push(notice);
            }
            if found.len() >= limit {
                break;
            }
        }
        Ok(found)
    }

    /// The newest notices of all groups, newest first.
    pub(crate) fn group_notices(&self, limit: u32) -> Result<Vec<GroupNotice>, Refusal> {
        let sql = format!("{COLUMNS} WHERE time > ?1 ORDER BY sequence DESC LIMIT ?2");
        let mut statement = self.store.read(&sql)?;
        let rows = statement.query_map(params![self.lapsed_notices(), limit], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Notices up to this time, in Unix seconds, have lapsed.
    fn lapsed_notices(&self) -> i64 {
        self.now().saturating_sub(REQUEST_LIFETIME).cast_signed()
    }
}
