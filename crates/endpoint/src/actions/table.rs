//! The table of actions: one entry per action, with its function, parameters and descriptions.

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

/// Starts an action, with parameters that already have the right JSON types.
type Start = Box<dyn Fn(Context, Object) -> Result<Running> + Send + Sync>;

/// An alias: its name, and its parameter names, each with the action's own name of the parameter.
pub(crate) type Alias = (&'static str, &'static [(&'static str, &'static str)]);

/// How an action answers (api/transports §10).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Answers {
    /// Once.
    #[default]
    Once,
    /// Once, as a part of a stream that the caller makes of several calls.
    Part,
    /// With several frames.
    Frames,
}

#[derive(Default)]
pub(crate) struct Table {
    pub(super) subjects: Vec<Subject>,
    pub(super) actions: Vec<Action>,
}

/// A group of actions: a tag of `/openapi.json` and a chapter of the reference.
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    pub(crate) title: Bilingual,
}

pub(crate) struct Action {
    pub(crate) name: &'static str,
    /// Index into [`Table::subjects`].
    pub(super) subject: usize,
    pub(crate) about: Bilingual,
    pub(crate) aliases: Vec<Alias>,
    /// Other names of parameters, each with the action's own name of the parameter.
    pub(crate) synonyms: Vec<(&'static str, &'static str)>,
    /// Whether OneBot 11 lets the action run after its answer (api/actions §1.2).
    pub(super) asynchronous: bool,
    /// The `msg` codes of this action's failures, without the codes of [`COMMON`](crate::openapi::COMMON)
    /// (api/actions §1.4).
    pub(crate) codes: Vec<Code>,
    pub(crate) answers: Answers,
    pub(super) start: Start,
    pub(crate) params: Params,
    /// Schemas of the parameters and of the reply, used only for documents.
    pub(crate) params_schema: fn(&mut SchemaGenerator) -> Schema,
    pub(crate) reply_schema: fn(&mut SchemaGenerator) -> Schema,
}

impl Table {
    /// Begins a subject. The actions added next belong to it.
    pub(crate) fn subject(
        &mut self,
        name: &'static str,
        english: &'static str,
        chinese: &'static str,
    ) {
        let title = Bilingual { english, chinese };
        self.subjects.push(Subject { name, title });
    }

    /// Adds an action to the current subject.
    ///
    /// # Panics
    /// If no subject was begun.
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
            asynchronous: false,
            codes: Vec::new(),
            answers: Answers::Once,
            start,
            params: Params::of::<P>(),
            params_schema: SchemaGenerator::subschema_for::<P>,
            reply_schema: SchemaGenerator::subschema_for::<R>,
        });
        Added { action }
    }
}

/// An action that was just added; its methods describe it.
pub(crate) struct Added<'a> {
    action: &'a mut Action,
}

impl Added<'_> {
    /// What the action does, one sentence in each language. Required.
    pub(crate) fn about(self, english: &'static str, chinese: &'static str) -> Self {
        self.action.about = Bilingual { english, chinese };
        self
    }

    /// The `msg` codes of failures that not every action has (api/actions §1.4).
    pub(crate) fn fails(self, codes: &[Code]) -> Self {
        self.action.codes.extend_from_slice(codes);
        self
    }

    /// The answer is that of the suffix `_async`, also without the suffix (api/actions §1.2).
    pub(crate) fn asynchronous(self) -> Self {
        self.action.asynchronous = true;
        self
    }

    /// How the action answers, if not once.
    pub(crate) fn answers(self, answers: Answers) -> Self {
        self.action.answers = answers;
        self
    }

    /// Another name of a parameter. If both are given, the first that is not null counts, beginning with `ours`.
    pub(crate) fn parameter(self, theirs: &'static str, ours: &'static str) -> Self {
        self.action.synonyms.push((theirs, ours));
        self
    }

    /// Another name of the action, with its parameter names, each with the action's own name of the parameter.
    pub(crate) fn alias(
        self,
        name: &'static str,
        renames: &'static [(&'static str, &'static str)],
    ) -> Self {
        self.action.aliases.push((name, renames));
        self
    }
}
