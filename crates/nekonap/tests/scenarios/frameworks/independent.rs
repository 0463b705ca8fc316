//! A Python client that was written only from the specification: `tests/independent`.

use std::path::Path;
use tokio::process::Command;

#[tokio::test]
#[ignore = "needs Python 3; `cargo xtask test` runs it"]
async fn independent_client_passes_its_checks() {
    let story = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/independent/story.py");
    let status = Command::new("python3")
        .arg(story)
        .arg(env!("CARGO_BIN_EXE_nekonap"))
        .kill_on_drop(true)
        .status()
        .await
        .expect("Python starts");
    assert!(status.success(), "{status}");
}
