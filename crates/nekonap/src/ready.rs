//! The one line of JSON that `nekonap sandbox` prints on stdout once everything is up. Other programs rely on it.

use nekonap_ids::Uin;
use serde::Serialize;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// The ready line; field for field as it is printed.
#[derive(Debug, Clone, Serialize)]
pub struct Ready {
    /// Always true: whoever reads the line may begin.
    #[serde(rename = "ready")]
    up: bool,
    /// The first bot's account.
    pub self_id: Uin,
    /// The first bot's HTTP API, `http://host:port`.
    pub http: String,
    /// The first bot's WebSocket, `ws://host:port`.
    pub ws: String,
    /// Where QQ clients connect, `host:port`.
    pub wire: SocketAddr,
    /// The sandbox's console for a browser.
    pub console: String,
    /// The access token; empty with `--no-token`.
    pub token: String,
    /// What a client must be given in place of the QQ servers' keys.
    pub wire_keys: WireKeys,
    /// The data folder, or null for a world in memory.
    pub data: Option<PathBuf>,
    /// Every bot, in the order of the command line; the first is the one above.
    pub bots: Vec<ReadyBot>,
}

/// The sandbox's public keys, uncompressed points in hex.
#[derive(Debug, Clone, Serialize)]
pub struct WireKeys {
    /// 49 bytes.
    pub secp192k1: String,
    /// 65 bytes.
    pub p256: String,
}

/// One bot of the ready line.
#[derive(Debug, Clone, Serialize)]
pub struct ReadyBot {
    /// Its account.
    pub self_id: Uin,
    /// Its HTTP API.
    pub http: String,
    /// Its WebSocket.
    pub ws: String,
}

impl Ready {
    /// Describes a sandbox that is up; `bots` has at least one, `None` otherwise.
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
    fn the_line_is_exactly_as_promised() {
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
