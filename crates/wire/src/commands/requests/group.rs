//! Requests and other notices of groups (protocol/04 §5.6, §6.9).

use nekonap_ids::{GroupUin, Uid};

use crate::{
    command::seconds,
    proto::requests::{
        AnswerGroupNotice, AnsweredNotice, GroupNoticeEntry, GroupNoticesReply,
        GroupNoticesRequest, NoticeGroup, NoticePerson,
    },
};

/// `type` numbers of notices. protocol/04 §5.6
pub mod notice_kind {
    /// Somebody asks to join.
    pub const APPLICATION: u32 = 1;
    /// The account is invited.
    pub const INVITATION: u32 = 2;
    /// A member became administrator.
    pub const ADMIN_SET: u32 = 3;
    /// A member was removed; for the administrators.
    pub const REMOVED: u32 = 6;
    /// The account was removed.
    pub const RECEIVER_REMOVED: u32 = 7;
    /// A person refused the account's invitation.
    pub const INVITATION_REFUSED: u32 = 10;
    /// The account's application was refused.
    pub const APPLICATION_REFUSED: u32 = 11;
    /// A person accepted the account's invitation.
    pub const INVITATION_ACCEPTED: u32 = 12;
    /// A member left.
    pub const LEFT: u32 = 13;
    /// The account is no longer administrator.
    pub const RECEIVER_ADMIN_UNSET: u32 = 15;
    /// A member is no longer administrator; for the administrators.
    pub const ADMIN_UNSET: u32 = 16;
    /// A member invites somebody, and an administrator has to decide.
    pub const INVITATION_OF_OTHER: u32 = 22;
    /// The account's application was accepted.
    pub const APPLICATION_ACCEPTED: u32 = 35;
}

/// `state` of a notice. protocol/04 §5.6
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum NoticeState {
    /// Nothing to answer.
    #[default]
    None,
    /// Waits for an answer.
    Pending,
    /// Accepted.
    Accepted,
    /// Refused.
    Refused,
    /// Ignored.
    Ignored,
    /// Settled in another way.
    Handled,
}

impl NoticeState {
    /// The number on the wire.
    pub const fn number(self) -> u32 {
        match self {
            Self::None => 0,
            Self::Pending => 1,
            Self::Accepted => 2,
            Self::Refused => 3,
            Self::Ignored => 4,
            Self::Handled => 5,
        }
    }
}

impl From<u32> for NoticeState {
    /// Unknown numbers are [`NoticeState::Handled`]: such a notice cannot be answered.
    fn from(number: u32) -> Self {
        match number {
            0 => Self::None,
            1 => Self::Pending,
            2 => Self::Accepted,
            3 => Self::Refused,
            4 => Self::Ignored,
            _ => Self::Handled,
        }
    }
}

/// The answer to a request or an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeAnswer {
    /// Accept.
    Accept,
    /// Refuse.
    Refuse,
    /// Ignore: it stays unanswered for the person who asked.
    Ignore,
}

impl NoticeAnswer {
    const fn number(self) -> u32 {
        match self {
            Self::Accept => 1,
            Self::Refuse => 2,
            Self::Ignore => 3,
        }
    }
}

/// A person in a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeUser {
    /// Uid of the person.
    pub uid: Uid,
    /// Nickname; may be empty.
    pub nickname: String,
}

/// A notice of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupNotice {
    /// Identifies the notice; about the time in microseconds since 1970.
    pub sequence: u64,
    /// One of [`notice_kind`], or another number.
    pub kind: u32,
    /// State of a request; [`NoticeState::None`] for other notices.
    pub state: NoticeState,
    /// Group of the notice.
    pub group: GroupUin,
    /// Name of the group; may be empty.
    pub group_name: String,
    /// `user1` of protocol/04 §5.6: the applicant, the invited person or the target.
    pub user: Option<NoticeUser>,
    /// `user2`: the inviter, the operator, or for an application who handled it.
    pub second: Option<NoticeUser>,
    /// `user3`: for an invitation who handled it.
    pub third: Option<NoticeUser>,
    /// Unix seconds; 0 if unknown.
    pub time: u64,
    /// What an applicant wrote; may be empty.
    pub comment: String,
}

impl GroupNoticesRequest {
    /// Requests the newest `count` notices below a sequence; 0 begins with the newest.
    pub fn page(count: u32, below: u64) -> Self {
        Self {
            count: Some(count),
            start: Some(below),
        }
    }
}

/// Fields that a server always writes: if there is no notice, the body is empty. protocol/01 §9.1
pub(super) fn complete(reply: &mut GroupNoticesReply) {
    if reply.notices.is_empty() {
        *reply = GroupNoticesReply::default();
        return;
    }
    reply.newest.get_or_insert_default();
    for notice in &mut reply.notices {
        notice.sequence.get_or_insert_default();
        notice.r#type.get_or_insert_default();
        let group = notice.group.get_or_insert_default();
        group.group.get_or_insert_default();
        group.name.get_or_insert_default();
        let user = notice.user_1.get_or_insert_default();
        user.uid.get_or_insert_default();
        user.nick.get_or_insert_default();
    }
}

impl GroupNoticesReply {
    /// The reply with these notices, newest first. `next` is the sequence to continue below, 0 at the end.
    pub fn new(notices: &[GroupNotice], next: u64) -> Self {
        let person = |user: &Option<NoticeUser>| {
            user.as_ref().map(|user| NoticePerson {
                uid: Some(user.uid.to_string()),
                nick: Some(user.nickname.clone()),
            })
        };
        let entry = |notice: &GroupNotice| GroupNoticeEntry {
            sequence: Some(notice.sequence),
            r#type: Some(notice.kind),
            state: Some(notice.state.number()),
            group: Some(NoticeGroup {
                group: Some(notice.group.get()),
                name: Some(notice.group_name.clone()),
            }),
            user_1: person(&notice.user),
            user_2: person(&notice.second),
            user_3: person(&notice.third),
            time: Some(seconds(notice.time)),
            comment: Some(notice.comment.clone()),
        };
        Self {
            notices: notices.iter().map(entry).collect(),
            next: Some(next),
            newest: notices.first().map(|notice| notice.sequence),
        }
    }

    /// The notices, newest first as the server lists them. Entries without a group are left out.
    pub fn notices(self) -> Vec<GroupNotice> {
        let person = |person: Option<NoticePerson>| {
            let person = person?;
            Some(NoticeUser {
                uid: Uid::new(&person.uid?).ok()?,
                nickname: person.nick.unwrap_or_default(),
            })
        };
        let entries = self.notices.into_iter();
        entries
            .filter_map(|entry| {
                let group = entry.group?;
                Some(GroupNotice {
                    sequence: entry.sequence.unwrap_or(0),
                    kind: entry.r#type.unwrap_or(0),
                    state: NoticeState::from(entry.state.unwrap_or(0)),
                    group: GroupUin::new(group.group?).ok()?,
                    group_name: group.name.unwrap_or_default(),
                    user: person(entry.user_1),
                    second: person(entry.user_2),
                    third: person(entry.user_3),
                    time: u64::from(entry.time.unwrap_or(0)),
                    comment: entry.comment.unwrap_or_default(),
                })
            })
            .collect()
    }
}

impl AnswerGroupNotice {
    /// Answers the notice with this sequence, kind and group. `reason` is for a refusal and may be empty.
    pub fn new(
        answer: NoticeAnswer,
        sequence: u64,
        kind: u32,
        group: GroupUin,
        reason: String,
    ) -> Self {
        Self {
            operate: Some(answer.number()),
            notice: Some(AnsweredNotice {
                sequence: Some(sequence),
                r#type: Some(kind),
                group: Some(group.get()),
                message: Some(reason),
            }),
        }
    }

    /// The answer; `None` if the number means none.
    pub fn answer(&self) -> Option<NoticeAnswer> {
        match self.operate {
            Some(1) => Some(NoticeAnswer::Accept),
            Some(2) => Some(NoticeAnswer::Refuse),
            Some(3) => Some(NoticeAnswer::Ignore),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use prost::Message as _;

    use super::*;

    fn group() -> GroupUin {
        GroupUin::new(20001).expect("a group")
    }

    fn hex(message: &impl prost::Message) -> String {
        hex::encode(message.encode_to_vec())
    }

    #[test]
    fn notices_are_asked_for_from_the_newest() {
        assert_eq!(hex(&GroupNoticesRequest::page(20, 0)), "08141000");
    }

    #[test]
    fn answer_names_sequence_kind_and_group() {
        // 1: operate, 2: {1: 300, 2: 22, 3: 20001, 4: "no"}
        let answer = |answer| {
            hex(&AnswerGroupNotice::new(
                answer,
                300,
                22,
                group(),
                "no".to_owned(),
            ))
        };
        let rest = "120d08ac02101618a19c0122026e6f";
        assert_eq!(answer(NoticeAnswer::Accept), format!("0801{rest}"));
        assert_eq!(answer(NoticeAnswer::Refuse), format!("0802{rest}"));
        assert_eq!(answer(NoticeAnswer::Ignore), format!("0803{rest}"));
    }

    #[test]
    fn listed_notice_is_read_and_one_of_no_group_is_left_out() {
        // 1: {1: 300, 2: 1, 3: 1, 4: {1: 20001, 2: "G"}, 5: {1: "u_b", 2: "B"}, 6: {}, 8: 100, 10: "hi"}, 1: {1: 1}, 3: 300
        let entry = "08ac0210011801220708a19c011201472a080a03755f621201423200406452026869";
        let length = entry.len() / 2;
        let bytes = hex::decode(format!("0a{length:02x}{entry}0a02080118ac02")).expect("hex");
        let reply = GroupNoticesReply::decode(&bytes[..]).expect("a reply");
        assert_eq!(
            reply.notices(),
            [GroupNotice {
                sequence: 300,
                kind: notice_kind::APPLICATION,
                state: NoticeState::Pending,
                group: group(),
                group_name: "G".to_owned(),
                user: Some(NoticeUser {
                    uid: Uid::new("u_b").expect("a uid"),
                    nickname: "B".to_owned(),
                }),
                second: None,
                third: None,
                time: 100,
                comment: "hi".to_owned(),
            }]
        );
    }

    #[test]
    fn answer_without_notices_has_an_empty_body() {
        let mut reply = GroupNoticesReply::new(&[], 0);
        complete(&mut reply);
        assert_eq!(hex(&reply), "");
    }

    #[test]
    fn states_are_read_as_they_are_written() {
        for number in 0..=5 {
            assert_eq!(NoticeState::from(number).number(), number);
        }
        assert_eq!(NoticeState::from(9), NoticeState::Handled);
    }
}
