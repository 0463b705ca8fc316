//! Pokes (api/events-and-segments §4.8).

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use nekonap_archive::ArchiveError;
use nekonap_client::push::{Poke, PokeWithdrawn};
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
    let event = events::Poke {
        group_id: conversation.group(),
        // In a private chat always the other person, also for an own poke: frameworks answer to `user_id`.
        user_id: conversation.peer().unwrap_or(poke.from),
        sender_id: poke.from,
        target_id: poke.target,
        action,
        suffix: poke.suffix,
        action_img_url: poke.image,
        raw_info,
    };
    if bot.config().events.poke_recall {
        bot.pokes().add(poke.tip_id, event.clone());
    }
    let notice = Notice::Notify(Notify::Poke(event));
    super::report(bot, time, notice, own).await
}

/// A withdrawn poke is reported with the fields of the poke. It is not if the poke was not seen.
pub(super) async fn withdrawn(
    bot: &Bot,
    withdrawn: &PokeWithdrawn<Uin>,
    time: u64,
) -> Result<(), ArchiveError> {
    if !bot.config().events.poke_recall {
        return Ok(());
    }
    let Some(event) = bot.pokes().take(withdrawn.tip_id) else {
        tracing::info!("a poke was taken back that is not known");
        return Ok(());
    };
    let own = withdrawn.operator == bot.self_id();
    let notice = Notice::Notify(Notify::PokeRecall(event));
    super::report(bot, time, notice, own).await
}

/// Maximum number of pokes that are remembered.
const MAX_POKES: usize = 1_000;

/// The newest pokes by the ids of their tips, for reports that they were taken back.
#[derive(Default)]
pub(crate) struct Pokes(Mutex<VecDeque<(u64, events::Poke)>>);

impl Pokes {
    fn add(&self, tip_id: u64, poke: events::Poke) {
        let mut pokes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if pokes.len() >= MAX_POKES {
            pokes.pop_front();
        }
        pokes.push_back((tip_id, poke));
    }

    fn take(&self, tip_id: u64) -> Option<events::Poke> {
        let mut pokes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = pokes.iter().rposition(|(id, _)| *id == tip_id)?;
        pokes.remove(at).map(|(_, poke)| poke)
    }
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
