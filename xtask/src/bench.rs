//! `cargo xtask bench`: the table of speed and size. It measures and never judges: a slow machine fails no test run.

use crate::command::{cargo, execute, target};

pub(crate) fn bench(arguments: &[String]) -> Result<(), String> {
    // Both the binary (start-up, resident size) and the in-process figures are measured as they are shipped.
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
