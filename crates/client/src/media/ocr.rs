//! Text in pictures. protocol/03 §8.4

use nekonap_wire::{commands::media::RecognizeText, proto::media::OcrRequest};

use crate::{client::Client, error::CallError};

/// Text that was found in a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundText {
    /// The text.
    pub text: String,
    /// How sure the service is, 0 to 100.
    pub confidence: u32,
    /// The corners of the place, in pixels from the upper left corner of the picture.
    pub corners: Vec<(i32, i32)>,
}

/// All text in a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureText {
    /// The texts, usually one for each line.
    pub texts: Vec<FoundText>,
    /// Language, such as `zh`; may be empty.
    pub language: String,
}

impl Client {
    /// Recognises the text in a picture. `url`: a link that QQ's servers can open, such as one of
    /// [`media_url`](Self::media_url). protocol/03 §8.4
    ///
    /// # Errors
    /// The server refuses (it cannot open the link) or does not reply.
    pub async fn recognize_text(&self, url: &str) -> Result<PictureText, CallError> {
        let request = OcrRequest::new(url);
        let session = self.inner.session()?;
        let result = session.call::<RecognizeText>(&request).await?.outcome()?;
        let texts = result.texts.into_iter().map(|found| FoundText {
            text: found.text.unwrap_or_default(),
            confidence: found.confidence.unwrap_or(0),
            corners: found
                .polygon
                .unwrap_or_default()
                .points
                .into_iter()
                .map(|point| (point.x.unwrap_or(0), point.y.unwrap_or(0)))
                .collect(),
        });
        Ok(PictureText {
            texts: texts.collect(),
            language: result.language.unwrap_or_default(),
        })
    }
}
