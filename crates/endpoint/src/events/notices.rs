//! Everything that is no message (api/events-and-segments §4).

use nekonap_archive::{ArchiveError, Recall};
use nekonap_client::{Departure, Essence, GroupRecall, Poke, PrivateRecall, Reaction, Typing};
use nekonap_ids::{Conversation, GroupUin, Sequence, Uin};
use nekonap_onebot::{Decrease, What};

use super::tell;
use crate::bot::Bot;

/// The verb of a poke that tells none.
const POKED: &str = "戳了戳";

pub(super) async fn group_recall(bot: &Bot, recall: &GroupRecall) -> Result<(), ArchiveError> {
    let place = Conversation::Group(recall.group);
    recalled(
        bot,
        place,
        recall.sequence,
        recall.author.uin,
        recall.operator.uin,
        recall.time,
    )
    .await
}

pub(super) async fn private_recall(bot: &Bot, recall: &PrivateRecall) -> Result<(), ArchiveError> {
    let place = Conversation::Friend(recall.peer);
    let sequence = match recall.sequence.get() {
        // Old clients tell no shared sequence: the message is looked for by its author's number.
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
    let author = recall.author.uin.or(Some(recall.peer));
    recalled(bot, place, sequence, author, author, recall.time).await
}

/// Marks a message as recalled, and tells it the first time.
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
    if !recorded.news {
        return Ok(());
    }
    // A notice may leave the author out; the message itself does not.
    let author = match author {
        Some(author) => Some(author),
        None => {
            let stored = bot.archive().message(recorded.id).await?;
            stored
                .and_then(|stored| stored.record)
                .map(|record| record.sender)
        }
    };
    let what = match place {
        Conversation::Group(group_id) => What::GroupRecall {
            group_id,
            user_id: author,
            operator_id: operator.or(author),
            message_id: recorded.id,
        },
        Conversation::Friend(peer) | Conversation::Temporary { peer, .. } => What::FriendRecall {
            user_id: author.unwrap_or(peer),
            message_id: recorded.id,
        },
    };
    tell(bot, crate::bot::now(), what, false);
    Ok(())
}

pub(super) async fn reaction(bot: &Bot, reaction: Reaction) -> Result<(), ArchiveError> {
    let place = Conversation::Group(reaction.group);
    let message_id = bot.archive().name(place, reaction.sequence).await?;
    let what = What::EmojiLike {
        group_id: reaction.group,
        user_id: reaction.operator.uin,
        message_id,
        emoji_id: reaction.code,
        count: reaction.count,
        is_add: reaction.added,
    };
    tell(bot, reaction.time, what, false);
    Ok(())
}

pub(super) async fn essence(bot: &Bot, essence: &Essence) -> Result<(), ArchiveError> {
    let place = Conversation::Group(essence.group);
    let message_id = bot.archive().name(place, essence.sequence).await?;
    let what = What::Essence {
        group_id: essence.group,
        sender_id: essence.author,
        operator_id: essence.operator,
        message_id,
        added: essence.set,
    };
    tell(bot, essence.time, what, false);
    Ok(())
}

pub(super) fn poke(bot: &Bot, poke: Poke) {
    let own = poke.from == bot.self_id();
    let group_id = match poke.conversation {
        Conversation::Group(group) => Some(group),
        Conversation::Friend(_) | Conversation::Temporary { .. } => None,
    };
    let what = What::Poke {
        group_id,
        // In a private chat the other side, whoever poked: frameworks answer to it.
        user_id: poke.conversation.peer().unwrap_or(poke.from),
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
    tell(bot, poke.time, what, own);
}

pub(super) fn typing(bot: &Bot, typing: Typing) {
    let what = What::InputStatus {
        user_id: typing.friend,
        event_type: typing.event,
        status_text: match (typing.event, typing.wording.is_empty()) {
            (1, true) => "对方正在输入...".to_owned(),
            _ => typing.wording,
        },
    };
    tell(bot, crate::bot::now(), what, false);
}

pub(super) fn left(
    bot: &Bot,
    group: GroupUin,
    member: Uin,
    operator: Option<Uin>,
    how: Departure,
    time: u64,
) {
    let me = member == bot.self_id();
    let how = match how {
        Departure::Left => Decrease::Leave,
        Departure::Dissolved => Decrease::Disband,
        Departure::ReceiverRemoved => Decrease::KickMe,
        Departure::Removed if me => Decrease::KickMe,
        Departure::Removed => Decrease::Kick,
    };
    let what = What::GroupDecrease {
        group_id: group,
        user_id: member,
        // Koishi tells leaving from being removed by their being equal.
        operator_id: if how == Decrease::Leave {
            Some(member)
        } else {
            operator
        },
        how,
    };
    tell(bot, time, what, false);
}
