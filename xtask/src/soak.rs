//! `cargo xtask soak`: runs both programs for a while, with frameworks that behave well and badly, faults and restarts.

use crate::command::{cargo, execute, target};

pub(crate) fn soak(arguments: &[String]) -> Result<(), String> {
    execute(cargo().args([
        "build",
        "--release",
        "--package",
        "nekonap",
        "--bin",
        "nekonap",
    ]))?;
    let binary = format!("nekonap{}", std::env::consts::EXE_SUFFIX);
    execute(
        cargo()
            .args(["bench", "--package", "nekonap", "--bench", "soak", "--"])
            .args(arguments)
            .env("NEKONAP_BINARY", target().join("release").join(binary))
            .env("NEKONAP_SOAK_FOLDER", target().join("soak"))
            .env("NEKONAP_SOAK_JSON", target().join("soak.json")),
    )
}
