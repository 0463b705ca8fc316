//! `cargo xtask bench`: the table of speed and size. It only reports: no figure fails a run.

use crate::command::{cargo, execute, target};

pub(crate) fn bench(arguments: &[String]) -> Result<(), String> {
    // The binary is measured from outside (start-up, resident size), the rest in the process: both as they are shipped.
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
