//! The table of speed and size: each figure beside its baseline, measured in the same run, because machines differ and
//! are noisy. Run by `cargo xtask bench`; prints text and writes JSON; judges nothing.

mod archive;
mod baseline;
mod codecs;
mod load;
mod members;
mod process;
mod requests;

use serde_json::{Value, json};

/// The allocator of the program that is measured here.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// One line of the table.
pub(crate) struct Row {
    pub(crate) what: &'static str,
    /// The measured figure, in `unit`.
    pub(crate) figure: f64,
    pub(crate) unit: &'static str,
    /// What it is held against, and that figure; the ratio is the first by the second.
    pub(crate) baseline: Option<(&'static str, f64)>,
    /// Where we want to be.
    pub(crate) reach: &'static str,
}

impl Row {
    fn ratio(&self) -> Option<f64> {
        self.baseline.map(|(_, figure)| self.figure / figure)
    }

    fn json(&self) -> Value {
        json!({
            "what": self.what,
            "figure": self.figure,
            "unit": self.unit,
            "baseline": self.baseline.map(|(name, figure)| json!({"what": name, "figure": figure})),
            "ratio": self.ratio(),
            "reach": self.reach,
        })
    }
}

fn main() {
    // `cargo bench` says `--bench`; a test run that builds every target does not, and has nothing to do here.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    nekonap::prepare();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut rows = Vec::new();
    // Words on the command line choose parts; none chooses all.
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let wanted = |part: &str| wanted.is_empty() || wanted.iter().any(|word| word == part);
    if wanted("start") {
        rows.extend(process::rows());
    }
    if wanted("members") {
        rows.extend(runtime.block_on(members::rows()));
    }
    if wanted("calls") {
        rows.extend(runtime.block_on(requests::calls()));
    }
    if wanted("fan-out") {
        rows.extend(runtime.block_on(requests::fan_out()));
    }
    if wanted("codecs") {
        rows.extend(codecs::rows());
    }
    if wanted("archive") {
        rows.extend(archive::rows());
    }

    for row in &rows {
        let against = match (row.baseline, row.ratio()) {
            (Some((name, figure)), Some(ratio)) => format!("{ratio:.2} × {name} ({figure:.0})"),
            _ => "no baseline".to_owned(),
        };
        println!(
            "{:<58} {:>10.1} {:<11} {against}; reach: {}",
            row.what, row.figure, row.unit, row.reach
        );
    }
    if let Some(path) = std::env::var_os("NEKONAP_BENCH_JSON") {
        let table: Vec<Value> = rows.iter().map(Row::json).collect();
        let text = serde_json::to_string_pretty(&table).expect("JSON");
        if let Err(error) = std::fs::write(&path, text) {
            eprintln!("{}: {error}", std::path::Path::new(&path).display());
        }
    }
}
