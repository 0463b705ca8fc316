//! Writing down what the memory holds. Messages and what belongs to them are in [`messages`](super::messages).

use nekonap_ids::{GroupUin, Uin};
use rusqlite::params;

use super::{Friendship, Group, Member, Person, Session, World};
use crate::refusal::Refusal;

impl World {
    pub(crate) fn save_person(&self, person: &Person) -> Result<(), Refusal> {
        self.store
            .prepare_cached(
                "INSERT INTO people (uin, uid, nickname, signature, sex, birthday, status, registered)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                 ON CONFLICT DO UPDATE SET nickname = ?3, signature = ?4, sex = ?5, birthday = ?6, status = ?7",
            )?
            .execute(params![
                person.uin.get().cast_signed(),
                person.uid.as_str(),
                person.nickname,
                person.signature,
                person.sex.number(),
                person.birthday,
                person.status.name(),
                person.registered.cast_signed(),
            ])?;
        Ok(())
    }

    pub(crate) fn save_category(&self, owner: Uin, id: u32, name: &str) -> Result<(), Refusal> {
        self.store
            .prepare_cached(
                "INSERT INTO categories (owner, id, name) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET name = ?3",
            )?
            .execute(params![owner.get().cast_signed(), id, name])?;
        Ok(())
    }

    pub(crate) fn save_friend(
        &self,
        owner: Uin,
        friend: Uin,
        friendship: &Friendship,
    ) -> Result<(), Refusal> {
        self.store
            .prepare_cached(
                "INSERT INTO friends (owner, friend, category, remark) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET category = ?3, remark = ?4",
            )?
            .execute(params![
                owner.get().cast_signed(),
                friend.get().cast_signed(),
                friendship.category,
                friendship.remark
            ])?;
        Ok(())
    }

    pub(crate) fn forget_friend(&self, owner: Uin, friend: Uin) -> Result<(), Refusal> {
        self.store
            .prepare_cached("DELETE FROM friends WHERE owner = ?1 AND friend = ?2")?
            .execute(params![
                owner.get().cast_signed(),
                friend.get().cast_signed()
            ])?;
        Ok(())
    }

    pub(crate) fn save_group(&self, group: &Group) -> Result<(), Refusal> {
        self.store
            .prepare_cached(
                "INSERT INTO groups (group_uin, name, owner, created, muted, sequence)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT DO UPDATE SET name = ?2, owner = ?3, muted = ?5, sequence = ?6",
            )?
            .execute(params![
                group.uin.get().cast_signed(),
                group.name,
                group.owner.get().cast_signed(),
                group.created.cast_signed(),
                group.muted,
                group.sequence.cast_signed(),
            ])?;
        Ok(())
    }

    pub(crate) fn save_member(
        &self,
        group: GroupUin,
        uin: Uin,
        member: &Member,
    ) -> Result<(), Refusal> {
        self.store
            .prepare_cached(
                "INSERT INTO members (group_uin, uin, role, card, title, level, joined, last_spoke, muted_until)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                 ON CONFLICT DO UPDATE SET role = ?3, card = ?4, title = ?5, level = ?6, last_spoke = ?8,
                    muted_until = ?9",
            )?
            .execute(params![
                group.get().cast_signed(),
                uin.get().cast_signed(),
                member.role.number(),
                member.card,
                member.title,
                member.level,
                member.joined.cast_signed(),
                member.last_spoke.cast_signed(),
                member.muted_until.cast_signed(),
            ])?;
        Ok(())
    }

    pub(crate) fn save_session(&self, session: &Session) -> Result<(), Refusal> {
        self.store
            .prepare_cached(
                "INSERT INTO sessions (number, uin, d2, d2_key, tgt, a1, guid, device, state)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                 ON CONFLICT (number) DO UPDATE SET a1 = ?6, state = ?9",
            )?
            .execute(params![
                session.number.cast_signed(),
                session.uin.get().cast_signed(),
                &session.tickets.d2[..],
                &session.tickets.d2_key[..],
                &session.tickets.tgt[..],
                &session.tickets.a1[..],
                &session.guid.0[..],
                session.device,
                session.state.number(),
            ])?;
        Ok(())
    }

    pub(crate) fn forget_session(&self, session: &Session) -> Result<(), Refusal> {
        self.store
            .prepare_cached("DELETE FROM sessions WHERE number = ?1")?
            .execute(params![session.number.cast_signed()])?;
        Ok(())
    }

    /// Keeps a value under a name.
    pub(crate) fn save_meta(&self, key: &str, value: &[u8]) -> Result<(), Refusal> {
        self.store
            .prepare_cached(
                "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2",
            )?
            .execute(params![key, value])?;
        Ok(())
    }
}
