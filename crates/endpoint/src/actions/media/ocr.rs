//! `ocr_image`: text in a picture (api/actions §3.10).

use nekonap_client::{Element, PictureLook};
use nekonap_ids::Conversation;
use nekonap_onebot::Code;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    bot::Context,
    error::{Failure, Result, not_found_is},
    media::Options,
};

/// Failure codes of `ocr_image`.
pub(crate) const CODES: &[Code] = &[
    Code::LoadFile,
    Code::FileNotFound,
    Code::FileTooLarge,
    Code::PermissionDenied,
];

/// Parameters of `ocr_image`.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct OcrImage {
    /// The picture: a file, or the `file` or `url` of a received picture (api/events-and-segments §8).
    #[schemars(example = &"file:///data/a.png")]
    image: String,
}

/// The text in a picture.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PictureText {
    /// The texts, usually one for each line; empty if there is none.
    texts: Vec<FoundText>,
    /// Language, such as `zh`; may be empty.
    language: String,
}

/// A text and its place.
#[derive(Debug, Serialize, JsonSchema)]
struct FoundText {
    /// The text.
    text: String,
    /// How sure the service is, 0 to 100.
    confidence: u32,
    /// The four corners of the place.
    coordinates: Vec<Coordinate>,
}

/// A place in the picture, in pixels from its upper left corner.
#[derive(Debug, Serialize, JsonSchema)]
struct Coordinate {
    /// To the right.
    x: i32,
    /// Downwards.
    y: i32,
}

pub(crate) async fn recognize(cx: Context, params: OcrImage) -> Result<PictureText> {
    let source = params.image.trim();
    if source.is_empty() {
        return Err(Failure::missing("image"));
    }
    let client = cx.client();
    let element = match cx.bot().media().find(source) {
        Some(received @ Element::Image(_)) => received,
        _ => {
            // The service fetches a link, so the picture has to be on the server.
            let local = cx.file("image", source, &Options::default()).await?;
            let to = Conversation::Friend(cx.self_id());
            cx.upload_picture(to, &local, &PictureLook::default())
                .await?
        }
    };
    let url = client.media_url(&element, None, false).await?;
    let url = url.ok_or_else(|| Failure::new(Code::LoadFile, "the picture has no link"))?;
    let found = client.recognize_text(&url).await;
    let found = found.map_err(not_found_is(Code::LoadFile))?;
    let texts = found.texts.into_iter().map(|found| FoundText {
        text: found.text,
        confidence: found.confidence,
        coordinates: found
            .corners
            .into_iter()
            .map(|(x, y)| Coordinate { x, y })
            .collect(),
    });
    Ok(PictureText {
        texts: texts.collect(),
        language: found.language,
    })
}
