//! Recently received images, voice messages, videos, files and forwards, found by the names under which they were
//! reported. Sending one again uses its upload on the server.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use nekonap_client::{
    Element,
    message::{File, Media},
};

use super::FileRef;

/// The most names that are stored: some thousand messages with media, three names each.
const MAX_NAMES: usize = 4_096;

/// Elements by name, the newest for each name.
#[derive(Debug, Default)]
pub(crate) struct Received(Mutex<Names>);

#[derive(Debug, Default)]
struct Names {
    elements: HashMap<String, Element>,
    /// Ids of files as they were reported, by the server's own ids.
    file_ids: HashMap<String, String>,
    order: VecDeque<String>,
}

impl Received {
    /// Stores an element if it is media.
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
        while known.order.len() > MAX_NAMES {
            if let Some(oldest) = known.order.pop_front() {
                known.elements.remove(&oldest);
                known.file_ids.remove(&oldest);
            }
        }
    }

    /// Stores the id under which a file is reported, after its element.
    pub(crate) fn remember_id(&self, file: &File, reported: &str) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.elements.contains_key(&file.id) {
            known.file_ids.insert(file.id.clone(), reported.to_owned());
        }
    }

    /// The file that was reported with the server's own id.
    pub(crate) fn file_ref(&self, id: &str) -> Option<FileRef> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        FileRef::parse(known.file_ids.get(id)?)
    }

    /// The newest element that was reported with this name, id, URL, or hash-based name (api/events-and-segments §8.2). The
    /// keys in URLs do not matter.
    pub(crate) fn find(&self, source: &str) -> Option<Element> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let stem = source.split('.').next().unwrap_or(source);
        let hash = || {
            let is_hash = stem.len() == 32 && stem.bytes().all(|byte| byte.is_ascii_hexdigit());
            is_hash.then(|| stem.to_ascii_lowercase())
        };
        let handle = || {
            let (_, rest) = source.split_once("fileid=")?;
            rest.split('&').next()
        };
        known
            .elements
            .get(source)
            .or_else(|| known.elements.get(handle()?))
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
                file_uuid: format!("handle{number}"),
                ..Media::default()
            },
            url: format!("https://example.com/{number}"),
            ..Image::default()
        })
    }

    #[test]
    fn picture_is_found_by_each_of_its_names() {
        let received = Received::default();
        received.remember(&picture(171));
        let link = "https://a.example/download?appid=1407&fileid=handle171&spec=0&rkey=any";
        for name in [
            link,
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
    fn oldest_names_are_removed() {
        let received = Received::default();
        let forward = Element::Forward(Forward {
            res_id: "first".to_owned(),
            ..Forward::default()
        });
        received.remember(&forward);
        assert_eq!(received.find("first"), Some(forward));
        for number in 0..MAX_NAMES {
            received.remember(&picture(number));
        }
        assert_eq!(received.find("first"), None);
        assert!(received.find(&format!("{}.png", MAX_NAMES - 1)).is_some());
    }
}
