//! The pushes of group activities. protocol/05 §10.4

use nekonap_ids::{GroupUin, Sequence, Uin};
use nekonap_wire::push::{Activity, Doing, Honor, HonorKind, Push};

use super::{party, to_members};
use crate::world::World;

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
