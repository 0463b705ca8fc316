//! Somebody asks to join a group, or is invited (api/events-and-segments §5).

use nekonap_archive::ArchiveError;
use nekonap_client::{GroupRequest, GroupRequestKind};
use nekonap_onebot::events::{self, GroupRequestType, Request};

use crate::{bot::Bot, flags::GroupFlag};

pub(super) async fn report(bot: &Bot, request: GroupRequest) -> Result<(), ArchiveError> {
    let inviter = request.inviter.and_then(|user| user.uin);
    let (sub_type, user) = match request.key.kind {
        GroupRequestKind::Invitation => (GroupRequestType::Invite, inviter),
        GroupRequestKind::Application | GroupRequestKind::InvitationOfOther => {
            (GroupRequestType::Add, request.user.uin)
        }
    };
    let time = match request.time {
        0 => crate::bot::now(),
        time => time,
    };
    let event = Request::Group(events::GroupRequest {
        sub_type,
        group_id: request.key.group,
        user_id: user,
        comment: request.comment,
        flag: GroupFlag::Key(request.key).to_string(),
        invitor_id: inviter,
    });
    super::report(bot, time, event, false).await
}
