//! The report: a table on stdout, and the same as JSON.

use crate::{
    calls::{self, Results},
    ledger::{self, Ledger, Tally},
    program::Program,
};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

/// The most memory that the endpoint may use, MiB: the event log may hold 32, and each connection that does not read has full
/// buffers.
const ENDPOINT_LIMIT: u64 = 160;
/// The most memory that the world may use, MiB.
const WORLD_LIMIT: u64 = 256;

/// A database and its write-ahead log, with the largest size that was seen of each.
struct File {
    name: &'static str,
    path: PathBuf,
    size: [u64; 2],
    peak: [u64; 2],
}

/// The databases of a run.
pub(crate) struct Files(Vec<File>);

impl Files {
    pub(crate) fn new<const N: usize>(files: [(&'static str, PathBuf); N]) -> Self {
        let file = |(name, path)| File {
            name,
            path,
            size: [0; 2],
            peak: [0; 2],
        };
        Self(files.into_iter().map(file).collect())
    }

    fn look(&mut self) {
        for file in &mut self.0 {
            let mut log = file.path.clone().into_os_string();
            log.push("-wal");
            for (index, path) in [file.path.clone(), log.into()].into_iter().enumerate() {
                // A log that does not exist is empty.
                let size = fs::metadata(&path).map_or(0, |data| data.len());
                file.size[index] = size;
                file.peak[index] = file.peak[index].max(size);
            }
        }
    }
}

/// Collects figures, prints them, and knows what is wrong.
pub(crate) struct Report {
    files: Files,
    latest: Value,
    wrong: Vec<String>,
}

impl Report {
    pub(crate) fn new(files: Files) -> Self {
        Self {
            files,
            latest: Value::Null,
            wrong: Vec::new(),
        }
    }

    /// Looks at the sizes of the files.
    pub(crate) fn look(&mut self) {
        self.files.look();
    }

    /// Prints the table of now.
    pub(crate) fn print(
        &mut self,
        elapsed: Duration,
        [world, endpoint]: [&Program; 2],
        ledger: &Ledger,
        tallies: &[Arc<Tally>],
        results: &Results,
    ) {
        self.files.look();
        let connections: Vec<ledger::Summary> =
            tallies.iter().map(|tally| tally.summary()).collect();
        let calls = results.summaries();
        let programs = [(world, WORLD_LIMIT), (endpoint, ENDPOINT_LIMIT)];
        let (confirmed, uncertain) = ledger.totals();

        println!(
            "\n== {} s: {confirmed} messages, and {uncertain} without an answer",
            elapsed.as_secs()
        );
        for (program, limit) in programs {
            println!(
                "{:<10} {:>6} MiB now, {:>6} MiB at most (limit {limit}); SIGTERM {}, SIGKILL {}, crashes {}",
                program.name,
                mebibytes(program.resident << 10),
                mebibytes(program.peak << 10),
                program.terminated,
                program.killed,
                program.crashes.len()
            );
        }
        for file in &self.files.0 {
            println!(
                "{:<10} {:>6} MiB now, {:>6} MiB at most; WAL {} MiB now, {} MiB at most",
                file.name,
                mebibytes(file.size[0]),
                mebibytes(file.peak[0]),
                mebibytes(file.size[1]),
                mebibytes(file.peak[1])
            );
        }
        println!(
            "{:<36} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>9} {:>9}",
            "connection",
            "connects",
            "seen",
            "missing",
            "resent",
            "repeated",
            "disorder",
            "p50 ms",
            "p99 ms"
        );
        for line in &connections {
            println!(
                "{:<36} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>9.1} {:>9.1}",
                line.name,
                line.connects,
                line.seen,
                line.missing,
                line.resent,
                line.repeated,
                line.disordered,
                line.p50,
                line.p99
            );
        }
        println!(
            "{:<24} {:<24} {:>8} {:>9} {:>9}",
            "call", "result", "number", "p50 ms", "p99 ms"
        );
        for line in &calls {
            println!(
                "{:<24} {:<24} {:>8} {:>9.1} {:>9.1}",
                line.action, line.result, line.count, line.p50, line.p99
            );
        }

        self.wrong = wrong(&programs, &connections, &calls);
        self.latest = json!({
            "seconds": elapsed.as_secs(),
            "messages": confirmed,
            "uncertain": uncertain,
            "programs": programs.map(|(program, limit)| json!({
                "name": program.name,
                "resident_kib": program.resident,
                "peak_kib": program.peak,
                "limit_mib": limit,
                "terminated": program.terminated,
                "killed": program.killed,
                "crashes": program.crashes,
            })),
            "files": self.files.0.iter().map(|file| json!({
                "name": file.name, "bytes": file.size[0], "peak": file.peak[0], "wal": file.size[1], "wal_peak": file.peak[1],
            })).collect::<Vec<_>>(),
            "connections": connections.iter().map(|line| json!({
                "name": line.name, "replay": line.replay, "connects": line.connects, "seen": line.seen, "missing": line.missing,
                "resent": line.resent, "repeated": line.repeated, "disordered": line.disordered,
                "p50_ms": line.p50, "p99_ms": line.p99, "examples": line.examples,
            })).collect::<Vec<_>>(),
            "calls": calls.iter().map(|line| json!({
                "action": line.action, "result": line.result, "number": line.count, "p50_ms": line.p50, "p99_ms": line.p99,
                "text": line.text,
            })).collect::<Vec<_>>(),
            "wrong": self.wrong,
        });
    }

    /// Writes the JSON of the last table.
    ///
    /// # Errors
    /// The file cannot be written, or the last table shows something that must not be.
    pub(crate) fn finish(&self, path: &Path) -> Result<(), String> {
        let text = format!("{:#}\n", self.latest);
        fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        if self.wrong.is_empty() {
            println!("nothing is wrong");
            return Ok(());
        }
        Err(format!("\n  {}", self.wrong.join("\n  ")))
    }
}

/// What must not be, in words.
fn wrong(
    programs: &[(&Program, u64)],
    connections: &[ledger::Summary],
    calls: &[calls::Summary],
) -> Vec<String> {
    let mut wrong = Vec::new();
    for (program, limit) in programs {
        wrong.extend(program.crashes.iter().cloned());
        if program.peak > limit << 10 {
            let peak = mebibytes(program.peak << 10);
            wrong.push(format!(
                "{} used {peak} MiB; the limit is {limit}",
                program.name
            ));
        }
    }
    for line in connections {
        let mut problem = |number: usize, what: &str| {
            if number > 0 {
                wrong.push(format!("{}: {number} {what}", line.name));
            }
        };
        if line.replay {
            problem(line.missing, "messages were lost");
            problem(
                usize::try_from(line.disordered).unwrap_or(usize::MAX),
                "messages came out of order",
            );
        }
        problem(
            usize::try_from(line.repeated).unwrap_or(usize::MAX),
            "messages were repeated",
        );
        let examples = line.examples.iter().take(3);
        if line.replay || line.repeated > 0 {
            wrong.extend(examples.map(|example| format!("    {example}")));
        }
    }
    for line in calls.iter().filter(|line| line.result == "INTERNAL") {
        wrong.push(format!(
            "{} failed {} times with INTERNAL",
            line.action, line.count
        ));
    }
    wrong
}

fn mebibytes(bytes: u64) -> String {
    #[allow(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
    let size = bytes as f64 / f64::from(1 << 20);
    format!("{size:.1}")
}
