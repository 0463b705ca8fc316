//! Segments: the examples of api/events-and-segments §7.17, unusual input of frameworks (api/events-and-segments §12.3), and
//! round trips of any message in both formats.

use nekonap_onebot::{
    Encoding, Form, Message, MessageParam, MessageRef, RawSegment, Segment, segments::*,
};
use proptest::{collection::vec, option, prelude::*};
use serde_json::{Value, json};

fn parsed(message: &Value) -> Message {
    MessageParam::new(message.clone())
        .read(false)
        .unwrap_or_else(|error| panic!("{message}: {error}"))
}

/// Reads a message and writes it in both formats.
fn forms(message: &Value) -> (Value, String) {
    let message = parsed(message);
    (message.to_value(Form::Array), message.to_cq())
}

#[test]
fn received_segments_are_written_like_the_examples() {
    for (segment, cq) in [
        (
            json!({"type": "text", "data": {"text": "a & [b]"}}),
            "a &amp; &#91;b&#93;",
        ),
        (
            json!({"type": "face", "data": {"id": "178"}}),
            "[CQ:face,id=178]",
        ),
        (
            json!({"type": "at", "data": {"qq": "10003"}}),
            "[CQ:at,qq=10003]",
        ),
        (
            json!({"type": "at", "data": {"qq": "all"}}),
            "[CQ:at,qq=all]",
        ),
        (
            json!({"type": "reply", "data": {"id": "718203945"}}),
            "[CQ:reply,id=718203945]",
        ),
        (
            json!({"type": "image", "data": {"summary": "", "file": "0A1B.jpg", "sub_type": 0, "url": "https://example.com/i.jpg", "file_size": "20480"}}),
            "[CQ:image,file=0A1B.jpg,sub_type=0,url=https://example.com/i.jpg,file_size=20480]",
        ),
        (
            json!({"type": "image", "data": {"summary": "[hug]", "file": "9f-9f31ab.gif", "url": "https://example.com/s.gif", "key": "k1", "emoji_id": "9f31ab", "emoji_package_id": 231_182}}),
            "[CQ:image,summary=&#91;hug&#93;,file=9f-9f31ab.gif,url=https://example.com/s.gif,key=k1,emoji_id=9f31ab,emoji_package_id=231182]",
        ),
        (
            json!({"type": "record", "data": {"file": "v1.amr", "path": "", "url": "https://example.com/v", "file_size": "3120"}}),
            "[CQ:record,file=v1.amr,url=https://example.com/v,file_size=3120]",
        ),
        (
            json!({"type": "video", "data": {"file": "c0ffee.mp4", "url": "https://example.com/c.mp4", "file_size": "801234"}}),
            "[CQ:video,file=c0ffee.mp4,url=https://example.com/c.mp4,file_size=801234]",
        ),
        (
            json!({"type": "file", "data": {"file": "plan.pdf", "file_name": "plan.pdf", "file_id": "f0e1d2", "file_size": "73211", "url": "https://example.com/f", "path": ""}}),
            "[CQ:file,file=plan.pdf,file_name=plan.pdf,file_id=f0e1d2,file_size=73211,url=https://example.com/f]",
        ),
        (
            json!({"type": "forward", "data": {"id": "res-7Qk"}}),
            "[CQ:forward,id=res-7Qk]",
        ),
        (
            json!({"type": "json", "data": {"data": "{\"app\":\"x\"}"}}),
            "[CQ:json,data={\"app\":\"x\"}]",
        ),
        (
            json!({"type": "xml", "data": {"data": "<msg/>"}}),
            "[CQ:xml,data=<msg/>]",
        ),
        (
            json!({"type": "markdown", "data": {"content": "# hi"}}),
            "[CQ:markdown,content=# hi]",
        ),
        (
            json!({"type": "dice", "data": {"result": "4"}}),
            "[CQ:dice,result=4]",
        ),
        (
            json!({"type": "rps", "data": {"result": "2"}}),
            "[CQ:rps,result=2]",
        ),
        (
            json!({"type": "poke", "data": {"type": "1", "id": "1", "name": ""}}),
            "[CQ:poke,type=1,id=1]",
        ),
        (
            json!({"type": "onlinefile", "data": {"msgId": "7301", "elementId": "7302", "fileName": "big.iso", "fileSize": "4700000000", "isDir": false}}),
            "[CQ:onlinefile,msgId=7301,elementId=7302,fileName=big.iso,fileSize=4700000000,isDir=false]",
        ),
        (
            json!({"type": "flashtransfer", "data": {"fileSetId": "fs-1"}}),
            "[CQ:flashtransfer,fileSetId=fs-1]",
        ),
    ] {
        let list = json!([segment]);
        assert_eq!(forms(&list), (list, cq.to_owned()));
    }
}

#[test]
fn segments_are_read_in_their_shortest_form() {
    for (sent, read) in [
        (
            json!({"type": "face", "data": {"id": 178}}),
            json!({"id": "178"}),
        ),
        (
            json!({"type": "reply", "data": {"id": 718_203_945}}),
            json!({"id": "718203945"}),
        ),
        (
            json!({"type": "reply", "data": {"seq": 90211}}),
            json!({"seq": "90211"}),
        ),
        (
            json!({"type": "json", "data": {"data": {"app": "x"}}}),
            json!({"data": "{\"app\":\"x\"}"}),
        ),
        (json!({"type": "dice", "data": {}}), json!({})),
        (json!({"type": "rps"}), json!({})),
        (
            json!({"type": "poke", "data": {"qq": "10003"}}),
            json!({"qq": "10003"}),
        ),
        (json!({"type": "shake", "data": null}), json!({})),
        (
            json!({"type": "contact", "data": {"type": "group", "id": "20002"}}),
            json!({"type": "group", "id": "20002"}),
        ),
        (
            json!({"type": "location", "data": {"lat": 31.2, "lon": "121.5", "title": "Here"}}),
            json!({"lat": "31.2", "lon": "121.5", "title": "Here"}),
        ),
        (
            json!({"type": "share", "data": {"url": "https://example.com", "title": "T"}}),
            json!({"url": "https://example.com", "title": "T"}),
        ),
        (
            json!({"type": "music", "data": {"type": 163, "id": 1}}),
            json!({"type": "163", "id": "1"}),
        ),
        (
            json!({"type": "anonymous", "data": {"ignore": "1"}}),
            json!({"ignore": true}),
        ),
        (
            json!({"type": "node", "data": {"uin": 10003, "name": "Oak", "message": "hi", "time": "1767225600000"}}),
            json!({"user_id": "10003", "nickname": "Oak", "time": 1_767_225_600, "content": "hi"}),
        ),
        (
            json!({"type": "node", "data": {"id": "718203945"}}),
            json!({"id": "718203945"}),
        ),
    ] {
        let kind = sent["type"].clone();
        let wanted = json!([{"type": kind, "data": read}]);
        assert_eq!(forms(&sent).0, wanted, "a segment stands for a list of one");
        assert_eq!(forms(&json!([sent])).0, wanted);
    }
}

#[test]
fn unusual_input_of_frameworks_is_read() {
    // NoneBot sends nulls, and booleans as text. Koishi sends 0 and 1, and keys of its own. aiocqhttp sends "1".
    let nonebot = json!([{"type": "image", "data": {"file": "a.png", "type": null, "cache": "true", "proxy": "false", "timeout": null}}]);
    let koishi = json!([{"type": "image", "data": {"file": "a.png", "cache": 1, "proxy": 0, "title": "x", "width": 5, "subType": 1}}]);
    let image = |message: &Value| match &parsed(message).0[..] {
        [Segment::Image(image)] => image.clone(),
        other => panic!("{other:?}"),
    };
    for message in [nonebot, koishi.clone()] {
        let image = image(&message);
        assert_eq!(
            (image.cache, image.proxy, image.timeout),
            (Some(true), Some(false), None)
        );
    }
    assert_eq!(image(&koishi).sub_type, Some(1));
    // The first value that is not blank identifies the file.
    let received = json!([{"type": "image", "data": {"file": "a.png", "url": " ", "path": "/x"}}]);
    assert_eq!(image(&received).source(), Some("a.png"));
    // Mentions without an account and empty texts are skipped; adjacent texts are joined.
    let message = json!([
        {"type": "at", "data": {"qq": ""}}, {"type": "at", "data": {"qq": 0}}, {"type": "at"},
        {"type": "text", "data": {"text": ""}}, "a", {"type": "text", "data": {"text": "[CQ:face,id=1]"}}, "&amp;",
    ]);
    assert_eq!(
        forms(&message).0,
        json!([{"type": "text", "data": {"text": "a[CQ:face,id=1]&"}}])
    );
    // Segments of unknown types are kept.
    let other = json!([{"type": "tts", "data": {"text": "hi", "speed": 1}}]);
    assert_eq!(
        forms(&other),
        (other.clone(), "[CQ:tts,text=hi,speed=1]".to_owned())
    );
}

#[test]
fn preview_lines_are_objects_or_strings() {
    for news in [
        json!([{"text": "a"}, {"text": "b"}]),
        json!(["a", "b"]),
        json!(["a", {"text": "b"}]),
    ] {
        let node = json!([{"type": "node", "data": {"content": "x", "news": news}}]);
        let told = forms(&node).0;
        assert_eq!(
            told[0]["data"]["news"],
            json!([{"text": "a"}, {"text": "b"}])
        );
    }
}

#[test]
fn error_names_the_segment_and_its_key() {
    for (message, named) in [
        (
            json!([{"type": "text", "data": {"text": "x"}}, {"type": "face", "data": {}}]),
            "`message[1].data.id` is missing",
        ),
        (
            json!([{"type": "face", "data": {"id": "smile"}}]),
            "`message[0].data.id` must be an integer",
        ),
        (
            json!([{"type": "contact", "data": {"type": "dog", "id": 1}}]),
            "`message[0].data.type` must be one of qq, group",
        ),
        (
            json!([{"type": "at", "data": {"qq": "Bob"}}]),
            r#"`message[0].data.qq` must be a QQ number or "all", not "Bob""#,
        ),
        (
            json!([{"type": "at", "data": {"qq": -5}}]),
            r#"`message[0].data.qq` must be a QQ number or "all", not -5"#,
        ),
        (
            json!([{"type": "at", "data": {"qq": {"id": 10_002}}}]),
            r#"`message[0].data.qq` must be a QQ number or "all", not {"id":10002}"#,
        ),
        (
            json!("[CQ:at,qq=everybody]"),
            r#"`message.data.qq` must be a QQ number or "all", not "everybody""#,
        ),
        (
            json!([{"type": "text", "data": {"text": ["你好".repeat(40)]}}]),
            r#"`message[0].data.text` must be a string, not ["你好你好你好你好你好你好…"#,
        ),
        (json!([5]), "`message[0]` must be a segment"),
        (json!([{"data": {}}]), "`message[0].type` is missing"),
        (
            json!([{"type": "text", "data": []}]),
            "`message[0].data` must be an object",
        ),
        (
            json!("[CQ:face,id=smile]"),
            "`message.data.id` must be an integer",
        ),
    ] {
        let error = MessageParam::new(message.clone())
            .read(false)
            .expect_err("refused");
        assert!(error.to_string().contains(named), "{message}: {error}");
    }
}

/// Any text that is not empty, because CQ text skips empty values.
fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>().prop_filter("not empty", |text| !text.is_empty()),
        "[&\\[\\],=a;#]{1,8}",
        Just("你好，世界 😀".to_owned()),
    ]
}

fn maybe() -> impl Strategy<Value = Option<String>> {
    option::of(words())
}

fn numbers() -> impl Strategy<Value = u64> {
    1_u64..9_007_199_254_740_992
}

fn media() -> impl Strategy<Value = Segment> {
    let all = (
        maybe(),
        maybe(),
        maybe(),
        maybe(),
        option::of(any::<u64>()),
        option::of(any::<bool>()),
    );
    (all, 0..4).prop_map(
        |((file, url, path, name, file_size, cache), kind)| match kind {
            0 => Segment::Image(Image {
                file,
                url,
                path,
                name,
                file_size,
                cache,
                ..Image::default()
            }),
            1 => Segment::Record(Record {
                file,
                url,
                path,
                file_size,
                cache,
                ..Record::default()
            }),
            2 => Segment::Video(Video {
                file,
                url,
                path,
                name,
                file_size,
                cache,
                ..Video::default()
            }),
            _ => Segment::File(File {
                file,
                url,
                path,
                name,
                file_size,
                ..File::default()
            }),
        },
    )
}

fn cards() -> impl Strategy<Value = Segment> {
    prop_oneof![
        words().prop_map(|data| Segment::Json(Json {
            data: JsonText::new(data)
        })),
        words().prop_map(|data| Segment::Miniapp(Miniapp {
            data: JsonText::new(data)
        })),
        (words(), option::of(any::<i64>()))
            .prop_map(|(data, resid)| Segment::Xml(Xml { data, resid })),
        words().prop_map(|content| Segment::Markdown(Markdown { content })),
        (words(), words(), maybe(), maybe()).prop_map(|(url, title, content, image)| {
            Segment::Share(Share {
                url,
                title,
                content,
                image,
            })
        }),
        (any::<bool>(), numbers()).prop_map(|(person, id)| {
            let r#type = if person {
                ContactKind::Qq
            } else {
                ContactKind::Group
            };
            Segment::Contact(Contact { r#type, id })
        }),
        (words(), words(), maybe(), maybe()).prop_map(|(lat, lon, title, content)| {
            Segment::Location(Location {
                lat,
                lon,
                title,
                content,
            })
        }),
        (words(), maybe(), maybe(), maybe(), maybe()).prop_map(
            |(r#type, id, url, title, content)| {
                Segment::Music(Music {
                    r#type,
                    id,
                    url,
                    title,
                    content,
                    audio: None,
                    image: None,
                })
            }
        ),
    ]
}

fn keyboards() -> impl Strategy<Value = Segment> {
    let button = (
        words(),
        words(),
        any::<i32>(),
        any::<bool>(),
        vec(words(), 0..3),
    )
        .prop_map(|(id, label, style, reply, specify_user_ids)| Button {
            id,
            render_data: RenderData {
                label,
                style,
                ..RenderData::default()
            },
            action: Action {
                reply,
                permission: Permission {
                    specify_user_ids,
                    ..Permission::default()
                },
                ..Action::default()
            },
        });
    (vec(vec(button, 0..3), 0..3), option::of(any::<u64>())).prop_map(|(rows, bot_appid)| {
        let rows = rows.into_iter().map(|buttons| Row { buttons }).collect();
        Segment::Keyboard(Keyboard { rows, bot_appid })
    })
}

fn nodes() -> impl Strategy<Value = Segment> {
    // A text that is JSON would be read as segments.
    let text = words().prop_filter("no JSON", |text| !text.trim_start().starts_with(['[', '{']));
    let content = prop_oneof![
        text.prop_map(|text| json!(text)),
        words().prop_map(|text| json!([{"type": "text", "data": {"text": text}}])),
        words().prop_map(
            |text| json!([{"type": "node", "data": {"nickname": text, "content": "deep"}}])
        ),
    ];
    let time = option::of(0_u64..100_000_000_000);
    (
        option::of(numbers()),
        maybe(),
        time,
        content,
        option::of(vec(words(), 1..3)),
    )
        .prop_map(|(user, nickname, time, content, news)| {
            let user_id = user.map(|user| nekonap_ids::Uin::new(user).expect("an account"));
            let news = news.map(|lines| lines.into_iter().map(|text| NewsLine { text }).collect());
            Segment::Node(Box::new(Node {
                user_id,
                nickname,
                time,
                content: Some(MessageParam::new(content)),
                news,
                ..Node::default()
            }))
        })
}

fn others() -> impl Strategy<Value = Segment> {
    prop_oneof![
        (words(), option::of(vec(words(), 1..3))).prop_map(|(id, content)| {
            let content = content.map(|lines| {
                lines
                    .into_iter()
                    .map(|text| json!({"raw_message": text}))
                    .collect()
            });
            Segment::Forward(Forward {
                id: Some(id),
                content,
            })
        }),
        option::of(any::<bool>()).prop_map(|ignore| Segment::Anonymous(Anonymous { ignore })),
        (words(), any::<bool>()).prop_map(|(text, is_dir)| Segment::OnlineFile(OnlineFile {
            msg_id: "1".to_owned(),
            element_id: "2".to_owned(),
            file_name: text,
            file_size: "3".to_owned(),
            is_dir,
        })),
        words().prop_map(|file_set_id| Segment::FlashTransfer(FlashTransfer { file_set_id })),
        (words(), any::<u64>(), words(), maybe()).prop_map(
            |(emoji_id, emoji_package_id, key, summary)| {
                Segment::Mface(Mface {
                    emoji_package_id,
                    emoji_id,
                    key,
                    summary,
                })
            }
        ),
        ("(tts|gift|redbag|x-y_1)", "[a-z]{1,5}", words()).prop_map(|(kind, key, value)| {
            let data = [(key, Value::String(value))].into_iter().collect();
            Segment::Other(RawSegment::new(kind, data))
        }),
    ]
}

fn segment() -> impl Strategy<Value = Segment> {
    prop_oneof![
        4 => words().prop_map(Segment::text),
        2 => (option::of(numbers()), maybe()).prop_map(|(user, name)| {
            let one = |user| Whom::One(nekonap_ids::Uin::new(user).expect("an account"));
            Segment::At(At { qq: user.map_or(Whom::All, one), name })
        }),
        2 => (any::<u32>(), option::of(any::<bool>()), maybe(), option::of(any::<u32>())).prop_map(
            |(id, large, result_id, chain_count)| Segment::Face(Face { large, result_id, chain_count, ..Face::new(id) })
        ),
        1 => (any::<i64>(), any::<bool>()).prop_map(|(number, by_id)| Segment::Reply(if by_id {
            Reply { id: Some(MessageRef::new(number)), seq: None }
        } else {
            Reply { id: None, seq: Some(nekonap_ids::Sequence::new(number.unsigned_abs() >> 1)) }
        })),
        1 => maybe().prop_map(|result| Segment::Dice(Dice { result })),
        1 => maybe().prop_map(|result| Segment::Rps(Rps { result })),
        1 => (maybe(), maybe(), maybe(), option::of(numbers())).prop_map(|(r#type, id, name, user)| {
            let qq = user.map(|user| nekonap_ids::Uin::new(user).expect("an account"));
            Segment::Poke(Poke { r#type, id, name, qq })
        }),
        1 => Just(Segment::Shake(Shake {})),
        3 => media(),
        3 => cards(),
        1 => keyboards(),
        2 => nodes(),
        3 => others(),
    ]
}

fn message() -> impl Strategy<Value = Message> {
    vec(segment(), 0..7).prop_map(|segments| segments.into_iter().collect())
}

proptest! {
    #[test]
    fn any_message_is_unchanged_as_an_array(message in message()) {
        let array = message.to_value(Form::Array);
        prop_assert_eq!(MessageParam::new(array).read(false), Ok(message));
    }

    #[test]
    fn any_message_is_unchanged_as_cq_text(message in message()) {
        let text = message.to_cq();
        let read = Message::from_cq(&text);
        prop_assert_eq!(read.as_ref(), Ok(&message));
        // Writing it again gives the same JSON and CQ text.
        let read = read.expect("it was just compared");
        prop_assert_eq!(read.to_cq(), text);
        prop_assert_eq!(read.to_value(Form::Array), message.to_value(Form::Array));
    }

    #[test]
    fn any_message_is_unchanged_in_an_http_form(message in message()) {
        // In a query or a urlencoded body a message is JSON text or CQ text.
        #[derive(serde::Deserialize, schemars::JsonSchema)]
        struct Takes { message: MessageParam }
        let wants = nekonap_onebot::Params::of::<Takes>();
        prop_assume!(!message.is_empty());
        for text in [message.to_value(Form::Array).to_string(), message.to_cq()] {
            // A text that is valid JSON is read as segments (api/transports §1.4).
            let looks = text.trim_start().starts_with(['[', '{']) && !text.starts_with("[CQ:") && !text.starts_with("[{\"type\"");
            prop_assume!(!looks);
            let params = [("message".to_owned(), Value::String(text))].into_iter().collect();
            let params = wants.coerce(params, Encoding::Form).expect("a message");
            let taken: Takes = serde_json::from_value(Value::Object(params)).expect("typed");
            prop_assert_eq!(taken.message.read(false), Ok(message.clone()));
        }
    }
}
