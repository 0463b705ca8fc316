//! Translation of words. protocol/04 §13.1

use nekonap_wire::{commands::assist::Translate, proto::assist::TranslateRequest};

use crate::{client::Client, error::CallError};

impl Client {
    /// Translates English words or phrases into Chinese. The result has the order and the length of `words`; a word
    /// without a translation comes back as it is. protocol/04 §13.1
    ///
    /// # Errors
    /// The server refuses, returns another number of translations or does not reply.
    pub async fn translate(&self, words: Vec<String>) -> Result<Vec<String>, CallError> {
        let count = words.len();
        let request = TranslateRequest::new(words);
        let session = self.inner.session()?;
        let translated = session.call::<Translate>(&request).await?.outcome()?;
        if translated.len() != count {
            let text = format!("{} translations of {count} words", translated.len());
            return Err(CallError::Malformed(text));
        }
        Ok(translated)
    }
}
