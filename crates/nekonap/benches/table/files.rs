//! A file that goes to a group: speed of 100 MB, and memory while 1 GB passes.

use crate::{
    Row,
    process::{peak_kilobytes, resident_kilobytes, sandbox},
    world::{self, TOKEN},
};
use serde_json::{Value, json};
use std::{
    fs::File,
    io::{BufRead, BufReader, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// Bytes of the file whose upload is timed.
const TIMED: u64 = 100_000_000;
/// Bytes of the file whose upload must not take much memory.
const LARGE: u64 = 1 << 30;
/// Timed uploads. The result is the median.
const UPLOADS: u8 = 3;

pub(crate) async fn rows() -> Vec<Row> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut rows = vec![speed(folder.path()).await];
    rows.extend(memory(folder.path()).await);
    rows
}

/// A file of this size. It is sparse, except for bytes at its end that make it different from others.
fn file(folder: &Path, size: u64, number: u8) -> PathBuf {
    let path = folder.join(format!("{size}-{number}.bin"));
    let mut file = File::create(&path).expect("a file");
    file.set_len(size).expect("a size");
    file.seek(SeekFrom::End(-1)).expect("there");
    file.write_all(&[number]).expect("written");
    path
}

async fn speed(folder: &Path) -> Row {
    let world = world::start(Some(folder.join("world"))).await;
    let url = format!("http://{}/upload_group_file", world.http);
    let (mut uploads, mut copies) = (Vec::new(), Vec::new());
    for number in 0..UPLOADS {
        let path = file(folder, TIMED, number);
        let begun = Instant::now();
        upload(&url, TOKEN, &path).await;
        uploads.push(begun.elapsed());
        let begun = Instant::now();
        std::fs::copy(&path, folder.join("copy")).expect("copied");
        copies.push(begun.elapsed());
    }
    world.sandbox.shutdown().await;
    Row {
        what: "upload_group_file, 100 MB from a path to the sandbox",
        figure: megabytes_a_second(&mut uploads),
        unit: "MB/s",
        baseline: Some(("copying the file, MB/s", megabytes_a_second(&mut copies))),
        reach: "-",
    }
}

#[allow(clippy::cast_precision_loss)]
fn megabytes_a_second(times: &mut [Duration]) -> f64 {
    times.sort_unstable();
    TIMED as f64 / 1e6 / times[times.len() / 2].as_secs_f64()
}

/// What the memory of the program, endpoint and sandbox together, grows by.
async fn memory(folder: &Path) -> Option<Row> {
    let binary = std::env::var_os("NEKONAP_BINARY")?;
    let mut child = sandbox(&binary);
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("a pipe"))
        .read_line(&mut line)
        .expect("the ready line");
    let ready: Value = serde_json::from_str(&line).expect("JSON");
    let text = |name: &str| ready[name].as_str().expect("text").to_owned();
    let before = resident_kilobytes(child.id());
    let url = format!("{}/upload_group_file", text("http"));
    upload(&url, &text("token"), &file(folder, LARGE, 0)).await;
    let peak = peak_kilobytes(child.id());
    child.kill().expect("killed");
    child.wait().expect("gone");
    Some(Row {
        what: "peak memory beyond idle while a 1 GB group file is sent",
        figure: f64::from(peak?.saturating_sub(before?)) / 1_024.0,
        unit: "MiB",
        baseline: None,
        reach: "< 64 MiB",
    })
}

async fn upload(url: &str, token: &str, path: &Path) {
    let client = reqwest::Client::builder().no_proxy().build();
    let answer = client
        .expect("a client")
        .post(url)
        .bearer_auth(token)
        .json(&json!({"group_id": 20001, "file": path}))
        .send()
        .await
        .expect("an answer");
    let answer: Value = answer.json().await.expect("an envelope");
    assert_eq!(answer["status"], "ok", "{answer}");
}
