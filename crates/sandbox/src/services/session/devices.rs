//! Devices of an account that are online without a client at the wire port, such as its phone. They are kept in memory, as clients
//! are. protocol/05 §6.3, api/sandbox §3, `device_online`, `device_offline`

use nekonap_ids::Uin;
use serde::{Deserialize, Serialize};

use crate::{
    refusal::Refusal,
    world::{Change, MAX_CLIENTS, OtherDevice, World},
};

/// Maximum length of a name or a kind, in characters.
const MAX_TEXT: usize = 60;

/// Parameters of `device_online`.
#[derive(Debug, Deserialize)]
pub(crate) struct OnlineAct {
    name: String,
    #[serde(default = "phone")]
    kind: String,
}

/// Reply of `device_online`, and parameters of `device_offline`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DeviceNumber {
    device: u32,
}

fn phone() -> String {
    "Android".to_owned()
}

/// Takes a device of the actor online.
pub(super) fn online(
    world: &mut World,
    actor: Uin,
    act: OnlineAct,
) -> Result<DeviceNumber, Refusal> {
    for (field, text) in [("name", &act.name), ("kind", &act.kind)] {
        if !(1..=MAX_TEXT).contains(&text.chars().count()) {
            let text = format!("`{field}` must have 1 to {MAX_TEXT} characters");
            return Err(Refusal::bad_request(text));
        }
    }
    if world.sessions.devices(actor).len() >= MAX_CLIENTS {
        let text = format!("an account has at most {MAX_CLIENTS} devices");
        return Err(Refusal::conflict(text));
    }
    let instance = world.sessions.free_instance(actor);
    let OnlineAct { name, kind } = act;
    let device = OtherDevice {
        instance,
        name,
        kind,
    };
    world.note_login(actor)?;
    world.sessions.add_device(actor, device.clone());
    world.record(Some(actor), Change::device(device, true));
    Ok(DeviceNumber { device: instance })
}

/// Takes a device of the actor offline.
pub(super) fn offline(world: &mut World, actor: Uin, act: DeviceNumber) -> Result<(), Refusal> {
    let device = world.sessions.remove_device(actor, act.device);
    let device = device.ok_or_else(|| {
        Refusal::not_found(format!("no device {} of {actor} is online", act.device))
    })?;
    world.record(Some(actor), Change::device(device, false));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{uin, world};

    fn act(name: &str, kind: &str) -> OnlineAct {
        OnlineAct {
            name: name.to_owned(),
            kind: kind.to_owned(),
        }
    }

    #[test]
    fn numbers_are_unique_and_used_again() {
        let mut world = world();
        let bob = uin(10002);
        let mut number = |name| online(&mut world, bob, act(name, "iPad")).map(|one| one.device);
        assert_eq!(number("one").ok(), Some(1));
        assert_eq!(number("two").ok(), Some(2));
        offline(&mut world, bob, DeviceNumber { device: 1 }).expect("it was online");
        let again = offline(&mut world, bob, DeviceNumber { device: 1 });
        assert!(again.expect_err("refused").text.contains("no device 1"));
        let third = online(&mut world, bob, act("three", "iPad")).expect("online");
        assert_eq!(third.device, 1);
        let names: Vec<&str> = world
            .sessions
            .devices(bob)
            .iter()
            .map(|one| &*one.name)
            .collect();
        assert_eq!(names, ["two", "three"]);
    }

    #[test]
    fn wrong_texts_and_too_many_devices_are_refused() {
        let mut world = world();
        let long = "字".repeat(61);
        for (name, kind, field) in [
            ("", "iPad", "`name`"),
            (&*long, "iPad", "`name`"),
            ("one", "", "`kind`"),
            ("one", &long, "`kind`"),
        ] {
            let refusal = online(&mut world, uin(10002), act(name, kind)).expect_err("refused");
            assert!(refusal.text.contains(field), "{}", refusal.text);
        }
        for _ in 0..MAX_CLIENTS {
            online(&mut world, uin(10002), act("one", "iPad")).expect("online");
        }
        let refusal = online(&mut world, uin(10002), act("one", "iPad")).expect_err("refused");
        assert!(refusal.text.contains("at most 16"), "{}", refusal.text);
    }
}
