//! `cargo xtask bench`: prints the table of speed and size. No figure makes the run fail.

use crate::command::{cargo, execute, target};

pub(crate) fn bench(arguments: &[String]) -> Result<(), String> {
    // The benchmark starts the release binary to measure its start-up time and resident size.
    execute(cargo().args([
        "build",
        "--release",
        "--package",
        "nekonap",
        "--bin",
        "nekonap",
    ]))?;
    execute(
        cargo()
            .args(["bench", "--package", "nekonap", "--bench", "table", "--"])
            .args(arguments)
            .env("NEKONAP_BINARY", target().join("release").join("nekonap"))
            .env("NEKONAP_BENCH_JSON", target().join("bench.json")),
    )
}
