//! The pushes of group activities. protocol/05 §10.4

use nekonap_ids::{GroupUin, Sequence, Uin};
use nekonap_wire::push::{Activity, Doing, Push};

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
