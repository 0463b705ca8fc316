//! The OpenAPI 3.1 document of `/openapi.json`: one path per action, and schemas of events and segments.

use std::collections::BTreeMap;

use nekonap_onebot::{Code, Event, Segment};
use serde_json::{Map, Value, json};

use crate::{
    actions::{Action, Actions, Answers},
    reference::{Definitions, example_call, example_reply, generator},
};

/// Failure codes of every action (api/actions §1.4).
pub(crate) const COMMON: &[Code] = &[Code::Timeout, Code::Offline, Code::Upstream, Code::Internal];

/// Failure codes of invalid parameters, for every action that has parameters.
const PARAMETERS: &[Code] = &[Code::ParamMissing, Code::ParamInvalid];

const ABOUT: &str = "\
Actions of OneBot 11 with the extensions of go-cqhttp and NapCat.

An action is called by `POST` with a JSON body or a form, by `GET` with a query, or over WebSocket by the frame \
`{\"action\": …, \"params\": …, \"echo\": …}`. A call that fails is answered with HTTP status 200, `status` `failed` and a \
`msg` code. Unknown parameters are ignored; numbers and booleans may also be given as strings.

The extra parameter `_profile` (`napcat-v4` or `napcat-4.18`) chooses between the two forms of the few replies that have two.";

pub(crate) fn document(actions: &Actions, version: &str) -> Value {
    let mut schemas = generator();
    let mut tags = Vec::new();
    let mut described = Vec::new();
    schemas.subschema_for::<Segment>();
    schemas.subschema_for::<Event>();
    for (subject, entries) in actions.by_subject() {
        let title = subject.title;
        tags.push(json!({
            "name": subject.name,
            "description": format!("{} / {}", title.english, title.chinese),
        }));
        for action in entries {
            let params = (action.params_schema)(&mut schemas).to_value();
            let reply = (action.reply_schema)(&mut schemas).to_value();
            described.push((subject.name, action, params, reply));
        }
    }
    let mut definitions = schemas.take_definitions(true);
    accept_text(&mut definitions);
    let mut paths: BTreeMap<String, Value> = described
        .iter()
        .map(|(tag, action, params, reply)| {
            let operation = operation(tag, action, params, reply, &definitions);
            (format!("/{}", action.name), json!({ "post": operation }))
        })
        .collect();
    paths.insert("/{action}".to_owned(), any_action());
    tags.push(json!({ "name": "other names", "description": "Aliases and suffixes / 别名与后缀" }));
    definitions.extend(envelopes());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Nekonap",
            "version": version,
            "summary": "A QQ protocol endpoint for bot frameworks.",
            "description": ABOUT,
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/", "description": "The address that this document came from." }],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": definitions,
            "responses": refusals(),
            "securitySchemes": {
                "accessToken": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The access token in the header `Authorization`.",
                },
                "accessTokenInQuery": {
                    "type": "apiKey",
                    "in": "query",
                    "name": "access_token",
                    "description": "The access token in the query.",
                },
            },
        },
        "security": [{ "accessToken": [] }, { "accessTokenInQuery": [] }],
    })
}

/// Allows strings for numbers in the data of segments, because some are reported so (api/events-and-segments §7). The
/// schemas by which parameters are read keep the number types.
fn accept_text(definitions: &mut Definitions) {
    let kinds = definitions["Segment"]["anyOf"].as_array();
    let data: Vec<String> = kinds
        .into_iter()
        .flatten()
        .filter_map(|kind| name_of(&kind["properties"]["data"]).map(str::to_owned))
        .collect();
    let text = || json!({ "type": "string" });
    let is_account = |schema: &Value| name_of(schema) == Some("Uin");
    for name in data {
        let properties = definitions
            .get_mut(&name)
            .and_then(|schema| schema.get_mut("properties"));
        for schema in properties
            .and_then(Value::as_object_mut)
            .into_iter()
            .flatten()
        {
            let (_, schema) = schema;
            if schema["type"] == "integer" {
                schema["type"] = json!(["integer", "string"]);
            } else if is_account(schema)
                && let Some(object) = schema.as_object_mut()
            {
                let account = object.shift_remove("$ref");
                object.insert("anyOf".to_owned(), json!([{ "$ref": account }, text()]));
            } else if let Some(types) = schema.get_mut("type").and_then(Value::as_array_mut)
                && types.contains(&json!("integer"))
            {
                types.push(json!("string"));
            } else if let Some(alternatives) = schema.get_mut("anyOf").and_then(Value::as_array_mut)
                && alternatives.iter().any(is_account)
            {
                alternatives.push(text());
            }
        }
    }
}

/// The name of the definition that a schema references.
fn name_of(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}

fn operation(
    tag: &str,
    action: &Action,
    params: &Value,
    reply: &Value,
    definitions: &Definitions,
) -> Value {
    let mut aliases: Vec<&str> = action.aliases.iter().map(|(name, _)| *name).collect();
    aliases.sort_unstable();
    let synonyms: BTreeMap<_, _> = action.synonyms.iter().copied().collect();
    let call = example_call(params, definitions);
    let data = example_reply(action.name);
    let succeeded = json!({
        "allOf": [
            { "$ref": "#/components/schemas/Succeeded" },
            { "properties": { "data": reply } },
        ],
    });
    let failed = json!({
        "allOf": [
            { "$ref": "#/components/schemas/Failed" },
            { "properties": { "msg": { "enum": codes(action) } } },
        ],
    });
    let answer = json!({
        "status": "ok", "retcode": 0, "data": data, "message": "", "wording": "", "echo": "",
        "stream": if action.answers == Answers::Once { "normal-action" } else { "stream-action" },
    });
    let required = requires(params, definitions);
    json!({
        "operationId": action.name,
        "tags": [tag],
        "summary": action.about.english,
        "description": action.about.chinese,
        "x-aliases": aliases,
        "x-parameter-aliases": synonyms,
        "requestBody": {
            "required": required,
            "content": {
                "application/json": { "schema": params, "example": call },
                "application/x-www-form-urlencoded": { "schema": params },
            },
        },
        "responses": responses(&json!({ "oneOf": [succeeded, failed] }), Some(answer)),
    })
}

/// Whether any parameter is required.
fn requires(params: &Value, definitions: &Definitions) -> bool {
    let schema = name_of(params)
        .and_then(|name| definitions.get(name))
        .unwrap_or(params);
    schema["required"].is_array()
}

/// All `msg` codes that an action can fail with, sorted.
pub(crate) fn codes(action: &Action) -> Vec<&'static str> {
    let parameters = action.params.names().next().map_or(&[][..], |_| PARAMETERS);
    let all = [&action.codes[..], parameters, COMMON].concat();
    let mut codes: Vec<&str> = all.into_iter().map(Code::as_str).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// The path for all names that have no path of their own.
fn any_action() -> Value {
    let answer = json!({ "oneOf": [
        { "$ref": "#/components/schemas/Succeeded" },
        { "$ref": "#/components/schemas/Accepted" },
        { "$ref": "#/components/schemas/Failed" },
    ] });
    let mut responses = responses(&answer, None);
    responses.insert(
        "404".to_owned(),
        json!({ "$ref": "#/components/responses/NoSuchAction" }),
    );
    json!({
        "parameters": [{
            "name": "action",
            "in": "path",
            "required": true,
            "description": "An alias (`x-aliases`), or a name with the suffix `_async` or `_rate_limited`.",
            "schema": { "type": "string" },
        }],
        "post": {
            "operationId": "call",
            "tags": ["other names"],
            "summary": "Calls an action by an alias, or by its name with a suffix.",
            "description": "用别名或带后缀的名称调用接口。",
            "requestBody": { "content": { "application/json": { "schema": { "type": "object" } } } },
            "responses": responses,
        },
    })
}

fn responses(answer: &Value, example: Option<Value>) -> Map<String, Value> {
    let mut content = json!({ "schema": answer });
    if let Some(example) = example {
        content["example"] = example;
    }
    let mut responses = Map::new();
    responses.insert(
        "200".to_owned(),
        json!({
            "description": "The answer, also of a call that failed.",
            "content": { "application/json": content },
        }),
    );
    for (status, name, _, _) in REFUSALS {
        if status != "404" {
            let response = json!({ "$ref": format!("#/components/responses/{name}") });
            responses.insert(status.to_owned(), response);
        }
    }
    responses
}

/// The HTTP statuses other than 200 (api/transports §1.2): status, name, `retcode`, meaning.
const REFUSALS: [(&str, &str, Option<i32>, &str); 6] = [
    (
        "400",
        "Unreadable",
        Some(1400),
        "The body is not a JSON object, though its content type is JSON.",
    ),
    ("401", "NoToken", Some(1401), "No access token was given."),
    (
        "403",
        "WrongToken",
        Some(1403),
        "The access token is wrong.",
    ),
    (
        "404",
        "NoSuchAction",
        Some(1404),
        "There is no action of this name.",
    ),
    (
        "406",
        "ContentType",
        Some(1406),
        "The body is neither JSON nor a form.",
    ),
    (
        "413",
        "TooLarge",
        None,
        "The body is larger than the limit.",
    ),
];

fn refusals() -> Map<String, Value> {
    REFUSALS
        .iter()
        .map(|(_, name, retcode, about)| {
            let mut schemas = vec![json!({ "$ref": "#/components/schemas/Failed" })];
            if let Some(retcode) = retcode {
                schemas.push(json!({ "properties": { "retcode": { "const": retcode } } }));
            }
            let response = json!({
                "description": about,
                "content": { "application/json": { "schema": { "allOf": schemas } } },
            });
            ((*name).to_owned(), response)
        })
        .collect()
}

/// The three kinds of answers (api/actions §1.3).
fn envelopes() -> Map<String, Value> {
    let envelope = |about: &str, status: &str, retcode: Value, own: Value| {
        let mut properties = json!({
            "status": { "const": status, "description": "How the call ended." },
            "retcode": retcode,
            "data": { "description": "What the action returns; null for a call that failed." },
            "message": { "type": "string", "description": "Why the call failed, for people; else empty." },
            "wording": {
                "type": "string",
                "description": "The same as `message`; after success, the segments that were left out of a message.",
            },
            "echo": { "description": "`echo` of the call, unchanged; an empty string if the call has none." },
            "stream": {
                "enum": ["normal-action", "stream-action"],
                "description": "Whether there is one answer or several.",
            },
        });
        let mut required = vec![
            "status", "retcode", "data", "message", "wording", "echo", "stream",
        ];
        if let (Value::Object(properties), Value::Object(own)) = (&mut properties, own) {
            required.extend(own.contains_key("msg").then_some("msg"));
            properties.extend(own);
        }
        json!({ "type": "object", "description": about, "properties": properties, "required": required })
    };
    let null = || json!({ "data": { "type": "null" } });
    let zero = json!({ "const": 0, "description": "Always 0." });
    let one = json!({ "const": 1, "description": "Always 1." });
    let failed = json!({
        "type": "integer",
        "description": "1400 wrong request, 1401 no token, 1403 wrong token, 1404 no such action, 1405 wrong method, \
                        1406 wrong content type, 1200 any other failure.",
    });
    let msg = json!({
        "msg": { "type": "string", "description": "Why the call failed, for programs." },
    });
    Map::from_iter([
        (
            "Succeeded".to_owned(),
            envelope("An action that succeeded.", "ok", zero, json!({})),
        ),
        (
            "Accepted".to_owned(),
            envelope(
                "An action that runs later: `_async` with the setting `standard_async`.",
                "async",
                one,
                null(),
            ),
        ),
        (
            "Failed".to_owned(),
            envelope("An action that failed.", "failed", failed, msg),
        ),
    ])
}
