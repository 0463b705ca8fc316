//! Group administration. protocol/04 §6

mod everybody;
mod group;
mod kick;
mod leave;
mod member;
mod mute;
mod role;
mod settings;
#[cfg(test)]
mod tests;
mod transfer;

use nekonap_wire::commands::admin::{
    ChangeGroup, ChangePermissions, GetEverybodyAllowance, KickMembers, LeaveGroup, MuteMembers,
    RenameGroup, SetAdmin, SetCard, SetGroupRemark, SetMessageMask, SetRobotOption, SetTitle,
    SwitchBot, TransferGroup,
};

use crate::{http::Acts, router::Router};

pub(crate) fn commands(router: &mut Router) {
    router.on::<KickMembers>(kick::command);
    router.on::<MuteMembers>(mute::command);
    router.on::<ChangeGroup>(group::change);
    router.on::<RenameGroup>(group::rename_command);
    router.on::<SetTitle>(member::title_command);
    router.on::<SetCard>(member::card_command);
    router.on::<SetAdmin>(role::command);
    router.on::<LeaveGroup>(leave::command);
    router.on::<GetEverybodyAllowance>(everybody::command);
    router.on::<SetGroupRemark>(group::remark);
    router.on::<ChangePermissions>(group::change);
    router.on::<SetRobotOption>(settings::robots);
    router.on::<SetMessageMask>(settings::message_mask);
    router.on::<SwitchBot>(settings::switch_bot);
    router.on::<TransferGroup>(transfer::command);
}

pub(crate) fn acts(acts: &mut Acts) {
    acts.add("kick_member", kick::act);
    acts.add("mute_member", mute::member_act);
    acts.add("mute_group", mute::group_act);
    acts.add("set_admin", role::act);
    acts.add("transfer_group", transfer::act);
    acts.add("set_card", member::card_act);
    acts.add("set_title", member::title_act);
    acts.add("rename_group", group::rename_act);
    acts.add("leave_group", leave::act_leave);
    acts.add("dismiss_group", leave::act_dismiss);
}
