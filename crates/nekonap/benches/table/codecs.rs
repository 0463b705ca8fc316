//! Throughput of the codecs: segments to the wire's bytes and back, CQ text, and pushed events.

use crate::Row;
use nekonap_client::{
    message::{
        Element, Face, FaceLook, Mention, MentionTarget, Party, Text, decode_list, encode_list,
    },
    push::{Envelope, Origin, Poke, Push},
    read_qzone_answer,
};
use nekonap_ids::{GroupUin, Sequence, Uin};
use nekonap_onebot::{
    Form, Message, MessageParam, Segment,
    segments::{At, Face as FaceSegment, Whom},
};
use nekonap_wire::{bounded, proto::push::MsgPush};
use serde_json::{Value, json};
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
    let page = qzone_page();
    let call = format!("_preloadCallback({page});");
    let page_read = a_second(|| {
        black_box(read_qzone_answer(black_box(call.as_bytes())).expect("an answer"));
    });
    let page_json = a_second(|| {
        black_box(serde_json::from_str::<Value>(black_box(&page)).expect("JSON"));
    });
    let bytes = poke();
    let decoded = a_second(|| {
        let pushes = Push::decode_all(black_box(&bytes)).expect("a push");
        assert!(matches!(pushes[..], [_]));
        black_box(pushes);
    });
    let plain = a_second(|| {
        black_box(bounded::decode::<MsgPush>(black_box(&bytes)).expect("protobuf"));
    });
    vec![
        Row {
            what: "a Qzone page of 20 posts to values",
            figure: page_read,
            unit: "pages/s",
            baseline: Some(("the JSON in it through serde_json", page_json)),
            reach: "no figure set",
        },
        Row {
            what: "pushed events (a poke in a group) decoded",
            figure: decoded,
            unit: "events/s",
            baseline: Some(("their outer protobuf alone", plain)),
            reach: "no figure set",
        },
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

/// The JSON of a page of 20 posts, each with a text, two pictures and a comment. api/newer §4.2
fn qzone_page() -> String {
    let picture = |number: u32| {
        let url = format!("http://m.qpic.cn/psc?/V10001/{number:032x}/b&bo=gAJyBIACcgQRADc!");
        json!({"pictype": 1, "width": 1080, "height": 1920, "smallurl": url, "url1": url, "url2": url, "url3": url})
    };
    let post = |number: u32| {
        json!({
            "tid": format!("{number:024x}"), "uin": 10001, "name": "Neko", "created_time": 1_767_225_600 + number,
            "content": "早上好,今天的花园 \"garden\" is open until 5 o'clock.\nSee you there!", "cmtnum": 1, "secret": 0,
            "conlist": [{"con": "早上好,今天的花园 \"garden\" is open until 5 o'clock.\nSee you there!", "type": 2}],
            "pic": [picture(number), picture(number + 1_000)],
            "commentlist": [{
                "tid": 1, "uin": 10002, "name": "Bob", "content": "How nice [em]e100[/em]", "create_time": 1_767_225_700,
                "createTime2": "2026-01-01 08:01", "list_3": []
            }],
        })
    };
    json!({
        "code": 0, "subcode": 0, "message": "", "total": 1_000, "usrinfo": {"uin": 10001, "name": "Neko", "msgnum": 1_000},
        "logininfo": {"name": "Neko", "uin": 10001}, "msglist": (0..20).map(post).collect::<Vec<Value>>(),
    })
    .to_string()
}

/// The bytes of a pushed poke.
fn poke() -> Vec<u8> {
    let party = |number| Party {
        uin: Uin::new(number).ok(),
        uid: None,
    };
    let poke = Push::from(Poke {
        chat: Origin::Group(GroupUin::new(20_001).expect("a group")),
        from: party(10_002),
        from_name: String::new(),
        target: party(10_001),
        target_name: String::new(),
        action: "戳了戳".to_owned(),
        suffix: "的头".to_owned(),
        image: "https://example.com/poke.png".to_owned(),
        sequence: Sequence::new(1_001),
        tip_id: 7,
    });
    poke.encode(&Envelope {
        from: 20_001,
        sequence: 1,
        random: 2,
        time: 1_700_000_000,
        ..Envelope::default()
    })
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
