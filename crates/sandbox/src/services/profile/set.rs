//! Changing the actor's own profile. protocol/04 §8.1

use nekonap_ids::Uin;

use crate::{
    http::Empty,
    refusal::Refusal,
    world::{Change, ProfileUpdate, World, check_birthday},
};

/// Maximum length of a nickname, in characters.
const MAX_NICKNAME: usize = 36;
/// Maximum length of a signature, in characters.
const MAX_SIGNATURE: usize = 240;

pub(crate) fn check_nickname(nickname: &str) -> Result<(), Refusal> {
    if nickname.trim().is_empty() || nickname.chars().count() > MAX_NICKNAME {
        let text = format!("`nickname` has 1 to {MAX_NICKNAME} characters");
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
        .is_some_and(|signature| signature.chars().count() > MAX_SIGNATURE)
    {
        let text = format!("`signature` has at most {MAX_SIGNATURE} characters");
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
