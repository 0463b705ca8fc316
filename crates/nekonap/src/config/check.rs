//! What the types of the file cannot say: every problem, named by its key.

use super::file::File;
use std::net::SocketAddr;

/// Everything that is wrong with a file that could be read; empty when nothing is.
pub fn problems(file: &File) -> Vec<String> {
    let mut found = Vec::new();
    for (index, server) in file.qq.servers.iter().enumerate() {
        if !is_address(server) {
            found.push(format!("qq.servers[{index}]: {server:?} is not HOST:PORT"));
        }
    }
    point(&mut found, "qq.secp192k1", file.qq.secp192k1.as_deref(), 49);
    point(&mut found, "qq.p256", file.qq.p256.as_deref(), 65);
    if file.qq.secp192k1.is_some() != file.qq.p256.is_some() {
        found.push("qq.secp192k1 and qq.p256 belong together: give both or neither".to_owned());
    }
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
        found.push("http.enabled and ws.enabled: nothing would listen".to_owned());
    }
    if file.http.enabled && file.ws.enabled && same_port(file.http.listen, file.ws.listen) {
        found.push(format!(
            "ws.listen: {} is already http.listen",
            file.ws.listen
        ));
    }
    if file.onebot.token.as_deref() == Some("") {
        for (name, enabled, listen) in [
            ("http", file.http.enabled, file.http.listen),
            ("ws", file.ws.enabled, file.ws.listen),
        ] {
            if enabled && !listen.ip().is_loopback() {
                found.push(format!(
                    "{name}.listen: {listen} is open to others, and onebot.token is empty: set a token or listen on 127.0.0.1"
                ));
            }
        }
    }
    found
}

fn same_port(one: SocketAddr, other: SocketAddr) -> bool {
    one == other && one.port() != 0
}

/// `HOST:PORT`, the host a name or an address; an IPv6 address in brackets.
pub(crate) fn is_address(text: &str) -> bool {
    text.parse::<SocketAddr>().is_ok()
        || text.rsplit_once(':').is_some_and(|(host, port)| {
            !host.is_empty()
                && !host.contains([':', '/', ' '])
                && port.parse::<u16>().is_ok_and(|port| port != 0)
        })
}

fn point(found: &mut Vec<String>, name: &str, hex: Option<&str>, length: usize) {
    if let Some(text) = hex {
        match hex::decode(text) {
            Ok(bytes) if bytes.len() == length && bytes.first() == Some(&4) => {}
            _ => found.push(format!(
                "{name}: an uncompressed point is {length} bytes in hex, beginning with 04"
            )),
        }
    }
}

fn url(found: &mut Vec<String>, name: &str, given: Option<&str>) {
    if let Some(text) = given
        && !text.is_empty()
        && !reqwest::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
    {
        found.push(format!("{name}: {text:?} is no http or https address"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        problems(&toml::from_str(text).expect("the types are right"))
    }

    #[test]
    fn the_defaults_are_fine() {
        assert_eq!(of(""), Vec::<String>::new());
    }

    #[test]
    fn every_problem_is_named_by_its_key() {
        let found = of("[qq]\nservers = [\"localhost\"]\nsecp192k1 = \"04\"\nsign_url = \"nowhere\"\n\
             [http]\nlisten = \"127.0.0.1:3001\"\n");
        for key in ["qq.servers[0]", "qq.secp192k1", "qq.p256", "qq.sign_url", "ws.listen"] {
            assert!(found.iter().any(|problem| problem.contains(key)), "{key}: {found:?}");
        }
    }

    #[test]
    fn an_open_listener_needs_a_token() {
        assert_eq!(of("[http]\nlisten = \"0.0.0.0:3000\"\n").len(), 0, "one is generated");
        let found = of("[http]\nlisten = \"0.0.0.0:3000\"\n[onebot]\ntoken = \"\"\n");
        assert!(found.len() == 1 && found[0].starts_with("http.listen"), "{found:?}");
    }

    #[test]
    fn addresses_are_a_host_and_a_port() {
        for good in ["127.0.0.1:8080", "[::1]:8080", "msfwifi.3g.qq.com:8080"] {
            assert!(is_address(good), "{good}");
        }
        for bad in ["", ":8080", "host", "host:0", "host:port", "::1:8080", "http://host:1"] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
