//! Known answers, written by hand from the field tables of protocol/04 §12 and §13.1.

use nekonap_ids::GroupUin;
use prost::Message;

use crate::{
    bounded,
    command::Refusal,
    proto::assist::{
        CharactersReply, CharactersRequest, SpeakReply, SpeakRequest, TranslateReply,
        TranslateRequest,
    },
};

fn group() -> GroupUin {
    GroupUin::new(20001).expect("a group")
}

#[test]
fn words_to_translate() {
    let request = TranslateRequest::new(vec!["cat".to_owned(), "a b".to_owned()]);
    let expected = [
        0x12, 0x12, // 2: 18 bytes
        0x0a, 2, b'e', b'n', 0x12, 2, b'z', b'h', // .1, .2
        0x1a, 3, b'c', b'a', b't', 0x1a, 3, b'a', b' ', b'b', // .3[]
        0x50, 1, 0x60, 1, // 10, 12
    ];
    assert_eq!(request.encode_to_vec(), expected);
}

#[test]
fn translations_and_a_refusal() {
    let reply = [
        0x12, 0x0f, // 2: 15 bytes
        0x2a, 3, b'c', b'a', b't', // .5[]
        0x32, 3, 0xe7, 0x8c, 0xab, // .6[] 猫
        0x32, 3, b'a', b' ', b'b',
    ];
    let reply: TranslateReply = bounded::decode(&reply[..]).expect("a reply");
    assert_eq!(reply.outcome(), Ok(vec!["猫".to_owned(), "a b".to_owned()]));
    let reply: TranslateReply =
        bounded::decode(&[0x12, 6, 0x08, 7, 0x12, 2, b'n', b'o'][..]).expect("a reply");
    assert_eq!(reply.outcome(), Err(Refusal::new(7, "no")));
}

#[test]
fn characters() {
    let request = CharactersRequest::new(group(), 1);
    assert_eq!(
        request.encode_to_vec(),
        [0x08, 0xa1, 0x9c, 0x01, 0x10, 1] // 20001 = 0x4e21
    );
    let reply = [
        0x0a, 0x0f, // 1[]: 15 bytes
        0x0a, 1, b'c', // .1
        0x12, 0x0a, // .2[]: 10 bytes
        0x0a, 1, b'i', 0x12, 1, b'n', 0x1a, 2, b'u', b'r',
    ];
    let reply: CharactersReply = bounded::decode(&reply[..]).expect("a reply");
    let category = &reply.categories[0];
    assert_eq!(category.name.as_deref(), Some("c"));
    let character = &category.characters[0];
    assert_eq!(
        [&character.id, &character.name, &character.sample_url].map(Option::as_deref),
        [Some("i"), Some("n"), Some("ur")]
    );
}

#[test]
fn voice_to_make() {
    let request = SpeakRequest::new(group(), "lucy", "hi", 1, 0xffff_ffff);
    let expected = [
        &[0x08, 0xa1, 0x9c, 0x01][..],                // 1
        &[0x12, 4, b'l', b'u', b'c', b'y'],           // 2
        &[0x1a, 2, b'h', b'i', 0x20, 1],              // 3, 4
        &[0x2a, 6, 0x08, 0xff, 0xff, 0xff, 0xff, 15], // 5.1
    ]
    .concat();
    assert_eq!(request.encode_to_vec(), expected);
}

#[test]
fn voice_that_is_made_and_one_that_is_not() {
    let reply: SpeakReply = bounded::decode(&[0x08, 2][..]).expect("a reply");
    assert_eq!((reply.state, reply.file_uuid()), (Some(2), None));
    let reply = [
        0x08, 1, 0x22, 8, // 4: 8 bytes
        0x0a, 6, 0x0a, 4, 0x12, 2, b'u', b'u', // .1[].1.2
    ];
    let reply: SpeakReply = bounded::decode(&reply[..]).expect("a reply");
    assert_eq!((reply.state, reply.file_uuid()), (Some(1), Some("uu")));
}
