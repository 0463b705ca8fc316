//! The notices of groups, on web pages and by people. protocol/04 §10.4

use nekonap_ids::{GroupUin, Uin};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    http::Empty,
    refusal::Refusal,
    world::{Announcement, Change, NoticeForm, Role, World},
};

/// Maximum length of a notice, in characters.
const MAX_TEXT: usize = 3_000;
/// Maximum number of notices of a group.
const MAX_NOTICES: u32 = 200;
/// `tip_window_type` is at most this.
const MAX_WINDOW: u32 = 1;
/// Maximum number of notices in an answer.
const MAX_PAGE: usize = 50;

/// Publishes a notice. Only the owner and administrators can do this. Returns its id.
pub(crate) fn send(
    world: &mut World,
    actor: Uin,
    group: GroupUin,
    text: String,
    form: NoticeForm,
) -> Result<String, Refusal> {
    world.acting_admin(group, actor)?;
    if text.trim().is_empty() || text.chars().count() > MAX_TEXT {
        let text = format!("`text` has 1 to {MAX_TEXT} characters");
        return Err(Refusal::bad_request(text));
    }
    if form.tip_window_type > MAX_WINDOW {
        let text = format!("`tip_window_type` is at most {MAX_WINDOW}");
        return Err(Refusal::bad_request(text));
    }
    if world.count_notices(group)? >= MAX_NOTICES {
        let text = format!("group {group} has {MAX_NOTICES} notices already");
        return Err(Refusal::bad_request(text));
    }
    let id = hex::encode(rand::random::<[u8; 16]>());
    let notice = Announcement {
        id: id.clone(),
        sender: actor,
        time: world.now(),
        text,
        form,
        read: 0,
    };
    world.add_notice(group, &notice)?;
    let sent = Change::NoticeSent {
        group,
        id: id.clone(),
    };
    world.record(Some(actor), sent);
    Ok(id)
}

/// Deletes a notice. Only the owner and administrators can do this.
pub(crate) fn delete(
    world: &mut World,
    actor: Uin,
    group: GroupUin,
    id: String,
) -> Result<(), Refusal> {
    world.acting_admin(group, actor)?;
    if !world.remove_notice(group, &id)? {
        return Err(no_notice(group, &id));
    }
    world.record(Some(actor), Change::NoticeDeleted { group, id });
    Ok(())
}

fn no_notice(group: GroupUin, id: &str) -> Refusal {
    Refusal::not_found(format!("group {group} has no notice {id:?}"))
}

/// The notices of a group in the JSON of the web page: at most `limit`, and all for new members.
pub(crate) fn page(
    world: &World,
    reader: Uin,
    group: GroupUin,
    limit: usize,
) -> Result<Value, Refusal> {
    let role = world.acting_member(group, reader)?.role;
    let notices = world.notices(group)?;
    let list = |newcomers: bool| -> Vec<Value> {
        let notices = notices.iter().filter(|one| one.form.newcomers == newcomers);
        notices.take(limit.min(MAX_PAGE)).map(entry).collect()
    };
    let names: serde_json::Map<String, Value> = notices
        .iter()
        .map(|one| {
            let name = world.name_in(group, one.sender);
            (one.sender.to_string(), json!({"n": name, "f": ""}))
        })
        .collect();
    Ok(json!({
        "ec": 0,
        "em": "",
        "feeds": list(false),
        "inst": list(true),
        "read_only": u32::from(role == Role::Member),
        "role": role.number(),
        "group": {"group_id": group},
        "server_time": world.now(),
        "ui": names,
    }))
}

fn entry(notice: &Announcement) -> Value {
    json!({
        "fid": notice.id,
        "u": notice.sender,
        "pubt": notice.time,
        "msg": {"text": escaped(&notice.text), "text_face": escaped(&notice.text), "title": ""},
        "type": if notice.form.newcomers { 20 } else { 6 },
        "settings": {
            "is_show_edit_card": u32::from(notice.form.show_edit_card),
            "remind_ts": 0,
            "tip_window_type": notice.form.tip_window_type,
            "confirm_required": u32::from(notice.form.confirm_required),
        },
        "pinned": u32::from(notice.form.pinned),
        "read_num": notice.read,
        "is_read": 0,
        "is_all_confirm": 0,
    })
}

/// Escapes the characters that have a meaning in HTML.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            char => escaped.push(char),
        }
    }
    escaped
}

/// Parameters of `send_notice`.
#[derive(Debug, Deserialize)]
pub(super) struct SendAct {
    group: GroupUin,
    text: String,
    #[serde(flatten)]
    form: NoticeForm,
}

/// Reply of `send_notice`.
#[derive(Debug, Serialize)]
pub(super) struct Sent {
    id: String,
}

pub(super) fn act_send(world: &mut World, actor: Uin, act: SendAct) -> Result<Sent, Refusal> {
    let id = send(world, actor, act.group, act.text, act.form)?;
    Ok(Sent { id })
}

/// Parameters of `read_notice` and `delete_notice`.
#[derive(Debug, Deserialize)]
pub(super) struct NoticeAct {
    group: GroupUin,
    id: String,
}

pub(super) fn act_read(world: &mut World, actor: Uin, act: NoticeAct) -> Result<Empty, Refusal> {
    let NoticeAct { group, id } = act;
    world.acting_member(group, actor)?;
    if world.notices(group)?.iter().all(|notice| notice.id != id) {
        return Err(no_notice(group, &id));
    }
    if world.read_notice(group, &id, actor)? {
        world.record(Some(actor), Change::NoticeRead { group, id });
    }
    Ok(Empty {})
}

pub(super) fn act_delete(world: &mut World, actor: Uin, act: NoticeAct) -> Result<Empty, Refusal> {
    delete(world, actor, act.group, act.id)?;
    Ok(Empty {})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{group, uin, world};

    #[test]
    fn text_is_escaped() {
        assert_eq!(
            escaped("<a href=\"x\">&'"),
            "&lt;a href=&quot;x&quot;&gt;&amp;&#39;"
        );
    }

    #[test]
    fn only_owner_and_administrators_publish_and_delete() {
        let mut world = world();
        // 20002: 10002 owns it, 10001 is administrator.
        for (actor, may) in [(10002, true), (10001, true), (10003, false), (10009, false)] {
            let actor = uin(actor);
            let sent = send(
                &mut world,
                actor,
                group(20002),
                "x".to_owned(),
                NoticeForm::default(),
            );
            assert_eq!(sent.is_ok(), may, "{actor}: {sent:?}");
        }
        let notices = world.notices(group(20002)).expect("a list");
        let senders: Vec<u64> = notices.iter().map(|one| one.sender.get()).collect();
        assert_eq!(senders, [10001, 10002]);
        let id = notices[0].id.clone();
        for (actor, may) in [
            (10003, false),
            (10009, false),
            (10002, true),
            (10002, false),
        ] {
            let deleted = delete(&mut world, uin(actor), group(20002), id.clone());
            assert_eq!(deleted.is_ok(), may, "{actor}: {deleted:?}");
        }
    }

    #[test]
    fn group_has_a_limit_of_notices() {
        let mut world = world();
        let mut sent = || {
            let text = "x".to_owned();
            send(
                &mut world,
                uin(10001),
                group(20001),
                text,
                NoticeForm::default(),
            )
        };
        for _ in 0..MAX_NOTICES {
            sent().expect("published");
        }
        assert!(sent().is_err());
    }
}
