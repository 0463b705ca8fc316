//! Pictures, voices and videos: their bytes, on the way to the server and back.

mod download;
mod get;
mod highway;
mod links;
mod portraits;
mod sending;
mod transcribe;

use nekonap_client::{LocalFile, PictureFacts};
use tempfile::NamedTempFile;

/// A PNG header for a picture of 10 × 20 pixels, and as many bytes as are wanted.
fn png(size: usize, seed: u8) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x0a\0\0\0\x14\x08\x06\0\0\0".to_vec();
    let rest = (0..251_u8).cycle().map(|byte| byte ^ seed);
    bytes.extend(rest.take(size - bytes.len()));
    bytes
}

/// What a client knows of [`png`].
const FACTS: PictureFacts = PictureFacts {
    format: 1001,
    extension: "png",
    width: 10,
    height: 20,
};

/// A file with these bytes. It is deleted when the first value is dropped.
async fn local(bytes: &[u8]) -> (NamedTempFile, LocalFile) {
    let file = NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), bytes).expect("written");
    let local = LocalFile::read(file.path()).await.expect("read");
    (file, local)
}

/// A box of an MP4 file.
fn mp4_box(kind: &str, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let size = u32::try_from(content.len() + 8).expect("small");
    [&size.to_be_bytes()[..], kind.as_bytes(), &content].concat()
}

/// An MP4 file with one track of video and one sample.
#[allow(clippy::similar_names, reason = "these are the names of the boxes")]
fn mp4(width: u16, height: u16, milliseconds: u32) -> Vec<u8> {
    const SAMPLE: &[u8] = &[0x5a; 64];
    let zeros = |count: usize| vec![0_u8; count];
    let word = |number: u32| number.to_be_bytes();
    let matrix = [0x1_0000_u32, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000].map(u32::to_be_bytes);
    let matrix = matrix.concat();
    let length = word(milliseconds);
    let mvhd = mp4_box(
        "mvhd",
        &[
            &zeros(12),
            &word(1_000),
            &length,
            &word(0x1_0000),
            &[1, 0],
            &zeros(10),
            &matrix,
            &zeros(24),
            &word(2),
        ],
    );
    let pixels = |side: u16| [&side.to_be_bytes()[..], &[0, 0]].concat();
    let tkhd = mp4_box(
        "tkhd",
        &[
            &[0, 0, 0, 3],
            &zeros(8),
            &word(1),
            &zeros(4),
            &length,
            &zeros(16),
            &matrix,
            &pixels(width),
            &pixels(height),
        ],
    );
    let mdhd = mp4_box(
        "mdhd",
        &[&zeros(12), &word(1_000), &length, &[0x55, 0xc4, 0, 0]],
    );
    let hdlr = mp4_box("hdlr", &[&zeros(8), b"vide", &zeros(12), b"v\0"]);
    let avcc = mp4_box("avcC", &[&[1, 0x42, 0, 0x1e, 0xff, 0xe0, 0]]);
    let avc1 = mp4_box(
        "avc1",
        &[
            &zeros(6),
            &[0, 1],
            &zeros(16),
            &width.to_be_bytes(),
            &height.to_be_bytes(),
            &word(0x48_0000),
            &word(0x48_0000),
            &zeros(4),
            &[0, 1],
            &zeros(32),
            &[0, 0x18, 0xff, 0xff],
            &avcc,
        ],
    );
    let stsd = mp4_box("stsd", &[&zeros(4), &word(1), &avc1]);
    let stts = mp4_box("stts", &[&zeros(4), &word(1), &word(1), &length]);
    let stsc = mp4_box("stsc", &[&zeros(4), &word(1), &word(1), &word(1), &word(1)]);
    let size = u32::try_from(SAMPLE.len()).expect("small");
    let stsz = mp4_box("stsz", &[&zeros(4), &word(size), &word(1)]);
    let ftyp = mp4_box("ftyp", &[b"isom", &zeros(4), b"isom"]);
    let mdat = mp4_box("mdat", &[SAMPLE]);
    let place = u32::try_from(ftyp.len() + 8).expect("small");
    let stco = mp4_box("stco", &[&zeros(4), &word(1), &word(place)]);
    let stbl = mp4_box("stbl", &[&stsd, &stts, &stsc, &stsz, &stco]);
    let url = mp4_box("url ", &[&[0, 0, 0, 1]]);
    let dref = mp4_box("dref", &[&zeros(4), &word(1), &url]);
    let dinf = mp4_box("dinf", &[&dref]);
    let vmhd = mp4_box("vmhd", &[&[0, 0, 0, 1], &zeros(8)]);
    let minf = mp4_box("minf", &[&vmhd, &dinf, &stbl]);
    let mdia = mp4_box("mdia", &[&mdhd, &hdlr, &minf]);
    let trak = mp4_box("trak", &[&tkhd, &mdia]);
    let moov = mp4_box("moov", &[&mvhd, &trak]);
    [ftyp, mdat, moov].concat()
}
