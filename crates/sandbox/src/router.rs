//! Which service answers which command.

use std::collections::HashMap;

use bytes::Bytes;
use nekonap_ids::Uin;
use nekonap_wire::{
    bounded,
    command::{Command, DecodeError, Oidb, RefusalForm},
    oidb,
    proto::oidb::Envelope,
};
use std::sync::Arc;

use crate::{
    refusal::{Refusal, Why, code},
    server::Connection,
    world::World,
};

/// The client that asks.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) uin: Uin,
    /// The session's number.
    pub(crate) session: u64,
    pub(crate) connection: Arc<Connection>,
}

/// What a service's answer is on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// The SSO return code.
    pub(crate) code: i32,
    /// What there is to say about a code other than 0.
    pub(crate) extra: String,
    pub(crate) body: Bytes,
    /// What the journal says.
    pub(crate) result: String,
    /// Whether the world itself failed.
    pub(crate) broken: bool,
}

type Service = Box<dyn Fn(&mut World, &Caller, &[u8]) -> Outcome + Send>;

/// The services of one name: the one for bodies by uid, and the one for bodies by uin, where they differ.
#[derive(Default)]
struct Entry {
    by_uid: Option<Service>,
    by_uin: Option<Service>,
    refuse: Option<fn(&Refusal) -> Outcome>,
}

/// All services by command.
#[derive(Default)]
pub(crate) struct Router {
    services: HashMap<String, Entry>,
    declarations: Vec<&'static str>,
}

impl Router {
    /// Serves a command.
    pub(crate) fn on<C: Command>(
        &mut self,
        service: impl Fn(&mut World, &Caller, C::Request) -> Result<C::Reply, Refusal> + Send + 'static,
    ) {
        self.entry::<C>().by_uid = Some(boxed::<C>(service));
    }

    /// Serves a command whose name another declaration has too: this one where the envelope says that the body names
    /// people by uin (`protocol/04` §1).
    pub(crate) fn on_by_uin<C: Oidb>(
        &mut self,
        service: impl Fn(
            &mut World,
            &Caller,
            <C as Oidb>::Request,
        ) -> Result<<C as Oidb>::Reply, Refusal>
        + Send
        + 'static,
    ) {
        self.entry::<C>().by_uin = Some(boxed::<C>(service));
    }

    fn entry<C: Command>(&mut self) -> &mut Entry {
        let path = std::any::type_name::<C>();
        self.declarations
            .push(path.rsplit("::").next().unwrap_or(path));
        let entry = self
            .services
            .entry(C::NAME.to_ascii_lowercase())
            .or_default();
        entry.refuse = Some(refused::<C>);
        entry
    }

    /// Whether there is a service for the declaration of this Rust name.
    #[cfg(test)]
    pub(crate) fn serves(&self, declaration: &str) -> bool {
        self.declarations.contains(&declaration)
    }

    /// Answers a command.
    pub(crate) fn answer(
        &self,
        world: &mut World,
        caller: &Caller,
        name: &str,
        payload: &[u8],
    ) -> Outcome {
        let Some(entry) = self.services.get(&name.to_ascii_lowercase()) else {
            return unknown(name);
        };
        let service = match (&entry.by_uin, &entry.by_uid) {
            (Some(numbered), Some(named)) => {
                if names_by_uin(payload) {
                    numbered
                } else {
                    named
                }
            }
            (Some(only), None) | (None, Some(only)) => only,
            (None, None) => return unknown(name),
        };
        service(world, caller, payload)
    }

    /// Refuses a command in its own way.
    pub(crate) fn refuse(&self, name: &str, refusal: &Refusal) -> Outcome {
        match self
            .services
            .get(&name.to_ascii_lowercase())
            .and_then(|entry| entry.refuse)
        {
            Some(refuse) => refuse(refusal),
            None => return_code(refusal),
        }
    }
}

fn boxed<C: Command>(
    service: impl Fn(&mut World, &Caller, C::Request) -> Result<C::Reply, Refusal> + Send + 'static,
) -> Service {
    Box::new(move |world, caller, payload| {
        let answered = C::decode_request(payload)
            .map_err(|error| malformed(&error))
            .and_then(|request| service(world, caller, request));
        match answered {
            Ok(reply) => Outcome {
                code: 0,
                extra: String::new(),
                body: C::encode_reply(&reply).into(),
                result: "ok".to_owned(),
                broken: false,
            },
            Err(refusal) => refused::<C>(&refusal),
        }
    })
}

fn malformed(error: &DecodeError) -> Refusal {
    Refusal::bad_request(format!("the request does not decode: {error}")).coded(code::MALFORMED)
}

fn refused<C: Command>(refusal: &Refusal) -> Outcome {
    match C::encode_refusal(&refusal.clone().into()) {
        RefusalForm::ReturnCode => return_code(refusal),
        RefusalForm::Body(body) => Outcome {
            code: 0,
            extra: String::new(),
            body: body.into(),
            ..return_code(refusal)
        },
    }
}

fn return_code(refusal: &Refusal) -> Outcome {
    Outcome {
        code: i32::try_from(refusal.code).unwrap_or(i32::MAX),
        extra: refusal.text.clone(),
        body: Bytes::new(),
        result: format!("{}: {}", refusal.code, refusal.text),
        broken: refusal.why == Why::Broken,
    }
}

/// What the sandbox says to a command it does not know. `protocol/01` §9 row 7
fn unknown(name: &str) -> Outcome {
    let refusal =
        Refusal::not_found(format!("the sandbox has no service {name}")).coded(code::NO_SERVICE);
    let mut outcome = return_code(&refusal);
    if let Some(number) = oidb::number(name) {
        outcome.body = oidb::encode_refusal(number, &refusal.into()).into();
        outcome.code = 0;
        outcome.extra = String::new();
    }
    outcome
}

/// The envelope's field 12.
fn names_by_uin(payload: &[u8]) -> bool {
    bounded::decode::<Envelope>(payload).is_ok_and(|envelope| envelope.reserved == Some(1))
}
