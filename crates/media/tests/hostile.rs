//! Bytes from anywhere never panic. Raise the number of cases with `PROPTEST_CASES`.

use std::io::Cursor;

use nekonap_media::{Hasher, hash, picture, video, voice};
use proptest::prelude::*;

/// The beginnings of files that are recognised.
const HEADS: &[&[u8]] = &[
    b"",
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR",
    b"GIF89a\x10\x00\x10\x00\xf7\x00\x00",
    b"RIFF\x20\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x02",
    b"RIFF\x20\x00\x00\x00WEBPVP8L",
    b"BM\x36\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00",
    b"\x02#!SILK_V3",
    b"#!AMR\n",
    b"RIFF\xff\xff\xff\x7fWAVEfmt \x10\x00\x00\x00\x01\x00\x02\x00\x44\xac\x00\x00\x10\xb1\x02\x00\x04\x00\x10\x00data",
    b"\xff\xfb\x90\x64",
    b"\xff\xf1\x50\x80",
    b"ID3\x04\x00\x00\x00\x00\x00\x10",
    b"OggS\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00",
    b"fLaC\x00\x00\x00\x22",
    b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2\x00\x00\x01\x00moov\x00\x00\x00\x6cmvhd",
    b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01",
];

proptest! {
    #[test]
    fn no_reader_panics(
        head in prop::sample::select(HEADS),
        rest in prop::collection::vec(any::<u8>(), 0..600),
        cut in 0_usize..700,
    ) {
        let mut file = [head, &rest].concat();
        file.truncate(cut);
        let size = file.len() as u64;
        let _ = picture(&file);
        let _ = voice::recognise(&file);
        let _ = voice::duration(&file);
        let _ = voice::tencent_silk(&file);
        let _ = video(Cursor::new(file.clone()), size);
        let _ = voice::decode(Cursor::new(file), size);
    }

    #[test]
    fn hash_does_not_depend_on_the_pieces(
        bytes in prop::collection::vec(any::<u8>(), 0..5_000),
        piece in 1_usize..700,
    ) {
        let mut hasher = Hasher::new();
        for piece in bytes.chunks(piece) {
            hasher.update(piece);
        }
        prop_assert_eq!(hasher.finish().0, hash(&bytes));
    }
}
