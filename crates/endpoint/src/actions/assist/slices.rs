//! `.get_word_slices` (api/actions §3.15). No client uses the command for it (protocol/04 §13.8), so a dictionary of ICU
//! cuts the text here.

use icu_segmenter::{WordSegmenter, options::WordBreakInvariantOptions};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    bot::Context,
    error::{Failure, Result},
};

/// How many bytes the text may have: cutting it keeps a thread busy.
const MAX_CONTENT: usize = 65_536;

/// Parameters of `.get_word_slices`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GetWordSlices {
    /// Text to cut, at most 65,536 bytes.
    #[schemars(example = &"今天天气很好")]
    content: String,
}

/// The words of a text.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct WordSlices {
    /// The words and numbers in their order, without spaces, punctuation and emoji.
    slices: Vec<String>,
}

pub(crate) async fn get(_: Context, params: GetWordSlices) -> Result<WordSlices> {
    let content = params.content;
    if content.len() > MAX_CONTENT {
        let text = format!("it has at most {MAX_CONTENT} bytes, not {}", content.len());
        return Err(Failure::invalid("content", text));
    }
    Ok(WordSlices {
        slices: words(&content),
    })
}

fn words(content: &str) -> Vec<String> {
    let segmenter = WordSegmenter::new_dictionary(WordBreakInvariantOptions::default());
    let mut words = Vec::new();
    let mut start = 0;
    for (end, kind) in segmenter.segment_str(content).iter_with_word_type() {
        if kind.is_word_like() {
            words.extend(content.get(start..end).map(str::to_owned));
        }
        start = end;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_several_scripts_are_found() {
        for (content, expected) in [
            ("hello world", &["hello", "world"][..]),
            (
                "今天天气很好,我们去公园。",
                &["今天", "天气", "很好", "我们", "去", "公园"],
            ),
            ("it's 3.14 \u{200b}👍🏽 مرحبا", &["it's", "3.14", "مرحبا"]),
            (" ,。", &[]),
            ("", &[]),
        ] {
            assert_eq!(words(content), expected, "{content}");
        }
    }
}
