//! `translate_en2zh` (api/actions §3.15).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    bot::Context,
    config::Profile,
    error::{Failure, Result},
};

/// Words per call.
const MAX_WORDS: usize = 1_000;

/// Parameters of `translate_en2zh`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct TranslateEn2zh {
    /// English words or phrases, at most 1,000; a string is one of them.
    #[schemars(example = ["hello", "world"])]
    words: Vec<Value>,
}

/// The translations, in the order of the words: a list, or `words` with the response profile `napcat-4.18` (api/actions
/// §1.7). A word without a translation is returned as it is.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum Translated {
    NapcatV4(Vec<String>),
    Napcat418 {
        /// The translations.
        words: Vec<String>,
    },
}

pub(crate) async fn translate(cx: Context, params: TranslateEn2zh) -> Result<Translated> {
    if params.words.len() > MAX_WORDS {
        let text = format!("at most {MAX_WORDS} words, not {}", params.words.len());
        return Err(Failure::invalid("words", text));
    }
    let words = params.words.into_iter().enumerate().map(word);
    let words = words.collect::<Result<Vec<String>>>()?;
    let words = if words.is_empty() {
        words
    } else {
        cx.client().translate(words).await?
    };
    Ok(match cx.profile() {
        Profile::NapcatV4 => Translated::NapcatV4(words),
        Profile::Napcat418 => Translated::Napcat418 { words },
    })
}

/// A word; a number is one too.
fn word((at, value): (usize, Value)) -> Result<String> {
    match value {
        Value::String(word) => Ok(word),
        Value::Number(number) => Ok(number.to_string()),
        other => Err(Failure::invalid(
            &format!("words[{at}]"),
            format!("it is a string, not {other}"),
        )),
    }
}
