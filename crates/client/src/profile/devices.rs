//! The other devices of the account that are online. The server pushes the complete list after each log-in and each change.
//! protocol/04 §13.6, protocol/05 §6.3

use std::sync::{Mutex, PoisonError};

use nekonap_ids::Uin;
use nekonap_wire::proto::session::PushParams;

use crate::{client::Client, error::CallError};

/// The most devices of a list that are kept. QQ lets an account be online on a handful.
const MAX_DEVICES: usize = 64;

/// A device on which the account is online.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Number of the client on it; it may be another after the next log-in of that client.
    pub id: u32,
    /// Name that its user gave it, such as `alice's phone`.
    pub name: String,
    /// Its kind, such as `iPhone`.
    pub kind: String,
}

/// The list that was pushed last, and its account.
#[derive(Default)]
pub(crate) struct KnownDevices(Mutex<Option<(Uin, Vec<Device>)>>);

impl KnownDevices {
    /// Replaces the list. Returns the devices that went, then those that came, each with whether it is online; none for the
    /// first list of an account.
    pub(crate) fn replace(&self, account: Uin, devices: &[Device]) -> Vec<(Device, bool)> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = known.replace((account, devices.to_vec()));
        let Some((_, before)) = before.filter(|(of, _)| *of == account) else {
            return Vec::new();
        };
        let gone = before.iter().filter(|device| !devices.contains(device));
        let come = devices.iter().filter(|device| !before.contains(device));
        let gone = gone.map(|device| (device.clone(), false));
        gone.chain(come.map(|device| (device.clone(), true)))
            .collect()
    }

    fn of(&self, account: Uin) -> Vec<Device> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.as_ref().filter(|(of, _)| *of == account);
        known
            .map(|(_, devices)| devices.clone())
            .unwrap_or_default()
    }
}

/// The devices in a push without this client. It is the first with its name: nothing else in the list tells it apart.
pub(crate) fn others(push: PushParams, own_name: &str) -> Vec<Device> {
    let mut devices: Vec<Device> = push
        .devices
        .into_iter()
        .take(MAX_DEVICES)
        .map(|device| Device {
            id: device.instance_id.unwrap_or_default(),
            name: device.device_name.unwrap_or_default(),
            kind: device.platform_name.unwrap_or_default(),
        })
        .collect();
    if let Some(own) = devices.iter().position(|device| device.name == own_name) {
        devices.remove(own);
    }
    devices
}

impl Client {
    /// The account's other devices that are online, as the server pushed them last. Empty until the first push, which
    /// arrives right after the log-in.
    ///
    /// # Errors
    /// [`CallError::Offline`].
    pub fn devices(&self) -> Result<Vec<Device>, CallError> {
        self.inner.session()?;
        Ok(self.inner.devices.of(self.inner.myself()?.uin))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nekonap_wire::proto::session::push_params;

    fn device(id: u32, name: &str) -> Device {
        Device {
            id,
            name: name.to_owned(),
            kind: "iPhone".to_owned(),
        }
    }

    #[test]
    fn own_device_is_left_out_once() {
        let devices = (1..=3).zip(["phone", "mine", "mine"]);
        let push = PushParams::new(
            devices
                .map(|(id, name)| push_params::Device {
                    instance_id: Some(id),
                    platform_name: Some("iPhone".to_owned()),
                    device_name: Some(name.to_owned()),
                    ..push_params::Device::default()
                })
                .collect(),
        );
        assert_eq!(
            others(push, "mine"),
            [device(1, "phone"), device(3, "mine")]
        );
        let many = vec![push_params::Device::default(); 10_000];
        assert_eq!(others(PushParams::new(many), "mine").len(), MAX_DEVICES);
    }

    #[test]
    fn lists_of_one_account_are_compared() {
        let known = KnownDevices::default();
        let one = Uin::new(10_001).expect("an account");
        let other = Uin::new(10_002).expect("an account");
        let (phone, pad) = (device(1, "phone"), device(2, "pad"));
        assert_eq!(known.replace(one, std::slice::from_ref(&phone)), []);
        assert_eq!(known.replace(one, std::slice::from_ref(&phone)), []);
        let changes = known.replace(one, std::slice::from_ref(&pad));
        assert_eq!(changes, [(phone, false), (pad.clone(), true)]);
        assert_eq!(known.replace(other, &[]), []);
        assert_eq!(known.of(one), []);
        assert_eq!(
            known.replace(other, std::slice::from_ref(&pad)),
            [(pad, true)]
        );
    }
}
