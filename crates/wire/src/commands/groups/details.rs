//! One group's facts. protocol/04 §5.2

use crate::proto::groups::DetailsReply;

pub(super) fn details(reply: &mut DetailsReply) {
    if let Some(answer) = &mut reply.answer {
        answer.group.get_or_insert_default();
        answer.facts.get_or_insert_default();
    }
}
