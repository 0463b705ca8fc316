//! Stickers and pictures: the account's own, those of the sticker shop, and the search (protocol/03 §8.3, protocol/04 §13.12,
//! §13.13).

mod describe;
mod face;
mod market;
mod search;

pub use describe::DESCRIBE;
pub use face::{DELETE, LIST};

use crate::{
    command::commands,
    proto::faces::{
        DescribeReply, DescribeRequest, FacesReply, FacesRequest, MarketKeysReply,
        MarketKeysRequest, PictureSearch, PicturesFound,
    },
};

commands! {
    /// Lists or deletes the account's own stickers. protocol/03 §8.3
    OperateFaces = "Faceroam.OpReq", FacesRequest => FacesReply;
    /// Sets what the account says about one of its own stickers. protocol/03 §8.3
    DescribeFace = 0x902e / 1, DescribeRequest => DescribeReply;
    /// Requests the keys that are needed to send stickers of the sticker shop. protocol/04 §13.12
    GetMarketKeys = "BQMallSvc.TabOpReq", MarketKeysRequest => MarketKeysReply;
    /// Searches for pictures that fit a word. protocol/04 §13.13
    SearchPictures = "PicSearchSvr.PullPics", PictureSearch => PicturesFound;
}
