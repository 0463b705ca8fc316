//! Known answers, written by hand from the field tables of protocol/03 §8.7 and protocol/04 §10.7.

use nekonap_ids::{GroupUin, Uin};
use prost::Message;

use super::like_id;
use crate::{
    bounded,
    command::{Refusal, ReplyError},
    proto::albums::{
        AddAlbumResult, AlbumListResult, AlbumReply, AlbumRequest, DeleteMediasBody,
        MediaListResult,
    },
};

fn group() -> GroupUin {
    GroupUin::new(20001).expect("a group")
}

fn me() -> Uin {
    Uin::new(10001).expect("an account")
}

/// A length-delimited field with a one-byte key.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    assert!(number < 16);
    let mut written = vec![number << 3 | 2];
    prost::encoding::encode_varint(bytes.len() as u64, &mut written);
    [&written[..], bytes].concat()
}

/// The outer message around a body.
fn request(seq: u8, body: &[u8]) -> Vec<u8> {
    let header = [field(1, b"fc-appid"), field(2, b"100")].concat();
    [
        &[0x08, seq][..],
        &field(2, b""),
        &field(3, b""),
        &field(4, body),
        &field(5, b"t"),
        &field(10, &header),
    ]
    .concat()
}

#[test]
fn lists() {
    let body = [field(1, b"20001"), field(2, b"")].concat();
    let albums = AlbumRequest::albums(group(), "", "t".to_owned());
    assert_eq!(albums.encode_to_vec(), request(0, &body));
    let body = [
        &field(1, b"20001")[..],
        &field(2, b"A"),
        &[0x18, 0],
        &field(4, b""),
        &field(5, b"c"),
    ]
    .concat();
    let media = AlbumRequest::media(group(), "A", "c", "t".to_owned());
    assert_eq!(media.encode_to_vec(), request(0, &body));
}

#[test]
fn changes() {
    let new = [
        &field(2, b"20001")[..],
        &field(3, b"n"),
        &field(4, b"d"),
        &[0x28, 0],
    ]
    .concat();
    let add = AlbumRequest::add(7, group(), ("n", "d"), "t".to_owned());
    assert_eq!(add.encode_to_vec(), request(7, &field(1, &new)));
    let body = [field(1, b"20001"), field(2, b"A")].concat();
    let delete = AlbumRequest::delete(7, group(), "A", "t".to_owned());
    assert_eq!(delete.encode_to_vec(), request(7, &body));
    let body = [field(1, b"20001"), field(2, b"A"), field(3, b"L")].concat();
    let delete = AlbumRequest::delete_media(7, group(), ("A", "L"), "t".to_owned());
    assert_eq!(delete.encode_to_vec(), request(7, &body));
    let read: DeleteMediasBody = delete.read().expect("a body");
    assert_eq!(read.lloc.as_deref(), Some("L"));
}

#[test]
fn likes_and_comments() {
    assert_eq!(like_id(group(), "A", "B", None), "421_1_0_20001|A|B");
    let id = "421_1_0_20001|A|B^||^421_1_0_20001|A|L^||^0";
    assert_eq!(like_id(group(), "A", "B", Some("L")), id);
    // 13
    let user = field(13, b"10001");
    let common = [&[0x18, 5][..], &field(4, b"422_0_B")].concat();
    let feed = [
        field(1, &common),
        field(2, &field(1, &user)),
        field(5, &[field(3, b"A"), field(5, b"B")].concat()),
        field(12, &field(1, b"20001")),
    ]
    .concat();
    for (set, kind, status) in [(true, 2, 0), (false, 1, 1)] {
        let like = [&field(1, id.as_bytes())[..], &[0x18, status]].concat();
        let body = [
            &[0x10, kind][..],
            &field(3, &like),
            &field(4, &feed),
            &field(5, b"10001_5"),
        ]
        .concat();
        let written = AlbumRequest::like(
            (7, "t".to_owned()),
            (me(), group()),
            ("A", "B", Some("L")),
            set,
            5,
        );
        assert_eq!(written.encode_to_vec(), request(7, &body));
    }
    let picture = field(1, &field(2, &field(3, b"L")));
    let feed = [
        field(1, b""),
        field(2, &field(1, &user)),
        field(5, &[picture, field(3, b"A")].concat()),
    ]
    .concat();
    let comment = [
        field(2, &user),
        field(3, &field(2, b"hi")),
        field(7, b"10001_5"),
    ]
    .concat();
    let body = [
        &field(2, b"20001")[..],
        &[0x18, 2],
        &field(4, &feed),
        &field(5, &comment),
    ]
    .concat();
    let written = AlbumRequest::comment((7, "t".to_owned()), (me(), group()), ("A", "L"), "hi", 5);
    assert_eq!(written.encode_to_vec(), request(7, &body));
}

#[test]
fn answers() {
    let url = [&field(1, b"u")[..], &[0x10, 3, 0x18, 4]].concat();
    let image = [field(3, b"L"), field(5, &url)].concat();
    let album = [
        &field(1, b"A")[..],
        &field(3, b"n"),
        &[0x28, 1, 0x40, 2],
        &field(9, &field(2, &image)),
        &field(10, &[field(2, b"x"), field(13, b"10001")].concat()),
    ]
    .concat();
    let reply = [&[0x08, 0, 0x10, 0][..], &field(4, &field(1, &album))].concat();
    let reply: AlbumReply = bounded::decode(&reply).expect("a reply");
    let list: AlbumListResult = reply.outcome().expect("albums");
    let album = &list.albums[0];
    assert_eq!(
        (album.album_id.as_deref(), album.create_time, album.count),
        (Some("A"), Some(1), Some(2))
    );
    let media = [
        &[0x08, 0][..],
        &field(2, &image),
        &field(7, b"B"),
        &[0x40, 9],
        &field(10, &field(1, b"k")),
    ]
    .concat();
    let body = [&field(3, &media)[..], &field(5, b"next"), &[0x38, 1]].concat();
    let reply: AlbumReply = bounded::decode(&field(4, &body)).expect("a reply");
    let page: MediaListResult = reply.outcome().expect("a page");
    assert_eq!(
        (page.next_attach_info.as_deref(), page.has_more),
        (Some("next"), Some(true))
    );
    let medium = &page.media[0];
    let image = medium.image.as_ref().expect("a picture");
    assert_eq!(image.lloc.as_deref(), Some("L"));
    let url = image.default_url.as_ref().expect("a URL");
    assert_eq!((url.width, url.height), (Some(3), Some(4)));
    assert_eq!(medium.batch_id.as_deref(), Some("B"));

    let body = field(1, &field(1, b"A"));
    let reply: AlbumReply = bounded::decode(&field(4, &body)).expect("a reply");
    let added: AddAlbumResult = reply.outcome().expect("an album");
    let added = added.album.and_then(|album| album.album_id);
    assert_eq!(added.as_deref(), Some("A"));

    let refused = [&[0x10, 5][..], &field(3, b"no")].concat();
    let reply: AlbumReply = bounded::decode(&refused).expect("a reply");
    assert_eq!(
        reply.outcome::<AlbumListResult>(),
        Err(ReplyError::Refused(Refusal::new(5, "no")))
    );
}
