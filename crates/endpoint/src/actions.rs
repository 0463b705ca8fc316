//! The router finds an action, a typed function, by its names (api/actions §1.2).
//!
//! An action is defined once, by its entry in the [`Table`]: calls, `/openapi.json`, `nekonap actions` and the
//! reference under `docs/api` are made from the entry and from the types of its parameters and its reply.

mod admin;
mod albums;
mod assist;
mod cards;
mod credentials;
#[cfg(test)]
mod entries;
mod extras;
mod favourites;
mod files;
mod forwards;
mod friends;
mod groups;
mod guilds;
mod history;
#[cfg(test)]
mod hostile;
mod media;
mod messages;
mod profile;
mod qzone;
mod requests;
mod streams;
mod system;
mod table;
#[cfg(test)]
mod tests;
mod unsupported;

use std::{collections::HashMap, future::Future, pin::Pin};

use nekonap_onebot::{Answer, Encoding, Object, coerce};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use crate::{
    bot::Context,
    error::{Failure, Result},
};

pub(crate) use table::{Action, Answers, Subject, Table};
pub(crate) use unsupported::NAMES as UNSUPPORTED;

/// The future of a started action.
pub(crate) type Running = Pin<Box<dyn Future<Output = Result<Answer>> + Send>>;

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

/// `{"result": 0, "errMsg": ""}`: how the NTQQ kernel reports success (api/actions §1.8, "KR").
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeyResult {
    /// Always 0.
    result: i32,
    /// Always empty.
    err_msg: String,
}

/// All actions, indexed by their names and aliases.
pub(crate) struct Actions {
    subjects: Vec<Subject>,
    actions: Vec<Action>,
    names: HashMap<&'static str, Name>,
}

/// A name or an alias of an action.
struct Name {
    /// Index into [`Actions::actions`].
    action: usize,
    /// Parameter names of an alias, each with the name that the action has for the parameter.
    renames: &'static [(&'static str, &'static str)],
}

/// Suffix of a call's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Suffix {
    None,
    Async,
    RateLimited,
}

impl Actions {
    /// Every action of this version.
    pub(crate) fn all() -> Self {
        let mut table = Table::default();
        messages::actions(&mut table);
        forwards::actions(&mut table);
        history::actions(&mut table);
        friends::actions(&mut table);
        groups::actions(&mut table);
        admin::actions(&mut table);
        extras::actions(&mut table);
        files::actions(&mut table);
        albums::actions(&mut table);
        cards::actions(&mut table);
        media::actions(&mut table);
        streams::actions(&mut table);
        requests::actions(&mut table);
        profile::actions(&mut table);
        credentials::actions(&mut table);
        favourites::actions(&mut table);
        qzone::actions(&mut table);
        assist::actions(&mut table);
        system::actions(&mut table);
        guilds::actions(&mut table);
        Self::of(table)
    }

    /// Indexes the actions of a table by name.
    ///
    /// # Panics
    /// If two actions share a name or an alias.
    fn of(table: Table) -> Self {
        let Table { subjects, actions } = table;
        let mut names = HashMap::new();
        for (at, action) in actions.iter().enumerate() {
            let own = std::iter::once((action.name, &[][..]));
            for (name, renames) in own.chain(action.aliases.iter().copied()) {
                let name_of = Name {
                    action: at,
                    renames,
                };
                let previous = names.insert(name, name_of);
                assert!(previous.is_none(), "two actions are called `{name}`");
            }
        }
        let mut all = Self {
            subjects,
            actions,
            names,
        };
        all.accept_bare_names();
        all
    }

    /// The subjects in the order of the table, each with its actions.
    pub(crate) fn by_subject(&self) -> impl Iterator<Item = (&Subject, Vec<&Action>)> {
        self.subjects.iter().enumerate().map(|(at, subject)| {
            let actions = self.actions.iter().filter(|action| action.subject == at);
            (subject, actions.collect())
        })
    }

    /// Accepts each name also without its leading `_` or `.`, unless another action has the shorter name.
    fn accept_bare_names(&mut self) {
        for (at, action) in self.actions.iter_mut().enumerate() {
            let names =
                std::iter::once(action.name).chain(action.aliases.iter().map(|(name, _)| *name));
            let bare: Vec<&'static str> = names
                .map(|name| name.trim_start_matches(['_', '.']))
                .filter(|bare| !self.names.contains_key(bare))
                .collect();
            for bare in bare {
                action.aliases.push((bare, &[]));
                let name = Name {
                    action: at,
                    renames: &[],
                };
                self.names.insert(bare, name);
            }
        }
    }

    /// The action and the suffix of a name. A suffix counts only if no action has the full name.
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

    /// Index of the action with this name, alias or suffixed name: the place in [`Actions::own_names`].
    pub(crate) fn index(&self, name: &str) -> Option<usize> {
        self.find(name).map(|(found, _)| found.action)
    }

    /// How the action at this index answers.
    pub(crate) fn answers(&self, index: usize) -> Answers {
        self.actions
            .get(index)
            .map_or(Answers::Once, |action| action.answers)
    }

    /// The name of each action, without aliases.
    pub(crate) fn own_names(&self) -> impl Iterator<Item = &'static str> {
        self.actions.iter().map(|action| action.name)
    }

    /// The names and aliases of all actions, sorted.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        let mut names: Vec<&'static str> = self.names.keys().copied().collect();
        names.sort_unstable();
        names
    }

    /// Finds the action of a call and converts the parameters to their types. `None` if there is no such action.
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
        let suffix = match suffix {
            Suffix::None if action.asynchronous => Suffix::Async,
            suffix => suffix,
        };
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
}

/// A call whose parameters have been checked.
pub(crate) struct Prepared<'a> {
    action: &'a Action,
    params: Object,
}

impl Prepared<'_> {
    /// Starts the action. None of its code runs before the first poll.
    pub(crate) fn start(self, cx: Context) -> Result<Running> {
        (self.action.start)(cx, self.params)
    }
}
