//! The router: an action is a typed function, and the table knows it under its names (api/actions §1.2).
//!
//! From the types of its parameters and its reply come coercion, `/openapi.json` and the panel's page. Everything generic
//! is boxed once, at start.

mod extras;
pub(crate) mod forwards;
pub(crate) mod friends;
pub(crate) mod groups;
mod history;
#[cfg(test)]
mod hostile;
mod media;
pub(crate) mod messages;
mod profile;
mod system;
#[cfg(test)]
mod tests;
mod unsupported;

use std::{
    collections::{BTreeMap, HashMap},
    future::Future,
    pin::Pin,
};

use nekonap_onebot::{Answer, Encoding, Object, Params, coerce};
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    bot::Context,
    error::{Failure, Result},
};

/// An action that is running.
pub(crate) type Running = Pin<Box<dyn Future<Output = Result<Answer>> + Send>>;

/// What starts an action: parameters that have their types already, and the context.
type Start = Box<dyn Fn(Context, Object) -> Result<Running> + Send + Sync>;

/// An action without parameters.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct NoParams {}

/// A reply without data: null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Done;

impl Serialize for Done {
    fn serialize<S: serde::Serializer>(
        &self,
        serializer: S,
    ) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

impl JsonSchema for Done {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Done".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({ "type": "null" })
    }
}

/// `{"result": 0, "errMsg": ""}`, the kernel's way of saying that it is done (api/actions §1.8, "KR").
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeyResult {
    result: i32,
    err_msg: String,
}

/// All actions, found by their names.
pub(crate) struct Actions {
    actions: Vec<Action>,
    names: HashMap<&'static str, Name>,
    /// The types that the schemas of all actions refer to.
    definitions: Object,
}

/// The table while it is being filled.
pub(crate) struct Table {
    actions: Actions,
    schemas: SchemaGenerator,
}

/// One action.
struct Action {
    name: &'static str,
    start: Start,
    params: Params,
    /// Second names of parameters, with the first names.
    synonyms: Vec<(&'static str, &'static str)>,
    takes: Schema,
    gives: Schema,
}

/// What a name stands for.
struct Name {
    action: usize,
    /// What an alias calls the parameters, with our names.
    renames: &'static [(&'static str, &'static str)],
}

/// How a call's name ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Suffix {
    None,
    Async,
    RateLimited,
}

impl Actions {
    /// All actions there are.
    pub(crate) fn all() -> Self {
        let mut table = Table {
            actions: Self {
                actions: Vec::new(),
                names: HashMap::new(),
                definitions: Object::new(),
            },
            schemas: SchemaSettings::draft2020_12()
                .with(|settings| settings.definitions_path = "/components/schemas".into())
                .into_generator(),
        };
        messages::actions(&mut table);
        forwards::actions(&mut table);
        history::actions(&mut table);
        friends::actions(&mut table);
        groups::actions(&mut table);
        extras::actions(&mut table);
        media::actions(&mut table);
        profile::actions(&mut table);
        system::actions(&mut table);
        let Table {
            mut actions,
            mut schemas,
        } = table;
        actions.definitions = schemas.take_definitions(true);
        actions.accept_bare_names();
        actions
    }

    fn name(
        &mut self,
        name: &'static str,
        action: usize,
        renames: &'static [(&'static str, &'static str)],
    ) {
        let former = self.names.insert(name, Name { action, renames });
        debug_assert!(former.is_none(), "{name} is two actions");
    }

    /// A leading `_` or `.` may be left out where no other action has the shorter name.
    fn accept_bare_names(&mut self) {
        let names: Vec<(&'static str, usize)> = self
            .names
            .iter()
            .map(|(&name, target)| (name, target.action))
            .collect();
        for (name, action) in names {
            let bare = name.trim_start_matches(['_', '.']);
            self.names.entry(bare).or_insert(Name {
                action,
                renames: &[],
            });
        }
    }

    /// What a name means: the action and the suffix, which counts only where no action has the full name.
    fn find(&self, name: &str) -> Option<(&Name, Suffix)> {
        let name = name.trim();
        if let Some(found) = self.names.get(name) {
            return Some((found, Suffix::None));
        }
        let suffixes = [
            ("_async", Suffix::Async),
            ("_rate_limited", Suffix::RateLimited),
        ];
        suffixes.into_iter().find_map(|(text, suffix)| {
            let found = self.names.get(name.strip_suffix(text)?)?;
            Some((found, suffix))
        })
    }

    /// The names of all actions with their aliases, sorted.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        let mut names: Vec<&'static str> = self.names.keys().copied().collect();
        names.sort_unstable();
        names
    }

    /// Prepares a call: finds the action and gives the parameters their types. `None` if there is no such action.
    pub(crate) fn prepare(
        &self,
        name: &str,
        mut params: Object,
        encoding: Encoding,
    ) -> Option<(Suffix, Result<Prepared<'_>>)> {
        let Some((found, suffix)) = self.find(name) else {
            let refusal = unsupported::refusal(name)?;
            return Some((Suffix::None, Err(refusal)));
        };
        let action = self.actions.get(found.action)?;
        for (theirs, ours) in found.renames.iter().chain(&action.synonyms) {
            coerce::rename(&mut params, theirs, ours);
        }
        let prepared = action
            .params
            .coerce(params, encoding)
            .map(|params| Prepared { action, params })
            .map_err(Failure::from);
        Some((suffix, prepared))
    }

    /// The document of `/openapi.json`: one path an action, `POST` with a JSON body.
    pub(crate) fn openapi(&self, version: &str) -> Value {
        let mut paths = BTreeMap::new();
        for action in &self.actions {
            let aliases: Vec<&str> = self
                .names
                .iter()
                .filter(|(name, target)| {
                    self.actions
                        .get(target.action)
                        .is_some_and(|of| of.name == action.name)
                        && **name != action.name
                })
                .map(|(&name, _)| name)
                .collect();
            paths.insert(format!("/{}", action.name), operation(action, aliases));
        }
        serde_json::json!({
            "openapi": "3.1.0",
            "info": { "title": "Nekonap", "version": version },
            "paths": paths,
            "components": {
                "schemas": self.definitions,
                "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
            },
            "security": [{ "token": [] }],
        })
    }
}

impl Table {
    /// Adds an action under its name.
    pub(crate) fn add<P, R, F, Fut>(&mut self, name: &'static str, action: F) -> Added<'_>
    where
        P: DeserializeOwned + JsonSchema,
        R: Serialize + JsonSchema,
        F: Fn(Context, P) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<R>> + Send + 'static,
    {
        let index = self.actions.actions.len();
        let start: Start = Box::new(move |cx, params| {
            let params = serde_json::from_value(Value::Object(params)).map_err(|error| {
                Failure::new(nekonap_onebot::Code::ParamInvalid, error.to_string())
            })?;
            let running = action(cx, params);
            Ok(Box::pin(async move {
                running.await.map(|reply| Answer::ok(&reply))
            }))
        });
        self.actions.actions.push(Action {
            name,
            start,
            params: Params::of::<P>(),
            synonyms: Vec::new(),
            takes: self.schemas.subschema_for::<P>(),
            gives: self.schemas.subschema_for::<R>(),
        });
        self.actions.name(name, index, &[]);
        Added {
            table: &mut self.actions,
            index,
        }
    }
}

/// One path of `/openapi.json`.
fn operation(action: &Action, mut aliases: Vec<&str>) -> Value {
    aliases.sort_unstable();
    let envelope = serde_json::json!({
        "type": "object",
        "required": ["status", "retcode", "data", "message", "wording", "echo", "stream"],
        "properties": {
            "status": { "enum": ["ok", "failed", "async"] },
            "retcode": { "type": "integer" },
            "data": { "anyOf": [action.gives, { "type": "null" }] },
            "message": { "type": "string" },
            "wording": { "type": "string" },
            "msg": { "type": "string" },
            "echo": {},
            "stream": { "type": "string" },
        },
    });
    let synonyms: BTreeMap<_, _> = action.synonyms.iter().copied().collect();
    serde_json::json!({
        "post": {
            "operationId": action.name,
            "x-aliases": aliases,
            "x-parameter-aliases": synonyms,
            "requestBody": { "content": { "application/json": { "schema": action.takes } } },
            "responses": { "200": {
                "description": "the answer",
                "content": { "application/json": { "schema": envelope } },
            } },
        },
    })
}

/// A call whose parameters are in order.
pub(crate) struct Prepared<'a> {
    action: &'a Action,
    params: Object,
}

impl Prepared<'_> {
    /// Starts the action; nothing of it has run before its first poll.
    pub(crate) fn start(self, cx: Context) -> Result<Running> {
        (self.action.start)(cx, self.params)
    }
}

/// An action just added: where its other names are told.
pub(crate) struct Added<'a> {
    table: &'a mut Actions,
    index: usize,
}

impl Added<'_> {
    /// A second name of a parameter. The first of both that is not null counts, ours before.
    pub(crate) fn parameter(self, theirs: &'static str, ours: &'static str) -> Self {
        if let Some(action) = self.table.actions.get_mut(self.index) {
            action.synonyms.push((theirs, ours));
        }
        self
    }

    /// A second name of the action, with the names that it gives to parameters and ours for them.
    pub(crate) fn alias(
        self,
        name: &'static str,
        renames: &'static [(&'static str, &'static str)],
    ) -> Self {
        self.table.name(name, self.index, renames);
        self
    }
}
