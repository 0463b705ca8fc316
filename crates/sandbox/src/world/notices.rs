//! The notices of groups, and who has read them.

use nekonap_ids::{GroupUin, Uin};
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::World;
use crate::refusal::Refusal;

/// A notice of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Announcement {
    pub(crate) id: String,
    pub(crate) sender: Uin,
    /// In Unix seconds.
    pub(crate) time: u64,
    pub(crate) text: String,
    #[serde(flatten)]
    pub(crate) form: NoticeForm,
    /// How many people have read it.
    pub(crate) read: u32,
}

/// How and to whom a notice is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a setting of its own"
)]
pub(crate) struct NoticeForm {
    /// Whether it is for new members.
    pub(crate) newcomers: bool,
    pub(crate) pinned: bool,
    pub(crate) confirm_required: bool,
    pub(crate) show_edit_card: bool,
    pub(crate) tip_window_type: u32,
}

impl World {
    /// The notices of a group, newest first.
    pub(crate) fn notices(&self, group: GroupUin) -> Result<Vec<Announcement>, Refusal> {
        let mut statement = self.store.read(
            "SELECT id, sender, time, text, newcomers, pinned, confirm_required, show_edit_card, tip_window_type,
                (SELECT count(*) FROM notices_read r WHERE r.group_uin = n.group_uin AND r.id = n.id)
             FROM notices n WHERE group_uin = ?1 ORDER BY n.rowid DESC",
        )?;
        let rows = statement.query_map(params![group], |row| {
            Ok(Announcement {
                id: row.get(0)?,
                sender: row.get(1)?,
                time: row.get::<_, i64>(2)?.cast_unsigned(),
                text: row.get(3)?,
                form: NoticeForm {
                    newcomers: row.get(4)?,
                    pinned: row.get(5)?,
                    confirm_required: row.get(6)?,
                    show_edit_card: row.get(7)?,
                    tip_window_type: row.get(8)?,
                },
                read: row.get(9)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The text of a group's newest notice; empty if it has none.
    pub(crate) fn newest_notice(&self, group: GroupUin) -> Result<String, Refusal> {
        let sql = "SELECT text FROM notices WHERE group_uin = ?1 AND newcomers = 0 ORDER BY rowid DESC LIMIT 1";
        let mut newest = self.store.read(sql)?;
        let text = newest.query_row(params![group], |row| row.get(0));
        Ok(text.optional()?.unwrap_or_default())
    }

    /// How many notices a group has.
    pub(crate) fn count_notices(&self, group: GroupUin) -> Result<u32, Refusal> {
        Ok(self
            .store
            .read("SELECT count(*) FROM notices WHERE group_uin = ?1")?
            .query_row(params![group], |row| row.get(0))?)
    }

    /// Adds a notice.
    pub(crate) fn add_notice(
        &mut self,
        group: GroupUin,
        notice: &Announcement,
    ) -> Result<(), Refusal> {
        self.store.write(
            "INSERT INTO notices (group_uin, id, sender, time, text, newcomers, pinned, confirm_required,
                show_edit_card, tip_window_type) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                group,
                notice.id,
                notice.sender,
                notice.time.cast_signed(),
                notice.text,
                notice.form.newcomers,
                notice.form.pinned,
                notice.form.confirm_required,
                notice.form.show_edit_card,
                notice.form.tip_window_type,
            ],
        )?;
        Ok(())
    }

    /// Removes a notice. Returns whether it existed.
    pub(crate) fn remove_notice(&mut self, group: GroupUin, id: &str) -> Result<bool, Refusal> {
        self.store.write(
            "DELETE FROM notices_read WHERE group_uin = ?1 AND id = ?2",
            params![group, id],
        )?;
        let removed = self.store.write(
            "DELETE FROM notices WHERE group_uin = ?1 AND id = ?2",
            params![group, id],
        )?;
        Ok(removed == 1)
    }

    /// Counts a person as a reader of a notice. Returns whether this was a change.
    pub(crate) fn read_notice(
        &mut self,
        group: GroupUin,
        id: &str,
        uin: Uin,
    ) -> Result<bool, Refusal> {
        let changed = self.store.write(
            "INSERT OR IGNORE INTO notices_read (group_uin, id, uin) VALUES (?1, ?2, ?3)",
            params![group, id, uin],
        )?;
        Ok(changed == 1)
    }
}
