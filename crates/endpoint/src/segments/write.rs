//! Segments into elements: everything is prepared before anything is sent.

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
    segments::{Anonymous, At, Contact, ContactKind, Image, Mface, Poke, Reply, Whom},
};

use super::{Directory, Part, cards, faces, keyboard, music};
use crate::{
    bot::Context,
    error::{Failure, Result},
    forwarding, guards,
};

/// What everybody is called.
const EVERYBODY: &str = "@全体成员";

/// The service of an XML card that names none (protocol/02 §3.10).
const XML_SERVICE: i32 = 60;

/// Where segments are to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Frame {
    /// In a message of its own.
    Message,
    /// In a message of a merged forward, which is shown and not delivered: there is no order to keep and nobody to
    /// notify.
    Node,
}

/// A list of segments as the messages that it becomes: what must stand alone does, after the rest
/// (api/events-and-segments §7).
///
/// # Errors
/// A segment with wrong values is named, and nothing is sent.
pub(crate) async fn write<D: Directory>(
    cx: &Context,
    directory: &D,
    conversation: Conversation,
    message: Message,
) -> Result<Vec<Part>> {
    let writing = Writing {
        cx,
        directory,
        conversation,
        frame: Frame::Message,
        alone: message.0.len() == 1,
    };
    let mut together = Vec::new();
    let mut reply = None;
    let mut alone = Vec::new();
    for segment in message {
        match segment {
            Segment::Reply(quoted) => reply = writing.quote(&quoted).await.or(reply),
            Segment::Poke(poke) => match nudged(&poke, conversation) {
                Some(user) => alone.push(Part::Nudge(user)),
                None => alone.push(Part::Elements(vec![Element::Shake(shake(&poke)?)])),
            },
            segment => {
                let lonely = stands_alone(&segment);
                let Some(element) = writing.element(segment).await? else {
                    continue;
                };
                if lonely || is_large(&element) {
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
            tracing::info!("what must stand alone cannot quote: it is sent without its quote");
        }
    } else {
        together.splice(0..0, reply);
        parts.push(Part::Elements(together));
    }
    parts.extend(alone);
    Ok(parts)
}

/// The segments of a message inside a merged forward, in one list.
///
/// # Errors
/// A segment with wrong values is named.
pub(crate) async fn node<D: Directory>(
    cx: &Context,
    directory: &D,
    conversation: Conversation,
    message: Message,
) -> Result<Vec<Element>> {
    let writing = Writing {
        cx,
        directory,
        conversation,
        frame: Frame::Node,
        alone: message.0.len() == 1,
    };
    let mut elements = Vec::new();
    for segment in message {
        match segment {
            Segment::Reply(quoted) => {
                elements.splice(0..0, writing.quote(&quoted).await);
            }
            Segment::Poke(Poke { qq: Some(_), .. }) => {
                tracing::info!("a nudge is no message: it is left out of the forward");
            }
            Segment::Poke(poke) => elements.push(Element::Shake(shake(&poke)?)),
            segment => elements.extend(writing.element(segment).await?),
        }
    }
    Ok(elements)
}

/// What an element is by itself.
const fn stands_alone(segment: &Segment) -> bool {
    matches!(
        segment,
        Segment::Record(_)
            | Segment::Video(_)
            | Segment::File(_)
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

/// What turned out to need a message of its own.
fn is_large(element: &Element) -> bool {
    match element {
        Element::Face(face) => {
            matches!(face.look, nekonap_client::message::FaceLook::Animated(_))
        }
        // A sticker that was reported as a picture.
        Element::MarketFace(_) => true,
        _ => false,
    }
}

/// Whom a poke segment nudges: the one it names, or without any word the other side of a private chat (api/events-and-segments §7.13).
fn nudged(poke: &Poke, conversation: Conversation) -> Option<Uin> {
    let says = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.is_empty());
    match poke.qq {
        Some(user) => Some(user),
        None if says(&poke.r#type) || says(&poke.id) => None,
        None => conversation.peer(),
    }
}

struct Writing<'a, D> {
    cx: &'a Context,
    directory: &'a D,
    conversation: Conversation,
    frame: Frame,
    /// Whether there is but one segment.
    alone: bool,
}

impl<D: Directory> Writing<'_, D> {
    /// The element of a segment; `None` for one that says nothing here, and for one of a type that cannot be sent.
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
            Segment::Image(image) => self.image(&image)?,
            Segment::Record(voice) => {
                self.media("record", [&voice.url, &voice.file, &voice.path])?
            }
            Segment::Video(video) => self.media("video", [&video.url, &video.file, &video.path])?,
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
            Segment::Music(song) => card(music::card(self.cx, &song).await?),
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
                forwarding::carried(self.cx, self.directory, self.conversation, forward).await?,
            ),
            // Whoever would rather speak under their name than not at all says so.
            Segment::Anonymous(Anonymous { ignore: Some(true) }) => return Ok(None),
            Segment::Anonymous(_) => {
                return Err(Failure::new(
                    Code::NotSupported,
                    "`anonymous`: QQ has withdrawn anonymous messages, so the message was not sent",
                ));
            }
            Segment::Node(_) => {
                return Err(Failure::new(
                    Code::MixedNodes,
                    "nodes cannot stand beside other segments of a message",
                ));
            }
            Segment::Reply(_) => {
                return Err(Failure::invalid("message", "`reply` cannot stand here"));
            }
            other => {
                self.cx.leave_out(other.kind());
                return Ok(None);
            }
        }))
    }

    /// A mention; in private chats, where nobody else is, it is ignored (api/events-and-segments §7.1).
    async fn mention(&self, at: &At) -> Result<Option<Element>> {
        let group = match (self.conversation, self.frame) {
            (Conversation::Group(group), _) => Some(group),
            (_, Frame::Node) => None,
            (_, Frame::Message) => return Ok(None),
        };
        let Whom::One(uin) = at.qq else {
            return Ok(Some(Element::Mention(Mention {
                target: MentionTarget::Everybody,
                text: EVERYBODY.to_owned(),
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
            // A node is shown, and nobody is notified: the number will do.
            Err(_) if self.frame == Frame::Node => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn nickname(&self, user: Uin) -> String {
        match self.directory.user(user).await {
            Ok(Some(user)) if !user.nickname.is_empty() => user.nickname,
            _ => user.to_string(),
        }
    }

    /// The quote of a message. One that cannot be resolved is left out, so that people see the rest.
    async fn quote(&self, reply: &Reply) -> Option<Element> {
        match self.quoted(reply).await {
            Ok(quote) => Some(Element::Reply(quote)),
            Err(failure) => {
                let id = reply.id.map(MessageRef::get);
                let sequence = reply.seq.map(Sequence::get);
                tracing::warn!(id, sequence, reason = failure.text, "a quote is left out");
                None
            }
        }
    }

    /// The quote of the real message, from the archive, else from the server. A message that was recalled is quoted by
    /// its place, without its words.
    async fn quoted(&self, reply: &Reply) -> Result<ReplyElement> {
        let cx = self.cx;
        let stored = match (reply.id, reply.seq.filter(|sequence| sequence.get() > 0)) {
            (_, Some(sequence)) => cx.at(self.conversation, sequence).await?,
            (Some(id), None) => cx.kept_message(id).await?,
            (None, None) => return Err(Failure::missing("message: reply.id")),
        };
        // A quote names its message by a place in this very conversation.
        if stored.conversation.counted_in() != self.conversation.counted_in() {
            let text = format!("the message {} is of another conversation", stored.id);
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

    /// A picture; one with a store sticker's keys is that sticker, as it was reported (api/events-and-segments §7.6).
    fn image(&self, image: &Image) -> Result<Element> {
        if let (Some(id), Some(package)) = (&image.emoji_id, image.emoji_package_id) {
            return Ok(Element::MarketFace(market_face(&Mface {
                emoji_package_id: package,
                emoji_id: id.clone(),
                key: image.key.clone().unwrap_or_default(),
                summary: image.summary.clone(),
            })?));
        }
        self.media("image", [&image.url, &image.file, &image.path])
    }

    /// A picture, voice, video or file that was received before, by what it was reported as.
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
                    "`{kind}`: only what was received before can be sent, by the `file` or `url` that it was reported \
                     with; files of one's own cannot be sent yet"
                );
                Failure::new(Code::LoadFile, text)
            })
    }

    /// The card of a person or a group. QQ makes and signs it; this one says the same, unsigned (protocol/04 §11).
    async fn contact(&self, contact: &Contact) -> Result<String> {
        let wrong = |error| {
            let text = format!("`contact.id`: {error}, and {} came", contact.id);
            Failure::invalid("message", text)
        };
        match contact.r#type {
            ContactKind::Qq => {
                let uin = Uin::new(contact.id).map_err(wrong)?;
                let Some(user) = self.directory.user(uin).await? else {
                    return Err(guards::no_user(uin));
                };
                Ok(cards::person(uin, &user.nickname))
            }
            ContactKind::Group => {
                let group = GroupUin::new(contact.id).map_err(wrong)?;
                let Some(known) = self.directory.group(group).await? else {
                    return Err(guards::no_group(group));
                };
                Ok(cards::group(group, &known.name, &known.description))
            }
        }
    }
}

/// The service that an XML card names in its root (protocol/02 §3.10).
fn service_of(xml: &str) -> Option<i32> {
    let (_, value) = xml.split_once("serviceID=")?;
    let quote = value
        .chars()
        .next()
        .filter(|quote| "'\"".contains(*quote))?;
    value.get(1..)?.split(quote).next()?.parse().ok()
}

fn shake(poke: &Poke) -> Result<Shake> {
    let number = |key: &str, text: &Option<String>, otherwise| match text.as_deref() {
        None | Some("") => Ok(otherwise),
        Some(text) => text.trim().parse::<i64>().ok().map_or_else(
            || {
                let text = format!("`poke.{key}` is a number, not {text:?}");
                Err(Failure::invalid("message", text))
            },
            // The standard's -1 stands for "none".
            |number| Ok(u32::try_from(number).unwrap_or(otherwise)),
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
        let text = format!("`emoji_id` of a sticker is hex, not {:?}", face.emoji_id);
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
                "`emoji_package_id` of a sticker is at most {}, not {}",
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
    fn a_card_names_its_service_or_does_not() {
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
