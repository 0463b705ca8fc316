//! Pictures, voices, videos and files that were received lately, found by what they were reported as: the upload on the
//! server is used again.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use nekonap_client::Element;

/// How many names are remembered: some thousand messages with media, two names each.
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
        let names = match element {
            Element::Image(image) => vec![
                image.media.name.clone(),
                image.url.clone(),
                image.media.file_uuid.clone(),
            ],
            Element::Voice(voice) => vec![voice.media.name.clone(), voice.media.file_uuid.clone()],
            Element::Video(video) => vec![video.media.name.clone(), video.media.file_uuid.clone()],
            Element::File(file) => vec![file.id.clone(), file.name.clone()],
            _ => return,
        };
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

    /// The newest that was reported so.
    pub(crate) fn find(&self, source: &str) -> Option<Element> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .elements
            .get(source)
            .cloned()
    }
}
