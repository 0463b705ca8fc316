//! A message as the server delivers it: pushed, in history, in a forward, or quoted (protocol/02 §2.2–§2.7).

use bytes::Bytes;
use nekonap_ids::{GroupUin, Sequence, Uid, Uin};
use prost::Message as _;

use super::{
    cleanup,
    element::Element,
    elements::{file, reply::message_uid},
    list,
    sender::SenderNames,
};
use crate::proto::message::{
    Attr, Body, ContentHead, ForwardHead, GroupHead, Message as Proto, PrivateHead, RichText,
    RoutingHead,
};

/// An account, identified by uin, uid or both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Party {
    /// Account number, if known.
    pub uin: Option<Uin>,
    /// Uid, if known.
    pub uid: Option<Uid>,
}

impl Party {
    /// A party without ids: in a notice that omits a person, it means the account that receives the notice (protocol/05
    /// §5.11, §5.25).
    pub const RECEIVER: Self = Self {
        uin: None,
        uid: None,
    };

    /// A party of which only the uin is known.
    pub const fn of_uin(uin: Uin) -> Self {
        Self {
            uin: Some(uin),
            uid: None,
        }
    }

    /// A party of which only the uid is known.
    pub const fn of_uid(uid: Uid) -> Self {
        Self {
            uin: None,
            uid: Some(uid),
        }
    }

    /// A party with uin and uid.
    pub const fn new(uin: Uin, uid: Uid) -> Self {
        Self {
            uin: Some(uin),
            uid: Some(uid),
        }
    }
}

/// Role of a group member, lowest first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// An ordinary member.
    #[default]
    Member,
    /// An administrator.
    Admin,
    /// The owner.
    Owner,
}

/// Conversation of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A group.
    Group {
        /// Group the message was sent in.
        group: GroupUin,
        /// Group name; may be empty or truncated.
        group_name: String,
        /// The sender's card or, without one, nickname; empty in history.
        card: String,
        /// Whether `card` is a card and not a nickname.
        card_is_card: bool,
        /// The sender's role; `None` in history.
        role: Option<Role>,
    },
    /// A private chat between friends.
    Friend,
    /// A temporary session between two members of a group.
    Temporary {
        /// Group the session was started from.
        group: GroupUin,
    },
    /// A merged forward of a private chat.
    Forwarded {
        /// Displayed name of the sender.
        name: String,
    },
}

/// Message types in the content head (protocol/02 §2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind;

impl Kind {
    /// A private message inside a merged forward.
    pub const FORWARDED: u32 = 9;
    /// A group message.
    pub const GROUP: u32 = 82;
    /// A private message of a temporary session.
    pub const TEMPORARY: u32 = 141;
    /// A private message.
    pub const FRIEND: u32 = 166;
    /// A private message from an official bot.
    pub const OFFICIAL: u32 = 167;
    /// A private voice message.
    pub const VOICE: u32 = 208;
    /// A private file.
    pub const FILE: u32 = 529;

    /// Whether a push of this type is a message.
    pub const fn is_message(kind: u32) -> bool {
        matches!(
            kind,
            Self::FORWARDED
                | Self::GROUP
                | Self::TEMPORARY
                | Self::FRIEND
                | Self::OFFICIAL
                | Self::VOICE
                | Self::FILE
        )
    }
}

/// Values of `c2c_cmd` for control signals, which are never shown (protocol/02 §2.6).
const CONTROL: [u32; 8] = [1, 73, 75, 129, 131, 133, 135, 192];
/// `c2c.type` of a session that was started from a group.
const FROM_GROUP: i32 = 2;
/// Lifetime of a private file, in seconds (7 days).
pub(super) const FILE_LIFE: u64 = 604_800;

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Conversation the message was sent in.
    pub place: Place,
    /// Sender.
    pub from: Party,
    /// Names of the sender that the message contains.
    pub names: SenderNames,
    /// Receiver of the push, or the other side of the chat. In a group, the account that reads the message.
    pub to: Party,
    /// Sequence shared by all members of the conversation; 0 if unknown.
    pub sequence: Sequence,
    /// Private: client sequence that the sender chose. 0 in groups.
    pub client_sequence: u32,
    /// Random number that the sender chose, the same for every receiver.
    pub random: u32,
    /// Time of sending, Unix seconds.
    pub time: u64,
    /// Content, without the elements for old clients.
    pub elements: Vec<Element>,
}

impl Message {
    /// Decodes a message. `None` for a message that is not shown: a control signal or a deleted message.
    pub fn decode(proto: &Proto) -> Option<Self> {
        let routing = proto.routing_head.clone().unwrap_or_default();
        let content = proto.content_head.clone().unwrap_or_default();
        let kind = content.r#type.unwrap_or(0);
        if !Kind::is_message(kind) {
            return None;
        }
        if kind != Kind::GROUP && CONTROL.contains(&content.c2c_cmd.unwrap_or(0)) {
            return None;
        }
        let from = party(routing.from_uin, routing.from_uid.as_deref());
        if from == Party::default() {
            return None;
        }
        let elements = body(proto.body.as_ref()?, kind)?;
        let place = place(&routing, kind)?;
        let in_group = matches!(place, Place::Group { .. });
        let names = match place {
            // A node of a forward contains a name that its creator chose freely.
            Place::Forwarded { .. } => SenderNames::default(),
            _ => SenderNames::of(proto),
        };
        let first = content.sequence.unwrap_or(0);
        let (sequence, client_sequence) = if in_group {
            (first, 0)
        } else {
            (
                content.nt_seq.unwrap_or(0),
                u32::try_from(first).unwrap_or(0),
            )
        };
        Some(Self {
            place,
            from,
            names,
            to: party(routing.to_uin, routing.to_uid.as_deref()),
            sequence: Sequence::new(sequence),
            client_sequence,
            random: content.random.unwrap_or(0),
            time: event_time(&content),
            elements,
        })
    }

    /// Encodes the message as the server delivers it, with all fields that protocol/01 §9.1 requires.
    pub fn encode(&self) -> Proto {
        let file = self.private_file();
        let voice = || {
            let is_voice = |element: &Element| matches!(element, Element::Voice(_));
            self.elements.iter().any(is_voice)
        };
        let (kind, sub_kind, command) = match (&self.place, file) {
            (Place::Group { .. }, _) => (Kind::GROUP, 0, 0),
            (Place::Forwarded { .. }, _) => (Kind::FORWARDED, 4, 4),
            (_, Some(_)) => (Kind::FILE, 4, 4),
            (Place::Friend, None) if voice() => (Kind::VOICE, 11, 11),
            (Place::Friend, None) => (Kind::FRIEND, 11, 11),
            (Place::Temporary { .. }, None) => (Kind::TEMPORARY, 11, 11),
        };
        let in_group = matches!(self.place, Place::Group { .. });
        let forwarded = matches!(self.place, Place::Forwarded { .. });
        let nothing = |number: u32| (number != 0).then_some(number);
        let content_head = ContentHead {
            sub_type: nothing(sub_kind),
            c2c_cmd: nothing(command),
            forward: forwarded.then(|| ForwardHead {
                field_1: Some(0),
                field_2: Some(0),
                field_3: Some(2),
                ..ForwardHead::default()
            }),
            ..self.content(kind, !in_group)
        };
        let elements: Vec<Element> = self.inline_elements(file).cloned().collect();
        let mut rich_text = list::rich_text(&elements, in_group, true);
        // One client family needs the font, with the random in it, together with an element, or neither.
        let has_content = !rich_text.elems.is_empty() || rich_text.ptt.is_some();
        if in_group
            && has_content
            && let Some(names) = self.names.encode()
        {
            rich_text.elems.push(names.encode_to_vec().into());
        }
        let attr = Attr {
            time: Some(i32::try_from(self.time).unwrap_or(0)),
            // The random is sent as a signed 32-bit number with the same bits.
            random: Some(self.random.cast_signed()),
            ..Attr::default()
        };
        Proto {
            routing_head: Some(self.routing()),
            content_head: Some(content_head),
            body: Some(Body {
                rich_text: Some(RichText {
                    attr: has_content.then_some(attr),
                    ..rich_text
                }),
                msg_content: file.map(|file| file::encode_private(file, self.time + FILE_LIFE)),
                msg_encrypt_content: None,
            }),
        }
    }

    /// The file that is sent beside the elements.
    pub(super) fn private_file(&self) -> Option<&file::File> {
        self.elements.iter().find_map(|element| match element {
            Element::File(file) if !matches!(self.place, Place::Group { .. }) => Some(file),
            _ => None,
        })
    }

    /// The elements, without the file that is sent beside them.
    pub(super) fn inline_elements(
        &self,
        file: Option<&file::File>,
    ) -> impl Iterator<Item = &Element> {
        let beside = file.is_some();
        self.elements
            .iter()
            .filter(move |part| !(beside && matches!(part, Element::File(_))))
    }

    /// Content head of a message of this type.
    pub(super) fn content(&self, kind: u32, private: bool) -> ContentHead {
        ContentHead {
            r#type: Some(kind),
            random: Some(self.random),
            sequence: Some(if private {
                u64::from(self.client_sequence)
            } else {
                self.sequence.get()
            }),
            time: Some(i64::try_from(self.time).unwrap_or(0)),
            pkg_num: Some(1),
            pkg_index: Some(0),
            div_seq: Some(0),
            nt_seq: private.then(|| self.sequence.get()),
            msg_uid: Some(message_uid(self.random)),
            ..ContentHead::default()
        }
    }

    pub(super) fn routing(&self) -> RoutingHead {
        let (c2c, group) = match &self.place {
            Place::Group {
                group,
                group_name,
                card,
                card_is_card,
                role,
            } => (
                None,
                Some(GroupHead {
                    group_uin: Some(group.get()),
                    card: Some(card.clone().into()),
                    card_type: Some(if *card_is_card { 1 } else { 2 }),
                    group_name: Some(group_name.clone().into()),
                    msg_flag: role.map(|role| match role {
                        Role::Member => 0,
                        Role::Owner => 8,
                        Role::Admin => 16,
                    }),
                    ..GroupHead::default()
                }),
            ),
            Place::Friend => (
                self.names.nickname.as_ref().map(|name| PrivateHead {
                    name: Some(name.clone().into()),
                    ..PrivateHead::default()
                }),
                None,
            ),
            Place::Temporary { group } => (
                Some(PrivateHead {
                    r#type: Some(FROM_GROUP),
                    from_tiny_id: Some(group.get()),
                    name: self.names.nickname.clone().map(Into::into),
                    ..PrivateHead::default()
                }),
                None,
            ),
            Place::Forwarded { name } => (
                Some(PrivateHead {
                    name: Some(name.clone().into()),
                    ..PrivateHead::default()
                }),
                None,
            ),
        };
        RoutingHead {
            from_uin: Some(self.from.uin.map_or(0, Uin::get)),
            from_uid: Some(uid_text(self.from.uid)),
            from_app_id: None,
            from_inst_id: None,
            to_uin: self.to.uin.map(Uin::get),
            to_uid: self.to.uid.map(|uid| uid_text(Some(uid))),
            c2c,
            group,
        }
    }
}

/// Time of a message or notice, Unix seconds; 0 if unknown.
pub(crate) fn event_time(content: &ContentHead) -> u64 {
    content
        .time
        .and_then(|time| u64::try_from(time).ok())
        .unwrap_or(0)
}

pub(super) fn uid_text(uid: Option<Uid>) -> String {
    uid.map(|uid| uid.as_str().to_owned()).unwrap_or_default()
}

pub(super) fn party(uin: Option<u64>, uid: Option<&str>) -> Party {
    Party {
        uin: uin.and_then(|uin| Uin::new(uin).ok()),
        uid: uid.and_then(|uid| Uid::new(uid).ok()),
    }
}

pub(super) fn text(bytes: Option<Bytes>) -> String {
    bytes.map_or_else(String::new, |bytes| {
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

pub(super) fn place(routing: &RoutingHead, kind: u32) -> Option<Place> {
    let head = routing.c2c.clone().unwrap_or_default();
    let temporary = |number: Option<u64>| {
        let group = GroupUin::new(number.unwrap_or(0)).ok();
        group.map(|group| Place::Temporary { group })
    };
    if kind == Kind::TEMPORARY {
        // Some servers write the group into the field that group messages use.
        let other = routing.group.as_ref().and_then(|group| group.group_uin);
        return Some(
            temporary(head.from_tiny_id)
                .or_else(|| temporary(other))
                .unwrap_or(Place::Friend),
        );
    }
    if let Some(group) = &routing.group {
        return Some(Place::Group {
            group: GroupUin::new(group.group_uin.unwrap_or(0)).ok()?,
            group_name: text(group.group_name.clone()),
            card: text(group.card.clone()),
            card_is_card: group.card_type == Some(1),
            role: group.msg_flag.map(|flag| match flag {
                8 => Role::Owner,
                16 => Role::Admin,
                _ => Role::Member,
            }),
        });
    }
    Some(match kind {
        Kind::GROUP => return None,
        Kind::FORWARDED => Place::Forwarded {
            name: text(head.name),
        },
        _ if head.r#type == Some(FROM_GROUP) => {
            temporary(head.from_tiny_id).unwrap_or(Place::Friend)
        }
        _ => Place::Friend,
    })
}

/// The cleaned elements; `None` if the body is empty.
pub(super) fn body(body: &Body, kind: u32) -> Option<Vec<Element>> {
    let rich = body.rich_text.clone().unwrap_or_default();
    let mut elements = cleanup::clean(list::decode_all(&rich));
    if kind == Kind::FILE || kind == Kind::FORWARDED {
        let content = body.msg_content.as_deref().unwrap_or_default();
        elements.extend(file::decode_private(content).map(Element::File));
    }
    let has_content = !elements.is_empty() || !rich.elems.is_empty() || body.msg_content.is_some();
    has_content.then_some(elements)
}
