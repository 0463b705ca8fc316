//! `nekonap check-config`: lists the problems of a configuration file.

use crate::{
    cli::CheckConfig,
    config::{check, file},
};
use std::io::{self, Write};

pub(super) fn check_config(options: &CheckConfig) -> Result<(), String> {
    let file = file::read(&options.config).map_err(|error| error.to_string())?;
    let problems = check::problems(&file);
    if problems.is_empty() {
        let path = options.config.display();
        let _ = writeln!(io::stderr(), "{path}: no problems found / 没有发现问题");
        return Ok(());
    }
    Err(format!(
        "{}:\n  {}",
        options.config.display(),
        problems.join("\n  ")
    ))
}
