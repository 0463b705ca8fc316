//! The client key, with which web pages log the account in (protocol/04 §9.1).

use crate::proto::credentials::ClientKeyReply;

/// Index of a key whose reply has none.
const INDEX: u32 = 19;
/// Lifetime of a key whose reply has none, in seconds.
const LIFETIME: u32 = 1_800;

impl ClientKeyReply {
    /// For a server: a key that is valid for `lifetime` seconds.
    pub fn new(key: &str, lifetime: u32) -> Self {
        Self {
            index: Some(INDEX),
            key: Some(key.to_owned()),
            lifetime: Some(lifetime),
        }
    }

    /// Index of the key.
    pub fn key_index(&self) -> u32 {
        self.index.filter(|index| *index > 0).unwrap_or(INDEX)
    }

    /// How long the key is valid, in seconds.
    pub fn seconds(&self) -> u32 {
        self.lifetime.unwrap_or(LIFETIME)
    }

    /// The key, if the reply has one.
    pub fn client_key(self) -> Option<String> {
        self.key.filter(|key| !key.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use prost::Message as _;

    use super::*;

    #[test]
    fn reply_has_index_key_and_lifetime() {
        // 2: 19, 3: "AB12", 4: 1800
        let reply = ClientKeyReply::new("AB12", 1_800);
        assert_eq!(hex::encode(reply.encode_to_vec()), "10131a044142313220880e");
    }

    #[test]
    fn absent_index_and_lifetime_have_defaults_and_an_empty_key_is_none() {
        let reply = ClientKeyReply::default();
        assert_eq!((reply.key_index(), reply.seconds()), (19, 1_800));
        assert_eq!(reply.client_key(), None);
        assert_eq!(ClientKeyReply::new("", 60).client_key(), None);
        assert_eq!(
            ClientKeyReply::new("k", 60).client_key().as_deref(),
            Some("k")
        );
    }
}
