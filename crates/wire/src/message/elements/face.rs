//! QQ faces: classic, small and animated, including dice and rock-paper-scissors (protocol/02 §3.4).

use super::{common_elem, text::Text};
use crate::{
    bounded,
    message::element::Element,
    proto::message::{BigFace, Elem, FaceBubble, FaceElem, SmallFace},
};

/// `service_type` of a face bubble.
pub(super) const SERVICE_BUBBLE: i32 = 23;

/// `service_type` of a small face.
pub(super) const SERVICE_SMALL: i32 = 33;
/// `service_type` of an animated face.
pub(super) const SERVICE_BIG: i32 = 37;
/// First face id without a classic form.
const FIRST_SMALL: u32 = 260;
/// Face id of the dice.
pub const DICE: u32 = 358;
/// Face id of rock-paper-scissors.
pub const ROCK_PAPER_SCISSORS: u32 = 359;

/// A QQ face.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Face {
    /// Face id.
    pub id: u32,
    /// Name with a slash, such as `/微笑`; empty if unknown.
    pub name: String,
    /// Display form, which also decides the encoding.
    pub look: FaceLook,
}

/// Display form of a face.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaceLook {
    /// Inline, in the encoding of old clients: ids below 260.
    Classic,
    /// Inline, ids from 260.
    Small,
    /// Large and animated; the only element of its message.
    Animated(Sticker),
}

/// Details of an animated face.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sticker {
    /// Sticker pack id, decimal.
    pub pack: String,
    /// Sticker id in the pack, decimal.
    pub sticker: String,
    /// 1 plain, 2 random result, 3 chain.
    pub kind: u32,
    /// Result of a throw, decimal; empty if the face is not random or the server has not set it yet.
    pub result: String,
}

/// Kind of a face with a random result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thrown {
    /// Dice, results 1 to 6.
    Dice,
    /// Rock-paper-scissors: 1 paper, 2 scissors, 3 rock.
    RockPaperScissors,
}

impl Face {
    /// An inline face, in the form that belongs to its id.
    pub fn new(id: u32) -> Self {
        Self {
            id,
            name: String::new(),
            look: if id < FIRST_SMALL {
                FaceLook::Classic
            } else {
                FaceLook::Small
            },
        }
    }

    /// A throw; without a result the server chooses one.
    pub fn throw(what: Thrown, result: Option<u32>) -> Self {
        let (id, sticker, name) = match what {
            Thrown::Dice => (DICE, "33", "/骰子"),
            Thrown::RockPaperScissors => (ROCK_PAPER_SCISSORS, "34", "/包剪锤"),
        };
        Self {
            id,
            name: name.to_owned(),
            look: FaceLook::Animated(Sticker {
                pack: "1".to_owned(),
                sticker: sticker.to_owned(),
                kind: 2,
                result: result.map(|result| result.to_string()).unwrap_or_default(),
            }),
        }
    }

    /// Kind and result of a throw; `None` if the face is not a throw, and no result if the server has not set it yet.
    pub fn thrown(&self) -> Option<(Thrown, Option<u32>)> {
        let FaceLook::Animated(sticker) = &self.look else {
            return None;
        };
        let what = match self.id {
            DICE => Thrown::Dice,
            ROCK_PAPER_SCISSORS => Thrown::RockPaperScissors,
            _ => return None,
        };
        Some((what, sticker.result.parse().ok()))
    }
}

pub(super) fn decode_classic(face: &FaceElem) -> Option<Element> {
    Some(Element::Face(Face {
        id: u32::try_from(face.index.unwrap_or(0)).ok()?,
        name: String::new(),
        look: FaceLook::Classic,
    }))
}

pub(super) fn decode_small(payload: &[u8]) -> Option<Element> {
    let face: SmallFace = bounded::decode(payload).ok()?;
    Some(Element::Face(Face {
        id: face.index.unwrap_or(0),
        name: face.text.unwrap_or_default(),
        look: FaceLook::Small,
    }))
}

pub(in crate::message) fn decode_big(payload: &[u8]) -> Option<Element> {
    let face: BigFace = bounded::decode(payload).ok()?;
    let result = face.result_id.filter(|result| !result.is_empty());
    Some(Element::Face(Face {
        id: face.face_id.unwrap_or(0),
        name: face.text.unwrap_or_default(),
        look: FaceLook::Animated(Sticker {
            pack: face.pack_id.unwrap_or_default(),
            sticker: face.sticker_id.unwrap_or_default(),
            kind: face.sticker_type.unwrap_or(1),
            result: result
                .or_else(|| face.result_number.map(|result| result.to_string()))
                .unwrap_or_default(),
        }),
    }))
}

/// Decodes a face bubble (one face repeated many times) as the text that follows it for old clients, `[name]xN`.
pub(super) fn decode_bubble(payload: &[u8]) -> Option<Element> {
    let bubble: FaceBubble = bounded::decode(payload).ok()?;
    let named = bubble.face.and_then(|face| face.text);
    let name = bubble.summary.or(named).filter(|name| !name.is_empty())?;
    Some(Element::Text(Text::new(format!(
        "[{}]x{}",
        name.trim_start_matches('/'),
        bubble.count.unwrap_or(1)
    ))))
}

pub(super) fn encode(face: &Face) -> Elem {
    match &face.look {
        FaceLook::Classic => Elem {
            face: Some(FaceElem {
                index: Some(i32::try_from(face.id).unwrap_or(0)),
                old: None,
            }),
            ..Elem::default()
        },
        FaceLook::Small => {
            let payload = SmallFace {
                index: Some(face.id),
                text: Some(face.name.clone()),
                compat: Some(face.name.clone()),
            };
            common_elem(SERVICE_SMALL, &payload, 1)
        }
        FaceLook::Animated(sticker) => common_elem(SERVICE_BIG, &big(face, sticker), sticker.kind),
    }
}

/// Payload of an animated face, which the answer to a send also contains for a throw (protocol/02 §4.2).
pub(in crate::message) fn big(face: &Face, sticker: &Sticker) -> BigFace {
    BigFace {
        pack_id: Some(sticker.pack.clone()),
        sticker_id: Some(sticker.sticker.clone()),
        face_id: Some(face.id),
        source_type: Some(1),
        sticker_type: Some(sticker.kind),
        result_id: Some(sticker.result.clone()),
        text: Some(face.name.clone()),
        surprise_id: None,
        random_type: Some(1),
        result_number: None,
    }
}
