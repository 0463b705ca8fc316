//! Pokes (api/events-and-segments §4.8).

use nekonap_archive::ArchiveError;
use nekonap_client::push::Poke;
use nekonap_ids::{Conversation, Uin};
use nekonap_onebot::events::{self, Notice, Notify, TipItem};

use crate::bot::Bot;

/// The verb of a poke that contains none.
const POKED: &str = "戳了戳";

pub(super) async fn report(bot: &Bot, poke: Poke<Uin>, time: u64) -> Result<(), ArchiveError> {
    let own = poke.from == bot.self_id();
    let conversation = poke.chat.conversation();
    let action = if poke.action.is_empty() {
        POKED.to_owned()
    } else {
        poke.action
    };
    let mut raw_info = vec![person(bot, conversation, poke.from, poke.from_name).await];
    if !poke.image.is_empty() {
        raw_info.push(TipItem::picture(&poke.image));
    }
    raw_info.push(TipItem::text(&action));
    raw_info.push(person(bot, conversation, poke.target, poke.target_name).await);
    raw_info.push(TipItem::text(&poke.suffix));
    let notice = Notice::Notify(Notify::Poke(events::Poke {
        group_id: conversation.group(),
        // In a private chat always the other person, also for an own poke: frameworks answer to `user_id`.
        user_id: conversation.peer().unwrap_or(poke.from),
        sender_id: poke.from,
        target_id: poke.target,
        action,
        suffix: poke.suffix,
        action_img_url: poke.image,
        raw_info,
    }));
    super::report(bot, time, notice, own).await
}

/// A person in the text that clients show. A poke contains only QQ numbers; the uid is looked up.
async fn person(bot: &Bot, conversation: Conversation, uin: Uin, name: String) -> TipItem {
    let uid = match bot.client().uid_of(uin, conversation.group()).await {
        Ok(uid) => uid.to_string(),
        Err(error) => {
            tracing::debug!(%uin, %error, "the uid of a person in a poke is unknown");
            uin.to_string()
        }
    };
    TipItem::person(uid, name)
}
