//! Parses the elements of a message from JSON, and stores its files and forwards.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use nekonap_ids::{Sequence, Uin};
use nekonap_media::picture;
use nekonap_wire::{
    commands::{
        forwards::pack,
        media::{MediaKind, MediaPlace},
    },
    message::{
        Card, Element, Face, Forward, Keyboard, Markdown, MarketFace, Mention, MentionTarget,
        Message, Party, Place, Reply, SenderNames, Text, Thrown, Xml, buttons, decode_list,
        encode_list, raw_list, uniseq, uploaded_media,
    },
    proto::{
        forwards::{Item, Payload},
        message::{
            Attr, CommonElem, Elem, FileInfo, Message as ProtoMessage, MsgInfoExt, PictureExt,
        },
    },
};
use prost::Message as _;
use serde::Deserialize;
use serde_json::Value;

use super::{super::typed, MAX_DEPTH};
use crate::{
    refusal::{Refusal, code},
    services::{
        faces::market,
        media::upload,
        messages::{
            button::{CALLBACK, who},
            send::To,
        },
    },
    world::{Chat, World},
};

/// Maximum number of messages in a forward.
const MAX_NODES: usize = 1_000;
/// Maximum number of rows of buttons, and of buttons in a row.
const MAX_BUTTONS: usize = 10;
/// Number of preview lines on a forward's card.
const PREVIEW_LINES: usize = 4;

/// An element in the JSON of the HTTP API.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ElementInput {
    Text {
        text: String,
    },
    At {
        /// The mentioned account; 0 mentions all members.
        uin: u64,
    },
    Face {
        id: u32,
    },
    Image(MediumInput),
    Voice(MediumInput),
    Video(MediumInput),
    Reply {
        sequence: Sequence,
    },
    Forward {
        messages: Vec<Node>,
    },
    Ark {
        json: String,
    },
    Xml {
        xml: String,
    },
    Markdown {
        text: String,
    },
    Keyboard {
        rows: Vec<Vec<ButtonInput>>,
    },
    Dice {
        value: Option<u32>,
    },
    Rps {
        value: Option<u32>,
    },
    MarketFace {
        id: String,
        package: u32,
        name: String,
    },
    Unknown {
        service: i32,
        base64: String,
    },
}

/// A picture, voice or video.
#[derive(Debug, Deserialize)]
struct MediumInput {
    base64: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    caption: String,
    /// Of a picture: 1 for a sticker.
    #[serde(default)]
    sub_type: u32,
    /// Of a picture: text for chat lists.
    #[serde(default)]
    summary: String,
    /// Duration of a voice or video.
    seconds: Option<u32>,
}

/// A button of a robot's message.
#[derive(Debug, Deserialize)]
struct ButtonInput {
    id: String,
    label: String,
    #[serde(default)]
    visited_label: Option<String>,
    /// The link, the data of the callback, or the command.
    #[serde(default)]
    data: String,
    #[serde(default)]
    action: ButtonAction,
    #[serde(default)]
    who: Pressers,
    /// Maximum number of presses, from 1.
    limit: Option<i32>,
}

/// What a button does.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ButtonAction {
    Link,
    #[default]
    Callback,
    Command,
}

/// Who may press a button.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Pressers {
    #[default]
    Everybody,
    Admins,
    #[serde(untagged)]
    Listed(Vec<Uin>),
}

/// A message of a forward.
#[derive(Debug, Deserialize)]
struct Node {
    uin: Uin,
    name: String,
    message: Value,
}

/// Parses a message for this receiver, and stores its files and forwards.
pub(crate) fn read(
    world: &mut World,
    actor: Uin,
    to: To,
    message: &Value,
) -> Result<Vec<Element>, Refusal> {
    Reader {
        world,
        actor,
        to,
        nested: Vec::new(),
    }
    .elements(message, 0)
}

fn button(input: ButtonInput) -> buttons::Button {
    let (permission, users) = match input.who {
        Pressers::Everybody => (who::EVERYBODY, Vec::new()),
        Pressers::Admins => (who::ADMINS, Vec::new()),
        Pressers::Listed(users) => (who::LISTED, users),
    };
    buttons::Button {
        id: Some(input.id),
        render: Some(buttons::ButtonRender {
            visited_label: Some(input.visited_label.unwrap_or_else(|| input.label.clone())),
            label: Some(input.label),
            style: Some(1),
        }),
        action: Some(buttons::ButtonAction {
            r#type: Some(match input.action {
                ButtonAction::Link => 0,
                ButtonAction::Callback => CALLBACK,
                ButtonAction::Command => 2,
            }),
            permission: Some(buttons::ButtonPermission {
                r#type: Some(permission),
                specify_role_ids: Vec::new(),
                specify_user_ids: users.iter().map(ToString::to_string).collect(),
            }),
            click_limit: input.limit,
            unsupport_tips: Some(String::new()),
            data: Some(input.data),
            ..buttons::ButtonAction::default()
        }),
    }
}

struct Reader<'a> {
    world: &'a mut World,
    actor: Uin,
    to: To,
    /// The inner forwards of the forward that is being read, named by their `uniseq`.
    nested: Vec<Item>,
}

impl Reader<'_> {
    fn elements(&mut self, message: &Value, depth: usize) -> Result<Vec<Element>, Refusal> {
        let input: Vec<ElementInput> = match message {
            Value::String(text) => {
                return Ok(vec![Element::Text(Text::new(text.clone()))]);
            }
            Value::Array(_) => typed(message.clone())
                .map_err(|refusal| Refusal::bad_request(format!("`message`: {}", refusal.text)))?,
            _ => {
                return Err(Refusal::bad_request(
                    "`message` must be a string or a list of elements",
                ));
            }
        };
        input
            .into_iter()
            .map(|one| self.element(one, depth))
            .collect()
    }

    fn element(&mut self, input: ElementInput, depth: usize) -> Result<Element, Refusal> {
        Ok(match input {
            ElementInput::Text { text } => Element::Text(Text::new(text)),
            ElementInput::At { uin } => Element::Mention(self.mention(uin)?),
            ElementInput::Face { id } => Element::Face(Face::new(id)),
            ElementInput::Image(input) => self.medium(MediaKind::Picture, input)?,
            ElementInput::Voice(input) => self.medium(MediaKind::Voice, input)?,
            ElementInput::Video(input) => self.medium(MediaKind::Video, input)?,
            ElementInput::Reply { sequence } => Element::Reply(self.reply(sequence)?),
            ElementInput::Forward { messages } => {
                Element::Forward(self.forward(&messages, depth + 1)?)
            }
            ElementInput::Ark { json } => {
                if serde_json::from_str::<Value>(&json).is_err() {
                    return Err(Refusal::bad_request("`json` must be valid JSON text"));
                }
                Element::Card(Card { json })
            }
            ElementInput::Xml { xml } => Element::Xml(Xml { xml, service: 60 }),
            ElementInput::Markdown { text } => Element::Markdown(Markdown { content: text }),
            ElementInput::Keyboard { rows } => Element::Keyboard(self.keyboard(rows)?),
            ElementInput::Dice { value } => throw(Thrown::Dice, value, 6)?,
            ElementInput::Rps { value } => throw(Thrown::RockPaperScissors, value, 3)?,
            ElementInput::MarketFace { id, package, name } => {
                let id = hex::decode(&id).map_err(|_| {
                    Refusal::bad_request("`id` of a market face must be hexadecimal")
                })?;
                Element::MarketFace(MarketFace {
                    name,
                    key: market::key(&id),
                    id: id.into(),
                    package,
                    width: 300,
                    height: 300,
                })
            }
            ElementInput::Unknown { service, base64 } => {
                let payload = decode(&base64)?;
                let raw = Elem {
                    common_elem: Some(CommonElem {
                        service_type: Some(service),
                        payload: Some(payload.into()),
                        business_type: Some(1),
                    }),
                    ..Elem::default()
                }
                .encode_to_vec();
                decode_element(raw.into())?
            }
        })
    }

    /// Buttons, which only robots can send.
    fn keyboard(&self, rows: Vec<Vec<ButtonInput>>) -> Result<Keyboard, Refusal> {
        let Some(app_id) = self.world.app_id(self.actor)? else {
            let text = format!("{} is not a robot and cannot send buttons", self.actor);
            return Err(Refusal::not_allowed(code::NO_PERMISSION, text));
        };
        let fits = |length: usize| (1..=MAX_BUTTONS).contains(&length);
        if !fits(rows.len()) || !rows.iter().all(|row| fits(row.len())) {
            let text = format!("a keyboard has 1 to {MAX_BUTTONS} `rows` of as many buttons");
            return Err(Refusal::bad_request(text));
        }
        let rows = rows.into_iter().map(|row| buttons::KeyboardRow {
            buttons: row.into_iter().map(button).collect(),
        });
        Ok(Keyboard {
            keyboard: buttons::Keyboard {
                rows: rows.collect(),
                bot_appid: Some(app_id),
            },
        })
    }

    fn mention(&self, uin: u64) -> Result<Mention, Refusal> {
        let Ok(uin) = Uin::new(uin) else {
            return Ok(Mention {
                target: MentionTarget::Everybody,
                text: "@全体成员".to_owned(),
            });
        };
        let person = self.world.person(uin)?;
        let name = match self.to {
            To::Group(group) => self.world.name_in(group, uin),
            _ => person.nickname.clone(),
        };
        Ok(Mention {
            target: MentionTarget::Member {
                uin: Some(uin),
                uid: Some(person.uid),
            },
            text: format!("@{name}"),
        })
    }

    fn reply(&self, sequence: Sequence) -> Result<Reply, Refusal> {
        let chat = self.to.chat(self.actor);
        let quoted = self
            .world
            .message(chat, sequence)?
            .filter(|message| !message.recalled)
            .ok_or_else(|| {
                Refusal::not_found(format!("there is no message {sequence} to reply to"))
            })?;
        let private = matches!(chat, Chat::Private(..));
        Ok(Reply {
            sequence: if private {
                Sequence::new(u64::from(quoted.client_sequence))
            } else {
                quoted.sequence
            },
            shared_sequence: private.then_some(quoted.sequence),
            sender: Some(quoted.sender),
            sender_uid: self
                .world
                .find_person(quoted.sender)
                .map(|person| person.uid),
            time: quoted.time,
            random: quoted.random,
            quoted: raw_list(&encode_list(&quoted.elements)),
            source: None,
        })
    }

    /// Stores the messages of a forward and returns its card. protocol/02 §7
    fn forward(&mut self, nodes: &[Node], depth: usize) -> Result<Forward, Refusal> {
        if depth > MAX_DEPTH {
            let text = format!("forwards can be nested at most {MAX_DEPTH} levels deep");
            return Err(Refusal::bad_request(text));
        }
        if nodes.is_empty() || nodes.len() > MAX_NODES {
            let text = format!("a forward must have 1 to {MAX_NODES} `messages`");
            return Err(Refusal::bad_request(text));
        }
        let outer = std::mem::take(&mut self.nested);
        let mut messages = Vec::with_capacity(nodes.len());
        let mut preview = Vec::new();
        for (at, node) in nodes.iter().enumerate() {
            let elements = self.elements(&node.message, depth)?;
            if preview.len() < PREVIEW_LINES {
                let content: String = elements.iter().map(Element::preview).collect();
                preview.push(format!("{}: {content}", node.name));
            }
            messages.push(with_attr(self.node(at, node, elements).encode_node()));
        }
        let uniseq = uniseq();
        let mut items = vec![Item::main(messages.clone())];
        items.extend(self.nested.iter().cloned());
        let payload = Payload { items };
        let res_id = self.world.store_long_message(self.actor, &pack(&payload))?;
        // The outermost forward contains the messages of all inner levels.
        let mut nested = outer;
        nested.append(&mut self.nested);
        nested.push(Item::nested(&uniseq, messages));
        self.nested = nested;
        Ok(Forward {
            res_id,
            uniseq,
            title: match self.to {
                To::Group(_) => "群聊的聊天记录".to_owned(),
                _ => "聊天记录".to_owned(),
            },
            preview,
            summary: format!("查看{}条转发消息", nodes.len()),
            prompt: "[聊天记录]".to_owned(),
            count: u32::try_from(nodes.len()).unwrap_or(0),
        })
    }

    fn node(&self, at: usize, node: &Node, elements: Vec<Element>) -> Message {
        let place = match self.to {
            To::Group(group) => Place::Group {
                group,
                group_name: String::new(),
                card: node.name.clone(),
                card_is_card: false,
                role: None,
            },
            _ => Place::Forwarded {
                name: node.name.clone(),
            },
        };
        let uid = |uin: Uin| self.world.find_person(uin).map(|person| person.uid);
        let to = match self.to {
            To::Group(_) => Party::default(),
            _ => Party {
                uin: None,
                uid: uid(self.actor),
            },
        };
        Message {
            place,
            from: Party {
                uin: Some(node.uin),
                uid: uid(node.uin),
            },
            names: SenderNames::default(),
            to,
            sequence: Sequence::new(1_000_000 + u64::try_from(at).unwrap_or(0)),
            client_sequence: 1_000_000 + u32::try_from(at).unwrap_or(0),
            random: rand::random(),
            time: self.world.now(),
            elements,
        }
    }

    /// Stores a file and returns its element in the form of an upload's reply. protocol/02 §3.8
    fn medium(&mut self, kind: MediaKind, input: MediumInput) -> Result<Element, Refusal> {
        let bytes = decode(&input.base64)?;
        if bytes.is_empty() {
            return Err(Refusal::bad_request("`base64` is empty"));
        }
        let (mut width, mut height, mut format, mut ending) = (0, 0, 0, "");
        if kind == MediaKind::Picture {
            let head = picture(&bytes)
                .map_err(|error| Refusal::bad_request(format!("`base64`: {error}")))?;
            (width, height) = (head.width, head.height);
            format = head.format.number();
            ending = head.format.extension();
        }
        let hashes = self.world.store_file(&bytes, &input.caption)?;
        let name = match (input.name, kind) {
            (name, _) if !name.is_empty() => name,
            (_, MediaKind::Picture) => format!("{}.{ending}", hex::encode_upper(hashes.md5)),
            (_, MediaKind::Video) => "video.mp4".to_owned(),
            (_, MediaKind::Voice) => "voice.silk".to_owned(),
        };
        let seconds = match kind {
            MediaKind::Picture => 0,
            MediaKind::Video | MediaKind::Voice => input.seconds.unwrap_or(1),
        };
        let info = FileInfo::new(
            kind,
            (hashes.size, hashes.md5, hashes.sha1),
            name,
            (width, height, seconds),
            format,
        );
        let place = match self.to {
            To::Group(group) => MediaPlace::Group(group),
            To::Friend(peer) | To::Through(_, peer) => {
                MediaPlace::Private(self.world.person(peer)?.uid)
            }
        };
        let ext = MsgInfoExt {
            pic: Some(PictureExt {
                biz_type: Some(input.sub_type),
                summary: Some(input.summary),
                ..PictureExt::default()
            }),
            busi_type: Some(0),
            ..MsgInfoExt::default()
        };
        let files = vec![(info, hashes.sha1)];
        let info = upload::describe(self.world, (kind, place), files, ext);
        let business = kind.element(place.scene());
        uploaded_media(&info.encode_to_vec().into(), business)
            .ok_or_else(|| Refusal::broken(&"the medium is not a media element"))
    }
}

/// Adds the time and random of the node to its rich text: some clients require them there. protocol/01 §9.1
fn with_attr(mut node: ProtoMessage) -> ProtoMessage {
    let head = node.content_head.clone().unwrap_or_default();
    if let Some(rich) = node.body.as_mut().and_then(|body| body.rich_text.as_mut()) {
        rich.attr = Some(Attr {
            time: head.time.and_then(|time| i32::try_from(time).ok()),
            random: head.random.map(u32::cast_signed),
            ..Attr::default()
        });
    }
    node
}

/// A throw of dice or rock-paper-scissors. Without a value the server chooses the result.
fn throw(what: Thrown, value: Option<u32>, most: u32) -> Result<Element, Refusal> {
    if value.is_some_and(|value| !(1..=most).contains(&value)) {
        return Err(Refusal::bad_request(format!("`value` must be 1 to {most}")));
    }
    Ok(Element::Face(Face::throw(what, value)))
}

fn decode(base64: &str) -> Result<Vec<u8>, Refusal> {
    STANDARD
        .decode(base64)
        .map_err(|error| Refusal::bad_request(format!("`base64`: {error}")))
}

/// Decodes a single wire element.
fn decode_element(raw: Bytes) -> Result<Element, Refusal> {
    let list = nekonap_wire::proto::message::RichText {
        elems: vec![raw],
        ..Default::default()
    }
    .encode_to_vec();
    decode_list(&list)
        .ok()
        .and_then(|list| list.into_iter().next())
        .ok_or_else(|| Refusal::bad_request("the element is empty"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn throw_outside_its_range_is_an_error() {
        assert!(throw(Thrown::Dice, Some(7), 6).is_err());
        assert!(throw(Thrown::Dice, Some(0), 6).is_err());
        assert!(throw(Thrown::RockPaperScissors, None, 3).is_ok());
    }

    #[test]
    fn error_names_the_invalid_element() {
        let wrong = json!([{"type": "text", "text": "ok"}, {"type": "face", "id": "x"}]);
        let refusal = typed::<Vec<ElementInput>>(wrong).expect_err("wrong");
        assert!(refusal.text.contains("[1]"), "{}", refusal.text);
    }
}
