//! What members and robots may do in a group, and a member's own setting for its messages (protocol/04 §6.11 to §6.13).

use nekonap_ids::{GroupUin, Uid, Uin};

use crate::{
    command::Refusal,
    proto::admin::{
        ChangeGroupRequest, GroupRecord, MemberMask, MessageMask, MessageMaskReply,
        MessageMaskRequest, RobotOption, RobotOptionReply, RobotOptionRequest, RobotSwitches,
        SwitchBotRequest,
    },
};

/// Who may invite others into a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invitations {
    /// Only the owner and administrators.
    Disabled,
    /// Members too, but an administrator has to agree.
    Approval,
    /// Members too.
    Free,
    /// Members too, as long as the group has fewer than 100 members.
    FreeUnder100,
}

impl Invitations {
    /// The bits that say who may invite.
    pub const MASK: u32 = 0x0610_0000;

    /// The bits of this setting.
    pub const fn bits(self) -> u32 {
        match self {
            Self::Disabled => 0x0400_0000,
            Self::Approval => 0,
            Self::Free => 0x0010_0000,
            Self::FreeUnder100 => 0x0200_0000,
        }
    }

    /// The setting in the bits of a group. Of several, the strictest counts.
    pub fn of(privileges: u32) -> Self {
        [Self::Disabled, Self::FreeUnder100, Self::Free]
            .into_iter()
            .find(|setting| privileges & setting.bits() != 0)
            .unwrap_or(Self::Approval)
    }
}

/// Something that members of a group may do, unless its bit forbids it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// Uploading to albums.
    UploadToAlbum,
    /// Temporary chats with other members.
    TemporaryChat,
    /// Creating groups with other members.
    CreateGroup,
}

impl Permission {
    /// The bit of this permission; set = forbidden.
    pub const fn bit(self) -> u32 {
        match self {
            Self::UploadToAlbum => 0x1,
            Self::TemporaryChat => 0x1_0000,
            Self::CreateGroup => 0x8000,
        }
    }
}

impl ChangeGroupRequest {
    /// The bit of `flags` that lets new members see earlier messages.
    pub const HISTORY: u32 = 0x4;

    /// For [`ChangeGroup`](super::ChangeGroup): who may invite others. `privileges`: the group's present bits.
    pub fn invitations(group: GroupUin, privileges: u32, setting: Invitations) -> Self {
        let record = GroupRecord {
            members_invite: Some((setting != Invitations::Disabled).into()),
            ..privileged(privileges, Invitations::MASK, setting.bits())
        };
        Self::of(group, record)
    }

    /// For [`ChangePermissions`](super::ChangePermissions): what members may do. `privileges`: the group's present bits.
    pub fn permission(
        group: GroupUin,
        privileges: u32,
        permission: Permission,
        allowed: bool,
    ) -> Self {
        let bit = permission.bit();
        let record = privileged(privileges, bit, if allowed { 0 } else { bit });
        Self::of(group, record)
    }

    /// For [`ChangeGroup`](super::ChangeGroup): whether new members see earlier messages. `flags`: the group's present bits.
    pub fn history(group: GroupUin, flags: u32, visible: bool) -> Self {
        let bit = if visible { Self::HISTORY } else { 0 };
        let record = GroupRecord {
            flags: Some(flags & !Self::HISTORY | bit),
            flags_mask: Some(Self::HISTORY),
            ..GroupRecord::default()
        };
        Self::of(group, record)
    }

    fn of(group: GroupUin, record: GroupRecord) -> Self {
        Self {
            group: Some(group.get()),
            record: Some(record),
        }
    }
}

/// The whole bits with a change merged in, and which bits change.
fn privileged(before: u32, mask: u32, bits: u32) -> GroupRecord {
    GroupRecord {
        privileges: Some(before & !mask | bits),
        privilege_mask: Some(mask),
        ..GroupRecord::default()
    }
}

impl RobotOptionRequest {
    /// Whether robots may be added, and whether an administrator has to agree: 1 or 0. `None` changes nothing.
    pub fn new(group: GroupUin, allowed: Option<u32>, examined: Option<u32>) -> Self {
        Self {
            group: Some(group.get()),
            option: Some(RobotOption {
                group: Some(group.get()),
                switches: Some(RobotSwitches { allowed, examined }),
            }),
        }
    }
}

impl RobotOptionReply {
    /// Checks the result code in the reply.
    ///
    /// # Errors
    /// The refusal of the service.
    pub fn outcome(self) -> Result<(), Refusal> {
        Refusal::check_code(self.result, None)
    }
}

impl MessageMaskRequest {
    /// What happens with the messages of a group for the account `me`: 1 notify, 2 collect silently, 3 block, 4 receive
    /// silently.
    pub fn new(group: GroupUin, me: Uid, mask: u32) -> Self {
        Self {
            mask: Some(MessageMask {
                group: Some(group.get()),
                member: Some(MemberMask {
                    uid: Some(me.to_string()),
                    mask: Some(mask),
                }),
                field_3: Some(1),
                field_4: Some(2),
            }),
        }
    }
}

impl MessageMaskReply {
    /// Checks the result code in the reply.
    ///
    /// # Errors
    /// The refusal of the service.
    pub fn outcome(self) -> Result<(), Refusal> {
        Refusal::check_code(self.result.unwrap_or_default().code, None)
    }
}

impl SwitchBotRequest {
    /// Switches a bot of a group on or off.
    pub fn new(group: GroupUin, bot: Uin, on: bool) -> Self {
        Self {
            bot: Some(bot.get()),
            field_2: Some(2),
            on: Some(on.into()),
            group: Some(group.get()),
        }
    }
}

#[cfg(test)]
mod tests {
    use prost::Message as _;

    use super::*;

    fn group() -> GroupUin {
        GroupUin::new(20001).expect("a group")
    }

    fn hex(request: &impl prost::Message) -> String {
        hex::encode(request.encode_to_vec())
    }

    #[test]
    fn invitations_are_merged_into_the_present_bits() {
        // 1: 20001, 2 { 23: bits, 24: 0x06100000, 29: 0 or 1 }. 0x8001 is kept.
        for (setting, expected) in [
            (
                Invitations::Disabled,
                "08a19c01120fb80181808220c0018080c030e80100",
            ),
            (
                Invitations::Approval,
                "08a19c01120eb801818002c0018080c030e80101",
            ),
            (
                Invitations::Free,
                "08a19c01120eb801818042c0018080c030e80101",
            ),
            (
                Invitations::FreeUnder100,
                "08a19c01120fb80181808210c0018080c030e80101",
            ),
        ] {
            let request = ChangeGroupRequest::invitations(group(), 0x0610_8001, setting);
            assert_eq!(hex(&request), expected);
            assert_eq!(Invitations::of(setting.bits() | 0x8001), setting);
        }
        assert_eq!(Invitations::of(u32::MAX), Invitations::Disabled);
    }

    #[test]
    fn permission_is_a_bit_that_forbids() {
        let of = |permission, allowed| {
            hex(&ChangeGroupRequest::permission(
                group(),
                0x2,
                permission,
                allowed,
            ))
        };
        // 2 { 23: bits, 24: mask }
        assert_eq!(
            of(Permission::UploadToAlbum, false),
            "08a19c011206b80103c00101"
        );
        assert_eq!(
            of(Permission::UploadToAlbum, true),
            "08a19c011206b80102c00101"
        );
        assert_eq!(
            of(Permission::TemporaryChat, false),
            "08a19c01120ab801828004c001808004"
        );
        assert_eq!(
            of(Permission::CreateGroup, false),
            "08a19c01120ab801828002c001808002"
        );
    }

    #[test]
    fn history_is_a_bit_that_allows() {
        let of = |visible| hex(&ChangeGroupRequest::history(group(), 0x9, visible));
        // 2 { 42: bits, 43: 4 }
        assert_eq!(of(true), "08a19c011206d0020dd80204");
        assert_eq!(of(false), "08a19c011206d00209d80204");
    }

    #[test]
    fn robot_option_contains_only_what_changes() {
        let of = |allowed, examined| hex(&RobotOptionRequest::new(group(), allowed, examined));
        // 1: 20001, 2 { 1: 20001, 2 { 30, 31 } }
        assert_eq!(of(Some(1), Some(0)), "08a19c01120c08a19c011206f00101f80100");
        assert_eq!(of(None, Some(1)), "08a19c01120908a19c011203f80101");
    }

    #[test]
    fn message_mask_and_bot_have_their_constants() {
        let uid = Uid::new("u_ab").expect("a uid");
        // 1 { 1: 20001, 2 { 1: "u_ab", 4: 3 }, 3: 1, 4: 2 }
        assert_eq!(
            hex(&MessageMaskRequest::new(group(), uid, 3)),
            "0a1208a19c0112080a04755f6162200318012002"
        );
        let bot = Uin::new(10002).expect("an account");
        assert_eq!(
            hex(&SwitchBotRequest::new(group(), bot, true)),
            "08924e1002180120a19c01"
        );
        assert_eq!(
            hex(&SwitchBotRequest::new(group(), bot, false)),
            "08924e1002180020a19c01"
        );
    }

    #[test]
    fn codes_in_replies_are_refusals() {
        let reply = RobotOptionReply::decode(&b"\x10\x07"[..]).expect("a reply");
        assert_eq!(reply.outcome(), Err(Refusal::new(7, "")));
        let reply = MessageMaskReply::decode(&b"\x0a\x02\x10\x07"[..]).expect("a reply");
        assert_eq!(reply.outcome(), Err(Refusal::new(7, "")));
        assert_eq!(MessageMaskReply::default().outcome(), Ok(()));
    }
}
