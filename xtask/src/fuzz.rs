//! `cargo xtask fuzz`: runs the property tests with many more cases than a normal test run.

use crate::command::{cargo, execute};

pub(crate) fn fuzz() -> Result<(), String> {
    let cases = std::env::var("PROPTEST_CASES").unwrap_or_else(|_| "20000".to_owned());
    execute(
        cargo()
            .args([
                "test",
                "--workspace",
                "--release",
                "--locked",
                "--lib",
                "--tests",
            ])
            .args(["--exclude", "nekonap"])
            .env("PROPTEST_CASES", cases),
    )
}
