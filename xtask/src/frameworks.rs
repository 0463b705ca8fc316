//! Tests with real bot frameworks. The frameworks are installed unmodified from their registries under `target/frameworks`.
//! The scenarios in `crates/nekonap/tests/scenarios/frameworks/` run them against a sandbox; by default these scenarios are
//! ignored.

use crate::{
    codec,
    command::{available, cargo, execute, root, target},
};
use std::{fs, path::Path, process::Command};

/// Installs every framework that is not installed yet, in parallel.
///
/// # Errors
///
/// When Python 3 or Node is missing, or an installation fails.
pub(crate) fn prepare() -> Result<(), String> {
    type Install = fn(&str) -> Result<(), String>;
    let frameworks: [(&str, Install); 5] = [
        ("aiocqhttp", python),
        ("koishi", node),
        ("node-napcat-ts", node),
        ("nonebot", python),
        ("openapi", python),
    ];
    std::thread::scope(|scope| {
        let installations = frameworks.map(|(name, install)| scope.spawn(move || install(name)));
        for installation in installations {
            installation
                .join()
                .map_err(|_| "an installation panicked".to_owned())??;
        }
        Ok(())
    })
}

/// Runs the scenarios that need the frameworks.
///
/// # Errors
///
/// When a scenario fails.
pub(crate) fn test(nextest: bool) -> Result<(), String> {
    let mut command = cargo();
    // The whole workspace, not one package: a package alone has other features, so dependencies would be compiled again.
    let package = ["--workspace", "--test", "scenarios", "--locked"];
    if nextest {
        command
            .args(["nextest", "run", "--run-ignored", "only"])
            .args(package);
        codec::turn_on(&mut command).arg("frameworks::");
    } else {
        command.arg("test").args(package);
        codec::turn_on(&mut command).args(["--", "--ignored", "frameworks::"]);
    }
    execute(command.env("NEKONAP_FRAMEWORKS", target().join("frameworks")))
}

/// Installs the packages of `tests/frameworks/NAME/requirements.txt` from PyPI into a virtual environment.
fn python(name: &str) -> Result<(), String> {
    if !available("python3", "--version") {
        return Err(format!(
            "Python 3 is needed for the {name} test (Debian: apt install python3-venv)"
        ));
    }
    let place = target().join("frameworks").join(name);
    let sources = root().join("tests/frameworks").join(name);
    once(&sources.join("requirements.txt"), &place, |lock| {
        execute(
            Command::new("python3")
                .args(["-m", "venv", "--clear"])
                .arg(place.join("venv")),
        )?;
        execute(
            Command::new(place.join("venv/bin/pip"))
                .args([
                    "install",
                    "--quiet",
                    "--disable-pip-version-check",
                    "--requirement",
                ])
                .arg(lock),
        )
    })
}

/// Installs the packages of `tests/frameworks/NAME/package-lock.json` from npm.
fn node(name: &str) -> Result<(), String> {
    if !available("npm", "--version") {
        return Err(format!(
            "Node.js with npm is needed for the {name} test (Debian: apt install nodejs npm)"
        ));
    }
    let source = root().join("tests/frameworks").join(name);
    let place = target().join("frameworks").join(name);
    once(&source.join("package-lock.json"), &place, |lock| {
        fs::copy(source.join("package.json"), place.join("package.json"))
            .map_err(|e| e.to_string())?;
        fs::copy(lock, place.join("package-lock.json")).map_err(|e| e.to_string())?;
        execute(
            Command::new("npm")
                .args([
                    "ci",
                    "--silent",
                    "--no-audit",
                    "--no-fund",
                    "--ignore-scripts",
                ])
                .current_dir(&place),
        )
    })
}

/// Runs `install` unless the same lock file is installed already.
fn once(
    lock: &Path,
    place: &Path,
    install: impl FnOnce(&Path) -> Result<(), String>,
) -> Result<(), String> {
    let wanted = fs::read(lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    let stamp = place.join("installed");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    fs::create_dir_all(place).map_err(|error| format!("{}: {error}", place.display()))?;
    install(lock)?;
    fs::write(&stamp, wanted).map_err(|error| format!("{}: {error}", stamp.display()))
}
