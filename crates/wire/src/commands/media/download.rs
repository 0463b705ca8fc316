//! Links to files, and the keys that make links of pictures valid (protocol/03 §2.8, §5.1).

use nekonap_ids::Uid;

use super::{
    MediaKind, MediaPlace,
    upload::{AGENT_TYPE, REQUEST_TYPE},
};
use crate::proto::{
    media::{
        DownloadExt, DownloadInfo, DownloadReply, DownloadRequest, DownloadVideoExt,
        RichMediaClient, RichMediaCommon, RichMediaGroup, RichMediaHead, RichMediaReply,
        RichMediaRequest, RichMediaScene, Rkey, RkeyReply, RkeyRequest,
    },
    message::FileIndex,
};

/// `command` of a download.
const DOWNLOAD: u32 = 200;
/// `command` of a list of keys.
const RKEYS: u32 = 202;
/// Type of the key for pictures of private chats.
pub const PRIVATE_RKEY: u32 = 10;
/// Type of the key for pictures of groups.
pub const GROUP_RKEY: u32 = 20;
/// What the name of a key's parameter is.
const PARAMETER: &str = "&rkey=";

impl RichMediaRequest {
    /// Asks for a link to a file. `own` is the account's uid; the group of a group's file may be unknown.
    pub fn download(
        kind: MediaKind,
        place: Option<&MediaPlace>,
        own: &Uid,
        file_uuid: &str,
    ) -> Self {
        let request_type = match kind {
            MediaKind::Voice => 1,
            MediaKind::Picture | MediaKind::Video => REQUEST_TYPE,
        };
        let private = MediaPlace::Private(*own);
        let mut head = RichMediaHead::new(
            (1, DOWNLOAD),
            request_type,
            kind,
            match place {
                Some(MediaPlace::Private(_)) | None => &private,
                Some(group) => group,
            },
        );
        if place.is_none()
            && let Some(scene) = &mut head.scene
        {
            // A group whose number is not known.
            scene.scene_type = Some(2);
            scene.c2c = None;
            scene.group = Some(RichMediaGroup { group_uin: Some(0) });
        }
        Self {
            head: Some(head),
            download: Some(DownloadRequest {
                node: Some(FileIndex {
                    file_uuid: Some(file_uuid.to_owned()),
                    store_id: Some(1),
                    ..FileIndex::default()
                }),
                ext: Some(DownloadExt {
                    video: Some(DownloadVideoExt {
                        busi_type: Some(0),
                        scene_type: Some(0),
                        sub_busi_type: None,
                    }),
                }),
            }),
            ..Self::default()
        }
    }

    /// Asks for the keys of both kinds of pictures. protocol/03 §5.1
    pub fn rkeys() -> Self {
        Self {
            head: Some(RichMediaHead {
                common: Some(RichMediaCommon {
                    request_id: Some(1),
                    command: Some(RKEYS),
                }),
                scene: Some(RichMediaScene {
                    request_type: Some(REQUEST_TYPE),
                    business_type: Some(1),
                    scene_type: Some(0),
                    c2c: None,
                    group: None,
                }),
                client: Some(RichMediaClient {
                    agent_type: Some(AGENT_TYPE),
                }),
            }),
            rkeys: Some(RkeyRequest {
                types: vec![10, 20, 2],
            }),
            ..Self::default()
        }
    }
}

impl RichMediaReply {
    /// The answer to a request for a link: path and query, key, its life in seconds, the server's time in Unix seconds.
    pub fn link(
        head: Option<&RichMediaHead>,
        domain: &str,
        path: String,
        rkey: &str,
        (ttl, time): (u32, u32),
    ) -> Self {
        Self {
            download: Some(DownloadReply {
                rkey_param: Some(format!("{PARAMETER}{rkey}")),
                rkey_ttl: Some(ttl),
                info: Some(DownloadInfo {
                    domain: Some(domain.to_owned()),
                    url_path: Some(path),
                    https_port: Some(443),
                }),
                rkey_create_time: Some(time),
            }),
            ..Self::answering(head)
        }
    }

    /// The answer to a request for keys: their types and values, their life in seconds, the server's time in Unix seconds.
    pub fn keys(
        head: Option<&RichMediaHead>,
        keys: Vec<(u32, String)>,
        (ttl, time): (u32, u32),
    ) -> Self {
        let rkey = |(kind, value): (u32, String)| Rkey {
            rkey: Some(format!("{PARAMETER}{value}")),
            ttl: Some(ttl.into()),
            store_id: None,
            create_time: Some(time),
            r#type: Some(kind),
        };
        Self {
            rkeys: Some(RkeyReply {
                rkeys: keys.into_iter().map(rkey).collect(),
            }),
            ..Self::answering(head)
        }
    }
}

impl DownloadReply {
    /// The link: `https://` + domain + path + key. `None` if the server gave no path.
    pub fn url(&self) -> Option<String> {
        let info = self.info.as_ref()?;
        let domain = info.domain.as_deref().filter(|domain| !domain.is_empty())?;
        let path = info.url_path.as_deref().filter(|path| !path.is_empty())?;
        let rkey = self.rkey_param.as_deref().unwrap_or_default();
        Some(format!("https://{domain}{path}{rkey}"))
    }
}

impl Rkey {
    /// The value without the name of its parameter.
    pub fn value(&self) -> &str {
        let text = self.rkey.as_deref().unwrap_or_default();
        text.strip_prefix(PARAMETER).unwrap_or(text)
    }
}
