//! The endpoint: a `nekonap run` process that is logged in to the world.

use crate::{
    frameworks::Urls,
    program::Program,
    world::{Api, TOKEN},
};
use serde_json::Value;
use std::{fmt::Write as _, fs, path::Path, time::Duration};
use tokio::time::sleep;

/// How long events are kept for the entries with `replay`. Longer than any outage of a run.
const REPLAY: &str = "10m";

/// Ports of the endpoint. They stay the same after a restart.
#[derive(Clone, Copy)]
pub(crate) struct Ports {
    /// HTTP with `/_events` and `replay`.
    pub(crate) http: u16,
    /// WebSocket.
    pub(crate) ws: u16,
    /// WebSocket with `replay`.
    pub(crate) ws_replay: u16,
}

/// The configuration file.
fn configuration(wire: u16, keys: &Value, ports: Ports, urls: &Urls) -> String {
    let replay = format!("replay = \"{REPLAY}\"");
    let mut text = format!(
        r#"data = "endpoint"

[qq]
servers = ["127.0.0.1:{wire}"]
secp192k1 = {}
p256 = {}

[onebot]
token = "{TOKEN}"

[[http]]
name = "http"
listen = "127.0.0.1:{}"
events = true
{replay}

[[ws]]
name = "ws"
listen = "127.0.0.1:{}"

[[ws]]
name = "ws-replay"
listen = "127.0.0.1:{}"
{replay}
"#,
        keys["secp192k1"], keys["p256"], ports.http, ports.ws, ports.ws_replay
    );
    let mut entry = |kind: &str, name: &str, url: &str, more: &str| {
        let _ = write!(
            text,
            "\n[[{kind}]]\nname = \"{name}\"\nurl = \"{url}\"\n{more}\n"
        );
    };
    let reconnect = "reconnect = \"1s\"";
    entry("reverse_ws", "steady", &urls.steady, reconnect);
    for (name, url) in [
        ("steady-replay", &urls.steady_replay),
        ("restless-replay", &urls.restless_replay),
    ] {
        entry("reverse_ws", name, url, &format!("{replay}\n{reconnect}"));
    }
    entry("webhook", "webhook", &urls.webhook, "");
    entry("webhook", "webhook-replay", &urls.webhook_replay, &replay);
    text
}

/// Writes the configuration, starts the endpoint and logs it in.
///
/// # Errors
/// The endpoint does not start or cannot log in.
pub(crate) async fn start(
    binary: &Path,
    folder: &Path,
    ports: Ports,
    urls: &Urls,
    (wire, keys, world): (u16, &Value, &Api),
) -> Result<Program, String> {
    let path = folder.join("nekonap.toml");
    fs::write(&path, configuration(wire, keys, ports, urls)).map_err(|error| error.to_string())?;
    let arguments = ["run".into(), "--config".into(), path.into()];
    let ready = format!("http://127.0.0.1:{}/readyz", ports.http);
    let mut program = Program::start("endpoint", binary, arguments.into(), folder, ready)?;
    // The first start shows a code; later ones use the saved session.
    let confirm = async {
        while !world.confirm_log_in().await {
            sleep(Duration::from_millis(100)).await;
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        outcome = program.ready() => outcome?,
        () = confirm => {}
    }
    Ok(program)
}
