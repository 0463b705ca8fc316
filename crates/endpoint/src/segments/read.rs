//! Conversion of elements to segments.

use std::time::Duration;

use nekonap_client::{
    Element,
    message::{
        FaceLook, Image as ImageElement, MarketFace, Media, MentionTarget, Message as WireMessage,
        Place, Reply as ReplyElement, Thrown,
    },
};
use nekonap_ids::{Conversation, Uin};
use nekonap_onebot::{
    Message, Segment,
    segments::{
        At, Dice, Face, File, Forward, Image, Json, JsonText, Markdown, Poke, Record, Reply, Rps,
        Video, Xml,
    },
};

use super::keyboard;
use crate::{bot::Bot, media::FileRef};

/// How long the server is waited for before a file is reported without a valid link.
const LINK_TIMEOUT: Duration = Duration::from_secs(5);

/// The segments of a message, in order, of the types in api/events-and-segments §7.1. Unknown elements are skipped.
///
/// `conversation`: where the message was sent. It gives the quoted message an id; `None` inside the forward of a
/// private chat.
pub(crate) async fn read(
    bot: &Bot,
    conversation: Option<Conversation>,
    elements: &[Element],
) -> Message {
    let mut message = Message::default();
    for element in elements {
        bot.media().remember(element);
        if let Some(segment) = segment(bot, conversation, element).await {
            message.push(segment);
        }
    }
    message
}

async fn segment(
    bot: &Bot,
    conversation: Option<Conversation>,
    element: &Element,
) -> Option<Segment> {
    Some(match element {
        Element::Text(text) if text.text.is_empty() => return None,
        // `LongText` references the rest of a message whose beginning is another element. Unknown elements are kept in
        // the archive and in the event's `raw`.
        Element::LongText(_) | Element::Unknown(_) => return None,
        Element::Text(text) => Segment::text(text.text.as_str()),
        Element::Mention(mention) => match mention.target {
            MentionTarget::Everybody => Segment::At(At::all()),
            MentionTarget::Member { uin: Some(uin), .. } => Segment::At(At::one(uin)),
            MentionTarget::Member { uin: None, uid } => match uin_of(bot, uid).await {
                Some(uin) => Segment::At(At::one(uin)),
                None => Segment::text(mention.text.as_str()),
            },
        },
        Element::Face(face) => match face.thrown() {
            Some((Thrown::Dice, result)) => Segment::Dice(Dice {
                result: result.map(|result| result.to_string()),
            }),
            Some((Thrown::RockPaperScissors, result)) => Segment::Rps(Rps {
                result: result.map(|result| result.to_string()),
            }),
            None => Segment::Face(match &face.look {
                FaceLook::Animated(sticker) => Face {
                    large: Some(true),
                    result_id: Some(sticker.result.clone()).filter(|result| !result.is_empty()),
                    ..Face::new(face.id)
                },
                FaceLook::Classic | FaceLook::Small => Face::new(face.id),
            }),
        },
        Element::MarketFace(face) => Segment::Image(sticker(face)),
        Element::Shake(shake) => Segment::Poke(Poke {
            r#type: Some(shake.kind.to_string()),
            id: Some(shake.vas_id.to_string()),
            name: Some(shake.name.clone()),
            qq: None,
        }),
        Element::Reply(reply) => Segment::Reply(quote(bot, conversation, reply).await),
        Element::Image(image) => Segment::Image(Image {
            url: Some(link(bot, conversation, element).await),
            ..picture(image)
        }),
        Element::Voice(voice) => Segment::Record(Record {
            file: Some(reported_name(&voice.media)),
            path: Some(String::new()),
            url: Some(link(bot, conversation, element).await),
            file_size: Some(voice.media.size),
            ..Record::default()
        }),
        Element::Video(video) => Segment::Video(Video {
            file: Some(reported_name(&video.media)),
            url: Some(link(bot, conversation, element).await),
            file_size: Some(video.media.size),
            ..Video::default()
        }),
        Element::File(file) => {
            let id = FileRef::reported(conversation, file);
            bot.media().remember_id(file, &id);
            Segment::File(File {
                file: Some(file.name.clone()),
                file_name: Some(file.name.clone()),
                path: Some(String::new()),
                file_id: Some(id),
                file_size: Some(file.size),
                ..File::default()
            })
        }
        Element::Card(card) => Segment::Json(Json {
            data: JsonText::new(card.json.as_str()),
        }),
        Element::Forward(forward) => Segment::Forward(Forward::new(forward.res_id.as_str())),
        Element::Xml(xml) => Segment::Xml(Xml {
            data: xml.xml.clone(),
            resid: Some(i64::from(xml.service)),
        }),
        Element::Markdown(markdown) => Segment::Markdown(Markdown {
            content: markdown.content.clone(),
        }),
        Element::Keyboard(buttons) => Segment::Keyboard(keyboard::read(buttons)),
    })
}

async fn uin_of(bot: &Bot, uid: Option<nekonap_ids::Uid>) -> Option<Uin> {
    bot.client().uin_of(&uid?).await.ok().flatten()
}

/// The quote with the id of the quoted message, which gets one if it has none. Old clients send no shared sequence;
/// then the message is found by its sender's sequence. If it is not found, the quote has no id.
async fn quote(bot: &Bot, conversation: Option<Conversation>, reply: &ReplyElement) -> Reply {
    let unnamed = Reply {
        id: None,
        seq: None,
    };
    // In a forward, the quote may be of a message from elsewhere.
    let (conversation, sequence) = match reply.source_message() {
        Some(source) => match place(bot, &source).await {
            Some(conversation) => (conversation, Some(source.sequence)),
            None => return unnamed,
        },
        None => match conversation {
            Some(conversation @ Conversation::Group(_)) => (conversation, Some(reply.sequence)),
            Some(conversation) => (conversation, reply.shared_sequence),
            None => return unnamed,
        },
    };
    let named = match (sequence, u32::try_from(reply.sequence.get())) {
        (Some(sequence), _) => bot.archive().id_at(conversation, sequence).await.map(Some),
        (None, Ok(number)) => {
            let found = bot.archive().by_client_sequence(conversation, number).await;
            found.map(|stored| Some(stored?.id))
        }
        (None, Err(_)) => Ok(None),
    };
    match named {
        Ok(id) => id.map_or(unnamed, Reply::to),
        Err(error) => {
            tracing::warn!(%error, "a quoted message has no id");
            unnamed
        }
    }
}

/// The conversation of a message that a forward contains, if the account is in it.
async fn place(bot: &Bot, message: &WireMessage) -> Option<Conversation> {
    let client = bot.client();
    match message.place {
        _ if message.sequence.get() == 0 => None,
        Place::Group { group, .. } => {
            client.group(group, false).await.ok()??;
            Some(Conversation::Group(group))
        }
        Place::Friend => {
            let me = Some(client.me()?.uin);
            let peer = match (message.from.uin, message.to.uin) {
                (from, to) if from == me => to,
                (from, to) if to == me => from,
                _ => None,
            };
            peer.map(Conversation::Friend)
        }
        Place::Temporary { .. } | Place::Forwarded { .. } => None,
    }
}

/// A store sticker: an image with the keys that are needed to send it again as a sticker
/// (api/events-and-segments §7.6).
fn sticker(face: &MarketFace) -> Image {
    let id = hex::encode(&face.id);
    let folder = id.get(..2).unwrap_or_default();
    Image {
        summary: Some(face.name.clone()),
        file: Some(format!("{folder}-{id}.gif")),
        url: Some(face.url().unwrap_or_default()),
        key: Some(face.key.clone()),
        emoji_package_id: Some(u64::from(face.package)),
        emoji_id: Some(id),
        ..Image::default()
    }
}

/// A fresh link to the file. If the server gives none in time, a picture's link without a key, or an empty text.
async fn link(bot: &Bot, conversation: Option<Conversation>, element: &Element) -> String {
    let fresh = bot.client().media_url(element, conversation, false);
    let why = match tokio::time::timeout(LINK_TIMEOUT, Box::pin(fresh)).await {
        Ok(Ok(url)) => return url.unwrap_or_default(),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "no answer in time".to_owned(),
    };
    tracing::warn!(why, "a file is reported without a valid link");
    match element {
        Element::Image(image) => bot.client().hosted(&image.url),
        _ => String::new(),
    }
}

fn picture(image: &ImageElement) -> Image {
    Image {
        summary: Some(image.summary.clone()),
        file: Some(reported_name(&image.media)),
        sub_type: Some(u32::from(image.sticker)),
        file_size: Some(image.media.size),
        ..Image::default()
    }
}

/// The value of `file`: the name, or the hash if there is no name.
fn reported_name(media: &Media) -> String {
    if media.name.is_empty() {
        media.md5.to_ascii_uppercase()
    } else {
        media.name.clone()
    }
}
