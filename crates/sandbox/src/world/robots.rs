//! Robots: accounts with an app id, whose messages have buttons. They are kept only in the database.

use std::ops::RangeInclusive;

use nekonap_ids::{GroupUin, Sequence, Uin};
use rusqlite::{OptionalExtension, params};

use super::World;
use crate::refusal::Refusal;

/// Account numbers of robots: one of QQ's ranges. protocol/04 §13.3
pub(crate) const ROBOT_NUMBERS: RangeInclusive<u64> = 3_889_000_001..=3_889_999_999;
/// App id before the first robot's.
const BEFORE_FIRST_APP: u64 = 102_000_000;

/// What a robot answers when one of its buttons is pressed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RobotAnswer {
    /// The message that it sends to the group; can be empty.
    pub(crate) text: String,
    /// The text that the presser sees; can be empty.
    pub(crate) prompt: String,
}

impl World {
    /// The app id of an account that is a robot.
    pub(crate) fn app_id(&self, uin: Uin) -> Result<Option<u64>, Refusal> {
        let mut statement = self
            .store
            .read("SELECT app_id FROM robots WHERE uin = ?1")?;
        let found = statement.query_row(params![uin], |row| row.get::<_, i64>(0));
        Ok(found.optional()?.map(i64::cast_unsigned))
    }

    /// The robot with this app id or account number.
    pub(crate) fn find_robot(&self, number: u64) -> Result<Option<Uin>, Refusal> {
        let number = number.cast_signed();
        let sql = "SELECT uin FROM robots WHERE app_id = ?1 OR uin = ?1";
        let mut statement = self.store.read(sql)?;
        Ok(statement
            .query_row(params![number], |row| row.get(0))
            .optional()?)
    }

    /// An unused account number and app id for a robot.
    ///
    /// # Errors
    /// There are no more numbers.
    pub(crate) fn free_robot(&self) -> Result<(Uin, u64), Refusal> {
        let robots = self.people().map(|person| person.uin.get());
        let newest = robots.filter(|uin| ROBOT_NUMBERS.contains(uin)).max();
        let number = newest.map_or(*ROBOT_NUMBERS.start(), |newest| newest + 1);
        if !ROBOT_NUMBERS.contains(&number) {
            return Err(Refusal::conflict("there are no more numbers for robots"));
        }
        let uin = Uin::new(number).map_err(|error| Refusal::broken(&error))?;
        let newest: Option<i64> = self
            .store
            .read("SELECT max(app_id) FROM robots")?
            .query_row([], |row| row.get(0))?;
        let newest = newest.map_or(BEFORE_FIRST_APP, i64::cast_unsigned);
        Ok((uin, newest + 1))
    }

    /// Makes an account a robot.
    pub(crate) fn add_robot(&mut self, uin: Uin, app_id: u64) -> Result<(), Refusal> {
        self.store.write(
            "INSERT INTO robots (uin, app_id) VALUES (?1, ?2)",
            params![uin, app_id.cast_signed()],
        )?;
        Ok(())
    }

    /// What a robot answers when a button with this id is pressed; the default is nothing.
    pub(crate) fn robot_answer(&self, robot: Uin, button: &str) -> Result<RobotAnswer, Refusal> {
        let sql = "SELECT text, prompt FROM robot_answers WHERE robot = ?1 AND button = ?2";
        let mut statement = self.store.read(sql)?;
        let found = statement.query_row(params![robot, button], |row| {
            Ok(RobotAnswer {
                text: row.get(0)?,
                prompt: row.get(1)?,
            })
        });
        Ok(found.optional()?.unwrap_or_default())
    }

    /// Number of buttons that a robot has an answer for.
    pub(crate) fn robot_answers(&self, robot: Uin) -> Result<u32, Refusal> {
        let sql = "SELECT count(*) FROM robot_answers WHERE robot = ?1";
        let mut statement = self.store.read(sql)?;
        Ok(statement.query_row(params![robot], |row| row.get(0))?)
    }

    /// Sets what a robot answers when a button with this id is pressed.
    pub(crate) fn set_robot_answer(
        &mut self,
        robot: Uin,
        button: &str,
        answer: &RobotAnswer,
    ) -> Result<(), Refusal> {
        self.store.write(
            "INSERT INTO robot_answers (robot, button, text, prompt) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET text = ?3, prompt = ?4",
            params![robot, button, answer.text, answer.prompt],
        )?;
        Ok(())
    }

    /// How often a button of a message was pressed.
    pub(crate) fn presses(
        &self,
        group: GroupUin,
        sequence: Sequence,
        button: &str,
    ) -> Result<u32, Refusal> {
        let sql =
            "SELECT count FROM presses WHERE group_uin = ?1 AND sequence = ?2 AND button = ?3";
        let mut statement = self.store.read(sql)?;
        let found = statement.query_row(params![group, sequence, button], |row| row.get(0));
        Ok(found.optional()?.unwrap_or(0))
    }

    /// Counts a press of a button.
    pub(crate) fn add_press(
        &mut self,
        group: GroupUin,
        sequence: Sequence,
        button: &str,
    ) -> Result<(), Refusal> {
        self.store.write(
            "INSERT INTO presses (group_uin, sequence, button, count) VALUES (?1, ?2, ?3, 1)
             ON CONFLICT DO UPDATE SET count = count + 1",
            params![group, sequence, button],
        )?;
        Ok(())
    }
}
