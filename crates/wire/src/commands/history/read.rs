//! Read reports (protocol/02 §8).

use nekonap_ids::{GroupUin, Sequence, Uid};

use crate::{
    command::Refusal,
    proto::history::{GroupRead, PrivateRead, ReadReply, ReadRequest},
};

impl ReadRequest {
    /// Reports that the group is read up to this message.
    pub fn group(group: GroupUin, sequence: Sequence) -> Self {
        Self {
            groups: vec![GroupRead {
                group_uin: Some(group.get()),
                last_read_seq: Some(sequence.get()),
            }],
            c2c: Vec::new(),
        }
    }

    /// Reports that the private chat is read up to this message, at `time` (Unix seconds).
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
    /// For a server: a success.
    pub fn done() -> Self {
        Self {
            code: Some(0),
            text: Some(String::new()),
        }
    }

    /// Checks the result of the report.
    ///
    /// # Errors
    /// The refusal of the service.
    pub fn outcome(self) -> Result<(), Refusal> {
        Refusal::check_code(self.code, self.text)
    }
}
