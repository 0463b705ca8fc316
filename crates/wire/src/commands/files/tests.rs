//! Known answers: the highway extensions of the vectors (protocol/03 §12), and bytes written by hand from the field tables of
//! protocol/03 §6 and §7.

use bytes::Bytes;
use nekonap_ids::{GroupUin, Sequence, Uid, Uin};
use prost::Message;
use serde_json::Value;

use super::{
    AppliedFile, NewGroupFile, PERMANENT, PrivateFileHandle, SPACE_IS_FULL, UploadHost,
    UploadTicket,
};
use crate::{
    bounded,
    command::Refusal,
    proto::files::{
        ApplyPart, FeedReply, FeedRequest, FileUploadExt, FolderReply, FolderRequest,
        GroupFileReply, GroupFileRequest, ListReply, ListRequest, PrivateFileReply,
        PrivateFileRequest,
    },
};

fn group() -> GroupUin {
    GroupUin::new(20001).expect("a group")
}

/// The group number in field 1 of a part.
const GROUP: [u8; 4] = [0x08, 0xa1, 0x9c, 0x01];

/// A length-delimited field with a one-byte key, shorter than 128 bytes.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let length = u8::try_from(bytes.len()).expect("short");
    assert!(number < 16 && length < 128);
    [&[number << 3 | 2, length][..], bytes].concat()
}

/// The bytes 0, 1, 2 … of the vectors.
fn pattern(length: u8) -> Vec<u8> {
    (0..length).collect()
}

fn vector(name: &str) -> Vec<u8> {
    let vectors = include_str!("../../../../media/tests/vectors/media.json");
    let vectors: Value = serde_json::from_str(vectors).expect("JSON");
    let text = vectors["file_upload_ext"][name].as_str().expect("hex");
    hex::decode(text).expect("hex")
}

fn ticket(check_key: Vec<u8>) -> UploadTicket {
    let md5 = hex::decode("7acedd1a84a4cfcb6e7a16003242945e").expect("hex");
    let md5: [u8; 16] = md5.try_into().expect("16 bytes");
    UploadTicket {
        name: "a.bin".to_owned(),
        size: 100,
        md5,
        md5_10m: md5,
        id: "/sandbox-file-id".to_owned(),
        check_key: check_key.into(),
        upload_key: Bytes::from_static(b"uploadkey"),
        host: UploadHost {
            host: "127.0.0.1".to_owned(),
            port: 8080,
        },
    }
}

#[test]
fn extension_of_a_group_file() {
    let sender = Uin::new(10001).expect("an account");
    let group = GroupUin::new(20000).expect("a group");
    let ext = FileUploadExt::group(sender, group, &ticket(b"checkkey".to_vec()));
    assert_eq!(ext.encode_to_vec(), vector("group_71"));
    let read: FileUploadExt = bounded::decode(&vector("group_71")).expect("an extension");
    assert_eq!(read.target(), Some(("/sandbox-file-id", &b"uploadkey"[..])));
}

#[test]
fn extension_of_a_private_file() {
    let sender = Uin::new(10001).expect("an account");
    // The check key is the SHA-1 of the file.
    let sha1 = hex::decode("1e6634bfaebc0348298105923d0f26e47aa33ff5").expect("hex");
    let tri = hex::decode("75c7de0cc4dc9312508894b2c6315361ea6083b8").expect("hex");
    let ext = FileUploadExt::private(sender, &ticket(sha1), tri.into());
    assert_eq!(ext.encode_to_vec(), vector("private_95"));
}

#[test]
fn upload_of_a_group_file() {
    let file = NewGroupFile {
        name: "a".to_owned(),
        folder: "/".to_owned(),
        business: PERMANENT,
        size: 300,
        md5: pattern(16).try_into().expect("16 bytes"),
        sha1: pattern(20).try_into().expect("20 bytes"),
        tri_sha1: Bytes::new(),
    };
    let part = [
        &GROUP[..],
        &[0x10, 7, 0x18, 102, 0x20, 6],
        &field(5, b"/"),
        &field(6, b"a"),
        &field(7, b"/a"),
        &[0x40, 0xac, 0x02],
        &field(9, &pattern(20)),
        &field(10, b""),
        &field(11, &pattern(16)),
        &[0x78, 1],
    ]
    .concat();
    let request = GroupFileRequest::upload(group(), &file);
    assert_eq!(request.encode_to_vec(), field(1, &part));
}

#[test]
fn answers_to_uploads() {
    let part = [
        &[0x08, 0][..],
        &field(4, b"10.0.0.1"),
        &[0x30, 102],
        &field(7, b"/id"),
        &field(8, b"check"),
        &field(9, b"key"),
        &[0x50, 1, 0x70, 80],
    ]
    .concat();
    let reply: GroupFileReply = bounded::decode(&field(1, &part)).expect("a reply");
    let result = reply.uploaded().expect("accepted");
    assert_eq!(
        (
            result.file_id.as_deref(),
            result.check_key.as_deref(),
            result.upload_key.as_deref()
        ),
        (Some("/id"), Some(&b"check"[..]), Some(&b"key"[..]))
    );
    assert_eq!(
        (result.file_exist, result.upload_port, result.upload_ip),
        (Some(true), Some(80), Some("10.0.0.1".to_owned()))
    );
    // −403 as a 64-bit varint.
    let code = [
        0x08, 0xed, 0xfc, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01,
    ];
    let part = [&code[..], &field(2, b"full"), &field(3, b"no space")].concat();
    let reply: GroupFileReply = bounded::decode(&field(1, &part)).expect("a reply");
    assert_eq!(
        reply.uploaded(),
        Err(Refusal::new(SPACE_IS_FULL, "no space"))
    );
    assert!(GroupFileReply::default().uploaded().is_err());
}

#[test]
fn address_of_a_group_file() {
    let request = GroupFileRequest::download(group(), PERMANENT, "/id");
    let part = [&GROUP[..], &[0x10, 7, 0x18, 102], &field(4, b"/id")].concat();
    assert_eq!(request.encode_to_vec(), field(3, &part));
    let part = [&field(5, b"ftn.example")[..], &field(6, &[0xab, 0x01])].concat();
    let reply: GroupFileReply = bounded::decode(&field(3, &part)).expect("a reply");
    let result = reply.downloaded().expect("an address");
    assert_eq!(
        result.address(true).as_deref(),
        Some("https://ftn.example/ftn_handler/ab01/?fname=")
    );
    assert_eq!(
        result.address(false).as_deref(),
        Some("http://ftn.example/ftn_handler/ab01/?fname=")
    );
}

#[test]
fn deletion_renaming_and_moving() {
    let request = GroupFileRequest::delete(group(), 104, "/", "/id");
    let part = [
        &GROUP[..],
        &[0x10, 7, 0x18, 104],
        &field(4, b"/"),
        &field(5, b"/id"),
    ]
    .concat();
    assert_eq!(request.encode_to_vec(), field(4, &part));
    let request = GroupFileRequest::rename(group(), 102, "/f", "/id", "b");
    let part = [
        &GROUP[..],
        &[0x10, 7, 0x18, 102],
        &field(4, b"/id"),
        &field(5, b"/f"),
        &field(6, b"b"),
    ]
    .concat();
    assert_eq!(request.encode_to_vec(), field(5, &part));
    let request = GroupFileRequest::move_to(group(), 102, "/id", ("/", "/f"));
    let part = [
        &GROUP[..],
        &[0x10, 7, 0x18, 102],
        &field(4, b"/id"),
        &field(5, b"/"),
        &field(6, b"/f"),
    ]
    .concat();
    assert_eq!(request.encode_to_vec(), field(6, &part));
    for number in [4, 5, 6] {
        let done = field(number, &[0x08, 0]);
        let reply: GroupFileReply = bounded::decode(&done).expect("a reply");
        assert_eq!(reply.outcome(), Ok(()));
        let refused = field(number, &[&[0x08, 9][..], &field(2, b"no")].concat());
        let reply: GroupFileReply = bounded::decode(&refused).expect("a reply");
        assert_eq!(reply.outcome(), Err(Refusal::new(9, "no")));
    }
}

#[test]
fn folders() {
    let request = FolderRequest::create(group(), "f");
    let part = [&GROUP[..], &[0x10, 7], &field(3, b"/"), &field(4, b"f")].concat();
    assert_eq!(request.encode_to_vec(), field(1, &part));
    let request = FolderRequest::delete(group(), "/f");
    let part = [&GROUP[..], &[0x10, 7], &field(3, b"/f")].concat();
    assert_eq!(request.encode_to_vec(), field(2, &part));
    let request = FolderRequest::rename(group(), "/f", "g");
    let part = [&GROUP[..], &[0x10, 7], &field(3, b"/f"), &field(4, b"g")].concat();
    assert_eq!(request.encode_to_vec(), field(3, &part));
    let folder = [
        &field(1, b"/f")[..],
        &field(3, b"g"),
        &[0x20, 5, 0x30, 0x91, 0x4e, 0x40, 2, 0x58, 9],
    ]
    .concat();
    let reply = field(1, &[&[0x08, 0][..], &field(4, &folder)].concat());
    let reply: FolderReply = bounded::decode(&reply).expect("a reply");
    let folder = super::ListedFolder::from(reply.outcome().expect("created").expect("a folder"));
    assert_eq!(
        (
            folder.id.as_str(),
            folder.parent.as_str(),
            folder.name.as_str()
        ),
        ("/f", "/", "g")
    );
    assert_eq!(
        (
            folder.created,
            folder.creator,
            folder.files,
            folder.used_space
        ),
        (5, Uin::new(10001).ok(), 2, 9)
    );
}

#[test]
fn pages_of_a_folder() {
    let request = ListRequest::page(group(), "/", 20, 20);
    let part = [
        &GROUP[..],
        &[0x10, 7],
        &field(3, b"/"),
        &[0x28, 20, 0x48, 1, 0x68, 20, 0x88, 0x01, 2, 0x90, 0x01, 0],
    ]
    .concat();
    assert_eq!(request.encode_to_vec(), field(2, &part));
    let file = [
        &field(1, b"/id")[..],
        &field(2, b"a"),
        &[0x18, 7, 0x20, 104, 0x30, 5, 0x38, 6, 0x40, 7, 0x48, 8],
        &field(10, &[0xaa]),
        &field(12, &[0xbb]),
        &field(14, b"n"),
        &[0x78, 0x91, 0x4e],
    ]
    .concat();
    let file = field(5, &[&[0x08, 1][..], &field(3, &file)].concat());
    let folder = field(5, &[&[0x08, 2][..], &field(2, &field(1, b"/f"))].concat());
    let part = [&[0x08, 0][..], &file, &folder, &[0x68, 22]].concat();
    let reply: ListReply = bounded::decode(&field(2, &part)).expect("a reply");
    let page = reply.page(20).expect("a page");
    assert_eq!(page.next, Some(22));
    let file = &page.files[0];
    assert_eq!(
        (file.id.as_str(), file.name.as_str(), file.folder.as_str()),
        ("/id", "a", "/")
    );
    assert_eq!((file.size, file.business), (7, 104));
    assert_eq!(
        (file.uploaded, file.expires, file.modified, file.downloads),
        (5, 6, 7, 8)
    );
    assert_eq!((file.sha1.as_str(), file.md5.as_str()), ("aa", "bb"));
    assert_eq!(file.uploader, Uin::new(10001).ok());
    assert_eq!(page.folders[0].id, "/f");
}

#[test]
fn page_that_does_not_advance_ends_the_list() {
    // Without entries, and with a next index that is not behind.
    for (part, next) in [
        (vec![0x08, 0], None),
        (vec![0x08, 0, 0x68, 5], None),
        (vec![0x08, 0, 0x20, 1, 0x68, 9], None),
    ] {
        let reply: ListReply = bounded::decode(&field(2, &part)).expect("a reply");
        assert_eq!(reply.page(5).expect("a page").next, next);
    }
    let item = field(5, &[0x08, 1]);
    let part = [&[0x08, 0][..], &item, &[0x68, 3]].concat();
    let reply: ListReply = bounded::decode(&field(2, &part)).expect("a reply");
    assert_eq!(reply.page(5).expect("a page").next, Some(6));
}

#[test]
fn one_file_count_and_space() {
    let request = ListRequest::info(group(), 102, "/id");
    let part = [
        &GROUP[..],
        &[0x10, 7, 0x18, 102],
        &field(4, b"/id"),
        &[0x28, 0xff, 0xff, 0xff, 0x07],
    ]
    .concat();
    assert_eq!(request.encode_to_vec(), field(1, &part));
    let request = ListRequest::count(group());
    let part = [&GROUP[..], &[0x10, 7, 0x18, 6]].concat();
    assert_eq!(request.encode_to_vec(), field(3, &part));
    let part = [0x08, 0, 0x20, 3, 0x30, 0x90, 0x4e];
    let reply: ListReply = bounded::decode(&field(3, &part)).expect("a reply");
    assert_eq!(reply.count(), Ok((3, 10_000)));
    let request = ListRequest::space(group());
    let part = [&GROUP[..], &[0x10, 7]].concat();
    assert_eq!(request.encode_to_vec(), field(4, &part));
    let part = [0x08, 0, 0x20, 0x80, 0x08, 0x28, 9];
    let reply: ListReply = bounded::decode(&field(4, &part)).expect("a reply");
    assert_eq!(reply.space(), Ok((9, 1_024)));
}

#[test]
fn posting_turning_permanent_and_copying() {
    let request = FeedRequest::post(group(), 102, "/id", 9);
    let feed = [&[0x08, 102][..], &field(2, b"/id"), &[0x18, 9, 0x28, 1]].concat();
    let part = [&GROUP[..], &[0x10, 2], &field(3, &feed)].concat();
    assert_eq!(request.encode_to_vec(), field(5, &part));
    let posted = field(4, &[0x08, 0, 0x30, 0xe9, 0x07]);
    let reply = field(5, &[&[0x08, 0][..], &posted].concat());
    let reply: FeedReply = bounded::decode(&reply).expect("a reply");
    assert_eq!(reply.posted(), Ok(Some(Sequence::new(1_001))));
    let refused = field(4, &[&[0x08, 7][..], &field(2, b"no")].concat());
    let reply = field(5, &[&[0x08, 0][..], &refused].concat());
    let reply: FeedReply = bounded::decode(&reply).expect("a reply");
    assert_eq!(reply.posted(), Err(Refusal::new(7, "no")));

    let request = FeedRequest::make_permanent(group(), "/id");
    let part = [&GROUP[..], &[0x10, 7, 0x18, 102], &field(4, b"/id")].concat();
    assert_eq!(request.encode_to_vec(), field(1, &part));

    let friend = Uin::new(10001).expect("an account");
    let request = FeedRequest::copy_to_friend(group(), 102, "/id", (friend, "a"));
    let part = [
        &GROUP[..],
        &[0x10, 1, 0x18, 102],
        &field(4, b"/id"),
        &[0x28, 3, 0x30, 0x91, 0x4e],
        // 40
        &[0xc2, 0x02, 1, b'a'],
    ]
    .concat();
    assert_eq!(request.encode_to_vec(), field(3, &part));
    let request = FeedRequest::copy_to_group(group(), 104, "/id", (group(), "a"));
    let part = [
        &GROUP[..],
        &[0x10, 1, 0x18, 104],
        &field(4, b"/id"),
        &[0x28, 102, 0x30, 0xa1, 0x9c, 0x01],
        &[0xc2, 0x02, 1, b'a'],
    ]
    .concat();
    assert_eq!(request.encode_to_vec(), field(3, &part));
    let part = [
        &[0x08, 0][..],
        &field(4, b"/new"),
        &[0x28, 102, 0xc2, 0x02, 1, b'a'],
    ]
    .concat();
    let reply: FeedReply = bounded::decode(&field(3, &part)).expect("a reply");
    let copied = reply.copied().expect("copied");
    assert_eq!(
        (copied.id.as_str(), copied.business, copied.name.as_str()),
        ("/new", 102, "a")
    );
}

fn uid(text: &str) -> Uid {
    Uid::new(text).expect("a uid")
}

#[test]
fn announcement_of_a_private_file() {
    let file = ApplyPart {
        file_size: Some(300),
        file_name: Some("a".to_owned()),
        md5_10m: Some(Bytes::from_static(b"10m")),
        sha1: Some(Bytes::from_static(b"sha")),
        md5: Some(Bytes::from_static(b"md5")),
        tri_sha1: Some(Bytes::from_static(b"tri")),
        ..ApplyPart::default()
    };
    let request = PrivateFileRequest::apply(file, (uid("u_a"), uid("u_b")));
    let part = [
        &field(10, b"u_a")[..],
        &[0xa2, 0x01, 3],
        b"u_b", // 20
        &[0xf0, 0x01, 0xac, 0x02],
        &[0xc2, 0x02, 1, b'a'],
        &[0x92, 0x03, 3],
        b"10m", // 50
        &[0xe2, 0x03, 3],
        b"sha",                 // 60
        &[0xb2, 0x04, 1, b'/'], // 70
        &[0xf2, 0x06, 3],
        b"md5", // 110
        &[0xc2, 0x07, 3],
        b"tri", // 120
    ]
    .concat();
    let length = u8::try_from(part.len()).expect("short");
    let expected = [
        &[0x08, 0xa4, 0x0d, 0x10, 0][..], // 1, 2
        &[0x9a, 0x01, length],            // 19
        &part,
        &[0xa8, 0x06, 3, 0xb0, 0x06, 1, 0xc0, 0x0c, 1], // 101, 102, 200
    ]
    .concat();
    assert_eq!(request.encode_to_vec(), expected);
}

#[test]
fn private_file_that_can_be_uploaded() {
    // 210: the inner address, the first octet least significant.
    let address = [0x18, 0xff, 0x80, 0x80, 0x08, 0x20, 80];
    let part = [
        &[0x50, 0][..],               // 10
        &[0xd2, 0x05, 2, b'i', b'd'], // 90
        &[0xf0, 0x06, 1],             // 110
        &[0xc2, 0x0c, 2, b'c', b'r'], // 200
        &[0x92, 0x0d, 7],             // 210
        &address,
        &[0xe2, 0x0d, 1, b'k'], // 220
    ]
    .concat();
    let length = u8::try_from(part.len()).expect("short");
    let reply = [&[0x9a, 0x01, length][..], &part].concat();
    let reply: PrivateFileReply = bounded::decode(&reply).expect("a reply");
    let expected = AppliedFile {
        handle: PrivateFileHandle {
            uuid: "id".to_owned(),
            crc: "cr".to_owned(),
        },
        exists: true,
        upload_key: Bytes::from_static(b"k"),
        host: UploadHost {
            host: "127.0.0.1".to_owned(),
            port: 80,
        },
    };
    assert_eq!(reply.applied(), Ok(expected));
    let refused = [0x9a, 0x01, 7, 0x50, 9, 0xa2, 0x01, 2, b'n', b'o'];
    let reply: PrivateFileReply = bounded::decode(&refused).expect("a reply");
    assert_eq!(reply.applied(), Err(Refusal::new(9, "no")));
}

#[test]
fn address_of_a_private_file() {
    let handle = PrivateFileHandle {
        uuid: "id".to_owned(),
        crc: "cr".to_owned(),
    };
    let request = PrivateFileRequest::download(&handle, uid("u_a"));
    let part = [
        &field(10, b"u_a")[..],
        &[0xa2, 0x01, 2, b'i', b'd'], // 20
        &[0xf0, 0x01, 2],             // 30
        &[0xe2, 0x03, 2, b'c', b'r'], // 60
        &[0xc8, 0x25, 0],             // 601
    ]
    .concat();
    let expected = [
        &[0x08, 0xb0, 0x09, 0x10, 1][..], // 1, 2
        &field(14, &part),
        &[0xa8, 0x06, 3, 0xb0, 0x06, 103, 0xc0, 0x0c, 1],
        // 99999, as the page gives its content
        &[0xfa, 0xe9, 0x30, 4, 0xc0, 0x85, 0x2c, 0x01],
    ]
    .concat();
    assert_eq!(request.encode_to_vec(), expected);

    let download = [
        &[0xa2, 0x01, 1, b'h'][..],   // 20
        &[0xc0, 0x02, 90],            // 40
        &[0x92, 0x03, 2, b'/', b'u'], // 50
    ]
    .concat();
    let length = u8::try_from(download.len()).expect("short");
    let part = [&[0x50, 0, 0xf2, 0x01, length][..], &download].concat();
    let reply: PrivateFileReply = bounded::decode(&field(14, &part)).expect("a reply");
    assert_eq!(
        reply.address(true),
        Ok("http://h:90/u&isthumb=0".to_owned())
    );

    // 120.102
    let address = [&field(8, &[0xab])[..], &field(11, b"d")].concat();
    let length = u8::try_from(address.len()).expect("short");
    let extra = [&[0xb2, 0x06, length][..], &address].concat();
    let length = u8::try_from(extra.len()).expect("short");
    let download = [&[0xc2, 0x07, length][..], &extra].concat();
    let length = u8::try_from(download.len()).expect("short");
    let part = [&[0xf2, 0x01, length][..], &download].concat();
    let reply: PrivateFileReply = bounded::decode(&field(14, &part)).expect("a reply");
    assert_eq!(
        reply.address(true),
        Ok("https://d/ftn_handler/ab/?fname=".to_owned())
    );
}
