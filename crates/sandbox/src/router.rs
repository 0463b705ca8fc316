//! Dispatch of commands to their services.

use std::collections::HashMap;

use bytes::Bytes;
use nekonap_ids::Uin;
use nekonap_wire::{
    bounded::{self, WireType},
    command::{Command, Oidb, RefusalForm},
    oidb,
    proto::oidb::Envelope,
};
use std::sync::Arc;

use crate::{
    refusal::{Refusal, code},
    server::Connection,
    world::World,
};

/// The client that sent a command.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) uin: Uin,
    /// Number of the client's session.
    pub(crate) session: u64,
    pub(crate) connection: Arc<Connection>,
}

/// The answer to a command on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The SSO return code.
    pub(crate) code: i32,
    /// Error text; empty for return code 0.
    pub(crate) extra: String,
    pub(crate) body: Bytes,
}

/// Decodes a payload, executes the command and encodes the reply.
type Service = Box<dyn Fn(&mut World, &Caller, &[u8]) -> Result<Bytes, Refusal> + Send>;

/// The services of one command name. Some commands have separate services for bodies with a uid and bodies with a uin.
struct Entry {
    by_uid: Option<Service>,
    by_uin: Option<Service>,
    refuse: fn(&Refusal) -> Answer,
}

/// All services by command name.
#[derive(Default)]
pub(crate) struct Router {
    services: HashMap<String, Entry>,
    declarations: Vec<&'static str>,
}

impl Router {
    /// Registers the service of a command.
    ///
    /// # Panics
    /// The command already has a service.
    pub(crate) fn on<C: Command>(
        &mut self,
        service: impl Fn(&mut World, &Caller, C::Request) -> Result<C::Reply, Refusal> + Send + 'static,
    ) {
        let before = self.entry::<C>().by_uid.replace(boxed::<C>(service));
        assert!(before.is_none(), "{} has two services", C::NAME);
    }

    /// Registers the service for bodies that identify people by uin, for a command name that two declarations share
    /// (protocol/04 §1).
    ///
    /// # Panics
    /// The command already has a service by uin.
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
        let before = self.entry::<C>().by_uin.replace(boxed::<C>(service));
        assert!(
            before.is_none(),
            "{} has two services by uin",
            <C as Command>::NAME
        );
    }

    fn entry<C: Command>(&mut self) -> &mut Entry {
        let path = std::any::type_name::<C>();
        self.declarations
            .push(path.rsplit("::").next().unwrap_or(path));
        self.services
            .entry(C::NAME.to_ascii_lowercase())
            .or_insert_with(|| Entry {
                by_uid: None,
                by_uin: None,
                refuse: refused::<C>,
            })
    }

    /// Whether the declaration with this Rust name has a service.
    #[cfg(test)]
    pub(crate) fn serves(&self, declaration: &str) -> bool {
        self.declarations.contains(&declaration)
    }

    /// Executes a command and returns the body of the answer.
    ///
    /// # Errors
    /// The refusal of the service, or of an unknown command. [`refuse`](Self::refuse) converts it to an answer.
    pub(crate) fn serve(
        &self,
        world: &mut World,
        caller: &Caller,
        name: &str,
        payload: &[u8],
    ) -> Result<Bytes, Refusal> {
        let entry = self.services.get(&name.to_ascii_lowercase());
        let service = match entry.map(|entry| (&entry.by_uin, &entry.by_uid)) {
            Some((Some(numbers), Some(uids))) => {
                if names_by_uin(payload)? {
                    numbers
                } else {
                    uids
                }
            }
            Some((Some(only), None) | (None, Some(only))) => only,
            // protocol/01 §9 row 7
            Some((None, None)) | None => {
                let text = format!("the sandbox does not support the command {name}");
                return Err(Refusal::not_found(text).coded(code::NO_SERVICE));
            }
        };
        service(world, caller, payload)
    }

    /// The answer to a refused command, in the error format of the command.
    pub(crate) fn refuse(&self, name: &str, refusal: &Refusal) -> Answer {
        if let Some(entry) = self.services.get(&name.to_ascii_lowercase()) {
            return (entry.refuse)(refusal);
        }
        match oidb::number(name) {
            Some(number) => {
                Answer::of(oidb::encode_refusal(number, &refusal.clone().into()).into())
            }
            None => return_code(refusal),
        }
    }
}

impl Answer {
    /// An answer with return code 0.
    pub(crate) fn of(body: Bytes) -> Self {
        Self {
            code: 0,
            extra: String::new(),
            body,
        }
    }
}

fn boxed<C: Command>(
    service: impl Fn(&mut World, &Caller, C::Request) -> Result<C::Reply, Refusal> + Send + 'static,
) -> Service {
    Box::new(move |world, caller, payload| {
        let request = C::decode_request(payload)?;
        let reply = service(world, caller, request)?;
        Ok(C::encode_reply(&reply).into())
    })
}

fn refused<C: Command>(refusal: &Refusal) -> Answer {
    match C::encode_refusal(&refusal.clone().into()) {
        RefusalForm::ReturnCode => return_code(refusal),
        RefusalForm::Body(body) => Answer::of(body.into()),
    }
}

fn return_code(refusal: &Refusal) -> Answer {
    Answer {
        code: i32::try_from(refusal.code).unwrap_or(i32::MAX),
        extra: refusal.text.clone(),
        body: Bytes::new(),
    }
}

/// Whether a body identifies a person by uin. The type of its field 1 decides: a number is a uin, text is a uid. The
/// envelope's field 12 must be set with a uin, but does not decide alone, because some clients set it on nearly every
/// call. protocol/04 §1
fn names_by_uin(payload: &[u8]) -> Result<bool, Refusal> {
    /// The field of the body that holds the uin or the uid.
    const NAMED: u32 = 1;
    let envelope: Envelope = bounded::decode(payload)?;
    let body = envelope.body.unwrap_or_default();
    let by_uin = bounded::wire_type(&body, NAMED) == Some(WireType::Varint);
    if by_uin && envelope.reserved != Some(1) {
        return Err(Refusal::bad_request("one of uid or openid is invalid").coded(code::MALFORMED));
    }
    Ok(by_uin)
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
        proto::friends::{
            Profile, ProfileByUidRequest, ProfileByUinRequest, ProfileKeys, ProfileReply,
        },
    };

    const NAME: &str = "OidbSvcTrpcTcp.0xFE1_2";

    fn keys() -> Vec<ProfileKeys> {
        vec![ProfileKeys {
            ids: vec![property::NICKNAME],
        }]
    }

    /// Executes a command; a refusal becomes an answer too.
    fn answer(router: &Router, world: &mut World, name: &str, payload: &[u8]) -> Answer {
        let (caller, _outbound) = caller(world, 10001);
        match router.serve(world, &caller, name, payload) {
            Ok(body) => Answer::of(body),
            Err(refusal) => router.refuse(name, &refusal),
        }
    }

    /// Sets field 12 of the envelope.
    fn with_reserved(payload: &[u8], reserved: u32) -> Vec<u8> {
        let envelope: Envelope = bounded::decode(payload).expect("an envelope");
        prost::Message::encode_to_vec(&Envelope {
            reserved: Some(reserved),
            ..envelope
        })
    }

    /// The profile in the answer to a body by uin.
    fn profile_for(body: &str) -> Profile {
        let body = hex::decode(body).expect("hex");
        let payload = oidb::encode_request((0xfe1, 2), true, body);
        let router = crate::services::router();
        let answer = answer(&router, &mut world(), NAME, &payload);
        let reply = GetUserByUin::decode_reply(&answer.body).expect("a profile");
        reply.body.expect("a body")
    }

    #[test]
    fn profile_is_found_by_uin_and_by_uid() {
        let mut world = world();
        let router = crate::services::router();
        let uid = world
            .person(uin(10002))
            .expect("the account exists")
            .uid
            .to_string();
        let by_uin = GetUserByUin::encode_request(&ProfileByUinRequest {
            uin: Some(10002),
            flag: None,
            keys: keys(),
        });
        let named = GetUserByUid::encode_request(&ProfileByUidRequest {
            uid: Some(uid),
            flag: None,
            keys: keys(),
        });
        for (payload, marks) in [(by_uin, &[1][..]), (named, &[0, 1])] {
            for reserved in marks {
                let payload = with_reserved(&payload, *reserved);
                let answer = answer(&router, &mut world, NAME, &payload);
                let reply: ProfileReply =
                    GetUserByUin::decode_reply(&answer.body).expect("a profile");
                let profile = reply.body.expect("a body");
                assert_eq!(profile.uin, Some(10002));
                let name = &profile.properties.expect("properties").blobs[0];
                assert_eq!(name.value.as_deref(), Some(&b"Bob"[..]));
            }
        }
        // A uin without field 12 is read as an invalid uid, as in QQ.
        let by_uin = GetUserByUin::encode_request(&ProfileByUinRequest {
            uin: Some(10002),
            flag: None,
            keys: keys(),
        });
        let payload = with_reserved(&by_uin, 0);
        let answer = answer(&router, &mut world, NAME, &payload);
        assert!(matches!(
            GetUserByUin::decode_reply(&answer.body),
            Err(ReplyError::Refused(refusal)) if refusal.text.contains("openid")
        ));
    }

    #[test]
    fn profile_is_found_with_the_keys_before_the_uin() {
        // { 3: { 1: 20002 }, 1: 10002 }
        let profile = profile_for("1a0408a29c0108924e");
        assert_eq!(profile.uin, Some(10002));
        let name = &profile.properties.expect("properties").blobs[0];
        assert_eq!(name.value.as_deref(), Some(&b"Bob"[..]));
    }

    #[test]
    fn all_keys_are_answered_in_every_encoding_of_the_list() {
        for (form, body) in [
            ("one message per key", "08924e1a0408a29c011a0408a99c01"),
            ("one message", "08924e1a0808a29c0108a99c01"),
            ("packed in one message", "08924e1a080a06a29c01a99c01"),
        ] {
            let properties = profile_for(body).properties.expect("properties");
            assert_eq!(properties.blobs[0].key, Some(property::NICKNAME), "{form}");
            assert_eq!(properties.numbers[0].key, Some(property::SEX), "{form}");
        }
    }

    #[test]
    fn unknown_and_malformed_commands_are_refused_in_the_format_of_the_command() {
        let mut world = world();
        let router = crate::services::router();
        let unknown = answer(&router, &mut world, "OidbSvcTrpcTcp.0x1_2", b"");
        assert_eq!(unknown.code, 0);
        assert!(matches!(
            oidb::decode_reply(&unknown.body),
            Err(ReplyError::Refused(refusal)) if refusal.code == code::NO_SERVICE
        ));
        let unknown = answer(&router, &mut world, "trpc.no.such.Thing", b"");
        assert_eq!(i64::from(unknown.code), code::NO_SERVICE);
        assert!(unknown.extra.contains("trpc.no.such.Thing"));
        let malformed = answer(&router, &mut world, GetGroupMessages::NAME, b"\xff\xff");
        assert!(matches!(
            GetGroupMessages::decode_reply(&malformed.body),
            Err(ReplyError::Refused(refusal)) if refusal.code == code::MALFORMED
        ));
    }

    #[test]
    #[should_panic(expected = "OidbSvcTrpcTcp.0xfe1_2 has two services")]
    fn second_service_of_a_command_panics() {
        let mut router = crate::services::router();
        router.on::<GetUserByUid>(|_, _, _| Ok(ProfileReply::default()));
    }

    #[test]
    #[should_panic(expected = "OidbSvcTrpcTcp.0xfe1_2 has two services by uin")]
    fn second_service_by_uin_panics() {
        let mut router = crate::services::router();
        router.on_by_uin::<GetUserByUin>(|_, _, _| Ok(ProfileReply::default()));
    }

    proptest::proptest! {
        #[test]
        fn no_request_makes_a_service_panic(
            at in 0..200_usize,
            payload in proptest::collection::vec(proptest::num::u8::ANY, 0..200)
        ) {
            let mut world = world();
            let router = crate::services::router();
            let names: Vec<&String> = router.services.keys().collect();
            let name = names[at % names.len()].clone();
            // Once without and once with an envelope.
            answer(&router, &mut world, &name, &payload);
            let enveloped = oidb::encode_request((1, 2), at % 2 == 0, payload);
            answer(&router, &mut world, &name, &enveloped);
        }
    }
}
