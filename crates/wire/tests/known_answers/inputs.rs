//! The vectors, and their inputs.

use std::sync::LazyLock;

use bytes::Bytes;
use nekonap_ids::{Uid, Uin};
use nekonap_wire::{
    crypto::{Key, p256, secp192k1, tea::Padding},
    login::{Device, Guid, Profile, Tickets},
};
use serde_json::Value;

/// Padding of the vectors, the same byte repeated.
pub(crate) const PADDING: Padding = [0xDC; 9];
/// Time in the vectors.
pub(crate) const TIME: u32 = 1_700_000_000;
/// IV in the vectors.
pub(crate) const IV: [u8; 12] = [
    0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xab,
];

static VECTORS: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../vectors/wire.json")).expect("the vectors are JSON")
});

/// The value at this place, such as `/frames/kick_push`.
pub(crate) fn at(place: &str) -> &'static Value {
    VECTORS
        .pointer(place)
        .unwrap_or_else(|| panic!("no vector at {place}"))
}

/// The text at this place.
pub(crate) fn text(place: &str) -> &'static str {
    at(place).as_str().expect("a text")
}

/// The bytes whose hex digits are at this place.
pub(crate) fn bytes(place: &str) -> Bytes {
    hex::decode(text(place)).expect("hex digits").into()
}

/// The `N` bytes at this place.
pub(crate) fn array<const N: usize>(place: &str) -> [u8; N] {
    bytes(place)[..].try_into().expect("the right length")
}

pub(crate) fn uin() -> Uin {
    Uin::new(1_234_567_890).expect("a uin")
}

pub(crate) fn uid() -> Uid {
    text("/inputs/uid").parse().expect("a uid")
}

pub(crate) fn device() -> Device {
    Device {
        guid: text("/inputs/guid").parse::<Guid>().expect("a GUID"),
        name: text("/inputs/device_name").into(),
        os_version: "5.15.0".into(),
    }
}

pub(crate) fn profile() -> Profile {
    Profile::default()
}

pub(crate) fn d2_key() -> Key {
    array("/inputs/d2_key")
}

pub(crate) fn tickets() -> Tickets {
    Tickets {
        tgt: bytes("/inputs/tgt"),
        d2: bytes("/inputs/d2"),
        d2_key: d2_key(),
        a1: bytes("/inputs/encrypted_a1"),
    }
}

pub(crate) fn client_key() -> secp192k1::Private {
    secp192k1::Private::from_bytes(&array("/secp192k1/client_priv")).expect("a key")
}

pub(crate) fn server_key() -> secp192k1::Private {
    secp192k1::Private::from_bytes(&array("/secp192k1/server_priv")).expect("a key")
}

pub(crate) fn client_p256() -> p256::Private {
    p256::Private::from_bytes(&array("/p256/client_priv")).expect("a key")
}

pub(crate) fn server_p256() -> p256::Private {
    p256::Private::from_bytes(&array("/p256/server_priv")).expect("a key")
}

/// Sources that use vectors: the tests of this binary, and unit tests.
const CONSUMERS: &[&str] = &[
    include_str!("crypto.rs"),
    include_str!("frames.rs"),
    include_str!("login.rs"),
    include_str!("session.rs"),
    include_str!("inputs.rs"),
    include_str!("../../src/crypto/tea.rs"),
    include_str!("../../../client/src/sign.rs"),
];

fn is_consumed(place: &str) -> bool {
    CONSUMERS.iter().any(|source| source.contains(place))
}

#[test]
fn no_vector_is_skipped() {
    for (table, vectors) in VECTORS.as_object().expect("a table of tables") {
        assert!(is_consumed(&format!("/{table}")), "/{table} is not tested");
        // In these tables each entry is a vector; the other tables are used as a whole.
        if matches!(
            &table[..],
            "frames" | "online" | "tlv_qr" | "tlv_resp" | "secp192k1" | "p256"
        ) {
            for name in vectors.as_object().expect("a table").keys() {
                let read = [
                    format!("/{table}/{name}"),
                    format!("\"{name}\""),
                    format!("(0x{name},"),
                ];
                assert!(
                    read.iter().any(|place| is_consumed(place)),
                    "/{table}/{name} is not tested"
                );
            }
        }
    }
}

#[test]
fn default_profile_is_the_one_of_the_vectors() {
    let given = at("/inputs/profile");
    let ours = profile();
    let profile = serde_json::json!({
        "os": ours.os, "kernel": ours.kernel, "vendor_os": ours.vendor_os, "version": ours.version,
        "app_id": ours.app_id, "sub_app_id": ours.sub_app_id, "client_ver": ours.build,
        "pt_version": ours.pt_version, "sso_version": ours.sso_version, "package": ours.package,
        "wt_sdk": ours.sdk, "misc_bitmap_1d": ours.qr_bitmap, "misc_bitmap_116": ours.misc_bitmap,
        "main_sigmap": ours.main_sigmap, "sub_sigmap": ours.sub_sigmap, "qua": ours.qua,
    });
    assert_eq!(&profile, given);
}
