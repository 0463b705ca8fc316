//! Keys of stickers from the sticker shop (protocol/04 §13.12).

use crate::proto::faces::{
    MarketKeysReply, MarketKeysRequest, market_keys_reply::Keys, market_keys_request::Faces,
};

/// `field_1`, as production clients send it.
const FIELD_1: u32 = 3;

impl MarketKeysRequest {
    /// For [`GetMarketKeys`](super::GetMarketKeys): ids of stickers, 32 hex digits each.
    pub fn new(ids: Vec<String>) -> Self {
        Self {
            field_1: Some(FIELD_1),
            faces: Some(Faces { ids }),
        }
    }

    /// The ids, for a server.
    pub fn ids(&self) -> &[String] {
        self.faces.as_ref().map_or(&[], |faces| &faces.ids)
    }
}

impl MarketKeysReply {
    /// Keys in the order of the request, for a server.
    pub fn of(keys: Vec<String>) -> Self {
        Self {
            keys: Some(Keys { keys }),
        }
    }

    /// The keys, in the order of the request.
    pub fn into_keys(self) -> Vec<String> {
        self.keys.unwrap_or_default().keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bounded;
    use prost::Message;

    #[test]
    fn known_answers() {
        let request = MarketKeysRequest::new(vec!["0a".to_owned(), "0b".to_owned()]);
        let expected = [0x08, 3, 0x2a, 8, 0x1a, 2, b'0', b'a', 0x1a, 2, b'0', b'b'];
        assert_eq!(request.encode_to_vec(), expected);
        assert_eq!(request.ids(), ["0a", "0b"]);
        let reply = [0x2a, 7, 0x0a, 1, b'k', 0x0a, 2, b'l', b'm'];
        let reply: MarketKeysReply = bounded::decode(&reply[..]).expect("a reply");
        let keys = vec!["k".to_owned(), "lm".to_owned()];
        assert_eq!(reply, MarketKeysReply::of(keys.clone()));
        assert_eq!(reply.into_keys(), keys);
        assert_eq!(MarketKeysReply::default().into_keys(), [""; 0]);
    }
}
