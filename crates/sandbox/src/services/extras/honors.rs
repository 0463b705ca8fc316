//! The honours of groups: given by the world, listed on a web page. protocol/04 §10.3

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::push::HonorKind;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    http::Empty,
    refusal::Refusal,
    world::{Change, Honored, World},
};

/// Parameters of `give_honor`.
#[derive(Debug, Deserialize)]
pub(super) struct GiveAct {
    group: GroupUin,
    target: Uin,
    honor: String,
    #[serde(default = "one")]
    days: u32,
}

const fn one() -> u32 {
    1
}

/// Gives a member an honour. QQ computes who deserves them; here a caller of the HTTP API decides.
pub(super) fn act_give(world: &mut World, act: GiveAct) -> Result<Empty, Refusal> {
    let GiveAct { group, target, .. } = act;
    world.member(group, target)?;
    let mut kinds = HonorKind::ALL.into_iter();
    let kind = kinds.find(|kind| kind.name() == act.honor).ok_or_else(|| {
        let names = HonorKind::ALL.map(HonorKind::name).join(", ");
        Refusal::bad_request(format!("`honor` is one of {names}, not {:?}", act.honor))
    })?;
    let before = match kind {
        HonorKind::Talkative => world.honored(group, kind)?.first().map(|one| one.uin),
        HonorKind::Performer | HonorKind::Legend | HonorKind::Emotion => None,
    };
    world.give_honor(group, kind, target, act.days)?;
    // The notice takes a sequence too.
    let notice = world.take_notice_sequence(group)?;
    let given = Change::HonorGiven {
        group,
        honor: kind,
        before: before.filter(|before| *before != target),
        notice,
    };
    world.record(Some(target), given);
    Ok(Empty {})
}

/// The state in the web page of an honour. `number`: the page's `type`.
pub(crate) fn page(
    world: &World,
    reader: Uin,
    group: GroupUin,
    number: u32,
) -> Result<Value, Refusal> {
    world.acting_member(group, reader)?;
    let mut state = json!({"gc": group, "uin": reader, "type": number});
    let mut kinds = HonorKind::ALL.into_iter();
    // A page of an honour that is no longer given is empty.
    let Some(kind) = kinds.find(|kind| kind.number() == number) else {
        return Ok(state);
    };
    let honored = world.honored(group, kind)?;
    let avatar = |uin: Uin| format!("https://q1.qlogo.cn/g?b=qq&nk={uin}&s=640");
    let list: Vec<Value> = honored
        .iter()
        .map(|one| {
            json!({
                "uin": one.uin,
                "avatar": avatar(one.uin),
                "name": world.name_in(group, one.uin),
                "desc": format!("{}天", one.days),
            })
        })
        .collect();
    let key = match kind {
        HonorKind::Talkative => "talkativeList",
        HonorKind::Performer => "actorList",
        HonorKind::Legend => "legendList",
        HonorKind::Emotion => "emotionList",
    };
    state[key] = Value::Array(list);
    if kind == HonorKind::Talkative {
        state["currentTalkative"] = match honored.first() {
            Some(Honored { uin, days, .. }) => json!({
                "uin": uin,
                "day_count": days,
                "avatar": avatar(*uin),
                "nick": world.name_in(group, *uin),
            }),
            None => json!({}),
        };
    }
    Ok(state)
}
