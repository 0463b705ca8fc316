//! Somebody likes the profile of the account (api/events-and-segments §4.10).

use nekonap_archive::ArchiveError;
use nekonap_client::push::ProfileLiked;
use nekonap_ids::Uin;
use nekonap_onebot::events::{Notice, Notify, ProfileLike};

use crate::bot::Bot;

pub(super) async fn report(bot: &Bot, liked: ProfileLiked<Uin>) -> Result<(), ArchiveError> {
    let notice = Notice::Notify(Notify::ProfileLike(ProfileLike {
        user_id: liked.by,
        operator_id: liked.by,
        operator_nick: liked.nickname,
        times: liked.times,
    }));
    super::report(bot, liked.time, notice, false).await
}
