//! A member got an honour of a group (api/events-and-segments §4.9).

use nekonap_archive::ArchiveError;
use nekonap_client::push::Honor;
use nekonap_ids::Uin;
use nekonap_onebot::events::{self, Notice, Notify};

use crate::bot::Bot;

pub(super) async fn report(bot: &Bot, honor: Honor<Uin>, time: u64) -> Result<(), ArchiveError> {
    let notice = Notice::Notify(Notify::Honor(events::Honor {
        group_id: honor.group,
        user_id: honor.member,
        honor_type: honor.kind.name(),
    }));
    super::report(bot, time, notice, false).await
}
