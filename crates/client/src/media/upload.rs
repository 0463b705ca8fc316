//! Uploads of pictures, voices and videos, which become elements of a message. protocol/03 §2

use nekonap_ids::Conversation;
use nekonap_wire::{
    command::Command,
    commands::media::{
        MediaKind, MediaPlace, PictureLook, Scene, UploadGroupPicture, UploadGroupVideo,
        UploadGroupVoice, UploadPrivatePicture, UploadPrivateVideo, UploadPrivateVoice,
    },
    message::{Element, uploaded_media},
    proto::{
        media::{RichMediaExt, RichMediaReply, RichMediaRequest},
        message::FileInfo,
    },
};
use prost::Message as _;

use super::{HighwayUpload, LocalFile};
use crate::{client::Client, error::CallError};

/// What is known of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureFacts {
    /// Number of its format (protocol/03 §2.4).
    pub format: u32,
    /// Usual extension of the format, without a dot.
    pub extension: &'static str,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// What is known of a video.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VideoFacts {
    /// Width in pixels; 0 if it is not known.
    pub width: u32,
    /// Height in pixels; 0 if it is not known.
    pub height: u32,
    /// Duration in seconds; 0 if it is not known.
    pub seconds: u32,
}

impl Client {
    /// Uploads a picture for a conversation and returns the element to send. Nothing is transferred if the server has the
    /// bytes. protocol/03 §2
    ///
    /// # Errors
    /// Those of [`upload_by_highway`](Self::upload_by_highway); the server refuses the file or does not reply.
    pub async fn upload_picture(
        &self,
        to: Conversation,
        file: &LocalFile,
        facts: PictureFacts,
        look: &PictureLook,
    ) -> Result<Element, CallError> {
        let name = named(file, facts.extension);
        let size = (facts.width, facts.height, 0);
        let info = info(MediaKind::Picture, file, name, size, facts.format);
        self.upload(MediaKind::Picture, to, &[(file, info)], look)
            .await
    }

    /// Uploads a voice for a conversation and returns the element to send. `seconds`: duration, at least 1.
    /// protocol/03 §2, §10.1
    ///
    /// # Errors
    /// As [`upload_picture`](Self::upload_picture).
    pub async fn upload_voice(
        &self,
        to: Conversation,
        file: &LocalFile,
        seconds: u32,
    ) -> Result<Element, CallError> {
        let name = named(file, "amr");
        let size = (0, 0, seconds.max(1));
        let info = info(MediaKind::Voice, file, name, size, 0);
        let look = PictureLook::default();
        self.upload(MediaKind::Voice, to, &[(file, info)], &look)
            .await
    }

    /// Uploads a video with its cover, a picture, for a conversation, and returns the element to send. protocol/03 §2, §10.3
    ///
    /// # Errors
    /// As [`upload_picture`](Self::upload_picture).
    pub async fn upload_video(
        &self,
        to: Conversation,
        (file, facts): (&LocalFile, VideoFacts),
        (cover, cover_facts): (&LocalFile, PictureFacts),
    ) -> Result<Element, CallError> {
        let size = (facts.width, facts.height, facts.seconds);
        let video = info(MediaKind::Video, file, named(file, "mp4"), size, 0);
        let size = (cover_facts.width, cover_facts.height, 0);
        let mut picture = info(MediaKind::Picture, cover, named(cover, "jpg"), size, 0);
        picture.original = Some(0);
        let files = [(file, video), (cover, picture)];
        self.upload(MediaKind::Video, to, &files, &PictureLook::default())
            .await
    }

    async fn upload(
        &self,
        kind: MediaKind,
        to: Conversation,
        files: &[(&LocalFile, FileInfo)],
        look: &PictureLook,
    ) -> Result<Element, CallError> {
        if files.iter().any(|(file, _)| file.hashes.size == 0) {
            return Err(CallError::File("it is empty".to_owned()));
        }
        let place = match to {
            Conversation::Group(group) => MediaPlace::Group(group),
            Conversation::Friend(peer) => MediaPlace::Private(self.uid_of(peer, None).await?),
            Conversation::Temporary { group, peer } => {
                MediaPlace::Private(self.uid_of(peer, Some(group)).await?)
            }
        };
        let scene = place.scene();
        let infos = files.iter().map(|(_, info)| info.clone()).collect();
        // 31 bits are enough (protocol/03 §2.3).
        let random = u64::from(rand::random::<u32>() >> 1);
        let request = RichMediaRequest::upload(kind, &place, infos, look, random);
        let reply = match (kind, scene) {
            (MediaKind::Picture, Scene::Private) => self.ask::<UploadPrivatePicture>(request).await,
            (MediaKind::Picture, Scene::Group) => self.ask::<UploadGroupPicture>(request).await,
            (MediaKind::Video, Scene::Private) => self.ask::<UploadPrivateVideo>(request).await,
            (MediaKind::Video, Scene::Group) => self.ask::<UploadGroupVideo>(request).await,
            (MediaKind::Voice, Scene::Private) => self.ask::<UploadPrivateVoice>(request).await,
            (MediaKind::Voice, Scene::Group) => self.ask::<UploadGroupVoice>(request).await,
        };
        let upload = reply?.outcome()?.upload.unwrap_or_default();
        let malformed = |what: &str| CallError::Malformed(format!("the answer has no {what}"));
        let uuids = upload.file_uuids();
        for (at, ((file, _), key)) in files.iter().zip(upload.keys()).enumerate() {
            let Some(key) = key else {
                // The server has the bytes.
                continue;
            };
            let cover = at > 0;
            let uuid = uuids.get(at).ok_or_else(|| malformed("handle"))?;
            let list = match kind {
                MediaKind::Video if !cover => file.states.for_highway(),
                _ => vec![file.hashes.sha1],
            };
            let servers = upload.servers(cover);
            let extension = RichMediaExt::new(uuid, key, &servers, upload.bodies(), &list);
            let upload = HighwayUpload {
                command_id: kind.command_id(scene, cover),
                extension: &extension.encode_to_vec(),
                ..HighwayUpload::default()
            };
            self.upload_by_highway(file, upload).await?;
        }
        let raw = upload.msg_info.ok_or_else(|| malformed("description"))?;
        uploaded_media(&raw, kind.element(scene)).ok_or_else(|| malformed("file"))
    }

    /// Makes a call about media.
    pub(super) async fn ask<C: Command<Request = RichMediaRequest, Reply = RichMediaReply>>(
        &self,
        request: RichMediaRequest,
    ) -> Result<RichMediaReply, CallError> {
        self.inner.session()?.call::<C>(&request).await
    }
}

/// The name that uploads have: MD5 and extension. protocol/03 §2.4
fn named(file: &LocalFile, extension: &str) -> String {
    format!("{}.{extension}", hex::encode(file.hashes.md5))
}

fn info(
    kind: MediaKind,
    file: &LocalFile,
    name: String,
    size: (u32, u32, u32),
    format: u32,
) -> FileInfo {
    let hashes = (file.hashes.size, file.hashes.md5, file.hashes.sha1);
    FileInfo::new(kind, hashes, name, size, format)
}
