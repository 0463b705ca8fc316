//! Conversion of segments to elements. A message is sent only if all its segments can be converted.

use nekonap_client::{
    Element,
    message::{
        Card, Markdown as MarkdownElement, MarketFace, Mention, MentionTarget,
        Reply as ReplyElement, Shake, Text, Xml as XmlElement,
    },
};
use nekonap_ids::{Conversation, GroupUin, Sequence, Uin};
use nekonap_onebot::{
    Code, Message, MessageRef, Segment,
    segments::{
        Anonymous, At, Contact, ContactKind, Image, Mface, Poke, Record, Reply, Video, Whom,
    },
};

use super::{Directory, Part, cards, faces, file, keyboard, music};
use crate::{
    bot::Context,
    error::{Failure, Result},
    forwarding, guards,
};

/// Text of a mention of everyone.
const EVERYONE: &str = "@全体成员";

/// Default service number of an XML card (protocol/02 §3.10).
const XML_SERVICE: i32 = 60;

/// Where segments are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Placement {
    /// In a message.
    Message,
    /// In a node of a merged forward. A node is only displayed: it needs no send order, and its mentions notify nobody.
    Node,
}

/// Converts a list of segments to the messages to be sent. Segments that must be sent alone become messages of their own,
/// which follow the message with the other segments (api/events-and-segments §7).
///
/// # Errors
/// The error names the first segment with invalid values.
pub(crate) async fn write<D: Directory>(
    cx: &Context,
    directory: &D,
    conversation: Conversation,
    message: Message,
) -> Result<Vec<Part>> {
    let writer = Writer {
        cx,
        directory,
        conversation,
        placement: Placement::Message,
        alone: message.0.len() == 1,
    };
    let mut together = Vec::new();
    let mut reply = None;
    let mut alone = Vec::new();
    for segment in message {
        match segment {
            Segment::Reply(quoted) => reply = writer.quote(&quoted).await.or(reply),
            Segment::File(named) => alone.push(file::part(cx, conversation, &named).await?),
            Segment::Poke(poke) => match nudged(&poke, conversation) {
                Some(user) => alone.push(Part::Nudge(user)),
                None => alone.push(Part::Elements(vec![Element::Shake(shake(&poke)?)])),
            },
            segment => {
                let alone_only = stands_alone(&segment);
                let Some(element) = writer.element(segment).await? else {
                    continue;
                };
                if alone_only || is_large(&element) {
                    alone.push(Part::Elements(vec![element]));
                } else {
                    together.push(element);
                }
            }
        }
    }
    let mut parts = Vec::new();
    if together.is_empty() {
        if reply.is_some() && !alone.is_empty() {
            tracing::info!("a quote is dropped: the other segments must be sent alone");
        }
    } else {
        together.splice(0..0, reply);
        parts.push(Part::Elements(together));
    }
    parts.extend(alone);
    Ok(parts)
}

/// The elements of a node of a merged forward.
///
/// # Errors
/// The error names the first segment with invalid values.
pub(crate) async fn node<D: Directory>(
    cx: &Context,
    directory: &D,
    conversation: Conversation,
    message: Message,
) -> Result<Vec<Element>> {
    let writer = Writer {
        cx,
        directory,
        conversation,
        placement: Placement::Node,
        alone: message.0.len() == 1,
    };
    let mut elements = Vec::new();
    for segment in message {
        match segment {
            Segment::Reply(quoted) => {
                elements.splice(0..0, writer.quote(&quoted).await);
            }
            Segment::Poke(Poke { qq: Some(_), .. }) => {
                tracing::info!("a nudge is left out of a forward: it is not a message");
            }
            Segment::Poke(poke) => elements.push(Element::Shake(shake(&poke)?)),
            segment => elements.extend(writer.element(segment).await?),
        }
    }
    Ok(elements)
}

/// Whether a segment must be sent as a message of its own.
const fn stands_alone(segment: &Segment) -> bool {
    matches!(
        segment,
        Segment::Record(_)
            | Segment::Video(_)
            | Segment::Forward(_)
            | Segment::Json(_)
            | Segment::Xml(_)
            | Segment::Mface(_)
            | Segment::Dice(_)
            | Segment::Rps(_)
            | Segment::Poke(_)
            | Segment::Shake(_)
            | Segment::Contact(_)
            | Segment::Location(_)
            | Segment::Share(_)
            | Segment::Music(_)
            | Segment::Miniapp(_)
    )
}

/// Whether an element must be sent alone. This is for segments where only the converted element shows it.
fn is_large(element: &Element) -> bool {
    match element {
        Element::Face(face) => {
            matches!(face.look, nekonap_client::message::FaceLook::Animated(_))
        }
        // A sticker that was reported as an image.
        Element::MarketFace(_) => true,
        _ => false,
    }
}

/// The user that a poke segment nudges: the given one, or by default the other person of a private chat
/// (api/events-and-segments §7.13).
fn nudged(poke: &Poke, conversation: Conversation) -> Option<Uin> {
    let is_set = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.is_empty());
    match poke.qq {
        Some(user) => Some(user),
        None if is_set(&poke.r#type) || is_set(&poke.id) => None,
        None => conversation.peer(),
    }
}

struct Writer<'a, D> {
    cx: &'a Context,
    directory: &'a D,
    conversation: Conversation,
    placement: Placement,
    /// Whether the list has only one segment.
    alone: bool,
}

impl<D: Directory> Writer<'_, D> {
    /// The element of a segment; `None` if it has no content here or its type cannot be sent.
    async fn element(&self, segment: Segment) -> Result<Option<Element>> {
        let card = |json: String| Element::Card(Card { json });
        Ok(Some(match segment {
            Segment::Text(text) => Element::Text(Text::new(text.text)),
            Segment::At(at) => return self.mention(&at).await,
            Segment::Face(face) => Element::Face(faces::face(&face, self.alone)),
            Segment::Dice(_) => Element::Face(faces::dice()),
            Segment::Rps(_) => Element::Face(faces::rock_paper_scissors()),
            Segment::Poke(poke) => Element::Shake(shake(&poke)?),
            Segment::Shake(_) => Element::Shake(Shake {
                kind: 1,
                ..Shake::default()
            }),
            Segment::Mface(face) => Element::MarketFace(market_face(&face)?),
            Segment::Image(image) => self.image(&image).await?,
            Segment::Record(voice) => self.voice(&voice).await?,
            Segment::Video(video) => self.video(&video).await?,
            Segment::File(file) => {
                self.media("file", [&file.file_id, &file.url, &file.file, &file.path])?
            }
            Segment::Share(link) => card(cards::share(&link)),
            Segment::Contact(contact) => card(self.contact(&contact).await?),
            Segment::Location(place) => card(cards::location(&place).ok_or_else(|| {
                let text = format!(
                    "`location` needs `lat` and `lon` in degrees, not {:?} and {:?}",
                    place.lat, place.lon
                );
                Failure::invalid("message", text)
            })?),
            Segment::Music(song) => card(music::card(self.cx, &song, music::SEGMENT).await?),
            Segment::Json(json) => card(json.data.as_str().to_owned()),
            Segment::Miniapp(app) => card(app.data.as_str().to_owned()),
            Segment::Xml(xml) => Element::Xml(XmlElement {
                service: xml
                    .resid
                    .and_then(|resid| i32::try_from(resid).ok())
                    .filter(|resid| *resid > 0)
                    .or_else(|| service_of(&xml.data))
                    .unwrap_or(XML_SERVICE),
                xml: xml.data,
            }),
            Segment::Markdown(markdown) => Element::Markdown(MarkdownElement {
                content: markdown.content,
            }),
            Segment::Keyboard(rows) => Element::Keyboard(keyboard::write(&rows)),
            Segment::Forward(forward) => Element::Forward(
                forwarding::from_segment(self.cx, self.directory, self.conversation, forward)
                    .await?,
            ),
            // With `ignore`, the message is sent under the account's own name.
            Segment::Anonymous(Anonymous { ignore: Some(true) }) => return Ok(None),
            Segment::Anonymous(_) => {
                return Err(Failure::new(
                    Code::NotSupported,
                    "`anonymous`: QQ no longer has anonymous messages, so the message was not sent",
                ));
            }
            Segment::Node(_) => {
                return Err(Failure::new(
                    Code::MixedNodes,
                    "nodes cannot be combined with other segments",
                ));
            }
            Segment::Reply(_) => {
                return Err(Failure::invalid("message", "`reply` is not allowed here"));
            }
            other => {
                self.cx.leave_out(other.kind());
                return Ok(None);
            }
        }))
    }

    /// A mention. Private chats ignore it (api/events-and-segments §7.1).
    async fn mention(&self, at: &At) -> Result<Option<Element>> {
        let group = match (self.conversation, self.placement) {
            (Conversation::Group(group), _) => Some(group),
            (_, Placement::Node) => None,
            (_, Placement::Message) => return Ok(None),
        };
        let Whom::One(uin) = at.qq else {
            return Ok(Some(Element::Mention(Mention {
                target: MentionTarget::Everybody,
                text: EVERYONE.to_owned(),
            })));
        };
        let member = match group {
            Some(group) => self.member(group, uin).await?,
            None => None,
        };
        let name = match (&at.name, &member) {
            (_, Some(member)) => member.name().to_owned(),
            (Some(name), None) => name.trim_start_matches('@').to_owned(),
            (None, None) => self.nickname(uin).await,
        };
        Ok(Some(Element::Mention(Mention {
            target: MentionTarget::Member {
                uin: Some(uin),
                uid: member.map(|member| member.uid),
            },
            text: format!("@{name}"),
        })))
    }

    async fn member(&self, group: GroupUin, user: Uin) -> Result<Option<nekonap_client::Member>> {
        match self.directory.member(group, user).await {
            Ok(member) => Ok(member),
            // A node notifies nobody, so the number is enough.
            Err(_) if self.placement == Placement::Node => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn nickname(&self, user: Uin) -> String {
        match self.directory.user(user).await {
            Ok(Some(user)) if !user.nickname.is_empty() => user.nickname,
            _ => user.to_string(),
        }
    }

    /// The quote of a message. If it cannot be resolved, the message is sent without it.
    async fn quote(&self, reply: &Reply) -> Option<Element> {
        match self.quoted(reply).await {
            Ok(quote) => Some(Element::Reply(quote)),
            Err(failure) => {
                let id = reply.id.map(MessageRef::get);
                let sequence = reply.seq.map(Sequence::get);
                tracing::warn!(id, sequence, reason = failure.text, "a quote is dropped");
                None
            }
        }
    }

    /// The quote of a message from the archive or the server. A recalled message is quoted by its place, without its
    /// content.
    async fn quoted(&self, reply: &Reply) -> Result<ReplyElement> {
        let cx = self.cx;
        let stored = match (reply.id, reply.seq.filter(|sequence| sequence.get() > 0)) {
            (_, Some(sequence)) => cx.at(self.conversation, sequence).await?,
            (Some(id), None) => cx.stored_message(id).await?,
            (None, None) => return Err(Failure::missing("message: reply.id")),
        };
        // A quote refers to a sequence number of the same conversation.
        if stored.conversation.counted_in() != self.conversation.counted_in() {
            let text = format!("the message {} belongs to another conversation", stored.id);
            return Err(Failure::new(Code::MessageNotFound, text));
        }
        let recalled = stored.recalled.is_some();
        let stored = if recalled {
            stored
        } else {
            cx.content(stored).await?
        };
        let Some(sequence) = stored.sequence else {
            return Err(guards::never_arrived(stored.id));
        };
        let group = stored.conversation.group();
        let in_group = matches!(stored.conversation, Conversation::Group(_));
        let mut quote = ReplyElement {
            shared_sequence: (!in_group).then_some(sequence),
            ..ReplyElement::default()
        };
        if in_group {
            quote.sequence = sequence;
        }
        if let Some(record) = &stored.record {
            if !in_group {
                quote.sequence = Sequence::new(u64::from(record.client_sequence));
            }
            quote.sender = Some(record.sender);
            quote.sender_uid = self.directory.uid(record.sender, group).await;
            quote.time = record.time;
            quote.random = record.random;
            if !recalled {
                quote.quoted = nekonap_client::message::raw_list(&record.elements);
            }
        }
        Ok(quote)
    }

    /// An image. A segment with the keys of a store sticker becomes that sticker, because stickers are reported as images
    /// with these keys (api/events-and-segments §7.6).
    async fn image(&self, image: &Image) -> Result<Element> {
        if let (Some(id), Some(package)) = (&image.emoji_id, image.emoji_package_id) {
            return Ok(Element::MarketFace(market_face(&Mface {
                emoji_package_id: package,
                emoji_id: id.clone(),
                key: image.key.clone().unwrap_or_default(),
                summary: image.summary.clone(),
            })?));
        }
        if let Some(received) = self.received([&image.url, &image.file, &image.path]) {
            return Ok(received);
        }
        let source = image.source().ok_or_else(|| no_source("image"))?;
        let sending = self.cx.send_picture(self.conversation, source, image);
        Box::pin(sending).await
    }

    async fn voice(&self, voice: &Record) -> Result<Element> {
        if let Some(received) = self.received([&voice.url, &voice.file, &voice.path]) {
            return Ok(received);
        }
        let source = voice.source().ok_or_else(|| no_source("record"))?;
        let sending = self.cx.send_voice(self.conversation, source, voice);
        Box::pin(sending).await
    }

    async fn video(&self, video: &Video) -> Result<Element> {
        if let Some(received) = self.received([&video.url, &video.file, &video.path]) {
            return Ok(received);
        }
        let source = video.source().ok_or_else(|| no_source("video"))?;
        let sending = self.cx.send_video(self.conversation, source, video);
        Box::pin(sending).await
    }

    /// The element of an image, voice message, video or file that was received before. `named` has the names, ids and URLs
    /// of the segment.
    fn received<const N: usize>(&self, named: [&Option<String>; N]) -> Option<Element> {
        let sources = named.into_iter().flatten().map(String::as_str);
        let mut sources = sources.filter(|source| !source.trim().is_empty());
        sources.find_map(|source| self.cx.bot().media().find(source))
    }

    /// Finds a file that was received before. `named` has the names, ids and URLs of the
    /// segment, which must be those of the report.
    fn media<const N: usize>(&self, kind: &str, named: [&Option<String>; N]) -> Result<Element> {
        let mut sources = named
            .into_iter()
            .flatten()
            .map(String::as_str)
            .filter(|source| !source.trim().is_empty())
            .peekable();
        if sources.peek().is_none() {
            return Err(Failure::missing(&format!("message: {kind}.file")));
        }
        sources
            .find_map(|source| self.cx.bot().media().find(source))
            .ok_or_else(|| {
                let text = format!(
                    "`{kind}`: only media that were received before can be sent, with the `file` or `url` of the received \
                     segment; other files cannot be sent yet"
                );
                Failure::new(Code::LoadFile, text)
            })
    }

    /// The card of a person or a group, made by the server (protocol/04 §11).
    async fn contact(&self, contact: &Contact) -> Result<String> {
        let wrong = |error| {
            let text = format!("`contact.id`: {error}; the value is {}", contact.id);
            Failure::invalid("message", text)
        };
        match contact.r#type {
            ContactKind::Qq => {
                let uin = Uin::new(contact.id).map_err(wrong)?;
                if self.directory.user(uin).await?.is_none() {
                    return Err(guards::no_user(uin));
                }
                Ok(self.directory.person_card(uin).await?)
            }
            ContactKind::Group => {
                let group = GroupUin::new(contact.id).map_err(wrong)?;
                if self.directory.group(group).await?.is_none() {
                    return Err(guards::no_group(group));
                }
                Ok(self.directory.group_card(group).await?)
            }
        }
    }
}

/// The failure of a segment that names no file.
fn no_source(kind: &str) -> Failure {
    Failure::missing(&format!("message: {kind}.file"))
}

/// The service number in the root of an XML card (protocol/02 §3.10).
fn service_of(xml: &str) -> Option<i32> {
    let (_, value) = xml.split_once("serviceID=")?;
    let quote = value
        .chars()
        .next()
        .filter(|quote| "'\"".contains(*quote))?;
    value.get(1..)?.split(quote).next()?.parse().ok()
}

fn shake(poke: &Poke) -> Result<Shake> {
    let number = |key: &str, text: &Option<String>, default| match text.as_deref() {
        None | Some("") => Ok(default),
        Some(text) => text.trim().parse::<i64>().ok().map_or_else(
            || {
                let text = format!("`poke.{key}` is a number, not {text:?}");
                Err(Failure::invalid("message", text))
            },
            // OneBot 11's -1 stands for "none".
            |number| Ok(u32::try_from(number).unwrap_or(default)),
        ),
    };
    Ok(Shake {
        kind: number("type", &poke.r#type, 1)?,
        vas_id: number("id", &poke.id, 0)?,
        strength: 0,
        name: poke.name.clone().unwrap_or_default(),
    })
}

fn market_face(face: &Mface) -> Result<MarketFace> {
    let id = hex::decode(&face.emoji_id).map_err(|_| {
        let text = format!(
            "`emoji_id` of a sticker must be hex, not {:?}",
            face.emoji_id
        );
        Failure::invalid("message", text)
    })?;
    Ok(MarketFace {
        name: face
            .summary
            .clone()
            .filter(|summary| !summary.is_empty())
            .unwrap_or_else(|| "[商城表情]".to_owned()),
        id: id.into(),
        package: u32::try_from(face.emoji_package_id).map_err(|_| {
            let text = format!(
                "`emoji_package_id` of a sticker must be at most {}, not {}",
                u32::MAX,
                face.emoji_package_id
            );
            Failure::invalid("message", text)
        })?,
        key: face.key.clone(),
        width: 300,
        height: 300,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn service_of_xml_card_is_optional() {
        for (xml, service) in [
            (
                "<?xml version='1.0'?><msg serviceID=\"33\" templateID=\"1\">",
                Some(33),
            ),
            ("<msg serviceID='2'/>", Some(2)),
            ("<msg serviceID=5/>", None),
            ("<msg serviceID=\"x\"/>", None),
            ("<msg/>", None),
            ("serviceID=", None),
        ] {
            assert_eq!(service_of(xml), service, "{xml}");
        }
    }
}
