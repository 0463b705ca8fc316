//! A person or this account left a group or was removed (api/events-and-segments §4.3).

use nekonap_archive::ArchiveError;
use nekonap_client::push::{Departure, MemberLeft};
use nekonap_ids::Uin;
use nekonap_onebot::events::{Decrease, GroupDecrease, GroupDismiss, Notice};

use crate::bot::Bot;

pub(super) async fn report(
    bot: &Bot,
    left: MemberLeft<Uin>,
    time: u64,
) -> Result<(), ArchiveError> {
    let me = left.member == bot.self_id();
    let how = match left.how {
        Departure::Left => Decrease::Leave,
        Departure::Dissolved if bot.config().events.standard_sub_types => Decrease::KickMe,
        Departure::Dissolved => Decrease::Disband,
        Departure::ReceiverRemoved => Decrease::KickMe,
        Departure::Removed if me => Decrease::KickMe,
        Departure::Removed => Decrease::Kick,
    };
    let notice = Notice::GroupDecrease(GroupDecrease {
        sub_type: how,
        group_id: left.group,
        // A dissolved group has lost the account, whatever member the push names.
        user_id: match left.how {
            Departure::Dissolved => bot.self_id(),
            _ => left.member,
        },
        // Koishi treats equal operator and user as leaving, different ones as being removed.
        operator_id: match how {
            Decrease::Leave => Some(left.member),
            _ => left.operator,
        },
    });
    super::report(bot, time, notice, false).await?;
    if left.how == Departure::Dissolved && bot.config().events.group_dismiss {
        let notice = Notice::GroupDismiss(GroupDismiss {
            group_id: left.group,
            operator_id: left.operator,
            user_id: left.operator,
        });
        super::report(bot, time, notice, false).await?;
    }
    Ok(())
}
