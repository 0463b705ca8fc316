//! Translates English words into Chinese, from a list of words. protocol/04 §13.1

use std::{collections::HashMap, sync::LazyLock};

use nekonap_wire::proto::assist::{TranslateReply, TranslateRequest, TranslateResult};

use crate::{
    refusal::{Refusal, code},
    router::Caller,
    world::World,
};

/// Words per request.
const MAX_WORDS: usize = 1_000;

/// English in lower case, and its translation.
static WORDS: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    include_str!("words.tsv")
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .collect()
});

pub(crate) fn command(
    _: &mut World,
    _: &Caller,
    request: TranslateRequest,
) -> Result<TranslateReply, Refusal> {
    let query = request.query.unwrap_or_default();
    let languages = (query.source.as_deref(), query.target.as_deref());
    if languages != (Some("en"), Some("zh")) {
        let text = format!("only `en` to `zh` can be translated, not {languages:?}");
        return Err(Refusal::bad_request(text));
    }
    if query.words.len() > MAX_WORDS {
        let text = format!("at most {MAX_WORDS} words can be translated at once");
        return Err(Refusal::not_allowed(code::TOO_LARGE, text));
    }
    let translations = query.words.iter().map(|word| translation(word)).collect();
    Ok(TranslateReply {
        result: Some(TranslateResult {
            code: Some(0),
            text: Some(String::new()),
            source: query.source,
            target: query.target,
            words: query.words,
            translations,
        }),
    })
}

/// The translation of a word; the word itself if the list does not have it.
fn translation(word: &str) -> String {
    let key = word.trim().to_lowercase();
    WORDS.get(key.as_str()).copied().unwrap_or(word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_case_and_unknown_ones_come_back() {
        for (word, expected) in [
            ("hello", "你好"),
            (" World ", "世界"),
            ("GOOD MORNING", "早上好"),
            ("Nekonap", "Nekonap"),
            ("你好", "你好"),
            ("", ""),
        ] {
            assert_eq!(translation(word), expected);
        }
    }

    #[test]
    fn every_line_of_the_list_is_a_pair_and_no_word_comes_twice() {
        let lines: Vec<&str> = include_str!("words.tsv").lines().collect();
        assert_eq!(lines.len(), WORDS.len());
        for line in lines {
            let (english, chinese) = line.split_once('\t').expect(line);
            assert_eq!(english, english.trim().to_lowercase(), "{line}");
            assert!(!chinese.is_empty() && chinese == chinese.trim(), "{line}");
        }
    }
}
