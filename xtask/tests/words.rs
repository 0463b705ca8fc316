//! Checks that the repository uses plain words and does not mention how the work on it is organised.

mod tree;

use std::fmt::Write as _;
use tree::texts;

/// Banned words and phrases in lower case. They match whole words, also inside `snake_case` names and across line ends.
const BANNED: &[&str] = &[
    // Words that are rare or that only this project uses in this sense.
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

/// Exceptions, as path and word: an older value of a setting that is still accepted.
const ALLOWED: &[(&str, &str)] = &[
    ("crates/endpoint/src/actions/tests.rs", "mission"),
    ("crates/endpoint/src/config.rs", "mission"),
    ("docs/api/actions.md", "mission"),
];

/// Path of this file, which contains the banned words.
const SELF: &str = "xtask/tests/words.rs";

/// The words of a text in lower case, each with its byte offset.
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

/// The banned phrases in a text, each with its byte offset.
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
fn files_have_no_banned_words() {
    let mut faults = String::new();
    let texts = texts(&["rs", "md", "py", "js", "toml", "proto", "sql", "html"]);
    for text in texts.iter().filter(|text| text.path != SELF) {
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
fn phrases_match_whole_words_across_line_ends() {
    let found = |text| offences(text).len();
    assert_eq!(found("permission, remission, whoeverelse"), 0);
    assert_eq!(found("The Mission."), 1);
    assert_eq!(found("/// what the caller is\n/// told"), 1);
    assert_eq!(found("fn a_peer_is_told() {}"), 1);
    assert_eq!(found("#### ★ `name`"), 1);
}
