//! Another device of the account came online or went offline (api/events-and-segments §4.14).

use nekonap_archive::ArchiveError;
use nekonap_client::Device;
use nekonap_onebot::events::{self, ClientStatus, Notice};

use crate::bot::Bot;

pub(super) async fn report(bot: &Bot, device: Device, online: bool) -> Result<(), ArchiveError> {
    if !bot.config().events.client_status {
        return Ok(());
    }
    let notice = Notice::ClientStatus(ClientStatus {
        online,
        client: onebot(device),
    });
    super::report(bot, crate::bot::now(), notice, false).await
}

/// The device as frameworks see it.
pub(crate) fn onebot(device: Device) -> events::Device {
    events::Device {
        app_id: device.id,
        device_name: device.name,
        device_kind: device.kind,
    }
}
