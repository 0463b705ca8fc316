//! `cargo xtask docs`: writes the documents that are generated from the table of actions, by running the test that checks
//! them in write mode.

use crate::command::{cargo, execute};

pub(crate) fn docs() -> Result<(), String> {
    execute(
        cargo()
            .args(["test", "--workspace", "--locked", "--test", "reference"])
            .env("NEKONAP_DOCS", "write"),
    )
}
