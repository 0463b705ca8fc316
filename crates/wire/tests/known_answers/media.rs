//! `media.json`: uploads and downloads of media, and highway frames (protocol/03 §12).

use std::{net::Ipv4Addr, sync::LazyLock};

use bytes::{Bytes, BytesMut};
use nekonap_ids::{GroupUin, Uid, Uin};
use nekonap_wire::{
    bounded,
    commands::media::{
        FileId, MediaKind, MediaPlace, PictureLook, Scene, Uploaded, UploadedFile, internal_group,
    },
    highway::{self, Block, Outcome},
    message::{Element, uploaded_media},
    proto::{
        media::{
            GroupPortraitExt, HighwayRequestHead, HighwayResponseHead, HighwayServersReply,
            HighwayServersRequest, RichMediaExt, RichMediaReply, RichMediaRequest, UploadReply,
        },
        message::{FileInfo, MsgInfo, MsgInfoExt, PictureExt},
    },
};
use prost::Message as _;
use serde_json::Value;

static VECTORS: LazyLock<Value> = LazyLock::new(|| {
    let text = include_str!("../../../media/tests/vectors/media.json");
    serde_json::from_str(text).expect("the vectors are JSON")
});

const MD5: [u8; 16] = [
    0x7a, 0xce, 0xdd, 0x1a, 0x84, 0xa4, 0xcf, 0xcb, 0x6e, 0x7a, 0x16, 0x00, 0x32, 0x42, 0x94, 0x5e,
];
const SHA1: [u8; 20] = [
    0x1e, 0x66, 0x34, 0xbf, 0xae, 0xbc, 0x03, 0x48, 0x29, 0x81, 0x05, 0x92, 0x3d, 0x0f, 0x26, 0xe4,
    0x7a, 0xa3, 0x3f, 0xf5,
];
const TICKET: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
const U_KEY: &str = "sandbox-ukey-0001";
const RANDOM: u64 = 305_419_896;
const APP_ID: u32 = 1_600_001_604;
const TIME: u32 = 1_700_000_000;

fn at(place: &str) -> &'static str {
    let value = VECTORS.pointer(place);
    let text = value.unwrap_or_else(|| panic!("no vector at {place}"));
    text.as_str().expect("a text")
}

#[track_caller]
fn same(bytes: impl AsRef<[u8]>, place: &str) {
    assert_eq!(hex::encode(bytes), at(place), "{place}");
}

fn bytes(place: &str) -> Bytes {
    hex::decode(at(place)).expect("hex").into()
}

fn group() -> GroupUin {
    GroupUin::new(20000).expect("a group")
}

fn account() -> Uin {
    Uin::new(10001).expect("an account")
}

fn info() -> FileInfo {
    let name = format!("{}.png", hex::encode(MD5));
    FileInfo::new(
        MediaKind::Picture,
        (100, MD5, SHA1),
        name,
        (10, 20, 0),
        1001,
    )
}

fn file_id() -> FileId {
    FileId {
        sha1: SHA1,
        size: 100,
        appid: 1407,
        time: 1_700_000_000_000_000,
        ttl: 2_678_400,
        session: TICKET,
    }
}

fn uploaded(u_key: Option<&str>) -> Uploaded {
    Uploaded {
        kind: MediaKind::Picture,
        place: MediaPlace::Group(group()),
        files: vec![UploadedFile {
            info: info(),
            file_uuid: file_id().encode(),
            appid: 1407,
            u_key: u_key.map(str::to_owned),
        }],
        ext: MsgInfoExt {
            pic: Some(PictureExt {
                biz_type: Some(0),
                summary: Some("[图片]".to_owned()),
                ..PictureExt::default()
            }),
            ..MsgInfoExt::default()
        },
        time: TIME,
        ttl: 2_678_400,
        key_ttl: 3_600,
        server: ([127, 0, 0, 1], 8080).into(),
        random: RANDOM,
    }
}

fn request() -> RichMediaRequest {
    RichMediaRequest::upload(
        MediaKind::Picture,
        &MediaPlace::Group(group()),
        vec![info()],
        &PictureLook::default(),
        RANDOM,
    )
}

fn reply(place: &str) -> UploadReply {
    let reply: RichMediaReply = bounded::decode(&bytes(place)).expect("a reply");
    let reply = reply.outcome().expect("a success");
    reply.upload.expect("an upload")
}

fn extension() -> Bytes {
    let reply = reply("/ntv2_upload_response_body/upload_needed");
    RichMediaExt::new(
        &reply.file_uuids()[0],
        reply.keys()[0].expect("a key"),
        &reply.servers(false),
        reply.bodies(),
        &[SHA1],
    )
    .encode_to_vec()
    .into()
}

fn block() -> Block {
    Block {
        account: account(),
        command_id: MediaKind::Picture.command_id(Scene::Group, false),
        file_size: 100,
        file_md5: MD5,
        offset: 0,
        length: 100,
        md5: MD5,
        ticket: Bytes::from_static(&TICKET),
        extension: extension(),
    }
}

fn body() -> Vec<u8> {
    (0..100).collect()
}

#[test]
fn file_handle() {
    assert_eq!(file_id().encode(), at("/file_uuid/file_uuid"));
    let read = FileId::decode(at("/file_uuid/file_uuid")).expect("a handle");
    assert_eq!(read, file_id());
    assert_eq!(read.resource(), Some((MediaKind::Picture, Scene::Group)));
    for wrong in ["", "/a1b2c3d4", "%%%", "EhQ"] {
        assert_eq!(FileId::decode(wrong), None, "{wrong}");
    }
}

#[test]
fn upload_request() {
    same(request().encode_to_vec(), "/ntv2_upload_request_body/hex");
    let read = bounded::decode(&bytes("/ntv2_upload_request_body/hex"));
    assert_eq!(read, Ok(request()));
}

#[test]
fn upload_answers() {
    let request = request();
    for (key, place) in [
        (Some(U_KEY), "/ntv2_upload_response_body/upload_needed"),
        (None, "/ntv2_upload_response_body/fast_upload"),
    ] {
        let reply = RichMediaReply::uploaded(request.head.as_ref(), &uploaded(key));
        same(reply.encode_to_vec(), place);
        assert_eq!(self::reply(place).keys(), [key, None]);
    }
    let reply = reply("/ntv2_upload_response_body/upload_needed");
    let raw = reply.msg_info.clone().expect("the description");
    same(&raw, "/ntv2_upload_response_body/msg_info");
    assert_eq!(reply.servers(false), [(Ipv4Addr::LOCALHOST, 8080)]);
    assert_eq!(reply.file_uuids(), [at("/file_uuid/file_uuid")]);
    let info = uploaded(None).msg_info();
    same(info.bodies[0].encode_to_vec(), "/ntv2_msg_info_body/hex");
    let index = info.bodies[0].index.as_ref().expect("an index");
    same(index.encode_to_vec(), "/ntv2_index_node/hex");
    let business = MediaKind::Picture.element(Scene::Group);
    let Some(Element::Image(image)) = uploaded_media(&raw, business) else {
        panic!("not a picture");
    };
    assert_eq!(image.media.md5, hex::encode(MD5));
    let url = format!(
        "https://multimedia.nt.qq.com.cn/download?appid=1407&fileid={}&spec=0",
        at("/file_uuid/file_uuid")
    );
    assert_eq!(image.url, url);
}

#[test]
fn link_to_a_file() {
    let place = "/ntv2_download_response_body/hex";
    let own = Uid::new("u_own").expect("a uid");
    let uuid = at("/file_uuid/file_uuid");
    let mut request = RichMediaRequest::download(
        MediaKind::Picture,
        Some(&MediaPlace::Group(group())),
        &own,
        uuid,
    );
    // The vector has another number of the request.
    if let Some(common) = request.head.as_mut().and_then(|head| head.common.as_mut()) {
        common.request_id = Some(1);
    }
    let path = format!("/download?appid=1407&fileid={uuid}");
    let domain = "multimedia.nt.qq.com.cn";
    let reply = RichMediaReply::link(request.head.as_ref(), domain, path, "GROUP", (3_600, TIME));
    same(reply.encode_to_vec(), place);
    let read: RichMediaReply = bounded::decode(&bytes(place)).expect("a reply");
    let url = read.download.expect("a download").url();
    assert_eq!(url.as_deref(), Some(at("/ntv2_download_response_body/url")));
}

#[test]
fn download_requests_name_the_chat() {
    let own = Uid::new("u_own").expect("a uid");
    // 1.2: 101 = 1 (voice) or 2, 102 the kind, 200 the scene, 201 the own uid or 202 the group.
    let scene = |kind, place: Option<&MediaPlace>| {
        let request = RichMediaRequest::download(kind, place, &own, "uuid");
        let head = request.head.expect("a head");
        hex::encode(head.scene.expect("a scene").encode_to_vec())
    };
    let private = MediaPlace::Private(own);
    assert_eq!(
        scene(MediaKind::Voice, Some(&private)),
        "a80601b00603c00c01ca0c0908021205755f6f776e"
    );
    assert_eq!(
        scene(MediaKind::Video, Some(&MediaPlace::Group(group()))),
        "a80602b00602c00c02d20c0408a09c01"
    );
    assert_eq!(
        scene(MediaKind::Picture, None),
        "a80602b00601c00c02d20c020800"
    );
}

#[test]
fn keys_of_links() {
    same(
        RichMediaRequest::rkeys().encode_to_vec(),
        "/rkey_request_body/packed",
    );
    for form in ["packed", "unpacked"] {
        let read = bounded::decode(&bytes(&format!("/rkey_request_body/{form}")));
        assert_eq!(read, Ok(RichMediaRequest::rkeys()), "{form}");
    }
    let keys = vec![(10, "PRIVATE".to_owned()), (20, "GROUP".to_owned())];
    let reply = RichMediaReply::keys(None, keys, (3_600, TIME));
    let reply = RichMediaReply {
        head: None,
        ..reply
    };
    let place = "/rkey_request_body/response_example_body";
    same(reply.encode_to_vec(), place);
    let read: RichMediaReply = bounded::decode(&bytes(place)).expect("a reply");
    let keys = read.rkeys.expect("keys").rkeys;
    let values: Vec<_> = keys.iter().map(|key| (key.r#type, key.value())).collect();
    assert_eq!(values, [(Some(10), "PRIVATE"), (Some(20), "GROUP")]);
}

#[test]
fn ticket_and_servers_of_the_highway() {
    let request = HighwayServersRequest::new().encode_to_vec();
    same(request, "/http_conn_0x6ff_501/request_no_ticket");
    let place = "/http_conn_0x6ff_501/response/hex";
    let server = ([127, 0, 0, 1], 8080).into();
    let key = std::array::from_fn(|at| u8::try_from(at + 16).expect("small"));
    let reply = HighwayServersReply::new(Bytes::from_static(&TICKET), key, server);
    same(reply.encode_to_vec(), place);
    let read: HighwayServersReply = bounded::decode(&bytes(place)).expect("a reply");
    assert_eq!(read.ticket().as_deref(), Some(&TICKET[..]));
    assert_eq!(read.servers(), [server]);
}

#[test]
fn highway_extension() {
    same(extension(), "/ntv2_highway_ext/hex");
}

#[test]
fn highway_frames() {
    let head = HighwayRequestHead::block(&block(), 1, 0, APP_ID);
    same(head.encode_to_vec(), "/highway_frame/head_zeros_written");
    let frame = highway::encode(&head, &body());
    same(&frame, "/highway_frame/frame_zeros_written");
    let parts = [
        &highway::begin(&head.encode_to_vec(), 100)[..],
        &body(),
        &highway::end(),
    ]
    .concat();
    assert_eq!(parts, frame);
    for form in ["frame_zeros_written", "frame_zeros_omitted"] {
        let bytes = bytes(&format!("/highway_frame/{form}"));
        let frame = highway::split(&mut BytesMut::from(&bytes[..]));
        let frame = frame.expect("a frame").expect("whole");
        assert_eq!(frame.body, body());
        let head = HighwayRequestHead::read(&frame.head).expect("a head");
        assert_eq!(head.command(), highway::DATA_UP);
        assert_eq!(head.read_block(), Ok(block()), "{form}");
    }
    let omitted = bytes("/highway_frame/head_zeros_omitted");
    let head = HighwayRequestHead::read(&omitted).expect("a head");
    let answer = HighwayResponseHead::new(&head, &Outcome::Accepted);
    same(answer.encode_to_vec(), "/highway_frame/response_head");
    same(
        highway::encode(&answer, b""),
        "/highway_frame/response_frame",
    );
    let read = HighwayResponseHead::read(&bytes("/highway_frame/response_head"));
    let read = read.expect("a head");
    assert_eq!((read.outcome(), read.offset()), (Outcome::Accepted, 0));
}

#[test]
fn pictures_of_groups() {
    let visible = GroupPortraitExt::of_number(20_000).encode_to_vec();
    same(visible, "/group_portrait_ext/hex");
    let internal = GroupPortraitExt::new(group());
    assert_eq!(internal.group, Some(202_020_000));
    let numbers = VECTORS["group_code_to_group_uin"].as_object();
    for (visible, internal) in numbers.expect("numbers") {
        let number = visible.parse().expect("a number");
        let group = GroupUin::new(number).expect("a group");
        assert_eq!(Some(internal_group(group)), internal.as_u64(), "{visible}");
    }
}

#[test]
fn highway_echo() {
    let head = HighwayRequestHead::echo(account(), 2, APP_ID);
    same(highway::encode(&head, b""), "/highway_echo_frame/frame");
}

#[test]
fn descriptions_of_voices_and_videos() {
    let place = MediaPlace::Private(Uid::new("u_peer").expect("a uid"));
    let look = PictureLook::default();
    let voice = FileInfo::new(
        MediaKind::Voice,
        (100, MD5, SHA1),
        "v.amr".to_owned(),
        (0, 0, 3),
        0,
    );
    let request = RichMediaRequest::upload(MediaKind::Voice, &place, vec![voice], &look, RANDOM);
    let upload = request.upload.expect("an upload");
    let info = upload.upload_info[0].file_info.as_ref().expect("a file");
    // 4 the name, 5 the type, 6 and 7 the size in pixels, 8 seconds, 9 original.
    let tail = "2205762e616d722a08080310001800200130003800400348 00".replace(' ', "");
    assert!(hex::encode(info.encode_to_vec()).ends_with(&tail));
    let ext = upload
        .ext_biz_info
        .expect("an extension")
        .voice
        .expect("a voice");
    // 11, 12, 13. protocol/03 §2.5
    let expected = "5a0408003800 6200 6a0e 9a010baa0308080412 0400000000";
    same_hex(&ext.encode_to_vec(), expected);
    let video = FileInfo::new(
        MediaKind::Video,
        (100, MD5, SHA1),
        "v.mp4".to_owned(),
        (640, 480, 3),
        0,
    );
    let cover = info_of_cover();
    let request =
        RichMediaRequest::upload(MediaKind::Video, &place, vec![video, cover], &look, RANDOM);
    let upload = request.upload.expect("an upload");
    let kinds: Vec<_> = upload
        .upload_info
        .iter()
        .map(|one| one.sub_file_type)
        .collect();
    assert_eq!(kinds, [Some(0), Some(100)]);
    assert_eq!(upload.compat_qmsg_scene_type, Some(2));
    let ext = upload.ext_biz_info.expect("an extension");
    same_hex(&ext.video.expect("a video").encode_to_vec(), "1a03800100");
}

fn info_of_cover() -> FileInfo {
    FileInfo {
        name: Some("cover.jpg".to_owned()),
        ..info()
    }
}

#[track_caller]
fn same_hex(bytes: &[u8], expected: &str) {
    assert_eq!(hex::encode(bytes), expected.replace(' ', ""));
}

#[test]
fn private_pictures_and_videos_have_old_forms() {
    let uid = Uid::new("u_peer").expect("a uid");
    let place = MediaPlace::Private(uid);
    let picture = Uploaded {
        place,
        ..uploaded(None)
    };
    let reply = RichMediaReply::uploaded(None, &picture)
        .upload
        .expect("an upload");
    let compat = reply.compat_qmsg.expect("the old form");
    let old: nekonap_wire::proto::message::NotOnlineImage = bounded::decode(&compat).expect("one");
    // `/<number>-<number>-<MD5>`. protocol/03 §2.10
    let path = format!("/0-{RANDOM}-{}", hex::encode_upper(MD5));
    assert_eq!(old.download_path.as_deref(), Some(&path[..]));
    let info: MsgInfo = bounded::decode(&reply.msg_info.expect("the description")).expect("one");
    let hash_sum = info.bodies[0].hash_sum.clone().expect("the chat");
    same_hex(&hash_sum.encode_to_vec(), "ca0c081206755f70656572");
}
