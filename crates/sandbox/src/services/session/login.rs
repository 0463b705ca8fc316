//! Log-in codes and tickets: the server's part, called by [`server::login`](crate::server), and the acts of the phone,
//! `scan_login`, `confirm_login` and `cancel_login`. protocol/01 §3.3–§3.5

use bytes::Bytes;
use nekonap_ids::{Uid, Uin};
use nekonap_wire::{
    crypto::Key,
    login::{
        Guid, Tickets, exchange,
        qr::{Confirmed, State},
        wtlogin::LogIn,
    },
};
use serde::Deserialize;

use crate::{
    http::Empty,
    refusal::{Refusal, code},
    world::{
        CODE_LIFETIME, Change, CodeState, EXCHANGE_LIFETIME, Exchanged, LoginCode, World, ticket,
    },
};

/// A new log-in code for a client.
pub(crate) struct NewCode {
    pub(crate) signature: Bytes,
    pub(crate) url: String,
    /// The value of `k` in the URL.
    pub(crate) key: String,
    /// Seconds until the code expires.
    pub(crate) seconds: u32,
}

/// The result of a successful log-in.
pub(crate) struct Granted {
    pub(crate) tickets: Tickets,
    pub(crate) tgtgt: Key,
    pub(crate) uid: Uid,
    pub(crate) nickname: String,
    pub(crate) age: u8,
    pub(crate) gender: u8,
}

/// Creates a log-in code for a device.
pub(crate) fn show_code(world: &mut World, guid: Guid, device: String) -> NewCode {
    let key = hex::encode(rand::random::<[u8; 16]>());
    // Fewer than 128 bytes, with `k` and `f` in its query (protocol/01 §3.3).
    let url = format!("https://txz.qq.com/p?k={key}&f=1600001615");
    let signature = ticket::<24>();
    let now = world.now();
    let code = LoginCode {
        signature: signature.clone(),
        url: url.clone(),
        guid,
        device,
        expires: now + u64::from(CODE_LIFETIME),
        state: CodeState::Waiting,
    };
    world.sessions.add_code(code, now);
    NewCode {
        signature,
        url,
        key,
        seconds: CODE_LIFETIME,
    }
}

/// The state of a code, for the client that polls it.
pub(crate) fn code_state(world: &World, signature: &[u8]) -> State {
    let Some(code) = world.sessions.code_by_signature(signature) else {
        return State::Invalid;
    };
    match &code.state {
        CodeState::Used(_) => State::Invalid,
        CodeState::Cancelled(_) => State::Cancelled,
        _ if code.expires <= world.now() => State::Expired,
        CodeState::Waiting => State::Waiting,
        CodeState::Scanned(_) => State::Scanned,
        CodeState::Confirmed(confirmed) => State::Confirmed(confirmed.clone()),
    }
}

/// Grants tickets to the account that confirmed the code of the request's A1.
pub(crate) fn log_in(world: &mut World, request: &LogIn) -> Result<Granted, Refusal> {
    let no = |text: &str| Refusal::not_allowed(code::NO_PERMISSION, text);
    let now = world.now();
    let code = world
        .sessions
        .code_by_a1(&request.a1)
        .filter(|code| code.expires + u64::from(CODE_LIFETIME) > now)
        .ok_or_else(|| no("no code was confirmed with this A1"))?;
    let CodeState::Confirmed(confirmed) = code.state.clone() else {
        return Err(no("no code was confirmed with this A1"));
    };
    if request.uin.is_some_and(|uin| uin != confirmed.uin) || request.guid != code.guid {
        return Err(no("this code belongs to another account or device"));
    }
    let facts = request
        .open_device(&confirmed.tgtgt)
        .map_err(|_| no("wrong tgtgt key"))?;
    let (guid, signature) = (code.guid, code.signature.clone());
    let device = if facts.name.is_empty() {
        code.device.clone()
    } else {
        facts.name
    };
    let person = world.person(confirmed.uin)?;
    let (uid, nickname) = (person.uid, person.nickname.clone());
    let (age, gender) = (person.age(now), person.sex.number());
    let tickets = world.grant(confirmed.uin, guid, device)?;
    world
        .sessions
        .set_code_state(&signature, CodeState::Used(confirmed.uin));
    Ok(Granted {
        tickets,
        tgtgt: confirmed.tgtgt,
        uid,
        nickname,
        age,
        gender,
    })
}

/// Creates keys for an easy log-in. protocol/01 §3.4
pub(crate) fn exchange(world: &mut World, uin: Uin, guid: Guid) -> exchange::Session {
    let session = exchange::Session {
        key: ticket::<32>(),
        ticket: ticket::<48>(),
        lifetime: EXCHANGE_LIFETIME,
    };
    let now = world.now();
    let exchanged = Exchanged {
        session: session.clone(),
        uin,
        guid,
        expires: now + u64::from(EXCHANGE_LIFETIME),
    };
    world.sessions.add_exchange(exchanged, now);
    session
}

/// The exchanged keys of this ticket.
pub(crate) fn exchanged(world: &World, ticket: &[u8]) -> Result<Exchanged, Refusal> {
    world
        .sessions
        .exchange_by_ticket(ticket, world.now())
        .cloned()
        .ok_or_else(|| Refusal::not_found("unknown or expired key exchange ticket"))
}

/// Grants new tickets for an A1, which becomes invalid. It comes from an older session of the same device or from a
/// code that was confirmed for the device. protocol/01 §3.5
pub(crate) fn easy(world: &mut World, uin: Uin, guid: Guid, a1: &[u8]) -> Result<Tickets, Refusal> {
    let no = || Refusal::not_allowed(code::NO_PERMISSION, "the A1 is not valid: log in again");
    if let Some(code) = world.sessions.code_by_a1(a1) {
        if code.state.uin() != Some(uin) || code.guid != guid {
            return Err(no());
        }
        let (device, signature) = (code.device.clone(), code.signature.clone());
        let tickets = world.grant(uin, guid, device)?;
        world
            .sessions
            .set_code_state(&signature, CodeState::Used(uin));
        return Ok(tickets);
    }
    let session = world.sessions.by_a1(a1).ok_or_else(no)?;
    if session.uin != uin || session.guid != guid {
        return Err(no());
    }
    let (number, device) = (session.number, session.device.clone());
    let tickets = world.grant(uin, guid, device)?;
    // The older session itself ends when the new one goes online (protocol/01 §9 row 5).
    world.use_up_a1(number)?;
    Ok(tickets)
}

/// Parameters of the `…_login` verbs.
#[derive(Debug, Deserialize)]
pub(crate) struct LoginAct {
    code: String,
}

/// Scans a code with the actor's phone.
pub(crate) fn scan(world: &mut World, actor: Uin, act: LoginAct) -> Result<Empty, Refusal> {
    world.person(actor)?;
    let code = live_code(world, &act.code)?;
    match &code.state {
        CodeState::Waiting => {}
        CodeState::Scanned(uin) if *uin == actor => return Ok(Empty {}),
        other => return Err(taken(other)),
    }
    let signature = code.signature.clone();
    set_state(world, actor, &signature, CodeState::Scanned(actor));
    Ok(Empty {})
}

/// Confirms a code that the actor's phone has scanned.
pub(crate) fn confirm(world: &mut World, actor: Uin, act: LoginAct) -> Result<Empty, Refusal> {
    let signature = scanned_code(world, actor, &act.code)?.signature.clone();
    let confirmed = CodeState::Confirmed(Confirmed {
        uin: actor,
        a1: ticket::<48>(),
        no_picture: ticket::<16>(),
        tgtgt: rand::random(),
    });
    set_state(world, actor, &signature, confirmed);
    Ok(Empty {})
}

/// Cancels a code that the actor's phone has scanned.
pub(crate) fn cancel(world: &mut World, actor: Uin, act: LoginAct) -> Result<Empty, Refusal> {
    let signature = scanned_code(world, actor, &act.code)?.signature.clone();
    set_state(world, actor, &signature, CodeState::Cancelled(actor));
    Ok(Empty {})
}

fn set_state(world: &mut World, actor: Uin, signature: &[u8], state: CodeState) {
    let change = Change::LogIn {
        state: state.name(),
    };
    world.sessions.set_code_state(signature, state);
    world.record(Some(actor), change);
}

/// Scans and confirms a code in one step, for clients in the same process.
pub(crate) fn scan_and_confirm(world: &mut World, actor: Uin, code: &str) -> Result<(), Refusal> {
    let act = || LoginAct {
        code: code.to_owned(),
    };
    scan(world, actor, act())?;
    confirm(world, actor, act())?;
    Ok(())
}

fn live_code<'a>(world: &'a World, text: &str) -> Result<&'a LoginCode, Refusal> {
    let code = world
        .sessions
        .code_by_text(text)
        .ok_or_else(|| Refusal::not_found("no client shows this `code`"))?;
    if code.expires <= world.now() {
        return Err(Refusal::not_found("the `code` has expired"));
    }
    Ok(code)
}

fn scanned_code<'a>(world: &'a World, actor: Uin, text: &str) -> Result<&'a LoginCode, Refusal> {
    let code = live_code(world, text)?;
    match &code.state {
        CodeState::Scanned(uin) if *uin == actor => Ok(code),
        CodeState::Waiting | CodeState::Scanned(_) => Err(Refusal::not_allowed(
            code::NO_PERMISSION,
            format!("{actor} has not scanned this code"),
        )),
        other => Err(taken(other)),
    }
}

fn taken(state: &CodeState) -> Refusal {
    Refusal::conflict(format!("the code is already {}", state.name()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{uin, world};

    fn fields(new_code: &NewCode) -> LoginAct {
        LoginAct {
            code: new_code.url.clone(),
        }
    }

    #[test]
    fn code_is_confirmed_only_by_the_phone_that_scanned_it() {
        let mut world = world();
        let new_code = show_code(&mut world, Guid([1; 16]), "desk".to_owned());
        assert_eq!(code_state(&world, &new_code.signature), State::Waiting);
        assert!(
            confirm(&mut world, uin(10002), fields(&new_code)).is_err(),
            "not scanned"
        );
        scan(&mut world, uin(10002), fields(&new_code)).expect("scanned");
        assert_eq!(code_state(&world, &new_code.signature), State::Scanned);
        assert!(
            scan(&mut world, uin(10003), fields(&new_code)).is_err(),
            "taken"
        );
        assert!(
            confirm(&mut world, uin(10003), fields(&new_code)).is_err(),
            "another phone"
        );
        confirm(&mut world, uin(10002), fields(&new_code)).expect("confirmed");
        let State::Confirmed(confirmed) = code_state(&world, &new_code.signature) else {
            panic!("confirmed");
        };
        assert_eq!(confirmed.uin, uin(10002));
        // An easy log-in accepts the A1 of a confirmed code once, from the same device.
        assert!(easy(&mut world, uin(10002), Guid([2; 16]), &confirmed.a1).is_err());
        easy(&mut world, uin(10002), Guid([1; 16]), &confirmed.a1).expect("tickets");
        assert!(easy(&mut world, uin(10002), Guid([1; 16]), &confirmed.a1).is_err());
        assert_eq!(code_state(&world, &new_code.signature), State::Invalid);
    }

    #[test]
    fn codes_expire_can_be_cancelled_and_are_invalid_when_unknown() {
        let mut world = world();
        assert_eq!(code_state(&world, b"unknown"), State::Invalid);
        let new_code = show_code(&mut world, Guid([1; 16]), String::new());
        scan(&mut world, uin(10002), fields(&new_code)).expect("scanned");
        cancel(&mut world, uin(10002), fields(&new_code)).expect("cancelled");
        assert_eq!(code_state(&world, &new_code.signature), State::Cancelled);
        let new_code = show_code(&mut world, Guid([1; 16]), String::new());
        world.advance_clock(121).expect("the clock advances");
        assert_eq!(code_state(&world, &new_code.signature), State::Expired);
        assert!(scan(&mut world, uin(10002), fields(&new_code)).is_err());
    }

    #[test]
    fn a1_is_used_once_and_replaced() {
        let mut world = world();
        let guid = Guid([3; 16]);
        let old = world
            .grant(uin(10002), guid, String::new())
            .expect("granted");
        let new = easy(&mut world, uin(10002), guid, &old.a1).expect("renewed");
        assert!(easy(&mut world, uin(10002), guid, &old.a1).is_err());
        // The result is the same after a reload. The old session ends only when the new one is online.
        for _ in 0..2 {
            let state = |d2: &[u8]| world.sessions.by_d2(d2).map(|session| session.state);
            assert_eq!(state(&old.d2), Some(crate::world::SessionState::Valid));
            assert_eq!(state(&new.d2), Some(crate::world::SessionState::Valid));
            assert!(world.sessions.by_a1(&old.a1).is_none());
            assert!(world.sessions.by_a1(&new.a1).is_some());
            assert!(world.sessions.by_a1(b"").is_none());
            world.load().expect("loaded");
        }
    }

    #[test]
    fn codes_and_sessions_are_bounded() {
        let mut world = world();
        for _ in 0..300 {
            show_code(&mut world, Guid([1; 16]), String::new());
        }
        assert_eq!(world.sessions.codes().len(), 256);
        for _ in 0..70 {
            world
                .grant(uin(10002), Guid([1; 16]), String::new())
                .expect("granted");
        }
        assert_eq!(world.valid_sessions(uin(10002)).len(), 64);
    }
}
