//! Keys (`p_skey`) for web pages, and the CSRF token computed from a key (protocol/04 §9.1, §9.3).

use crate::proto::credentials::{WebKey, WebKeysReply, WebKeysRequest};

impl WebKeysRequest {
    /// Requests the key for the pages of one host, such as `qun.qq.com`.
    pub fn new(domain: &str) -> Self {
        Self {
            domains: vec![domain.to_owned()],
        }
    }
}

impl WebKeysReply {
    /// For a server: the same key for each of these domains, valid until `expires` (Unix seconds).
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

    /// The first key in the reply.
    pub fn key(self) -> Option<String> {
        let texts = self.keys.into_iter().filter_map(|key| key.key);
        texts.into_iter().find(|text| !text.is_empty())
    }
}

/// The CSRF token for a key: `bkn` or `g_tk` (protocol/04 §9.3).
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
    fn tokens_match_the_specification() {
        assert_eq!(token(""), 5381);
        assert_eq!(token("a"), 177_670);
    }
}
