//! Details of a group. protocol/04 §5.2

use nekonap_ids::GroupUin;
use nekonap_wire::proto::groups::{Details, DetailsReply, DetailsRequest};

use crate::{
    clock::seconds32,
    refusal::Refusal,
    router::Caller,
    world::{Chat, MAX_MEMBERS, World},
};

/// Maximum number of administrators of a group.
const MAX_ADMINS: u32 = 10;

/// Details of a group that the caller is not in: not of one that cannot be found by its number.
pub(crate) fn of_other(
    world: &mut World,
    caller: &Caller,
    request: DetailsRequest,
) -> Result<DetailsReply, Refusal> {
    let number = request.wanted.as_ref().and_then(|wanted| wanted.group);
    let number = number.unwrap_or(0);
    let group = GroupUin::new(number).ok();
    let group = group.and_then(|number| world.find_group(number));
    let hidden = group
        .is_some_and(|group| group.hide_from_number && !group.members().contains_key(&caller.uin));
    if hidden {
        let refusal = Refusal::not_found("no such group");
        return Ok(DetailsReply::refused(number, &refusal.into()));
    }
    command(world, caller, request)
}

/// Returns the fields that the request's mask selects.
pub(crate) fn command(
    world: &mut World,
    caller: &Caller,
    request: DetailsRequest,
) -> Result<DetailsReply, Refusal> {
    let wanted = request.wanted.unwrap_or_default();
    let number = wanted.group.unwrap_or(0);
    let mask = wanted.mask.unwrap_or_default();
    let found = GroupUin::new(number)
        .ok()
        .and_then(|number| world.find_group(number));
    let Some(group) = found else {
        let refusal = Refusal::not_found("no such group");
        return Ok(DetailsReply::refused(number, &refusal.into()));
    };
    let owner = world
        .find_person(group.owner)
        .map(|owner| owner.uid.to_string())
        .unwrap_or_default();
    let newest = world.message(Chat::Group(group.uin), group.sequence())?;
    // A group without messages has no newest message.
    let spoken = group.sequence() > crate::world::BEFORE_FIRST_IN_GROUP;
    let last = match &newest {
        Some(message) => message.time,
        None => group
            .members()
            .values()
            .map(|one| one.last_spoke)
            .max()
            .unwrap_or(0),
    };
    let muted = group
        .members()
        .get(&caller.uin)
        .map_or(0, |member| member.muted_until);
    let active = group
        .members()
        .values()
        .filter(|one| one.last_spoke > 0)
        .count();
    // Only those who may change it see the right answer.
    let answer = match world.acting_admin(group.uin, caller.uin) {
        Ok(_) => &group.joining.answer[..],
        Err(_) => "",
    };
    let text = |mask: &Option<String>, value: &str| mask.as_ref().map(|_| value.to_owned());
    let facts = Details {
        owner: text(&mask.owner, &owner),
        create_time: mask.create_time.map(|_| seconds32(group.created)),
        flag: mask.flag.map(|_| 0),
        flag_ext: mask.flag_ext.map(|_| 0),
        privileges: mask.privileges.map(|_| group.permissions.privileges),
        flag_ext_4: mask.flag_ext_4.map(|_| group.permissions.flags),
        max_members: mask.max_members.map(|_| MAX_MEMBERS),
        members: mask.members.map(|_| group.count()),
        join_option: mask.join_option.map(|_| group.joining.option),
        level: mask.level.map(|_| 1),
        name: text(&mask.name, &group.name),
        memo: text(&mask.memo, &world.newest_notice(group.uin)?),
        description: text(&mask.description, ""),
        internal_uin: mask
            .internal_uin
            .map(|_| u32::try_from(group.uin.get()).unwrap_or(0)),
        latest_seq: mask
            .latest_seq
            .map(|_| if spoken { group.sequence().get() } else { 0 }),
        latest_time: mask.latest_time.map(|_| seconds32(last)),
        question: text(&mask.question, &group.joining.question),
        answer: text(&mask.answer, answer),
        max_admins: mask.max_admins.map(|_| MAX_ADMINS),
        active_members: mask
            .active_members
            .map(|_| u32::try_from(active).unwrap_or(u32::MAX)),
        rich_description: text(&mask.rich_description, ""),
        mute_all_until: mask.mute_all_until.map(|_| group.muted_until()),
        mute_me_until: mask.mute_me_until.map(|_| seconds32(muted)),
        no_finger_open: mask.no_finger_open.map(|_| group.hide_from_words.into()),
        no_code_finger_open: mask
            .no_code_finger_open
            .map(|_| group.hide_from_number.into()),
        long_name: text(&mask.long_name, &group.name),
    };
    Ok(DetailsReply::new(group.uin, facts))
}
