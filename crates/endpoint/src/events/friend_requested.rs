//! A person asks to become a friend (api/events-and-segments §5).

use nekonap_archive::ArchiveError;
use nekonap_client::push::FriendRequested;
use nekonap_ids::Uin;
use nekonap_onebot::events::{FriendRequest, Request};

use crate::{bot::Bot, flags::FriendFlag};

pub(super) async fn report(
    bot: &Bot,
    asked: FriendRequested<Uin>,
    time: u64,
) -> Result<(), ArchiveError> {
    let flag = FriendFlag::Person {
        uid: asked.uid,
        time,
    };
    let request = Request::Friend(FriendRequest {
        user_id: asked.from,
        comment: asked.comment,
        flag: flag.to_string(),
        via: asked.via,
    });
    super::report(bot, time, request, false).await
}
