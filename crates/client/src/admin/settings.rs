//! What members and robots may do in a group, and the account's own setting for its messages. protocol/04 §6.11 to §6.13

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    commands::admin::{
        ChangeGroup, ChangePermissions, Invitations, Permission, SetMessageMask, SetRobotOption,
        SwitchBot,
    },
    proto::admin::{ChangeGroupRequest, MessageMaskRequest, RobotOptionRequest, SwitchBotRequest},
};

use crate::{client::Client, error::CallError};

impl Client {
    /// Sets who may invite others into a group. protocol/04 §6.11
    ///
    /// # Errors
    /// The server refuses (owner and administrators only) or does not reply.
    pub async fn set_invitations(
        &self,
        group: GroupUin,
        setting: Invitations,
    ) -> Result<(), CallError> {
        let privileges = self.group_details(group).await?.privileges;
        let request = ChangeGroupRequest::invitations(group, privileges, setting);
        let session = self.inner.session()?;
        session.call::<ChangeGroup>(&request).await.map(drop)
    }

    /// Sets what members of a group may do. Sends nothing if the group has this setting already. protocol/04 §6.11
    ///
    /// # Errors
    /// The server refuses (owner and administrators only) or does not reply.
    pub async fn set_permission(
        &self,
        group: GroupUin,
        permission: Permission,
        allowed: bool,
    ) -> Result<(), CallError> {
        let privileges = self.group_details(group).await?.privileges;
        if (privileges & permission.bit() == 0) == allowed {
            return Ok(());
        }
        let request = ChangeGroupRequest::permission(group, privileges, permission, allowed);
        let session = self.inner.session()?;
        session.call::<ChangePermissions>(&request).await.map(drop)
    }

    /// Sets whether new members of a group see earlier messages. Sends nothing if the group has this setting already.
    /// protocol/04 §6.11
    ///
    /// # Errors
    /// The server refuses (owner and administrators only) or does not reply.
    pub async fn set_history_visible(
        &self,
        group: GroupUin,
        visible: bool,
    ) -> Result<(), CallError> {
        let flags = self.group_details(group).await?.flag_ext_4;
        if (flags & ChangeGroupRequest::HISTORY != 0) == visible {
            return Ok(());
        }
        let request = ChangeGroupRequest::history(group, flags, visible);
        let session = self.inner.session()?;
        session.call::<ChangeGroup>(&request).await.map(drop)
    }

    /// Sets whether robots may be added to a group (`allowed`), and whether an administrator has to agree (`examined`): 1 or
    /// 0. `None` changes nothing. protocol/04 §6.11
    ///
    /// # Errors
    /// The server refuses (owner and administrators only) or does not reply.
    pub async fn set_robot_option(
        &self,
        group: GroupUin,
        allowed: Option<u32>,
        examined: Option<u32>,
    ) -> Result<(), CallError> {
        let request = RobotOptionRequest::new(group, allowed, examined);
        let session = self.inner.session()?;
        Ok(session.call::<SetRobotOption>(&request).await?.outcome()?)
    }

    /// Sets what happens with the messages of a group for this account: 1 notify, 2 collect silently, 3 block, 4 receive
    /// silently. protocol/04 §6.12
    ///
    /// # Errors
    /// The server refuses (not in that group; no such number) or does not reply.
    pub async fn set_message_mask(&self, group: GroupUin, mask: u32) -> Result<(), CallError> {
        let me = self.inner.myself()?.uin;
        let uid = self.uid_of(me, Some(group)).await?;
        let request = MessageMaskRequest::new(group, uid, mask);
        let session = self.inner.session()?;
        Ok(session.call::<SetMessageMask>(&request).await?.outcome()?)
    }

    /// Switches a bot of a group on or off. protocol/04 §6.13
    ///
    /// # Errors
    /// The server refuses (owner and administrators only; no such bot) or does not reply.
    pub async fn switch_bot(&self, group: GroupUin, bot: Uin, on: bool) -> Result<(), CallError> {
        let request = SwitchBotRequest::new(group, bot, on);
        let session = self.inner.session()?;
        session.call::<SwitchBot>(&request).await.map(drop)
    }
}
