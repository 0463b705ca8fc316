//! Group administration (protocol/04 §6).

mod everybody;
mod group;
mod kick;
mod leave;
mod member;
mod mute;
mod remark;
mod role;
mod settings;
#[cfg(test)]
mod tests;
mod transfer;

pub use settings::{Invitations, Permission};

use crate::{
    command::commands,
    proto::admin::{
        ChangeGroupRequest, ChangeMemberRequest, Done, EverybodyReply, EverybodyRequest,
        KickRequest, LeaveRequest, MessageMaskReply, MessageMaskRequest, MuteRequest,
        RemarkRequest, RobotOptionReply, RobotOptionRequest, SetAdminRequest, SwitchBotRequest,
        TransferReply, TransferRequest,
    },
};

commands! {
    /// Removes members from a group. protocol/04 §6.7
    KickMembers = 0x8a0 / 1, KickRequest => Done;
    /// Mutes members of a group, or lifts their mutes. protocol/04 §6.5
    MuteMembers = 0x1253 / 1, MuteRequest => Done;
    /// Changes the settings of a group, such as the mute of the whole group. protocol/04 §6.6
    ChangeGroup = 0x89a / 0, ChangeGroupRequest => Done;
    /// Renames a group. protocol/04 §6.1
    RenameGroup = 0x89a / 15, ChangeGroupRequest => Done;
    /// Sets the special title of a member. protocol/04 §6.3
    SetTitle = 0x8fc / 2, ChangeMemberRequest => Done;
    /// Sets the card of a member. protocol/04 §6.2
    SetCard = 0x8fc / 3, ChangeMemberRequest => Done;
    /// Makes a member administrator, or a member again. protocol/04 §6.4
    SetAdmin = 0x1096 / 1, SetAdminRequest => Done;
    /// Leaves a group; the owner dismisses it. protocol/04 §6.8
    LeaveGroup = 0x1097 / 1, LeaveRequest => Done;
    /// Requests how often everybody may still be mentioned in a group today. protocol/04 §7.3
    GetEverybodyAllowance = 0x8a7 / 0, EverybodyRequest => EverybodyReply;
    /// Sets the account's own remark for a group. protocol/04 §6.1
    SetGroupRemark = 0xf16 / 1, RemarkRequest => Done;
    /// Changes what members of a group may do. protocol/04 §6.11
    ChangePermissions = 0x89a / 8, ChangeGroupRequest => Done;
    /// Sets how robots are added to a group. protocol/04 §6.11
    SetRobotOption = 0xf00 / 3 as ByUin, RobotOptionRequest => RobotOptionReply;
    /// Sets what happens with the messages of a group for the account. protocol/04 §6.12
    SetMessageMask = 0xa80 / 1, MessageMaskRequest => MessageMaskReply;
    /// Switches a bot of a group on or off. protocol/04 §6.13
    SwitchBot = 0x907d / 1, SwitchBotRequest => Done;
    /// Hands a group over to another member. protocol/04 §6.8
    TransferGroup = 0x89e / 0, TransferRequest => TransferReply;
}
