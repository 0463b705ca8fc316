//! A list of elements as messages carry it and databases keep it: the wire's own bytes, so that nothing is lost.
//! protocol/02 §2.5

use bytes::Bytes;
use prost::Message as _;

use super::{
    element::Element,
    elements::{self, file, voice},
};
use crate::{bounded, command::DecodeError, proto::message::RichText};

/// The elements as bytes; [`decode_list`] gives back the same elements.
pub fn encode_list(elements: &[Element]) -> Vec<u8> {
    rich_text(elements, false, false).encode_to_vec()
}

/// The elements that [`encode_list`] wrote.
///
/// # Errors
/// Bytes that are no list of elements. An element that is not understood is none: it is kept as it came.
pub fn decode_list(bytes: &[u8]) -> Result<Vec<Element>, DecodeError> {
    Ok(decode_all(&bounded::decode(bytes)?))
}

/// The elements of a list that [`encode_list`] wrote, each as on the wire: for a reply, which quotes them so. Empty for
/// bytes that are no list.
pub fn raw_list(bytes: &[u8]) -> Vec<Bytes> {
    bounded::decode::<RichText>(bytes).map_or_else(|_| Vec::new(), |list| list.elems)
}

/// The elements one by one, without any clean-up, and what stands beside them in its old form.
pub(super) fn decode_all(rich: &RichText) -> Vec<Element> {
    let mut elements: Vec<Element> = rich.elems.iter().filter_map(elements::decode).collect();
    let has = |elements: &[Element], wanted: fn(&Element) -> bool| elements.iter().any(wanted);
    if !has(&elements, |element| matches!(element, Element::Voice(_))) {
        let old = rich.ptt.as_deref().and_then(voice::decode_old);
        let temporary = || rich.tmp_ptt.as_deref().and_then(voice::decode_temporary);
        elements.extend(old.or_else(temporary).map(Element::Voice));
    }
    if !has(&elements, |element| matches!(element, Element::File(_))) {
        let old = rich.not_online_file.as_deref();
        elements.extend(old.and_then(file::decode_not_online).map(Element::File));
    }
    elements
}

/// The elements, and a voice in its old form beside them. `group`: they are for one. `followed`: a quote in a group is
/// followed by what follows it there.
pub(super) fn rich_text(elements: &[Element], group: bool, followed: bool) -> RichText {
    let mut rich = RichText::default();
    for (at, element) in elements.iter().enumerate() {
        match element {
            Element::Voice(voice) if voice.is_old() => {
                rich.ptt
                    .get_or_insert_with(|| voice::encode_old(voice, group));
            }
            Element::Reply(reply) if group && followed => {
                rich.elems.push(elements::encode(element));
                let there = matches!(
                    elements.get(at + 1),
                    Some(Element::Mention(mention)) if mention.is_automatic()
                );
                if !there {
                    rich.elems.extend(elements::reply_followers(reply));
                }
            }
            _ => rich.elems.push(elements::encode(element)),
        }
    }
    rich
}
