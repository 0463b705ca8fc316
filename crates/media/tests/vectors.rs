//! Known answers of protocol/03 §12. Byte `i` of `pattern(n)` is `i mod 251`.

use std::io::Cursor;

use nekonap_media::{Hasher, hash_reader, tri_sha1, voice};
use serde_json::Value;

fn pattern(length: usize) -> Vec<u8> {
    (0..251_u8).cycle().take(length).collect()
}

fn vectors() -> Value {
    serde_json::from_str(include_str!("vectors/media.json")).expect("JSON")
}

#[test]
fn hashes_of_whole_files_match_the_vectors() {
    let vectors = vectors();
    let files = vectors["sha1_block_states"].as_object().expect("files");
    assert!(!files.is_empty());
    for (name, known) in files {
        let length = usize::try_from(known["length"].as_u64().expect("a length")).expect("small");
        let hashes = nekonap_media::hash(&pattern(length));
        assert_eq!(
            hex::encode(hashes.md5),
            known["md5"].as_str().expect("hex"),
            "{name}"
        );
        assert_eq!(
            hex::encode(hashes.sha1),
            known["sha1"].as_str().expect("hex"),
            "{name}"
        );
        assert_eq!(hashes.size, length as u64);
    }
}

#[test]
fn md5_of_the_first_ten_megabytes_matches_the_vector() {
    let known = &vectors()["md5_of_first_10m"];
    let hashes = nekonap_media::hash(&pattern(12_000_000));
    assert_eq!(
        hex::encode(hashes.md5_of_prefix),
        known["first_10002432_bytes"].as_str().expect("hex")
    );
    assert_eq!(
        hex::encode(hashes.md5),
        known["whole"].as_str().expect("hex")
    );
    let short = nekonap_media::hash(&pattern(100));
    assert_eq!(short.md5, short.md5_of_prefix);
}

/// The hex texts of a list.
fn texts(list: &Value) -> Vec<&str> {
    let list = list.as_array().expect("a list").iter();
    list.map(|text| text.as_str().expect("hex")).collect()
}

#[test]
fn block_states_match_the_vectors() {
    let vectors = vectors();
    for (name, known) in vectors["sha1_block_states"].as_object().expect("files") {
        let length = usize::try_from(known["length"].as_u64().expect("a length")).expect("small");
        let bytes = pattern(length);
        // Pieces that end neither at blocks nor at chunks.
        let mut hasher = Hasher::new();
        for piece in bytes.chunks(333_333) {
            hasher.update(piece);
        }
        let (whole, states) = hasher.finish();
        let all: Vec<String> = states.for_highway().iter().map(hex::encode).collect();
        assert_eq!(
            all,
            texts(&known["list_every_boundary_plus_digest"]),
            "{name}"
        );
        let slices: Vec<String> = states.for_slices().iter().map(hex::encode).collect();
        assert_eq!(slices, texts(&known["list_ceil_count"]), "{name}");
        let read = hash_reader(Cursor::new(&bytes)).expect("read");
        assert_eq!(read, (whole, states), "{name}");
    }
    let (nothing, states) = Hasher::new().finish();
    assert_eq!(states.for_highway(), [nothing.sha1]);
    assert_eq!(states.for_slices(), [nothing.sha1]);
}

#[test]
fn sampled_hashes_match_the_vectors() {
    for (name, known) in vectors()["tri_sha1"].as_object().expect("files") {
        let length = name.trim_start_matches("pattern(").trim_end_matches(')');
        let length: usize = length.parse().expect("a length");
        let hash = tri_sha1(Cursor::new(pattern(length)), length as u64).expect("read");
        assert_eq!(hex::encode(hash), known.as_str().expect("hex"), "{name}");
    }
    let short = tri_sha1(Cursor::new(b"abc"), 4).expect_err("the size is wrong");
    assert_eq!(short.kind(), std::io::ErrorKind::UnexpectedEof);
}

#[test]
fn forms_of_silk_match_the_vectors() {
    let known = &vectors()["silk"];
    let bytes = |key: &str| hex::decode(known[key].as_str().expect("hex")).expect("hex");
    let (plain, tencent) = (bytes("plain_silk_v3"), bytes("tencent_silk_v3"));
    assert_eq!(known["seconds"], 0.06);
    for silk in [&plain, &tencent] {
        let duration = voice::duration(silk).expect("SILK");
        assert_eq!(duration.as_millis(), 60);
        assert_eq!(voice::tencent_silk(silk).expect("SILK"), tencent);
    }
}
