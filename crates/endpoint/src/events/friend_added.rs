//! A person became a friend (api/events-and-segments §4.6).

use nekonap_archive::ArchiveError;
use nekonap_client::push::FriendAdded;
use nekonap_ids::Uin;
use nekonap_onebot::events::{FriendAdd, Notice};

use crate::bot::Bot;

pub(super) async fn report(
    bot: &Bot,
    added: FriendAdded<Uin>,
    time: u64,
) -> Result<(), ArchiveError> {
    let notice = Notice::FriendAdd(FriendAdd {
        user_id: added.friend,
    });
    super::report(bot, time, notice, false).await
}
