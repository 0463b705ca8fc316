//! The pushes of group activities. protocol/05 §10.4

use nekonap_ids::{GroupUin, Sequence, Uin};
use nekonap_wire::push::{
    Activity, Doing, Honor, HonorKind, LuckyKing, Origin, PokeWithdrawn, Push, UnknownTip,
};

use super::{notify, party, to_members};
use crate::world::{Poked, World};

/// A member signed in, or set or completed the to-do.
pub(super) fn done(
    world: &mut World,
    actor: Uin,
    group: GroupUin,
    doing: Doing,
    sequence: Sequence,
) {
    let push = Push::from(Activity {
        group,
        member: party(world, actor),
        member_name: world.name_in(group, actor),
        doing,
        sequence,
    });
    to_members(world, group, &push);
}

/// A member got an honour.
pub(super) fn honored(
    world: &mut World,
    member: Uin,
    (group, kind): (GroupUin, HonorKind),
    before: Option<Uin>,
    sequence: Sequence,
) {
    let push = Push::from(Honor {
        group,
        kind,
        member: party(world, member),
        member_name: world.name_in(group, member),
        before: before.map(|before| party(world, before)),
        sequence,
    });
    to_members(world, group, &push);
}

/// A poke was taken back. In a private chat each of the two accounts receives it from the other.
pub(super) fn poke_withdrawn(world: &mut World, actor: Uin, place: Poked, tip_id: u64) {
    let operator = party(world, actor);
    let withdrawn = |chat| {
        Push::from(PokeWithdrawn {
            chat,
            operator,
            tip_id,
        })
    };
    match place {
        Poked::Group { group, .. } => to_members(world, group, &withdrawn(Origin::Group(group))),
        Poked::Private { peer } => {
            let random = rand::random();
            let push = withdrawn(Origin::Private(operator));
            notify(world, peer, Some(actor), &push, random, None);
            if peer != actor {
                let push = withdrawn(Origin::Private(party(world, peer)));
                notify(world, actor, Some(peer), &push, random, None);
            }
        }
    }
}

/// A red packet is empty.
pub(super) fn lucky_king(world: &mut World, sender: Uin, group: GroupUin, king: Uin) {
    let push = Push::from(LuckyKing {
        group,
        sender: party(world, sender),
        king: party(world, king),
    });
    to_members(world, group, &push);
}

/// Business of a grey line that a member sent.
const SENT_LINE: (u64, u64) = (1, 1000);

/// A member sent a grey line.
pub(super) fn tip(world: &mut World, sender: Uin, group: GroupUin, sequence: Sequence, text: &str) {
    let escaped = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;");
    let push = Push::from(UnknownTip {
        group,
        sender: party(world, sender),
        sequence,
        business: SENT_LINE.0,
        business_id: SENT_LINE.1,
        template: 0,
        parameters: Vec::new(),
        content: format!(r#"<gtip align="center"><nor txt="{escaped}"/></gtip>"#),
        tip_id: rand::random_range(1..=u64::from(u32::MAX)),
    });
    to_members(world, group, &push);
}
