//! `get_version_info` and `get_supported_actions` (api/actions §3.16; api/actions §4, point 8).

use schemars::JsonSchema;
use serde::Serialize;

use crate::{actions::NoParams, bot::Context, error::Result};

/// Name and version of the server. Frameworks request them right after connecting.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Version {
    /// Name by which frameworks choose the features to use.
    app_name: String,
    /// Version that belongs to `app_name`.
    app_version: String,
    /// Always `v11`.
    protocol_version: &'static str,
    /// Name and version of Nekonap.
    app_full_name: String,
    /// The same as `app_version`.
    version: String,
    /// Operating system, such as `linux`.
    runtime_os: &'static str,
    /// Version of Nekonap.
    runtime_version: &'static str,
    /// Always 6.
    protocol_name: u32,
    /// Always `pro`.
    coolq_edition: &'static str,
    /// Always false.
    go_cqhttp: bool,
    /// Always false.
    #[serde(rename = "go-cqhttp")]
    go_cqhttp_dashed: bool,
}

pub(crate) async fn get(cx: Context, _: NoParams) -> Result<Version> {
    let config = cx.bot().config();
    Ok(Version {
        app_name: config.app_name.clone(),
        app_version: config.app_version.clone(),
        protocol_version: "v11",
        app_full_name: concat!("Nekonap-", env!("CARGO_PKG_VERSION")).to_owned(),
        version: config.app_version.clone(),
        runtime_os: std::env::consts::OS,
        runtime_version: env!("CARGO_PKG_VERSION"),
        // go-cqhttp's number for the desktop client protocol on Linux and macOS, which Nekonap speaks.
        protocol_name: 6,
        coolq_edition: "pro",
        go_cqhttp: false,
        go_cqhttp_dashed: false,
    })
}

/// All names and aliases that can be called, without suffixes.
pub(crate) async fn supported(cx: Context, _: NoParams) -> Result<Vec<&'static str>> {
    Ok(cx.action_names())
}
