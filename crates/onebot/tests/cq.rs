//! CQ text: the examples of api/events-and-segments §10, and properties that hold for any text and any segments
//! (api/events-and-segments §9).

use std::time::{Duration, Instant};

use nekonap_onebot::{Form, Message, MessageParam, RawSegment, Segment, cq};
use proptest::{collection::vec, prelude::*};
use serde_json::{Map, Value, json};

fn segment(kind: &str, data: Value) -> RawSegment {
    let Value::Object(data) = data else {
        panic!("data is an object");
    };
    RawSegment::new(kind, data)
}

fn text(text: &str) -> RawSegment {
    RawSegment::text(text)
}

fn face(id: &str) -> RawSegment {
    segment("face", json!({ "id": id }))
}

/// Rows for both directions: number of the row, text, segments.
fn both_ways() -> Vec<(u32, &'static str, Vec<RawSegment>)> {
    vec![
        (1, "hello", vec![text("hello")]),
        (2, "", vec![]),
        (3, "a &amp; b", vec![text("a & b")]),
        (4, "&#91;CQ:face,id=1&#93;", vec![text("[CQ:face,id=1]")]),
        (5, "[CQ:face,id=1]", vec![face("1")]),
        (6, "x[CQ:face,id=1]y", vec![text("x"), face("1"), text("y")]),
        (
            7,
            "[CQ:face,id=1][CQ:face,id=2]",
            vec![face("1"), face("2")],
        ),
        (
            8,
            "[CQ:at,qq=all] hi",
            vec![segment("at", json!({"qq": "all"})), text(" hi")],
        ),
        (9, "a,b", vec![text("a,b")]),
        (
            11,
            "[CQ:share,url=http://e.x/?a=1&amp;b=2,title=one&#44;two]",
            vec![segment(
                "share",
                json!({"url": "http://e.x/?a=1&b=2", "title": "one,two"}),
            )],
        ),
        (
            12,
            "[CQ:share,title=a=b=c]",
            vec![segment("share", json!({"title": "a=b=c"}))],
        ),
        (
            13,
            "[CQ:image,file=a&#91;1&#93;.png]",
            vec![segment("image", json!({"file": "a[1].png"}))],
        ),
        (14, "&amp;#91;", vec![text("&#91;")]),
        (15, "&amp;amp;", vec![text("&amp;")]),
        (18, "[CQ:rps]", vec![segment("rps", json!({}))]),
        (
            30,
            r#"[CQ:json,data={"a":&#91;1&#44;2&#93;}]"#,
            vec![segment("json", json!({"data": r#"{"a":[1,2]}"#}))],
        ),
        (
            31,
            "[CQ:x-y.z_1,k-1=v]",
            vec![segment("x-y.z_1", json!({"k-1": "v"}))],
        ),
        (
            32,
            "[CQ:image,file=base64://AA+/==]",
            vec![segment("image", json!({"file": "base64://AA+/=="}))],
        ),
        (
            33,
            "line1\nline2[CQ:face,id=1]",
            vec![text("line1\nline2"), face("1")],
        ),
        (
            34,
            "[CQ:music,type=custom,title=a\nb]",
            vec![segment("music", json!({"type": "custom", "title": "a\nb"}))],
        ),
        (
            40,
            "你好[CQ:at,qq=10001]，世界",
            vec![
                text("你好"),
                segment("at", json!({"qq": "10001"})),
                text("，世界"),
            ],
        ),
        (
            41,
            "[CQ:node,user_id=1,nickname=n,content=&#91;CQ:face&#44;id=1&#93;x]",
            vec![segment(
                "node",
                json!({"user_id": "1", "nickname": "n", "content": "[CQ:face,id=1]x"}),
            )],
        ),
        (43, "😀[CQ:face,id=1]", vec![text("😀"), face("1")]),
    ]
}

/// Rows for reading only.
fn only_read() -> Vec<(u32, &'static str, Vec<RawSegment>)> {
    let at = |qq: &str| segment("at", json!({ "qq": qq }));
    vec![
        (10, "a&#44;b", vec![text("a,b")]),
        (16, "&lt;b&gt;", vec![text("&lt;b&gt;")]),
        (19, "[CQ:face, id=1]", vec![text("[CQ:face, id=1]")]),
        (20, "[cq:face,id=1]", vec![text("[cq:face,id=1]")]),
        (21, "[CQ:face,id=1", vec![text("[CQ:face,id=1")]),
        (22, "[CQ:]", vec![text("[CQ:]")]),
        (23, "[CQ:face,id]", vec![text("[CQ:face,id]")]),
        (
            24,
            "[[CQ:face,id=1]]",
            vec![text("["), face("1"), text("]")],
        ),
        (
            25,
            "[CQ:face,[CQ:face,id=2]",
            vec![text("[CQ:face,"), face("2")],
        ),
        (26, "[CQ:at,qq=1,]", vec![at("1")]),
        (27, "[CQ:at,qq=1,qq=2]", vec![at("2")]),
        (
            28,
            "[CQ:image,file=]",
            vec![segment("image", json!({"file": ""}))],
        ),
        (
            35,
            "[CQ:image,file=a[b.png]",
            vec![segment("image", json!({"file": "a[b.png"}))],
        ),
        (39, "1&2", vec![text("1&2")]),
        (
            42,
            "  [CQ:face,id=1]  ",
            vec![text("  "), face("1"), text("  ")],
        ),
    ]
}

/// Rows for writing only.
fn only_written() -> Vec<(u32, &'static str, Vec<RawSegment>)> {
    vec![
        (17, "&amp;lt;", vec![text("&lt;")]),
        (
            29,
            "[CQ:image]",
            vec![segment("image", json!({"file": ""}))],
        ),
        (
            36,
            "[CQ:image,file=x,sub_type=1]",
            vec![segment("image", json!({"file": "x", "sub_type": 1}))],
        ),
        (
            37,
            "[CQ:image,file=x,cache=false]",
            vec![segment(
                "image",
                json!({"file": "x", "type": null, "cache": false}),
            )],
        ),
        (
            38,
            r#"[CQ:forward,id=1,content=&#91;{"a":1}&#93;]"#,
            vec![segment(
                "forward",
                json!({"id": "1", "content": [{"a": 1}]}),
            )],
        ),
    ]
}

#[test]
fn examples_of_the_specification_are_read_and_written() {
    let mut rows: Vec<u32> = Vec::new();
    for (row, written, segments) in both_ways() {
        assert_eq!(cq::read(written), segments, "row {row}, read");
        assert_eq!(cq::write(&segments), written, "row {row}, written");
        rows.push(row);
    }
    for (row, written, segments) in only_read() {
        assert_eq!(cq::read(written), segments, "row {row}");
        rows.push(row);
    }
    for (row, written, segments) in only_written() {
        assert_eq!(cq::write(&segments), written, "row {row}");
        rows.push(row);
    }
    // Row 44 and the second half of row 42 apply to messages, not to segments.
    let literal = MessageParam::new(json!("[CQ:face,id=1]&amp;"));
    assert_eq!(
        literal.read(true).expect("a message"),
        Message(vec![Segment::text("[CQ:face,id=1]&amp;")])
    );
    rows.push(44);
    rows.sort_unstable();
    assert_eq!(rows, (1..=44).collect::<Vec<_>>(), "every row is here");
}

#[test]
fn keys_keep_their_order_and_values_are_strings() {
    let read = cq::read("[CQ:image,url=u,file=f,cache=0]");
    let keys: Vec<&String> = read[0].data.keys().collect();
    assert_eq!(keys, ["url", "file", "cache"]);
    assert!(read[0].data.values().all(Value::is_string));
}

#[test]
fn escapes_match_the_table_of_9_2() {
    assert_eq!(cq::escape_text("&[],"), "&amp;&#91;&#93;,");
    assert_eq!(cq::escape_value("&[],"), "&amp;&#91;&#93;&#44;");
    assert_eq!(cq::read("&#x5b;&#32;&amp&"), [text("&#x5b;&#32;&amp&")]);
}

#[test]
fn numbers_are_written_in_their_shortest_form() {
    for (value, written) in [
        (json!(1.0), "1"),
        (json!(1.5), "1.5"),
        (json!(-3), "-3"),
        (json!(9_007_199_254_740_991_u64), "9007199254740991"),
        (json!(true), "true"),
        (json!({"a": [1, "b"]}), "{\"a\":&#91;1&#44;\"b\"&#93;}"),
    ] {
        let one = segment("x", json!({ "k": value }));
        assert_eq!(cq::write(&[one]), format!("[CQ:x,k={written}]"));
    }
}

#[test]
fn ten_megabytes_of_incomplete_codes_are_read_in_linear_time() {
    let began = Instant::now();
    for piece in [
        "[CQ:",
        "[CQ:a,",
        "[CQ:a,b",
        "[CQ:a,b=",
        "[CQ:a,b=c,",
        "[[CQ:a]",
        "&amp",
        "]",
    ] {
        let text = piece.repeat(10_000_000 / piece.len());
        let read = cq::read(&text);
        assert!(!read.is_empty());
    }
    assert!(
        began.elapsed() < Duration::from_secs(60),
        "it is not linear: {:?}",
        began.elapsed()
    );
}

fn word() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9_.-]{1,8}"
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[&\\[\\],=a;#0-9]{0,12}",
        Just("&#44;&amp;amp;[CQ:a,b=c]".to_owned()),
    ]
}

/// Segments with string values, without adjacent texts.
fn segments() -> impl Strategy<Value = Vec<RawSegment>> {
    let code = (
        word().prop_filter("no text", |kind| kind != "text"),
        vec((word(), value()), 0..4),
    )
        .prop_map(|(kind, data)| {
            let data: Map<String, Value> = data
                .into_iter()
                .map(|(key, value)| (key, Value::String(value)))
                .collect();
            RawSegment::new(kind, data)
        });
    let plain = value()
        .prop_filter("not empty", |text| !text.is_empty())
        .prop_map(RawSegment::text);
    vec(prop_oneof![code, plain], 0..6).prop_map(|mut list| {
        list.dedup_by(|one, other| one.kind == "text" && other.kind == "text");
        list
    })
}

/// The segments without their empty values.
fn without_empty(mut list: Vec<RawSegment>) -> Vec<RawSegment> {
    for segment in &mut list {
        segment.data.retain(|_, value| value != "");
    }
    list
}

proptest! {
    #[test]
    fn written_segments_are_read_back(list in segments()) {
        prop_assert_eq!(cq::read(&cq::write(&list)), without_empty(list));
    }

    #[test]
    fn any_text_is_read_and_written_without_a_change_of_meaning(text in ".*") {
        let read = cq::read(&text);
        prop_assert_eq!(cq::read(&cq::write(&read)), without_empty(read));
    }

    #[test]
    fn texts_with_many_codes_are_read(text in "(\\[CQ:|[a-c,=\\]&;]|&amp;|&#44;|id=1|你){0,40}") {
        let read = cq::read(&text);
        prop_assert_eq!(cq::read(&cq::write(&read)), without_empty(read.clone()));
        // Nothing is lost: everything that is not a code is text.
        let codes = read.iter().filter(|segment| segment.kind != "text").count();
        prop_assert!(codes <= text.matches("[CQ:").count());
    }

    #[test]
    fn literal_reading_returns_the_text_itself(text in ".+") {
        let message = MessageParam::new(json!(text)).read(true);
        prop_assert_eq!(
            message.expect("a message").to_value(Form::Array),
            json!([{"type": "text", "data": {"text": text}}])
        );
    }
}
