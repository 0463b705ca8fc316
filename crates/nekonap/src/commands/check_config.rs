//! `nekonap check-config`: lists the problems of a configuration file.

use crate::{
    cli::CheckConfig,
    config::{check, file},
};
use std::io::{self, Write};

pub(super) fn check_config(options: &CheckConfig) -> Result<(), String> {
    let path = options.config.display();
    let config =
        file::read(&options.config, &options.overrides).map_err(|error| error.to_string())?;
    let findings = check::check(&config);
    for warning in &findings.warnings {
        let _ = writeln!(io::stderr(), "{path}: warning / 警告: {warning}");
    }
    if findings.problems.is_empty() {
        let _ = writeln!(io::stderr(), "{path}: no problems found / 没有发现问题");
        return Ok(());
    }
    Err(format!("{path}:\n  {}", findings.problems.join("\n  ")))
}
