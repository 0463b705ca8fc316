//! A group was renamed (api/events-and-segments §4.10).

use nekonap_archive::ArchiveError;
use nekonap_client::push::GroupRenamed;
use nekonap_ids::Uin;
use nekonap_onebot::events::{GroupName, Notice, Notify};

use crate::bot::Bot;

pub(super) async fn report(
    bot: &Bot,
    renamed: GroupRenamed<Uin>,
    time: u64,
) -> Result<(), ArchiveError> {
    let notice = Notice::Notify(Notify::GroupName(GroupName {
        group_id: renamed.group,
        user_id: renamed.operator,
        name_new: renamed.name,
    }));
    super::report(bot, time, notice, false).await
}
