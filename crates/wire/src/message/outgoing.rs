//! A message that a client sends: the request of `MessageSvc.PbSendMsg` (protocol/02 §4.1).

use std::borrow::Cow;

use nekonap_ids::{GroupUin, Uid, Uin};
use prost::Message as _;

use super::{
    cleanup,
    element::{Element, Face, FaceLook},
    elements::{face, file, media},
    list,
};
use crate::{
    command::DecodeError,
    proto::{
        message::Body,
        messages::{
            FileRoute, FriendRoute, GroupRoute, SendContentHead, SendRequest, SendRouting,
            TemporaryRoute,
        },
    },
};

/// Receiver of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination {
    /// A group.
    Group(GroupUin),
    /// A friend, or the account itself.
    Friend {
        /// Account number; `None` if only the uid is known.
        uin: Option<Uin>,
        /// Uid, by which the server finds the receiver.
        uid: Option<Uid>,
    },
    /// A member of a group that the sender is in.
    Temporary {
        /// Group the session is started from.
        group: GroupUin,
        /// Account number, if known.
        uin: Option<Uin>,
        /// Uid, if known.
        uid: Option<Uid>,
    },
}

/// A message to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Receiver.
    pub to: Destination,
    /// Content. The server sets the results of dice and rock-paper-scissors; a private file is the only element. In a
    /// group, a quote is followed by a mention of its sender without a number, with the displayed name, and a blank; if
    /// they are missing here, they are added with the number as the name.
    pub elements: Vec<Element>,
    /// Private: client sequence that the sender chooses, 10,000 to 99,999. Recalls and replies need it. 0 in groups.
    pub client_sequence: u32,
    /// 32 random bits, new for each message, not 0.
    pub random: u32,
}

/// The result of a throw in the answer to a send (protocol/02 §4.2 field 13).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thrown;

impl Thrown {
    /// Encodes a face with a result; `None` if the face is not a throw.
    pub fn encode(face: &Face) -> Option<Vec<u8>> {
        match &face.look {
            FaceLook::Animated(sticker) if face.thrown().is_some() => {
                Some(face::big(face, sticker).encode_to_vec())
            }
            _ => None,
        }
    }

    /// Decodes the face with its result.
    pub fn decode(payload: &[u8]) -> Option<Face> {
        match face::decode_big(payload)? {
            Element::Face(face) => Some(face),
            _ => None,
        }
    }
}

/// `cc_cmd` in the routing head of a private file.
const FILE_COMMAND: u32 = 4;
/// Expiry time that a client writes for a private file: there is no clock here, and the server sets its own time.
const FILE_EXPIRES: u64 = u32::MAX as u64;

impl Outgoing {
    /// Encodes the request.
    pub fn encode(&self) -> SendRequest {
        let file = self.elements.iter().find_map(|element| match element {
            Element::File(file) => Some(file),
            _ => None,
        });
        let text = |uid: Option<Uid>| uid.map(|uid| uid.as_str().to_owned());
        let mut routing = SendRouting::default();
        match (self.to, file) {
            (Destination::Group(group), _) => {
                routing.group = Some(GroupRoute {
                    group_uin: Some(group.get()),
                });
            }
            (Destination::Friend { uin, uid }, None) => {
                routing.c2c = Some(FriendRoute {
                    uin: uin.map(Uin::get),
                    uid: text(uid),
                });
            }
            (
                Destination::Friend { uin, uid } | Destination::Temporary { uin, uid, .. },
                Some(_),
            ) => {
                routing.file = Some(FileRoute {
                    to_uin: uin.map(Uin::get),
                    cc_cmd: Some(FILE_COMMAND),
                    uid: text(uid),
                });
            }
            (Destination::Temporary { group, uin, uid }, None) => {
                // Servers read either of these two fields, and they do not conflict, so both are written.
                routing.group_tmp = Some(TemporaryRoute {
                    group_uin: Some(group.get()),
                    to_uin: uin.map(Uin::get),
                    group: Some(group.get()),
                    to_uid: text(uid),
                });
            }
        }
        let private_file = file.filter(|_| !matches!(self.to, Destination::Group(_)));
        let in_group = matches!(self.to, Destination::Group(_));
        let body = match private_file {
            Some(file) => Body {
                msg_content: Some(file::encode_private(file, FILE_EXPIRES)),
                ..Body::default()
            },
            None => Body {
                rich_text: Some(list::rich_text(
                    &self.for_conversation(in_group),
                    in_group,
                    true,
                )),
                ..Body::default()
            },
        };
        SendRequest {
            routing_head: Some(routing),
            content_head: Some(SendContentHead {
                pkg_num: Some(1),
                pkg_index: Some(0),
                div_seq: Some(0),
                auto_reply: Some(0),
            }),
            body: Some(body),
            client_seq: Some(self.client_sequence),
            random: Some(self.random),
        }
    }

    /// The elements with the business numbers of the destination, so that media from another conversation can be sent
    /// by reference (protocol/02 §4.5).
    fn for_conversation(&self, group: bool) -> Cow<'_, [Element]> {
        let moved = |element: &Element| media::for_conversation(element, group).is_some();
        if !self.elements.iter().any(moved) {
            return Cow::Borrowed(&self.elements);
        }
        self.elements
            .iter()
            .map(|element| {
                media::for_conversation(element, group).unwrap_or_else(|| element.clone())
            })
            .collect()
    }

    /// Decodes the request, for a server.
    ///
    /// # Errors
    /// [`DecodeError`] if the request has no valid destination.
    pub fn decode(request: &SendRequest) -> Result<Self, DecodeError> {
        let routing = request.routing_head.clone().unwrap_or_default();
        let uin = |uin: Option<u64>| uin.and_then(|uin| Uin::new(uin).ok());
        let uid = |uid: Option<String>| uid.and_then(|uid| Uid::new(&uid).ok());
        let group = |group: Option<u64>| GroupUin::new(group.unwrap_or(0)).ok();
        let to = if let Some(route) = routing.group {
            group(route.group_uin).map(Destination::Group)
        } else if let Some(route) = routing.group_tmp {
            group(route.group.or(route.group_uin)).map(|group| Destination::Temporary {
                group,
                uin: uin(route.to_uin),
                uid: uid(route.to_uid),
            })
        } else if let Some(route) = routing.c2c {
            Some(Destination::Friend {
                uin: uin(route.uin),
                uid: uid(route.uid),
            })
        } else {
            routing.file.map(|route| Destination::Friend {
                uin: uin(route.to_uin),
                uid: uid(route.uid),
            })
        };
        let to = to.ok_or(DecodeError::Missing("routing_head"))?;
        let body = request.body.clone().unwrap_or_default();
        let rich = body.rich_text.unwrap_or_default();
        let mut elements = cleanup::clean(list::decode_all(&rich));
        let content = body.msg_content.unwrap_or_default();
        elements.extend(file::decode_private(&content).map(Element::File));
        Ok(Self {
            to,
            elements,
            client_sequence: request.client_seq.unwrap_or(0),
            random: request.random.unwrap_or(0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{media_business, media_element};
    use crate::proto::message::{FileIndex, FileInfo, FileType, MsgInfo, MsgInfoBody, RichText};

    fn medium(kind: u32, business: u32) -> Element {
        let info = MsgInfo {
            bodies: vec![MsgInfoBody {
                index: Some(FileIndex {
                    info: Some(FileInfo {
                        r#type: Some(FileType {
                            kind: Some(kind),
                            ..FileType::default()
                        }),
                        ..FileInfo::default()
                    }),
                    ..FileIndex::default()
                }),
                ..MsgInfoBody::default()
            }],
            ..MsgInfo::default()
        };
        let raw = media_element(&info.encode_to_vec().into(), business);
        let list = RichText {
            elems: vec![raw],
            ..RichText::default()
        };
        let found = super::super::decode_list(&list.encode_to_vec()).expect("a list");
        found.into_iter().next().expect("a medium")
    }

    #[test]
    fn media_from_another_conversation_gets_the_business_number_of_the_destination() {
        let group = Destination::Group(GroupUin::new(20001).expect("a group"));
        let friend = Destination::Friend {
            uin: None,
            uid: Uid::new("u_x").ok(),
        };
        for (kind, number) in [(1, 0), (2, 1), (3, 2)] {
            for from in [10, 20] {
                for (to, wanted) in [(friend, 10), (group, 20)] {
                    let sent = Outgoing {
                        to,
                        elements: vec![medium(kind, from + number)],
                        client_sequence: 0,
                        random: 1,
                    };
                    let read = Outgoing::decode(&sent.encode()).expect("a message");
                    let business = media_business(&read.elements[0]);
                    assert_eq!(business, Some(wanted + number), "kind {kind} from {from}");
                }
            }
        }
    }
}
