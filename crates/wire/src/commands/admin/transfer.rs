//! Hands a group over to another member (protocol/04 §6.8).

use nekonap_ids::{GroupUin, Uid};

use crate::{
    command::Refusal,
    proto::admin::{TransferReply, TransferRequest},
};

impl TransferRequest {
    /// Makes the member `to` the owner of a group that the account `from` owns.
    pub fn new(group: GroupUin, from: Uid, to: Uid) -> Self {
        Self {
            group: Some(group.get()),
            from_uid: Some(from.to_string()),
            to_uid: Some(to.to_string()),
        }
    }
}

impl TransferReply {
    /// For a server: a success.
    pub fn new(group: GroupUin) -> Self {
        Self {
            group: Some(group.get()),
            result: Some(0),
            text: Some(String::new()),
        }
    }

    /// Checks the result code in the reply.
    ///
    /// # Errors
    /// The refusal of the service.
    pub fn outcome(self) -> Result<(), Refusal> {
        Refusal::check_code(self.result, self.text)
    }
}

#[cfg(test)]
mod tests {
    use prost::Message as _;

    use super::*;

    #[test]
    fn owners_are_named_by_uid() {
        let group = GroupUin::new(20001).expect("a group");
        let uid = |text| Uid::new(text).expect("a uid");
        let request = TransferRequest::new(group, uid("u_ab"), uid("u_cd"));
        // 1: 20001, 2: "u_ab", 3: "u_cd"
        assert_eq!(
            hex::encode(request.encode_to_vec()),
            "08a19c011204755f61621a04755f6364"
        );
        // 1: 20001, 4: 0, 5: ""
        let reply = TransferReply::new(group);
        assert_eq!(hex::encode(reply.encode_to_vec()), "08a19c0120002a00");
        assert_eq!(reply.outcome(), Ok(()));
        // 4: 7, 5: "no"
        let reply = TransferReply::decode(&b"\x20\x07\x2a\x02no"[..]).expect("a reply");
        assert_eq!(reply.outcome(), Err(Refusal::new(7, "no")));
    }
}
