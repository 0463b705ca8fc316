//! A member got a special title (api/events-and-segments §4.9).

use nekonap_archive::ArchiveError;
use nekonap_client::push::TitleGiven;
use nekonap_ids::Uin;
use nekonap_onebot::events::{Notice, Notify, Title};

use crate::bot::Bot;

pub(super) async fn report(
    bot: &Bot,
    given: TitleGiven<Uin>,
    time: u64,
) -> Result<(), ArchiveError> {
    let notice = Notice::Notify(Notify::Title(Title {
        group_id: given.group,
        user_id: given.member,
        title: given.title,
    }));
    super::report(bot, time, notice, false).await
}
