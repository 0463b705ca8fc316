//! Coercion: the table of api/actions §1.5, and values that count as missing.

use nekonap_ids::{GroupUin, Uin};
use nekonap_onebot::{Encoding, MessageParam, MessageRef, ParamError, Params, coerce};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

/// One parameter of each type.
#[derive(Deserialize, JsonSchema)]
struct Example {
    id: Option<Uin>,
    group: Option<GroupUin>,
    int: Option<i32>,
    #[allow(dead_code, reason = "its schema is what is tested")]
    count: Option<u32>,
    num: Option<f64>,
    flag: Option<bool>,
    text: Option<String>,
    list: Option<Vec<u32>>,
    kind: Option<Kind>,
    message: Option<MessageParam>,
    message_id: Option<MessageRef>,
    #[allow(dead_code, reason = "its schema is what is tested")]
    nested: Option<Nested>,
    #[serde(default)]
    auto_escape: bool,
}

#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Private,
    Group,
}

#[derive(Deserialize, JsonSchema)]
struct Nested {
    #[allow(dead_code, reason = "its schema is what is tested")]
    flag: bool,
}

fn coerced(key: &str, value: Value, encoding: Encoding) -> Result<Value, ParamError> {
    let params = [(key.to_owned(), value)].into_iter().collect();
    let coerced = Params::of::<Example>().coerce(params, encoding)?;
    // The coerced value must deserialize.
    let typed: Result<Example, _> = serde_json::from_value(Value::Object(coerced.clone()));
    typed.unwrap_or_else(|error| panic!("{key}: {coerced:?}: {error}"));
    Ok(coerced.get(key).cloned().unwrap_or(Value::Null))
}

/// The coerced value of a JSON parameter; `None` if it counts as missing or is invalid.
fn json_of(key: &str, value: Value) -> Option<Value> {
    coerced(key, value, Encoding::Json).ok()
}

#[test]
fn ids() {
    for key in ["id", "group"] {
        for value in [
            json!(10_001),
            json!("10001"),
            json!(" 10001 "),
            json!(10_001.0),
            json!("10001.0"),
        ] {
            assert_eq!(json_of(key, value), Some(json!(10_001)));
        }
        for absent in [
            json!(0),
            json!("0"),
            json!(""),
            json!(" "),
            json!(null),
            json!(0.0),
        ] {
            assert_eq!(json_of(key, absent), Some(Value::Null));
        }
        for refused in [
            json!(-1),
            json!(1.5),
            json!("abc"),
            json!("1 2"),
            json!(true),
            json!([1]),
            json!({}),
            json!("0x10"),
            json!(9_007_199_254_740_992_u64),
            json!("99999999999999999999999"),
        ] {
            assert_eq!(json_of(key, refused.clone()), None, "{refused}");
        }
    }
}

#[test]
fn numbers() {
    for value in [json!(5), json!("5"), json!(" 5"), json!(5.0)] {
        assert_eq!(json_of("int", value), Some(json!(5)));
    }
    assert_eq!(json_of("int", json!("-5")), Some(json!(-5)));
    assert_eq!(
        json_of("int", json!(0)),
        Some(json!(0)),
        "zero is a number, and no id"
    );
    for absent in [json!(""), json!(null)] {
        assert_eq!(json_of("int", absent.clone()), Some(Value::Null));
        assert_eq!(json_of("num", absent), Some(Value::Null));
    }
    for refused in [
        json!("x"),
        json!(1.5),
        json!(true),
        json!([]),
        json!(3_000_000_000_u32),
    ] {
        assert_eq!(json_of("int", refused.clone()), None, "{refused}");
    }
    assert_eq!(json_of("count", json!(-1)), None);
    for (value, wanted) in [
        (json!(1.5), json!(1.5)),
        (json!("1.5"), json!(1.5)),
        (json!("2"), json!(2)),
    ] {
        assert_eq!(json_of("num", value), Some(wanted));
    }
    for refused in [json!("x"), json!(false), json!("NaN"), json!("inf")] {
        assert_eq!(json_of("num", refused.clone()), None, "{refused}");
    }
}

#[test]
fn truth_values() {
    for yes in [
        json!(true),
        json!("true"),
        json!("Yes"),
        json!("ON"),
        json!("1"),
        json!(1),
        json!(1.0),
    ] {
        assert_eq!(json_of("flag", yes), Some(json!(true)));
    }
    for no in [
        json!(false),
        json!("FALSE"),
        json!("no"),
        json!("off"),
        json!("0"),
        json!(0),
    ] {
        assert_eq!(json_of("flag", no), Some(json!(false)));
    }
    assert_eq!(json_of("flag", json!("")), Some(Value::Null));
    for refused in [json!(2), json!("maybe"), json!([]), json!("y")] {
        assert_eq!(json_of("flag", refused.clone()), None, "{refused}");
    }
}

#[test]
fn texts_and_choices() {
    for (value, wanted) in [
        (json!("x"), "x"),
        (json!(""), ""),
        (json!(5), "5"),
        (json!(1.0), "1"),
        (json!(true), "true"),
    ] {
        assert_eq!(json_of("text", value), Some(json!(wanted)));
    }
    assert_eq!(json_of("text", json!(null)), Some(Value::Null));
    for refused in [json!([]), json!({})] {
        assert_eq!(json_of("text", refused), None);
    }
    assert_eq!(json_of("kind", json!("group")), Some(json!("group")));
    for refused in [json!("Group"), json!("other"), json!(1)] {
        assert_eq!(json_of("kind", refused), None);
    }
}

#[test]
fn lists_and_objects() {
    assert_eq!(json_of("list", json!([1, "2"])), Some(json!([1, 2])));
    assert_eq!(
        json_of("list", json!(3)),
        Some(json!([3])),
        "a lone one is a list of one"
    );
    assert_eq!(json_of("list", json!({})), None);
    assert_eq!(
        coerced("list", json!("[1, \"2\"]"), Encoding::Form).ok(),
        Some(json!([1, 2]))
    );
    assert_eq!(
        coerced("list", json!("3"), Encoding::Form).ok(),
        Some(json!([3]))
    );
    assert_eq!(
        json_of("nested", json!({"flag": "yes", "more": 1})),
        Some(json!({"flag": true, "more": 1}))
    );
    assert_eq!(
        coerced("nested", json!("{\"flag\": 0}"), Encoding::Form).ok(),
        Some(json!({"flag": false}))
    );
    let error = coerced("nested", json!({}), Encoding::Json).expect_err("incomplete");
    assert_eq!(error, ParamError::missing("nested.flag"));
    let error = coerced("list", json!([1, "x"]), Encoding::Json).expect_err("no number");
    assert_eq!(error.name(), "list[1]");
}

#[test]
fn message_ids() {
    for (value, wanted) in [
        (json!(5), 5),
        (json!("5"), 5),
        (json!("-5"), -5),
        (json!(0), 0),
        (json!("7301234567890123456"), 7_301_234_567_890_123_456_i64),
    ] {
        assert_eq!(json_of("message_id", value), Some(json!(wanted)));
    }
    assert_eq!(json_of("message_id", json!("")), Some(Value::Null));
    for refused in [json!("x"), json!(true), json!(1.5), json!([])] {
        assert_eq!(json_of("message_id", refused), None);
    }
}

#[test]
fn messages() {
    for same in [
        json!("hi"),
        json!(""),
        json!([]),
        json!(["a"]),
        json!({"type": "text", "data": {"text": "x"}}),
    ] {
        assert_eq!(json_of("message", same.clone()), Some(same));
    }
    assert_eq!(json_of("message", json!(5)), Some(json!("5")));
    for refused in [json!(true), json!(false)] {
        assert_eq!(json_of("message", refused), None);
    }
    // In JSON a string is always text; in a form it may be segments.
    let segments = json!([{"type": "face", "data": {"id": 1}}]);
    let text = Value::String(segments.to_string());
    assert_eq!(json_of("message", text.clone()), Some(text.clone()));
    assert_eq!(
        coerced("message", text, Encoding::Form).ok(),
        Some(segments)
    );
    for text in ["[CQ:face,id=1]", "[1,2]", "{}", "[", "{\"a\":1}", "plain"] {
        assert_eq!(
            coerced("message", json!(text), Encoding::Form).ok(),
            Some(json!(text)),
            "{text} is no segment"
        );
    }
}

#[test]
fn message_with_auto_escape_is_not_changed() {
    let text = "[{\"type\":\"face\",\"data\":{\"id\":1}}]";
    for escape in [json!(true), json!("true"), json!("1")] {
        let params = [
            ("message".to_owned(), json!(text)),
            ("auto_escape".to_owned(), escape),
        ];
        let coerced = Params::of::<Example>()
            .coerce(params.into_iter().collect(), Encoding::Form)
            .expect("fine");
        let typed: Example = serde_json::from_value(Value::Object(coerced)).expect("typed");
        assert!(typed.auto_escape);
        assert_eq!(typed.message, Some(MessageParam::new(json!(text))));
    }
}

#[test]
fn unknown_parameters_are_kept_and_synonyms_are_renamed() {
    let mut params = json!({"user_id": null, "userId": 5, "self_id": 1})
        .as_object()
        .expect("an object")
        .clone();
    coerce::rename(&mut params, "userId", "user_id");
    assert_eq!(params["user_id"], 5);
    params.insert("other".to_owned(), json!(7));
    coerce::rename(&mut params, "other", "user_id");
    assert_eq!(params["user_id"], 5, "ours counts before");
    let kept = Params::of::<Example>()
        .coerce(params, Encoding::Json)
        .expect("fine");
    assert_eq!(kept["self_id"], 1);
}

#[test]
fn parameters_are_converted_to_the_types_of_the_fields() {
    let all = json!({
        "id": "10001", "group": "20001", "int": "1", "num": "1.5", "flag": "on", "text": 1, "list": "1",
        "kind": "private", "message_id": "5",
    });
    let coerced = Params::of::<Example>()
        .coerce(all.as_object().expect("an object").clone(), Encoding::Json)
        .expect("fine");
    let typed: Example = serde_json::from_value(Value::Object(coerced)).expect("typed");
    assert_eq!(typed.id.map(Uin::get), Some(10_001));
    assert_eq!(typed.group.map(GroupUin::get), Some(20_001));
    assert_eq!(
        (typed.int, typed.num, typed.flag),
        (Some(1), Some(1.5), Some(true))
    );
    assert_eq!(
        (typed.text.as_deref(), typed.list),
        (Some("1"), Some(vec![1]))
    );
    assert_eq!(
        (typed.kind, typed.message_id),
        (Some(Kind::Private), Some(MessageRef::new(5)))
    );
}
