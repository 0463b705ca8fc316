//! From what happens to the account to what frameworks hear: recorded first, told after the commit.

mod message;
mod notices;

use nekonap_client::{Event as Happened, Events};
use nekonap_onebot::What;
use tokio::sync::mpsc;

use crate::{bot::Bot, log::Happening};

pub(crate) use message::sent;
pub(crate) use notices::recalled;

/// Reads the client's events until they end or the bot shuts down.
pub(crate) async fn run(bot: Bot, mut events: Events, log_in: mpsc::Sender<Happened>) {
    loop {
        let happened = tokio::select! {
            () = bot.closing().cancelled() => return,
            happened = events.next() => match happened {
                Some(happened) => happened,
                None => return,
            },
        };
        if let Err(error) = one(&bot, happened, &log_in).await {
            bot.vitals().events_dropped.one();
            tracing::warn!(%error, "an event is lost");
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
        Happened::GroupRecall(recall) => notices::group_recall(bot, &recall).await?,
        Happened::PrivateRecall(recall) => notices::private_recall(bot, &recall).await?,
        Happened::Reaction(reaction) => notices::reaction(bot, reaction).await?,
        Happened::Essence(essence) => notices::essence(bot, &essence).await?,
        Happened::Poke(poke) => notices::poke(bot, poke),
        Happened::Typing(typing) => notices::typing(bot, typing),
        Happened::Joined {
            group,
            member,
            operator,
            invited,
            time,
        } => {
            let what = What::GroupIncrease {
                group_id: group,
                user_id: member,
                // When nobody had to agree, it is who joined.
                operator_id: operator.or(Some(member)),
                invited,
            };
            tell(bot, time, what, false);
        }
        Happened::Left {
            group,
            member,
            operator,
            how,
            time,
        } => notices::left(bot, group, member, operator, how, time),
        Happened::Kicked { title, text } => {
            let what = What::BotOffline {
                tag: title.clone(),
                message: text.clone(),
            };
            tell(bot, crate::bot::now(), what, false);
            pass_on(log_in, Happened::Kicked { title, text });
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
        Happened::ReadElsewhere { .. }
        | Happened::FriendsChanged
        | Happened::GroupsChanged
        | Happened::MembersChanged(_) => {}
        session => pass_on(log_in, session),
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
fn tell(bot: &Bot, time: u64, what: What, own: bool) {
    let event = nekonap_onebot::Event {
        time,
        self_id: bot.self_id(),
        what,
    };
    bot.log().append([Happening {
        event,
        own,
        raw: None,
    }]);
    bot.vitals().events.one();
}
