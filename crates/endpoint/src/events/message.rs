//! Messages, including the account's own.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use nekonap_archive::{ArchiveError, Arrival, Entry, Recorded};
use nekonap_client::{
    Message as Said, Ticket,
    message::{encode_list, raw_list},
};
use nekonap_ids::{Conversation, MessageId, Uin};
use nekonap_onebot::What;
use serde_json::json;

use crate::{
    bot::Bot,
    incoming,
    log::{NewEvent, Publication},
};

/// A message that was pushed, or fetched because its push was missed.
pub(super) async fn pushed(bot: &Bot, said: Said) -> Result<(), ArchiveError> {
    if let Conversation::Temporary { peer, .. } = said.conversation {
        refresh_stale_friends(bot, peer).await;
    }
    let recorded = report(bot, &said, Arrival::Pushed).await?;
    if let (true, Conversation::Group(group)) = (said.own, said.conversation) {
        bot.echoes().arrived(group, said.random, recorded.id);
    }
    if recorded.report && !said.own {
        bot.vitals().messages_received.one();
    }
    Ok(())
}

/// A person who writes through a group is not a friend. The server does not announce that a friendship ended: a friend
/// list that still has the person is fetched again, so that answers go through the group too.
async fn refresh_stale_friends(bot: &Bot, peer: Uin) {
    let client = bot.client();
    let listed = match client.friends(false).await {
        Ok(friends) => friends.friend(peer).is_some(),
        Err(_) => false,
    };
    if listed && let Err(error) = client.friends(true).await {
        tracing::debug!(%error, "the friend list may be out of date");
    }
}

/// How long the event of a sent message waits for messages that were sent before it and are not yet answered.
const REPORT_TIMEOUT: Duration = Duration::from_secs(2);

/// A message that was sent from here, without a place if no answer came. It is reported once it is known to have
/// arrived: in a group when its echo arrives; in a private chat, which has no echo, when `ticket` is reached.
pub(crate) async fn sent(bot: &Bot, said: Said, ticket: Ticket) -> Result<MessageId, ArchiveError> {
    let echoed = matches!(said.conversation, Conversation::Group(_));
    // Reported later, in a second step. After a kill in between, it is fetched from history and reported then.
    let later = !echoed && said.sequence.get() != 0 && super::is_wanted(bot);
    let arrival = if echoed || later {
        Arrival::SentBeforeEcho
    } else {
        Arrival::Sent
    };
    let recorded = bot.archive().record_one(entry(&said, arrival)).await?;
    if recorded.report {
        note(bot, &said);
    }
    if later {
        // The answer does not wait for earlier messages.
        let owner = bot.clone();
        bot.spawn(async move {
            // After the timeout, an unanswered earlier message is reported after this one.
            let _ = tokio::time::timeout(REPORT_TIMEOUT, ticket.reached()).await;
            if let Err(error) = report(&owner, &said, Arrival::Sent).await {
                owner.vitals().events_dropped.one();
                tracing::warn!(%error, "a sent message is not reported");
            }
        });
    }
    Ok(recorded.id)
}

fn entry(said: &Said, arrival: Arrival) -> Entry {
    Entry {
        record: incoming::record(said),
        arrival,
    }
}

/// Notes a message that was reported.
fn note(bot: &Bot, said: &Said) {
    bot.vitals().last_message_time.raise(said.time);
    for element in &said.elements {
        bot.media().remember(element);
    }
}

/// Records a message and reports it if it was not reported before.
async fn report(bot: &Bot, said: &Said, arrival: Arrival) -> Result<Recorded, ArchiveError> {
    let entry = entry(said, arrival);
    let recorded = match event(bot, said).await {
        None => bot.archive().record_one(entry).await?,
        Some(new) => {
            let event = Publication::new(bot.log().clone(), new);
            let recorded = bot.archive().record_and_publish(entry, event).await?;
            bot.vitals().events.add(recorded.report.into());
            recorded
        }
    };
    if recorded.report {
        note(bot, said);
        // Messages from before the start are reported only as messages.
        if super::is_wanted(bot) && !is_backlog(bot, said) {
            super::files::report(bot, said).await?;
        }
    }
    Ok(recorded)
}

/// The event of a message, without its id, which is known when it is recorded. `None` if it makes no event.
async fn event(bot: &Bot, said: &Said) -> Option<NewEvent> {
    // Skips lookups and rendering when nobody is subscribed.
    if !super::is_wanted(bot) {
        return None;
    }
    let backlog = is_backlog(bot, said);
    if backlog && !is_within_window(bot, said.time) {
        return None;
    }
    // A message without any segment is not an event.
    let mut chat = incoming::chat(bot, said, None).await;
    if chat.message.is_empty() {
        return None;
    }
    if bot.config().parse_mult_msg {
        crate::forwarding::read::expand(bot, &mut chat.message).await;
    }
    let raw_wanted = bot.log().is_raw_wanted() || bot.archive().keeps_raw();
    Some(NewEvent {
        event: super::event(bot, said.time, What::Message(Box::new(chat))),
        own: said.own,
        backlog,
        raw: raw_wanted.then(|| raw(said)),
    })
}

/// Whether a message was fetched that is from before the start.
fn is_backlog(bot: &Bot, said: &Said) -> bool {
    said.missed && said.time < bot.started()
}

/// Whether a message from before the start is within the window of a connection with `replay`.
fn is_within_window(bot: &Bot, time: u64) -> bool {
    let window = bot.archive().longest_window();
    window.is_some_and(|window| time + window.as_secs() >= crate::bot::now())
}

/// The message as the client received it, for debugging (api/transports §7.3). Its format may change.
fn raw(said: &Said) -> String {
    let elements: Vec<String> = raw_list(&encode_list(&said.elements))
        .iter()
        .map(|element| STANDARD.encode(element))
        .collect();
    json!({
        "conversation": said.conversation,
        "sequence": said.sequence,
        "client_sequence": said.client_sequence,
        "random": said.random,
        "time": said.time,
        "sender": {"uin": said.sender.uin, "uid": said.sender.uid},
        "missed": said.missed,
        "elements": elements,
    })
    .to_string()
}
