//! A member became administrator, or a member again (api/events-and-segments §4.2).

use nekonap_archive::ArchiveError;
use nekonap_client::push::AdminChanged;
use nekonap_ids::Uin;
use nekonap_onebot::events::{AdminChange, GroupAdmin, Notice};

use crate::bot::Bot;

pub(super) async fn report(
    bot: &Bot,
    changed: AdminChanged<Uin>,
    time: u64,
) -> Result<(), ArchiveError> {
    let notice = Notice::GroupAdmin(GroupAdmin {
        sub_type: if changed.set {
            AdminChange::Set
        } else {
            AdminChange::Unset
        },
        group_id: changed.group,
        user_id: changed.member,
    });
    super::report(bot, time, notice, false).await
}
