//! Friend requests, ordinary and doubtful (protocol/04 §3.2, §3.3).

use nekonap_ids::{GroupUin, Uid};

use crate::{
    command::seconds,
    proto::requests::{
        AcceptDoubtfulRequest, AnswerFriendRequest, DoubtfulEntry, DoubtfulPage, DoubtfulQuery,
        DoubtfulReply, DoubtfulRequest, FriendRequestEntry, FriendRequestPage, FriendRequestsReply,
        FriendRequestsRequest,
    },
};

/// `accept` of an accepted request.
const ACCEPT: u32 = 3;
/// `accept` of a refused request.
const REFUSE: u32 = 5;
/// `operation` of a request for the list of doubtful requests.
const LIST: u32 = 1;

/// A friend request that the account received or sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FriendRequest {
    /// The other person.
    pub uid: Uid,
    /// Whether the account itself sent it.
    pub own: bool,
    /// State on the wire: 1 for a request that waits for the account's answer.
    pub state: u32,
    /// Time of the request, Unix seconds.
    pub time: u64,
    /// What the person wrote; may be empty.
    pub comment: String,
    /// Where the person found the account; may be empty.
    pub source: String,
}

impl FriendRequest {
    /// `state` of a received request that waits for an answer.
    pub const PENDING: u32 = 1;
    /// `state` of a received request that was accepted.
    pub const ACCEPTED: u32 = 3;
    /// `state` of a sent request that was accepted.
    pub const ACCEPTED_BY_PEER: u32 = 5;
    /// `state` of a sent request that was refused.
    pub const REFUSED_BY_PEER: u32 = 6;
    /// `state` of a received request that was refused.
    pub const REFUSED: u32 = 7;
    /// `state` of a sent request that waits for an answer.
    pub const WAITS_FOR_PEER: u32 = 13;

    /// Whether the request waits for the account's answer.
    pub fn is_pending(&self) -> bool {
        !self.own && self.state == Self::PENDING
    }
}

/// A friend request that the server filtered out, because it looks like an abuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoubtfulFriendRequest {
    /// Person who asks.
    pub uid: Uid,
    /// Nickname of the person.
    pub nickname: String,
    /// What the person wrote; may be empty.
    pub comment: String,
    /// Where the person found the account; may be empty.
    pub source: String,
    /// Why it was filtered out; may be empty.
    pub warning: String,
    /// Time of the request, Unix seconds.
    pub time: u64,
    /// Group in which the person met the account.
    pub group: Option<GroupUin>,
}

impl FriendRequestsRequest {
    /// Requests the newest `count` requests of the account `me`.
    pub fn new(me: Uid, count: u32) -> Self {
        Self {
            version: Some(1),
            r#type: Some(6),
            self_uid: Some(me.to_string()),
            start: Some(0),
            count: Some(count),
            get_flag: Some(2),
            start_time: Some(0),
            need_common_friends: Some(1),
            field_22: Some(1),
        }
    }
}

impl FriendRequestsReply {
    /// The reply to the account `me` with these requests, which are `total` in all.
    pub fn new(me: Uid, requests: &[FriendRequest], total: u32) -> Self {
        let entry = |request: &FriendRequest| FriendRequestEntry {
            target_uid: Some(me.to_string()),
            source_uid: Some(request.uid.to_string()),
            state: Some(request.state),
            time: Some(seconds(request.time)),
            comment: Some(request.comment.clone()),
            source: Some(request.source.clone()),
            source_id: Some(0),
            sub_source_id: Some(0),
            is_initiator: Some(request.own),
        };
        Self {
            version: Some(1),
            result: Some(0),
            page: Some(FriendRequestPage {
                over: Some(1),
                total: Some(total),
                requests: requests.iter().map(entry).collect(),
            }),
        }
    }

    /// The requests, newest first as the server lists them. Entries without the other person are left out.
    pub fn requests(self) -> Vec<FriendRequest> {
        let entries = self.page.unwrap_or_default().requests.into_iter();
        entries
            .filter_map(|entry| {
                Some(FriendRequest {
                    uid: Uid::new(&entry.source_uid?).ok()?,
                    own: entry.is_initiator.unwrap_or(false),
                    state: entry.state.unwrap_or(0),
                    time: u64::from(entry.time.unwrap_or(0)),
                    comment: entry.comment.unwrap_or_default(),
                    source: entry.source.unwrap_or_default(),
                })
            })
            .collect()
    }
}

impl AnswerFriendRequest {
    /// Answers the request of a person.
    pub fn new(person: Uid, accept: bool) -> Self {
        Self {
            accept: Some(if accept { ACCEPT } else { REFUSE }),
            target_uid: Some(person.to_string()),
        }
    }

    /// Whether the request is accepted; `None` if the number means neither.
    pub fn accepts(&self) -> Option<bool> {
        match self.accept {
            Some(ACCEPT) => Some(true),
            Some(REFUSE) => Some(false),
            _ => None,
        }
    }
}

impl DoubtfulRequest {
    /// `operation` that deletes a request.
    pub const DELETE: u32 = 3;

    /// Requests the newest `count` doubtful requests.
    pub fn list(count: u32) -> Self {
        Self {
            operation: Some(LIST),
            query: Some(DoubtfulQuery { count: Some(count) }),
            target: None,
        }
    }

    /// The number of requests that a list should have at most; `None` if this is not a request for the list.
    pub fn count(&self) -> Option<u32> {
        let query = self.query.as_ref().and_then(|query| query.count);
        (self.operation == Some(LIST)).then_some(query.unwrap_or(0))
    }
}

impl DoubtfulReply {
    /// The reply with these requests.
    pub fn new(requests: &[DoubtfulFriendRequest]) -> Self {
        let entry = |request: &DoubtfulFriendRequest| DoubtfulEntry {
            uid: Some(request.uid.to_string()),
            nick: Some(request.nickname.clone()),
            comment: Some(request.comment.clone()),
            source: Some(request.source.clone()),
            warning: Some(request.warning.clone()),
            time: Some(seconds(request.time)),
            group: Some(request.group.map_or(0, GroupUin::get)),
        };
        Self {
            status: Some(1),
            page: Some(DoubtfulPage {
                requests: requests.iter().map(entry).collect(),
            }),
        }
    }

    /// The requests, newest first as the server lists them. Entries without a person are left out.
    pub fn requests(self) -> Vec<DoubtfulFriendRequest> {
        let entries = self.page.unwrap_or_default().requests.into_iter();
        entries
            .filter_map(|entry| {
                Some(DoubtfulFriendRequest {
                    uid: Uid::new(&entry.uid?).ok()?,
                    nickname: entry.nick.unwrap_or_default(),
                    comment: entry.comment.unwrap_or_default(),
                    source: entry.source.unwrap_or_default(),
                    warning: entry.warning.unwrap_or_default(),
                    time: u64::from(entry.time.unwrap_or(0)),
                    group: entry.group.and_then(|group| GroupUin::new(group).ok()),
                })
            })
            .collect()
    }
}

impl AcceptDoubtfulRequest {
    /// Accepts the doubtful request of a person to the account `me`.
    pub fn new(me: Uid, person: Uid) -> Self {
        Self {
            self_uid: Some(me.to_string()),
            request_uid: Some(person.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use prost::Message as _;

    use super::*;

    fn uid(text: &str) -> Uid {
        Uid::new(text).expect("a uid")
    }

    fn hex(message: &impl prost::Message) -> String {
        hex::encode(message.encode_to_vec())
    }

    #[test]
    fn requests_are_asked_for_as_clients_do() {
        // 1: 1, 3: 6, 4: "u_a", 5: 0, 6: 80, 8: 2, 9: 0, 12: 1, 22: 1
        assert_eq!(
            hex(&FriendRequestsRequest::new(uid("u_a"), 80)),
            "080118062203755f6128003050400248006001b00101"
        );
        // 1: 1, 2: {1: 50}
        assert_eq!(hex(&DoubtfulRequest::list(50)), "080112020832");
    }

    #[test]
    fn answers_name_the_person_who_asked() {
        assert_eq!(
            hex(&AnswerFriendRequest::new(uid("u_b"), true)),
            "08031203755f62"
        );
        assert_eq!(
            hex(&AnswerFriendRequest::new(uid("u_b"), false)),
            "08051203755f62"
        );
        assert_eq!(
            hex(&AcceptDoubtfulRequest::new(uid("u_a"), uid("u_b"))),
            "0a03755f611203755f62"
        );
    }

    #[test]
    fn listed_request_is_read_and_one_of_nobody_is_left_out() {
        // 3: {7: {1: "u_a", 2: "u_b", 3: 1, 4: 100, 5: "hi", 6: "QQ", 7: 1, 8: 2}, 7: {3: 1}}
        let entry = "0a03755f611203755f62180120642a0268693202515138014002";
        let bytes = hex::decode(format!("1a203a1a{entry}3a021801")).expect("hex");
        let reply = FriendRequestsReply::decode(&bytes[..]).expect("a reply");
        assert_eq!(
            reply.requests(),
            [FriendRequest {
                uid: uid("u_b"),
                own: false,
                state: FriendRequest::PENDING,
                time: 100,
                comment: "hi".to_owned(),
                source: "QQ".to_owned(),
            }]
        );
    }

    #[test]
    fn doubtful_request_is_read() {
        // 1: 1, 2: {1: {1: "u_b", 2: "B", 5: "hi", 6: "QQ", 7: "W", 8: 100, 9: 20001}}
        let entry = "0a03755f621201422a026869320251513a0157406448a19c01";
        let bytes = hex::decode(format!("0801121b0a19{entry}")).expect("hex");
        let reply = DoubtfulReply::decode(&bytes[..]).expect("a reply");
        assert_eq!(
            reply.requests(),
            [DoubtfulFriendRequest {
                uid: uid("u_b"),
                nickname: "B".to_owned(),
                comment: "hi".to_owned(),
                source: "QQ".to_owned(),
                warning: "W".to_owned(),
                time: 100,
                group: GroupUin::new(20001).ok(),
            }]
        );
    }
}
