//! Essence messages: made, and taken out. protocol/02 §10

use nekonap_ids::{GroupUin, Sequence};

use crate::{
    command::Refusal,
    proto::extras::{EssenceReply, EssenceRequest},
};

impl EssenceRequest {
    /// Makes a group message essence, or takes it out: the command says which.
    pub fn new(group: GroupUin, sequence: Sequence, random: u32) -> Self {
        Self {
            group_uin: Some(group.get()),
            sequence: Some(sequence.get()),
            random: Some(random),
        }
    }
}

impl EssenceReply {
    /// What the reply itself says: the envelope may report success where it does not.
    ///
    /// # Errors
    /// The service's refusal.
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
    fn a_code_in_the_reply_is_a_refusal() {
        assert_eq!(EssenceReply::default().outcome(), Ok(()));
        let reply = EssenceReply {
            text: Some("no right".to_owned()),
            code: Some(7),
        };
        assert_eq!(reply.outcome(), Err(Refusal::new(7, "no right")));
    }
}
