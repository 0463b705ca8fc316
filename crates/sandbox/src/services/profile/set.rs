//! Changing one's own profile. protocol/04 §8.1

use nekonap_ids::Uin;

use crate::{
    http::Empty,
    refusal::Refusal,
    world::{Change, ProfileUpdate, World, check_birthday},
};

/// The most characters of a nickname and of a signature.
const NICKNAME: usize = 36;
const SIGNATURE: usize = 240;

pub(crate) fn check_nickname(nickname: &str) -> Result<(), Refusal> {
    if nickname.trim().is_empty() || nickname.chars().count() > NICKNAME {
        let text = format!("`nickname` has 1 to {NICKNAME} characters");
        return Err(Refusal::bad_request(text));
    }
    Ok(())
}

/// Changes the actor's profile.
pub(crate) fn act(world: &mut World, actor: Uin, update: ProfileUpdate) -> Result<Empty, Refusal> {
    if let Some(nickname) = &update.nickname {
        check_nickname(nickname)?;
    }
    if update
        .signature
        .as_ref()
        .is_some_and(|signature| signature.chars().count() > SIGNATURE)
    {
        let text = format!("`signature` has at most {SIGNATURE} characters");
        return Err(Refusal::bad_request(text));
    }
    if let Some(birthday) = &update.birthday {
        check_birthday(birthday)?;
    }
    if update == ProfileUpdate::default() {
        return Err(Refusal::bad_request(
            "one of `nickname`, `signature`, `sex`, `birthday`, `status` is needed",
        ));
    }
    world.update_person(actor, |person| person.apply(&update))?;
    world.record(Some(actor), Change::ProfileChanged(update));
    Ok(Empty {})
}
