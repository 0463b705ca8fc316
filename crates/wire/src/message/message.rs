//! A message as the server passes it on: pushed, in history, in a forward, quoted. protocol/02 §2.2–§2.7

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

/// Somebody, by both names as far as a message or a push tells them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Party {
    /// The number.
    pub uin: Option<Uin>,
    /// The uid.
    pub uid: Option<Uid>,
}

impl Party {
    /// Somebody without a name: in a notice that leaves out a person, the account that receives it. protocol/05 §5.11, §5.25
    pub const RECEIVER: Self = Self {
        uin: None,
        uid: None,
    };

    /// Somebody known by number alone.
    pub const fn of_uin(uin: Uin) -> Self {
        Self {
            uin: Some(uin),
            uid: None,
        }
    }

    /// Somebody known by uid alone.
    pub const fn of_uid(uid: Uid) -> Self {
        Self {
            uin: None,
            uid: Some(uid),
        }
    }

    /// Somebody known by both names.
    pub const fn new(uin: Uin, uid: Uid) -> Self {
        Self {
            uin: Some(uin),
            uid: Some(uid),
        }
    }
}

/// What somebody is in a group, the lowest rank first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// A plain member.
    #[default]
    Member,
    /// An administrator.
    Admin,
    /// The owner.
    Owner,
}

/// Where a message was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a group.
    Group {
        /// Which.
        group: GroupUin,
        /// Its name, which may be empty or cut.
        group_name: String,
        /// The sender's card, or nickname; empty in history.
        card: String,
        /// Whether `card` is the card, not the nickname.
        card_is_card: bool,
        /// The sender's role; `None` in history.
        role: Option<Role>,
    },
    /// Between friends.
    Friend,
    /// Between two who share a group.
    Temporary {
        /// The group it was started from.
        group: GroupUin,
    },
    /// In a private chat's merged forward.
    Forwarded {
        /// The name that is shown for the sender.
        name: String,
    },
}

/// The content head's types of messages. protocol/02 §2.6
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

/// `c2c_cmd`s that are control signals and never shown. protocol/02 §2.6
const CONTROL: [u32; 8] = [1, 73, 75, 129, 131, 133, 135, 192];
/// `c2c.type` of a session that was started from a group.
const FROM_GROUP: i32 = 2;
/// How long a private file can be fetched, seconds.
pub(super) const FILE_LIFE: u64 = 604_800;

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Where.
    pub place: Place,
    /// Who said it.
    pub from: Party,
    /// What else the message says about who said it.
    pub names: SenderNames,
    /// To whom: the receiver of the push, or the other side. In a group the account that reads it.
    pub to: Party,
    /// The sequence that all of the conversation's people share; 0 where it is not told.
    pub sequence: Sequence,
    /// Private: the number that the sender chose. 0 in groups.
    pub client_sequence: u32,
    /// The number that the sender chose, the same for everybody.
    pub random: u32,
    /// Unix seconds.
    pub time: u64,
    /// What it says, without what is there for old clients' sake.
    pub elements: Vec<Element>,
}

impl Message {
    /// Decodes a message. `None`: it is no message that anybody should see (a control signal, or a deleted one).
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
            // A node of a forward: its name is whatever its maker wrote.
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
            time: said_at(&content),
            elements,
        })
    }

    /// Encodes the message as the server passes it on, with everything that protocol/01 §9.1 wants.
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
        let said: Vec<Element> = self.said(file).cloned().collect();
        let mut rich_text = list::rich_text(&said, in_group, true);
        // One client family wants the font, with the random in it, and an element beside it, or nothing at all.
        let says = !rich_text.elems.is_empty() || rich_text.ptt.is_some();
        if in_group
            && says
            && let Some(names) = self.names.encode()
        {
            rich_text.elems.push(names.encode_to_vec().into());
        }
        let attr = Attr {
            time: Some(i32::try_from(self.time).unwrap_or(0)),
            // Randoms travel as signed 32 bits here: the same bits.
            random: Some(self.random.cast_signed()),
            ..Attr::default()
        };
        Proto {
            routing_head: Some(self.routing()),
            content_head: Some(content_head),
            body: Some(Body {
                rich_text: Some(RichText {
                    attr: says.then_some(attr),
                    ..rich_text
                }),
                msg_content: file.map(|file| file::encode_private(file, self.time + FILE_LIFE)),
                msg_encrypt_content: None,
            }),
        }
    }

    /// A file that travels beside the elements.
    pub(super) fn private_file(&self) -> Option<&file::File> {
        self.elements.iter().find_map(|element| match element {
            Element::File(file) if !matches!(self.place, Place::Group { .. }) => Some(file),
            _ => None,
        })
    }

    /// The elements, without the file that travels beside them.
    pub(super) fn said(&self, file: Option<&file::File>) -> impl Iterator<Item = &Element> {
        let beside = file.is_some();
        self.elements
            .iter()
            .filter(move |part| !(beside && matches!(part, Element::File(_))))
    }

    /// The content head of a message of this type.
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

/// When something was said or happened, unix seconds; 0 where it is not told.
pub(crate) fn said_at(content: &ContentHead) -> u64 {
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
        // Some servers tell the group where a group message has it.
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

/// The elements, cleaned; `None` for a body that says nothing at all.
pub(super) fn body(body: &Body, kind: u32) -> Option<Vec<Element>> {
    let rich = body.rich_text.clone().unwrap_or_default();
    let mut elements = cleanup::clean(list::decode_all(&rich));
    if kind == Kind::FILE || kind == Kind::FORWARDED {
        let content = body.msg_content.as_deref().unwrap_or_default();
        elements.extend(file::decode_private(content).map(Element::File));
    }
    let said = !elements.is_empty() || !rich.elems.is_empty() || body.msg_content.is_some();
    said.then_some(elements)
}
