//! Checks that every citation of the specification (`docs/README.md`) refers to an existing heading.

mod tree;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};
use tree::{Text, root, texts};

/// The pages that have numbered sections, as the name in a citation and the path.
const PAGES: &[(&str, &str)] = &[
    ("protocol/01", "docs/protocol/01-wire-and-login.md"),
    ("protocol/02", "docs/protocol/02-messages.md"),
    ("protocol/03", "docs/protocol/03-media-and-files.md"),
    ("protocol/04", "docs/protocol/04-contacts-groups-account.md"),
    ("protocol/05", "docs/protocol/05-events.md"),
    ("api/actions", "docs/api/actions.md"),
    ("api/events-and-segments", "docs/api/events-and-segments.md"),
    ("api/transports", "docs/api/transports.md"),
    ("api/sandbox", "docs/api/sandbox.md"),
    ("api/newer", "docs/api/newer.md"),
];

/// Extensions of the files that are checked.
const EXTENSIONS: &[&str] = &[
    "rs", "md", "py", "js", "toml", "proto", "sql", "html", "css", "txt",
];

/// Documents that are not part of the repository.
const ABSENT: &[&str] = &["DESIGN", "MAP.md", "STYLE.md", "../shared", "shared/"];

/// Path of this file, which contains the names of absent documents.
const SELF: &str = "xtask/tests/citations.rs";

/// Text between two sections of one citation.
const JOINS: &[&str] = &[",", " and", " or", " to", "–"];

fn cited_texts() -> Vec<Text> {
    let mut texts = texts(EXTENSIONS);
    texts.retain(|text| text.path != SELF);
    texts
}

/// Section numbers of a page: `3`, `3.3.1`, `A`, `A.2`.
fn sections(page: &str) -> BTreeSet<String> {
    page.lines()
        .filter_map(|line| {
            let heading = line
                .strip_prefix("##")?
                .trim_start_matches('#')
                .trim_start();
            let heading = heading.strip_prefix("Appendix ").unwrap_or(heading);
            let number = heading.split_whitespace().next()?.trim_end_matches('.');
            (section(number) == Some(number.len())).then(|| number.to_owned())
        })
        .collect()
}

/// Length of the section number at the start of a text.
fn section(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let digits = |from: usize| {
        bytes[from..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let mut end = digits(0);
    if end == 0 {
        let letter = bytes.first().is_some_and(u8::is_ascii_uppercase)
            && !bytes.get(1).is_some_and(u8::is_ascii_alphanumeric);
        if !letter {
            return None;
        }
        end = 1;
    }
    while bytes.get(end) == Some(&b'.') {
        let more = digits(end + 1);
        if more == 0 {
            break;
        }
        end += 1 + more;
    }
    Some(end)
}

/// The text without one leading space, or without a leading line end and comment marker.
fn after_gap(text: &str) -> &str {
    match text.strip_prefix('\n') {
        None => text.strip_prefix(' ').unwrap_or(text),
        Some(next) => {
            let next = next.trim_start_matches([' ', '\t']);
            let marks = ["///", "//!", "//", "#", "--"];
            let next = marks
                .iter()
                .find_map(|mark| next.strip_prefix(mark))
                .unwrap_or(next);
            next.trim_start_matches(' ')
        }
    }
}

/// The text without one trailing space, or without a trailing line end and comment marker.
fn before_gap(text: &str) -> &str {
    if let Some(before) = text.strip_suffix(' ')
        && !before.ends_with(['/', '!', '#', '-'])
        && !before.trim_end_matches(' ').ends_with('\n')
    {
        return before;
    }
    text.trim_end_matches([' ', '\t', '/', '!', '#', '-'])
        .strip_suffix('\n')
        .unwrap_or(text)
}

/// The sections cited from a leading `§` on, and the length of the citation.
fn cited(text: &str) -> (Vec<&str>, usize) {
    let mut found = Vec::new();
    let mut rest = text;
    let mut end = 0;
    while let Some(number) = rest.strip_prefix('§')
        && let Some(length) = section(number)
    {
        found.push(&number[..length]);
        let after = &number[length..];
        end = text.len() - after.len();
        let Some(next) = JOINS
            .iter()
            .find_map(|join| after.strip_prefix(join))
            .map(after_gap)
        else {
            break;
        };
        rest = next;
    }
    (found, end)
}

/// The page whose name precedes a `§`.
fn page_before(text: &str) -> Option<&'static str> {
    let before = before_gap(text);
    PAGES.iter().map(|(name, _)| *name).find(|name| {
        before
            .strip_suffix(name)
            .is_some_and(|rest| !rest.ends_with(|c: char| c.is_alphanumeric() || c == '/'))
    })
}

#[test]
fn sections_are_cited_with_their_page_and_exist() {
    let headings: BTreeMap<&str, BTreeSet<String>> = PAGES
        .iter()
        .map(|(name, path)| {
            let page = std::fs::read_to_string(root().join(path)).expect("a page");
            (*name, sections(&page))
        })
        .collect();
    let mut faults = Vec::new();
    for text in cited_texts() {
        let own = PAGES
            .iter()
            .find_map(|(name, path)| (*path == text.path).then_some(*name));
        let mut from = 0;
        while let Some(found) = text.text[from..].find('§') {
            let at = from + found;
            let place = format!("{}:{}", text.path, text.line(at));
            let (numbers, length) = cited(&text.text[at..]);
            from = at + length.max('§'.len_utf8());
            if numbers.is_empty() {
                faults.push(format!("{place}: a § without a number"));
                continue;
            }
            let Some(page) = page_before(&text.text[..at]).or(own) else {
                faults.push(format!("{place}: §{} without its page", numbers[0]));
                continue;
            };
            for number in numbers {
                if !headings[page].contains(number) {
                    faults.push(format!("{place}: {page} has no §{number}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn pages_are_cited_with_a_section_or_by_path() {
    let mut faults = Vec::new();
    for text in cited_texts() {
        if text.path.starts_with("docs/") {
            continue;
        }
        for (page, _) in PAGES {
            for (at, _) in text.text.match_indices(page) {
                let before = text.text[..at].chars().next_back();
                let after = &text.text[at + page.len()..];
                let longer = |c: char| c.is_alphanumeric() || "/-".contains(c);
                if before.is_some_and(longer) || after.starts_with(longer) {
                    continue;
                }
                if !after_gap(after).starts_with('§') {
                    faults.push(format!("{}:{}: {page}", text.path, text.line(at)));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn markdown(path: &str) -> bool {
    Path::new(path)
        .extension()
        .is_some_and(|found| found == "md")
}

#[test]
fn cited_documents_exist() {
    let architecture =
        std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let mut faults = Vec::new();
    for text in cited_texts() {
        for (at, _) in text.text.match_indices("docs/") {
            // Only paths from the root, not the end of another path or of a URL.
            if text.text[..at].ends_with(|c: char| c.is_alphanumeric() || "/.-".contains(c)) {
                continue;
            }
            let path = text.text[at..]
                .split(|c: char| !(c.is_ascii_alphanumeric() || "/._-".contains(c)))
                .next()
                .unwrap_or_default();
            if markdown(path) && !root().join(path).is_file() {
                faults.push(format!("{}:{}: no {path}", text.path, text.line(at)));
            }
        }
        if markdown(&text.path) {
            for (at, _) in text.text.match_indices('`') {
                let path = text.text[at + 1..].split('`').next().unwrap_or_default();
                let ours = ["crates/", "tests/", "xtask/"]
                    .iter()
                    .any(|folder| path.starts_with(folder));
                let one = !path.contains(|c: char| c.is_whitespace() || "<*…".contains(c));
                if ours && one && !root().join(path).exists() {
                    faults.push(format!("{}:{}: no {path}", text.path, text.line(at)));
                }
            }
        }
        for (at, cite) in text.text.match_indices("ARCHITECTURE \"") {
            let heading = text.text[at + cite.len()..]
                .split('"')
                .next()
                .unwrap_or_default();
            if !architecture
                .lines()
                .any(|line| line.strip_prefix("## ") == Some(heading))
            {
                let line = text.line(at);
                faults.push(format!("{}:{line}: no heading {heading:?}", text.path));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn links_between_pages_have_a_target() {
    let mut faults = Vec::new();
    for text in texts(&["md"]) {
        let folder = root().join(&text.path);
        let folder = folder.parent().expect("a folder");
        for (at, _) in text.text.match_indices("](") {
            let target = text.text[at + 2..]
                .split([')', '#'])
                .next()
                .unwrap_or_default();
            let outside = target.is_empty() || target.contains("://") || target.contains(' ');
            if !outside && !folder.join(target).exists() {
                faults.push(format!("{}:{}: no {target}", text.path, text.line(at)));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_file_mentions_documents_outside_the_repository() {
    let mut faults = Vec::new();
    for text in cited_texts() {
        for name in ABSENT {
            for (at, _) in text.text.match_indices(name) {
                let inside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
                if inside(text.text[..at].chars().next_back())
                    || inside(text.text[at + name.len()..].chars().next()) && !name.ends_with('/')
                {
                    continue;
                }
                faults.push(format!("{}:{}: {name}", text.path, text.line(at)));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn test_data_files_are_unique() {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for text in texts(&["json", "jsonl"]) {
        if let Some(other) = seen.insert(text.text, text.path.clone()) {
            panic!("{} and {other} are identical", text.path);
        }
    }
}

#[test]
fn citation_ends_after_its_last_section() {
    let read = |text: &'static str| {
        let (sections, end) = cited(text);
        (sections, &text[end..])
    };
    assert_eq!(
        read("§3.3.1, §3.4 and more"),
        (vec!["3.3.1", "3.4"], " and more")
    );
    assert_eq!(read("§2–§5."), (vec!["2", "5"], "."));
    assert_eq!(read("§1,\n/// §A.2: x"), (vec!["1", "A.2"], ": x"));
    assert_eq!(read("§4, point 7"), (vec!["4"], ", point 7"));
    assert_eq!(read("§ 4"), (vec![], "§ 4"));
    assert_eq!(
        page_before("//! protocol/05\n    //! "),
        Some("protocol/05")
    );
    assert_eq!(page_before("see api/actions "), Some("api/actions"));
    assert_eq!(page_before("xprotocol/05 "), None);
    assert_eq!(page_before("docs/api/actions.md "), None);
}
