//! Text in pictures (protocol/03 §8.4).

use crate::{
    command::Refusal,
    proto::media::{OcrImage, OcrReply, OcrRequest, OcrResult},
};

impl OcrRequest {
    /// For [`RecognizeText`](super::RecognizeText): the picture at this URL, which the server fetches.
    pub fn new(url: &str) -> Self {
        let empty = || Some(String::new());
        Self {
            version: Some(1),
            client: Some(0),
            entrance: Some(1),
            image: Some(OcrImage {
                image_url: Some(url.to_owned()),
                language_type: None,
                origin_md5: empty(),
                compressed_md5: empty(),
                compressed_size: empty(),
                compressed_width: empty(),
                compressed_height: empty(),
                is_cut: Some(false),
            }),
        }
    }
}

impl OcrReply {
    /// The texts, or the refusal of the service.
    ///
    /// # Errors
    /// The refusal of the service, which the envelope does not show.
    pub fn outcome(self) -> Result<OcrResult, Refusal> {
        let text = self.wording.or(self.err_msg);
        Refusal::check_code(self.ret_code, text)?;
        Ok(self.result.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bounded;
    use prost::Message;

    #[test]
    fn known_answers() {
        let request = [
            0x08, 1, 0x10, 0, 0x18, 1, // 1, 2, 3
            0x52, 15, 0x0a, 1, b'u', // 10.1
            0x52, 0, 0x5a, 0, 0x62, 0, 0x6a, 0, 0x72, 0, // 10.10 to 10.14
            0x78, 0, // 10.15
        ];
        assert_eq!(OcrRequest::new("u").encode_to_vec(), request);
        let reply = [
            0x52, 20, // 10
            0x0a, 14, 0x0a, 2, b'h', b'i', 0x10, 99, // .1[].1, .2
            0x1a, 6, 0x0a, 4, 0x08, 7, 0x10, 8, // .3.1[].1, .2
            0x12, 2, b'z', b'h', // .2
        ];
        let reply: OcrReply = bounded::decode(&reply[..]).expect("a reply");
        let result = reply.outcome().expect("a success");
        let text = &result.texts[0];
        assert_eq!(
            (text.text.as_deref(), text.confidence),
            (Some("hi"), Some(99))
        );
        let polygon = text.polygon.as_ref().expect("a polygon");
        assert_eq!(
            (polygon.points[0].x, polygon.points[0].y),
            (Some(7), Some(8))
        );
        assert_eq!(result.language.as_deref(), Some("zh"));
        let refused: OcrReply = bounded::decode(&[0x08, 9, 0x12, 2, b'n', b'o']).expect("a reply");
        assert_eq!(refused.outcome(), Err(Refusal::new(9, "no")));
    }
}
