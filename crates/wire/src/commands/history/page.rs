//! History: messages by sequence or by time, and the newest sequence (protocol/02 §6).

use std::ops::RangeInclusive;

use nekonap_ids::{GroupUin, Sequence, Uid, Uin};
use prost::Message as _;

use super::{GetGroupMessages, GetPrivateMessages};
use crate::{
    bounded,
    command::{Command, DecodeError, Refusal, RefusalForm, ReplyError},
    field::Required,
    message::{Message, ReactionMark, reactions},
    proto::{
        history::{
            GroupHistory, GroupHistoryRange, GroupHistoryReply, GroupHistoryRequest,
            PeerSequenceReply, PeerSequenceRequest, PrivateHistoryReply, PrivateHistoryRequest,
            RoamReply, RoamRequest,
        },
        message::Message as Entry,
    },
};

/// Largest number of messages per call (protocol/02 §6.5).
pub const MOST_MESSAGES: u64 = 30;

/// `filter` value that includes all messages.
const EVERYTHING: u32 = 1;
/// `direction` towards older and towards newer messages.
const OLDER: u32 = 1;
const NEWER: u32 = 2;

/// The start and end of a range, shortened to [`MOST_MESSAGES`] from its start.
fn window(range: &RangeInclusive<Sequence>) -> (u64, u64) {
    let start = range.start().get();
    let most = start.saturating_add(MOST_MESSAGES - 1);
    (start, range.end().get().min(most))
}

/// The first and the last sequence of a request; an absent one is 0.
fn ends(start: Option<u64>, end: Option<u64>) -> (Sequence, Sequence) {
    let read = |number: Option<u64>| Sequence::new(number.unwrap_or(0));
    (read(start), read(end))
}

/// Decodes the messages in a reply. Notices and deleted messages are entries without a sender and are skipped.
fn messages(entries: &[Entry]) -> impl Iterator<Item = Message> {
    entries.iter().filter_map(Message::decode)
}

impl GroupHistoryRequest {
    /// Requests the messages of a group in a range of sequences, at most the first [`MOST_MESSAGES`].
    pub fn new(group: GroupUin, range: &RangeInclusive<Sequence>) -> Self {
        let (start, end) = window(range);
        Self {
            range: Some(GroupHistoryRange {
                group_uin: Some(group.get()),
                start_seq: Some(start),
                end_seq: Some(end),
            }),
            filter: Some(EVERYTHING),
        }
    }

    /// The group, and the first and the last sequence.
    ///
    /// # Errors
    /// [`DecodeError`] if the group is missing or invalid.
    pub fn range_of(&self) -> Result<(GroupUin, Sequence, Sequence), DecodeError> {
        let range = self.range.unwrap_or_default();
        let group = range.group_uin.required("group_uin")?;
        let (start, end) = ends(range.start_seq, range.end_seq);
        Ok((group, start, end))
    }
}

impl GroupHistory {
    /// For a server: the requested messages between `start` and `end`.
    pub fn new(group: GroupUin, (start, end): (Sequence, Sequence), messages: Vec<Entry>) -> Self {
        Self {
            retcode: Some(0),
            message: None,
            group: Some(group.get()),
            start: Some(start.get()),
            end: Some(end.get()),
            messages,
        }
    }

    /// The messages, in the server's order, each with its reactions.
    pub fn messages(&self) -> impl Iterator<Item = (Message, Vec<ReactionMark>)> {
        let entries = self.messages.iter();
        entries.filter_map(|entry| Some((Message::decode(entry)?, reactions(entry))))
    }
}

impl PrivateHistoryRequest {
    /// Requests the messages of a private chat in a range of shared sequences, at most the first [`MOST_MESSAGES`].
    pub fn new(peer: Uid, peer_uin: Option<Uin>, range: &RangeInclusive<Sequence>) -> Self {
        let (start, end) = window(range);
        Self {
            peer_uin: peer_uin.map(Uin::get),
            peer_uid: Some(peer.to_string()),
            start_seq: Some(start),
            end_seq: Some(end),
        }
    }

    /// The first and the last requested sequence.
    pub fn ends(&self) -> (Sequence, Sequence) {
        ends(self.start_seq, self.end_seq)
    }
}

impl PrivateHistoryReply {
    /// For a server: the requested messages from `start` on.
    pub fn new(start: Sequence, messages: Vec<Entry>) -> Self {
        Self {
            retcode: Some(0),
            message: None,
            start: Some(start.get()),
            messages,
        }
    }

    /// The messages, in the server's order.
    pub fn messages(&self) -> impl Iterator<Item = Message> {
        messages(&self.messages)
    }
}

impl RoamRequest {
    /// Requests the newest `count` messages of a private chat that are not newer than `time` (Unix seconds).
    pub fn before(peer: Uid, time: u32, count: u32) -> Self {
        Self {
            peer_uid: Some(peer.to_string()),
            time: Some(time),
            random: Some(0),
            count: Some(count),
            direction: Some(OLDER),
        }
    }

    /// Whether the request is for messages older than `time`, and not for newer ones.
    pub fn wants_older(&self) -> bool {
        self.direction != Some(NEWER)
    }

    /// Number of requested messages: 1 to [`MOST_MESSAGES`].
    pub fn wanted(&self) -> u64 {
        u64::from(self.count.unwrap_or(0)).clamp(1, MOST_MESSAGES)
    }
}

impl RoamReply {
    /// For a server: messages of the chat with `peer_uid`. The next request continues from `edge`: the time and the
    /// random of the outermost message. `complete`: there are no further messages.
    pub fn new(
        peer_uid: Option<String>,
        edge: (u32, u32),
        complete: bool,
        messages: Vec<Entry>,
    ) -> Self {
        Self {
            peer_uid,
            is_complete: Some(complete),
            time: Some(edge.0),
            random: Some(edge.1),
            messages,
        }
    }
}

impl PeerSequenceRequest {
    /// Requests the newest sequence of the private chat with a friend.
    pub fn new(peer: Uid) -> Self {
        Self {
            peer_uid: Some(peer.to_string()),
        }
    }
}

impl PeerSequenceReply {
    /// For a server: sequence and time (Unix seconds) of the newest message; zeros if there is none.
    pub fn new(sequence: Sequence, time: u32) -> Self {
        Self {
            code: Some(0),
            text: Some(String::new()),
            sequence: Some(sequence.get()),
            other_sequence: Some(sequence.get()),
            time: Some(time),
        }
    }

    /// The larger of the two newest sequences; `None` if there are no messages yet.
    ///
    /// # Errors
    /// The refusal of the service.
    pub fn newest(self) -> Result<Option<Sequence>, Refusal> {
        Refusal::check_code(self.code, self.text)?;
        let newest = self.sequence.max(self.other_sequence);
        Ok(newest.present("sequence").unwrap_or_default())
    }
}

impl Command for GetGroupMessages {
    const NAME: &'static str = "trpc.msg.register_proxy.RegisterProxy.SsoGetGroupMsg";
    type Request = GroupHistoryRequest;
    type Reply = GroupHistory;

    fn encode_request(request: &GroupHistoryRequest) -> Vec<u8> {
        request.encode_to_vec()
    }

    fn decode_request(payload: &[u8]) -> Result<GroupHistoryRequest, DecodeError> {
        bounded::decode(payload)
    }

    fn encode_reply(reply: &GroupHistory) -> Vec<u8> {
        // The requested range is repeated even where it is zero (protocol/01 §9.1).
        let mut history = reply.clone();
        history.group.get_or_insert_default();
        history.start.get_or_insert_default();
        history.end.get_or_insert_default();
        GroupHistoryReply {
            retcode: Some(0),
            message: None,
            history: Some(history),
        }
        .encode_to_vec()
    }

    fn decode_reply(payload: &[u8]) -> Result<GroupHistory, ReplyError> {
        let reply: GroupHistoryReply = bounded::decode(payload)?;
        Refusal::check_code(reply.retcode, reply.message)?;
        let history = reply.history.unwrap_or_default();
        Refusal::check_code(history.retcode, history.message.clone())?;
        Ok(history)
    }

    fn encode_refusal(refusal: &Refusal) -> RefusalForm {
        RefusalForm::Body(
            GroupHistoryReply {
                retcode: Some(refusal.narrow()),
                message: Some(refusal.text.clone()),
                // These fields are always required (protocol/01 §9.1).
                history: Some(GroupHistory {
                    retcode: Some(refusal.narrow()),
                    group: Some(0),
                    start: Some(0),
                    end: Some(0),
                    ..GroupHistory::default()
                }),
            }
            .encode_to_vec(),
        )
    }
}

impl Command for GetPrivateMessages {
    const NAME: &'static str = "trpc.msg.register_proxy.RegisterProxy.SsoGetC2cMsg";
    type Request = PrivateHistoryRequest;
    type Reply = PrivateHistoryReply;

    fn encode_request(request: &PrivateHistoryRequest) -> Vec<u8> {
        request.encode_to_vec()
    }

    fn decode_request(payload: &[u8]) -> Result<PrivateHistoryRequest, DecodeError> {
        bounded::decode(payload)
    }

    fn encode_reply(reply: &PrivateHistoryReply) -> Vec<u8> {
        reply.encode_to_vec()
    }

    fn decode_reply(payload: &[u8]) -> Result<PrivateHistoryReply, ReplyError> {
        let reply: PrivateHistoryReply = bounded::decode(payload)?;
        Refusal::check_code(reply.retcode, reply.message.clone())?;
        Ok(reply)
    }

    fn encode_refusal(refusal: &Refusal) -> RefusalForm {
        RefusalForm::Body(
            PrivateHistoryReply {
                retcode: Some(refusal.narrow()),
                message: Some(refusal.text.clone()),
                ..PrivateHistoryReply::default()
            }
            .encode_to_vec(),
        )
    }
}
