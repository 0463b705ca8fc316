//! The friend list with its categories, in pages. protocol/04 §3.1

use nekonap_ids::Uin;
use nekonap_wire::{
    commands::friends::{Category, Friend, Sex},
    proto::friends::{FriendEntry, FriendsReply, FriendsRequest, PageCookie},
};
use prost::Message as _;

use crate::{
    clock::seconds32,
    refusal::Refusal,
    router::Caller,
    world::{Friendship, Person, World},
};

/// Default number of friends in a page.
const PAGE_SIZE: usize = 300;
/// Maximum number of friends in a page.
const MAX_PAGE_SIZE: usize = 500;

pub(crate) fn command(
    world: &mut World,
    caller: &Caller,
    request: FriendsRequest,
) -> Result<FriendsReply, Refusal> {
    let me = world.person(caller.uin)?;
    let wanted = usize::try_from(request.req_count.unwrap_or(0)).unwrap_or(PAGE_SIZE);
    let size = if wanted == 0 {
        PAGE_SIZE
    } else {
        wanted.min(MAX_PAGE_SIZE)
    };
    let from = request
        .cookie
        .and_then(|cookie| PageCookie::decode(cookie).ok())
        .and_then(|cookie| cookie.next_uin)
        .unwrap_or(0);
    // The list contains the account itself.
    let own = Friendship::default();
    let mut all: Vec<(Uin, &Friendship)> = me
        .friends()
        .iter()
        .map(|(uin, friendship)| (*uin, friendship))
        .chain([(me.uin, &own)])
        .filter(|(uin, _)| uin.get() >= from)
        .collect();
    all.sort_unstable_by_key(|(uin, _)| *uin);
    let next = all.get(size).map(|(uin, _)| uin.get());
    let now = world.now();
    let friends = all
        .into_iter()
        .take(size)
        .filter_map(|(uin, friendship)| Some(friend(world.find_person(uin)?, friendship, now)))
        .collect();
    let count = |id: u32| {
        me.friends()
            .values()
            .filter(|one| one.category == id)
            .count()
    };
    let number = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    let signed = |id: u32| i32::try_from(id).unwrap_or(i32::MAX);
    Ok(FriendsReply {
        seq: Some(1),
        cookie: next.map(|next_uin| {
            PageCookie {
                next_uin: Some(next_uin),
            }
            .encode_to_vec()
            .into()
        }),
        is_end: Some(next.is_none()),
        time: Some(seconds32(now)),
        self_uin: Some(me.uin.get()),
        small_seq: Some(1),
        friends,
        categories: me
            .categories()
            .iter()
            .map(|(id, name)| {
                let category = Category {
                    id: signed(*id),
                    name: name.clone(),
                    member_count: number(count(*id)),
                    sort_id: signed(*id),
                };
                category.encode()
            })
            .collect(),
    })
}

fn friend(person: &Person, friendship: &Friendship, now: u64) -> FriendEntry {
    Friend {
        uin: person.uin,
        uid: person.uid,
        nickname: person.nickname.clone(),
        remark: friendship.remark.clone(),
        signature: person.signature.clone(),
        qid: String::new(),
        category: i32::try_from(friendship.category).unwrap_or(0),
        sex: Sex::from(u64::from(person.sex.number())),
        age: u32::from(person.age(now)),
        birthday: person.birth_date().unwrap_or_default(),
    }
    .encode()
}
