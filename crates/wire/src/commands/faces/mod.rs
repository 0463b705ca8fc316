//! Stickers: the account's own, and those of the sticker shop (protocol/03 §8.3, protocol/04 §13.12).

mod face;
mod market;

pub use face::{DELETE, LIST};

use crate::{
    command::commands,
    proto::faces::{FacesReply, FacesRequest, MarketKeysReply, MarketKeysRequest},
};

commands! {
    /// Lists or deletes the account's own stickers. protocol/03 §8.3
    OperateFaces = "Faceroam.OpReq", FacesRequest => FacesReply;
    /// Requests the keys that are needed to send stickers of the sticker shop. protocol/04 §13.12
    GetMarketKeys = "BQMallSvc.TabOpReq", MarketKeysRequest => MarketKeysReply;
}
