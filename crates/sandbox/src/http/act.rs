//! `POST /sandbox/api/act`: performs an act as a person of the world (api/sandbox §3).

use std::{collections::HashMap, sync::LazyLock};

use axum::{
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::HeaderMap,
    response::Json,
};
use nekonap_ids::Uin;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{Api, Failure, body, typed};
use crate::{
    journal::{Entry, Kind},
    refusal::Refusal,
    services,
    world::World,
};

type Act = Box<dyn Fn(&mut World, Option<Uin>, Value) -> Result<Value, Refusal> + Send + Sync>;

/// Who can perform a verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Actor {
    /// A person; refused while a client is logged in to the account.
    Person,
    /// A person's phone; allowed while a client is logged in to the account.
    Phone,
    /// The world itself; `as` is not used.
    World,
}

/// The table of verbs.
#[derive(Default)]
pub(crate) struct Acts(HashMap<&'static str, (Actor, Act)>);

/// Registering a verb twice panics, because one of the two would be lost silently.
impl Acts {
    /// Registers a verb of [`Actor::Person`].
    pub(crate) fn add<P: DeserializeOwned + 'static, R: Serialize + 'static>(
        &mut self,
        verb: &'static str,
        act: fn(&mut World, Uin, P) -> Result<R, Refusal>,
    ) {
        self.insert(verb, Actor::Person, personal(act));
    }

    /// Registers a verb of [`Actor::Phone`].
    pub(crate) fn phone<P: DeserializeOwned + 'static, R: Serialize + 'static>(
        &mut self,
        verb: &'static str,
        act: fn(&mut World, Uin, P) -> Result<R, Refusal>,
    ) {
        self.insert(verb, Actor::Phone, personal(act));
    }

    /// Registers a verb of [`Actor::World`].
    pub(crate) fn world<P: DeserializeOwned + 'static, R: Serialize + 'static>(
        &mut self,
        verb: &'static str,
        act: fn(&mut World, P) -> Result<R, Refusal>,
    ) {
        let boxed: Act = Box::new(move |world, _, fields| reply(act(world, typed(fields)?)?));
        self.insert(verb, Actor::World, boxed);
    }

    fn insert(&mut self, verb: &'static str, actor: Actor, act: Act) {
        let before = self.0.insert(verb, (actor, act));
        assert!(before.is_none(), "the verb `{verb}` is registered twice");
    }

    /// Performs an act. `fields` are its parameters.
    ///
    /// # Errors
    /// The verb or the actor is unknown, a field is wrong, or the operation refuses.
    pub(crate) fn perform(
        &self,
        world: &mut World,
        verb: &str,
        actor: Option<Uin>,
        fields: Value,
    ) -> Result<Value, Refusal> {
        let (by, act) = self
            .0
            .get(verb)
            .ok_or_else(|| Refusal::bad_request(format!("`do`: unknown verb {verb:?}")))?;
        if *by != Actor::World {
            let actor = actor.ok_or_else(|| Refusal::bad_request("missing field `as`"))?;
            world.person(actor)?;
            if *by == Actor::Person && world.sessions.is_online(actor) {
                return Err(Refusal::conflict(format!(
                    "a client is logged in to {actor}: use that client instead"
                )));
            }
        }
        act(world, actor, fields)
    }
}

fn personal<P: DeserializeOwned + 'static, R: Serialize + 'static>(
    act: fn(&mut World, Uin, P) -> Result<R, Refusal>,
) -> Act {
    Box::new(move |world, actor, fields| {
        let actor = actor.ok_or_else(|| Refusal::bad_request("missing field `as`"))?;
        reply(act(world, actor, typed(fields)?)?)
    })
}

fn reply(reply: impl Serialize) -> Result<Value, Refusal> {
    serde_json::to_value(reply).map_err(|error| Refusal::broken(&error))
}

static ACTS: LazyLock<Acts> = LazyLock::new(services::acts);

pub(super) async fn act(
    State(api): State<Api>,
    headers: HeaderMap,
    bytes: Result<Bytes, BytesRejection>,
) -> Result<Json<Value>, Failure> {
    let fields = body(&headers, bytes)?;
    let object = fields
        .as_object()
        .ok_or_else(|| Refusal::bad_request("an act must be an object"))?;
    let verb = match object.get("do") {
        Some(Value::String(verb)) => verb.clone(),
        Some(_) => return Err(Refusal::bad_request("`do` must be a string").into()),
        None => return Err(Refusal::bad_request("missing field `do`").into()),
    };
    let actor = match object.get("as") {
        None | Some(Value::Null) => None,
        Some(uin) => Some(
            serde_json::from_value::<Uin>(uin.clone())
                .map_err(|error| Refusal::bad_request(format!("`as`: {error}")))?,
        ),
    };
    let entry = Entry::new(actor, Kind::Act, &verb);
    let answer = api
        .world_actor
        .ask_and_note(entry, move |world| {
            ACTS.perform(world, &verb, actor, fields)
        })
        .await?;
    Ok(Json(answer))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    #[should_panic(expected = "the verb `poke` is registered twice")]
    fn second_registration_of_a_verb_panics() {
        let mut acts = services::acts();
        acts.world("poke", |_, (): ()| Ok(()));
    }

    /// The words in backquotes that have the form of a verb.
    fn quoted(text: &str) -> BTreeSet<&str> {
        text.split('`')
            .skip(1)
            .step_by(2)
            .filter(|word| {
                word.bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
            })
            .collect()
    }

    #[test]
    fn documentation_lists_every_verb_and_the_missing_ones() {
        let page = include_str!("../../../../docs/api/sandbox.md");
        let (_, section) = page.split_once("\n## 3. ").expect("section 3");
        let (section, _) = section.split_once("\n## 4. ").expect("section 4");
        let listed: BTreeSet<&str> = section
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split(" | ").next())
            .flat_map(|cell| cell.split(['`', ',', '/', ' ']))
            .filter(|word| !word.is_empty() && *word != "do")
            .collect();
        let rest = section.split_once("Not built yet: the verbs ");
        let missing = rest.map_or("", |(_, rest)| rest.split(';').next().unwrap_or_default());
        let missing = quoted(missing);
        let built: BTreeSet<&str> = ACTS.0.keys().copied().collect();
        assert!(
            built.is_disjoint(&missing),
            "built, but listed as not built"
        );
        assert_eq!(
            built.union(&missing).copied().collect::<BTreeSet<_>>(),
            listed
        );
    }
}
