//! The table of actions while it is filled: one entry an action, everything that is said about it.

use std::future::Future;

use nekonap_onebot::{Answer, Code, Object, Params};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::Running;
use crate::{
    bot::Context,
    error::{Failure, Result},
    reference::Bilingual,
};

/// What starts an action: the context, and parameters that have their types already.
type Start = Box<dyn Fn(Context, Object) -> Result<Running> + Send + Sync>;

/// An alias, with its names of parameters and ours.
pub(crate) type Alias = (&'static str, &'static [(&'static str, &'static str)]);

/// The table while it is filled.
#[derive(Default)]
pub(crate) struct Table {
    pub(super) subjects: Vec<Subject>,
    pub(super) actions: Vec<Action>,
}

/// A group of actions: a tag of `/openapi.json`, a chapter of the reference.
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    pub(crate) title: Bilingual,
}

/// One action.
pub(crate) struct Action {
    pub(crate) name: &'static str,
    /// The subject's place in the table.
    pub(super) subject: usize,
    pub(crate) about: Bilingual,
    pub(crate) aliases: Vec<Alias>,
    /// Second names of parameters, with the first names.
    pub(crate) synonyms: Vec<(&'static str, &'static str)>,
    /// The `msg` codes of its own failures, beyond those that every action has (api/actions §1.4).
    pub(crate) codes: Vec<Code>,
    pub(super) start: Start,
    pub(crate) params: Params,
    /// The schemas of the parameters and of the reply; only documents need them.
    pub(crate) takes: fn(&mut SchemaGenerator) -> Schema,
    pub(crate) gives: fn(&mut SchemaGenerator) -> Schema,
}

impl Table {
    /// Begins a subject: the actions that follow belong to it.
    pub(crate) fn subject(
        &mut self,
        name: &'static str,
        english: &'static str,
        chinese: &'static str,
    ) {
        let title = Bilingual { english, chinese };
        self.subjects.push(Subject { name, title });
    }

    /// Adds an action under its name, to the subject that was begun last.
    ///
    /// # Panics
    /// When no subject was begun.
    pub(crate) fn add<P, R, F, Fut>(&mut self, name: &'static str, action: F) -> Added<'_>
    where
        P: DeserializeOwned + JsonSchema,
        R: Serialize + JsonSchema,
        F: Fn(Context, P) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<R>> + Send + 'static,
    {
        let subject = self.subjects.len().checked_sub(1);
        let start: Start = Box::new(move |cx, params| {
            let params = serde_json::from_value(Value::Object(params))
                .map_err(|error| Failure::new(Code::ParamInvalid, error.to_string()))?;
            let running = action(cx.clone(), params);
            Ok(Box::pin(async move {
                running.await.map(|reply| Answer {
                    wording: cx.left_out(),
                    ..Answer::ok(&reply)
                })
            }))
        });
        let action = self.actions.push_mut(Action {
            name,
            subject: subject.expect("a subject was begun"),
            about: Bilingual::default(),
            aliases: Vec::new(),
            synonyms: Vec::new(),
            codes: Vec::new(),
            start,
            params: Params::of::<P>(),
            takes: SchemaGenerator::subschema_for::<P>,
            gives: SchemaGenerator::subschema_for::<R>,
        });
        Added { action }
    }
}

/// An action just added, to be described.
pub(crate) struct Added<'a> {
    action: &'a mut Action,
}

impl Added<'_> {
    /// What the action does, in one sentence of each language. Every action has them.
    pub(crate) fn about(self, english: &'static str, chinese: &'static str) -> Self {
        self.action.about = Bilingual { english, chinese };
        self
    }

    /// The `msg` codes of failures that not every action has (api/actions §1.4).
    pub(crate) fn fails(self, codes: &[Code]) -> Self {
        self.action.codes.extend_from_slice(codes);
        self
    }

    /// A second name of a parameter. The first of both that is not null counts, ours before.
    pub(crate) fn parameter(self, theirs: &'static str, ours: &'static str) -> Self {
        self.action.synonyms.push((theirs, ours));
        self
    }

    /// A second name of the action, with the names that it gives to parameters and ours for them.
    pub(crate) fn alias(
        self,
        name: &'static str,
        renames: &'static [(&'static str, &'static str)],
    ) -> Self {
        self.action.aliases.push((name, renames));
        self
    }
}
