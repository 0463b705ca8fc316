//! Requests and answers of uploads (protocol/03 §2.2–§2.7, §2.10).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use bytes::Bytes;
use nekonap_ids::Uid;
use prost::Message;

use super::{MediaKind, MediaPlace, Scene};
use crate::{
    bounded,
    command::Refusal,
    proto::{
        media::{
            MediaAddress, MediaAddressV6, RawMsgInfo, RichMediaClient, RichMediaCommon,
            RichMediaGroup, RichMediaHead, RichMediaPeer, RichMediaReply, RichMediaReplyHead,
            RichMediaRequest, RichMediaScene, SubFileInfo, UploadInfo, UploadReply, UploadRequest,
        },
        message::{
            CustomFace, FileIndex, FileInfo, FileType, MsgInfo, MsgInfoBody, MsgInfoExt,
            MsgInfoFriend, MsgInfoGroup, MsgInfoPlace, NotOnlineImage, NotOnlineImageReserve,
            PictureExt, PictureInfo, PictureSizes, Ptt, RichText, VideoExt, VideoFile, VoiceExt,
        },
    },
};

/// `command` of an upload.
pub(super) const UPLOAD: u32 = 100;
/// `request_type` of everything but downloads of voices.
pub(super) const REQUEST_TYPE: u32 = 2;
/// `agent_type` of a client.
pub(super) const AGENT_TYPE: u32 = 2;
/// `account_type` of a peer.
pub(super) const ACCOUNT_TYPE: u32 = 2;
/// `sub_type` of a video's cover.
pub const COVER: u32 = 100;

/// Host of pictures, voices and videos.
const DOMAIN: &str = "multimedia.nt.qq.com.cn";
/// `video.reserve` of a video.
const VIDEO_RESERVE: [u8; 3] = [0x80, 0x01, 0x00];
/// One of the `ptt` byte fields of a voice.
const VOICE_RESERVE: [u8; 4] = [0x08, 0x00, 0x38, 0x00];
/// `ptt.general_flags` of a private voice.
const PRIVATE_VOICE_FLAGS: [u8; 14] = [
    0x9a, 0x01, 0x0b, 0xaa, 0x03, 0x08, 0x08, 0x04, 0x12, 0x04, 0x00, 0x00, 0x00, 0x00,
];
/// `ptt.general_flags` of a voice in a group.
const GROUP_VOICE_FLAGS: [u8; 10] = [0x9a, 0x01, 0x07, 0xaa, 0x03, 0x04, 0x08, 0x08, 0x12, 0x00];

/// How a picture is shown. For voices and videos the default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PictureLook {
    /// 0 picture, 1 sticker; others are passed on.
    pub sub_type: u32,
    /// Text for chat lists; empty for the usual one.
    pub summary: String,
}

impl PictureLook {
    fn text(&self) -> String {
        match (self.summary.as_str(), self.sub_type) {
            ("", 1) => "[动画表情]".to_owned(),
            ("", _) => "[图片]".to_owned(),
            (given, _) => given.to_owned(),
        }
    }
}

impl RichMediaHead {
    /// The head of a request. `peer` is the uid in a private chat.
    pub(super) fn new(
        (request_id, command): (u32, u32),
        request_type: u32,
        kind: MediaKind,
        place: &MediaPlace,
    ) -> Self {
        let (c2c, group) = match place {
            MediaPlace::Private(uid) => (Some(peer(uid)), None),
            MediaPlace::Group(group) => {
                let group_uin = Some(group.get());
                (None, Some(RichMediaGroup { group_uin }))
            }
        };
        Self {
            common: Some(RichMediaCommon {
                request_id: Some(request_id),
                command: Some(command),
            }),
            scene: Some(RichMediaScene {
                request_type: Some(request_type),
                business_type: Some(kind.business_type()),
                scene_type: Some(place.scene().number()),
                c2c,
                group,
            }),
            client: Some(RichMediaClient {
                agent_type: Some(AGENT_TYPE),
            }),
        }
    }
}

pub(super) fn peer(uid: &Uid) -> RichMediaPeer {
    RichMediaPeer {
        account_type: Some(ACCOUNT_TYPE),
        target_uid: Some(uid.to_string()),
    }
}

impl RichMediaRequest {
    /// Asks to upload a file, and for a video its cover, to a chat. `random` has at most 63 bits.
    pub fn upload(
        kind: MediaKind,
        place: &MediaPlace,
        files: Vec<FileInfo>,
        look: &PictureLook,
        random: u64,
    ) -> Self {
        let scene = place.scene();
        let request_id = match (kind, scene) {
            (MediaKind::Picture, _) | (MediaKind::Voice, Scene::Group) => 1,
            (MediaKind::Video, _) => 3,
            (MediaKind::Voice, Scene::Private) => 4,
        };
        let compat = match kind {
            MediaKind::Video => 2,
            MediaKind::Picture | MediaKind::Voice => scene.number(),
        };
        let numbered = files.into_iter().zip([0, COVER]);
        Self {
            head: Some(RichMediaHead::new(
                (request_id, UPLOAD),
                REQUEST_TYPE,
                kind,
                place,
            )),
            upload: Some(UploadRequest {
                upload_info: numbered
                    .map(|(file_info, sub_file_type)| UploadInfo {
                        file_info: Some(file_info),
                        sub_file_type: Some(sub_file_type),
                    })
                    .collect(),
                try_fast_upload_completed: Some(true),
                srv_send_msg: Some(false),
                client_random_id: Some(random),
                compat_qmsg_scene_type: Some(compat),
                ext_biz_info: Some(ext(kind, scene, look)),
                client_seq: Some(0),
                no_need_compat_msg: Some(false),
            }),
            ..Self::default()
        }
    }
}

/// `ext_biz_info` of an upload. protocol/03 §2.5
fn ext(kind: MediaKind, scene: Scene, look: &PictureLook) -> MsgInfoExt {
    let reserve: Bytes = PictureReserve {
        sub_type: look.sub_type,
    }
    .encode()
    .into();
    let pic = match (kind, scene) {
        (MediaKind::Picture, Scene::Private) => PictureExt {
            biz_type: Some(look.sub_type),
            summary: Some(look.text()),
            reserve_c2c: Some(reserve),
            ..PictureExt::default()
        },
        (MediaKind::Picture, Scene::Group) => PictureExt {
            biz_type: Some(look.sub_type),
            summary: Some(look.text()),
            reserve_troop: Some(reserve),
            ..PictureExt::default()
        },
        _ => PictureExt {
            biz_type: Some(0),
            summary: Some(String::new()),
            ..PictureExt::default()
        },
    };
    let video_reserve = match kind {
        MediaKind::Video => Bytes::from_static(&VIDEO_RESERVE),
        _ => Bytes::new(),
    };
    let bytes = Bytes::from_static;
    let (reserve, pb_reserve, flags) = match (kind, scene) {
        (MediaKind::Voice, Scene::Private) => (
            bytes(&VOICE_RESERVE),
            bytes(&[]),
            bytes(&PRIVATE_VOICE_FLAGS),
        ),
        (MediaKind::Voice, Scene::Group) => {
            (bytes(&[]), bytes(&VOICE_RESERVE), bytes(&GROUP_VOICE_FLAGS))
        }
        _ => (bytes(&[]), bytes(&[]), bytes(&[])),
    };
    MsgInfoExt {
        pic: Some(pic),
        video: Some(VideoExt {
            reserve: Some(video_reserve),
            ..VideoExt::default()
        }),
        voice: Some(VoiceExt {
            reserve: Some(reserve),
            pb_reserve: Some(pb_reserve),
            general_flags: Some(flags),
        }),
        busi_type: None,
    }
}

/// The short form of `reserve_c2c` and `reserve_troop`: { 1: sub type }.
struct PictureReserve {
    sub_type: u32,
}

impl PictureReserve {
    fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![0x08];
        prost::encoding::encode_varint(self.sub_type.into(), &mut bytes);
        bytes
    }
}

impl FileInfo {
    /// The description of a file with these sizes and hashes. `name` has the ending of its format. `seconds`: duration,
    /// 0 for pictures. `format`: number of a picture's format (protocol/03 §2.4), 0 for others.
    pub fn new(
        kind: MediaKind,
        (size, md5, sha1): (u64, [u8; 16], [u8; 20]),
        name: String,
        (width, height, seconds): (u32, u32, u32),
        format: u32,
    ) -> Self {
        Self {
            size: Some(size),
            md5: Some(hex::encode(md5)),
            sha1: Some(hex::encode(sha1)),
            name: Some(name),
            r#type: Some(FileType {
                kind: Some(kind.business_type()),
                picture_format: Some(format),
                video_format: Some(0),
                voice_format: Some(u32::from(kind == MediaKind::Voice)),
            }),
            width: Some(width),
            height: Some(height),
            seconds: Some(seconds),
            original: Some(u32::from(kind == MediaKind::Picture)),
        }
    }

    /// MD5 of the file; `None` if it is not the hex of 16 bytes.
    pub fn md5_bytes(&self) -> Option<[u8; 16]> {
        hashed(self.md5.as_deref())
    }

    /// SHA-1 of the file; `None` if it is not the hex of 20 bytes.
    pub fn sha1_bytes(&self) -> Option<[u8; 20]> {
        hashed(self.sha1.as_deref())
    }
}

/// A hash in hex of either case.
fn hashed<const N: usize>(text: Option<&str>) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    hex::decode_to_slice(text?, &mut bytes).ok()?;
    Some(bytes)
}

/// A file of an answered upload, for a server.
#[derive(Debug, Clone, PartialEq)]
pub struct UploadedFile {
    /// Its description, as the client sent it.
    pub info: FileInfo,
    /// Its new handle.
    pub file_uuid: String,
    /// `appid` of the handle.
    pub appid: u32,
    /// Key for the upload of its bytes; `None` if the server has them.
    pub u_key: Option<String>,
}

/// An answer to an upload request, for a server.
#[derive(Debug, Clone, PartialEq)]
pub struct Uploaded {
    /// Kind of the file.
    pub kind: MediaKind,
    /// The chat that it was uploaded for.
    pub place: MediaPlace,
    /// The file, and for a video its cover.
    pub files: Vec<UploadedFile>,
    /// `ext_biz_info` of the `MsgInfo`.
    pub ext: MsgInfoExt,
    /// The server's time, Unix seconds.
    pub time: u32,
    /// How long the file is kept, in seconds.
    pub ttl: u32,
    /// How long the keys are valid, in seconds.
    pub key_ttl: u32,
    /// Address of the highway.
    pub server: SocketAddr,
    /// `client_random_id` of the request.
    pub random: u64,
}

impl Uploaded {
    /// What goes into the message. protocol/03 §2.7
    pub fn msg_info(&self) -> MsgInfo {
        let hash_sum = match self.place {
            MediaPlace::Private(uid) => MsgInfoPlace {
                c2c: Some(MsgInfoFriend {
                    friend_uid: Some(uid.to_string()),
                }),
                troop: None,
            },
            MediaPlace::Group(group) => MsgInfoPlace {
                c2c: None,
                troop: Some(MsgInfoGroup {
                    group_uin: Some(group.get()),
                }),
            },
        };
        let body = |(file, sub_type): (&UploadedFile, u32)| {
            let is_picture = self.kind == MediaKind::Picture || sub_type == COVER;
            MsgInfoBody {
                index: Some(FileIndex {
                    info: Some(file.info.clone()),
                    file_uuid: Some(file.file_uuid.clone()),
                    store_id: Some(1),
                    upload_time: Some(self.time),
                    ttl: Some(self.ttl),
                    sub_type: Some(sub_type),
                }),
                picture: is_picture.then(|| PictureInfo {
                    path: Some(path(file)),
                    sizes: Some(PictureSizes {
                        original: Some("&spec=0".to_owned()),
                        big: Some("&spec=720".to_owned()),
                        thumb: Some("&spec=198".to_owned()),
                    }),
                    domain: Some(DOMAIN.to_owned()),
                }),
                file_exist: Some(true),
                hash_sum: Some(hash_sum.clone()),
            }
        };
        MsgInfo {
            bodies: self.files.iter().zip([0, COVER]).map(body).collect(),
            ext: Some(self.ext.clone()),
        }
    }

    /// The element in the old form. protocol/03 §2.10
    fn compat(&self) -> Vec<u8> {
        let Some(file) = self.files.first() else {
            return Vec::new();
        };
        let info = &file.info;
        let md5 = Bytes::copy_from_slice(&info.md5_bytes().unwrap_or_default());
        let size = u32::try_from(info.size.unwrap_or(0)).unwrap_or(u32::MAX);
        let name = info.name.clone().unwrap_or_default();
        let signed = |number: Option<u32>| i32::try_from(number.unwrap_or(0)).ok();
        let format = info.r#type.as_ref().and_then(|one| one.picture_format);
        match (self.kind, self.place) {
            (MediaKind::Picture, MediaPlace::Group(_)) => CustomFace {
                file_path: Some(name.into()),
                // Any number but 0.
                file_id: u32::try_from(self.random & 0xffff_ffff)
                    .ok()
                    .map(|id| id.max(1)),
                file_type: Some(66),
                md5: Some(md5),
                orig_url: Some(format!("{}&spec=0", path(file)).into()),
                image_type: signed(format),
                width: signed(info.width),
                height: signed(info.height),
                size: Some(size),
                pb_reserve: None,
            }
            .encode_to_vec(),
            (MediaKind::Picture, MediaPlace::Private(_)) => {
                let old = format!("/0-{}-{}", self.random, hex::encode_upper(&md5));
                NotOnlineImage {
                    file_path: Some(name.into()),
                    file_len: Some(size),
                    download_path: Some(old.clone()),
                    img_type: signed(format),
                    pic_md5: Some(md5),
                    pic_height: info.height,
                    pic_width: info.width,
                    res_id: Some(old),
                    orig_url: Some(format!("{}&spec=0", path(file)).into()),
                    pb_reserve: Some(NotOnlineImageReserve {
                        sub_type: Some(0),
                        summary: None,
                        url: Some(format!("{}&spec=0", path(file))),
                    }),
                }
                .encode_to_vec()
            }
            (MediaKind::Video, _) => {
                let cover = self.files.get(1).map(|cover| cover.info.clone());
                let cover = cover.unwrap_or_default();
                let cover_md5 = cover.md5_bytes().unwrap_or_default();
                VideoFile {
                    file_uuid: Some(file.file_uuid.clone()),
                    file_md5: Some(md5),
                    file_name: Some(name),
                    file_format: Some(2),
                    file_time: signed(info.seconds),
                    file_size: Some(size),
                    thumb_width: signed(cover.width),
                    thumb_height: signed(cover.height),
                    thumb_md5: Some(Bytes::copy_from_slice(&cover_md5)),
                    thumb_size: Some(
                        cover
                            .size
                            .and_then(|size| i32::try_from(size).ok())
                            .unwrap_or(0),
                    ),
                    file_width: signed(info.width),
                    file_height: signed(info.height),
                }
                .encode_to_vec()
            }
            (MediaKind::Voice, place) => {
                let group = matches!(place, MediaPlace::Group(_));
                let ptt = Ptt {
                    file_type: Some(4),
                    file_uuid: (!group).then(|| file.file_uuid.clone()),
                    file_md5: Some(md5),
                    file_name: Some(name),
                    file_size: Some(size),
                    file_id: group.then_some(1),
                    group_file_key: group.then(|| file.file_uuid.clone()),
                    time: info.seconds,
                };
                RichText {
                    ptt: Some(ptt.encode_to_vec().into()),
                    ..RichText::default()
                }
                .encode_to_vec()
            }
        }
    }

    fn v4(&self) -> MediaAddress {
        let ip = match self.server.ip() {
            IpAddr::V4(ip) => ip,
            // Some clients refuse an answer without an IPv4 address.
            IpAddr::V6(_) => Ipv4Addr::LOCALHOST,
        };
        let ip = Some(u32::from_le_bytes(ip.octets()));
        let port = Some(u32::from(self.server.port()));
        MediaAddress {
            out_ip: ip,
            out_port: port,
            in_ip: ip,
            in_port: port,
            ip_type: Some(1),
        }
    }

    fn v6(&self) -> MediaAddressV6 {
        let ip = match self.server.ip() {
            IpAddr::V6(ip) => ip,
            IpAddr::V4(_) => Ipv6Addr::LOCALHOST,
        };
        let ip = Some(Bytes::copy_from_slice(&ip.octets()));
        let port = Some(u32::from(self.server.port()));
        MediaAddressV6 {
            out_ip: ip.clone(),
            out_port: port,
            in_ip: ip,
            in_port: port,
            ip_type: Some(1),
        }
    }
}

/// Path and query of a picture's link.
fn path(file: &UploadedFile) -> String {
    format!("/download?appid={}&fileid={}", file.appid, file.file_uuid)
}

impl RichMediaReply {
    /// The head of an answer to a request with this head.
    pub(super) fn answering(head: Option<&RichMediaHead>) -> Self {
        let common = head.and_then(|head| head.common).unwrap_or_default();
        Self {
            head: Some(RichMediaReplyHead {
                common: Some(RichMediaCommon {
                    request_id: Some(common.request_id.unwrap_or(0)),
                    command: Some(common.command.unwrap_or(0)),
                }),
                ret_code: Some(0),
                message: Some("success".to_owned()),
            }),
            ..Self::default()
        }
    }

    /// The answer to an upload request. protocol/03 §2.6
    pub fn uploaded(head: Option<&RichMediaHead>, uploaded: &Uploaded) -> Self {
        let (main, covers) = match uploaded.files.split_first() {
            Some((main, covers)) => (main.u_key.clone(), covers),
            None => (None, &[][..]),
        };
        let sub = |cover: &UploadedFile| SubFileInfo {
            sub_type: Some(COVER),
            u_key: cover.u_key.clone(),
            u_key_ttl: Some(uploaded.key_ttl),
            ipv4s: vec![uploaded.v4()],
            ipv6s: vec![uploaded.v6()],
        };
        Self {
            upload: Some(UploadReply {
                u_key: main,
                u_key_ttl: Some(uploaded.key_ttl),
                ipv4s: vec![uploaded.v4()],
                ipv6s: vec![uploaded.v6()],
                msg_seq: Some(0),
                msg_info: Some(uploaded.msg_info().encode_to_vec().into()),
                compat_qmsg: Some(uploaded.compat().into()),
                sub_file_infos: covers.iter().map(sub).collect(),
            }),
            ..Self::answering(head)
        }
    }

    /// Checks the result code in the answer's head.
    ///
    /// # Errors
    /// The refusal of the service.
    pub fn outcome(self) -> Result<Self, Refusal> {
        let head = self.head.clone().unwrap_or_default();
        match head.ret_code.unwrap_or(0) {
            0 => Ok(self),
            code => Err(Refusal::new(code.into(), head.message.unwrap_or_default())),
        }
    }
}

impl UploadReply {
    /// Keys for the files whose bytes the server wants: main file, then cover. Empty and absent keys are `None`.
    pub fn keys(&self) -> [Option<&str>; 2] {
        let cover = self
            .sub_file_infos
            .iter()
            .find(|sub| sub.sub_type.is_none_or(|kind| kind == COVER));
        [
            self.u_key.as_deref(),
            cover.and_then(|cover| cover.u_key.as_deref()),
        ]
        .map(|key| key.filter(|key| !key.is_empty()))
    }

    /// Servers for the main file (`cover` false) or the cover.
    pub fn servers(&self, cover: bool) -> Vec<(Ipv4Addr, u16)> {
        let list = match self.sub_file_infos.first() {
            Some(sub) if cover => &sub.ipv4s,
            _ => &self.ipv4s,
        };
        let address = |address: &MediaAddress| {
            let ip = Ipv4Addr::from(address.out_ip?.to_le_bytes());
            let port = u16::try_from(address.out_port?).ok()?;
            (port != 0).then_some((ip, port))
        };
        list.iter().filter_map(address).collect()
    }

    /// The bodies of the `MsgInfo`, as they came.
    pub fn bodies(&self) -> Vec<Bytes> {
        let raw = self.msg_info.as_deref().unwrap_or_default();
        bounded::decode::<RawMsgInfo>(raw)
            .map(|info| info.bodies)
            .unwrap_or_default()
    }

    /// The handle in each body of the `MsgInfo`.
    pub fn file_uuids(&self) -> Vec<String> {
        let raw = self.msg_info.as_deref().unwrap_or_default();
        let info: MsgInfo = bounded::decode(raw).unwrap_or_default();
        let uuid = |body: MsgInfoBody| body.index?.file_uuid;
        info.bodies.into_iter().filter_map(uuid).collect()
    }
}
