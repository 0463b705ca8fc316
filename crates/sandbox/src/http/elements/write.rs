//! Writes the elements of a message as JSON.

use std::cell::Cell;

use base64::{Engine, engine::general_purpose::STANDARD};
use nekonap_ids::{Sequence, Uin};
use nekonap_wire::{
    bounded,
    commands::forwards::unpack,
    message::{
        Element, Forward, Keyboard, Media, Mention, MentionTarget, Message, Place, Reply, Thrown,
        encode_list, raw_list,
    },
    proto::{forwards::Item, message::Elem},
};
use serde_json::{Value, json};

use super::MAX_DEPTH;
use crate::{
    refusal::Refusal,
    services::messages::button::{CALLBACK, who},
    world::{Chat, World},
};

/// Maximum number of forwarded messages in one response, over all levels. A forward can contain the same inner
/// forward many times.
const MAX_SHOWN: usize = 10_000;

/// A message's elements in the JSON of the HTTP API.
pub(crate) fn write(world: &World, chat: Chat, elements: &[Element]) -> Result<Value, Refusal> {
    Writer {
        world,
        chat,
        items: &[],
        left: &Cell::new(MAX_SHOWN),
    }
    .elements(elements, 0)
}

struct Writer<'a> {
    world: &'a World,
    chat: Chat,
    /// The inner messages that the surrounding forward contains.
    items: &'a [Item],
    /// Number of forwarded messages that can still be written.
    left: &'a Cell<usize>,
}

impl Writer<'_> {
    fn elements(&self, elements: &[Element], depth: usize) -> Result<Value, Refusal> {
        let written: Result<Vec<Value>, Refusal> = elements
            .iter()
            .map(|element| self.element(element, depth))
            .collect();
        Ok(Value::Array(written?))
    }

    fn element(&self, element: &Element, depth: usize) -> Result<Value, Refusal> {
        Ok(match element {
            Element::Text(text) => json!({"type": "text", "text": text.text}),
            Element::Mention(mention) => json!({"type": "at", "uin": self.mentioned(mention)}),
            Element::Face(face) => match face.thrown() {
                Some((Thrown::Dice, value)) => json!({"type": "dice", "value": value}),
                Some((Thrown::RockPaperScissors, value)) => {
                    json!({"type": "rps", "value": value})
                }
                None => json!({"type": "face", "id": face.id}),
            },
            Element::MarketFace(face) => json!({
                "type": "market_face", "id": hex::encode(&face.id), "package": face.package,
                "name": face.name
            }),
            Element::Reply(reply) => json!({"type": "reply", "sequence": self.answered(reply)?}),
            Element::Image(image) => {
                let mut json = self.medium("image", &image.media)?;
                json["sub_type"] = u32::from(image.sticker).into();
                json["summary"] = image.summary.clone().into();
                json
            }
            Element::Voice(voice) => self.medium("voice", &voice.media)?,
            Element::Video(video) => self.medium("video", &video.media)?,
            Element::File(file) => json!({
                "type": "file", "name": file.name, "size": file.size, "id": file.id,
                "md5": file.md5
            }),
            Element::Card(card) => json!({"type": "ark", "json": card.json}),
            Element::Xml(xml) => json!({"type": "xml", "xml": xml.xml}),
            Element::Markdown(markdown) => {
                json!({"type": "markdown", "text": markdown.content})
            }
            Element::Keyboard(keyboard) => buttons(keyboard),
            Element::Forward(forward) => json!({
                "type": "forward",
                "id": forward.res_id,
                "title": forward.title,
                "preview": forward.preview,
                "summary": forward.summary,
                "messages": self.messages_of(forward, depth + 1)?,
            }),
            other => unknown(other),
        })
    }

    /// A file, and whether its bytes can be looked at under its SHA-1.
    fn medium(&self, kind: &str, media: &Media) -> Result<Value, Refusal> {
        let mut sha1 = [0; 20];
        let stored = match hex::decode_to_slice(&media.sha1, &mut sha1) {
            Ok(()) => self.world.file(&sha1)?,
            Err(_) => None,
        };
        Ok(json!({
            "type": kind,
            "name": media.name,
            "size": media.size,
            "md5": media.md5,
            "sha1": media.sha1,
            "file": media.file_uuid,
            "stored": stored.is_some(),
            "width": media.width,
            "height": media.height,
            "seconds": media.seconds,
        }))
    }

    /// The mentioned account; 0 for all members and for an unknown account.
    fn mentioned(&self, mention: &Mention) -> u64 {
        match mention.target {
            MentionTarget::Everybody => 0,
            MentionTarget::Member { uin, uid } => uin
                .or_else(|| uid.and_then(|uid| self.world.find_uid(uid)))
                .map_or(0, Uin::get),
        }
    }

    /// The shared sequence of the quoted message.
    fn answered(&self, reply: &Reply) -> Result<Sequence, Refusal> {
        if matches!(self.chat, Chat::Group(_)) {
            return Ok(reply.sequence);
        }
        if let Some(shared) = reply.shared_sequence {
            return Ok(shared);
        }
        let by_client = match (reply.sender, u32::try_from(reply.sequence.get())) {
            (Some(sender), Ok(client)) => {
                self.world
                    .message_by_client_sequence(self.chat, sender, client, reply.random)?
            }
            _ => None,
        };
        Ok(by_client.map_or(reply.sequence, |message| message.sequence))
    }

    /// The messages of a forward, from the surrounding forward or from the database.
    fn messages_of(&self, forward: &Forward, depth: usize) -> Result<Value, Refusal> {
        if depth > MAX_DEPTH {
            return Ok(json!([]));
        }
        let along = self
            .items
            .iter()
            .find(|item| item.file_name.as_deref() == Some(forward.uniseq.as_str()));
        if let Some(item) = along {
            return self.nodes(item, depth);
        }
        let stored = self
            .world
            .long_message(&forward.res_id)?
            .and_then(|payload| unpack(&payload).ok())
            .unwrap_or_default();
        match stored.main() {
            Some(main) => Writer {
                world: self.world,
                chat: self.chat,
                items: &stored.items,
                left: self.left,
            }
            .nodes(main, depth),
            None => Ok(json!([])),
        }
    }

    fn nodes(&self, item: &Item, depth: usize) -> Result<Value, Refusal> {
        let messages = item
            .nodes
            .iter()
            .flat_map(|nodes| &nodes.messages)
            .filter_map(Message::decode);
        let mut written = Vec::new();
        for message in messages {
            let Some(left) = self.left.get().checked_sub(1) else {
                break;
            };
            self.left.set(left);
            let name = match &message.place {
                Place::Group { card, .. } => card.clone(),
                Place::Forwarded { name } => name.clone(),
                _ => String::new(),
            };
            written.push(json!({
                "uin": message.from.uin,
                "name": name,
                "time": message.time,
                "message": self.elements(&message.elements, depth)?,
            }));
        }
        Ok(Value::Array(written))
    }
}

/// Rows of buttons.
fn buttons(keyboard: &Keyboard) -> Value {
    let keyboard = &keyboard.keyboard;
    let rows = keyboard.rows.iter().map(|row| {
        let buttons = row.buttons.iter().map(|button| {
            let render = button.render.clone().unwrap_or_default();
            let action = button.action.clone().unwrap_or_default();
            let permission = action.permission.unwrap_or_default();
            json!({
                "id": button.id.as_deref().unwrap_or_default(),
                "label": render.label.unwrap_or_default(),
                "visited_label": render.visited_label.unwrap_or_default(),
                "data": action.data.unwrap_or_default(),
                "action": match action.r#type.unwrap_or(0) {
                    0 => "link",
                    CALLBACK => "callback",
                    _ => "command",
                },
                "who": match permission.r#type.unwrap_or(who::LISTED) {
                    who::ADMINS => json!("admins"),
                    who::EVERYBODY => json!("everybody"),
                    _ => {
                        let users = permission.specify_user_ids.iter();
                        json!(users.filter_map(|uin| uin.parse().ok()).collect::<Vec<u64>>())
                    }
                },
                "limit": action.click_limit,
            })
        });
        buttons.collect::<Vec<_>>()
    });
    json!({
        "type": "keyboard", "rows": rows.collect::<Vec<_>>(), "app_id": keyboard.bot_appid,
    })
}

/// An element without its own JSON form: its service and payload, or else all of its bytes.
fn unknown(element: &Element) -> Value {
    let raw = raw_list(&encode_list(std::slice::from_ref(element)))
        .into_iter()
        .next()
        .unwrap_or_default();
    let common = bounded::decode::<Elem>(&raw)
        .ok()
        .and_then(|elem| elem.common_elem);
    match common {
        Some(common) => json!({
            "type": "unknown",
            "service": common.service_type,
            "base64": STANDARD.encode(common.payload.unwrap_or_default()),
        }),
        None => json!({"type": "unknown", "service": null, "base64": STANDARD.encode(&raw)}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use nekonap_wire::{
        commands::forwards::pack,
        message::{Party, SenderNames, Unknown},
        proto::{forwards::Payload, message::CommonElem},
    };
    use prost::Message as _;

    #[test]
    fn element_of_an_unknown_service_is_written_completely() {
        let raw = Elem {
            common_elem: Some(CommonElem {
                service_type: Some(99),
                payload: Some(Bytes::from_static(&[0, 1, 2])),
                business_type: Some(1),
            }),
            ..Elem::default()
        }
        .encode_to_vec();
        let element = Element::Unknown(Unknown { raw: raw.into() });
        assert_eq!(
            unknown(&element),
            json!({"type": "unknown", "service": 99, "base64": "AAEC"})
        );
    }

    #[test]
    fn forward_that_contains_itself_is_bounded() {
        let mut world = crate::testing::world();
        let uniseq = "a-uniseq".to_owned();
        let card = |res_id: &str| {
            Element::Forward(Forward {
                res_id: res_id.to_owned(),
                uniseq: uniseq.clone(),
                ..Forward::default()
            })
        };
        let node = Message {
            place: Place::Forwarded {
                name: "Bob".to_owned(),
            },
            from: Party {
                uin: Uin::new(10002).ok(),
                uid: None,
            },
            names: SenderNames::default(),
            to: Party::default(),
            sequence: Sequence::new(1),
            client_sequence: 1,
            random: 1,
            time: 1,
            elements: vec![card("inside")],
        };
        let messages = vec![node.encode_node(); 100];
        let payload = pack(&Payload {
            items: vec![
                Item::main(messages.clone()),
                Item::nested(&uniseq, messages),
            ],
        });
        let sender = Uin::new(10002).expect("an account");
        let res_id = world.store_long_message(sender, &payload).expect("stored");
        let mut outer = card(&res_id);
        if let Element::Forward(forward) = &mut outer {
            forward.uniseq = "outer".to_owned();
        }
        let written = write(&world, Chat::of(sender, sender), &[outer]).expect("written");
        let text = written.to_string();
        assert_eq!(text.matches(r#""name":"Bob""#).count(), MAX_SHOWN);
    }
}
