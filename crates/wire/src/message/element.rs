//! The kinds of elements. protocol/02 §3.

use bytes::Bytes;

pub use super::elements::{
    card::{Card, Forward, Xml},
    common::{Keyboard, Markdown, Shake},
    face::{Face, FaceLook, Sticker, Thrown},
    file::File,
    image::Image,
    long_text::LongText,
    market_face::MarketFace,
    mention::{Mention, MentionTarget},
    reply::Reply,
    text::Text,
    video::Video,
    voice::Voice,
};

/// One part of a message, in order. protocol/02 §3.1
///
/// Whatever a picture, voice, video or file is made of is kept as it came, so that it can be sent again by reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Element {
    /// Plain text.
    Text(Text),
    /// `@` somebody or everybody.
    Mention(Mention),
    /// A QQ face, small or large; dice and rock-paper-scissors too.
    Face(Face),
    /// A sticker from the shop.
    MarketFace(MarketFace),
    /// The old window shake and its variants; not the nudge, which is no message.
    Shake(Shake),
    /// What this message answers; the first element.
    Reply(Reply),
    /// A picture.
    Image(Image),
    /// A voice message; alone in its message.
    Voice(Voice),
    /// A video; alone in its message.
    Video(Video),
    /// A file, in a group or a private chat; alone in its message.
    File(File),
    /// A card: JSON that an app of the client's draws.
    Card(Card),
    /// A merged forward: its messages are stored under a resource id.
    Forward(Forward),
    /// An XML card.
    Xml(Xml),
    /// Markdown.
    Markdown(Markdown),
    /// Buttons under a markdown.
    Keyboard(Keyboard),
    /// The message is stored elsewhere, because it is too long; the texts beside this are a digest.
    LongText(LongText),
    /// What is not understood: kept, and sent again as it came.
    Unknown(Unknown),
}

/// An element that is not understood. protocol/02 §2.6: kept, never dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// The element's protobuf, as it came.
    pub raw: Bytes,
}

impl Element {
    /// The line that chat lists and forward previews show for it. protocol/02 §3.16
    pub fn preview(&self) -> String {
        match self {
            Self::Text(text) => text.text.clone(),
            Self::Mention(mention) => mention.text.clone(),
            Self::Face(face) if face.name.is_empty() => "[表情]".to_owned(),
            Self::Face(face) => format!("[{}]", face.name.trim_start_matches('/')),
            Self::MarketFace(face) if face.name.is_empty() => "[动画表情]".to_owned(),
            Self::MarketFace(face) => face.name.clone(),
            Self::Shake(_) => "[窗口抖动]".to_owned(),
            Self::Image(image) if !image.summary.is_empty() => image.summary.clone(),
            Self::Image(image) if image.sticker => "[动画表情]".to_owned(),
            Self::Image(_) => "[图片]".to_owned(),
            Self::Voice(_) => "[语音]".to_owned(),
            Self::Video(_) => "[视频]".to_owned(),
            Self::File(file) => format!("[文件]{}", file.name),
            Self::Card(card) => card.prompt().unwrap_or_else(|| "[卡片消息]".to_owned()),
            Self::Forward(_) => "[聊天记录]".to_owned(),
            Self::Xml(_) => "[卡片消息]".to_owned(),
            Self::Markdown(_) => "[Markdown]".to_owned(),
            Self::Reply(_) | Self::Keyboard(_) | Self::LongText(_) => String::new(),
            Self::Unknown(_) => "[未知消息]".to_owned(),
        }
    }
}
