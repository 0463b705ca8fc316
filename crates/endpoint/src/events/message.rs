//! Messages: somebody's, and the account's own.

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

/// A message that was pushed, or fetched because it was missed.
pub(super) async fn pushed(bot: &Bot, said: Said) -> Result<(), ArchiveError> {
    let recorded = write_down(bot, &said, Arrival::Pushed).await?;
    if recorded.report {
        if let Conversation::Temporary { peer, .. } = said.conversation {
            is_no_friend(bot, peer).await;
        }
        if !said.own {
            bot.vitals().messages_received.one();
        }
        tell(bot, &said, recorded.id).await;
    }
    Ok(())
}

/// Who writes through a group is no friend. Somebody who ended a friendship is told to nobody: our list shows it when it
/// is asked for anew, and then answers go through the group too.
async fn is_no_friend(bot: &Bot, peer: Uin) {
    let client = bot.client();
    let listed = match client.friends(false).await {
        Ok(friends) => friends.friend(peer).is_some(),
        Err(_) => false,
    };
    if listed && let Err(error) = client.friends(true).await {
        tracing::debug!(%error, "the list of friends may be out of date");
    }
}

/// How long the report of a message that was sent waits for those that were sent before it and have no answer yet.
const REPORT_TIMEOUT: Duration = Duration::from_secs(2);

/// A message that was sent from here: with its place, or without when no answer came. It is told like any other of the
/// account's own once it is known to have arrived: in a group by its echo, which comes in its turn; in a private chat,
/// where none comes, in the `line` of what was sent there.
pub(crate) async fn sent(bot: &Bot, said: Said, line: Ticket) -> Result<MessageId, ArchiveError> {
    let arrival = match said.conversation {
        Conversation::Group(_) => Arrival::SentBeforeEcho,
        Conversation::Friend(_) | Conversation::Temporary { .. } => Arrival::Sent,
    };
    let recorded = write_down(bot, &said, arrival).await?;
    if recorded.report {
        // The answer need not wait for its turn.
        let owner = bot.clone();
        bot.spawn(async move {
            // Whoever is before us and hears nothing from the server for so long is told later.
            let _ = tokio::time::timeout(REPORT_TIMEOUT, line.reached()).await;
            tell(&owner, &said, recorded.id).await;
        });
    }
    Ok(recorded.id)
}

async fn write_down(bot: &Bot, said: &Said, arrival: Arrival) -> Result<Recorded, ArchiveError> {
    let entry = Entry {
        record: incoming::record(said),
        arrival,
    };
    bot.archive().record_one(entry).await
}

async fn tell(bot: &Bot, said: &Said, id: MessageId) {
    bot.vitals().last_message_time.raise(said.time);
    for element in &said.elements {
        bot.media().remember(element);
    }
    // What nobody listens to is not looked up and written for nobody.
    if bot.log().readers() == 0 {
        return;
    }
    // A message that says nothing which a segment could say is no event.
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

/// The message as the client has it, for those who debug (api/transports §7.3): free in form.
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
