//! A member or a whole group was muted, or the mute was lifted (api/events-and-segments §4.5).

use nekonap_archive::ArchiveError;
use nekonap_client::push::Muted;
use nekonap_ids::Uin;
use nekonap_onebot::events::{Ban, GroupBan, Notice};

use crate::bot::Bot;

/// `duration` of the mute of a whole group.
const WITHOUT_END: i64 = -1;

/// Reports an event for each mute.
pub(super) async fn report(bot: &Bot, muted: Muted<Uin>, time: u64) -> Result<(), ArchiveError> {
    for mute in muted.mutes {
        let notice = Notice::GroupBan(GroupBan {
            sub_type: match mute.seconds {
                0 => Ban::LiftBan,
                _ => Ban::Ban,
            },
            group_id: muted.group,
            operator_id: muted.operator,
            user_id: mute.target,
            duration: match (mute.target, mute.seconds) {
                (None, 1..) => WITHOUT_END,
                (_, seconds) => i64::from(i32::try_from(seconds).unwrap_or(i32::MAX)),
            },
        });
        super::report(bot, time, notice, false).await?;
    }
    Ok(())
}
