//! Checks of every entry of the table, and the comparison with NapCat.

use std::collections::BTreeSet;

use nekonap_onebot::Encoding;
use serde_json::{Value, json};

use super::{Actions, Done, NoParams, Table};
use crate::{
    bot::Context,
    error::Result,
    openapi,
    reference::{Field, reference},
};

/// Actions that have no example reply, because they return no data.
const WITHOUT_DATA: &[&str] = &[
    "set_group_bot_status",
    "set_group_msg_mask",
    "unset_msg_emoji_like",
];

#[test]
fn every_action_is_described_in_both_languages() {
    let table = Actions::all();
    for subject in reference().subjects {
        assert!(!subject.actions.is_empty(), "{} is empty", subject.name);
        for action in subject.actions {
            let (name, about) = (action.name, action.about);
            assert!(about.english.ends_with('.'), "{name}: {:?}", about.english);
            assert!(about.chinese.ends_with('。'), "{name}: {:?}", about.chinese);
            let fields = action.parameters.iter().chain(&action.reply.fields);
            for Field {
                name: field, about, ..
            } in fields
            {
                assert!(
                    about.ends_with('.'),
                    "{name}, {field}: {about:?} is not a sentence"
                );
            }
            let parameters: BTreeSet<&str> = action
                .parameters
                .iter()
                .map(|field| field.name.as_str())
                .collect();
            let synonyms = action.parameters.iter().map(|field| field.synonyms.len());
            let (entry, _) = table.find(name).expect("an action");
            let all = table.actions[entry.action].synonyms.len();
            assert_eq!(
                synonyms.sum::<usize>(),
                all,
                "{name}: a synonym has no parameter"
            );
            for (alias, renames) in &action.aliases {
                for (_, ours) in renames {
                    assert!(parameters.contains(ours), "{alias}: {name} has no {ours}");
                }
            }
        }
    }
}

#[test]
fn every_object_in_replies_is_described() {
    let objects = reference().objects;
    assert!(objects.iter().any(|object| object.kind == "Message"));
    assert!(objects.iter().any(|object| object.kind == "text"));
    for object in objects {
        assert!(
            object.about.ends_with('.'),
            "{}: {:?}",
            object.kind,
            object.about
        );
        for field in object.fields {
            let about = field.about;
            assert!(
                about.ends_with('.'),
                "{}, {}: {about:?}",
                object.kind,
                field.name
            );
        }
    }
}

#[test]
fn every_example_call_is_accepted_and_every_reply_has_an_example() {
    let actions = Actions::all();
    for subject in reference().subjects {
        for action in subject.actions {
            let name = action.name;
            for field in action.parameters.iter().filter(|field| field.required) {
                assert!(
                    action.call.contains_key(&field.name),
                    "{name}: no example of {}",
                    field.name
                );
            }
            let prepared = actions.prepare(name, action.call.clone(), Encoding::Json);
            let (_, prepared) = prepared.expect("an action");
            assert!(prepared.is_ok(), "{name}: {:?}", action.call);
            if !WITHOUT_DATA.contains(&name) {
                let nothing = action.data.is_null();
                assert_eq!(
                    nothing,
                    action.reply.kind.contains("null"),
                    "{name}: {}",
                    action.data
                );
            }
        }
    }
}

#[test]
fn failure_codes_are_declared_once() {
    for action in Actions::all().actions {
        let unique: BTreeSet<_> = action.codes.iter().map(|code| code.as_str()).collect();
        assert_eq!(unique.len(), action.codes.len(), "{}", action.name);
        assert!(
            openapi::COMMON
                .iter()
                .all(|code| !action.codes.contains(code)),
            "{}",
            action.name
        );
    }
}

#[test]
fn no_two_types_share_a_name_in_the_document() {
    let document = openapi::document(&Actions::all(), "0");
    let schemas = document["components"]["schemas"]
        .as_object()
        .expect("schemas");
    for name in schemas.keys() {
        assert!(
            !name.ends_with(|end: char| end.is_ascii_digit()),
            "{name}: rename one of the two types"
        );
    }
}

#[test]
fn descriptions_contain_no_rustdoc_links() {
    let document = openapi::document(&Actions::all(), "0").to_string();
    let links: Vec<&str> = document
        .split("[`")
        .skip(1)
        .map(|link| &link[..link.len().min(40)])
        .collect();
    assert_eq!(links, Vec::<&str>::new());
}

async fn nothing(_: Context, _: NoParams) -> Result<Done> {
    Ok(Done)
}

#[test]
#[should_panic(expected = "two actions are called `one`")]
fn duplicate_action_name_panics() {
    let mut table = Table::default();
    table.subject("a", "A", "甲");
    table.add("one", nothing);
    table.add("one", nothing);
    Actions::of(table);
}

#[test]
#[should_panic(expected = "two actions are called `one`")]
fn alias_equal_to_another_action_panics() {
    let mut table = Table::default();
    table.subject("a", "A", "甲");
    table.add("one", nothing);
    table.add("two", nothing).alias("one", &[]);
    Actions::of(table);
}

/// NapCat's parameters that an action does not have, with the reason.
const PARAMETERS_LEFT_OUT: &[(&str, &str)] = &[
    ("send_private_msg.message_type", "the action determines it"),
    ("send_group_msg.message_type", "the action determines it"),
    ("send_group_msg.user_id", "the target is a group"),
    (
        "get_emoji_likes.group_id",
        "a known message id determines its group",
    ),
    ("friend_poke.group_id", "the poke goes to the private chat"),
    (
        "get_friend_msg_history.quick_reply",
        "quotes need no lookup that could be skipped",
    ),
    (
        "get_group_msg_history.quick_reply",
        "quotes need no lookup that could be skipped",
    ),
];

/// NapCat's reply fields that are absent here or have another type, with the reason. `.*` stands for every field.
const REPLIES_THAT_DIFFER: &[(&str, &str)] = &[
    (
        "get_msg.message",
        "its schema says object; NapCat answers an array, as Nekonap does",
    ),
    (
        "get_doubt_friends_add_request",
        "its schema says object; NapCat answers an array, as Nekonap does",
    ),
    (
        "fetch_custom_face_detail",
        "its schema says object; NapCat answers an array, as Nekonap does",
    ),
    ("bot_exit", "there is nothing to return (api/actions §5)"),
    (
        "get_login_info.*",
        "the profile is the subject of get_stranger_info (api/actions §3.12)",
    ),
];

#[test]
fn parameters_and_replies_match_napcat() {
    let shapes: Value =
        serde_json::from_str(include_str!("../../tests/data/napcat-shapes.json")).expect("JSON");
    let document = openapi::document(&Actions::all(), "0");
    let mut parameters = Vec::new();
    let mut replies = Vec::new();
    for action in Actions::all().actions {
        let napcat = &shapes["actions"][action.name];
        if napcat.is_null() {
            continue;
        }
        let ours: BTreeSet<&str> = action
            .params
            .names()
            .chain(action.synonyms.iter().map(|(theirs, _)| *theirs))
            .collect();
        let wanted = resolve(&napcat["params"], &shapes)["properties"].as_object();
        for name in wanted.into_iter().flatten().map(|(name, _)| name) {
            if !ours.contains(name.as_str()) {
                parameters.push(format!("{}.{name}", action.name));
            }
        }
        let answer = &document["paths"][format!("/{}", action.name)]["post"]["responses"]["200"];
        let ours = &answer["content"]["application/json"]["schema"]["oneOf"][0]["allOf"][1]["properties"]
            ["data"];
        let mut path = action.name.to_owned();
        compare(
            &napcat["data"],
            &shapes,
            ours,
            &document,
            &mut path,
            &mut replies,
        );
    }
    check(&parameters, PARAMETERS_LEFT_OUT);
    check(&replies, REPLIES_THAT_DIFFER);
}

/// Checks that the found differences are exactly the listed ones.
fn check(found: &[String], listed: &[(&str, &str)]) {
    let covers = |entry: &str, path: &str| match entry.strip_suffix('*') {
        Some(start) => path.starts_with(start),
        None => path == entry,
    };
    for path in found {
        assert!(
            listed.iter().any(|(entry, _)| covers(entry, path)),
            "{path} differs from NapCat's"
        );
    }
    for (entry, _) in listed {
        assert!(
            found.iter().any(|path| covers(entry, path)),
            "{entry} no longer differs"
        );
    }
}

/// The schema that another one references in its document.
fn resolve<'a>(mut schema: &'a Value, document: &'a Value) -> &'a Value {
    while let Some(name) = schema["$ref"]
        .as_str()
        .and_then(|name| name.rsplit('/').next())
    {
        let components = &document["components"]["schemas"][name];
        schema = if components.is_null() {
            &document["schemas"][name]
        } else {
            components
        };
    }
    schema
}

/// The JSON types that a schema allows; all types if it does not specify any.
fn types(schema: &Value, document: &Value) -> BTreeSet<String> {
    let schema = resolve(schema, document);
    for key in ["anyOf", "oneOf", "allOf"] {
        if let Some(list) = schema[key].as_array() {
            return list.iter().flat_map(|one| types(one, document)).collect();
        }
    }
    match &schema["type"] {
        Value::String(one) => BTreeSet::from([one.replace("integer", "number")]),
        Value::Array(several) => several
            .iter()
            .filter_map(Value::as_str)
            .map(|one| one.replace("integer", "number"))
            .collect(),
        _ => ["null", "boolean", "number", "string", "array", "object"]
            .map(str::to_owned)
            .into(),
    }
}

/// Collects the paths of values that NapCat's clients do not expect.
fn compare(
    theirs: &Value,
    shapes: &Value,
    ours: &Value,
    document: &Value,
    path: &mut String,
    differ: &mut Vec<String>,
) {
    if types(theirs, shapes).is_disjoint(&types(ours, document)) {
        differ.push(path.clone());
        return;
    }
    let (theirs, ours) = (alternative(theirs, shapes), alternative(ours, document));
    let length = path.len();
    if let (Some(theirs), Some(ours)) = (theirs.get("items"), ours.get("items")) {
        path.push_str("[]");
        compare(theirs, shapes, ours, document, path, differ);
        path.truncate(length);
    }
    let properties = theirs["properties"].as_object();
    for (name, theirs) in properties.into_iter().flatten() {
        path.push('.');
        path.push_str(name);
        match ours["properties"].get(name) {
            Some(ours) => compare(theirs, shapes, ours, document, path, differ),
            None if ours.get("properties").is_some() => differ.push(path.clone()),
            None => {}
        }
        path.truncate(length);
    }
}

/// The schema, or its first alternative that is an object or a list.
fn alternative<'a>(schema: &'a Value, document: &'a Value) -> &'a Value {
    let schema = resolve(schema, document);
    let mut alternatives = schema["anyOf"].as_array().into_iter().flatten();
    let structured = alternatives.find(|one| {
        let one = resolve(one, document);
        one.get("properties").is_some() || one.get("items").is_some()
    });
    structured.map_or(schema, |one| resolve(one, document))
}

#[test]
fn wrong_types_and_missing_fields_are_differences() {
    let theirs = json!({"properties": {"a": {"type": "number"}, "b": {"items": {"properties": {"c": {}}}}}, "type": "object"});
    let ours = json!({"properties": {"a": {"type": "string"}, "b": {"items": {"properties": {}}}}, "type": "object"});
    let (mut path, mut differ) = ("x".to_owned(), Vec::new());
    compare(
        &theirs,
        &json!({}),
        &ours,
        &json!({}),
        &mut path,
        &mut differ,
    );
    assert_eq!(differ, ["x.a", "x.b[].c"]);
}
