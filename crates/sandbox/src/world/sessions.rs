//! Log-in codes, sessions, and the clients that are online. protocol/01 §9

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use bytes::Bytes;
use nekonap_ids::Uin;
use nekonap_wire::{
    crypto::Key,
    login::{Guid, Tickets, exchange, qr::Confirmed},
};

use super::{World, save};
use crate::{
    refusal::Refusal,
    server::{Connection, Keyring},
};

/// Lifetime of a log-in code, seconds.
pub(crate) const CODE_LIFE: u32 = 120;
/// How many log-in codes are kept; the oldest are dropped (api/sandbox §7).
pub(crate) const MAX_CODES: usize = 256;
/// How many sessions an account has, dead ones included; the oldest are dropped.
pub(crate) const MAX_SESSIONS: usize = 64;
/// How many connections of an account are online at the same time; the oldest are dropped (api/sandbox §7).
pub(crate) const MAX_CLIENTS: usize = 16;
/// How many exchanged keys are kept; the oldest are dropped.
pub(crate) const MAX_EXCHANGES: usize = 256;
/// Lifetime of an exchanged key, seconds.
pub(crate) const EXCHANGE_LIFE: u32 = 86_400;

/// Log-in codes, sessions and online clients.
pub(crate) struct Sessions {
    /// The key of every ticket, dead ones included.
    pub(crate) keyring: Keyring,
    codes: Vec<LoginCode>,
    granted: BTreeMap<u64, Session>,
    by_d2: HashMap<Bytes, u64>,
    clients: HashMap<Uin, Vec<OnlineClient>>,
    exchanges: Vec<Exchanged>,
    /// The key to web pages of each account that asked for one, and until when it is good, unix seconds.
    web_keys: HashMap<Uin, (String, u64)>,
}

/// A code that a client shows, and its state.
#[derive(Debug, Clone)]
pub(crate) struct LoginCode {
    /// What the client polls with.
    pub(crate) signature: Bytes,
    /// What the picture says.
    pub(crate) url: String,
    pub(crate) guid: Guid,
    pub(crate) device: String,
    /// When it expires, unix seconds.
    pub(crate) expires: u64,
    pub(crate) state: CodeState,
}

/// The state of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CodeState {
    Waiting,
    Scanned(Uin),
    Confirmed(Confirmed),
    Cancelled(Uin),
    /// Used by a log-in.
    Used(Uin),
}

impl CodeState {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Scanned(_) => "scanned",
            Self::Confirmed(_) => "confirmed",
            Self::Cancelled(_) => "cancelled",
            Self::Used(_) => "used",
        }
    }

    /// The account whose phone scanned it.
    pub(crate) const fn uin(&self) -> Option<Uin> {
        match self {
            Self::Waiting => None,
            Self::Scanned(uin) | Self::Cancelled(uin) | Self::Used(uin) => Some(*uin),
            Self::Confirmed(confirmed) => Some(confirmed.uin),
        }
    }
}

/// A session that a log-in granted.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) number: u64,
    pub(crate) uin: Uin,
    pub(crate) tickets: Tickets,
    pub(crate) guid: Guid,
    /// The device's name.
    pub(crate) device: String,
    pub(crate) state: SessionState,
}

/// Whether a session is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SessionState {
    Good,
    /// Its D2 is too old.
    Expired,
    /// Its D2 was revoked by a log-in elsewhere.
    Revoked,
}

impl SessionState {
    pub(crate) const fn number(self) -> i64 {
        match self {
            Self::Good => 0,
            Self::Expired => 1,
            Self::Revoked => 2,
        }
    }

    pub(crate) const fn from_number(number: i64) -> Self {
        match number {
            0 => Self::Good,
            1 => Self::Expired,
            _ => Self::Revoked,
        }
    }
}

/// A client that is online.
#[derive(Debug, Clone)]
pub(crate) struct OnlineClient {
    pub(crate) connection: Arc<Connection>,
    /// The session's number.
    pub(crate) session: u64,
    pub(crate) key: Key,
    /// The kind of client: its system, lower case. Two of a kind are not online side by side.
    pub(crate) kind: String,
    pub(crate) device: String,
}

/// Keys that were exchanged for an easy log-in. protocol/01 §3.4
#[derive(Debug, Clone)]
pub(crate) struct Exchanged {
    pub(crate) session: exchange::Session,
    pub(crate) uin: Uin,
    pub(crate) guid: Guid,
    /// Unix seconds.
    pub(crate) expires: u64,
}

impl Sessions {
    /// Without sessions or clients.
    pub(crate) fn new(keyring: Keyring) -> Self {
        Self {
            keyring,
            codes: Vec::new(),
            granted: BTreeMap::new(),
            by_d2: HashMap::new(),
            clients: HashMap::new(),
            exchanges: Vec::new(),
            web_keys: HashMap::new(),
        }
    }

    /// Takes over what only memory holds from before the world was loaded again.
    pub(super) fn take_over(&mut self, before: Self) {
        self.codes = before.codes;
        self.exchanges = before.exchanges;
        self.clients = before.clients;
        self.web_keys = before.web_keys;
    }

    /// Drops the keys of sessions that are not there: those that a job granted which was taken back.
    pub(super) fn forget_unknown_keys(&self) {
        self.keyring.retain(|d2| self.by_d2.contains_key(d2));
    }

    /// Adds a session that was loaded or granted.
    pub(super) fn add(&mut self, session: Session) {
        self.keyring
            .add(session.tickets.d2.clone(), session.tickets.d2_key);
        self.by_d2
            .insert(session.tickets.d2.clone(), session.number);
        self.granted.insert(session.number, session);
    }

    fn remove(&mut self, number: u64) -> Option<Session> {
        let session = self.granted.remove(&number)?;
        self.by_d2.remove(&session.tickets.d2);
        self.keyring.remove(&session.tickets.d2);
        Some(session)
    }

    /// The session of a ticket.
    pub(crate) fn of_d2(&self, d2: &[u8]) -> Option<&Session> {
        self.by_d2
            .get(d2)
            .and_then(|number| self.granted.get(number))
    }

    /// The session of this number.
    pub(crate) fn number(&self, number: u64) -> Option<&Session> {
        self.granted.get(&number)
    }

    /// The session whose A1 this is.
    pub(crate) fn of_a1(&self, a1: &[u8]) -> Option<&Session> {
        self.granted
            .values()
            .find(|session| !a1.is_empty() && session.tickets.a1 == a1)
    }

    /// The accounts that have a client online.
    pub(crate) fn online(&self) -> impl Iterator<Item = Uin> {
        self.clients.keys().copied()
    }

    pub(crate) fn is_online(&self, uin: Uin) -> bool {
        self.clients.contains_key(&uin)
    }

    /// The connections of an account, the oldest first.
    pub(crate) fn clients(&self, uin: Uin) -> &[OnlineClient] {
        self.clients.get(&uin).map_or(&[], Vec::as_slice)
    }

    /// Takes a client online.
    pub(crate) fn connect(&mut self, uin: Uin, client: OnlineClient) {
        self.clients.entry(uin).or_default().push(client);
    }

    /// The number of the session that is online at this connection.
    pub(crate) fn session_online_at(&self, connection: u64) -> Option<u64> {
        self.clients
            .values()
            .flatten()
            .find(|client| client.connection.id() == connection)
            .map(|client| client.session)
    }

    /// Takes a connection offline; returns its account and client.
    pub(crate) fn disconnect(&mut self, connection: u64) -> Option<(Uin, OnlineClient)> {
        let (uin, at) = self.clients.iter().find_map(|(uin, lines)| {
            let at = lines
                .iter()
                .position(|client| client.connection.id() == connection)?;
            Some((*uin, at))
        })?;
        let lines = self.clients.get_mut(&uin)?;
        let client = lines.remove(at);
        if lines.is_empty() {
            self.clients.remove(&uin);
        }
        Some((uin, client))
    }

    /// All codes, the oldest first.
    pub(crate) fn codes(&self) -> &[LoginCode] {
        &self.codes
    }

    /// Adds a new code.
    pub(crate) fn add_code(&mut self, code: LoginCode, now: u64) {
        self.codes.retain(|old| old.expires + 600 > now);
        if self.codes.len() >= MAX_CODES {
            self.codes.remove(0);
        }
        self.codes.push(code);
    }

    /// The code that a client polls.
    pub(crate) fn code_of(&self, signature: &[u8]) -> Option<&LoginCode> {
        self.codes.iter().find(|code| code.signature == signature)
    }

    /// The code with this text, or with this `k`.
    pub(crate) fn code_named(&self, text: &str) -> Option<&LoginCode> {
        self.codes.iter().find(|code| {
            code.url == text || key_of(&code.url).is_some_and(|key| !key.is_empty() && key == text)
        })
    }

    /// The code that was confirmed with this A1.
    pub(crate) fn code_granted(&self, a1: &[u8]) -> Option<&LoginCode> {
        self.codes.iter().find(
            |code| matches!(&code.state, CodeState::Confirmed(confirmed) if confirmed.a1 == a1),
        )
    }

    /// Sets the state of the code that a client polls with this signature.
    pub(crate) fn set_code_state(&mut self, signature: &[u8], state: CodeState) {
        if let Some(code) = self
            .codes
            .iter_mut()
            .find(|code| code.signature == signature)
        {
            code.state = state;
        }
    }

    /// An account's key to web pages, and until when it is good, unix seconds.
    pub(crate) fn web_key(&self, uin: Uin) -> Option<(&str, u64)> {
        self.web_keys
            .get(&uin)
            .map(|(key, expires)| (key.as_str(), *expires))
    }

    pub(crate) fn set_web_key(&mut self, uin: Uin, key: String, expires: u64) {
        self.web_keys.insert(uin, (key, expires));
    }

    /// Adds exchanged keys.
    pub(crate) fn add_exchange(&mut self, exchanged: Exchanged, now: u64) {
        self.exchanges.retain(|old| old.expires > now);
        if self.exchanges.len() >= MAX_EXCHANGES {
            self.exchanges.remove(0);
        }
        self.exchanges.push(exchanged);
    }

    /// The keys that were exchanged under this ticket.
    pub(crate) fn exchange_of(&self, ticket: &[u8], now: u64) -> Option<&Exchanged> {
        self.exchanges
            .iter()
            .find(|one| one.session.ticket == ticket && one.expires > now)
    }
}

/// The `k` of a code's address.
fn key_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("?k=")?;
    Some(rest.split('&').next().unwrap_or(rest))
}

/// Random bytes, as tickets are.
pub(crate) fn ticket<const N: usize>() -> Bytes {
    let mut bytes = [0; N];
    rand::fill(&mut bytes[..]);
    Bytes::copy_from_slice(&bytes)
}

impl World {
    /// Grants an account a session on a device.
    pub(crate) fn grant(
        &mut self,
        uin: Uin,
        guid: Guid,
        device: String,
    ) -> Result<Tickets, Refusal> {
        let tickets = Tickets {
            tgt: ticket::<56>(),
            d2: ticket::<48>(),
            d2_key: rand::random(),
            a1: ticket::<48>(),
        };
        let mut own: Vec<u64> = self
            .sessions
            .granted
            .values()
            .filter(|session| session.uin == uin)
            .map(|session| session.number)
            .collect();
        // The oldest make room, whatever their state: numbers count up.
        own.sort_unstable();
        let surplus = (own.len() + 1).saturating_sub(MAX_SESSIONS);
        for number in own.into_iter().take(surplus) {
            if let Some(session) = self.sessions.remove(number) {
                save::remove_session(&self.store, &session)?;
            }
        }
        let session = Session {
            number: self
                .sessions
                .granted
                .keys()
                .next_back()
                .map_or(1, |number| number + 1),
            uin,
            tickets: tickets.clone(),
            guid,
            device,
            state: SessionState::Good,
        };
        save::session(&self.store, &session)?;
        self.sessions.add(session);
        Ok(tickets)
    }

    /// Ends a session. Its ticket stays known, so that the server can say that the session is dead.
    pub(crate) fn end_session(&mut self, number: u64, state: SessionState) -> Result<(), Refusal> {
        self.update_session(number, |session| session.state = state)
    }

    /// Marks the A1 of a session as used up.
    pub(crate) fn use_up_a1(&mut self, number: u64) -> Result<(), Refusal> {
        self.update_session(number, |session| session.tickets.a1 = Bytes::new())
    }

    /// Changes a session; one that has just made room for another is left alone.
    fn update_session(
        &mut self,
        number: u64,
        update: impl FnOnce(&mut Session),
    ) -> Result<(), Refusal> {
        match self.sessions.granted.get_mut(&number) {
            Some(session) => {
                update(session);
                save::session(&self.store, session)
            }
            None => Ok(()),
        }
    }

    /// The numbers of an account's valid sessions.
    pub(crate) fn good_sessions(&self, uin: Uin) -> Vec<u64> {
        self.sessions
            .granted
            .values()
            .filter(|session| session.uin == uin && session.state == SessionState::Good)
            .map(|session| session.number)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_found_by_its_text_or_its_key() {
        let mut sessions = Sessions::new(Keyring::default());
        let url = "https://txz.qq.com/p?k=abc&f=1600001615";
        sessions.add_code(
            LoginCode {
                signature: Bytes::from_static(b"s"),
                url: url.to_owned(),
                guid: Guid([1; 16]),
                device: String::new(),
                expires: 100,
                state: CodeState::Waiting,
            },
            0,
        );
        assert!(sessions.code_named(url).is_some());
        assert!(sessions.code_named("abc").is_some());
        assert!(sessions.code_named("").is_none());
        assert!(sessions.code_named("ab").is_none());
    }
}
