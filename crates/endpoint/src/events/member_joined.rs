//! Somebody joined a group, perhaps this account (api/events-and-segments §4.4).

use nekonap_client::push::MemberJoined;
use nekonap_ids::Uin;
use nekonap_onebot::What;

use crate::bot::Bot;

pub(super) fn report(bot: &Bot, joined: MemberJoined<Uin>, time: u64) {
    let what = What::GroupIncrease {
        group_id: joined.group,
        user_id: joined.member,
        // When nobody had to agree, it is who joined.
        operator_id: joined.operator.or(Some(joined.member)),
        invited: joined.invited,
    };
    super::report(bot, time, what, false);
}
