//! People's own stickers, stickers of the market, and pictures for a word. protocol/03 §8.3, protocol/04 §13.12, §13.13

pub(crate) mod face;
pub(crate) mod market;
mod search;

use nekonap_wire::commands::faces::{DescribeFace, GetMarketKeys, OperateFaces, SearchPictures};

use crate::{http::Acts, router::Router};

pub(crate) fn commands(router: &mut Router) {
    router.on::<OperateFaces>(face::command);
    router.on::<DescribeFace>(face::describe);
    router.on::<GetMarketKeys>(market::keys);
    router.on::<SearchPictures>(search::command);
}

pub(crate) fn acts(acts: &mut Acts) {
    acts.phone("save_face", face::act_save);
    acts.world("offer_picture", search::act_offer);
}
