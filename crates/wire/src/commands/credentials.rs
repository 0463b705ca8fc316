//! Keys to web pages, and the token made of them. protocol/04 §9.

use crate::{
    command::commands,
    proto::credentials::{WebKeysReply, WebKeysRequest},
};

commands! {
    /// The `p_skey` of each domain that is named. protocol/04 §9.1
    GetWebKeys = 0x102a / 0, WebKeysRequest => WebKeysReply;
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
