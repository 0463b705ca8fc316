//! Log-in codes, sessions and online clients. protocol/01 §9

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use bytes::Bytes;
use nekonap_ids::Uin;
use nekonap_wire::{
    commands::profile::OwnStatus,
    crypto::Key,
    login::{Guid, Tickets, exchange, qr::Confirmed},
};

use super::{World, save};
use crate::{
    refusal::Refusal,
    server::{Connection, Keyring},
};

/// Lifetime of a log-in code, in seconds.
pub(crate) const CODE_LIFETIME: u32 = 120;
/// Maximum number of log-in codes; the oldest are removed (api/sandbox §7).
pub(crate) const MAX_CODES: usize = 256;
/// Maximum number of sessions of an account, including ended ones; the oldest are removed.
pub(crate) const MAX_SESSIONS: usize = 64;
/// Maximum number of online clients of an account; the oldest are removed (api/sandbox §7).
pub(crate) const MAX_CLIENTS: usize = 16;
/// Maximum number of exchanged keys; the oldest are removed.
pub(crate) const MAX_EXCHANGES: usize = 256;
/// Lifetime of an exchanged key, in seconds.
pub(crate) const EXCHANGE_LIFETIME: u32 = 86_400;

/// Log-in codes, sessions and online clients.
pub(crate) struct Sessions {
    /// The keys of all tickets, including those of ended sessions.
    pub(crate) keyring: Keyring,
    codes: Vec<LoginCode>,
    granted: BTreeMap<u64, Session>,
    by_d2: HashMap<Bytes, u64>,
    clients: HashMap<Uin, Vec<OnlineClient>>,
    devices: HashMap<Uin, Vec<OtherDevice>>,
    exchanges: Vec<Exchanged>,
    /// The keys for web pages that accounts have requested, and their expiry times, in Unix seconds.
    web_keys: HashMap<(Uin, WebKey), (String, u64)>,
}

/// A kind of key for web pages. protocol/04 §9
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum WebKey {
    /// The `p_skey`, here the same for all domains.
    Page,
    /// The `skey`.
    Account,
    /// The client key, with which a page logs the account in.
    Client,
}

/// A log-in code that a client shows.
#[derive(Debug, Clone)]
pub(crate) struct LoginCode {
    /// Identifies the code when the client polls its state.
    pub(crate) signature: Bytes,
    /// Content of the QR code.
    pub(crate) url: String,
    pub(crate) guid: Guid,
    pub(crate) device: String,
    /// Expiry time, in Unix seconds.
    pub(crate) expires: u64,
    pub(crate) state: CodeState,
}

/// The state of a log-in code.
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

    /// The account whose phone scanned the code.
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

/// The state of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SessionState {
    Valid,
    /// The D2 has expired.
    Expired,
    /// The D2 was revoked by a log-in elsewhere.
    Revoked,
}

impl SessionState {
    pub(crate) const fn number(self) -> i64 {
        match self {
            Self::Valid => 0,
            Self::Expired => 1,
            Self::Revoked => 2,
        }
    }

    pub(crate) const fn from_number(number: i64) -> Self {
        match number {
            0 => Self::Valid,
            1 => Self::Expired,
            _ => Self::Revoked,
        }
    }
}

/// A client that is online.
#[derive(Debug, Clone)]
pub(crate) struct OnlineClient {
    pub(crate) connection: Arc<Connection>,
    /// Number of the session.
    pub(crate) session: u64,
    pub(crate) key: Key,
    /// Number among the devices of the account.
    pub(crate) instance: u32,
    /// The client's operating system in lower case. Only one client of each kind can be online.
    pub(crate) kind: String,
    pub(crate) device: String,
    /// The online status that the client has set; it ends with the connection.
    pub(crate) status: Option<OwnStatus>,
}

/// A device of an account that is online without a client at the wire port, such as a phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OtherDevice {
    /// Its number among the devices of the account.
    pub(crate) instance: u32,
    pub(crate) name: String,
    /// Such as `iPhone`.
    pub(crate) kind: String,
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
    /// An empty instance.
    pub(crate) fn new(keyring: Keyring) -> Self {
        Self {
            keyring,
            codes: Vec::new(),
            granted: BTreeMap::new(),
            by_d2: HashMap::new(),
            clients: HashMap::new(),
            devices: HashMap::new(),
            exchanges: Vec::new(),
            web_keys: HashMap::new(),
        }
    }

    /// Takes over the state that exists only in memory from the instance before a reload.
    pub(super) fn take_over(&mut self, before: Self) {
        self.codes = before.codes;
        self.exchanges = before.exchanges;
        self.clients = before.clients;
        self.devices = before.devices;
        self.web_keys = before.web_keys;
    }

    /// Removes the keys of unknown sessions: those that a rolled back job has granted.
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

    /// The session with this D2.
    pub(crate) fn by_d2(&self, d2: &[u8]) -> Option<&Session> {
        self.by_d2
            .get(d2)
            .and_then(|number| self.granted.get(number))
    }

    /// The session with this number.
    pub(crate) fn by_number(&self, number: u64) -> Option<&Session> {
        self.granted.get(&number)
    }

    /// The session with this A1.
    pub(crate) fn by_a1(&self, a1: &[u8]) -> Option<&Session> {
        self.granted
            .values()
            .find(|session| !a1.is_empty() && session.tickets.a1 == a1)
    }

    /// The accounts with a client online.
    pub(crate) fn online(&self) -> impl Iterator<Item = Uin> {
        self.clients.keys().copied()
    }

    pub(crate) fn is_online(&self, uin: Uin) -> bool {
        self.clients.contains_key(&uin)
    }

    /// The online clients of an account, oldest first.
    pub(crate) fn clients(&self, uin: Uin) -> &[OnlineClient] {
        self.clients.get(&uin).map_or(&[], Vec::as_slice)
    }

    /// The devices of an account that are online without a client, oldest first.
    pub(crate) fn devices(&self, uin: Uin) -> &[OtherDevice] {
        self.devices.get(&uin).map_or(&[], Vec::as_slice)
    }

    /// The lowest number that no device of an account has.
    pub(crate) fn free_instance(&self, uin: Uin) -> u32 {
        let clients = self.clients(uin).iter().map(|client| client.instance);
        let devices = self.devices(uin).iter().map(|device| device.instance);
        let taken: Vec<u32> = clients.chain(devices).collect();
        (1..u32::MAX)
            .find(|number| !taken.contains(number))
            .unwrap_or(u32::MAX)
    }

    /// Adds a device that is online without a client.
    pub(crate) fn add_device(&mut self, uin: Uin, device: OtherDevice) {
        self.devices.entry(uin).or_default().push(device);
    }

    /// Removes a device that is online without a client. `None` if there is none with this number.
    pub(crate) fn remove_device(&mut self, uin: Uin, instance: u32) -> Option<OtherDevice> {
        let devices = self.devices.get_mut(&uin)?;
        let at = devices
            .iter()
            .position(|device| device.instance == instance)?;
        Some(devices.remove(at))
    }

    /// The online status that a client of an account has set: that of the client that came online last.
    pub(crate) fn status(&self, uin: Uin) -> Option<&OwnStatus> {
        let mut newest = self.clients(uin).iter().rev();
        newest.find_map(|client| client.status.as_ref())
    }

    /// Sets the online status of a client. Returns whether the connection is online.
    pub(crate) fn set_status(&mut self, uin: Uin, connection: u64, status: OwnStatus) -> bool {
        let mut clients = self.clients.get_mut(&uin).into_iter().flatten();
        let client = clients.find(|client| client.connection.id() == connection);
        client.map(|client| client.status = Some(status)).is_some()
    }

    /// Takes a client online.
    pub(crate) fn connect(&mut self, uin: Uin, client: OnlineClient) {
        self.clients.entry(uin).or_default().push(client);
    }

    /// The account that is online at this connection, and the number of the session.
    pub(crate) fn online_at(&self, connection: u64) -> Option<(Uin, u64)> {
        self.clients.iter().find_map(|(uin, clients)| {
            let mut clients = clients.iter();
            let client = clients.find(|client| client.connection.id() == connection)?;
            Some((*uin, client.session))
        })
    }

    /// Takes a connection offline. Returns its account and client.
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

    /// All codes, oldest first.
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

    /// The code with this signature.
    pub(crate) fn code_by_signature(&self, signature: &[u8]) -> Option<&LoginCode> {
        self.codes.iter().find(|code| code.signature == signature)
    }

    /// The code with this URL or with this `k`.
    pub(crate) fn code_by_text(&self, text: &str) -> Option<&LoginCode> {
        self.codes.iter().find(|code| {
            code.url == text || key_of(&code.url).is_some_and(|key| !key.is_empty() && key == text)
        })
    }

    /// The confirmed code with this A1.
    pub(crate) fn code_by_a1(&self, a1: &[u8]) -> Option<&LoginCode> {
        self.codes.iter().find(
            |code| matches!(&code.state, CodeState::Confirmed(confirmed) if confirmed.a1 == a1),
        )
    }

    /// Sets the state of the code with this signature.
    pub(crate) fn set_code_state(&mut self, signature: &[u8], state: CodeState) {
        if let Some(code) = self
            .codes
            .iter_mut()
            .find(|code| code.signature == signature)
        {
            code.state = state;
        }
    }

    /// An account's key for web pages and its expiry time, in Unix seconds.
    pub(crate) fn web_key(&self, uin: Uin, kind: WebKey) -> Option<(&str, u64)> {
        self.web_keys
            .get(&(uin, kind))
            .map(|(key, expires)| (key.as_str(), *expires))
    }

    pub(crate) fn set_web_key(&mut self, uin: Uin, kind: WebKey, key: String, expires: u64) {
        self.web_keys.insert((uin, kind), (key, expires));
    }

    /// Adds exchanged keys.
    pub(crate) fn add_exchange(&mut self, exchanged: Exchanged, now: u64) {
        self.exchanges.retain(|old| old.expires > now);
        if self.exchanges.len() >= MAX_EXCHANGES {
            self.exchanges.remove(0);
        }
        self.exchanges.push(exchanged);
    }

    /// The exchanged keys of this ticket, unless they have expired.
    pub(crate) fn exchange_by_ticket(&self, ticket: &[u8], now: u64) -> Option<&Exchanged> {
        self.exchanges
            .iter()
            .find(|one| one.session.ticket == ticket && one.expires > now)
    }
}

/// The `k` of a code's URL.
fn key_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("?k=")?;
    Some(rest.split('&').next().unwrap_or(rest))
}

/// A random ticket of `N` bytes.
pub(crate) fn ticket<const N: usize>() -> Bytes {
    let mut bytes = [0; N];
    rand::fill(&mut bytes[..]);
    Bytes::copy_from_slice(&bytes)
}

impl World {
    /// Creates a session of an account on a device.
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
        // The oldest sessions are removed in any state. Lower numbers are older.
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
            state: SessionState::Valid,
        };
        save::session(&self.store, &session)?;
        self.sessions.add(session);
        Ok(tickets)
    }

    /// Ends a session. Its ticket is kept, so that the server can report that the session has ended.
    pub(crate) fn end_session(&mut self, number: u64, state: SessionState) -> Result<(), Refusal> {
        self.update_session(number, |session| session.state = state)
    }

    /// Invalidates the A1 of a session.
    pub(crate) fn use_up_a1(&mut self, number: u64) -> Result<(), Refusal> {
        self.update_session(number, |session| session.tickets.a1 = Bytes::new())
    }

    /// Changes a session, unless it was removed to make room for another.
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
    pub(crate) fn valid_sessions(&self, uin: Uin) -> Vec<u64> {
        self.sessions
            .granted
            .values()
            .filter(|session| session.uin == uin && session.state == SessionState::Valid)
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
        assert!(sessions.code_by_text(url).is_some());
        assert!(sessions.code_by_text("abc").is_some());
        assert!(sessions.code_by_text("").is_none());
        assert!(sessions.code_by_text("ab").is_none());
    }
}
