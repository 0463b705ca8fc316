//! A small QQ server for tests and development, as a library.
//!
//! A [`Sandbox`] keeps a persistent world of accounts, groups and messages, and serves it to QQ clients over the wire
//! protocol of QQ. An HTTP API acts as the people of the world, reads the world and injects faults
//! (`docs/api/sandbox.md`).
//!
//! ```no_run
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use nekonap_sandbox::{Config, Sandbox, Seed};
//!
//! let sandbox = Sandbox::start(Config {
//!     directory: None,
//!     wire: "127.0.0.1:0".parse()?,
//!     seed: Seed::Demo,
//!     accounts: Vec::new(),
//! })
//! .await?;
//! println!("clients connect to {}", sandbox.wire());
//! let api = sandbox.routes(); // mount these routes on an HTTP server that checks a token
//! # drop(api);
//! sandbox.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod clock;
mod config;
mod faults;
mod http;
mod journal;
mod pushes;
mod refusal;
mod router;
pub mod seed;
mod server;
mod services;

#[cfg(test)]
mod testing;
mod world;
mod world_actor;

use std::{io, net::SocketAddr, path::PathBuf, sync::Arc};

use nekonap_ids::Uin;
use nekonap_sqlite::{OpenError, Options, SetAside, open_connection};
use thiserror::Error;
use tokio_util::sync::CancellationToken;

pub use config::{Config, Seed};

use http::Api;
use refusal::Refusal;
use server::{ConnectionGate, Keyring, Server, ServerKeys};
use world::{FileStore, World};
use world_actor::WorldActor;

/// The migrations of the database, oldest first. New ones are appended; existing ones never change.
const MIGRATIONS: &[&str] = &[
    include_str!("schema.sql"),
    include_str!("schema_2.sql"),
    include_str!("schema_3.sql"),
    include_str!("schema_4.sql"),
    include_str!("schema_5.sql"),
    include_str!("schema_6.sql"),
    include_str!("schema_7.sql"),
    include_str!("schema_8.sql"),
    include_str!("schema_9.sql"),
    include_str!("schema_10.sql"),
    include_str!("schema_11.sql"),
    include_str!("schema_12.sql"),
    include_str!("schema_13.sql"),
    include_str!("schema_14.sql"),
    include_str!("schema_15.sql"),
    include_str!("schema_16.sql"),
    include_str!("schema_17.sql"),
    include_str!("schema_18.sql"),
];

/// A running sandbox. Cheap to clone; all clones share one world.
#[derive(Debug, Clone)]
pub struct Sandbox(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    world_actor: WorldActor,
    server: Server,
    gate: ConnectionGate,
    wire: SocketAddr,
    keys: Keys,
    set_aside: Option<SetAside>,
    closing: CancellationToken,
}

/// The server's public keys, as uncompressed points. Clients use them instead of the keys of the real QQ servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keys {
    /// Key of the wtlogin envelope. protocol/01 §2.2
    pub secp192k1: [u8; 49],
    /// Key of the NT key exchange. protocol/01 §2.3
    pub p256: [u8; 65],
}

/// An error that prevents a sandbox from starting.
#[derive(Debug, Error)]
pub enum StartError {
    /// The wire port is in use by another program.
    #[error(
        "the wire port {0} is in use, perhaps by another Nekonap: stop that program, or give `--wire` another port \
         (0 picks a free one)"
    )]
    AddressInUse(SocketAddr),
    /// The wire port cannot be opened for a different reason.
    #[error("the wire port {address} cannot be opened: {error}")]
    Listen {
        /// The configured address.
        address: SocketAddr,
        /// The error of the operating system.
        error: io::Error,
    },
    /// The world's database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The world's database opens but cannot be read.
    #[error("the world cannot be read: {0}")]
    World(String),
    /// The folder of the world's files cannot be opened.
    #[error("the folder of the world's files cannot be opened: {0}")]
    Files(io::Error),
    /// The seed file is invalid.
    #[error("the seed {} is invalid: {reason}", path.display())]
    Seed {
        /// Path of the file.
        path: PathBuf,
        /// What is invalid and where.
        reason: String,
    },
    /// The world's thread could not be started.
    #[error("the world's thread cannot be started: {0}")]
    Thread(io::Error),
}

/// An error of [`Sandbox::confirm`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct ConfirmError(String);

impl Sandbox {
    /// Opens the world, or creates a new one, and serves it on the wire port. Must be called in a tokio runtime.
    ///
    /// # Errors
    /// See [`StartError`]. A corrupt database is not an error: it is [set aside](Self::set_aside) and a new world is
    /// created.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let listener = server::bind(config.wire).await?;
        let wire = listener.local_addr().map_err(|error| StartError::Listen {
            address: config.wire,
            error,
        })?;
        let opened = tokio::task::spawn_blocking(move || open(config, wire))
            .await
            .map_err(|error| StartError::World(error.to_string()))??;
        let Opened {
            world,
            keys,
            set_aside,
        } = opened;
        let keyring = world.keyring().clone();
        let gate = world.faults.gate.clone();
        let public = keys.public();
        let world_actor = WorldActor::start(world).map_err(StartError::Thread)?;
        let server = Server::start(listener, (world_actor.clone(), keyring, keys), gate.clone());
        Ok(Self(Arc::new(Inner {
            world_actor,
            server,
            gate,
            wire,
            keys: public,
            set_aside,
            closing: CancellationToken::new(),
        })))
    }

    /// Address that QQ clients connect to. The port is the one in use, never 0.
    pub fn wire(&self) -> SocketAddr {
        self.0.wire
    }

    /// Public keys of this server, for its clients. They are stored with the world and do not change.
    pub fn keys(&self) -> &Keys {
        &self.0.keys
    }

    /// The corrupt database that was renamed at the start, if there was one. Report it to the user.
    pub fn set_aside(&self) -> Option<&SetAside> {
        self.0.set_aside.as_ref()
    }

    /// The HTTP API, `/sandbox/api/…` (`docs/api/sandbox.md`). The caller must check the token, the origin and the
    /// host of each request.
    pub fn routes(&self) -> axum::Router {
        http::routes(Api {
            world_actor: self.0.world_actor.clone(),
            closing: self.0.closing.clone(),
        })
    }

    /// Scans and confirms the log-in code of a client with the phone of an account, in one step. It is meant for a
    /// client in the same process. No code is confirmed automatically.
    ///
    /// # Errors
    /// No client shows this code, the code has expired or is already used, or the account does not exist.
    pub async fn confirm(&self, code: &str, uin: Uin) -> Result<(), ConfirmError> {
        let code = code.to_owned();
        self.0
            .world_actor
            .ask(move |world| services::session::login::scan_and_confirm(world, uin, &code))
            .await
            .map_err(|refusal| ConfirmError(refusal.text))
    }

    /// Ends the event streams of the HTTP API, which otherwise stay open until their readers close them. Call it
    /// before waiting for HTTP requests to finish.
    pub fn end_streams(&self) {
        self.0.closing.cancel();
    }

    /// Closes all connections and streams, commits queued jobs and closes the database.
    pub async fn shutdown(&self) {
        self.end_streams();
        self.0.server.stop(&self.0.gate).await;
        self.0.world_actor.close().await;
    }
}

struct Opened {
    world: World,
    keys: ServerKeys,
    set_aside: Option<SetAside>,
}

/// Opens the world, and loads the seed if it is new.
fn open(config: Config, address: SocketAddr) -> Result<Opened, StartError> {
    let path = config.directory.as_ref().map(|data| data.join("world.db"));
    let opened = open_connection(&Options::new(path, MIGRATIONS))?;
    let broken = |refusal: Refusal| StartError::World(refusal.text);
    let disk = FileStore::open(config.directory.as_deref()).map_err(StartError::Files)?;
    let keyring = Keyring::default();
    let mut world = World::open(opened.database, disk, keyring, address).map_err(broken)?;
    let keys = ServerKeys::of(&world).map_err(broken)?;
    if world.people().next().is_none() {
        load_seed(&mut world, &config.seed)?;
    }
    for uin in config.accounts {
        services::profile::ensure_account(&mut world, uin).map_err(broken)?;
    }
    Ok(Opened {
        world,
        keys,
        set_aside: opened.set_aside,
    })
}

/// Loads the seed into an empty world in one transaction.
fn load_seed(world: &mut World, seed: &Seed) -> Result<(), StartError> {
    let broken = |refusal: Refusal| StartError::World(refusal.text);
    let (seeded, path) = match seed {
        Seed::Empty => return Ok(()),
        Seed::Demo => (seed::demo(), PathBuf::from("demo")),
        Seed::File(path) => {
            let read = seed::file::read(path).map_err(|reason| StartError::Seed {
                path: path.clone(),
                reason,
            })?;
            (read, path.clone())
        }
    };
    let mark = world.mark();
    world.begin().map_err(broken)?;
    if let Err(refusal) = seed::file::load(world, &seeded) {
        world.roll_back(&mark);
        return Err(StartError::Seed {
            path,
            reason: refusal.text,
        });
    }
    world.commit().map_err(broken)
}
