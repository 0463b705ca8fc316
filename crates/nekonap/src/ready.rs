//! The ready line: one line of JSON that `nekonap sandbox` prints to stdout when all its listeners are open and all bots are
//! online. Other programs depend on its fields.

use nekonap_ids::Uin;
use serde::Serialize;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// The ready line, with the fields in the order in which they are printed.
#[derive(Debug, Clone, Serialize)]
pub struct Ready {
    /// Always true.
    #[serde(rename = "ready")]
    up: bool,
    /// Account of the first bot.
    pub self_id: Uin,
    /// URL of the first bot's HTTP API, `http://host:port`.
    pub http: String,
    /// URL of the first bot's WebSocket, `ws://host:port`.
    pub ws: String,
    /// Address that QQ clients connect to, `host:port`.
    pub wire: SocketAddr,
    /// URL of the sandbox's page for a browser.
    pub console: String,
    /// Access token; empty with `--no-token`.
    pub token: String,
    /// Public keys that a client needs in place of those of the QQ servers.
    pub wire_keys: WireKeys,
    /// Absolute path of the data folder; null for a world in memory.
    pub data: Option<PathBuf>,
    /// All bots in the order of the command line. The first is the one of the fields above.
    pub bots: Vec<ReadyBot>,
}

/// The sandbox's public keys, uncompressed points in hex.
#[derive(Debug, Clone, Serialize)]
pub struct WireKeys {
    /// Key on secp192k1, 49 bytes.
    pub secp192k1: String,
    /// Key on P-256, 65 bytes.
    pub p256: String,
}

/// A bot in the ready line.
#[derive(Debug, Clone, Serialize)]
pub struct ReadyBot {
    /// Account of the bot.
    pub self_id: Uin,
    /// URL of its HTTP API, `http://host:port`.
    pub http: String,
    /// URL of its WebSocket, `ws://host:port`.
    pub ws: String,
}

impl Ready {
    /// The ready line of a running sandbox; `None` when `bots` is empty.
    pub fn new(
        bots: Vec<ReadyBot>,
        wire: SocketAddr,
        wire_keys: WireKeys,
        token: String,
        data: Option<&Path>,
    ) -> Option<Self> {
        let first = bots.first()?.clone();
        Some(Self {
            up: true,
            self_id: first.self_id,
            console: format!("{}/sandbox", first.http),
            http: first.http,
            ws: first.ws,
            wire,
            token,
            wire_keys,
            data: data.map(Path::to_path_buf),
            bots,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ready_line_has_the_documented_fields_in_order() {
        let bot = ReadyBot {
            self_id: Uin::new(10001).expect("a number"),
            http: "http://127.0.0.1:3000".to_owned(),
            ws: "ws://127.0.0.1:3001".to_owned(),
        };
        let keys = WireKeys {
            secp192k1: "04aa".to_owned(),
            p256: "04bb".to_owned(),
        };
        let wire = "127.0.0.1:3002".parse().expect("an address");
        let ready = Ready::new(vec![bot], wire, keys, "secret".to_owned(), None).expect("a bot");
        assert_eq!(
            serde_json::to_string(&ready).expect("JSON"),
            r#"{"ready":true,"self_id":10001,"http":"http://127.0.0.1:3000","ws":"ws://127.0.0.1:3001","wire":"127.0.0.1:3002","console":"http://127.0.0.1:3000/sandbox","token":"secret","wire_keys":{"secp192k1":"04aa","p256":"04bb"},"data":null,"bots":[{"self_id":10001,"http":"http://127.0.0.1:3000","ws":"ws://127.0.0.1:3001"}]}"#
        );
    }
}
