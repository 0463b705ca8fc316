//! Essence (api/events-and-segments §4.12).

use nekonap_archive::ArchiveError;
use nekonap_client::push::Essence;
use nekonap_ids::{Conversation, Uin};
use nekonap_onebot::events::{self, EssenceChange, Notice};

use crate::bot::Bot;

pub(super) async fn report(
    bot: &Bot,
    essence: Essence<Uin>,
    time: u64,
) -> Result<(), ArchiveError> {
    let place = Conversation::Group(essence.group);
    let message_id = bot.archive().id_at(place, essence.sequence).await?;
    let notice = Notice::Essence(events::Essence {
        sub_type: if essence.set {
            EssenceChange::Add
        } else {
            EssenceChange::Delete
        },
        group_id: essence.group,
        user_id: essence.author,
        sender_id: essence.author,
        operator_id: essence.operator,
        message_id,
    });
    super::report(bot, time, notice, false).await
}
