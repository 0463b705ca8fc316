//! Search for pictures: it finds those that the world offers for a word. protocol/04 §13.13, api/sandbox §3, `offer_picture`

use nekonap_wire::proto::faces::{PictureSearch, PicturesFound};
use serde::{Deserialize, Serialize};

use super::face;
use crate::{
    refusal::Refusal,
    router::Caller,
    world::{Change, World},
};

/// Pictures in an answer.
const MAX_ANSWER: u32 = 50;
/// Maximum length of a word, in characters.
const MAX_WORD: usize = 60;

/// Parameters of `offer_picture`.
#[derive(Debug, Deserialize)]
pub(super) struct OfferAct {
    word: String,
    base64: String,
}

/// Reply of `offer_picture`.
#[derive(Debug, Serialize)]
pub(super) struct Offered {
    url: String,
}

fn url(world: &World, number: u32) -> String {
    format!("http://{}/found-picture/{number}", world.address)
}

pub(super) fn act_offer(world: &mut World, act: OfferAct) -> Result<Offered, Refusal> {
    let subject = act.word.trim();
    if !(1..=MAX_WORD).contains(&subject.chars().count()) {
        let text = format!("`word` must have 1 to {MAX_WORD} characters");
        return Err(Refusal::bad_request(text));
    }
    let picture = face::stored_picture(world, &act.base64)?;
    let number = world.offer_picture(subject, &picture.sha1)?;
    let offered = Change::PictureOffered {
        word: subject.to_owned(),
    };
    world.record(None, offered);
    Ok(Offered {
        url: url(world, number),
    })
}

pub(super) fn command(
    world: &mut World,
    caller: &Caller,
    request: PictureSearch,
) -> Result<PicturesFound, Refusal> {
    if request.uin != Some(caller.uin.get()) {
        return Err(Refusal::bad_request("`uin` is another account"));
    }
    let subject = request.word.unwrap_or_default();
    let found = world.found_pictures(subject.trim(), MAX_ANSWER)?;
    let urls: Vec<String> = found.into_iter().map(|number| url(world, number)).collect();
    Ok(PicturesFound::of(urls))
}
