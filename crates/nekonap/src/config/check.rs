//! Checks of the configuration that its types cannot express.

use super::file::File;
use nekonap_client::{Address, ServerKeys};
use nekonap_gateway::Token;
use std::net::SocketAddr;

/// Shortest heartbeat interval, in milliseconds. A smaller value was probably meant in seconds.
const SHORTEST_HEARTBEAT: u64 = 100;

/// The problems of a configuration, each starting with its key; empty when there are none.
pub fn problems(file: &File) -> Vec<String> {
    let mut found = Vec::new();
    for (index, server) in file.qq.servers.iter().enumerate() {
        if let Err(error) = server.parse::<Address>() {
            found.push(format!("qq.servers[{index}]: {error}"));
        }
    }
    keys(
        &mut found,
        file.qq.secp192k1.as_deref(),
        file.qq.p256.as_deref(),
    );
    url(&mut found, "qq.sign_url", file.qq.sign_url.as_deref());
    url(
        &mut found,
        "onebot.music_sign_url",
        file.onebot.music_sign_url.as_deref(),
    );
    if let Err(error) = file.log.parse::<tracing_subscriber::filter::Targets>() {
        found.push(format!("log: {error}"));
    }
    if !file.http.enabled && !file.ws.enabled {
        found.push(
            "http.enabled and ws.enabled: both are false, so frameworks cannot connect".to_owned(),
        );
    }
    if file.http.enabled && file.ws.enabled && same_port(file.http.listen, file.ws.listen) {
        found.push(format!(
            "ws.listen: {} is already used by http.listen",
            file.ws.listen
        ));
    }
    if (1..SHORTEST_HEARTBEAT).contains(&file.ws.heartbeat) {
        found.push(format!(
            "ws.heartbeat: {} ms is too short: the minimum is {SHORTEST_HEARTBEAT} ms; 0 turns heartbeats off",
            file.ws.heartbeat
        ));
    }
    if let Some(token) = file
        .onebot
        .token
        .as_deref()
        .filter(|token| !token.is_empty())
        && let Err(error) = Token::new(token)
    {
        found.push(format!("onebot.token: {error}"));
    }
    if file.onebot.token.as_deref() == Some("") {
        for (name, enabled, listen) in [
            ("http", file.http.enabled, file.http.listen),
            ("ws", file.ws.enabled, file.ws.listen),
        ] {
            if enabled && !listen.ip().is_loopback() {
                found.push(format!(
                    "{name}.listen: other machines can reach {listen}, but onebot.token is empty: set a token or listen on 127.0.0.1"
                ));
            }
        }
    }
    found
}

fn same_port(one: SocketAddr, other: SocketAddr) -> bool {
    one == other && one.port() != 0
}

fn keys(found: &mut Vec<String>, secp192k1: Option<&str>, p256: Option<&str>) {
    match (secp192k1, p256) {
        (None, None) => {}
        (Some(secp192k1), Some(p256)) => {
            if let Err(error) = ServerKeys::from_hex(secp192k1, p256) {
                found.push(format!("qq.secp192k1, qq.p256: {error}"));
            }
        }
        _ => {
            found.push("qq.secp192k1 and qq.p256: set both or neither".to_owned());
        }
    }
}

fn url(found: &mut Vec<String>, name: &str, given: Option<&str>) {
    if let Some(text) = given
        && !text.is_empty()
        && !reqwest::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
    {
        found.push(format!("{name}: {text:?} is not an http or https URL"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        problems(&toml::from_str(text).expect("the types are right"))
    }

    #[test]
    fn defaults_have_no_problems() {
        assert_eq!(of(""), Vec::<String>::new());
    }

    #[test]
    fn problems_name_their_keys() {
        let found = of(
            "[qq]\nservers = [\"localhost\"]\nsecp192k1 = \"04\"\nsign_url = \"nowhere\"\n\
             [http]\nlisten = \"127.0.0.1:3001\"\n",
        );
        for key in [
            "qq.servers[0]",
            "qq.secp192k1",
            "qq.p256",
            "qq.sign_url",
            "ws.listen",
        ] {
            assert!(
                found.iter().any(|problem| problem.contains(key)),
                "{key}: {found:?}"
            );
        }
    }

    #[test]
    fn heartbeat_in_seconds_and_token_with_spaces_are_problems() {
        assert_eq!(of("[ws]\nheartbeat = 0\n"), Vec::<String>::new());
        let found = of("[ws]\nheartbeat = 30\n[onebot]\ntoken = \"two words\"\n");
        assert!(
            found[0].starts_with("ws.heartbeat") && found[1].starts_with("onebot.token"),
            "{found:?}"
        );
    }

    #[test]
    fn listener_open_to_other_machines_needs_a_token() {
        assert_eq!(
            of("[http]\nlisten = \"0.0.0.0:3000\"\n").len(),
            0,
            "a token is generated"
        );
        let found = of("[http]\nlisten = \"0.0.0.0:3000\"\n[onebot]\ntoken = \"\"\n");
        assert!(
            found.len() == 1 && found[0].starts_with("http.listen"),
            "{found:?}"
        );
    }
}
