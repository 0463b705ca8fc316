//! A member has another card (api/events-and-segments §4.11).

use nekonap_archive::ArchiveError;
use nekonap_client::push::CardChanged;
use nekonap_ids::Uin;
use nekonap_onebot::events::{GroupCard, Notice};

use crate::bot::Bot;

/// Also called by the action that changed the card.
pub(crate) async fn report(
    bot: &Bot,
    changed: CardChanged<Uin>,
    time: u64,
) -> Result<(), ArchiveError> {
    let notice = Notice::GroupCard(GroupCard {
        group_id: changed.group,
        user_id: changed.member,
        card_new: changed.card,
        card_old: changed.before.unwrap_or_default(),
    });
    super::report(bot, time, notice, false).await
}
