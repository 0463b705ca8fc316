//! Removes what a received list of elements contains only for old clients (protocol/02 §3.16).

use super::element::{Element, FaceLook, MentionTarget, Text};

/// Removes fallbacks, duplicates and automatic mentions, and moves the reply to the front.
pub(super) fn clean(elements: Vec<Element>) -> Vec<Element> {
    let elements = without_fallbacks(elements);
    let elements = without_doubles(elements);
    let elements = card_alone(elements);
    reply_first(elements)
}

/// Removes the fallback text after a flash picture, an animated face, a face bubble or a shop sticker.
fn without_fallbacks(elements: Vec<Element>) -> Vec<Element> {
    let fallbacks: Vec<bool> = elements
        .iter()
        .scan(None, |before, element| {
            let fallback = match (*before, element) {
                (Some(before), Element::Text(text)) => is_fallback(before, &text.text),
                _ => false,
            };
            // Only one fallback follows an element: a second text was written by the sender.
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

/// Whether a text is what old clients show in place of the element before it.
fn is_fallback(before: &Element, text: &str) -> bool {
    match before {
        Element::Image(image) => image.flash,
        // The fallback contains the face's name; any other text was written by the sender.
        Element::Face(face) if matches!(face.look, FaceLook::Animated(_)) => {
            text.contains(face.name.trim_start_matches('/'))
        }
        Element::MarketFace(face) => text.trim() == face.name,
        Element::Text(bubble) => bubble.text == text && is_bubble(text),
        _ => false,
    }
}

/// Whether a text is `[name]xN`, the text of a face bubble and its fallback.
fn is_bubble(text: &str) -> bool {
    text.starts_with('[')
        && text.rsplit_once("]x").is_some_and(|(_, count)| {
            !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit())
        })
}

/// Removes an old picture or video beside the current form of the same file.
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

/// Removes the plain texts beside a card, which are for clients that cannot display it, and an XML card that duplicates
/// a merged forward.
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

/// Moves the reply to the front and removes the automatic mention and one blank after it. In old clients they are
/// before the reply.
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
    // The mention is after the reply, or before it in old clients; then both are the first elements of the message.
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
