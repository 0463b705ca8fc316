//! AI voices: the characters, and voices that read a text. The sound is a row of tones. protocol/04 §12

use base64::{Engine as _, engine::general_purpose::STANDARD};
use nekonap_wire::{
    bounded,
    commands::assist::{DONE, WAIT},
    field::Required,
    message::Element,
    proto::{
        assist::{
            Character, CharacterCategory, CharactersReply, CharactersRequest, SpeakReply,
            SpeakRequest,
        },
        message::{Elem, MsgInfo},
    },
};
use serde_json::json;

use super::sound;
use crate::{
    http::elements,
    refusal::{Refusal, code},
    router::Caller,
    services::messages::send::{Draft, To, may_speak, send},
    world::{VoiceJob, VoiceState, World},
};

/// Characters of a text that is spoken.
const MAX_TEXT: usize = 300;
/// What the sample of a character says.
const SAMPLE: &str = "hello world";

/// A character of the sandbox.
struct Speaker {
    /// 1 speech, 2 song.
    kind: u32,
    category: &'static str,
    id: &'static str,
    name: &'static str,
    /// Lowest note, in hertz.
    pitch: f64,
}

const fn speaker(
    kind: u32,
    category: &'static str,
    id: &'static str,
    name: &'static str,
    pitch: f64,
) -> Speaker {
    Speaker {
        kind,
        category,
        id,
        name,
        pitch,
    }
}

/// The characters; those of one category stand together.
const SPEAKERS: &[Speaker] = &[
    speaker(1, "推荐", "lucy-voice-laibixiaoxin", "沙盒·小新", 330.0),
    speaker(1, "推荐", "lucy-voice-female1", "沙盒·小妹", 392.0),
    speaker(1, "古风", "lucy-voice-houge", "沙盒·猴哥", 262.0),
    speaker(1, "现代", "lucy-voice-m8", "沙盒·大叔", 165.0),
    speaker(2, "推荐", "lucy-song-female1", "沙盒·歌手", 440.0),
];

pub(crate) fn characters(
    world: &mut World,
    caller: &Caller,
    request: CharactersRequest,
) -> Result<CharactersReply, Refusal> {
    world.acting_member(request.group_uin.required("group_uin")?, caller.uin)?;
    let mut categories: Vec<CharacterCategory> = Vec::new();
    let kind = request.kind.unwrap_or(0);
    for speaker in SPEAKERS.iter().filter(|speaker| speaker.kind == kind) {
        let character = Character {
            id: Some(speaker.id.to_owned()),
            name: Some(speaker.name.to_owned()),
            sample_url: Some(format!("http://{}/ai-voice/{}", world.address, speaker.id)),
        };
        match categories.last_mut() {
            Some(last) if last.name.as_deref() == Some(speaker.category) => {
                last.characters.push(character);
            }
            _ => categories.push(CharacterCategory {
                name: Some(speaker.category.to_owned()),
                characters: vec![character],
            }),
        }
    }
    Ok(CharactersReply { categories })
}

/// The sample of a character; `None` if there is no such character.
pub(crate) fn sample(id: &str) -> Option<Vec<u8>> {
    let speaker = SPEAKERS.iter().find(|speaker| speaker.id == id)?;
    Some(sound::wav(SAMPLE, speaker.pitch))
}

/// The first request of a voice is answered with "wait", the next one with the voice. Then it is posted in the group,
/// unless the session is 0.
pub(crate) fn speak(
    world: &mut World,
    caller: &Caller,
    request: SpeakRequest,
) -> Result<SpeakReply, Refusal> {
    let group = request.group_uin.required("group_uin")?;
    let job = VoiceJob {
        caller: caller.uin,
        group,
        session: request.session.and_then(|one| one.session).unwrap_or(0),
        character: request.character_id.unwrap_or_default(),
        text: request.text.unwrap_or_default(),
        kind: request.kind.unwrap_or(0),
    };
    world.acting_member(group, caller.uin)?;
    let state = world.voices.state(&job).cloned();
    if let Some(VoiceState::Done(media)) = state {
        return Ok(done(*media));
    }
    let speaker = SPEAKERS
        .iter()
        .find(|speaker| (speaker.kind, speaker.id) == (job.kind, job.character.as_str()))
        .ok_or_else(|| Refusal::not_found(format!("there is no voice {:?}", job.character)))?;
    if job.text.trim().is_empty() || job.text.chars().count() > MAX_TEXT {
        let text = format!("a voice reads 1 to {MAX_TEXT} characters");
        return Err(Refusal::not_allowed(code::CONTENT, text));
    }
    if job.session != 0 {
        may_speak(world, caller.uin, To::Group(group))?;
    }
    if state.is_none() {
        world.voices.set(job, VoiceState::Waiting);
        return Ok(SpeakReply {
            state: Some(WAIT),
            ..SpeakReply::default()
        });
    }
    let file = STANDARD.encode(sound::wav(&job.text, speaker.pitch));
    let voice = json!([{
        "type": "voice", "base64": file, "name": "sandbox.wav", "caption": job.text,
    }]);
    let elements = elements::read(world, caller.uin, To::Group(group), &voice)?;
    let media = media(&elements)?;
    if job.session != 0 {
        let draft = Draft {
            to: To::Group(group),
            elements,
            client_sequence: 0,
            random: job.session,
            thrown: false,
            connection: None,
        };
        send(world, caller.uin, draft)?;
    }
    world
        .voices
        .set(job, VoiceState::Done(Box::new(media.clone())));
    Ok(done(media))
}

fn done(media: MsgInfo) -> SpeakReply {
    SpeakReply {
        state: Some(DONE),
        media: Some(media),
        ..SpeakReply::default()
    }
}

/// The description of the file in a voice message.
fn media(elements: &[Element]) -> Result<MsgInfo, Refusal> {
    let broken = || Refusal::broken(&"the voice is not a media element");
    let [Element::Voice(voice)] = elements else {
        return Err(broken());
    };
    let common = bounded::decode::<Elem>(&voice.raw)?.common_elem;
    let payload = common.and_then(|common| common.payload);
    Ok(bounded::decode(&payload.ok_or_else(broken)?)?)
}
