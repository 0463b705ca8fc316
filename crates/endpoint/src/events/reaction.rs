//! Reactions to group messages (api/events-and-segments §4.13).

use nekonap_archive::ArchiveError;
use nekonap_client::push::Reaction;
use nekonap_ids::{Conversation, Uin};
use nekonap_onebot::events::{GroupMsgEmojiLike, Like, Notice, ReactionChange, ReactionNotice};

use crate::bot::Bot;

pub(super) async fn report(
    bot: &Bot,
    reaction: Reaction<Uin>,
    time: u64,
) -> Result<(), ArchiveError> {
    let place = Conversation::Group(reaction.group);
    let message_id = bot.archive().id_at(place, reaction.sequence).await?;
    let notice = Notice::GroupMsgEmojiLike(GroupMsgEmojiLike {
        group_id: reaction.group,
        user_id: reaction.operator,
        message_id,
        likes: [Like {
            emoji_id: reaction.emoji.code(),
            count: reaction.count,
        }],
        is_add: reaction.added,
    });
    super::report(bot, time, notice, false).await?;
    if bot.config().events.reaction {
        let notice = Notice::Reaction(ReactionNotice {
            sub_type: if reaction.added {
                ReactionChange::Add
            } else {
                ReactionChange::Remove
            },
            group_id: reaction.group,
            message_id,
            operator_id: reaction.operator,
            code: reaction.emoji.code(),
            count: reaction.count,
        });
        super::report(bot, time, notice, false).await?;
    }
    Ok(())
}
