//! Pictures, voices and videos: their bytes, on the way to the server and back.

mod download;
mod get;
mod highway;
mod links;
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
