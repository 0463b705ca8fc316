//! Signing in to groups. protocol/04 §7.1

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    command::DecodeError,
    proto::extras::{SignReply, SignRequest},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    http::Empty,
    refusal::{Refusal, code},
    router::Caller,
    world::{Change, Signed, World},
};

/// Signs a member in for today. A member who has already signed in gets the same answer.
fn sign_in(world: &mut World, actor: Uin, group: GroupUin) -> Result<Signed, Refusal> {
    world.acting_member(group, actor)?;
    if !world.group(group)?.sign_in {
        let text = format!("group {group} does not allow its members to sign in");
        return Err(Refusal::not_allowed(code::BAD_REQUEST, text));
    }
    let (signed, new) = world.sign_in(group, actor)?;
    if new {
        // The notice takes a sequence too.
        let notice = world.take_notice_sequence(group)?;
        let change = Change::SignedIn {
            group,
            rank: signed.rank,
            notice,
        };
        world.record(Some(actor), change);
    }
    Ok(signed)
}

/// The account is the caller, whatever the request says.
pub(super) fn command(
    world: &mut World,
    caller: &Caller,
    request: SignRequest,
) -> Result<SignReply, Refusal> {
    let group = request.group().ok_or(DecodeError::Invalid("group"))?;
    let signed = sign_in(world, caller.uin, group)?;
    let days = world.days_signed(group, caller.uin)?;
    Ok(SignReply::new(group, days, signed.rank, signed.time))
}

/// Maximum number of entries in a page of the list.
const MAX_PAGE: u32 = 100;

/// What a client asks the web page of the list for. protocol/04 §10.6
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignedListRequest {
    /// Year, month and day, such as `20261126`.
    day_ymd: String,
    #[serde(default)]
    offset: u32,
    #[serde(default)]
    limit: u32,
    group_id: String,
}

/// A page of the list, in the JSON of the web page.
pub(crate) fn page(
    world: &World,
    reader: Uin,
    request: &SignedListRequest,
) -> Result<Value, Refusal> {
    let group = request
        .group_id
        .parse()
        .map_err(|_| Refusal::bad_request("`groupId` is no group number"))?;
    world.acting_member(group, reader)?;
    let day = day_of(&request.day_ymd)
        .ok_or_else(|| Refusal::bad_request("`dayYmd` is no year, month and day"))?;
    let limit = request.limit.min(MAX_PAGE);
    let infos: Vec<Value> = world
        .signed(group, day, request.offset, limit)?
        .into_iter()
        .map(|signed| {
            json!({
                "uid": signed.uin.to_string(),
                "uidGroupNick": world.name_in(group, signed.uin),
                "signedTimeStamp": signed.time.to_string(),
                // The page counts 1, 3, 5 …
                "signInRank": signed.rank * 2 - 1,
            })
        })
        .collect();
    let offset = request.offset.saturating_add(limit);
    Ok(signed_list(
        0,
        "",
        &json!([{"infos": infos, "offset": offset, "total": world.count_signed(group, day)?}]),
    ))
}

/// A refusal in the JSON of the web page.
pub(crate) fn refused_page(refusal: &Refusal) -> Value {
    signed_list(refusal.code, &refusal.text, &json!([]))
}

fn signed_list(code: i64, text: &str, page: &Value) -> Value {
    json!({
        "retCode": 0,
        "costTime": 0,
        "funcCode": 0,
        "response": {"ret": {"code": code, "msg": text}, "page": page},
    })
}

/// The number of a day, counted from 1970.
fn day_of(text: &str) -> Option<u64> {
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |range: std::ops::Range<usize>| text[range].parse::<u64>().ok();
    let (year, month, day) = (part(0..4)?, part(4..6)?, part(6..8)?);
    if year < 1970 || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Years begin in March, so that a leap day is the last of its year.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    // From the first of March of the year 0 to 1970.
    Some(days - 719_468)
}

/// Parameters of `sign_in_group`.
#[derive(Debug, Deserialize)]
pub(super) struct SignAct {
    group: GroupUin,
}

/// Reply of `sign_in_group`.
#[derive(Debug, Serialize)]
pub(super) struct SignedIn {
    /// The place in the order of the day, from 1.
    rank: u32,
    /// In Unix seconds.
    time: u64,
}

pub(super) fn act(world: &mut World, actor: Uin, act: SignAct) -> Result<SignedIn, Refusal> {
    let Signed { rank, time, .. } = sign_in(world, actor, act.group)?;
    Ok(SignedIn { rank, time })
}

/// Parameters of `allow_sign_in`.
#[derive(Debug, Deserialize)]
pub(super) struct AllowAct {
    group: GroupUin,
    enable: bool,
}

pub(super) fn act_allow(world: &mut World, actor: Uin, act: AllowAct) -> Result<Empty, Refusal> {
    let AllowAct { group, enable } = act;
    world.acting_admin(group, actor)?;
    if world.group(group)?.sign_in != enable {
        world.update_group(group, |group| group.sign_in = enable)?;
        world.record(Some(actor), Change::SignInAllowed { group, enable });
    }
    Ok(Empty {})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        for (text, day) in [
            ("19700101", Some(0)),
            ("19700301", Some(59)),
            ("20000229", Some(11_016)),
            ("20231114", Some(19_675)),
            ("20261126", Some(20_783)),
            ("19691231", None),
            ("20261301", None),
            ("2026112", None),
            ("2026112x", None),
            ("二〇二", None),
        ] {
            assert_eq!(day_of(text), day, "{text}");
        }
    }
}
