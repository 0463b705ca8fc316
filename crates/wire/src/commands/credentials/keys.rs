//! The keys to web pages, and the token that goes with one. protocol/04 §9.1, §9.3

use crate::proto::credentials::{WebKey, WebKeysReply, WebKeysRequest};

impl WebKeysRequest {
    /// Asks for the key to the pages of one host, `qun.qq.com` for example.
    pub fn new(domain: &str) -> Self {
        Self {
            domains: vec![domain.to_owned()],
        }
    }
}

impl WebKeysReply {
    /// One key for each of these domains, good until `expires`, unix seconds, for a server.
    pub fn new(domains: impl IntoIterator<Item = String>, key: &str, expires: u64) -> Self {
        let entry = |domain| WebKey {
            domain: Some(domain),
            key: Some(key.to_owned()),
            expires: Some(expires),
        };
        Self {
            keys: domains.into_iter().map(entry).collect(),
        }
    }

    /// The first key that is there.
    pub fn key(self) -> Option<String> {
        let texts = self.keys.into_iter().filter_map(|key| key.key);
        texts.into_iter().find(|text| !text.is_empty())
    }
}

/// The token that goes with a key: `bkn`, `g_tk`, the csrf token. protocol/04 §9.3
pub fn token(key: &str) -> u32 {
    let hash = key.bytes().fold(5381_u32, |hash, byte| {
        hash.wrapping_mul(33).wrapping_add(u32::from(byte))
    });
    hash & 0x7fff_ffff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_as_the_specification_has_them() {
        assert_eq!(token(""), 5381);
        assert_eq!(token("a"), 177_670);
    }
}
