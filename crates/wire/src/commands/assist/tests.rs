//! Known answers, written by hand from the field tables of protocol/04 §12, §13.1 and §13.2.

use nekonap_ids::{GroupUin, Uin};
use prost::Message;

use crate::{
    bounded,
    command::Refusal,
    commands::assist::UrlSafety,
    proto::assist::{
        CharactersReply, CharactersRequest, SpeakReply, SpeakRequest, TranslateReply,
        TranslateRequest, UrlReply, UrlRequest,
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

#[test]
fn link_to_check() {
    let request = UrlRequest::new(Uin::new(10_001).expect("an account"), "a.b");
    let qua =
        b"AQQ_2013 4.6/2013 8.4.184945&NA_0/000000&ADR&null18&linux&2017&C2293D02BEE31158&7.1.2&V3";
    let expected = [
        &[0x52, 0x8a, 1][..],                  // 10: 138 bytes
        &[0x0a, 3, b'a', b'.', b'b', 0x22, 9], // .1[], .4
        b"mqq.group",
        &[0x28, 2, 0x48, 0x91, 0x4e, 0x52, 7], // .5, .9, .10
        b"webview",
        &[0x5a, 3, b'a', b'.', b'b'], // .11
        &[0x60, 0, 0x70, 0],          // .12, .14
        &[0x7a, 3, b'a', b'.', b'b'], // .15[]
        &[0x80, 1, 1, 0x8a, 1, 88],   // .16, .17
        qua,
    ]
    .concat();
    assert_eq!(request.encode_to_vec(), expected);
    assert_eq!(request.urls(), ["a.b"]);
}

#[test]
fn verdicts_on_links() {
    let reply = |verdict: &[u8]| {
        let inner = u8::try_from(verdict.len()).expect("short");
        let bytes = [&[0x52, inner + 2, 0x0a, inner][..], verdict].concat();
        bounded::decode::<UrlReply>(&bytes).expect("a reply")
    };
    // { 1: "a", 4: "w", 7: 2 }: the page that warns decides.
    let dangerous = reply(&[0x0a, 1, b'a', 0x22, 1, b'w', 0x38, 2]);
    assert_eq!(dangerous.safety(), UrlSafety::Dangerous);
    // { 4: "", 7: 2 }
    assert_eq!(reply(&[0x22, 0, 0x38, 2]).safety(), UrlSafety::Safe);
    assert_eq!(reply(&[0x38, 1]).safety(), UrlSafety::Unknown);
    assert_eq!(UrlReply::default().safety(), UrlSafety::Unknown);
    for safety in [UrlSafety::Safe, UrlSafety::Unknown, UrlSafety::Dangerous] {
        let reply = UrlReply::of([("a".to_owned(), safety)], "w");
        assert_eq!(reply.safety(), safety);
    }
}
