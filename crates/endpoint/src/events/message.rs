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

use crate::{bot::Bot, incoming};

/// A message that was pushed, or fetched because its push was missed.
pub(super) async fn pushed(bot: &Bot, said: Said) -> Result<(), ArchiveError> {
    let recorded = record(bot, &said, Arrival::Pushed).await?;
    if recorded.report {
        if let Conversation::Temporary { peer, .. } = said.conversation {
            refresh_stale_friends(bot, peer).await;
        }
        if !said.own {
            bot.vitals().messages_received.one();
        }
        report(bot, &said, recorded.id).await;
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
    let arrival = match said.conversation {
        Conversation::Group(_) => Arrival::SentBeforeEcho,
        Conversation::Friend(_) | Conversation::Temporary { .. } => Arrival::Sent,
    };
    let recorded = record(bot, &said, arrival).await?;
    if recorded.report {
        // The answer does not wait for earlier messages.
        let owner = bot.clone();
        bot.spawn(async move {
            // After the timeout, an unanswered earlier message is reported after this one.
            let _ = tokio::time::timeout(REPORT_TIMEOUT, ticket.reached()).await;
            report(&owner, &said, recorded.id).await;
        });
    }
    Ok(recorded.id)
}

async fn record(bot: &Bot, said: &Said, arrival: Arrival) -> Result<Recorded, ArchiveError> {
    let entry = Entry {
        record: incoming::record(said),
        arrival,
    };
    bot.archive().record_one(entry).await
}

async fn report(bot: &Bot, said: &Said, id: MessageId) {
    bot.vitals().last_message_time.raise(said.time);
    for element in &said.elements {
        bot.media().remember(element);
    }
    // Skips lookups and rendering when nobody is subscribed.
    if bot.log().readers() == 0 {
        return;
    }
    // A message without any segment is not an event.
    let mut chat = incoming::chat(bot, said, Some(id)).await;
    if chat.message.is_empty() {
        return;
    }
    if bot.config().parse_mult_msg {
        crate::forwarding::read::expand(bot, &mut chat.message).await;
    }
    let raw = bot.log().is_raw_wanted().then(|| raw(said));
    let what = What::Message(Box::new(chat));
    super::append(bot, said.time, what, said.own, raw);
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
