//! Red packets: who got the most. protocol/05 §5.23

use nekonap_ids::{GroupUin, Uin};
use serde::Deserialize;

use crate::{
    http::Empty,
    refusal::Refusal,
    world::{Change, World},
};

/// Parameters of `draw_red_packet`.
#[derive(Debug, Deserialize)]
pub(super) struct DrawAct {
    group: GroupUin,
    target: Uin,
}

/// The members have emptied a red packet of the actor, and the target got the most. No money is kept.
pub(super) fn act(world: &mut World, actor: Uin, act: DrawAct) -> Result<Empty, Refusal> {
    let DrawAct { group, target } = act;
    world.acting_member(group, actor)?;
    world.member(group, target)?;
    world.record(Some(actor), Change::LuckyKing { group, target });
    Ok(Empty {})
}
