//! The token that goes with a key to web pages. protocol/04 §9.3

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
