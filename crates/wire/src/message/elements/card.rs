//! Cards: JSON, XML, and the card of a merged forward (protocol/02 §3.10, §7.4).

use std::io::{Read, Write};

use bytes::Bytes;
use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};
use serde_json::{Value, json};

use crate::{
    message::element::Element,
    proto::message::{Elem, LightApp, RichMsg},
};

/// Largest decompressed card, in bytes: a card is text, so anything larger is an attack.
const LARGEST: u64 = 4 << 20;
/// `serviceID` of an XML merged forward.
const SERVICE_FORWARD: i32 = 35;
/// `serviceID` of an old JSON card.
const SERVICE_JSON: i32 = 1;
/// App that displays a merged forward.
const FORWARD_APP: &str = "com.tencent.multimsg";

/// A card: JSON that an app inside the client displays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Card {
    /// The JSON text, unchanged.
    pub json: String,
}

/// An XML card.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Xml {
    /// The XML text.
    pub xml: String,
    /// Service that displays the card: `serviceID` of the root element.
    pub service: i32,
}

/// A merged forward, whose messages are stored under a resource id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forward {
    /// Resource id of the stored messages.
    pub res_id: String,
    /// Name of this forward's messages inside the payload of a forward that contains it.
    pub uniseq: String,
    /// Title of the card.
    pub title: String,
    /// Preview lines, at most four.
    pub preview: Vec<String>,
    /// Last line of the card.
    pub summary: String,
    /// Text for the chat list.
    pub prompt: String,
    /// Number of messages; 0 if unknown.
    pub count: u32,
}

/// Generates a name for a forward's messages: a random UUID (version 4), lower case, with hyphens (protocol/02 §7.4).
pub fn uniseq() -> String {
    let mut bytes: [u8; 16] = rand::random();
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex = hex::encode(bytes);
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

impl Card {
    /// Text for the chat list, if the JSON contains it.
    pub fn prompt(&self) -> Option<String> {
        let card: Value = serde_json::from_str(&self.json).ok()?;
        card["prompt"].as_str().map(str::to_owned)
    }
}

pub(super) fn decode(elem: &LightApp) -> Option<Element> {
    let json = unpack(elem.data.as_ref()?)?;
    Some(match forward(&json) {
        Some(forward) => Element::Forward(forward),
        None => Element::Card(Card { json }),
    })
}

pub(super) fn decode_rich(elem: &RichMsg) -> Option<Element> {
    let text = unpack(elem.template.as_ref()?)?;
    let service = elem.service_id.unwrap_or(0);
    if service == SERVICE_FORWARD
        && let Some(forward) = xml_forward(&text)
    {
        return Some(Element::Forward(forward));
    }
    if service == SERVICE_JSON
        && serde_json::from_str::<Value>(&text).is_ok_and(|value| value.is_object())
    {
        return Some(Element::Card(Card { json: text }));
    }
    Some(Element::Xml(Xml { xml: text, service }))
}

pub(super) fn encode(card: &Card) -> Elem {
    Elem {
        light_app: Some(LightApp {
            data: Some(pack(&card.json)),
            res_id: None,
        }),
        ..Elem::default()
    }
}

pub(super) fn encode_xml(xml: &Xml) -> Elem {
    Elem {
        rich_msg: Some(RichMsg {
            template: Some(pack(&xml.xml)),
            service_id: Some(xml.service),
            res_id: None,
        }),
        ..Elem::default()
    }
}

pub(super) fn encode_forward(forward: &Forward) -> Elem {
    encode(&Card {
        json: forward.json(),
    })
}

impl Forward {
    /// The card's JSON (protocol/02 §7.4).
    pub fn json(&self) -> String {
        let news: Vec<Value> = self
            .preview
            .iter()
            .map(|line| json!({"text": line}))
            .collect();
        let extra = json!({"filename": self.uniseq, "tsum": self.count}).to_string();
        json!({
            "app": FORWARD_APP,
            "config": {"autosize": 1, "forward": 1, "round": 1, "type": "normal", "width": 300},
            "desc": "[聊天记录]",
            "extra": extra,
            "meta": {"detail": {
                "news": news,
                "resid": self.res_id,
                "source": self.title,
                "summary": self.summary,
                "uniseq": self.uniseq,
            }},
            "prompt": self.prompt,
            "ver": "0.0.0.5",
            "view": "contact",
        })
        .to_string()
    }
}

/// Parses a merged forward's card; `None` if the JSON is another card.
fn forward(json: &str) -> Option<Forward> {
    let card: Value = serde_json::from_str(json).ok()?;
    if card["app"] != FORWARD_APP {
        return None;
    }
    let detail = &card["meta"]["detail"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let extra: Value = card["extra"]
        .as_str()
        .and_then(|extra| serde_json::from_str(extra).ok())
        .unwrap_or_default();
    Some(Forward {
        res_id: detail["resid"]
            .as_str()
            .filter(|id| !id.is_empty())?
            .to_owned(),
        uniseq: text(&detail["uniseq"]),
        title: text(&detail["source"]),
        preview: detail["news"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|line| text(&line["text"]))
            .collect(),
        summary: text(&detail["summary"]),
        prompt: text(&card["prompt"]),
        count: extra["tsum"]
            .as_u64()
            .and_then(|count| u32::try_from(count).ok())
            .unwrap_or(0),
    })
}

/// Parses the XML form, which official clients write.
fn xml_forward(xml: &str) -> Option<Forward> {
    let titles: Vec<String> = xml
        .split("<title")
        .skip(1)
        .filter_map(|rest| rest.split_once('>')?.1.split_once("</title>"))
        .map(|(text, _)| unescape(text))
        .collect();
    let summary = xml
        .split_once("<summary")
        .and_then(|(_, rest)| rest.split_once('>')?.1.split_once("</summary>"))
        .map(|(text, _)| unescape(text));
    Some(Forward {
        res_id: attribute(xml, "m_resid").filter(|id| !id.is_empty())?,
        uniseq: attribute(xml, "m_fileName").unwrap_or_default(),
        title: titles.first().cloned().unwrap_or_default(),
        preview: titles.iter().skip(1).cloned().collect(),
        summary: summary.unwrap_or_default(),
        prompt: attribute(xml, "brief").unwrap_or_default(),
        count: attribute(xml, "tSum")
            .and_then(|count| count.parse().ok())
            .unwrap_or(0),
    })
}

/// The first attribute with this name. Clients generate the XML; it is flat, and no attribute value contains another
/// attribute's name.
fn attribute(xml: &str, name: &str) -> Option<String> {
    let (_, rest) = xml.split_once(&format!(" {name}="))?;
    let quote = rest
        .chars()
        .next()
        .filter(|quote| matches!(quote, '"' | '\''))?;
    let (value, _) = rest[1..].split_once(quote)?;
    Some(unescape(value))
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}

/// Decodes one byte (0 plain, 1 zlib) and the text. `None` if the text is not UTF-8 or decompresses to more than 4 MiB.
fn unpack(data: &Bytes) -> Option<String> {
    let (form, rest) = data.split_first()?;
    let mut text = Vec::new();
    match form {
        0 => text.extend_from_slice(rest),
        1 => {
            let mut decoder = ZlibDecoder::new(rest).take(LARGEST + 1);
            decoder.read_to_end(&mut text).ok()?;
        }
        _ => return None,
    }
    if u64::try_from(text.len()).ok()? > LARGEST {
        return None;
    }
    String::from_utf8(text).ok()
}

fn pack(text: &str) -> Bytes {
    let mut encoder = ZlibEncoder::new(vec![1], Compression::default());
    // Writing into memory cannot fail; if it did, the uncompressed form is equivalent.
    match encoder
        .write_all(text.as_bytes())
        .and_then(|()| encoder.finish())
    {
        Ok(packed) => packed.into(),
        Err(_) => [&[0], text.as_bytes()].concat().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uniseq_has_the_form_of_a_uuid() {
        let id = uniseq();
        assert_eq!(id.len(), 36);
        assert_eq!(id.as_bytes()[14], b'4');
        assert!(b"89ab".contains(&id.as_bytes()[19]), "{id}");
        assert_ne!(uniseq(), id);
    }
}
