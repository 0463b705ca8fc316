//! A group's members, all or one. protocol/04 §5.4

use nekonap_ids::{GroupUin, Uid, Uin};
use nekonap_wire::proto::groups::{
    Member as ProtoMember, MemberCard, MemberId, MemberLevel, MembersReply, MembersRequest,
};

use crate::{
    clock::seconds32,
    refusal::Refusal,
    router::Caller,
    world::{Member, Person, Role, World},
};

/// How many members a page has.
const PAGE: usize = 500;

/// `_3` and `_4` alike: with field 5 that member, without it the list.
pub(crate) fn command(
    world: &mut World,
    caller: &Caller,
    request: MembersRequest,
) -> Result<MembersReply, Refusal> {
    let number = GroupUin::new(request.group.unwrap_or(0))
        .map_err(|_| Refusal::bad_request("`group` names no group"))?;
    world.acting_member(number, caller.uin)?;
    let group = world.group(number)?;
    let one = request.one.and_then(|one| one.uid);
    let (members, cookie): (Vec<ProtoMember>, _) = if let Some(uid) = one {
        let uid = Uid::new(&uid).map_err(|_| Refusal::bad_request("`uid` is no uid"))?;
        let uin = world.by_uid(uid)?;
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
            .take(PAGE)
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

/// All fields, whatever the mask.
fn encode(person: &Person, member: &Member) -> ProtoMember {
    ProtoMember {
        id: Some(MemberId {
            uid: Some(person.uid.to_string()),
            uin: Some(person.uin.get()),
        }),
        nick: Some(person.nickname.clone()),
        card: Some(MemberCard {
            card: Some(member.card.clone()),
        }),
        level: Some(MemberLevel {
            infos: Vec::new(),
            level: Some(member.level),
        }),
        owner: Some(if member.role == Role::Owner { 2 } else { 1 }),
        special_title: Some(member.title.clone()),
        join_time: Some(seconds32(member.joined)),
        last_message_time: Some(seconds32(member.last_spoke)),
        mute_until: Some(seconds32(member.muted_until)),
        is_admin: Some(member.role == Role::Admin),
        permission: Some(match member.role {
            Role::Member => 0,
            Role::Owner => 1,
            Role::Admin => 2,
        }),
    }
}
