//! A list of elements as databases keep it: the wire's own bytes, so that nothing is lost. `protocol/02` §2.5

use bytes::Bytes;
use prost::Message as _;

use super::{element::Element, elements};
use crate::{bounded, command::DecodeError, proto::message::RichText};

/// The elements as bytes; [`decode_list`] gives back the same elements.
pub fn encode_list(elements: &[Element]) -> Vec<u8> {
    RichText {
        elems: elements.iter().map(elements::encode).collect(),
        ..RichText::default()
    }
    .encode_to_vec()
}

/// The elements that [`encode_list`] wrote.
///
/// # Errors
/// Bytes that are no list of elements. An element that is not understood is none: it is kept as it came.
pub fn decode_list(bytes: &[u8]) -> Result<Vec<Element>, DecodeError> {
    let list: RichText = bounded::decode(bytes)?;
    Ok(decode_all(&list.elems))
}

/// The elements of a list that [`encode_list`] wrote, each as on the wire: for a reply, which quotes them so. Empty for
/// bytes that are no list.
pub fn raw_list(bytes: &[u8]) -> Vec<Bytes> {
    bounded::decode::<RichText>(bytes).map_or_else(|_| Vec::new(), |list| list.elems)
}

/// The elements one by one, without any clean-up.
pub(super) fn decode_all(raw: &[Bytes]) -> Vec<Element> {
    raw.iter().filter_map(elements::decode).collect()
}
