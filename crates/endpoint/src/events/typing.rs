//! A friend is typing (api/events-and-segments §4.10).

use nekonap_archive::ArchiveError;
use nekonap_client::push::Typing;
use nekonap_ids::Uin;
use nekonap_onebot::events::{InputStatus, Notice, Notify};

use crate::bot::Bot;

/// The text of a typing friend if the push has none.
const TYPING: &str = "对方正在输入...";

pub(super) async fn report(bot: &Bot, typing: Typing<Uin>) -> Result<(), ArchiveError> {
    let notice = Notice::Notify(Notify::InputStatus(InputStatus {
        event_type: typing.event,
        status_text: match (typing.event, typing.wording.is_empty()) {
            (1, true) => TYPING.to_owned(),
            _ => typing.wording,
        },
        user_id: typing.from,
        group_id: 0,
    }));
    super::report(bot, crate::bot::now(), notice, false).await
}
