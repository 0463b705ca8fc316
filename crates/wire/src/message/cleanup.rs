//! What a received list of elements holds for old clients' sake, taken out. protocol/02 §3.16

use super::element::{Element, FaceLook, MentionTarget, Text};

/// Takes out fallbacks, doubles and automatic mentions, and puts the reply first.
pub(super) fn clean(elements: Vec<Element>) -> Vec<Element> {
    let elements = without_fallbacks(elements);
    let elements = without_doubles(elements);
    let elements = card_alone(elements);
    reply_first(elements)
}

/// The one text after a flash picture, an animated face, a face bubble or a shop sticker is its fallback.
fn without_fallbacks(elements: Vec<Element>) -> Vec<Element> {
    let fallbacks: Vec<bool> = elements
        .iter()
        .scan(None, |before, element| {
            let fallback = match (*before, element) {
                (Some(before), Element::Text(text)) => is_fallback(before, &text.text),
                _ => false,
            };
            // Only the element itself is followed by one: a text after a fallback is somebody's.
            *before = (!fallback).then_some(element);
            Some(fallback)
        })
        .collect();
    elements
        .into_iter()
        .zip(fallbacks)
        .filter_map(|(element, fallback)| (!fallback).then_some(element))
        .collect()
}

/// Whether a text is what old clients are to show in place of the element before it.
fn is_fallback(before: &Element, text: &str) -> bool {
    match before {
        Element::Image(image) => image.flash,
        // It holds the name; anything else is what somebody said beside the face.
        Element::Face(face) if matches!(face.look, FaceLook::Animated(_)) => {
            text.contains(face.name.trim_start_matches('/'))
        }
        Element::MarketFace(face) => text.trim() == face.name,
        Element::Text(bubble) => bubble.text == text && is_bubble(text),
        _ => false,
    }
}

/// `[name]xN`: what a face bubble says, and the text after it.
fn is_bubble(text: &str) -> bool {
    text.starts_with('[')
        && text.rsplit_once("]x").is_some_and(|(_, count)| {
            !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit())
        })
}

/// An old picture or video beside today's form of the same file.
fn without_doubles(elements: Vec<Element>) -> Vec<Element> {
    let today: Vec<String> = elements
        .iter()
        .filter_map(|element| match element {
            Element::Image(image) if !image.media.file_uuid.is_empty() => {
                Some(image.media.md5.clone())
            }
            _ => None,
        })
        .collect();
    let video = elements
        .iter()
        .any(|element| matches!(element, Element::Video(video) if !video.is_old()));
    elements
        .into_iter()
        .filter(|element| match element {
            Element::Video(old) => !(video && old.is_old()),
            Element::Image(image) if image.media.file_uuid.is_empty() && !image.flash => {
                !today.contains(&image.media.md5)
            }
            _ => true,
        })
        .collect()
}

/// The plain texts beside a card are for clients that cannot draw it; an XML card may double a merged forward.
fn card_alone(elements: Vec<Element>) -> Vec<Element> {
    let forwarded = elements
        .iter()
        .any(|element| matches!(element, Element::Forward(_)));
    let card = forwarded
        || elements
            .iter()
            .any(|element| matches!(element, Element::Card(_)));
    if !card {
        return elements;
    }
    elements
        .into_iter()
        .filter(|element| match element {
            Element::Text(_) => false,
            Element::Xml(_) => !forwarded,
            _ => true,
        })
        .collect()
}

/// After the reply: the automatic mention and one blank go. In old clients they stand before it.
fn reply_first(mut elements: Vec<Element>) -> Vec<Element> {
    let Some(place) = elements
        .iter()
        .position(|element| matches!(element, Element::Reply(_)))
    else {
        return elements;
    };
    let reply = elements.remove(place);
    let sender = match &reply {
        Element::Reply(reply) => reply.sender,
        _ => None,
    };
    let is_automatic = |element: Option<&Element>| match element {
        Some(Element::Mention(mention)) => match mention.target {
            MentionTarget::Everybody => false,
            MentionTarget::Member { uin: None, .. } => true,
            MentionTarget::Member { uin, .. } => uin == sender,
        },
        _ => false,
    };
    let is_blank = |element: Option<&Element>| matches!(element, Some(Element::Text(Text { text })) if text == " ");
    // Behind the reply as today, or before it as long ago: then the two are the message's first.
    let at = if is_automatic(elements.get(place)) {
        Some(place)
    } else if place > 0 && is_automatic(elements.first()) {
        Some(0)
    } else {
        None
    };
    if let Some(at) = at {
        elements.remove(at);
        if is_blank(elements.get(at)) {
            elements.remove(at);
        }
    }
    elements.insert(0, reply);
    elements
}
