//! Recalled messages (api/events-and-segments §4.7).

use nekonap_archive::{ArchiveError, Recall};
use nekonap_client::push::{GroupRecall, PrivateRecall};
use nekonap_ids::{Conversation, Sequence, Uin};
use nekonap_onebot::events::{FriendRecall, Notice};

use crate::bot::Bot;

pub(super) async fn group(bot: &Bot, recall: GroupRecall<Uin>) -> Result<(), ArchiveError> {
    let place = Conversation::Group(recall.group);
    for message in recall.messages {
        let (author, operator) = (message.author, recall.operator);
        recalled(bot, place, message.sequence, author, operator, message.time).await?;
    }
    Ok(())
}

pub(super) async fn private(bot: &Bot, recall: PrivateRecall<Uin>) -> Result<(), ArchiveError> {
    let place = Conversation::Friend(recall.peer);
    let sequence = match recall.sequence.get() {
        // Old clients send no shared sequence: the message is found by its author's sequence.
        0 => {
            let number = recall.client_sequence;
            let found = bot.archive().by_client_sequence(place, number).await?;
            found.and_then(|stored| stored.sequence)
        }
        _ => Some(recall.sequence),
    };
    let Some(sequence) = sequence else {
        bot.vitals().events_dropped.one();
        return Ok(());
    };
    let author = Some(if recall.own {
        bot.self_id()
    } else {
        recall.peer
    });
    recalled(bot, place, sequence, author, author, recall.time).await
}

/// Marks a message as recalled, and reports it if it was not marked before.
pub(crate) async fn recalled(
    bot: &Bot,
    place: Conversation,
    sequence: Sequence,
    author: Option<Uin>,
    operator: Option<Uin>,
    time: u64,
) -> Result<(), ArchiveError> {
    let mark = Recall { time, by: operator };
    let recorded = bot.archive().recall(place, sequence, mark).await?;
    if !recorded.report {
        return Ok(());
    }
    // The notice may lack the author; the stored message has one.
    let author = match author {
        Some(author) => Some(author),
        None => {
            let stored = bot.archive().message(recorded.id).await?;
            stored
                .and_then(|stored| stored.record)
                .map(|record| record.sender)
        }
    };
    let notice = match place {
        Conversation::Group(group_id) => Notice::GroupRecall(nekonap_onebot::events::GroupRecall {
            group_id,
            user_id: author,
            operator_id: operator.or(author),
            message_id: recorded.id,
        }),
        Conversation::Friend(peer) | Conversation::Temporary { peer, .. } => {
            Notice::FriendRecall(FriendRecall {
                user_id: author.unwrap_or(peer),
                message_id: recorded.id,
            })
        }
    };
    super::report(bot, crate::bot::now(), notice, false).await
}
