//! Details of one group. protocol/04 §5.2

use nekonap_ids::{GroupUin, Uid};
use nekonap_wire::{
    codes,
    commands::groups::{GetGroupDetails, GetOtherGroupDetails},
    proto::groups::{Details, DetailsRequest},
};

use crate::{client::Client, error::CallError};

/// Details of a group. Unknown values are 0 or empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupDetails {
    /// Uid of the owner.
    pub owner: Option<Uid>,
    /// Time of creation, Unix seconds.
    pub created: u64,
    /// Number of members.
    pub members: u32,
    /// Maximum number of members.
    pub max_members: u32,
    /// Level of the group.
    pub level: u32,
    /// Name of the group.
    pub name: String,
    /// Beginning of the newest notice.
    pub memo: String,
    /// Description of the group.
    pub description: String,
    /// Description with its formatting.
    pub rich_description: String,
    /// End of the whole group's mute, Unix seconds; 0 if it is not muted.
    pub muted_until: u32,
    /// End of this account's mute, Unix seconds; 0 if it is not muted.
    pub me_muted_until: u32,
    /// Bits of the first set.
    pub flag: u32,
    /// Bits of the second set.
    pub flag_ext: u32,
    /// Bits of the fourth set (protocol/04 §6.11).
    pub flag_ext_4: u32,
    /// Bits that say what members may do (protocol/04 §6.11).
    pub privileges: u32,
}

impl Client {
    /// Details of a group, always from the server.
    ///
    /// # Errors
    /// The server refuses (no such group) or does not reply.
    pub async fn group_details(&self, group: GroupUin) -> Result<GroupDetails, CallError> {
        let request = DetailsRequest::facts(group);
        let session = self.inner.session()?;
        let facts = session.call::<GetGroupDetails>(&request).await?.facts()?;
        Ok(facts.into())
    }

    /// Details of a group that the account need not be in, always from the server. `None` if there is no such group, or if it
    /// cannot be found by its number.
    ///
    /// # Errors
    /// The server refuses or does not reply.
    pub async fn other_group(&self, group: GroupUin) -> Result<Option<GroupDetails>, CallError> {
        let request = DetailsRequest::facts(group);
        let session = self.inner.session()?;
        let reply = session.call::<GetOtherGroupDetails>(&request).await?;
        match reply.facts() {
            Ok(facts) => Ok(Some(facts.into())),
            Err(refusal) if refusal.code == codes::NOT_FOUND => Ok(None),
            Err(refusal) => Err(refusal.into()),
        }
    }
}

impl From<Details> for GroupDetails {
    fn from(facts: Details) -> Self {
        let (name, long_name) = (facts.name.unwrap_or_default(), facts.long_name);
        Self {
            owner: facts.owner.and_then(|owner| Uid::new(&owner).ok()),
            created: facts.create_time.unwrap_or(0).into(),
            members: facts.members.unwrap_or(0),
            max_members: facts.max_members.unwrap_or(0),
            level: facts.level.unwrap_or(0),
            name: long_name.filter(|long| !long.is_empty()).unwrap_or(name),
            memo: facts.memo.unwrap_or_default(),
            description: facts.description.unwrap_or_default(),
            rich_description: facts.rich_description.unwrap_or_default(),
            muted_until: facts.mute_all_until.unwrap_or(0),
            me_muted_until: facts.mute_me_until.unwrap_or(0),
            flag: facts.flag.unwrap_or(0),
            flag_ext: facts.flag_ext.unwrap_or(0),
            flag_ext_4: facts.flag_ext_4.unwrap_or(0),
            privileges: facts.privileges.unwrap_or(0),
        }
    }
}
