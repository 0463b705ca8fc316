//! The online status that a client sets for its account. protocol/04 §8.2, §8.3

use nekonap_ids::Uin;
use nekonap_wire::commands::{
    friends::Presence,
    profile::{CUSTOM, OwnStatus},
};

use crate::{
    refusal::Refusal,
    router::Caller,
    world::{Change, Status, World},
};

/// The extended statuses. protocol/04 §8.3
const EXTENDED: &[u32] = &[
    1000, 1011, 1016, 1018, 1021, 1027, 1028, 1030, 1032, 1051, 1052, 1056, 1058, 1059, 1060, 1061,
    1062, 1063, 1070, 1071, 1201, 1300, 1401, 2000, 2001, 2003, 2006, 2012, 2013, 2014, 2015, 2017,
    2019, 2023, 2025, 2026, 2037, 2047,
];
/// Maximum length of the text of a status of one's own, in characters.
const MAX_TEXT: usize = 60;

/// Sets the status of the caller's client. It ends with the connection.
pub(super) fn command(
    world: &mut World,
    caller: &Caller,
    request: OwnStatus,
) -> Result<(), Refusal> {
    check(&request)?;
    let Presence { status, ext } = request.presence;
    let connection = caller.connection.id();
    if !world.sessions.set_status(caller.uin, connection, request) {
        return Err(Refusal::not_found("the client is not online"));
    }
    let change = Change::StatusChanged {
        status,
        ext_status: ext,
    };
    world.record(Some(caller.uin), change);
    Ok(())
}

fn check(request: &OwnStatus) -> Result<(), Refusal> {
    let Presence { status, ext } = request.presence;
    let text = match &request.custom {
        _ if Status::from_number(status).is_none() => format!("there is no status {status}"),
        _ if ext != 0 && status != Presence::ONLINE.status => {
            format!("an extended status needs status 10, not {status}")
        }
        _ if ext != 0 && !EXTENDED.contains(&ext) => format!("there is no extended status {ext}"),
        _ if request.battery > 100 => {
            format!("a battery has 0 to 100 per cent, not {}", request.battery)
        }
        None if ext == CUSTOM => "extended status 2000 needs an icon and a text".to_owned(),
        Some(_) if ext != CUSTOM => "an icon and a text need extended status 2000".to_owned(),
        Some(custom) if custom.text.chars().count() > MAX_TEXT => {
            format!("the text of a status has at most {MAX_TEXT} characters")
        }
        _ => return Ok(()),
    };
    Err(Refusal::bad_request(text))
}

/// Records the status of an account if it is not `before`: a client that had set it has gone.
pub(crate) fn record_change(world: &mut World, uin: Uin, before: Presence) -> Result<(), Refusal> {
    let Presence { status, ext } = world.presence(world.person(uin)?);
    if (Presence { status, ext }) != before {
        let change = Change::StatusChanged {
            status,
            ext_status: ext,
        };
        world.record(Some(uin), change);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use nekonap_wire::commands::profile::CustomStatus;

    fn status(status: u32, ext: u32, battery: u32) -> OwnStatus {
        OwnStatus::new(Presence { status, ext }, battery)
    }

    #[test]
    fn every_status_of_the_table_is_accepted() {
        for number in [10, 30, 40, 50, 60, 70] {
            assert_eq!(check(&status(number, 0, 0)), Ok(()));
        }
        for ext in EXTENDED.iter().filter(|ext| **ext != CUSTOM) {
            assert_eq!(check(&status(10, *ext, 100)), Ok(()));
        }
    }

    #[test]
    fn other_values_are_refused_by_name() {
        let custom = |ext, text: &str| OwnStatus {
            custom: Some(CustomStatus {
                text: text.to_owned(),
                ..CustomStatus::default()
            }),
            ..status(10, ext, 0)
        };
        for (request, part) in [
            (status(20, 0, 0), "status 20"),
            (status(0, 0, 0), "status 0"),
            (status(u32::MAX, 0, 0), "status 4294967295"),
            (status(30, 1028, 0), "needs status 10"),
            (status(10, 1029, 0), "extended status 1029"),
            (status(10, 1000, 101), "battery"),
            (status(10, CUSTOM, 0), "needs an icon"),
            (custom(0, "x"), "need extended status 2000"),
            (custom(CUSTOM, &"字".repeat(61)), "at most 60"),
        ] {
            let refusal = check(&request).expect_err(part);
            assert!(refusal.text.contains(part), "{}", refusal.text);
        }
        assert_eq!(check(&custom(CUSTOM, &"字".repeat(60))), Ok(()));
    }
}
