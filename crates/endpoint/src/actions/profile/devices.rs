//! `get_online_clients`: the other devices of the account (api/actions §3.12).

use nekonap_onebot::events::Device;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{bot::Context, config::Profile, error::Result, events};

/// Parameters of `get_online_clients`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetOnlineClients {
    /// Ignored: the server pushes the list whenever it changes, and cannot be asked for it.
    #[serde(default, rename = "no_cache")]
    _no_cache: bool,
}

/// The devices, in the form of the response profile (api/actions §1.7).
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum OnlineClients {
    NapcatV4 {
        /// The devices.
        clients: Vec<Device>,
    },
    Napcat418(Vec<Device>),
}

pub(crate) async fn get(cx: Context, _: GetOnlineClients) -> Result<OnlineClients> {
    let devices = cx.client().devices()?.into_iter();
    let clients = devices.map(events::device).collect();
    Ok(match cx.profile() {
        Profile::NapcatV4 => OnlineClients::NapcatV4 { clients },
        Profile::Napcat418 => OnlineClients::Napcat418(clients),
    })
}
