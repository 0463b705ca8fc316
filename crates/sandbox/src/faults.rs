//! Injected faults (api/sandbox §6).

use std::time::Duration;

use nekonap_ids::Uin;
use nekonap_wire::{
    commands::session::{KICK_NT, encode_kick},
    proto::session::KickNt,
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde::{Deserialize, Serialize};

use crate::{
    clock::MAX_AHEAD,
    refusal::Refusal,
    server::{ConnectionGate, Outbound},
    services::profile::status,
    world::{Change, SessionState, World},
};

/// Maximum number of active faults.
const MAX_FAULTS: usize = 1_000;
/// Maximum number of damaged frames that one fault sends.
const MAX_CORRUPT_FRAMES: u32 = 10_000;
/// Maximum time that connections are refused or answers are delayed: one day.
const MAX_TIME: Duration = Duration::from_secs(86_400);
/// Kick type of a log-in elsewhere. protocol/01 §4.4
pub(crate) const KICK_ELSEWHERE: u32 = 1001;

/// An injected fault; api/sandbox §6 describes its effect and fields.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub(crate) enum Fault {
    DropConnections,
    Silence,
    RefuseConnections {
        seconds: u64,
    },
    Delay {
        milliseconds: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        command: Option<String>,
    },
    Swallow {
        command: String,
        times: u32,
    },
    Refuse {
        command: String,
        code: i64,
        message: String,
        times: u32,
    },
    ExpireSession {
        uin: Uin,
        #[serde(default)]
        a1: bool,
    },
    Kick {
        uin: Uin,
        title: String,
        message: String,
    },
    CorruptFrames {
        times: u32,
        seed: u64,
    },
    DuplicatePushes {
        times: u32,
    },
    ExpireRkeys,
    AdvanceClock {
        seconds: u64,
    },
}

/// The active faults.
#[derive(Default)]
pub(crate) struct Faults {
    pub(crate) gate: ConnectionGate,
    active: Vec<Fault>,
}

impl Faults {
    /// The refusal that a fault injects for this command, if any. Uses up one of the fault's `times`.
    pub(crate) fn refuse(&mut self, name: &str) -> Option<Refusal> {
        let at = self.active.iter().position(
            |fault| matches!(fault, Fault::Refuse { command, .. } if same(command, name)),
        )?;
        let Some(Fault::Refuse {
            code,
            message,
            times,
            ..
        }) = self.active.get_mut(at)
        else {
            return None;
        };
        let refusal = Refusal::not_allowed(*code, message.clone());
        *times -= 1;
        if *times == 0 {
            self.active.remove(at);
        }
        Some(refusal)
    }

    /// Whether a fault drops this command's answer. Uses up one of the fault's `times`.
    pub(crate) fn swallow(&mut self, name: &str) -> bool {
        self.count(|fault| match fault {
            Fault::Swallow { command, times } if same(command, name) => Some(times),
            _ => None,
        })
    }

    /// Whether a fault pushes the next message twice. Uses up one of the fault's `times`.
    pub(crate) fn duplicate(&mut self) -> bool {
        self.count(|fault| match fault {
            Fault::DuplicatePushes { times } => Some(times),
            _ => None,
        })
    }

    fn count(&mut self, find: impl Fn(&mut Fault) -> Option<&mut u32>) -> bool {
        for at in 0..self.active.len() {
            if let Some(times) = self.active.get_mut(at).and_then(&find) {
                *times -= 1;
                if *times == 0 {
                    self.active.remove(at);
                }
                return true;
            }
        }
        false
    }

    /// How long a fault delays this command's answer.
    pub(crate) fn delay(&self, name: &str) -> Option<Duration> {
        let milliseconds = self.active.iter().filter_map(|fault| match fault {
            Fault::Delay {
                milliseconds,
                command,
            } if command.as_deref().is_none_or(|command| same(command, name)) => {
                Some(*milliseconds)
            }
            _ => None,
        });
        milliseconds.max().map(Duration::from_millis)
    }

    /// The active faults, and the remaining time for which connections are refused.
    pub(crate) fn in_force(&self) -> Vec<Fault> {
        let refused = self
            .gate
            .refused_for()
            .map(|left| Fault::RefuseConnections {
                seconds: left.as_secs() + 1,
            });
        refused
            .into_iter()
            .chain(self.active.iter().cloned())
            .collect()
    }

    /// Removes all faults.
    pub(crate) fn clear(&mut self) {
        self.gate.refuse(Duration::ZERO);
        self.active.clear();
    }
}

/// Commands are matched without regard to case. protocol/04 §1
fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// Applies all faults of the list, or none of them.
///
/// # Errors
/// A fault is invalid, names an unknown account, or exceeds the maximum number of faults.
pub(crate) fn apply(world: &mut World, faults: Vec<Fault>) -> Result<(), Refusal> {
    if world.faults.active.len() + faults.len() > MAX_FAULTS {
        return Err(Refusal::bad_request(format!(
            "more than {MAX_FAULTS} faults are active at the same time"
        )));
    }
    for fault in &faults {
        check(world, fault)?;
    }
    for fault in faults {
        apply_one(world, fault)?;
    }
    Ok(())
}

fn check(world: &World, fault: &Fault) -> Result<(), Refusal> {
    let check_time = |seconds: u64, field: &str| {
        if seconds > MAX_TIME.as_secs() {
            Err(Refusal::bad_request(format!(
                "`{field}` is at most one day, not {seconds} s"
            )))
        } else {
            Ok(())
        }
    };
    match fault {
        Fault::RefuseConnections { seconds } => check_time(*seconds, "seconds"),
        Fault::Delay { milliseconds, .. } => check_time(milliseconds / 1_000, "milliseconds"),
        Fault::AdvanceClock { seconds } if *seconds > MAX_AHEAD => Err(Refusal::bad_request(
            "`seconds` is at most a hundred years".to_owned(),
        )),
        Fault::Swallow { times: 0, .. }
        | Fault::Refuse { times: 0, .. }
        | Fault::CorruptFrames { times: 0, .. }
        | Fault::DuplicatePushes { times: 0 } => Err(Refusal::bad_request("`times` is at least 1")),
        Fault::CorruptFrames { times, .. } if *times > MAX_CORRUPT_FRAMES => Err(
            Refusal::bad_request(format!("`times` is at most {MAX_CORRUPT_FRAMES}")),
        ),
        Fault::Refuse { code: 0, .. } => Err(Refusal::bad_request(
            "`code` 0 means success and cannot refuse a command",
        )),
        Fault::ExpireSession { uin, .. } | Fault::Kick { uin, .. } => world.person(*uin).map(drop),
        _ => Ok(()),
    }
}

fn apply_one(world: &mut World, fault: Fault) -> Result<(), Refusal> {
    match fault {
        Fault::DropConnections => world.faults.gate.drop_all(),
        Fault::Silence => world.faults.gate.silence_all(),
        Fault::RefuseConnections { seconds } => {
            world.faults.gate.refuse(Duration::from_secs(seconds));
        }
        Fault::ExpireSession { uin, a1 } => {
            for number in world.valid_sessions(uin) {
                world.end_session(number, SessionState::Expired)?;
                if a1 {
                    world.use_up_a1(number)?;
                }
            }
        }
        Fault::Kick {
            uin,
            title,
            message,
        } => {
            let connections: Vec<u64> = world
                .sessions
                .clients(uin)
                .iter()
                .map(|client| client.connection.id())
                .collect();
            for connection in connections {
                kick(world, connection, &title, &message)?;
            }
            let kicked = Change::Kicked {
                uin,
                title,
                message,
            };
            world.record(None, kicked);
        }
        Fault::CorruptFrames { times, seed } => send_corrupt_frames(world, times, seed),
        Fault::ExpireRkeys => {
            world.expire_rkeys()?;
            world.file_tokens.expire();
        }
        Fault::AdvanceClock { seconds } => world.advance_clock(seconds)?,
        lasting => world.faults.active.push(lasting),
    }
    Ok(())
}

/// Pushes a kick to a client, revokes its session and closes its connection. protocol/01 §4.4, §9
pub(crate) fn kick(
    world: &mut World,
    connection: u64,
    title: &str,
    text: &str,
) -> Result<(), Refusal> {
    let Some((uin, session)) = world.sessions.online_at(connection) else {
        return Ok(());
    };
    let before = world.presence(world.person(uin)?);
    world.end_session(session, SessionState::Revoked)?;
    let Some((_, client)) = world.sessions.disconnect(connection) else {
        return Ok(());
    };
    let body = encode_kick(&KickNt {
        uin: Some(uin.get()),
        same_device: Some(false),
        tips: Some(text.to_owned()),
        title: Some(title.to_owned()),
        kind: Some(KICK_ELSEWHERE),
    });
    let push = Outbound::Push {
        command: KICK_NT,
        body: body.into(),
        uin,
        key: client.key,
    };
    world.send(&client.connection, push);
    world.send(&client.connection, Outbound::Close);
    let clients = world.sessions.clients(uin).len();
    world.record(Some(uin), Change::presence(clients));
    status::record_change(world, uin, before)
}

/// Sends damaged frames to every client. The same seed produces the same frames.
fn send_corrupt_frames(world: &mut World, times: u32, seed: u64) {
    let mut random = StdRng::seed_from_u64(seed);
    let online: Vec<Uin> = world.sessions.online().collect();
    for _ in 0..times {
        let length = random.random_range(0..400_usize);
        let mut frame = vec![0; length + 4];
        random.fill(&mut frame[4..]);
        // The length is valid, so that only this frame is lost. Half of the frames begin like a valid one.
        let whole = u32::try_from(frame.len()).unwrap_or(4);
        frame[..4].copy_from_slice(&whole.to_be_bytes());
        if random.random_bool(0.5)
            && let Some(head) = frame.get_mut(4..9)
        {
            head.copy_from_slice(&[0, 0, 0, 12, 1]);
        }
        for uin in &online {
            for client in world.sessions.clients(*uin).to_vec() {
                world.send(&client.connection, Outbound::Raw(frame.clone().into()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> Fault {
        serde_json::from_str(text).expect(text)
    }

    #[test]
    fn fault_ends_after_its_number_of_times() {
        let mut faults = Faults::default();
        faults
            .active
            .push(fault(r#"{"fault":"swallow","command":"X.y","times":2}"#));
        faults.active.push(fault(
            r#"{"fault":"refuse","command":"X.z","code":120,"message":"no","times":1}"#,
        ));
        assert!(!faults.swallow("other"));
        assert!(faults.swallow("x.Y") && faults.swallow("X.y"));
        assert!(!faults.swallow("X.y"));
        assert_eq!(faults.refuse("X.z").map(|no| no.code), Some(120));
        assert_eq!(faults.refuse("X.z"), None);
        assert!(faults.in_force().is_empty());
    }

    #[test]
    fn delay_stays_active_and_can_be_limited_to_one_command() {
        let mut faults = Faults::default();
        faults
            .active
            .push(fault(r#"{"fault":"delay","milliseconds":5}"#));
        faults
            .active
            .push(fault(r#"{"fault":"delay","milliseconds":9,"command":"a"}"#));
        assert_eq!(faults.delay("b"), Some(Duration::from_millis(5)));
        assert_eq!(faults.delay("A"), Some(Duration::from_millis(9)));
        faults.clear();
        assert_eq!(faults.delay("a"), None);
    }

    #[test]
    fn unknown_faults_and_missing_fields_are_errors() {
        for wrong in [
            r#"{"fault":"earthquake"}"#,
            r#"{"fault":"swallow","times":1}"#,
            r#"{"fault":"delay"}"#,
        ] {
            assert!(serde_json::from_str::<Fault>(wrong).is_err(), "{wrong}");
        }
    }
}
