//! `cargo xtask docs`: writes the documents that come from the table of actions. The test that checks them knows how.

use crate::command::{cargo, execute};

pub(crate) fn docs() -> Result<(), String> {
    execute(
        cargo()
            .args(["test", "--workspace", "--locked", "--test", "reference"])
            .env("NEKONAP_DOCS", "write"),
    )
}
