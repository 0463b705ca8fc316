//! Search for pictures that fit a word. protocol/04 §13.13

use nekonap_wire::{commands::faces::SearchPictures, proto::faces::PictureSearch};

use crate::{client::Client, error::CallError};

impl Client {
    /// URLs of pictures that fit a word.
    ///
    /// # Errors
    /// The server refuses or does not reply.
    pub async fn search_pictures(&self, word: &str) -> Result<Vec<String>, CallError> {
        let request = PictureSearch::new(self.inner.myself()?.uin, word);
        let session = self.inner.session()?;
        Ok(session.call::<SearchPictures>(&request).await?.into_urls())
    }
}
