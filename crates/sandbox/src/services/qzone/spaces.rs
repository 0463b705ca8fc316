//! Who is kept out of a Qzone, and its name and description. api/newer §4.9, §4.10

use nekonap_ids::Uin;
use serde::Deserialize;

use crate::{
    http::Empty,
    refusal::Refusal,
    world::{Change, World},
};

/// Maximum length of a name and of a description, in characters.
const MAX_TEXT: usize = 300;

/// Keeps a person from taking part in the own Qzone, or lifts that.
pub(super) fn ban(world: &mut World, owner: Uin, target: Uin, enable: bool) -> Result<(), Refusal> {
    world.person(target)?;
    if target == owner {
        return Err(Refusal::bad_request("nobody is kept out of the own Qzone"));
    }
    if world.set_qzone_ban(owner, target, enable)? {
        world.record(Some(owner), Change::QzoneBanned { target, enable });
    }
    Ok(())
}

/// Parameters of `ban_from_qzone`.
#[derive(Debug, Deserialize)]
pub(super) struct BanAct {
    target: Uin,
    enable: bool,
}

pub(super) fn act_ban(world: &mut World, actor: Uin, act: BanAct) -> Result<Empty, Refusal> {
    ban(world, actor, act.target, act.enable)?;
    Ok(Empty {})
}

/// Parameters of `set_qzone`.
#[derive(Debug, Deserialize)]
pub(super) struct SetAct {
    name: Option<String>,
    description: Option<String>,
}

pub(super) fn act_set(world: &mut World, actor: Uin, act: SetAct) -> Result<Empty, Refusal> {
    let (name, description) = world.qzone_space(actor)?;
    let name = act.name.unwrap_or(name);
    let description = act.description.unwrap_or(description);
    for (field, text) in [("name", &name), ("description", &description)] {
        if text.chars().count() > MAX_TEXT {
            let text = format!("`{field}` has at most {MAX_TEXT} characters");
            return Err(Refusal::bad_request(text));
        }
    }
    world.set_qzone_space(actor, &name, &description)?;
    world.record(Some(actor), Change::QzoneSet { name, description });
    Ok(Empty {})
}
