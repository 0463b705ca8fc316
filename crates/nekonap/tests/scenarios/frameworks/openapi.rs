//! Checks `/openapi.json` with a validator of OpenAPI 3.1 from PyPI: `tests/frameworks/openapi`.

use super::{installed, sources};
use crate::story::Story;
use std::path::Path;
use tokio::process::Command;

#[tokio::test]
#[ignore = "needs openapi-spec-validator; `cargo xtask test` installs it"]
async fn openapi_document_is_valid_and_examples_match_schemas() {
    let story = Story::new().await;
    let document = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client")
        .get(format!("{}/openapi.json", story.ready().http))
        .bearer_auth(&story.ready().token)
        .send()
        .await
        .expect("an answer")
        .bytes()
        .await
        .expect("a body");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("openapi.json");
    std::fs::write(&path, document).expect("written");
    let output = Command::new(installed().join("openapi/venv/bin/python"))
        .arg(sources().join("openapi/check.py"))
        .arg(&path)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../endpoint/src/examples.json"))
        .kill_on_drop(true)
        .output()
        .await
        .expect("Python starts");
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{errors}");
    let numbers: Vec<u32> = text
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    assert!(
        matches!(numbers[..], [actions, events] if actions >= 30 && events >= 10),
        "{text}"
    );
}
