//! Typed segments (api/events-and-segments §7).

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
    /// A mention of one account or of all members.
    At(At),
    /// A QQ face.
    Face(Face),
    /// A quote of another message.
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
    /// A contact card of a person or a group.
    Contact(Contact),
    /// A location.
    Location(Location),
    /// A music card.
    Music(Music),
    /// A JSON card ("ark").
    Json(Json),
    /// An XML card, the older format of cards.
    Xml(Xml),
    /// Markdown text.
    Markdown(Markdown),
    /// Buttons.
    Keyboard(Keyboard),
    /// A store sticker.
    Mface(Mface),
    /// A merged forward.
    Forward(Forward),
    /// One message of a merged forward.
    Node(Box<Node>),
    /// A request to send the message anonymously.
    Anonymous(Anonymous),
    /// A card of a mini program.
    Miniapp(Miniapp),
    /// An online file, transferred directly between two computers.
    OnlineFile(OnlineFile),
    /// A flash transfer: a set of files that QQ stores for a few days.
    FlashTransfer(FlashTransfer),
    /// A segment of an unknown type, kept unchanged.
    #[serde(untagged)]
    #[schemars(skip)]
    Other(RawSegment),
}

/// How a type of segment is read.
struct Reader {
    params: Params,
    synonyms: &'static [(&'static str, &'static str)],
    is_empty: fn(&Object) -> bool,
    finish: fn(Object) -> serde_json::Result<Segment>,
}

/// Readers of all types of segments, by `type`. Their schemas are read once.
static KINDS: LazyLock<HashMap<&'static str, Reader>> = LazyLock::new(|| {
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

fn kind<K: Kind>(finish: fn(Object) -> serde_json::Result<Segment>) -> (&'static str, Reader) {
    let reader = Reader {
        params: Params::of::<K>(),
        synonyms: K::SYNONYMS,
        is_empty: K::is_empty,
        finish,
    };
    (K::NAME, reader)
}

fn read<T: for<'de> Deserialize<'de>>(data: Object) -> serde_json::Result<T> {
    serde_json::from_value(Value::Object(data))
}

impl Segment {
    /// A `text` segment.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(Text { text: text.into() })
    }

    /// `type` in JSON.
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

    /// The segment in untyped form.
    pub fn to_raw(&self) -> RawSegment {
        match self {
            // The most frequent segments do not need serde.
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
                // Every type is a struct, so it is always written as an object.
                _ => RawSegment::new(typed.kind(), Object::new()),
            },
        }
    }

    /// Reads an untyped segment. Values are coerced; segments of unknown types are kept unchanged. `None` for a segment
    /// without content: an empty text, a mention without an account, a reply without a message.
    ///
    /// # Errors
    /// A key is missing or cannot be read. The error names it, with the prefix `path`.
    pub fn from_raw(
        raw: RawSegment,
        encoding: Encoding,
        path: &str,
    ) -> Result<Option<Self>, ParamError> {
        let Some(reader) = KINDS.get(raw.kind.as_str()) else {
            return Ok(Some(Self::Other(raw)));
        };
        let mut data = raw.data;
        for (synonym, name) in reader.synonyms {
            coerce::rename(&mut data, synonym, name);
        }
        let path = format!("{path}.data");
        let data = match reader.params.coerce_within(&path, data, encoding) {
            Ok(data) if (reader.is_empty)(&data) => return Ok(None),
            Ok(data) => data,
            // Missing keys also mean that the segment is empty.
            Err(ParamError::Missing { .. }) if (reader.is_empty)(&Object::new()) => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        (reader.finish)(data)
            .map(Some)
            .map_err(|error| ParamError::Invalid {
                name: path,
                expected: error.to_string(),
                found: "what was given".to_owned(),
            })
    }
}
