//! Applications to join groups, and invitations. protocol/04 §5.6, §6.9, protocol/05 §8.2

use std::time::Duration;

use nekonap_ids::{GroupUin, Uid, Uin};
use nekonap_wire::{
    commands::requests::{
        AnswerFilteredNotice, AnswerNotice, GetFilteredGroupNotices, GetGroupNotices, GroupNotice,
        NoticeAnswer, NoticeState, NoticeUser, notice_kind,
    },
    message::Element,
    proto::requests::{AnswerGroupNotice, GroupNoticesRequest},
    push::{self, GroupRequested},
};
use serde_json::Value;

use crate::{client::Client, error::CallError, events::Message};

/// Page size of the list of notices.
const PAGE: u32 = 50;
/// Maximum number of pages that are read.
const MAX_PAGES: usize = 10;
/// Number of requests in which a pushed one is searched.
const SEARCHED: usize = 30;
/// Waiting times before each search for a pushed request: the list may lag behind the push. protocol/05 §8.2
const SEARCHES: [Duration; 4] = [
    Duration::ZERO,
    Duration::from_millis(300),
    Duration::from_secs(1),
    Duration::from_secs(3),
];

/// Kind of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GroupRequestKind {
    /// Somebody asks to join.
    Application,
    /// The account is invited.
    Invitation,
    /// A member invites somebody, and an administrator has to decide.
    InvitationOfOther,
}

impl GroupRequestKind {
    /// The number on the wire. protocol/04 §5.6
    pub const fn number(self) -> u32 {
        match self {
            Self::Application => notice_kind::APPLICATION,
            Self::Invitation => notice_kind::INVITATION,
            Self::InvitationOfOther => notice_kind::INVITATION_OF_OTHER,
        }
    }

    /// The kind with this number; `None` if it is another notice.
    pub fn from_number(number: u32) -> Option<Self> {
        [Self::Application, Self::Invitation, Self::InvitationOfOther]
            .into_iter()
            .find(|kind| kind.number() == number)
    }
}

/// What answers a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GroupRequestKey {
    /// Group that somebody would join.
    pub group: GroupUin,
    /// Sequence of the notice.
    pub sequence: u64,
    /// Kind of the request.
    pub kind: GroupRequestKind,
    /// Whether the server filtered it out, so that it is in a list of its own.
    pub filtered: bool,
}

/// A person in a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestUser {
    /// Account number; `None` if it cannot be found.
    pub uin: Option<Uin>,
    /// Nickname; may be empty.
    pub nickname: String,
}

/// An application to join a group, or an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRequest {
    /// What answers it.
    pub key: GroupRequestKey,
    /// Name of the group; may be empty.
    pub group_name: String,
    /// Whether it waits for an answer.
    pub pending: bool,
    /// Who would join: the applicant, the invited person, or the account itself.
    pub user: RequestUser,
    /// Who invites; `None` for an application.
    pub inviter: Option<RequestUser>,
    /// Who answered it.
    pub handler: Option<RequestUser>,
    /// What an applicant wrote; may be empty.
    pub comment: String,
    /// Unix seconds; 0 if unknown.
    pub time: u64,
}

impl Client {
    /// The newest `count` applications and invitations that the account can answer or has answered, newest first:
    /// ordinary ones, or those that the server filtered out. protocol/04 §5.6
    ///
    /// # Errors
    /// The server refuses or does not reply.
    pub async fn group_requests(
        &self,
        filtered: bool,
        count: usize,
    ) -> Result<Vec<GroupRequest>, CallError> {
        let mut notices: Vec<(GroupRequestKind, GroupNotice)> = Vec::new();
        let mut below = 0;
        for _ in 0..MAX_PAGES {
            let request = GroupNoticesRequest::page(PAGE, below);
            let session = self.inner.session()?;
            let reply = if filtered {
                session.call::<GetFilteredGroupNotices>(&request).await?
            } else {
                session.call::<GetGroupNotices>(&request).await?
            };
            let next = reply.next.unwrap_or(0);
            for notice in reply.notices() {
                let known = |one: &(_, GroupNotice)| one.1.sequence == notice.sequence;
                if let Some(kind) = GroupRequestKind::from_number(notice.kind)
                    && !notices.iter().any(known)
                {
                    notices.push((kind, notice));
                }
            }
            if next == 0 || next == below || notices.len() >= count {
                break;
            }
            below = next;
        }
        notices.truncate(count);
        let people = notices.iter().flat_map(|(_, notice)| {
            [&notice.user, &notice.second, &notice.third]
                .into_iter()
                .flatten()
        });
        let uids: Vec<Uid> = people.map(|user| user.uid).collect();
        self.look_up(&uids).await?;
        let requests = notices.into_iter();
        Ok(requests
            .map(|(kind, notice)| self.group_request(kind, notice, filtered))
            .collect())
    }

    /// A request with the numbers of the people who are known.
    fn group_request(
        &self,
        kind: GroupRequestKind,
        notice: GroupNotice,
        filtered: bool,
    ) -> GroupRequest {
        let people = self.inner.cache.people();
        let user = |user: NoticeUser| RequestUser {
            uin: people.uin(&user.uid),
            nickname: user.nickname,
        };
        let (inviter, handler) = match kind {
            GroupRequestKind::Application => (None, notice.second),
            _ => (notice.second, notice.third),
        };
        GroupRequest {
            key: GroupRequestKey {
                group: notice.group,
                sequence: notice.sequence,
                kind,
                filtered,
            },
            group_name: notice.group_name,
            pending: notice.state == NoticeState::Pending,
            user: notice.user.map(user).unwrap_or_default(),
            inviter: inviter.map(user),
            handler: handler.map(user),
            comment: notice.comment,
            time: notice.time,
        }
    }

    /// Accepts or refuses a request. `reason` is for a refusal and may be empty. protocol/04 §6.9
    ///
    /// # Errors
    /// The server refuses (no such request, it is answered already, or the account may not answer it) or does not reply.
    pub async fn answer_group_request(
        &self,
        key: GroupRequestKey,
        accept: bool,
        reason: String,
    ) -> Result<(), CallError> {
        let answer = if accept {
            NoticeAnswer::Accept
        } else {
            NoticeAnswer::Refuse
        };
        let kind = key.kind.number();
        let request = AnswerGroupNotice::new(answer, key.sequence, kind, key.group, reason);
        let session = self.inner.session()?;
        if key.filtered {
            session.call::<AnswerFilteredNotice>(&request).await?;
        } else {
            session.call::<AnswerNotice>(&request).await?;
        }
        Ok(())
    }
}

/// Finds the request that a push reported in the list of notices, which has what answers it. `None` if it is not there.
/// protocol/05 §8.2
pub(crate) async fn find(client: &Client, pushed: &GroupRequested<Uin>) -> Option<GroupRequest> {
    use push::GroupRequest as Pushed;
    let (kind, user, inviter, lists) = match &pushed.request {
        Pushed::Application { applicant, .. } => (
            GroupRequestKind::Application,
            Some(*applicant),
            None,
            &[false, true][..],
        ),
        Pushed::Invitation { inviter } => (
            GroupRequestKind::Invitation,
            client.me().map(|me| me.uin),
            Some(*inviter),
            &[false][..],
        ),
        Pushed::InvitationOfOther { target, inviter } => (
            GroupRequestKind::InvitationOfOther,
            Some(*target),
            Some(*inviter),
            &[false, true][..],
        ),
    };
    let is_it = |request: &GroupRequest| {
        request.pending
            && request.key.kind == kind
            && request.key.group == pushed.group
            && (kind == GroupRequestKind::Invitation || request.user.uin == user)
            && request.inviter.as_ref().and_then(|inviter| inviter.uin) == inviter
    };
    for wait in SEARCHES {
        tokio::time::sleep(wait).await;
        for filtered in lists {
            match client.group_requests(*filtered, SEARCHED).await {
                Ok(requests) => {
                    if let Some(found) = requests.into_iter().find(is_it) {
                        return Some(found);
                    }
                }
                Err(error) => tracing::debug!(%error, "the notices of groups cannot be listed"),
            }
        }
    }
    None
}

/// Leaves out the cards of invitations that are no news: those from before the start of the client, which reports no requests
/// of that time, and those that are answered.
pub(crate) async fn without_settled(client: &Client, messages: Vec<Message>) -> Vec<Message> {
    let Some(me) = client.me().map(|me| me.uin) else {
        return messages;
    };
    let invitation = |message: &Message| in_card(message, me);
    if !messages.iter().any(|message| invitation(message).is_some()) {
        return messages;
    }
    let listed = match client.group_requests(false, SEARCHED).await {
        Ok(listed) => listed,
        Err(error) => {
            tracing::debug!(%error, "the notices of groups cannot be listed");
            Vec::new()
        }
    };
    let is_news = |message: &Message| {
        invitation(message).is_none_or(|invitation| {
            let mut listed = listed.iter();
            let found = listed.find(|one| one.key == invitation.key);
            message.time >= client.inner.started && found.is_none_or(|found| found.pending)
        })
    };
    messages.into_iter().filter(is_news).collect()
}

/// The invitation in a message, if it is the card that comes with an invitation of the account. protocol/05 §5.6
pub(crate) fn in_card(message: &Message, me: Uin) -> Option<GroupRequest> {
    if message.own {
        return None;
    }
    let card = message.elements.iter().find_map(|element| match element {
        Element::Card(card) => Some(&card.json),
        _ => None,
    })?;
    let card: Value = serde_json::from_str(card).ok()?;
    if card["bizsrc"] != "qun.invite" {
        return None;
    }
    let link = card["meta"]["news"]["jumpUrl"].as_str()?;
    let (_, query) = link.split_once('?')?;
    let number = |name: &str| -> Option<u64> {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let (_, value) = pairs.find(|(key, _)| *key == name)?;
        value.parse().ok()
    };
    if number("receiveruin")? != me.get() || number("senderuin")? != message.sender.uin.get() {
        return None;
    }
    Some(GroupRequest {
        key: GroupRequestKey {
            group: GroupUin::new(number("groupcode")?).ok()?,
            sequence: number("msgseq")?,
            kind: GroupRequestKind::Invitation,
            filtered: false,
        },
        group_name: String::new(),
        pending: true,
        user: RequestUser {
            uin: Some(me),
            nickname: String::new(),
        },
        inviter: Some(RequestUser {
            uin: Some(message.sender.uin),
            nickname: message.sender.nickname.clone(),
        }),
        handler: None,
        comment: String::new(),
        time: message.time,
    })
}

#[cfg(test)]
mod tests {
    use nekonap_ids::{Conversation, Sequence};
    use nekonap_wire::message::Card;
    use serde_json::json;

    use super::*;
    use crate::events::Sender;

    fn uin(number: u64) -> Uin {
        Uin::new(number).expect("an account")
    }

    /// A message of 10002 to 10001 with an invitation card whose link has this query.
    fn card(query: &str, bizsrc: &str) -> Message {
        let json = json!({
            "app": "com.tencent.qun.invite", "bizsrc": bizsrc,
            "meta": {"news": {"jumpUrl": format!("mqqapi://group/invite_join?{query}")}},
        });
        Message {
            conversation: Conversation::Friend(uin(10002)),
            sender: Sender::new(uin(10002)),
            own: false,
            sequence: Sequence::new(501),
            client_sequence: 1,
            random: 1,
            time: 9,
            elements: vec![Element::Card(Card {
                json: json.to_string(),
            })],
            group_name: String::new(),
            missed: false,
        }
    }

    const QUERY: &str = "src_type=internal&groupcode=20001&msgseq=1767225642000000&senderuin=10002&receiveruin=10001";

    #[test]
    fn invitation_card_has_what_answers_it() {
        let found = in_card(&card(QUERY, "qun.invite"), uin(10001)).expect("an invitation");
        assert_eq!(
            found.key,
            GroupRequestKey {
                group: GroupUin::new(20001).expect("a group"),
                sequence: 1_767_225_642_000_000,
                kind: GroupRequestKind::Invitation,
                filtered: false,
            }
        );
        assert_eq!(found.inviter.and_then(|user| user.uin), Some(uin(10002)));
    }

    #[test]
    fn card_for_another_person_or_of_another_sender_is_an_ordinary_message() {
        let receiver = uin(10001);
        for (query, bizsrc) in [
            (
                QUERY.replace("receiveruin=10001", "receiveruin=10003"),
                "qun.invite",
            ),
            (
                QUERY.replace("senderuin=10002", "senderuin=10003"),
                "qun.invite",
            ),
            (
                QUERY.replace("msgseq=1767225642000000", "msgseq=x"),
                "qun.invite",
            ),
            (
                QUERY.replace("groupcode=20001", "groupcode=0"),
                "qun.invite",
            ),
            (QUERY.to_owned(), "qun.share"),
        ] {
            assert_eq!(in_card(&card(&query, bizsrc), receiver), None, "{query}");
        }
        let own = Message {
            own: true,
            ..card(QUERY, "qun.invite")
        };
        assert_eq!(in_card(&own, receiver), None);
    }
}
