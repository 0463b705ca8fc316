//! A person's own remark and category for a friend, and new categories. protocol/04 §3.5

use nekonap_ids::{Uid, Uin};
use nekonap_wire::{
    field::Required,
    proto::{
        admin::Done,
        friends::{FriendCategoryRequest, FriendRemarkRequest},
    },
};
use serde::{Deserialize, Serialize};

use crate::{
    http::Empty,
    refusal::Refusal,
    router::Caller,
    world::{Change, World},
};

/// Maximum length of a remark, in characters.
const MAX_REMARK: usize = 60;
/// Maximum length of a category's name, in characters.
const MAX_CATEGORY_NAME: usize = 30;
/// Maximum number of a person's categories.
const MAX_CATEGORIES: usize = 100;

/// Sets the actor's remark for a friend. `connection`: the client that receives no push.
fn set_remark(
    world: &mut World,
    actor: Uin,
    friend: Uin,
    remark: String,
    connection: Option<u64>,
) -> Result<(), Refusal> {
    if remark.chars().count() > MAX_REMARK {
        let text = format!("a remark has at most {MAX_REMARK} characters");
        return Err(Refusal::bad_request(text));
    }
    world.update_friendship(actor, friend, |friendship| {
        friendship.remark.clone_from(&remark);
    })?;
    let set = Change::FriendRemarked {
        friend,
        remark,
        connection,
    };
    world.record(Some(actor), set);
    Ok(())
}

/// Moves a friend of the actor to a category. `connection`: the client that receives no push.
fn set_category(
    world: &mut World,
    actor: Uin,
    friend: Uin,
    category: u32,
    connection: Option<u64>,
) -> Result<(), Refusal> {
    if !world.person(actor)?.categories().contains_key(&category) {
        let text = format!("{actor} has no category {category}");
        return Err(Refusal::bad_request(text));
    }
    world.update_friendship(actor, friend, |friendship| friendship.category = category)?;
    let moved = Change::FriendMoved {
        friend,
        category,
        connection,
    };
    world.record(Some(actor), moved);
    Ok(())
}

pub(super) fn remark(
    world: &mut World,
    caller: &Caller,
    request: FriendRemarkRequest,
) -> Result<Done, Refusal> {
    let uid: Uid = request.uid.required("uid")?;
    let friend = world.by_uid(uid)?;
    let remark = request.remark.unwrap_or_default();
    let connection = Some(caller.connection.id());
    set_remark(world, caller.uin, friend, remark, connection)?;
    Ok(Done {})
}

pub(super) fn category(
    world: &mut World,
    caller: &Caller,
    request: FriendCategoryRequest,
) -> Result<Done, Refusal> {
    let uid: Uid = request.uid.required("uid")?;
    let friend = world.by_uid(uid)?;
    let category = request.category.unwrap_or(0);
    let connection = Some(caller.connection.id());
    set_category(world, caller.uin, friend, category, connection)?;
    Ok(Done {})
}

/// Parameters of `set_remark`.
#[derive(Debug, Deserialize)]
pub(crate) struct RemarkAct {
    target: Uin,
    text: String,
}

/// Sets a remark as a person.
pub(crate) fn act_remark(world: &mut World, actor: Uin, act: RemarkAct) -> Result<Empty, Refusal> {
    world.person(act.target)?;
    set_remark(world, actor, act.target, act.text, None)?;
    Ok(Empty {})
}

/// Parameters of `set_category`.
#[derive(Debug, Deserialize)]
pub(crate) struct CategoryAct {
    target: Uin,
    category: u32,
}

/// Moves a friend as a person.
pub(crate) fn act_category(
    world: &mut World,
    actor: Uin,
    act: CategoryAct,
) -> Result<Empty, Refusal> {
    world.person(act.target)?;
    set_category(world, actor, act.target, act.category, None)?;
    Ok(Empty {})
}

/// Parameters of `create_category`.
#[derive(Debug, Deserialize)]
pub(crate) struct CreateAct {
    name: String,
}

/// Reply of `create_category`.
#[derive(Debug, Serialize)]
pub(crate) struct Created {
    category: u32,
}

/// Creates a category of the actor, after the others. No client command does this.
pub(crate) fn act_create(
    world: &mut World,
    actor: Uin,
    act: CreateAct,
) -> Result<Created, Refusal> {
    if act.name.trim().is_empty() || act.name.chars().count() > MAX_CATEGORY_NAME {
        let text = format!("`name` has 1 to {MAX_CATEGORY_NAME} characters");
        return Err(Refusal::bad_request(text));
    }
    if world.person(actor)?.categories().len() >= MAX_CATEGORIES {
        let text = format!("{actor} has {MAX_CATEGORIES} categories, more are not possible");
        return Err(Refusal::bad_request(text));
    }
    let category = world.add_category(actor, &act.name)?;
    let created = Change::CategoryCreated {
        category,
        name: act.name,
    };
    world.record(Some(actor), created);
    Ok(Created { category })
}
