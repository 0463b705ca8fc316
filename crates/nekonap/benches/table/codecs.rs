//! Throughput of the codecs: segments to the wire's bytes and back, and CQ text.

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

/// Measuring time of each figure.
const MEASURED: Duration = Duration::from_secs(1);

/// A typical message as segments in JSON.
const SEGMENTS: &str = r#"[{"type":"at","data":{"qq":"10002"}},{"type":"text","data":{"text":" 早上好,今天的会议改到下午三点,记得带上 [笔记] & 电脑。 "}},{"type":"face","data":{"id":"14"}},{"type":"text","data":{"text":"See you there!"}}]"#;

/// The same message in CQ codes.
const CQ: &str = "[CQ:at,qq=10002] 早上好,今天的会议改到下午三点,记得带上 &#91;笔记&#93; &amp; 电脑。 [CQ:face,id=14]See you there!";

pub(crate) fn rows() -> Vec<Row> {
    let round_trip = a_second(|| {
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
            figure: round_trip,
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

/// Sequential runs of `work` per second.
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

/// Converts the three kinds of segments of the message. The endpoint's own conversion needs a bot.
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
        other => panic!("unexpected: {other:?}"),
    };
    message.iter().map(element).collect()
}

/// Converts the elements back. Panics on any other kind, which means that the codec is broken.
fn segments(elements: &[Element]) -> Message {
    let segment = |element: &Element| match element {
        Element::Text(text) => Segment::text(text.text.as_str()),
        Element::Mention(Mention {
            target: MentionTarget::Member { uin: Some(uin), .. },
            ..
        }) => Segment::At(At::one(*uin)),
        Element::Face(face) => Segment::Face(FaceSegment::new(face.id)),
        other => panic!("unexpected: {other:?}"),
    };
    elements.iter().map(segment).collect()
}
