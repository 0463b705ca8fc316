//! A QQ server for your own machine, as a library: a persistent small world, served over the wire protocol
//! of QQ, and an HTTP API for acting in it, looking at it and breaking it (`docs/api/sandbox.md`).
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
//! let api = sandbox.routes(); // mount it on an HTTP listener, behind a token
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
mod refusal;
mod router;
pub mod seed;
mod server;
mod services;
mod tell;
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
use world::World;
use world_actor::WorldActor;

/// The schema, step by step. Steps are added and never changed.
const MIGRATIONS: &[&str] = &[include_str!("schema.sql")];

/// A running sandbox. Cheap to clone; all clones are the same world.
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

/// The server's public keys, which a client must be given in place of the QQ servers' own: uncompressed points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keys {
    /// For the wtlogin envelope. protocol/01 §2.2
    pub secp192k1: [u8; 49],
    /// For the NT key exchange. protocol/01 §2.3
    pub p256: [u8; 65],
}

/// Why a sandbox does not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// Another program has the wire port.
    #[error(
        "the wire port {0} is in use, perhaps by another Nekonap: stop that program, or give `--wire` another port \
         (0 picks a free one)"
    )]
    AddressInUse(SocketAddr),
    /// The wire port cannot be opened for another reason.
    #[error("the wire port {address} cannot be opened: {error}")]
    Listen {
        /// The port.
        address: SocketAddr,
        /// The system's error.
        error: io::Error,
    },
    /// The world's database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The world's database opens but cannot be read.
    #[error("the world cannot be read: {0}")]
    World(String),
    /// The seed file is invalid.
    #[error("the seed {}: {reason}", path.display())]
    Seed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and where.
        reason: String,
    },
    /// The world's thread could not be started.
    #[error("the world's thread cannot be started: {0}")]
    Thread(io::Error),
}

/// Why a code was not confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct ConfirmError(String);

impl Sandbox {
    /// Opens the world, or makes a new one, and serves it. Must be called on a tokio runtime.
    ///
    /// # Errors
    /// See [`StartError`]. A broken database is no error: it is [set aside](Self::set_aside).
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

    /// Where QQ clients connect; the port is never 0.
    pub fn wire(&self) -> SocketAddr {
        self.0.wire
    }

    /// What a client must be given in place of the QQ servers' keys. They are stored with the world.
    pub fn keys(&self) -> &Keys {
        &self.0.keys
    }

    /// The broken database that was moved out of the way, if there was one. The user should be told.
    pub fn set_aside(&self) -> Option<&SetAside> {
        self.0.set_aside.as_ref()
    }

    /// The HTTP API, `/sandbox/api/…` (`docs/api/sandbox.md`). The caller that mounts it checks the token, the origin and the host.
    pub fn routes(&self) -> axum::Router {
        http::routes(Api {
            world_actor: self.0.world_actor.clone(),
            closing: self.0.closing.clone(),
        })
    }

    /// Scans a log-in code with the phone of an account and confirms it, in one step: for a client of the same process,
    /// which has its code in memory. No other code is confirmed automatically.
    ///
    /// # Errors
    /// No client shows such a code, it is too old or taken, or there is no such account.
    pub async fn confirm(&self, code: &str, uin: Uin) -> Result<(), ConfirmError> {
        let code = code.to_owned();
        self.0
            .world_actor
            .ask(move |world| services::session::login::scan_and_confirm(world, uin, &code))
            .await
            .map_err(|refusal| ConfirmError(refusal.text))
    }

    /// Ends the streams of the HTTP API, which otherwise last as long as their readers. Call it before
    /// waiting for HTTP requests to end.
    pub fn end_streams(&self) {
        self.0.closing.cancel();
    }

    /// Closes every connection and stream, commits what was done, and closes the database.
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

/// Opens the world; a new one is seeded.
fn open(config: Config, address: SocketAddr) -> Result<Opened, StartError> {
    let path = config.directory.map(|directory| directory.join("world.db"));
    let opened = open_connection(&Options::new(path, MIGRATIONS))?;
    let broken = |refusal: Refusal| StartError::World(refusal.text);
    let mut world = World::open(opened.database, Keyring::default(), address).map_err(broken)?;
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

/// Loads the seed into an empty world: all of it or nothing.
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
