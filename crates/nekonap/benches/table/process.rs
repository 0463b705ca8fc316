//! Start-up time and resident size of the binary.

use crate::{Row, world::socket};
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// Measured starts. The result is the median.
const STARTS: usize = 11;

/// Idle WebSocket clients.
const CONNECTIONS: usize = 100;

pub(crate) fn rows() -> Vec<Row> {
    let Some(binary) = std::env::var_os("NEKONAP_BINARY") else {
        eprintln!(
            "NEKONAP_BINARY is not set (use `cargo xtask bench`): start-up time and size are not measured"
        );
        return Vec::new();
    };
    let mut ready = Vec::new();
    let mut version = Vec::new();
    let mut resident = Vec::new();
    for _ in 0..STARTS {
        let start = Instant::now();
        let output = Command::new(&binary)
            .arg("--version")
            .output()
            .expect("it starts");
        assert!(output.status.success());
        version.push(start.elapsed());

        let start = Instant::now();
        let mut child = sandbox(&binary);
        let mut line = String::new();
        let stdout = child.stdout.take().expect("a pipe");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("the ready line");
        ready.push(start.elapsed());
        resident.extend(resident_kilobytes(child.id()));
        child.kill().expect("killed");
        child.wait().expect("gone");
    }
    let milliseconds = |times: &mut Vec<Duration>| {
        times.sort_unstable();
        times[times.len() / 2].as_secs_f64() * 1_000.0
    };
    let mut rows = vec![Row {
        what: "start to ready, `nekonap sandbox`, demo seed",
        figure: milliseconds(&mut ready),
        unit: "ms",
        baseline: Some(("`nekonap --version`, ms", milliseconds(&mut version))),
        reach: "< 100 ms",
    }];
    resident.sort_unstable();
    if let Some(median) = resident.get(resident.len() / 2) {
        rows.push(Row {
            what: "resident, `nekonap sandbox` idle",
            figure: f64::from(*median) / 1_024.0,
            unit: "MiB",
            baseline: None,
            reach: "< 15 MB",
        });
    }
    rows
}

/// Resident size with idle WebSocket clients.
pub(crate) async fn connections() -> Vec<Row> {
    let Some(binary) = std::env::var_os("NEKONAP_BINARY") else {
        return Vec::new();
    };
    let mut child = sandbox(&binary);
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("a pipe"))
        .read_line(&mut line)
        .expect("the ready line");
    let ready: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    let text = |name: &str| ready[name].as_str().expect("text").to_owned();
    let before = resident_kilobytes(child.id());
    let mut sockets = Vec::new();
    for _ in 0..CONNECTIONS {
        sockets.push(socket(&text("ws"), Some(&text("token"))).await);
    }
    let after = resident_kilobytes(child.id());
    child.kill().expect("killed");
    child.wait().expect("gone");
    let (Some(before), Some(after)) = (before, after) else {
        return Vec::new();
    };
    vec![Row {
        what: "resident, `nekonap sandbox`, 100 idle WebSocket clients",
        figure: f64::from(after) / 1_024.0,
        unit: "MiB",
        baseline: Some(("without clients, MiB", f64::from(before) / 1_024.0)),
        reach: "-",
    }]
}

pub(crate) fn sandbox(binary: &std::ffi::OsStr) -> Child {
    Command::new(binary)
        .args([
            "sandbox",
            "--http",
            "127.0.0.1:0",
            "--ws",
            "127.0.0.1:0",
            "--wire",
            "127.0.0.1:0",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts")
}

/// Resident size of a process in KiB; `None` on other systems than Linux.
pub(crate) fn resident_kilobytes(process: u32) -> Option<u32> {
    status(process, "VmRSS:")
}

/// The largest resident size that a process has had, in KiB; `None` on other systems than Linux.
pub(crate) fn peak_kilobytes(process: u32) -> Option<u32> {
    status(process, "VmHWM:")
}

fn status(process: u32, name: &str) -> Option<u32> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
