//! Kinds of message elements (protocol/02 §3).

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

/// One part of a message (protocol/02 §3.1).
///
/// The encoded form of a received picture, voice, video or file is kept unchanged, so that it can be sent again by
/// reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Element {
    /// Plain text.
    Text(Text),
    /// An `@` mention of a member or of everybody.
    Mention(Mention),
    /// A QQ face, small or large, including dice and rock-paper-scissors.
    Face(Face),
    /// A sticker from the sticker shop.
    MarketFace(MarketFace),
    /// The old window shake and its variants. Not the poke, which is not a message.
    Shake(Shake),
    /// The message that this message replies to; the first element.
    Reply(Reply),
    /// A picture.
    Image(Image),
    /// A voice message; the only element of its message.
    Voice(Voice),
    /// A video; the only element of its message.
    Video(Video),
    /// A file, in a group or a private chat; the only element of its message.
    File(File),
    /// A card: JSON that an app inside the client displays.
    Card(Card),
    /// A merged forward, whose messages are stored under a resource id.
    Forward(Forward),
    /// An XML card.
    Xml(Xml),
    /// Markdown.
    Markdown(Markdown),
    /// Buttons below a markdown element.
    Keyboard(Keyboard),
    /// A message that is stored separately because it is too long; the texts beside this element are a digest.
    LongText(LongText),
    /// An unknown element, kept and sent again unchanged.
    Unknown(Unknown),
}

/// An unknown element; it is kept and never dropped (protocol/02 §2.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// The received protobuf bytes of the element.
    pub raw: Bytes,
}

impl Element {
    /// Text that chat lists and forward previews show for this element (protocol/02 §3.16).
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
