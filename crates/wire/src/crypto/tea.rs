//! QQ TEA: 16 rounds of TEA with random padding and its own chaining mode (protocol/01 §2.1).

use bytes::Bytes;

use super::{CipherError, Key};

const DELTA: u32 = 0x9E37_79B9;
const ROUNDS: u32 = 16;
/// Number of zero bytes at the end of every padded text; a wrong key is detected by them.
const TAIL: usize = 7;
/// Length of the shortest cipher text, in bytes: two blocks.
const SHORTEST: usize = 16;

/// Random padding bytes; the first 2 to 9 of them are used.
pub type Padding = [u8; 9];

/// Encrypts with random padding.
pub fn encrypt(key: &Key, plain: &[u8]) -> Vec<u8> {
    encrypt_padded(key, plain, rand::random())
}

/// Encrypts with the given padding, for known-answer tests.
pub fn encrypt_padded(key: &Key, plain: &[u8], padding: Padding) -> Vec<u8> {
    let fill = 10 - (plain.len() + 1) % 8;
    let mut text = Vec::with_capacity(fill + plain.len() + TAIL);
    // `fill` is 3 to 10; only the low three bits of this byte are read.
    text.push(0xF8 | (fill - 3).to_le_bytes()[0]);
    text.extend(padding.iter().take(fill - 1));
    text.extend(plain);
    text.extend([0; TAIL]);
    let key = Words::new(key);
    let (mut previous_in, mut previous_out) = (0, 0);
    for block in text.as_chunks_mut::<8>().0 {
        let mixed = u64::from_be_bytes(*block) ^ previous_out;
        previous_out = key.encrypt_block(mixed) ^ previous_in;
        previous_in = mixed;
        *block = previous_out.to_be_bytes();
    }
    text
}

/// Decrypts and checks the padding.
///
/// # Errors
/// [`CipherError`] if the length is not that of a cipher text, or the padding is wrong because the key is.
pub fn decrypt(key: &Key, cipher: &[u8]) -> Result<Bytes, CipherError> {
    if cipher.len() < SHORTEST || !cipher.len().is_multiple_of(8) {
        return Err(CipherError);
    }
    let key = Words::new(key);
    let mut text = cipher.to_vec();
    let (mut decrypted, mut previous) = (0, 0);
    for block in text.as_chunks_mut::<8>().0 {
        let cipher = u64::from_be_bytes(*block);
        decrypted = key.decrypt_block(cipher ^ decrypted);
        *block = (decrypted ^ previous).to_be_bytes();
        previous = cipher;
    }
    let first = text.first().copied().ok_or(CipherError)?;
    let start = usize::from(first & 7) + 3;
    let end = text.len() - TAIL;
    let sound = start <= end && text.get(end..).is_some_and(|tail| tail == [0; TAIL]);
    if !sound {
        return Err(CipherError);
    }
    Ok(Bytes::from(text).slice(start..end))
}

/// A key as four big-endian words.
struct Words([u32; 4]);

impl Words {
    fn new(key: &Key) -> Self {
        let key = u128::from_be_bytes(*key);
        Self([96, 64, 32, 0].map(|shift| low(key >> shift)))
    }

    fn encrypt_block(&self, block: u64) -> u64 {
        let [k0, k1, k2, k3] = self.0;
        let (mut x, mut y) = halves(block);
        let mut sum = 0_u32;
        for _ in 0..ROUNDS {
            sum = sum.wrapping_add(DELTA);
            x = x.wrapping_add(mix(y, sum, k0, k1));
            y = y.wrapping_add(mix(x, sum, k2, k3));
        }
        u64::from(x) << 32 | u64::from(y)
    }

    fn decrypt_block(&self, block: u64) -> u64 {
        let [k0, k1, k2, k3] = self.0;
        let (mut x, mut y) = halves(block);
        let mut sum = DELTA.wrapping_mul(ROUNDS);
        for _ in 0..ROUNDS {
            y = y.wrapping_sub(mix(x, sum, k2, k3));
            x = x.wrapping_sub(mix(y, sum, k0, k1));
            sum = sum.wrapping_sub(DELTA);
        }
        u64::from(x) << 32 | u64::from(y)
    }
}

fn mix(half: u32, sum: u32, left: u32, right: u32) -> u32 {
    (half << 4).wrapping_add(left) ^ half.wrapping_add(sum) ^ (half >> 5).wrapping_add(right)
}

fn halves(block: u64) -> (u32, u32) {
    (low(u128::from(block) >> 32), low(block.into()))
}

/// The low 32 bits.
fn low(value: u128) -> u32 {
    let [.., a, b, c, d] = value.to_be_bytes();
    u32::from_be_bytes([a, b, c, d])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn block_without_padding_matches_the_vector() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/vectors/wire.json")).expect("JSON");
        let hexed = |place: &str| vectors.pointer(place).and_then(|hex| hex.as_str());
        let block = |place| u64::from_str_radix(hexed(place).expect("hex"), 16).expect("8 bytes");
        let mut key = Key::default();
        hex::decode_to_slice(hexed("/tea_block/key").expect("hex"), &mut key).expect("16 bytes");
        let words = Words::new(&key);
        assert_eq!(
            words.encrypt_block(block("/tea_block/plain")),
            block("/tea_block/cipher")
        );
        assert_eq!(
            words.decrypt_block(block("/tea_block/cipher")),
            block("/tea_block/plain")
        );
    }

    proptest::proptest! {
        #[test]
        fn decrypt_reverses_encrypt(key: Key, plain: Vec<u8>) {
            proptest::prop_assert_eq!(decrypt(&key, &encrypt(&key, &plain)), Ok(Bytes::from(plain)));
        }

        #[test]
        fn random_bytes_never_panic(key: Key, cipher in proptest::collection::vec(proptest::num::u8::ANY, 0..100)) {
            let _ = decrypt(&key, &cipher);
        }
    }
}
