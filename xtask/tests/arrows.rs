//! Compares the dependencies between the crates with the table in `ARCHITECTURE.md`.

use cargo_metadata::{DependencyKind, MetadataCommand};
use std::collections::{BTreeMap, BTreeSet};

/// The crates of the workspace, each with the workspace crates that it may depend on.
const ARROWS: &[(&str, &[&str])] = &[
    ("ids", &[]),
    ("wire", &["ids"]),
    ("proxy", &[]),
    ("client", &["ids", "wire", "media", "proxy"]),
    ("sqlite", &[]),
    ("sandbox", &["ids", "wire", "sqlite", "media"]),
    ("onebot", &["ids"]),
    ("archive", &["ids", "sqlite"]),
    ("media", &[]),
    ("endpoint", &["ids", "client", "onebot", "archive", "media"]),
    ("gateway", &["ids", "onebot", "endpoint", "proxy"]),
    (
        "nekonap",
        &[
            "ids", "wire", "client", "sqlite", "sandbox", "onebot", "archive", "media", "endpoint",
            "gateway", "proxy",
        ],
    ),
    ("xtask", &[]),
];

fn short(package: &str) -> &str {
    package.strip_prefix("nekonap-").unwrap_or(package)
}

#[test]
fn crates_use_only_what_the_table_allows() {
    let metadata = MetadataCommand::new()
        .no_deps()
        .exec()
        .expect("cargo metadata");
    let table: BTreeMap<&str, BTreeSet<&str>> = ARROWS
        .iter()
        .map(|(from, to)| (*from, to.iter().copied().collect()))
        .collect();
    let packages = metadata.workspace_packages();
    let ours: BTreeSet<&str> = packages
        .iter()
        .map(|package| short(&package.name))
        .collect();
    assert_eq!(
        ours,
        table.keys().copied().collect(),
        "the table does not list the crates of the workspace"
    );
    for package in packages {
        let from = short(&package.name);
        for dependency in &package.dependencies {
            let to = short(&dependency.name);
            // Tests are not shipped, so they may use any crate.
            if !ours.contains(to) || dependency.kind == DependencyKind::Development {
                continue;
            }
            assert!(table[from].contains(to), "{from} may not use {to}");
        }
    }
}
