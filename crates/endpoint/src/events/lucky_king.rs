//! The luckiest member of a red packet is known (api/events-and-segments §4.9).

use nekonap_archive::ArchiveError;
use nekonap_client::push::LuckyKing;
use nekonap_ids::Uin;
use nekonap_onebot::events::{self, Notice, Notify};

use crate::bot::Bot;

pub(super) async fn report(bot: &Bot, king: LuckyKing<Uin>, time: u64) -> Result<(), ArchiveError> {
    let notice = Notice::Notify(Notify::LuckyKing(events::LuckyKing {
        group_id: king.group,
        user_id: king.sender,
        target_id: king.king,
    }));
    super::report(bot, time, notice, false).await
}
