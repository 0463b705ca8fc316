use schemars::JsonSchema;
use serde::Serialize;

/// `notice` / `client_status`: another device of the account came online or went offline (api/events-and-segments §4.14). Off by
/// default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ClientStatus {
    /// Whether the device is online now.
    pub online: bool,
    /// The device.
    pub client: Device,
}

/// A device on which the account is online (api/actions §1.8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Device {
    /// Number of the client on the device.
    pub app_id: u32,
    /// Name of the device.
    pub device_name: String,
    /// Kind of the device, such as `iPhone`.
    pub device_kind: String,
}
