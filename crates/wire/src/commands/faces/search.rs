//! Search for pictures that fit a word (protocol/04 §13.13).

use nekonap_ids::Uin;

use crate::proto::faces::{PictureSearch, PicturesFound, pictures_found::Picture};

impl PictureSearch {
    /// For [`SearchPictures`](super::SearchPictures): pictures that fit a word, for the account `me`.
    pub fn new(me: Uin, word: &str) -> Self {
        Self {
            uin: Some(me.get()),
            field_3: Some(1),
            word: Some(word.to_owned()),
            word_again: Some(word.to_owned()),
            field_8: Some(0),
            field_9: Some(0),
            field_14: Some(1),
        }
    }
}

impl PicturesFound {
    /// Pictures by their URLs, for a server.
    pub fn of(urls: impl IntoIterator<Item = String>) -> Self {
        let picture = |url| Picture { url: Some(url) };
        Self {
            pictures: urls.into_iter().map(picture).collect(),
        }
    }

    /// URLs of the pictures.
    pub fn into_urls(self) -> Vec<String> {
        let urls = self.pictures.into_iter().filter_map(|picture| picture.url);
        urls.filter(|url| !url.is_empty()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bounded;
    use prost::Message;

    #[test]
    fn known_answers() {
        let me = Uin::new(10_001).expect("an account");
        let expected = [
            0x10, 0x91, 0x4e, 0x18, 1, // 2, 3
            0x32, 3, 0xe7, 0x8c, 0xab, 0x3a, 3, 0xe7, 0x8c, 0xab, // 6, 7: 猫
            0x40, 0, 0x48, 0, 0x70, 1, // 8, 9, 14
        ];
        assert_eq!(PictureSearch::new(me, "猫").encode_to_vec(), expected);
        let reply = [0x1a, 3, 0x2a, 1, b'a', 0x1a, 0, 0x1a, 2, 0x2a, 0];
        let reply: PicturesFound = bounded::decode(&reply[..]).expect("a reply");
        assert_eq!(reply.into_urls(), ["a"]);
        let again = PicturesFound::of(["a".to_owned()]);
        assert_eq!(again.encode_to_vec(), [0x1a, 3, 0x2a, 1, b'a']);
    }
}
