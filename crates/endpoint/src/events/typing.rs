//! A friend types (api/events-and-segments §4.10).

use nekonap_client::push::Typing;
use nekonap_ids::Uin;
use nekonap_onebot::What;

use crate::bot::Bot;

/// The text of a friend who types, where the push has none.
const TYPES: &str = "对方正在输入...";

pub(super) fn report(bot: &Bot, typing: Typing<Uin>) {
    let what = What::InputStatus {
        user_id: typing.from,
        event_type: typing.event,
        status_text: match (typing.event, typing.wording.is_empty()) {
            (1, true) => TYPES.to_owned(),
            _ => typing.wording,
        },
    };
    super::report(bot, crate::bot::now(), what, false);
}
