//! Words that a reader would have to translate, or that speak of how the project is organised, stay out of the tree.

mod tree;

use std::fmt::Write as _;
use tree::{Text, texts};

/// The words and phrases, in lower case. They match whole words, also inside `snake_case` names and over line ends.
const BANNED: &[&str] = &[
    // The project's own dialect.
    "anew",
    "are told",
    "enum asked",
    "being told",
    "doors",
    "elder",
    "fate",
    "forthwith",
    "hear of",
    "hears of",
    "is no more",
    "is told",
    "keeper",
    "lest",
    "manieth",
    "manner",
    "nobody listens",
    "patience",
    "said again",
    "struct asked",
    "struct parcel",
    "tells of",
    "that is none",
    "the parcel",
    "thence",
    "thereof",
    "told of",
    "was told",
    "were told",
    "whence",
    "which is none",
    "who is none",
    "whoever",
    // How the work is organised.
    "milestone",
    "mission",
    "this issue",
    "★",
];

/// Where the words are still being replaced: beginnings of paths. The list only gets shorter.
const NOT_YET: &[&str] = &[
    "crates/client/",
    "crates/gateway/",
    "crates/nekonap/",
    "crates/wire/",
    "docs/api/actions.md",
];

/// Words that a file has to name: an older value of a setting that stays accepted.
const ALLOWED: &[(&str, &str)] = &[
    ("crates/endpoint/src/actions/tests.rs", "mission"),
    ("crates/endpoint/src/config.rs", "mission"),
    ("docs/api/actions.md", "mission"),
];

/// This file names what it looks for.
const SELF: &str = "xtask/tests/words.rs";

/// The words of a text in lower case, each with where it begins.
fn words(text: &str) -> Vec<(usize, String)> {
    let mut words: Vec<(usize, String)> = Vec::new();
    let mut inside = false;
    for (at, c) in text.char_indices() {
        let part = c.is_alphanumeric() || c == '★';
        if part && inside {
            words
                .last_mut()
                .expect("a word is open")
                .1
                .extend(c.to_lowercase());
        } else if part {
            words.push((at, c.to_lowercase().collect()));
        }
        inside = part;
    }
    words
}

/// What is banned in a text, and where each begins.
fn offences(text: &str) -> Vec<(usize, &'static str)> {
    let words = words(text);
    let mut found = Vec::new();
    for phrase in BANNED {
        let parts: Vec<&str> = phrase.split(' ').collect();
        for window in words.windows(parts.len()) {
            if window.iter().map(|(_, word)| word).eq(parts.iter()) {
                found.push((window[0].0, *phrase));
            }
        }
    }
    found
}

#[test]
fn the_tree_holds_no_banned_words() {
    let mut faults = String::new();
    let read = |Text { path, .. }: &Text| {
        path != SELF && !NOT_YET.iter().any(|prefix| path.starts_with(prefix))
    };
    let texts = texts(&["rs", "md", "py", "js", "toml", "proto", "sql", "html"]);
    for text in texts.iter().filter(|text| read(text)) {
        for (at, phrase) in offences(&text.text) {
            if ALLOWED.contains(&(text.path.as_str(), phrase)) {
                continue;
            }
            let _ = writeln!(faults, "{}:{}: {phrase}", text.path, text.line(at));
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn words_match_whole_and_over_line_ends() {
    let found = |text| offences(text).len();
    assert_eq!(found("permission, remission, whoeverelse"), 0);
    assert_eq!(found("The Mission."), 1);
    assert_eq!(found("/// what the caller is\n/// told"), 1);
    assert_eq!(found("fn a_peer_is_told() {}"), 1);
    assert_eq!(found("#### ★ `name`"), 1);
}
