//! Which service answers which command.

use std::collections::HashMap;

use bytes::Bytes;
use nekonap_ids::Uin;
use nekonap_wire::{
    bounded,
    command::{Command, Oidb, RefusalForm},
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

    /// Serves a command whose name another declaration has too: this one where the body names people by
    /// uin (protocol/04 §1).
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
            (Some(numbered), Some(named)) => match names_by_uin(payload) {
                Ok(true) => numbered,
                Ok(false) => named,
                Err(refusal) => return self.refuse(name, &refusal),
            },
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
            .map_err(Refusal::from)
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

/// What the sandbox says to a command it does not know. protocol/01 §9 row 7
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

/// Whether a body names somebody by uin: by what its first field is, for some clients say so on nearly every call. A body
/// that does must say it in the envelope's field 12. protocol/04 §1
fn names_by_uin(payload: &[u8]) -> Result<bool, Refusal> {
    /// The tag of a number in field 1.
    const NUMBER: u8 = 0x08;
    let envelope: Envelope = bounded::decode(payload)?;
    let numbered = envelope.body.as_deref().and_then(<[u8]>::first) == Some(&NUMBER);
    if numbered && envelope.reserved != Some(1) {
        return Err(Refusal::bad_request("one of uid or openid is invalid").coded(code::MALFORMED));
    }
    Ok(numbered)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{caller, uin, world};
    use nekonap_wire::{
        command::ReplyError,
        commands::{
            friends::{GetUserByUid, GetUserByUin, property},
            history::GetGroupMessages,
        },
        proto::friends::{ProfileByUidRequest, ProfileByUinRequest, ProfileKey, ProfileReply},
    };

    const NAME: &str = "OidbSvcTrpcTcp.0xFE1_2";

    fn keys() -> Vec<ProfileKey> {
        vec![ProfileKey {
            id: Some(property::NICKNAME),
        }]
    }

    /// The envelope's field 12, whatever the declaration says.
    fn with_reserved(payload: &[u8], reserved: u32) -> Vec<u8> {
        let envelope: Envelope = bounded::decode(payload).expect("an envelope");
        prost::Message::encode_to_vec(&Envelope {
            reserved: Some(reserved),
            ..envelope
        })
    }

    #[test]
    fn a_profile_is_found_by_either_name() {
        let mut world = world();
        let router = crate::services::router();
        let (caller, _parcels) = caller(&mut world, 10001);
        let uid = world.person(uin(10002)).expect("there").uid.to_string();
        let numbered = GetUserByUin::encode_request(&ProfileByUinRequest {
            uin: Some(10002),
            flag: None,
            keys: keys(),
        });
        let named = GetUserByUid::encode_request(&ProfileByUidRequest {
            uid: Some(uid),
            flag: None,
            keys: keys(),
        });
        for (payload, marks) in [(numbered, &[1][..]), (named, &[0, 1])] {
            for reserved in marks {
                let payload = with_reserved(&payload, *reserved);
                let outcome = router.answer(&mut world, &caller, NAME, &payload);
                let reply: ProfileReply =
                    GetUserByUin::decode_reply(&outcome.body).expect("a profile");
                let profile = reply.body.expect("a body");
                assert_eq!(profile.uin, Some(10002));
                let name = &profile.properties.expect("properties").blobs[0];
                assert_eq!(name.value.as_deref(), Some(&b"Bob"[..]));
            }
        }
        // A number that is not said to be one is taken for a broken uid, as QQ does.
        let numbered = GetUserByUin::encode_request(&ProfileByUinRequest {
            uin: Some(10002),
            flag: None,
            keys: keys(),
        });
        let payload = with_reserved(&numbered, 0);
        let outcome = router.answer(&mut world, &caller, NAME, &payload);
        assert!(matches!(
            GetUserByUin::decode_reply(&outcome.body),
            Err(ReplyError::Refused(refusal)) if refusal.text.contains("openid")
        ));
    }

    #[test]
    fn what_is_not_known_or_makes_no_sense_is_refused_in_its_own_way() {
        let mut world = world();
        let router = crate::services::router();
        let (caller, _parcels) = caller(&mut world, 10001);
        let outcome = router.answer(&mut world, &caller, "OidbSvcTrpcTcp.0x1_2", b"");
        assert_eq!(outcome.code, 0);
        assert!(matches!(
            oidb::decode_reply(&outcome.body),
            Err(ReplyError::Refused(refusal)) if refusal.code == code::NO_SERVICE
        ));
        let outcome = router.answer(&mut world, &caller, "trpc.no.such.Thing", b"");
        assert_eq!(i64::from(outcome.code), code::NO_SERVICE);
        assert!(outcome.extra.contains("trpc.no.such.Thing"));
        let outcome = router.answer(&mut world, &caller, GetGroupMessages::NAME, b"\xff\xff");
        assert!(matches!(
            GetGroupMessages::decode_reply(&outcome.body),
            Err(ReplyError::Refused(refusal)) if refusal.code == code::MALFORMED
        ));
    }

    proptest::proptest! {
        #[test]
        fn no_request_makes_a_service_panic(
            at in 0..200_usize,
            payload in proptest::collection::vec(proptest::num::u8::ANY, 0..200)
        ) {
            let mut world = world();
            let router = crate::services::router();
            let (caller, _parcels) = caller(&mut world, 10001);
            let names: Vec<&String> = router.services.keys().collect();
            let name = names[at % names.len()].clone();
            // Bare, and inside an envelope.
            router.answer(&mut world, &caller, &name, &payload);
            let enveloped = oidb::encode_request((1, 2), at % 2 == 0, payload);
            router.answer(&mut world, &caller, &name, &enveloped);
        }
    }
}
