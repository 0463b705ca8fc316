//! Turns events of the client into OneBot events: each is recorded in the archive, then appended to the event log.

mod admin_changed;
mod card_changed;
mod client_status;
mod essence;
mod files;
mod friend_added;
mod friend_requested;
mod gray_tip;
mod group_renamed;
mod group_requested;
mod honor;
mod lucky_king;
mod member_joined;
mod member_left;
mod message;
mod muted;
mod poke;
mod profile_liked;
mod reaction;
mod recall;
#[cfg(test)]
mod tests;
mod title_given;
mod typing;

use std::{panic::AssertUnwindSafe, sync::Arc};

use futures_util::FutureExt as _;
use nekonap_archive::ArchiveError;
use nekonap_client::{
    Event as Happened, Events, Tickets,
    push::{Departure, MemberJoined, MemberLeft, Notice, Origin, SelfJoined, SelfLeft},
};
use nekonap_ids::{Conversation, Uin};
use nekonap_onebot::{
    What,
    events::{self, BotOffline, BotOnline, OnlineReason},
};
use tokio::sync::{Semaphore, mpsc};

use crate::{
    bot::Bot,
    log::{NewEvent, Publication},
};

pub(crate) use card_changed::report as card_changed;
pub(crate) use client_status::onebot as device;
pub(crate) use message::sent;
pub(crate) use poke::Pokes;
pub(crate) use recall::recalled;

/// Maximum number of events that are processed concurrently. Events of one conversation are processed one after another.
/// If the limit is reached, events wait in the client's queue. If that is full, the client fetches further messages from
/// history later, and counts further notices as lost.
const CONCURRENCY: usize = 64;

/// Processes the client's events until they end or the bot shuts down. Events of a conversation keep their order; a
/// slow lookup delays only its own conversation.
pub(crate) async fn run(bot: Bot, mut events: Events, login_events: mpsc::Sender<Happened>) {
    let tickets = Tickets::default();
    let permits = Arc::new(Semaphore::new(CONCURRENCY));
    loop {
        let happened = tokio::select! {
            () = bot.closing().cancelled() => return,
            happened = events.next() => match happened {
                Some(happened) => happened,
                None => return,
            },
        };
        let Some(conversation) = conversation(&happened) else {
            handle(&bot, happened, &login_events).await;
            continue;
        };
        // Drawn before the first await, so that tickets have the order of the events.
        let ticket = tickets.draw(conversation);
        let Ok(permit) = Arc::clone(&permits).acquire_owned().await else {
            return;
        };
        let (owner, login_events) = (bot.clone(), login_events.clone());
        bot.spawn(async move {
            ticket.reached().await;
            handle(&owner, happened, &login_events).await;
            drop((ticket, permit));
        });
    }
}

/// The conversation of an event. Events of a conversation are processed in order; an event without a conversation
/// (`None`) is processed immediately.
fn conversation(happened: &Happened) -> Option<Conversation> {
    match happened {
        Happened::Message(said) => Some(said.conversation),
        Happened::Notice { notice, .. } => notice.origin().map(Origin::conversation),
        Happened::GroupRequest(request) => Some(Conversation::Group(request.key.group)),
        _ => None,
    }
}

/// Processes one event; an error or a panic is logged and counted.
async fn handle(bot: &Bot, happened: Happened, login_events: &mpsc::Sender<Happened>) {
    let outcome = AssertUnwindSafe(Box::pin(process(bot, happened, login_events)))
        .catch_unwind()
        .await;
    match outcome {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            bot.vitals().events_dropped.one();
            tracing::warn!(%error, "an event could not be recorded and is lost");
        }
        Err(_) => {
            bot.vitals().events_dropped.one();
            tracing::error!("an event is lost: processing it panicked");
        }
    }
}

async fn process(
    bot: &Bot,
    happened: Happened,
    login_events: &mpsc::Sender<Happened>,
) -> Result<(), ArchiveError> {
    match happened {
        Happened::Message(said) => message::pushed(bot, *said).await?,
        Happened::Notice { notice, time } => noticed(bot, notice, time).await?,
        Happened::DeviceChanged { device, online } => {
            client_status::report(bot, device, online).await?;
        }
        Happened::GroupRequest(request) => group_requested::report(bot, *request).await?,
        Happened::LoggedOut { title, text } => {
            let notice = events::Notice::BotOffline(BotOffline {
                user_id: bot.self_id(),
                tag: title.clone(),
                message: text.clone(),
            });
            pass_on(login_events, Happened::LoggedOut { title, text });
            if bot.set_logged_in(false) {
                report(bot, crate::bot::now(), notice, false).await?;
            }
        }
        Happened::Online(me) => {
            // The nickname of a saved session may be outdated.
            let owner = bot.clone();
            let account = me.uin;
            bot.spawn(async move {
                if let Err(error) = owner.client().user(account, true).await {
                    tracing::debug!(%error, "the account's own profile is not available");
                }
            });
            pass_on(login_events, Happened::Online(me));
            let reason = if bot.set_logged_in(true) {
                OnlineReason::Reconnect
            } else {
                OnlineReason::Login
            };
            if bot.config().events.bot_online {
                let notice = events::Notice::BotOnline(BotOnline { reason });
                report(bot, crate::bot::now(), notice, false).await?;
            }
        }
        Happened::Offline { reason } => {
            bot.vitals().disconnects.one();
            pass_on(login_events, Happened::Offline { reason });
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
                "a notice of an unknown kind is ignored"
            );
        }
        Happened::FriendsChanged | Happened::GroupsChanged | Happened::MembersChanged(_) => {}
        login_event => pass_on(login_events, login_event),
    }
    Ok(())
}

/// Reports a notice. Each kind has a file in this directory and an arm in this match.
async fn noticed(bot: &Bot, notice: Notice<Uin>, time: u64) -> Result<(), ArchiveError> {
    match notice {
        Notice::GroupRecall(recall) => recall::group(bot, recall).await?,
        Notice::PrivateRecall(recall) => recall::private(bot, recall).await?,
        Notice::Reaction(reaction) => reaction::report(bot, reaction, time).await?,
        Notice::Essence(essence) => essence::report(bot, essence, time).await?,
        Notice::Poke(poke) => poke::report(bot, poke, time).await?,
        Notice::Typing(typing) => typing::report(bot, typing).await?,
        Notice::MemberJoined(joined) => member_joined::report(bot, joined, time).await?,
        Notice::SelfJoined(SelfJoined { group, operator }) => {
            let joined = MemberJoined {
                group,
                member: bot.self_id(),
                invited: false,
                operator,
            };
            member_joined::report(bot, joined, time).await?;
        }
        Notice::MemberLeft(left) => member_left::report(bot, left, time).await?,
        // The account left by itself: if it was removed, this notice is not reported (protocol/05 §5.3).
        Notice::SelfLeft(SelfLeft { group }) => {
            let left = MemberLeft {
                group,
                member: bot.self_id(),
                how: Departure::Left,
                operator: None,
            };
            member_left::report(bot, left, time).await?;
        }
        Notice::Muted(muted) => muted::report(bot, muted, time).await?,
        Notice::AdminChanged(changed) => admin_changed::report(bot, changed, time).await?,
        Notice::CardChanged(changed) => card_changed::report(bot, changed, time).await?,
        Notice::TitleGiven(given) => title_given::report(bot, given, time).await?,
        Notice::LuckyKing(king) => lucky_king::report(bot, king, time).await?,
        Notice::PokeWithdrawn(withdrawn) => poke::withdrawn(bot, &withdrawn, time).await?,
        Notice::UnknownTip(tip) => gray_tip::report(bot, tip, time).await?,
        Notice::Honor(honor) => honor::report(bot, honor, time).await?,
        Notice::GroupRenamed(renamed) => group_renamed::report(bot, renamed, time).await?,
        Notice::ProfileLiked(liked) => profile_liked::report(bot, liked).await?,
        Notice::FriendRequested(asked) => friend_requested::report(bot, asked, time).await?,
        Notice::FriendAdded(added) => friend_added::report(bot, added, time).await?,
        // OneBot has no events for these notices, and the client reports the first one with what answers it.
        Notice::GroupRequested(_)
        | Notice::GroupRead(_)
        | Notice::VoiceText(_)
        | Notice::PrivateRead(_)
        | Notice::FriendsChanged(_)
        | Notice::SelfRenamed(_)
        | Notice::GroupRemarked(_)
        | Notice::GroupTransferred(_)
        | Notice::Activity(_) => {}
    }
    Ok(())
}

/// Passes a login event to the receiver that shows it to a person. It is dropped if the receiver's queue is full.
fn pass_on(login_events: &mpsc::Sender<Happened>, happened: Happened) {
    if let Err(error) = login_events.try_send(happened) {
        tracing::debug!(%error, "a login event is dropped");
    }
}

/// Appends a notice or a request to the log.
///
/// # Errors
/// The archive is closed.
async fn report(
    bot: &Bot,
    time: u64,
    what: impl Into<What>,
    own: bool,
) -> Result<(), ArchiveError> {
    let new = NewEvent {
        event: event(bot, time, what.into()),
        own,
        backlog: false,
        raw: None,
    };
    bot.archive()
        .publish(Publication::new(bot.log().clone(), new))
        .await?;
    bot.vitals().events.one();
    Ok(())
}

fn event(bot: &Bot, time: u64, what: What) -> nekonap_onebot::Event {
    nekonap_onebot::Event {
        time,
        self_id: bot.self_id(),
        what,
    }
}

/// Whether new events have a reader, now or later.
fn is_wanted(bot: &Bot) -> bool {
    bot.log().readers() > 0 || bot.archive().keeps_events()
}
