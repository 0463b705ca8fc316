//! From what happens to the account to what frameworks hear: recorded first, told after the commit.

mod essence;
mod member_joined;
mod member_left;
mod message;
mod poke;
mod reaction;
mod recall;
#[cfg(test)]
mod tests;
mod typing;

use std::{panic::AssertUnwindSafe, sync::Arc};

use futures_util::FutureExt as _;
use nekonap_client::{
    Event as Happened, Events, Tickets,
    push::{MemberJoined, Notice, Origin, SelfJoined},
};
use nekonap_ids::{Conversation, Uin};
use nekonap_onebot::{
    What,
    events::{self, BotOffline},
};
use tokio::sync::{Semaphore, mpsc};

use crate::{bot::Bot, log::Happening};

pub(crate) use message::sent;
pub(crate) use recall::recalled;

/// How many events may be looked up and written down at once. Those of one conversation are one after another; beyond
/// this number the client's queue fills, which drops nothing but falls back on history.
const AT_ONCE: usize = 64;

/// Reads the client's events until they end or the bot shuts down. Those of a conversation keep their order; a slow
/// look-up holds back its own conversation only.
pub(crate) async fn run(bot: Bot, mut events: Events, log_in: mpsc::Sender<Happened>) {
    let lines = Tickets::default();
    let room = Arc::new(Semaphore::new(AT_ONCE));
    loop {
        let happened = tokio::select! {
            () = bot.closing().cancelled() => return,
            happened = events.next() => match happened {
                Some(happened) => happened,
                None => return,
            },
        };
        let Some(conversation) = conversation(&happened) else {
            handle(&bot, happened, &log_in).await;
            continue;
        };
        // Drawn before anything is waited for: the order of the line is that of the events.
        let ticket = lines.draw(conversation);
        let Ok(place) = Arc::clone(&room).acquire_owned().await else {
            return;
        };
        let (owner, log_in) = (bot.clone(), log_in.clone());
        bot.spawn(async move {
            ticket.reached().await;
            handle(&owner, happened, &log_in).await;
            drop((ticket, place));
        });
    }
}

/// Whose turn an event takes; none for what concerns no conversation, and is done at once.
fn conversation(happened: &Happened) -> Option<Conversation> {
    match happened {
        Happened::Message(said) => Some(said.conversation),
        Happened::Notice { notice, .. } => notice.origin().map(Origin::conversation),
        _ => None,
    }
}

/// One event to its end, whatever happens on the way.
async fn handle(bot: &Bot, happened: Happened, log_in: &mpsc::Sender<Happened>) {
    let outcome = AssertUnwindSafe(Box::pin(one(bot, happened, log_in)))
        .catch_unwind()
        .await;
    match outcome {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            bot.vitals().events_dropped.one();
            tracing::warn!(%error, "an event is lost");
        }
        Err(_) => {
            bot.vitals().events_dropped.one();
            tracing::error!("an event is lost: handling it panicked");
        }
    }
}

async fn one(
    bot: &Bot,
    happened: Happened,
    log_in: &mpsc::Sender<Happened>,
) -> Result<(), nekonap_archive::ArchiveError> {
    match happened {
        Happened::Message(said) => message::pushed(bot, *said).await?,
        Happened::Notice { notice, time } => noticed(bot, notice, time).await?,
        Happened::Kicked { title, text } => {
            let notice = events::Notice::BotOffline(BotOffline {
                user_id: bot.self_id(),
                tag: title.clone(),
                message: text.clone(),
            });
            report(bot, crate::bot::now(), notice, false);
            pass_on(log_in, Happened::Kicked { title, text });
        }
        Happened::Online(me) => {
            // A saved session's nickname may be old: the profile brings the present one.
            let owner = bot.clone();
            let account = me.uin;
            bot.spawn(async move {
                if let Err(error) = owner.client().user(account, true).await {
                    tracing::debug!(%error, "the account's own profile is not available");
                }
            });
            pass_on(log_in, Happened::Online(me));
        }
        Happened::Offline { reason } => {
            bot.vitals().disconnects.one();
            pass_on(log_in, Happened::Offline { reason });
        }
        Happened::Lost(count) => bot.vitals().events_dropped.add(count),
        Happened::Unknown {
            kind,
            sub_kind,
            payload,
        } => {
            tracing::debug!(
                kind,
                sub_kind,
                bytes = payload.len(),
                "a notice of an unknown kind"
            );
        }
        Happened::FriendsChanged | Happened::GroupsChanged | Happened::MembersChanged(_) => {}
        session => pass_on(log_in, session),
    }
    Ok(())
}

/// Reports a notice; each kind has a file here, and a line in this match.
async fn noticed(
    bot: &Bot,
    notice: Notice<Uin>,
    time: u64,
) -> Result<(), nekonap_archive::ArchiveError> {
    match notice {
        Notice::GroupRecall(recall) => recall::group(bot, recall).await?,
        Notice::PrivateRecall(recall) => recall::private(bot, recall).await?,
        Notice::Reaction(reaction) => reaction::report(bot, reaction, time).await?,
        Notice::Essence(essence) => essence::report(bot, essence, time).await?,
        Notice::Poke(poke) => poke::report(bot, poke, time).await,
        Notice::Typing(typing) => typing::report(bot, typing),
        Notice::MemberJoined(joined) => member_joined::report(bot, joined, time),
        Notice::SelfJoined(SelfJoined { group, operator }) => {
            let joined = MemberJoined {
                group,
                member: bot.self_id(),
                invited: false,
                operator,
            };
            member_joined::report(bot, joined, time);
        }
        Notice::MemberLeft(left) => member_left::report(bot, left, time),
        // OneBot has no event for them.
        Notice::GroupRead(_) | Notice::PrivateRead(_) | Notice::SelfLeft(_) => {}
    }
    Ok(())
}

/// What concerns the log-in goes to whoever shows it to a person; who does not look misses it.
fn pass_on(log_in: &mpsc::Sender<Happened>, happened: Happened) {
    if let Err(error) = log_in.try_send(happened) {
        tracing::debug!(%error, "nobody looks at the session");
    }
}

/// Puts a notice into the log.
fn report(bot: &Bot, time: u64, notice: events::Notice, own: bool) {
    append(bot, time, What::Notice(notice), own, None);
}

/// Puts an event into the log. `raw`: what those get with it who debug.
fn append(bot: &Bot, time: u64, what: What, own: bool, raw: Option<String>) {
    let event = nekonap_onebot::Event {
        time,
        self_id: bot.self_id(),
        what,
    };
    bot.log().append([Happening { event, own, raw }]);
    bot.vitals().events.one();
}
