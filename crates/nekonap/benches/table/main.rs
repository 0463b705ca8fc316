//! The table of speed and size. Each figure is measured in the same run as its baseline, because machines differ and are
//! noisy. `cargo xtask bench` runs it; it prints text and writes JSON, and no figure makes it fail.

mod archive;
mod baseline;
mod codecs;
mod events;
mod files;
mod load;
mod lookups;
mod members;
mod process;
mod requests;
mod sends;
mod world;

use serde_json::{Value, json};

/// The same allocator as in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// One line of the table.
pub(crate) struct Row {
    pub(crate) what: &'static str,
    /// The measured figure, in `unit`.
    pub(crate) figure: f64,
    pub(crate) unit: &'static str,
    /// Name and figure of the baseline. The ratio is the measured figure divided by it.
    pub(crate) baseline: Option<(&'static str, f64)>,
    /// Target.
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
    // `cargo bench` passes `--bench`. Without it, this is a test run of all targets, which should not run the benchmark.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    nekonap::prepare();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut rows = Vec::new();
    // Arguments choose parts of the table; without arguments all parts run.
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
    if wanted("lookups") {
        rows.extend(runtime.block_on(lookups::rows()));
    }
    if wanted("calls") {
        rows.extend(runtime.block_on(requests::rows()));
    }
    if wanted("connections") {
        rows.extend(runtime.block_on(process::connections()));
    }
    if wanted("delay") {
        rows.extend(runtime.block_on(events::delay()));
    }
    if wanted("fan-out") {
        rows.extend(runtime.block_on(events::fan_out()));
    }
    if wanted("codecs") {
        rows.extend(codecs::rows());
    }
    if wanted("sends") {
        rows.extend(runtime.block_on(sends::rows()));
    }
    if wanted("archive") {
        rows.extend(runtime.block_on(archive::rows()));
    }
    if wanted("files") {
        rows.extend(runtime.block_on(files::rows()));
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
