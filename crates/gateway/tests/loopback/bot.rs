//! A real bot whose servers cannot be reached. The gateway's own tests only use actions that need no server; tests of
//! several crates together are scenarios of the binary.

use nekonap_archive::Archive;
use nekonap_client::{Address, Client, Config};
use nekonap_endpoint::Bot;
use nekonap_ids::Uin;

/// The account 10001, offline.
pub(crate) async fn start() -> Bot {
    // The discard port (9): usually no program listens there, and one that does never answers.
    let config = Config {
        servers: vec![Address::new("127.0.0.1", 9)],
        ..Config::default()
    };
    let (client, events) = Client::start(config).expect("a client");
    let account = Uin::new(10001).expect("a uin");
    let (archive, _) = Archive::open(account, nekonap_archive::Config::default())
        .await
        .expect("an archive in memory");
    let config = nekonap_endpoint::Config::default();
    let (bot, _) = Bot::start(account, client, events, archive, config);
    bot
}
