//! AI voices, translation and the safety of links. protocol/04 §12, §13.1, §13.2

mod sound;
mod translate;
pub(crate) mod url;
pub(crate) mod voice;

use nekonap_wire::commands::assist::{CheckUrl, GetCharacters, Speak, Translate};

use crate::{http::Acts, router::Router};

pub(crate) fn commands(router: &mut Router) {
    router.on::<Translate>(translate::command);
    router.on::<CheckUrl>(url::check);
    router.on::<GetCharacters>(voice::characters);
    router.on::<Speak>(voice::speak);
}

pub(crate) fn acts(acts: &mut Acts) {
    acts.world("rate_host", url::rate);
}
