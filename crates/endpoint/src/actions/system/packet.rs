//! `send_packet`, `nc_get_packet_status`: commands whose encoding is the caller's (api/actions §3.16).

use nekonap_client::CallError;
use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    actions::{Done, NoParams},
    bot::Context,
    error::{Failure, Result},
};

/// Longest name of a command, in bytes.
const LONGEST_COMMAND: usize = 128;
/// Largest body, in bytes: what fits into a request of 10 MiB (protocol/01 §1.2) with room for its head.
const LARGEST_BODY: usize = 8 << 20;

/// Parameters of `send_packet`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SendPacket {
    /// Name of the command, 1 to 128 printable ASCII characters.
    #[schemars(example = &"OidbSvcTrpcTcp.0xed3_1")]
    cmd: String,
    /// Body in hex, at most 8 MiB. An empty text is an empty body.
    #[schemars(example = &"08d31d1001220708944e10a19c016001")]
    data: String,
    /// Whether to wait for the reply.
    #[serde(default = "yes")]
    rsp: bool,
}

fn yes() -> bool {
    true
}

/// Returns the body of the reply in hex; null if it is not waited for.
pub(crate) async fn send(cx: Context, params: SendPacket) -> Result<Option<String>> {
    let SendPacket { cmd, data, rsp } = params;
    if !cx.bot().config().send_packet {
        let text = "raw commands are off: write `send_packet = true` into [onebot] of nekonap.toml";
        return Err(Failure::new(Code::PermissionDenied, text));
    }
    let is_name = (1..=LONGEST_COMMAND).contains(&cmd.len());
    if !is_name || !cmd.bytes().all(|byte| byte.is_ascii_graphic()) {
        let text = format!("it is 1 to {LONGEST_COMMAND} printable ASCII characters");
        return Err(Failure::invalid("cmd", text));
    }
    if data.len() > 2 * LARGEST_BODY {
        let text = format!("it has at most {LARGEST_BODY} bytes");
        return Err(Failure::invalid("data", text));
    }
    let body = hex::decode(&data)
        .map_err(|error| Failure::invalid("data", format_args!("it is not hex: {error}")))?;
    if rsp {
        let reply = cx.client().call_packet(&cmd, body.into()).await?;
        return Ok(Some(hex::encode(reply)));
    }
    cx.client().send_packet(&cmd, body.into()).await?;
    Ok(None)
}

/// Succeeds while commands reach the server.
pub(crate) async fn status(cx: Context, _: NoParams) -> Result<Done> {
    if cx.client().online() {
        Ok(Done)
    } else {
        Err(CallError::Offline.into())
    }
}
