//! `cargo xtask run`: builds Nekonap and starts `nekonap sandbox`.

use crate::{
    codec,
    command::{cargo, execute, target},
};
use std::process::Command;

pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let mut command = cargo();
    command.args(["build", "--package", "nekonap", "--bin", "nekonap"]);
    execute(codec::turn_on(&mut command))?;
    let binary = target()
        .join("debug")
        .join(format!("nekonap{}", std::env::consts::EXE_SUFFIX));
    replace_process(Command::new(binary).arg("sandbox").args(arguments))
}

/// Replaces this process, so that signals and the exit code are Nekonap's own.
#[cfg(unix)]
fn replace_process(command: &mut Command) -> Result<(), String> {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    Err(format!("cannot start {command:?}: {error}"))
}

#[cfg(not(unix))]
fn replace_process(command: &mut Command) -> Result<(), String> {
    execute(command)
}
