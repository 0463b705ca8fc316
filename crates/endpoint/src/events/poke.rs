//! Pokes (api/events-and-segments §4.8).

use nekonap_client::push::Poke;
use nekonap_ids::Uin;
use nekonap_onebot::What;

use crate::bot::Bot;

/// The verb of a poke that tells none.
const POKED: &str = "戳了戳";

pub(super) fn report(bot: &Bot, poke: Poke<Uin>, time: u64) {
    let own = poke.from == bot.self_id();
    let conversation = poke.chat.conversation();
    let what = What::Poke {
        group_id: conversation.group(),
        // In a private chat the other side, whoever poked: frameworks answer to it.
        user_id: conversation.peer().unwrap_or(poke.from),
        sender_id: poke.from,
        target_id: poke.target,
        action: if poke.action.is_empty() {
            POKED.to_owned()
        } else {
            poke.action
        },
        suffix: poke.suffix,
        action_img_url: poke.image,
    };
    super::report(bot, time, what, own);
}
