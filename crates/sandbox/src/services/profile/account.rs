//! New accounts, of people and of robots. api/sandbox §3, `create_account`, `create_robot`

use nekonap_ids::{Uid, Uin};
use serde::{Deserialize, Serialize};

use super::set::check_nickname;
use crate::{
    refusal::Refusal,
    world::{Change, Person, World},
};

/// Parameters of `create_account` and `create_robot`.
#[derive(Debug, Deserialize)]
pub(crate) struct CreateAct {
    nickname: String,
}

/// Reply of `create_account`.
#[derive(Debug, Serialize)]
pub(crate) struct Created {
    uin: Uin,
    uid: Uid,
}

/// Creates an account without friends.
pub(crate) fn create(world: &mut World, act: CreateAct) -> Result<Created, Refusal> {
    check_nickname(&act.nickname)?;
    let uin = world.free_uin()?;
    let uid = free_uid(world);
    let person = Person::new(uin, uid, act.nickname, world.now());
    world.add_person(person)?;
    world.record(None, Change::AccountCreated { uin });
    Ok(Created { uin, uid })
}

/// Reply of `create_robot`.
#[derive(Debug, Serialize)]
pub(crate) struct CreatedRobot {
    uin: Uin,
    uid: Uid,
    app_id: u64,
}

/// Creates a robot: an account whose messages have buttons, and which members add to groups without asking it.
pub(crate) fn create_robot(world: &mut World, act: CreateAct) -> Result<CreatedRobot, Refusal> {
    check_nickname(&act.nickname)?;
    let (uin, app_id) = world.free_robot()?;
    let uid = free_uid(world);
    let person = Person::new(uin, uid, act.nickname, world.now());
    world.add_person(person)?;
    world.add_robot(uin, app_id)?;
    world.record(None, Change::RobotCreated { uin, app_id });
    Ok(CreatedRobot { uin, uid, app_id })
}

/// Creates the account with this number unless it exists.
pub(crate) fn ensure_account(world: &mut World, uin: Uin) -> Result<(), Refusal> {
    if world.find_person(uin).is_some() {
        return Ok(());
    }
    let person = Person::new(uin, free_uid(world), uin.to_string(), world.now());
    world.add_person(person)
}

/// An unused uid: `u_` and 22 characters of URL-safe base64. protocol/04 §2
pub(crate) fn free_uid(world: &World) -> Uid {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    loop {
        let text = format!("u_{}", URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>()));
        if let Ok(uid) = Uid::new(&text)
            && world.find_uid(uid).is_none()
        {
            return uid;
        }
    }
}
