//! Muting members and whole groups. protocol/04 §6.5, §6.6

use std::time::{SystemTime, UNIX_EPOCH};

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    commands::admin::{ChangeGroup, MuteMembers},
    proto::admin::{ChangeGroupRequest, MuteRequest},
};

use crate::{cache::mute_end, client::Client, error::CallError};

impl Client {
    /// Mutes a member for this many seconds, less than 30 days; 0 lifts the mute. protocol/04 §6.5
    ///
    /// # Errors
    /// [`CallError::Unknown`] if the member is unknown; the server refuses (members of lower rank only) or does not reply.
    pub async fn mute(&self, group: GroupUin, member: Uin, seconds: u32) -> Result<(), CallError> {
        let uid = self.uid_of(member, Some(group)).await?;
        let request = MuteRequest::new(group, uid, seconds);
        self.inner.session()?.call::<MuteMembers>(&request).await?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let until = mute_end(now.map_or(0, |now| now.as_secs()), seconds);
        self.inner
            .cache
            .change_one(group, member, |member| member.muted_until = until);
        Ok(())
    }

    /// Mutes everybody in a group except the owner and administrators, or lifts that mute. protocol/04 §6.6
    ///
    /// # Errors
    /// The server refuses (owner and administrators only) or does not reply.
    pub async fn mute_all(&self, group: GroupUin, muted: bool) -> Result<(), CallError> {
        let request = ChangeGroupRequest::mute_all(group, muted);
        self.inner.session()?.call::<ChangeGroup>(&request).await?;
        self.inner.cache.forget_groups();
        Ok(())
    }
}
