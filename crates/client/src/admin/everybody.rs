//! How often everybody may still be mentioned. protocol/04 §7.3

use nekonap_ids::GroupUin;
use nekonap_wire::{commands::admin::GetEverybodyAllowance, proto::admin::EverybodyRequest};

use crate::{client::Client, error::CallError};

/// How often everybody may still be mentioned in a group today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EverybodyAllowance {
    /// Whether the account may mention everybody now.
    pub allowed: bool,
    /// How often the account still may.
    pub left_for_me: u32,
    /// How often all members together still may.
    pub left_for_group: u32,
}

impl Client {
    /// How often everybody may still be mentioned in a group today. protocol/04 §7.3
    ///
    /// # Errors
    /// The server refuses (not in that group) or does not reply.
    pub async fn everybody_allowance(
        &self,
        group: GroupUin,
    ) -> Result<EverybodyAllowance, CallError> {
        let me = self.me().ok_or(CallError::Offline)?;
        let request = EverybodyRequest::new(group, me.uin);
        let session = self.inner.session()?;
        let reply = session.call::<GetEverybodyAllowance>(&request).await?;
        Ok(EverybodyAllowance {
            allowed: reply.allowed.unwrap_or(false),
            left_for_me: reply.left_for_person.unwrap_or(0),
            left_for_group: reply.left_for_group.unwrap_or(0),
        })
    }
}
