//! The demo world in memory, for unit tests.

use std::sync::Arc;

use nekonap_ids::{GroupUin, Uin};
use nekonap_sqlite::{Options, open_connection};
use nekonap_wire::message::{Element, Text};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::{
    MIGRATIONS, Seed, load_seed,
    refusal::Refusal,
    router::Caller,
    server::{Connection, Keyring, Outbound},
    services::messages::send::{Draft, To, send},
    world::{FileStore, StoredMessage, World},
};

/// Opens the demo world.
pub(crate) fn world() -> World {
    let opened = open_connection(&Options::new(None, MIGRATIONS)).expect("a database");
    let address = "127.0.0.1:1".parse().expect("an address");
    let disk = FileStore::open(None).expect("a folder");
    let mut world =
        World::open(opened.database, disk, Keyring::default(), address).expect("an empty world");
    load_seed(&mut world, &Seed::Demo).expect("the demo seed");
    world
}

pub(crate) fn uin(number: u64) -> Uin {
    Uin::new(number).expect("an account")
}

pub(crate) fn group(number: u64) -> GroupUin {
    GroupUin::new(number).expect("a group")
}

/// Creates a session of an account. Returns its caller and the receiver of its outbound queue.
pub(crate) fn caller(world: &mut World, account: u64) -> (Caller, mpsc::Receiver<Outbound>) {
    let (connection, outbound_queue) = Connection::new(CancellationToken::new());
    let guid = nekonap_wire::login::Guid([7; 16]);
    let tickets = world
        .grant(uin(account), guid, "a test".to_owned())
        .expect("tickets");
    let session = world.sessions.by_d2(&tickets.d2).expect("a session").number;
    let caller = Caller {
        uin: uin(account),
        session,
        connection: Arc::clone(&connection),
    };
    (caller, outbound_queue)
}

/// Sends a text message.
pub(crate) fn say(
    world: &mut World,
    actor: u64,
    to: To,
    text: &str,
) -> Result<Arc<StoredMessage>, Refusal> {
    let draft = Draft {
        to,
        elements: vec![Element::Text(Text::new(text))],
        client_sequence: 12_345,
        random: 42,
        thrown: false,
        connection: None,
    };
    send(world, uin(actor), draft)
}
