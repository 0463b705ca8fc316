//! Writes the database rows of data that is also kept in memory. [`messages`](super::messages) and
//! [`marks`](super::marks) write their own rows.

use nekonap_ids::{GroupUin, Uin};
use rusqlite::params;

use super::{Friendship, Group, Member, Person, Session, store::Store};
use crate::refusal::Refusal;

pub(super) fn person(store: &Store, person: &Person) -> Result<(), Refusal> {
    store.write(
                "INSERT INTO people (uin, uid, nickname, signature, sex, birthday, status, registered)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                 ON CONFLICT DO UPDATE SET nickname = ?3, signature = ?4, sex = ?5, birthday = ?6, status = ?7", params![
                person.uin,
                person.uid,
                person.nickname,
                person.signature,
                person.sex.number(),
                person.birthday,
                person.status.name(),
                person.registered.cast_signed(),
            ])?;
    Ok(())
}

pub(super) fn category(store: &Store, owner: Uin, id: u32, name: &str) -> Result<(), Refusal> {
    store.write(
        "INSERT INTO categories (owner, id, name) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET name = ?3",
        params![owner, id, name],
    )?;
    Ok(())
}

pub(super) fn friend(
    store: &Store,
    owner: Uin,
    friend: Uin,
    friendship: &Friendship,
) -> Result<(), Refusal> {
    store.write(
        "INSERT INTO friends (owner, friend, category, remark) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET category = ?3, remark = ?4",
        params![owner, friend, friendship.category, friendship.remark],
    )?;
    Ok(())
}

pub(super) fn remove_friend(store: &Store, owner: Uin, friend: Uin) -> Result<(), Refusal> {
    store.write(
        "DELETE FROM friends WHERE owner = ?1 AND friend = ?2",
        params![owner, friend],
    )?;
    Ok(())
}

pub(super) fn block(store: &Store, owner: Uin, blocked: Uin) -> Result<(), Refusal> {
    store.write(
        "INSERT INTO blocked (owner, uin) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        params![owner, blocked],
    )?;
    Ok(())
}

pub(super) fn unblock(store: &Store, owner: Uin, blocked: Uin) -> Result<(), Refusal> {
    store.write(
        "DELETE FROM blocked WHERE owner = ?1 AND uin = ?2",
        params![owner, blocked],
    )?;
    Ok(())
}

pub(super) fn group(store: &Store, group: &Group) -> Result<(), Refusal> {
    store.write(
        "INSERT INTO groups (group_uin, name, owner, created, muted, sequence, join_option, question, answer,
                    hide_from_words, hide_from_number, sign_in, privileges, flags, robots_allowed, robots_examined)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
                 ON CONFLICT DO UPDATE SET name = ?2, owner = ?3, muted = ?5, sequence = ?6, join_option = ?7,
                    question = ?8, answer = ?9, hide_from_words = ?10, hide_from_number = ?11, sign_in = ?12, privileges = ?13, flags = ?14,
                    robots_allowed = ?15, robots_examined = ?16",
        params![
            group.uin,
            group.name,
            group.owner,
            group.created.cast_signed(),
            group.muted,
            group.sequence,
            group.joining.option,
            group.joining.question,
            group.joining.answer,
            group.hide_from_words,
            group.hide_from_number,
            group.sign_in,
            group.permissions.privileges,
            group.permissions.flags,
            group.permissions.robots_allowed,
            group.permissions.robots_examined,
        ],
    )?;
    Ok(())
}

pub(super) fn member(
    store: &Store,
    group: GroupUin,
    uin: Uin,
    member: &Member,
) -> Result<(), Refusal> {
    store.write(
                "INSERT INTO members (group_uin, uin, role, card, title, level, joined, last_spoke, muted_until, remark,
                    message_mask, switched_off)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
                 ON CONFLICT DO UPDATE SET role = ?3, card = ?4, title = ?5, level = ?6, last_spoke = ?8,
                    muted_until = ?9, remark = ?10, message_mask = ?11, switched_off = ?12", params![
                group,
                uin,
                member.role.number(),
                member.card,
                member.title,
                member.level,
                member.joined.cast_signed(),
                member.last_spoke.cast_signed(),
                member.muted_until.cast_signed(),
                member.remark,
                member.message_mask,
                member.switched_off,
            ])?;
    Ok(())
}

pub(super) fn remove_member(store: &Store, group: GroupUin, uin: Uin) -> Result<(), Refusal> {
    store.write(
        "DELETE FROM members WHERE group_uin = ?1 AND uin = ?2",
        params![group, uin],
    )?;
    Ok(())
}

/// Deletes a group with everything in it: its number may be given to a new group.
pub(super) fn remove_group(store: &Store, group: GroupUin) -> Result<(), Refusal> {
    for of_group in [
        "DELETE FROM groups WHERE group_uin = ?1",
        "DELETE FROM members WHERE group_uin = ?1",
        "DELETE FROM refused WHERE group_uin = ?1",
        "DELETE FROM group_notices WHERE group_uin = ?1",
        "DELETE FROM reactions WHERE group_uin = ?1",
        "DELETE FROM essence WHERE group_uin = ?1",
        "DELETE FROM honors WHERE group_uin = ?1",
        "DELETE FROM notices WHERE group_uin = ?1",
        "DELETE FROM notices_read WHERE group_uin = ?1",
        "DELETE FROM presses WHERE group_uin = ?1",
        "DELETE FROM signs WHERE group_uin = ?1",
        "DELETE FROM album_comments WHERE group_uin = ?1",
        "DELETE FROM album_likes WHERE group_uin = ?1",
        "DELETE FROM album_media WHERE group_uin = ?1",
        "DELETE FROM albums WHERE group_uin = ?1",
        "DELETE FROM group_files WHERE group_uin = ?1",
        "DELETE FROM group_folders WHERE group_uin = ?1",
        "DELETE FROM todos WHERE group_uin = ?1",
        "DELETE FROM todos_done WHERE group_uin = ?1",
        "DELETE FROM messages WHERE kind = 0 AND a = ?1",
        "DELETE FROM reads WHERE kind = 0 AND a = ?1",
    ] {
        store.write(of_group, params![group])?;
    }
    Ok(())
}

pub(super) fn refused_applicant(store: &Store, group: GroupUin, uin: Uin) -> Result<(), Refusal> {
    store.write(
        "INSERT INTO refused (group_uin, uin) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        params![group, uin],
    )?;
    Ok(())
}

pub(super) fn session(store: &Store, session: &Session) -> Result<(), Refusal> {
    store.write(
        "INSERT INTO sessions (number, uin, d2, d2_key, tgt, a1, guid, device, state)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                 ON CONFLICT (number) DO UPDATE SET a1 = ?6, state = ?9",
        params![
            session.number.cast_signed(),
            session.uin,
            &session.tickets.d2[..],
            &session.tickets.d2_key[..],
            &session.tickets.tgt[..],
            &session.tickets.a1[..],
            &session.guid.0[..],
            session.device,
            session.state.number(),
        ],
    )?;
    Ok(())
}

pub(super) fn remove_session(store: &Store, session: &Session) -> Result<(), Refusal> {
    store.write(
        "DELETE FROM sessions WHERE number = ?1",
        params![session.number.cast_signed()],
    )?;
    Ok(())
}

pub(super) fn meta(store: &Store, key: &str, value: &[u8]) -> Result<(), Refusal> {
    store.write(
        "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2",
        params![key, value],
    )?;
    Ok(())
}
