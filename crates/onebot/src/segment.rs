//! A segment, typed (api/events-and-segments §7).

use std::{collections::HashMap, sync::LazyLock};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Encoding, Object, ParamError, Params, RawSegment, coerce,
    segments::{
        Anonymous, At, Contact, Dice, Face, File, FlashTransfer, Forward, Image, Json, Keyboard,
        Kind, Location, Markdown, Mface, Miniapp, Music, Node, OnlineFile, Poke, Record, Reply,
        Rps, Shake, Share, Text, Video, Xml,
    },
};

/// One part of a message.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "type", content = "data", rename_all = "lowercase")]
pub enum Segment {
    /// Plain text.
    Text(Text),
    /// A mention.
    At(At),
    /// A face.
    Face(Face),
    /// A quote.
    Reply(Reply),
    /// A picture.
    Image(Image),
    /// A voice message.
    Record(Record),
    /// A video.
    Video(Video),
    /// A file.
    File(File),
    /// Rock, paper, scissors.
    Rps(Rps),
    /// A die.
    Dice(Dice),
    /// An animated poke, or a nudge.
    Poke(Poke),
    /// The animated poke number 1.
    Shake(Shake),
    /// A link card.
    Share(Share),
    /// A person's or group's card.
    Contact(Contact),
    /// A place.
    Location(Location),
    /// A music card.
    Music(Music),
    /// A card.
    Json(Json),
    /// A card of the old kind.
    Xml(Xml),
    /// Formatted text.
    Markdown(Markdown),
    /// Buttons.
    Keyboard(Keyboard),
    /// A store sticker.
    Mface(Mface),
    /// A merged forward.
    Forward(Forward),
    /// One message of a merged forward.
    Node(Box<Node>),
    /// The wish to speak anonymously.
    Anonymous(Anonymous),
    /// The card of a mini program.
    Miniapp(Miniapp),
    /// A file offered from computer to computer.
    OnlineFile(OnlineFile),
    /// A set of files kept for a few days.
    FlashTransfer(FlashTransfer),
    /// A kind that we do not know, kept as data.
    #[serde(untagged)]
    #[schemars(skip)]
    Other(RawSegment),
}

/// How a kind is read.
struct Reading {
    wants: Params,
    synonyms: &'static [(&'static str, &'static str)],
    says_nothing: fn(&Object) -> bool,
    finish: fn(Object) -> serde_json::Result<Segment>,
}

/// The kinds by name, with their schemas read once.
static KINDS: LazyLock<HashMap<&'static str, Reading>> = LazyLock::new(|| {
    HashMap::from([
        kind::<Text>(|data| read(data).map(Segment::Text)),
        kind::<At>(|data| read(data).map(Segment::At)),
        kind::<Face>(|data| read(data).map(Segment::Face)),
        kind::<Reply>(|data| read(data).map(Segment::Reply)),
        kind::<Image>(|data| read(data).map(Segment::Image)),
        kind::<Record>(|data| read(data).map(Segment::Record)),
        kind::<Video>(|data| read(data).map(Segment::Video)),
        kind::<File>(|data| read(data).map(Segment::File)),
        kind::<Rps>(|data| read(data).map(Segment::Rps)),
        kind::<Dice>(|data| read(data).map(Segment::Dice)),
        kind::<Poke>(|data| read(data).map(Segment::Poke)),
        kind::<Shake>(|data| read(data).map(Segment::Shake)),
        kind::<Share>(|data| read(data).map(Segment::Share)),
        kind::<Contact>(|data| read(data).map(Segment::Contact)),
        kind::<Location>(|data| read(data).map(Segment::Location)),
        kind::<Music>(|data| read(data).map(Segment::Music)),
        kind::<Json>(|data| read(data).map(Segment::Json)),
        kind::<Xml>(|data| read(data).map(Segment::Xml)),
        kind::<Markdown>(|data| read(data).map(Segment::Markdown)),
        kind::<Keyboard>(|data| read(data).map(Segment::Keyboard)),
        kind::<Mface>(|data| read(data).map(Segment::Mface)),
        kind::<Forward>(|data| read(data).map(Segment::Forward)),
        kind::<Node>(|data| read(data).map(Segment::Node)),
        kind::<Anonymous>(|data| read(data).map(Segment::Anonymous)),
        kind::<Miniapp>(|data| read(data).map(Segment::Miniapp)),
        kind::<OnlineFile>(|data| read(data).map(Segment::OnlineFile)),
        kind::<FlashTransfer>(|data| read(data).map(Segment::FlashTransfer)),
    ])
});

fn kind<K: Kind>(finish: fn(Object) -> serde_json::Result<Segment>) -> (&'static str, Reading) {
    let reading = Reading {
        wants: Params::of::<K>(),
        synonyms: K::SYNONYMS,
        says_nothing: K::says_nothing,
        finish,
    };
    (K::NAME, reading)
}

fn read<T: for<'de> Deserialize<'de>>(data: Object) -> serde_json::Result<T> {
    serde_json::from_value(Value::Object(data))
}

impl Segment {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(Text { text: text.into() })
    }

    /// The kind's name, `type` in JSON.
    pub fn kind(&self) -> &str {
        match self {
            Self::Text(_) => Text::NAME,
            Self::At(_) => At::NAME,
            Self::Face(_) => Face::NAME,
            Self::Reply(_) => Reply::NAME,
            Self::Image(_) => Image::NAME,
            Self::Record(_) => Record::NAME,
            Self::Video(_) => Video::NAME,
            Self::File(_) => File::NAME,
            Self::Rps(_) => Rps::NAME,
            Self::Dice(_) => Dice::NAME,
            Self::Poke(_) => Poke::NAME,
            Self::Shake(_) => Shake::NAME,
            Self::Share(_) => Share::NAME,
            Self::Contact(_) => Contact::NAME,
            Self::Location(_) => Location::NAME,
            Self::Music(_) => Music::NAME,
            Self::Json(_) => Json::NAME,
            Self::Xml(_) => Xml::NAME,
            Self::Markdown(_) => Markdown::NAME,
            Self::Keyboard(_) => Keyboard::NAME,
            Self::Mface(_) => Mface::NAME,
            Self::Forward(_) => Forward::NAME,
            Self::Node(_) => Node::NAME,
            Self::Anonymous(_) => Anonymous::NAME,
            Self::Miniapp(_) => Miniapp::NAME,
            Self::OnlineFile(_) => OnlineFile::NAME,
            Self::FlashTransfer(_) => FlashTransfer::NAME,
            Self::Other(raw) => &raw.kind,
        }
    }

    /// The segment as data.
    pub fn to_raw(&self) -> RawSegment {
        match self {
            // The two that nearly every message consists of.
            Self::Text(Text { text }) => RawSegment::text(text.as_str()),
            Self::Other(raw) => raw.clone(),
            typed => match serde_json::to_value(typed) {
                Ok(Value::Object(mut segment)) => {
                    let data = match segment.remove("data") {
                        Some(Value::Object(data)) => data,
                        _ => Object::new(),
                    };
                    RawSegment::new(typed.kind(), data)
                }
                // Every kind is a struct and is written as an object.
                _ => RawSegment::new(typed.kind(), Object::new()),
            },
        }
    }

    /// Reads a segment from data, leniently. Kinds that we do not know are kept as they are. None for a segment that says
    /// nothing: an empty text, a mention of nobody.
    ///
    /// # Errors
    /// Names the key that is missing or cannot be read, below `path`.
    pub fn from_raw(
        raw: RawSegment,
        encoding: Encoding,
        path: &str,
    ) -> Result<Option<Self>, ParamError> {
        let Some(reading) = KINDS.get(raw.kind.as_str()) else {
            return Ok(Some(Self::Other(raw)));
        };
        let mut data = raw.data;
        for (synonym, name) in reading.synonyms {
            coerce::rename(&mut data, synonym, name);
        }
        let path = format!("{path}.data");
        let data = match reading.wants.coerce_within(&path, data, encoding) {
            Ok(data) if (reading.says_nothing)(&data) => return Ok(None),
            Ok(data) => data,
            // What is absent altogether says nothing too.
            Err(ParamError::Missing { .. }) if (reading.says_nothing)(&Object::new()) => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        (reading.finish)(data)
            .map(Some)
            .map_err(|error| ParamError::Invalid {
                name: path,
                expected: error.to_string(),
                found: "what was given".to_owned(),
            })
    }
}
