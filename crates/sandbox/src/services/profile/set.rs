//! Changing the actor's own profile. protocol/04 §8.1

use nekonap_ids::Uin;
use nekonap_wire::{
    commands::{friends, profile::ProfileChange},
    proto::{admin::Done, profile::SetProfileRequest},
};

use crate::{
    http::Empty,
    refusal::Refusal,
    router::Caller,
    world::{Change, ProfileUpdate, Sex, World, check_birthday},
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
fn set(world: &mut World, actor: Uin, update: ProfileUpdate) -> Result<(), Refusal> {
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
    Ok(())
}

pub(super) fn command(
    world: &mut World,
    caller: &Caller,
    request: SetProfileRequest,
) -> Result<Done, Refusal> {
    let change = ProfileChange::of_request(request)?;
    let update = ProfileUpdate {
        nickname: change.nickname,
        signature: change.signature,
        sex: change.sex.map(|sex| match sex {
            friends::Sex::Unknown => Sex::Unknown,
            friends::Sex::Male => Sex::Male,
            friends::Sex::Female => Sex::Female,
        }),
        birthday: change.birthday.map(|date| match date {
            (0, 0, 0) => String::new(),
            (year, month, day) => format!("{year:04}-{month:02}-{day:02}"),
        }),
        status: None,
    };
    set(world, caller.uin, update)?;
    Ok(Done {})
}

pub(super) fn act(world: &mut World, actor: Uin, update: ProfileUpdate) -> Result<Empty, Refusal> {
    set(world, actor, update)?;
    Ok(Empty {})
}
