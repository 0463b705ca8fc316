//! What the codecs cost by themselves: segments to the wire's bytes and back, and CQ text.

use crate::Row;
use nekonap_client::message::{
    Element, Face, FaceLook, Mention, MentionTarget, Text, decode_list, encode_list,
};
use nekonap_onebot::{
    Form, Message, MessageParam, Segment,
    segments::{At, Face as FaceSegment, Whom},
};
use serde_json::Value;
use std::{
    hint::black_box,
    time::{Duration, Instant},
};

/// How long each figure is measured.
const MEASURED: Duration = Duration::from_secs(1);

/// A message as people write them, with its segments as frameworks send them.
const SEGMENTS: &str = r#"[{"type":"at","data":{"qq":"10002"}},{"type":"text","data":{"text":" 早上好,今天的会议改到下午三点,记得带上 [笔记] & 电脑。 "}},{"type":"face","data":{"id":"14"}},{"type":"text","data":{"text":"See you there!"}}]"#;

/// The same in CQ codes.
const CQ: &str = "[CQ:at,qq=10002] 早上好,今天的会议改到下午三点,记得带上 &#91;笔记&#93; &amp; 电脑。 [CQ:face,id=14]See you there!";

pub(crate) fn rows() -> Vec<Row> {
    let there_and_back = a_second(|| {
        let param: MessageParam = serde_json::from_str(SEGMENTS).expect("JSON");
        let message = param.read(false).expect("segments");
        let bytes = encode_list(&elements(&message));
        let read = segments(&decode_list(&bytes).expect("elements"));
        black_box(read.to_value(Form::Array).to_string());
    });
    let json = a_second(|| {
        let value: Value = serde_json::from_str(SEGMENTS).expect("JSON");
        black_box(value.to_string());
    });
    let megabytes = |times: f64| times * f64::from(u32::try_from(CQ.len()).expect("short")) / 1e6;
    let parsed = a_second(|| {
        black_box(Message::from_cq(black_box(CQ)).expect("segments"));
    });
    let copied = a_second(|| {
        let unescaped = black_box(CQ)
            .replace("&#91;", "[")
            .replace("&#93;", "]")
            .replace("&#44;", ",")
            .replace("&amp;", "&");
        black_box(unescaped);
    });
    vec![
        Row {
            what: "segments (JSON) to the wire's bytes and back",
            figure: there_and_back,
            unit: "messages/s",
            baseline: Some(("the same JSON through serde_json alone", json)),
            reach: "no figure set",
        },
        Row {
            what: "CQ text to segments",
            figure: megabytes(parsed),
            unit: "MB/s",
            baseline: Some(("its escapes replaced by str::replace", megabytes(copied))),
            reach: "no figure set",
        },
    ]
}

/// How often something can be done in a second, one after the other.
fn a_second(mut work: impl FnMut()) -> f64 {
    let start = Instant::now();
    let mut times = 0_u32;
    while start.elapsed() < MEASURED {
        for _ in 0..100 {
            work();
        }
        times += 100;
    }
    f64::from(times) / start.elapsed().as_secs_f64()
}

/// The three kinds of this message as elements. The endpoint's own mapping is not to be had without a bot.
fn elements(message: &Message) -> Vec<Element> {
    let element = |segment: &Segment| match segment {
        Segment::Text(text) => Element::Text(Text::new(text.text.as_str())),
        Segment::At(at) => Element::Mention(Mention {
            target: match at.qq {
                Whom::One(uin) => MentionTarget::Member {
                    uin: Some(uin),
                    uid: None,
                },
                Whom::All => MentionTarget::Everybody,
            },
            text: "@Bob".to_owned(),
        }),
        Segment::Face(face) => Element::Face(Face {
            id: face.id,
            name: String::new(),
            look: FaceLook::Classic,
        }),
        other => panic!("not in the message: {other:?}"),
    };
    message.iter().map(element).collect()
}

/// And back. An element that came back as anything else shows that the codec is broken, and so is the figure.
fn segments(elements: &[Element]) -> Message {
    let segment = |element: &Element| match element {
        Element::Text(text) => Segment::text(text.text.as_str()),
        Element::Mention(Mention {
            target: MentionTarget::Member { uin: Some(uin), .. },
            ..
        }) => Segment::At(At::one(*uin)),
        Element::Face(face) => Segment::Face(FaceSegment::new(face.id)),
        other => panic!("not in the message: {other:?}"),
    };
    elements.iter().map(segment).collect()
}
