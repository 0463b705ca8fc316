//! Property tests: every call, with any parameters, has exactly one answer and never fails with an internal error.

use std::sync::LazyLock;

use nekonap_ids::MessageId;
use nekonap_onebot::{Call, Encoding};
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Map, Value, json};
use tokio::runtime::Runtime;

use super::Actions;
use crate::{
    Caller, openapi,
    testing::{Offline, said},
};

/// A bot with some messages in its archive.
struct World {
    bot: Offline,
    received: Vec<MessageId>,
}

static WORLD: LazyLock<(Runtime, World)> = LazyLock::new(|| {
    let runtime = Runtime::new().expect("a runtime");
    let world = runtime.block_on(async {
        let bot = Offline::new().await;
        let mut received = Vec::new();
        for place in ["group:20001", "friend:10001", "temporary:20001:10004"] {
            for sequence in 1..4 {
                let record = said(place, sequence, 10_000 + sequence, "hi");
                received.push(bot.receive(record).await);
            }
        }
        World { bot, received }
    });
    (runtime, world)
});

static ACTIONS: LazyLock<Actions> = LazyLock::new(Actions::all);

/// Every action with the names of its parameters.
static NAMES: LazyLock<Vec<(&'static str, Vec<String>)>> = LazyLock::new(|| {
    let actions = &*ACTIONS;
    let known = actions.actions.iter().map(|action| {
        let names = action.params.names().map(str::to_owned);
        let synonyms = action
            .synonyms
            .iter()
            .map(|(theirs, _)| (*theirs).to_owned());
        (action.name, names.chain(synonyms).collect())
    });
    known.collect()
});

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(|value| json!(value)),
        select(vec![
            0_i64,
            1,
            -1,
            5,
            10_001,
            10_002,
            20_001,
            i64::MAX,
            i64::MIN
        ])
        .prop_map(|value| json!(value)),
        any::<f64>().prop_map(|value| json!(value)),
        "[0-9]{0,20}".prop_map(|value| json!(value)),
        any::<String>().prop_map(|value| json!(value)),
        select(vec![
            "private",
            "group",
            "all",
            "napcat-v4",
            "napcat-4.18",
            "[CQ:reply,id=5]x",
            "[CQ:at,qq=10002] hi",
            "[CQ:face,id=1]",
            "[CQ:forward,id=1]",
            "[CQ:json,data=",
            "{}",
            "[]",
            "",
        ])
        .prop_map(|value| json!(value)),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let kinds = select(vec![
        "text",
        "at",
        "face",
        "reply",
        "image",
        "record",
        "video",
        "file",
        "rps",
        "dice",
        "poke",
        "shake",
        "share",
        "contact",
        "location",
        "music",
        "json",
        "xml",
        "markdown",
        "keyboard",
        "mface",
        "forward",
        "node",
        "anonymous",
        "miniapp",
        "onlinefile",
        "flashtransfer",
        "unknown",
        "nonsense",
    ]);
    let keys = select(vec![
        "id",
        "qq",
        "text",
        "file",
        "url",
        "data",
        "content",
        "type",
        "title",
        "lat",
        "lon",
        "raw",
        "seq",
        "user_id",
        "nickname",
        "message",
        "rows",
        "emoji_id",
        "emoji_package_id",
        "key",
        "time",
        "news",
        "what",
        "resid",
    ]);
    let keys_too = keys.clone();
    scalar().prop_recursive(4, 24, 4, move |inner| {
        let data = vec((keys.clone(), inner.clone()), 0..4).prop_map(object);
        prop_oneof![
            (kinds.clone(), data).prop_map(|(kind, data)| json!({"type": kind, "data": data})),
            vec(inner.clone(), 0..4).prop_map(Value::Array),
            vec((keys_too.clone(), inner), 0..4).prop_map(object),
        ]
    })
}

fn object(pairs: Vec<(&'static str, Value)>) -> Value {
    let map: Map<String, Value> = pairs
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect();
    Value::Object(map)
}

/// A list of segments as a framework might send it, some of them broken.
fn message() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => vec(value(), 1..4).prop_map(Value::Array),
        1 => any::<String>().prop_map(|text| json!(text)),
        1 => value(),
    ]
}

/// A valid value for a parameter of this name.
fn fitting(name: &str, which: usize, message: Value) -> Value {
    let (_, world) = &*WORLD;
    match name {
        "message" | "messages" => message,
        "user_id" | "target_id" => json!([10_001, 10_002][which % 2]),
        "group_id" => json!(20_001),
        "message_id" | "message_seq" | "id" => {
            json!(world.received[which % world.received.len()].get())
        }
        "emoji_id" | "emojiId" => json!("76"),
        "message_type" => json!(["private", "group"][which % 2]),
        "count" => json!(3),
        _ => Value::Null,
    }
}

/// A call of some action, with valid and invalid parameters.
fn call() -> impl Strategy<Value = Call> {
    let one = (0..10_u8, any::<usize>(), value(), message());
    (any::<prop::sample::Index>(), vec(one, 16), any::<bool>()).prop_map(
        |(action, chosen, form)| {
            let (name, names) = action.get(&NAMES);
            let mut params = Map::new();
            for (name, (dice, which, hostile, message)) in names.iter().zip(chosen) {
                let value = match dice {
                    0..7 => fitting(name, which, message),
                    7 => hostile,
                    _ => continue,
                };
                let value = match value {
                    Value::Null | Value::String(_) => value,
                    other if form => Value::String(other.to_string()),
                    other => other,
                };
                params.insert(name.clone(), value);
            }
            Call {
                action: (*name).to_owned(),
                params,
                echo: None,
                encoding: if form { Encoding::Form } else { Encoding::Json },
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_call_fails_internally(call in call()) {
        let (runtime, world) = &*WORLD;
        let shown = format!("{call:?}");
        let (name, _) = ACTIONS.find(&call.action).expect("an action");
        let declared = openapi::codes(&ACTIONS.actions[name.action]);
        let answer = runtime.block_on(async {
            world.bot.bot.call(call, Caller::default()).answer().await
        });
        let answer: Value = serde_json::from_str(&answer.to_json()).expect("JSON");
        prop_assert!(answer["msg"] != "INTERNAL", "{shown}: {answer}");
        prop_assert!(
            [0, 1200, 1400].map(|code| json!(code)).contains(&answer["retcode"]),
            "{shown}: {answer}"
        );
        let failed = answer["retcode"] != 0;
        prop_assert_eq!(answer["status"] == "failed", failed);
        prop_assert_eq!(answer["message"] != "", failed);
        if failed {
            let data = if answer["stream"] == "stream-action" {
                json!({"type": "error", "data_type": "error"})
            } else {
                Value::Null
            };
            prop_assert_eq!(&answer["data"], &data);
            let code = answer["msg"].as_str().expect("a code");
            prop_assert!(declared.contains(&code), "`.fails` does not declare {}: {}", code, shown);
        }
    }
}
