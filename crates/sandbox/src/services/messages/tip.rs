//! Grey lines that members send to a group, as altered clients do. protocol/05 §5.24

use nekonap_ids::{GroupUin, Uin};
use serde::Deserialize;

use super::send::{To, may_speak};
use crate::{
    http::Empty,
    refusal::Refusal,
    world::{Change, RecentTip, World},
};

/// Maximum length of a line, in characters.
const MAX_TEXT: usize = 1_000;

/// Parameters of `send_gray_tip`.
#[derive(Debug, Deserialize)]
pub(super) struct TipAct {
    group: GroupUin,
    text: String,
}

/// Sends a grey line, which clients show like one of the system's.
pub(super) fn act(world: &mut World, actor: Uin, act: TipAct) -> Result<Empty, Refusal> {
    let TipAct { group, text } = act;
    may_speak(world, actor, To::Group(group))?;
    if text.is_empty() || text.chars().count() > MAX_TEXT {
        let text = format!("`text` has 1 to {MAX_TEXT} characters");
        return Err(Refusal::bad_request(text));
    }
    let sequence = world.take_notice_sequence(group)?;
    let sent = Change::TipSent {
        group,
        sequence,
        text,
    };
    world.record(Some(actor), sent);
    let time = world.now();
    world.tips.add(RecentTip {
        group,
        sequence,
        by: actor,
        time,
    });
    Ok(Empty {})
}
