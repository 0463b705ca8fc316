//! Checks that every row of the acceptance checklist (api/transports §15) names tests, and that these exist.

#[expect(dead_code, reason = "paths and lines are for other tests")]
mod tree;

use std::{collections::BTreeSet, fs};
use tree::{root, texts};

/// Rows about what is not built yet.
const NOT_BUILT: &[&str] = &["28"];

/// The rows of the checklist: number and names of tests.
fn rows() -> Vec<(String, Vec<String>)> {
    let page = fs::read_to_string(root().join("docs/api/transports.md")).expect("the page");
    let (_, rest) = page.split_once("\n## 15. ").expect("section 15");
    let (section, _) = rest.split_once("\n## ").expect("a section after it");
    section
        .lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let (number, tests) = (cells.first()?, cells.last()?);
            number.parse::<u32>().ok()?;
            let tests = tests
                .split(", ")
                .filter_map(|name| name.strip_prefix('`')?.strip_suffix('`'))
                .map(str::to_owned)
                .collect();
            Some(((*number).to_owned(), tests))
        })
        .collect()
}

#[test]
fn rows_of_the_checklist_name_their_tests() {
    let tests: BTreeSet<String> = texts(&["rs"])
        .iter()
        .flat_map(|text| {
            text.text
                .split("#[test]")
                .chain(text.text.split("#[tokio::test"))
        })
        .filter_map(|after| Some(after.split_once("fn ")?.1.split_once('(')?.0.to_owned()))
        .collect();
    let rows = rows();
    assert_eq!(rows.len(), 34, "{rows:?}");
    for (number, named) in rows {
        let not_built = NOT_BUILT.contains(&&*number);
        assert_eq!(named.is_empty(), not_built, "the tests of row {number}");
        for name in named {
            assert!(
                tests.contains(&name),
                "row {number}: there is no test `{name}`"
            );
        }
    }
}
