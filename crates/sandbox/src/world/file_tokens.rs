//! Links to files that the server has given out (protocol/03 §6.3). Kept in memory only: not across a restart.

use std::collections::{HashMap, VecDeque};

/// How many links are valid at a time, the newest.
const MAX_TOKENS: usize = 10_000;
/// How long a link is valid, in seconds.
const LIFETIME: u64 = 3_600;

/// What a link leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LinkedFile {
    /// SHA-1 of the bytes.
    pub(crate) sha1: Vec<u8>,
    /// Name of the file.
    pub(crate) name: String,
    /// In Unix seconds.
    expires: u64,
}

/// The links, oldest first in `order`.
#[derive(Debug, Default)]
pub(crate) struct FileTokens {
    links: HashMap<[u8; 20], LinkedFile>,
    order: VecDeque<[u8; 20]>,
}

impl FileTokens {
    /// Makes a link to a file.
    pub(crate) fn add(&mut self, sha1: &[u8], name: &str, now: u64) -> [u8; 20] {
        let token: [u8; 20] = rand::random();
        let file = LinkedFile {
            sha1: sha1.to_vec(),
            name: name.to_owned(),
            expires: now + LIFETIME,
        };
        self.links.insert(token, file);
        self.order.push_back(token);
        while self.order.len() > MAX_TOKENS {
            if let Some(oldest) = self.order.pop_front() {
                self.links.remove(&oldest);
            }
        }
        token
    }

    /// What a link leads to; `None` if it was not given out or is too old.
    pub(crate) fn find(&self, token: &[u8], now: u64) -> Option<&LinkedFile> {
        let found = self.links.get(token);
        found.filter(|file| file.expires > now)
    }

    /// Makes all links stop working.
    pub(crate) fn expire(&mut self) {
        self.links.clear();
        self.order.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_expire_and_their_number_is_bounded() {
        let mut tokens = FileTokens::default();
        let first = tokens.add(b"a", "a.txt", 100);
        assert_eq!(
            tokens
                .find(&first, 100 + LIFETIME - 1)
                .map(|file| &file.name[..]),
            Some("a.txt")
        );
        assert_eq!(tokens.find(&first, 100 + LIFETIME), None);
        assert_eq!(tokens.find(b"another", 100), None);
        for _ in 0..MAX_TOKENS {
            tokens.add(b"b", "b.txt", 100);
        }
        assert_eq!(tokens.find(&first, 100), None);
        let last = tokens.add(b"c", "c.txt", 100);
        assert!(tokens.find(&last, 100).is_some());
        tokens.expire();
        assert_eq!(tokens.find(&last, 100), None);
    }
}
