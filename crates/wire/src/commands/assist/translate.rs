//! Translates words from English into Chinese (protocol/04 §13.1).

use crate::{
    command::Refusal,
    proto::assist::{TranslateQuery, TranslateReply, TranslateRequest},
};

impl TranslateRequest {
    /// For [`Translate`](super::Translate): English words or phrases.
    pub fn new(words: Vec<String>) -> Self {
        Self {
            query: Some(TranslateQuery {
                source: Some("en".to_owned()),
                target: Some("zh".to_owned()),
                words,
            }),
            field_10: Some(1),
            field_12: Some(1),
        }
    }
}

impl TranslateReply {
    /// The translations, in the order of the words.
    ///
    /// # Errors
    /// The refusal of the service: the envelope can report success although `code` is not 0.
    pub fn outcome(self) -> Result<Vec<String>, Refusal> {
        let result = self.result.unwrap_or_default();
        match result.code.unwrap_or(0) {
            0 => Ok(result.translations),
            code => Err(Refusal::new(code.into(), result.text.unwrap_or_default())),
        }
    }
}
