//! Essence. `protocol/02` §10.

use nekonap_ids::{GroupUin, Sequence};
use nekonap_wire::{
    command::Refusal,
    commands::extras::{AddEssence, RemoveEssence},
    proto::extras::{EssenceReply, EssenceRequest},
};

use crate::{client::Client, error::CallError};

impl Client {
    /// Makes a group message essence, or takes it out.
    ///
    /// # Errors
    /// The server refuses (owners and administrators only) or does not answer.
    pub async fn set_essence(
        &self,
        group: GroupUin,
        sequence: Sequence,
        random: u32,
        set: bool,
    ) -> Result<(), CallError> {
        let request = EssenceRequest {
            group_uin: Some(group.get()),
            sequence: Some(sequence.get()),
            random: Some(random),
        };
        let session = self.inner.session()?;
        let reply = if set {
            session.call::<AddEssence>(&request).await?
        } else {
            session.call::<RemoveEssence>(&request).await?
        };
        done(reply)
    }
}

/// The envelope may report success while field 10 does not.
fn done(reply: EssenceReply) -> Result<(), CallError> {
    match reply.code.unwrap_or(0) {
        0 => Ok(()),
        code => Err(Refusal::new(i64::from(code), reply.text.unwrap_or_default()).into()),
    }
}
