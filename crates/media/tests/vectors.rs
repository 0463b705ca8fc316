//! Known answers of protocol/03 §12. Byte `i` of `pattern(n)` is `i mod 251`.

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
