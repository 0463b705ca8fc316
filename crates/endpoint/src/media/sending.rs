//! Pictures, voices and videos that are sent: from the text of a segment to an element whose bytes the server has
//! (api/events-and-segments §7.6, §7.7, §7.8, §8).

use std::time::Duration;

use nekonap_client::{CallError, Element, LocalFile, PictureFacts, PictureLook, VideoFacts, codes};
use nekonap_ids::Conversation;
use nekonap_media::Picture;
use nekonap_onebot::{
    Code,
    segments::{Image, Record, Video},
};

use super::{Local, Options};
use crate::{
    bot::Context,
    error::{Failure, Result, send_failed},
};

/// The picture of a video of which no frame can be shown: one colour, 960 × 540 pixels.
const NEUTRAL_COVER: &[u8] = include_bytes!("cover.png");
/// Maximum size of a video's cover in bytes (protocol/03 §10.3).
const MAX_COVER: u64 = 1 << 20;

impl Context {
    /// Uploads the picture of a segment for a conversation.
    ///
    /// # Errors
    /// Those of [`file`](Self::file); `LOAD_FILE_ERROR` if it is no picture; those of [`upload_failed`].
    pub(crate) async fn send_picture(
        &self,
        to: Conversation,
        source: &str,
        image: &Image,
    ) -> Result<Element> {
        let options = options(image.proxy, image.timeout);
        let local = self.file("message: image.file", source, &options).await?;
        let look = PictureLook {
            sub_type: image.sub_type.unwrap_or(0),
            summary: image.summary.clone().unwrap_or_default(),
        };
        self.upload_picture(to, &local, &look).await
    }

    /// Uploads a picture for a conversation.
    pub(crate) async fn upload_picture(
        &self,
        to: Conversation,
        local: &Local,
        look: &PictureLook,
    ) -> Result<Element> {
        let facts = facts(&local.picture().await?);
        let file = hashed(local).await?;
        let uploaded = self.client().upload_picture(to, &file, facts, look);
        let uploaded = Box::pin(uploaded).await;
        uploaded.map_err(|error| upload_failed(local, &error))
    }

    /// Uploads the voice of a segment for a conversation. Other audio is made a voice first.
    ///
    /// # Errors
    /// Those of [`file`](Self::file) and [`voice`](Self::voice); those of [`upload_failed`].
    pub(crate) async fn send_voice(
        &self,
        to: Conversation,
        source: &str,
        record: &Record,
    ) -> Result<Element> {
        let options = options(record.proxy, record.timeout);
        let local = self.file("message: record.file", source, &options).await?;
        let voice = self.voice(local).await?;
        // Rounded up (protocol/03 §10.1).
        let seconds = voice.duration.as_millis().div_ceil(1_000);
        let seconds = u32::try_from(seconds).unwrap_or(u32::MAX);
        let file = hashed(&voice.local).await?;
        let uploaded = self.client().upload_voice(to, &file, seconds);
        let uploaded = Box::pin(uploaded).await;
        uploaded.map_err(|error| upload_failed(&voice.local, &error))
    }

    /// Uploads the video of a segment and its cover for a conversation. Without a given cover it is the first frame, or a
    /// neutral picture where no frame can be read.
    ///
    /// # Errors
    /// Those of [`file`](Self::file); `LOAD_FILE_ERROR` if it is no video, or the given cover no picture; those of
    /// [`upload_failed`].
    pub(crate) async fn send_video(
        &self,
        to: Conversation,
        source: &str,
        video: &Video,
    ) -> Result<Element> {
        let options = options(video.proxy, video.timeout);
        let local = self.file("message: video.file", source, &options).await?;
        let facts = local.video().await?;
        let seconds = facts.duration.as_millis().div_ceil(1_000);
        let facts = VideoFacts {
            width: facts.width,
            height: facts.height,
            seconds: u32::try_from(seconds).unwrap_or(u32::MAX),
        };
        let thumb = video.thumb.as_deref().map(str::trim);
        let cover = match thumb.filter(|thumb| !thumb.is_empty()) {
            Some(thumb) => self.file("message: video.thumb", thumb, &options).await?,
            None => match self.frame_of(&local).await {
                Some(frame) if frame.size() <= MAX_COVER => frame,
                _ => self.write(&local, NEUTRAL_COVER.to_vec()).await?,
            },
        };
        let cover_facts = self::facts(&cover.picture().await?);
        let (file, cover_file) = (hashed(&local).await?, hashed(&cover).await?);
        let uploaded = self
            .client()
            .upload_video(to, (&file, facts), (&cover_file, cover_facts));
        let uploaded = Box::pin(uploaded).await;
        uploaded.map_err(|error| upload_failed(&local, &error))
    }
}

/// How a source is fetched.
fn options(proxy: Option<bool>, timeout: Option<i64>) -> Options {
    let seconds = timeout.and_then(|seconds| u64::try_from(seconds).ok());
    Options {
        proxy: proxy.unwrap_or(true),
        timeout: seconds
            .filter(|seconds| *seconds > 0)
            .map(Duration::from_secs),
        ..Options::default()
    }
}

/// The file with its hashes, as the client uploads it.
pub(crate) async fn hashed(local: &Local) -> Result<LocalFile> {
    let (hashes, states) = local.hashes().await?;
    Ok(LocalFile {
        path: local.path().to_path_buf(),
        hashes,
        states,
    })
}

/// What the client tells the server about a picture.
pub(crate) fn facts(picture: &Picture) -> PictureFacts {
    PictureFacts {
        format: picture.format.number(),
        extension: picture.format.extension(),
        width: picture.width,
        height: picture.height,
    }
}

/// The failure of an upload; nothing was sent. `FILE_TOO_LARGE` if the server says so, `LOAD_FILE_ERROR` if the file cannot be
/// read any more, otherwise as of a send.
pub(crate) fn upload_failed(local: &Local, error: &CallError) -> Failure {
    match error {
        CallError::Refused(refusal) if refusal.code == codes::TOO_LARGE => {
            Failure::new(Code::FileTooLarge, local.failure(&refusal.text).text)
        }
        CallError::File(text) => local.failure(text),
        // An upload is seen by nobody, so that it may be repeated.
        CallError::TimedOut | CallError::Malformed(_) | CallError::Disconnected { .. } => {
            error.clone().into()
        }
        other => send_failed(other),
    }
}
