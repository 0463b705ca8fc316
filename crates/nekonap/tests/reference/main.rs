//! Documents that are generated from the table of actions: `docs/api/reference.md` in both languages, and the README's list
//! of missing actions. With `NEKONAP_DOCS=write`, as in `cargo xtask docs`, this test writes them; otherwise it checks them.

mod actions;
mod missing;

use nekonap::language::Language;
use nekonap_endpoint::reference::reference;
use std::{env, fs, path::Path};

/// Reads a file of the repository.
fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path);
    // A file that does not exist yet counts as empty.
    fs::read_to_string(path).unwrap_or_default()
}

/// Writes a file, or checks that it has this text.
fn write_or_check(path: &str, text: &str) {
    let found = read(path);
    if env::var_os("NEKONAP_DOCS").is_some_and(|value| value == "write") {
        if found != text {
            let path = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("../..")
                .join(path);
            fs::write(path, text).expect("the file is written");
        }
        return;
    }
    let lines = found.lines().zip(text.lines()).enumerate();
    let different = lines
        .filter(|(_, (found, text))| found != text)
        .map(|(at, _)| at + 1)
        .next();
    assert!(
        found == text,
        "{path} is not current, from line {}: run `cargo xtask docs`",
        different.unwrap_or_else(|| found.lines().count().min(text.lines().count()) + 1)
    );
}

#[test]
fn reference_pages_are_current() {
    let reference = reference();
    let version = env!("CARGO_PKG_VERSION");
    for (path, language) in [
        ("docs/api/reference.md", Language::English),
        ("docs/api/reference.zh-CN.md", Language::Chinese),
    ] {
        write_or_check(path, &actions::page(&reference, language, version));
    }
}

#[test]
fn readme_lists_of_missing_actions_are_current() {
    let contract = missing::contract(&read("docs/api/actions.md"));
    let reference = reference();
    for (path, language) in [
        ("README.md", Language::English),
        ("README.zh-CN.md", Language::Chinese),
    ] {
        let block = missing::block(&contract, &reference, language);
        write_or_check(path, &missing::replaced(&read(path), &block));
    }
}

#[test]
fn every_specified_action_exists_or_is_listed_as_unsupported() {
    let contract = missing::contract(&read("docs/api/actions.md"));
    assert!(contract.len() > 15, "{} chapters", contract.len());
    let reference = reference();
    let mut unsupported: Vec<&str> = contract
        .iter()
        .flat_map(|chapter| &chapter.actions)
        .flat_map(missing::Listed::names)
        .filter(|name| !reference.names.contains(name))
        .collect();
    unsupported.sort_unstable();
    unsupported.dedup();
    assert_eq!(reference.unsupported, unsupported);
}
