//! Stickers from the sticker shop (protocol/02 §3.5).

use bytes::Bytes;

use crate::proto::message::{Elem, MarketFaceElem};

/// A sticker from the sticker shop.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MarketFace {
    /// Name in brackets, such as `[开心]`.
    pub name: String,
    /// Sticker id, usually 16 bytes; OneBot uses its lowercase hex.
    pub id: Bytes,
    /// Sticker pack id.
    pub package: u32,
    /// Key that is needed to send the sticker, 16 characters.
    pub key: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

impl MarketFace {
    /// URL of the picture; `None` if the id is empty.
    pub fn url(&self) -> Option<String> {
        let hex = hex::encode(&self.id);
        let folder = hex.get(..2)?;
        Some(format!(
            "https://gxh.vip.qq.com/club/item/parcel/item/{folder}/{hex}/raw300.gif"
        ))
    }
}

pub(super) fn decode(elem: &MarketFaceElem) -> MarketFace {
    MarketFace {
        name: elem.name.clone().unwrap_or_default(),
        id: elem.face_id.clone().unwrap_or_default(),
        package: elem.tab_id.unwrap_or(0),
        key: elem.key.clone().unwrap_or_default(),
        width: elem.width.unwrap_or(0),
        height: elem.height.unwrap_or(0),
    }
}

pub(super) fn encode(face: &MarketFace) -> Elem {
    Elem {
        market_face: Some(MarketFaceElem {
            name: Some(face.name.clone()),
            item_type: Some(6),
            face_info: Some(1),
            face_id: Some(face.id.clone()),
            tab_id: Some(face.package),
            sub_type: Some(3),
            key: Some(face.key.clone()),
            param: None,
            media_type: None,
            width: Some(face.width),
            height: Some(face.height),
            mobile_param: None,
            // `{8: 1}`
            pb_reserve: Some(Bytes::from_static(&[0x40, 0x01])),
        }),
        ..Elem::default()
    }
}
