//! Read reports. protocol/02 §8

use nekonap_ids::{GroupUin, Sequence, Uid};

use crate::{
    command::Refusal,
    proto::history::{GroupRead, PrivateRead, ReadReply, ReadRequest},
};

impl ReadRequest {
    /// Everything in the group up to this message has been read.
    pub fn group(group: GroupUin, sequence: Sequence) -> Self {
        Self {
            groups: vec![GroupRead {
                group_uin: Some(group.get()),
                last_read_seq: Some(sequence.get()),
            }],
            c2c: Vec::new(),
        }
    }

    /// Everything in the private chat up to this message has been read, at `time`, unix seconds.
    pub fn private(peer: Uid, sequence: Sequence, time: u32) -> Self {
        Self {
            groups: Vec::new(),
            c2c: vec![PrivateRead {
                uid: Some(peer.to_string()),
                time: Some(time),
                last_read_seq: Some(sequence.get()),
            }],
        }
    }
}

impl ReadReply {
    /// A success, for a server.
    pub fn done() -> Self {
        Self {
            code: Some(0),
            text: Some(String::new()),
        }
    }

    /// What the service says of the report.
    ///
    /// # Errors
    /// The service's refusal.
    pub fn outcome(self) -> Result<(), Refusal> {
        Refusal::unless_done(self.code, self.text)
    }
}
