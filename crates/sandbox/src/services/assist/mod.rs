//! AI voices and translation. protocol/04 §12, §13.1

mod sound;
mod translate;
pub(crate) mod voice;

use nekonap_wire::commands::assist::{GetCharacters, Speak, Translate};

use crate::router::Router;

pub(crate) fn commands(router: &mut Router) {
    router.on::<Translate>(translate::command);
    router.on::<GetCharacters>(voice::characters);
    router.on::<Speak>(voice::speak);
}
