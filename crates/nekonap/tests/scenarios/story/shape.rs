//! Compares JSON with patterns and with the exact shapes of `examples.json`.

use serde_json::{Map, Value};
use std::sync::LazyLock;

/// Examples of all replies and events, with exact JSON types.
static EXAMPLES: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../../endpoint/src/examples.json"))
        .expect("the examples are JSON")
});

/// Whether a value matches a pattern: an object has all fields of the pattern's object, and a list matches element by
/// element.
pub(crate) fn like(value: &Value, pattern: &Value) -> bool {
    match (value, pattern) {
        (Value::Object(value), Value::Object(pattern)) => pattern
            .iter()
            .all(|(key, pattern)| value.get(key).is_some_and(|value| like(value, pattern))),
        (Value::Array(value), Value::Array(pattern)) => {
            value.len() == pattern.len()
                && value
                    .iter()
                    .zip(pattern)
                    .all(|(value, pattern)| like(value, pattern))
        }
        _ => value == pattern,
    }
}

/// Differences between the shape of a reply's `data` and the action's example; none if there is no example.
pub(crate) fn of_reply(action: &str, data: &Value) -> Vec<String> {
    if action == "get_event" {
        let events = data.as_array().into_iter().flatten();
        return events.flat_map(of_event).collect();
    }
    let mut wrong = Vec::new();
    if let Some(example) = EXAMPLES["replies"].get(action) {
        compare(example, data, action, &mut wrong);
    }
    wrong
}

/// Differences between the shape of an event and its example.
pub(crate) fn of_event(event: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let Some((name, example)) = example_of(event) else {
        return vec![format!("there is no example for the event: {event}")];
    };
    let mut event = event.clone();
    if let Some(fields) = event.as_object_mut() {
        // Connections with `replay` add it to every event.
        fields.shift_remove("event_id");
    }
    compare(example, &event, &name, &mut wrong);
    wrong
}

/// Name and value of the example for an event.
fn example_of(event: &Value) -> Option<(String, &'static Value)> {
    let post_type = event["post_type"].as_str()?;
    let mut name = post_type.to_owned();
    let part = match post_type {
        "meta_event" => "meta_event_type",
        "notice" => "notice_type",
        "request" => "request_type",
        _ => "message_type",
    };
    for part in [event[part].as_str(), event["sub_type"].as_str()]
        .into_iter()
        .flatten()
    {
        name = format!("{name}.{part}");
    }
    if event["notice_type"] == "notify"
        && matches!(event["sub_type"].as_str(), Some("poke" | "poke_recall"))
    {
        name.push_str(if event.get("group_id").is_some() {
            ".group"
        } else {
            ".private"
        });
    }
    if event["message_format"] == "string" {
        name.push_str(".string");
    }
    let example = EXAMPLES["events"].get(&name)?;
    Some((name, example))
}

/// Compares field names and JSON types. Each element of a list is compared with the first element of the example that has
/// the same `type`.
fn compare(example: &Value, value: &Value, path: &str, wrong: &mut Vec<String>) {
    match (example, value) {
        (Value::Object(example), Value::Object(value)) => {
            if is_segment(example) {
                if !is_segment(value) {
                    wrong.push(format!("{path} is not a segment: {value:?}"));
                }
                return;
            }
            // An empty example object stands for any object.
            if example.is_empty() {
                return;
            }
            let adapted;
            let example = if example.contains_key("raw_message") {
                adapted = message(example, value);
                &adapted
            } else {
                example
            };
            for (key, example) in example {
                match value.get(key) {
                    Some(value) => compare(example, value, &format!("{path}.{key}"), wrong),
                    None => wrong.push(format!("{path}.{key} is missing")),
                }
            }
            for key in value.keys().filter(|key| !example.contains_key(*key)) {
                wrong.push(format!("{path}.{key} is unexpected"));
            }
        }
        (Value::Array(example), Value::Array(value)) => {
            for (index, value) in value.iter().enumerate() {
                // Elements of the same type have the same shape.
                let of_its_type = example.iter().find(|one| one["type"] == value["type"]);
                if let Some(example) = of_its_type.or(example.first()) {
                    compare(example, value, &format!("{path}[{index}]"), wrong);
                }
            }
        }
        (Value::Number(example), Value::Number(value)) => {
            if example.is_f64() != value.is_f64() {
                wrong.push(format!(
                    "{path} is {value} but should have the type of {example}"
                ));
            }
        }
        _ => {
            if std::mem::discriminant(example) != std::mem::discriminant(value) {
                wrong.push(format!(
                    "{path} is {value} but should have the type of {example}"
                ));
            }
        }
    }
}

/// The example of a message, adapted to the kind of the value: group or private, own or not (api/actions §1.8;
/// api/events-and-segments §3).
fn message(example: &Map<String, Value>, value: &Map<String, Value>) -> Map<String, Value> {
    let mut example = example.clone();
    let mut sender = example["sender"].as_object().cloned().unwrap_or_default();
    let number = || Value::from(1);
    let text = || Value::from("");
    if value.get("message_type") == Some(&Value::from("private")) {
        for name in ["group_id", "group_name", "anonymous"] {
            example.remove(name);
        }
        for name in ["area", "level", "role", "title"] {
            sender.remove(name);
        }
        example.insert("target_id".to_owned(), number());
        if value.get("sub_type") == Some(&Value::from("group")) {
            example.insert("group_id".to_owned(), number());
            example.insert("temp_source".to_owned(), number());
            sender.insert("group_id".to_owned(), number());
        }
    } else {
        example.insert("group_id".to_owned(), number());
        example.insert("group_name".to_owned(), text());
        example.insert("anonymous".to_owned(), Value::Null);
        for name in ["area", "level", "role", "title"] {
            sender.insert(name.to_owned(), text());
        }
        example.remove("target_id");
        if value.get("post_type") == Some(&Value::from("message_sent")) {
            example.insert("target_id".to_owned(), number());
        }
    }
    example.insert("sender".to_owned(), Value::Object(sender));
    example
}

/// Whether an object is a segment: it has only `type` and `data`. The shape of the data depends on the type.
fn is_segment(object: &Map<String, Value>) -> bool {
    object.len() == 2
        && object.get("type").is_some_and(Value::is_string)
        && object.get("data").is_some_and(Value::is_object)
}

#[test]
fn wrong_type_missing_field_and_unexpected_field_are_found() {
    let data = serde_json::json!({"user_id": "10001", "nick": "Bot"});
    assert_eq!(
        of_reply("get_login_info", &data),
        [
            "get_login_info.user_id is \"10001\" but should have the type of 10001",
            "get_login_info.nickname is missing",
            "get_login_info.nick is unexpected"
        ]
    );
    let data = serde_json::json!({"user_id": 10001, "nickname": "Bot"});
    assert!(of_reply("get_login_info", &data).is_empty());
}
