//! Adds and removes essence messages (protocol/02 §10).

use nekonap_ids::{GroupUin, Sequence};

use crate::{
    command::Refusal,
    proto::extras::{EssenceReply, EssenceRequest},
};

impl EssenceRequest {
    /// For [`AddEssence`](super::AddEssence) and [`RemoveEssence`](super::RemoveEssence): a group message by sequence
    /// and random.
    pub fn new(group: GroupUin, sequence: Sequence, random: u32) -> Self {
        Self {
            group_uin: Some(group.get()),
            sequence: Some(sequence.get()),
            random: Some(random),
        }
    }
}

impl EssenceReply {
    /// Checks the result code in the reply: the envelope can report success although it is not 0.
    ///
    /// # Errors
    /// The refusal of the service.
    pub fn outcome(self) -> Result<(), Refusal> {
        match self.code.unwrap_or(0) {
            0 => Ok(()),
            code => Err(Refusal::new(code.into(), self.text.unwrap_or_default())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_in_the_reply_is_a_refusal() {
        assert_eq!(EssenceReply::default().outcome(), Ok(()));
        let reply = EssenceReply {
            text: Some("no right".to_owned()),
            code: Some(7),
        };
        assert_eq!(reply.outcome(), Err(Refusal::new(7, "no right")));
    }
}
