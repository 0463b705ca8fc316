//! Which friends are online. protocol/04 §3.8

use nekonap_wire::{
    commands::friends::Presence,
    proto::friends::{FriendStatusesReply, FriendStatusesRequest},
};

use crate::{refusal::Refusal, router::Caller, world::World};

/// The status of each friend. People are online without a client too, as with a phone; invisible people are offline.
pub(super) fn command(
    world: &mut World,
    caller: &Caller,
    request: FriendStatusesRequest,
) -> Result<FriendStatusesReply, Refusal> {
    let limit = request.limit.filter(|limit| *limit > 0);
    let limit = limit.and_then(|limit| usize::try_from(limit).ok());
    let friends = world.person(caller.uin)?.friends().keys();
    let friends = friends.filter_map(|friend| world.find_person(*friend));
    let statuses = friends.take(limit.unwrap_or(usize::MAX)).map(|friend| {
        let presence = world.presence(friend);
        let shown = if presence.is_online() {
            presence
        } else {
            Presence::OFFLINE
        };
        (friend.uid, shown)
    });
    Ok(FriendStatusesReply::new(statuses))
}
