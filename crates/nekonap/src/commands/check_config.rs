//! `nekonap check-config`: lists the problems of a configuration file, or prints its schema.

use crate::{
    cli::CheckConfig,
    config::{check, file, schema::schema},
};
use std::io::{self, Write};

pub(super) fn check_config(options: &CheckConfig) -> Result<(), String> {
    if options.schema {
        let text = serde_json::to_string_pretty(&schema()).map_err(|error| error.to_string())?;
        return writeln!(io::stdout(), "{text}").map_err(|error| error.to_string());
    }
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
