//! The members of a group. protocol/04 §5.4

use nekonap_ids::{GroupUin, Uin};
use nekonap_wire::{
    commands::groups,
    field::Required,
    proto::groups::{MemberEntry, MembersReply, MembersRequest},
};

use crate::{
    refusal::Refusal,
    router::Caller,
    world::{Member, Person, World},
};

/// Number of members in a page.
const PAGE_SIZE: usize = 500;

/// Serves both `_3` and `_4`: the member that field 5 names, or a page of all members without it.
pub(crate) fn command(
    world: &mut World,
    caller: &Caller,
    request: MembersRequest,
) -> Result<MembersReply, Refusal> {
    let number: GroupUin = request.group.required("group")?;
    world.acting_member(number, caller.uin)?;
    let group = world.group(number)?;
    let one = request.one.and_then(|one| one.uid);
    let (members, cookie): (Vec<MemberEntry>, _) = if let Some(uid) = one {
        let uin = world.by_uid(Some(uid).required("uid")?)?;
        let member = world.member(number, uin)?;
        (vec![encode(world.person(uin)?, member)], None)
    } else {
        let from: u64 = request
            .cookie
            .and_then(|cookie| std::str::from_utf8(&cookie).ok()?.parse().ok())
            .unwrap_or(0);
        let mut rest = group.members().iter().filter(|(uin, _)| uin.get() >= from);
        let page = rest
            .by_ref()
            .take(PAGE_SIZE)
            .filter_map(|(uin, member)| Some(encode(world.find_person(*uin)?, member)))
            .collect();
        let next: Option<Uin> = rest.next().map(|(uin, _)| *uin);
        (page, next.map(|next| next.to_string().into_bytes().into()))
    };
    Ok(MembersReply {
        group: Some(number.get()),
        members,
        member_count: Some(group.count()),
        list_change_seq: Some(1),
        card_seq: Some(1),
        cookie,
    })
}

/// Encodes all fields; the mask is ignored.
fn encode(person: &Person, member: &Member) -> MemberEntry {
    groups::Member {
        uin: person.uin,
        uid: person.uid,
        nickname: person.nickname.clone(),
        card: member.card.clone(),
        title: member.title.clone(),
        level: member.level,
        role: member.role.into(),
        joined: member.joined,
        last_spoke: member.last_spoke,
        muted_until: member.muted_until,
    }
    .encode()
}
