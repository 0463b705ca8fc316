//! Pictures, voices, videos, files and forwards that were received lately, found by what they were reported as: the upload on the
//! server is used again.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use nekonap_client::{Element, message::Media};

/// How many names are remembered: some thousand messages with media, three names each.
const REMEMBERED: usize = 4_096;

/// The newest of them.
#[derive(Debug, Default)]
pub(crate) struct Received(Mutex<Names>);

#[derive(Debug, Default)]
struct Names {
    elements: HashMap<String, Element>,
    order: VecDeque<String>,
}

impl Received {
    /// Remembers an element, if it is media.
    pub(crate) fn remember(&self, element: &Element) {
        let of = |media: &Media| {
            vec![
                media.name.clone(),
                media.md5.clone(),
                media.file_uuid.clone(),
            ]
        };
        let mut names = match element {
            Element::Image(image) => of(&image.media),
            Element::Voice(voice) => of(&voice.media),
            Element::Video(video) => of(&video.media),
            Element::File(file) => vec![file.id.clone(), file.name.clone()],
            Element::Forward(forward) => vec![forward.res_id.clone()],
            _ => return,
        };
        if let Element::Image(image) = element {
            names.push(image.url.clone());
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for name in names.into_iter().filter(|name| !name.is_empty()) {
            if known
                .elements
                .insert(name.clone(), element.clone())
                .is_none()
            {
                known.order.push_back(name);
            }
        }
        while known.order.len() > REMEMBERED {
            if let Some(oldest) = known.order.pop_front() {
                known.elements.remove(&oldest);
            }
        }
    }

    /// The newest that was reported so: by its name, its id, its address, or a name made of its hash
    /// (api/events-and-segments §8.2).
    pub(crate) fn find(&self, source: &str) -> Option<Element> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let stem = source.split('.').next().unwrap_or(source);
        let hash = || {
            let is_hash = stem.len() == 32 && stem.bytes().all(|byte| byte.is_ascii_hexdigit());
            is_hash.then(|| stem.to_ascii_lowercase())
        };
        known
            .elements
            .get(source)
            .or_else(|| known.elements.get(&hash()?))
            .cloned()
    }
}

#[cfg(test)]
mod tests {
    use nekonap_client::message::{Forward, Image};

    use super::*;

    fn picture(number: usize) -> Element {
        Element::Image(Image {
            media: Media {
                name: format!("{number}.png"),
                md5: format!("{number:032x}"),
                ..Media::default()
            },
            url: format!("https://example.com/{number}"),
            ..Image::default()
        })
    }

    #[test]
    fn a_picture_is_found_by_all_it_is_called() {
        let received = Received::default();
        received.remember(&picture(171));
        for name in [
            "171.png",
            "https://example.com/171",
            "000000000000000000000000000000ab",
            "000000000000000000000000000000AB.jpg",
            "000000000000000000000000000000AB.image",
        ] {
            assert_eq!(received.find(name), Some(picture(171)), "{name}");
        }
        assert_eq!(received.find("172.png"), None);
        assert_eq!(received.find(""), None);
    }

    #[test]
    fn the_oldest_are_forgotten() {
        let received = Received::default();
        let forward = Element::Forward(Forward {
            res_id: "first".to_owned(),
            ..Forward::default()
        });
        received.remember(&forward);
        assert_eq!(received.find("first"), Some(forward));
        for number in 0..REMEMBERED {
            received.remember(&picture(number));
        }
        assert_eq!(received.find("first"), None);
        assert!(received.find(&format!("{}.png", REMEMBERED - 1)).is_some());
    }
}
