//! `cargo xtask test`: installs the bot frameworks, runs all tests, and prints the time of each part.

use crate::{
    codec,
    command::{available, cargo, execute},
    frameworks,
};
use std::time::{Duration, Instant};

pub(crate) fn test() -> Result<(), String> {
    let mut parts = Vec::new();
    let nextest = available("cargo-nextest", "--version");
    part(&mut parts, "unit tests and scenarios", || {
        let mut command = cargo();
        if nextest {
            command.args(["nextest", "run", "--workspace", "--locked"]);
        } else {
            command.args(["test", "--workspace", "--locked"]);
        }
        execute(codec::turn_on(&mut command))
    })?;
    if nextest {
        // nextest does not run doc tests.
        part(&mut parts, "examples in the docs", || {
            let mut command = cargo();
            command.args(["test", "--workspace", "--locked", "--doc", "--quiet"]);
            execute(codec::turn_on(&mut command))
        })?;
    }
    part(
        &mut parts,
        "installation of bot frameworks",
        frameworks::prepare,
    )?;
    part(&mut parts, "bot frameworks", || frameworks::test(nextest))?;
    for (name, took) in parts {
        println!("{:>8.1} s  {name}", took.as_secs_f64());
    }
    Ok(())
}

fn part(
    parts: &mut Vec<(&'static str, Duration)>,
    name: &'static str,
    run: impl FnOnce() -> Result<(), String>,
) -> Result<(), String> {
    println!("== {name}");
    let start = Instant::now();
    run()?;
    parts.push((name, start.elapsed()));
    Ok(())
}
