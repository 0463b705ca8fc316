//! A person or this account joined a group (api/events-and-segments §4.4).

use nekonap_archive::ArchiveError;
use nekonap_client::push::MemberJoined;
use nekonap_ids::Uin;
use nekonap_onebot::events::{GroupIncrease, Increase, Notice};

use crate::bot::Bot;

pub(super) async fn report(
    bot: &Bot,
    joined: MemberJoined<Uin>,
    time: u64,
) -> Result<(), ArchiveError> {
    let notice = Notice::GroupIncrease(GroupIncrease {
        sub_type: if joined.invited {
            Increase::Invite
        } else {
            Increase::Approve
        },
        group_id: joined.group,
        user_id: joined.member,
        // If no approval was needed, the operator is the member.
        operator_id: joined.operator.or(Some(joined.member)),
    });
    super::report(bot, time, notice, false).await
}
