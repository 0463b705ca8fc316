//! Encoded element lists, as messages contain them and databases store them: the protobuf bytes, so that nothing is
//! lost (protocol/02 §2.5).

use bytes::Bytes;
use prost::Message as _;

use super::{
    element::Element,
    elements::{self, file, voice},
};
use crate::{bounded, command::DecodeError, proto::message::RichText};

/// Encodes the elements; [`decode_list`] returns the same elements.
pub fn encode_list(elements: &[Element]) -> Vec<u8> {
    rich_text(elements, false, false).encode_to_vec()
}

/// Decodes a list that [`encode_list`] wrote.
///
/// # Errors
/// [`DecodeError`] if the bytes are not a list of elements. An unknown element is not an error; it is kept unchanged.
pub fn decode_list(bytes: &[u8]) -> Result<Vec<Element>, DecodeError> {
    Ok(decode_all(&bounded::decode(bytes)?))
}

/// Splits a list that [`encode_list`] wrote into encoded elements, as a reply quotes them. Empty if the bytes are not a
/// list.
pub fn raw_list(bytes: &[u8]) -> Vec<Bytes> {
    bounded::decode::<RichText>(bytes).map_or_else(|_| Vec::new(), |list| list.elems)
}

/// Decodes all elements without clean-up, including media in an old form beside them.
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

/// Encodes the elements, and a voice in its old form beside them. `group`: the message is for a group. `followed`:
/// whether a quote in a group is followed by its automatic mention and blank.
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
