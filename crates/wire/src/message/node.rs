//! Messages of a merged forward: encoding for the upload, and decoding (protocol/02 §7.3).

use nekonap_ids::Sequence;

use super::{
    element::Element,
    elements::file,
    list,
    message::{FILE_LIFE, Kind, Message, Place, body, event_time, party, place, text, uid_text},
    sender::SenderNames,
};
use crate::proto::message::{
    Body, ContentHead, ForwardHead, GroupHead, Message as Proto, RoutingHead,
};

/// `sub_type` and `c2c_cmd` of a node from a private chat.
const PRIVATE: u32 = 4;

impl Message {
    /// Decodes a node of a merged forward. Missing fields are not an error (protocol/02 §7.3).
    pub fn decode_node(proto: &Proto) -> Self {
        let routing = proto.routing_head.clone().unwrap_or_default();
        let content = proto.content_head.clone().unwrap_or_default();
        let elements = proto
            .body
            .as_ref()
            .and_then(|parsed| body(parsed, Kind::FORWARDED))
            .unwrap_or_default();
        let in_group = place(&routing, Kind::GROUP);
        let sequence = content.sequence.unwrap_or(0);
        let (sequence, client_sequence) = match in_group {
            Some(_) => (sequence, 0),
            None => (
                content.nt_seq.unwrap_or(0),
                u32::try_from(sequence).unwrap_or(0),
            ),
        };
        let name = || {
            let private = routing.c2c.clone().and_then(|head| head.name);
            let card = routing.group.clone().and_then(|head| head.card);
            text(private.or(card))
        };
        Self {
            place: in_group.unwrap_or_else(|| Place::Forwarded { name: name() }),
            from: party(routing.from_uin, routing.from_uid.as_deref()),
            names: SenderNames::default(),
            to: party(routing.to_uin, routing.to_uid.as_deref()),
            sequence: Sequence::new(sequence),
            client_sequence,
            random: content.random.unwrap_or(0),
            time: event_time(&content),
            elements,
        }
    }

    /// Encodes the message as a node of a merged forward, as a client uploads it: with the displayed sender and name,
    /// and without the elements that follow a reply (protocol/02 §7.3).
    pub fn encode_node(&self) -> Proto {
        let in_group = matches!(self.place, Place::Group { .. });
        let routing = self.routing();
        let from_uid = self.from.uid.map(|uid| uid_text(Some(uid)));
        let routing_head = match routing.group {
            Some(group) => RoutingHead {
                from_uin: routing.from_uin,
                from_uid,
                group: Some(GroupHead {
                    group_name: None,
                    msg_flag: None,
                    ..group
                }),
                ..RoutingHead::default()
            },
            None => RoutingHead {
                from_uin: routing.from_uin,
                from_uid,
                to_uid: routing.to_uid,
                c2c: routing.c2c,
                ..RoutingHead::default()
            },
        };
        let private = (!in_group).then_some(PRIVATE);
        let avatar = self.from.uin.map(|uin| {
            format!("https://q.qlogo.cn/headimg_dl?dst_uin={uin}&spec=640&img_type=jpg")
        });
        let file = self.private_file();
        let elements: Vec<Element> = self.inline_elements(file).cloned().collect();
        let rich_text = list::rich_text(&elements, in_group, false);
        Proto {
            routing_head: Some(routing_head),
            content_head: Some(ContentHead {
                r#type: Some(if in_group {
                    Kind::GROUP
                } else {
                    Kind::FORWARDED
                }),
                sub_type: private,
                c2c_cmd: private,
                nt_seq: None,
                msg_uid: None,
                forward: Some(ForwardHead {
                    field_1: Some(0),
                    field_2: Some(0),
                    field_3: Some(if in_group { 0 } else { 2 }),
                    unknown_base64: None,
                    avatar,
                }),
                ..self.content(Kind::FORWARDED, !in_group)
            }),
            body: Some(Body {
                rich_text: Some(rich_text),
                msg_content: file.map(|file| file::encode_private(file, self.time + FILE_LIFE)),
                msg_encrypt_content: None,
            }),
        }
    }
}
