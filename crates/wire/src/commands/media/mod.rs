//! Pictures, voices and videos: upload, download and the keys of download links (protocol/03 §2, §3.1, §5.1).

mod download;
mod file_id;
mod highway;
mod kind;
mod ocr;
mod portrait;
mod upload;
mod voice_text;

pub use download::{GROUP_RKEY, PRIVATE_RKEY};
pub use file_id::FileId;
pub use kind::{MediaKind, MediaPlace, Scene};
pub use portrait::internal_group;
pub use upload::{COVER, PictureLook, Uploaded, UploadedFile};
pub use voice_text::SpokenMessage;

use crate::{
    command::commands,
    proto::media::{
        HighwayServersReply, HighwayServersRequest, OcrReply, OcrRequest, RichMediaReply,
        RichMediaRequest, VoiceTextReply, VoiceTextRequest,
    },
};

commands! {
    /// Ticket and servers of the highway. protocol/03 §3.1
    GetHighwayServers = "HttpConn.0x6ff_501", HighwayServersRequest => HighwayServersReply;
    /// Keys of download links. protocol/03 §5.1
    GetRkeys = 0x9067 / 202 as ByUin, RichMediaRequest => RichMediaReply;
    /// Upload of a picture for a private chat. protocol/03 §2
    UploadPrivatePicture = 0x11c5 / 100 as ByUin, RichMediaRequest => RichMediaReply;
    /// Upload of a picture for a group. protocol/03 §2
    UploadGroupPicture = 0x11c4 / 100 as ByUin, RichMediaRequest => RichMediaReply;
    /// Upload of a video for a private chat. protocol/03 §2
    UploadPrivateVideo = 0x11e9 / 100 as ByUin, RichMediaRequest => RichMediaReply;
    /// Upload of a video for a group. protocol/03 §2
    UploadGroupVideo = 0x11ea / 100 as ByUin, RichMediaRequest => RichMediaReply;
    /// Upload of a voice for a private chat. protocol/03 §2
    UploadPrivateVoice = 0x126d / 100 as ByUin, RichMediaRequest => RichMediaReply;
    /// Upload of a voice for a group. protocol/03 §2
    UploadGroupVoice = 0x126e / 100 as ByUin, RichMediaRequest => RichMediaReply;
    /// Link to a picture of a private chat. protocol/03 §2.8
    LinkPrivatePicture = 0x11c5 / 200 as ByUin, RichMediaRequest => RichMediaReply;
    /// Link to a picture of a group. protocol/03 §2.8
    LinkGroupPicture = 0x11c4 / 200 as ByUin, RichMediaRequest => RichMediaReply;
    /// Link to a video of a private chat. protocol/03 §2.8
    LinkPrivateVideo = 0x11e9 / 200 as ByUin, RichMediaRequest => RichMediaReply;
    /// Link to a video of a group. protocol/03 §2.8
    LinkGroupVideo = 0x11ea / 200 as ByUin, RichMediaRequest => RichMediaReply;
    /// Link to a voice of a private chat. protocol/03 §2.8
    LinkPrivateVoice = 0x126d / 200 as ByUin, RichMediaRequest => RichMediaReply;
    /// Link to a voice of a group. protocol/03 §2.8
    LinkGroupVoice = 0x126e / 200 as ByUin, RichMediaRequest => RichMediaReply;
    /// Speech of a voice in a private chat as text. protocol/03 §8.5
    TranscribePrivateVoice = "pttTrans.TransC2CPttReq", VoiceTextRequest => VoiceTextReply;
    /// Speech of a voice in a group as text. protocol/03 §8.5
    TranscribeGroupVoice = "pttTrans.TransGroupPttReq", VoiceTextRequest => VoiceTextReply;
    /// Text in a picture. protocol/03 §8.4
    RecognizeText = 0xe07 / 0, OcrRequest => OcrReply;
}
