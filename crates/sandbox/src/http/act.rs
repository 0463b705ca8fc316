//! `POST /sandbox/api/act`: being one of the world's people (api/sandbox §3).

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
use crate::{journal::Kind, refusal::Refusal, services, world::World};

type Act = Box<dyn Fn(&mut World, Option<Uin>, Value) -> Result<Value, Refusal> + Send + Sync>;

/// Who may do a verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    /// Anybody whose account no client is logged in to.
    Person,
    /// Anybody: it is their phone.
    Phone,
    /// The world itself.
    World,
}

/// The verbs and what they do.
#[derive(Default)]
pub(crate) struct Acts(HashMap<&'static str, (Door, Act)>);

impl Acts {
    /// Adds what people do.
    pub(crate) fn add<P: DeserializeOwned + 'static, R: Serialize + 'static>(
        &mut self,
        verb: &'static str,
        act: fn(&mut World, Uin, P) -> Result<R, Refusal>,
    ) {
        self.0.insert(verb, (Door::Person, personal(act)));
    }

    /// Adds what people do with their phones, also while a client is logged in.
    pub(crate) fn phone<P: DeserializeOwned + 'static, R: Serialize + 'static>(
        &mut self,
        verb: &'static str,
        act: fn(&mut World, Uin, P) -> Result<R, Refusal>,
    ) {
        self.0.insert(verb, (Door::Phone, personal(act)));
    }

    /// Adds what nobody in particular does.
    pub(crate) fn world<P: DeserializeOwned + 'static, R: Serialize + 'static>(
        &mut self,
        verb: &'static str,
        act: fn(&mut World, P) -> Result<R, Refusal>,
    ) {
        let boxed: Act = Box::new(move |world, _, fields| reply(act(world, typed(fields)?)?));
        self.0.insert(verb, (Door::World, boxed));
    }

    fn perform(
        &self,
        world: &mut World,
        verb: &str,
        actor: Option<Uin>,
        fields: Value,
    ) -> Result<Value, Refusal> {
        let (door, act) = self
            .0
            .get(verb)
            .ok_or_else(|| Refusal::bad_request(format!("`do`: there is no verb {verb:?}")))?;
        if *door != Door::World {
            let actor = actor.ok_or_else(|| Refusal::bad_request("missing field `as`"))?;
            world.person(actor)?;
            if *door == Door::Person && world.sessions.is_online(actor) {
                return Err(Refusal::conflict(format!(
                    "a client is logged in to {actor}: act through it"
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
        .ok_or_else(|| Refusal::bad_request("an act is an object"))?;
    let verb = match object.get("do") {
        Some(Value::String(verb)) => verb.clone(),
        Some(_) => return Err(Refusal::bad_request("`do` is a text").into()),
        None => return Err(Refusal::bad_request("missing field `do`").into()),
    };
    let actor = match object.get("as") {
        None | Some(Value::Null) => None,
        Some(uin) => Some(
            serde_json::from_value::<Uin>(uin.clone())
                .map_err(|error| Refusal::bad_request(format!("`as`: {error}")))?,
        ),
    };
    let answer = api
        .world_actor
        .ask(move |world| {
            let outcome = ACTS.perform(world, &verb, actor, fields);
            let result = match &outcome {
                Ok(_) => "ok".to_owned(),
                Err(refusal) => refusal.text.clone(),
            };
            world.note(actor, Kind::Act, &verb, &result, Value::Null);
            outcome
        })
        .await?;
    Ok(Json(answer))
}
