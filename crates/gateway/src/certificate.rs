//! TLS for listeners: the certificate of an entry (api/transports §13, point 9).

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use rustls::ServerConfig;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::time::{MissedTickBehavior, interval};
use tokio_rustls::TlsAcceptor;

use crate::stop::Stop;
use crate::tls;

/// How often the files of a running entry are looked at. They are read when they have been the same twice, because they are
/// replaced one after the other.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// The certificate of a listener, as PEM files. They are read when the entry starts, and when they have changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// The certificate, followed by the intermediate certificates, if any.
    pub certificate: PathBuf,
    /// The private key of the certificate: PKCS #8, PKCS #1 or SEC 1, without a password.
    pub key: PathBuf,
}

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("tls.{key}: {} cannot be read: {error}", path.display())]
    File {
        /// `certificate` or `key`.
        key: &'static str,
        /// Path of the file.
        path: PathBuf,
        /// Error of the operating system.
        error: io::Error,
    },
    /// A file is not PEM, or holds nothing of the right kind.
    #[error("tls.{key}: {} does not contain a {wanted} in PEM format: {error}", path.display())]
    Pem {
        /// `certificate` or `key`.
        key: &'static str,
        /// Path of the file.
        path: PathBuf,
        /// What the file must contain.
        wanted: &'static str,
        /// Error of the PEM parser.
        error: pem::Error,
    },
    /// The key does not belong to the certificate.
    #[error("tls.key: the key in {} does not belong to the certificate", .0.display())]
    Mismatch(PathBuf),
    /// The certificate or the key is not supported.
    #[error("tls.certificate: {} cannot be used with its key: {error}", path.display())]
    Unsupported {
        /// Path of the certificate.
        path: PathBuf,
        /// Error of the TLS library.
        error: rustls::Error,
    },
}

impl Tls {
    /// Reads the files and checks that they can be used.
    ///
    /// # Errors
    ///
    /// A file cannot be read, does not contain what it must contain, or the two do not belong together.
    pub fn check(&self) -> Result<(), TlsError> {
        self.acceptor().map(drop)
    }

    /// # Errors
    /// As [`Tls::check`].
    pub(crate) fn acceptor(&self) -> Result<TlsAcceptor, TlsError> {
        let pem = |key, path: &PathBuf, wanted, error| TlsError::Pem {
            key,
            path: path.clone(),
            wanted,
            error,
        };
        let chain = read("certificate", &self.certificate)?;
        let chain: Vec<_> = CertificateDer::pem_slice_iter(&chain)
            .collect::<Result<_, _>>()
            .map_err(|error| pem("certificate", &self.certificate, "certificate", error))?;
        if chain.is_empty() {
            let error = pem::Error::NoItemsFound;
            return Err(pem("certificate", &self.certificate, "certificate", error));
        }
        let key = PrivateKeyDer::from_pem_slice(&read("key", &self.key)?)
            .map_err(|error| pem("key", &self.key, "private key without a password", error))?;
        let unsupported = |error| match error {
            rustls::Error::InconsistentKeys(_) => TlsError::Mismatch(self.key.clone()),
            error => TlsError::Unsupported {
                path: self.certificate.clone(),
                error,
            },
        };
        let mut config = ServerConfig::builder_with_provider(tls::provider())
            .with_safe_default_protocol_versions()
            .map_err(unsupported)?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(unsupported)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

/// The certificate of a running listener.
pub(crate) struct Certificate {
    files: Tls,
    /// For the handshakes from now on.
    acceptor: RwLock<TlsAcceptor>,
    /// Of the files when they were first read.
    first: Stamp,
}

/// What shows that a file has changed; `None` if it cannot be read, as for a moment when it is replaced.
type Stamp = [Option<(SystemTime, u64)>; 2];

impl Certificate {
    /// # Errors
    /// As [`Tls::check`].
    pub(crate) fn new(files: Tls) -> Result<Self, TlsError> {
        // Before the files are read, so that no change is missed.
        let first = files.stamp();
        Ok(Self {
            acceptor: RwLock::new(files.acceptor()?),
            files,
            first,
        })
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        let acceptor = self.acceptor.read();
        acceptor.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the files again when they have changed, until the entry stops. Files that cannot be used change nothing.
    pub(crate) async fn follow(&self, entry: &str, stop: &Stop) {
        let mut polls = interval(POLL_INTERVAL);
        polls.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut read, mut seen) = (self.first, self.first);
        loop {
            tokio::select! {
                () = stop.stopping() => return,
                _ = polls.tick() => {}
            }
            let now = self.files.stamp();
            let settled = now == seen;
            seen = now;
            if !settled || now == read {
                continue;
            }
            read = now;
            match self.files.acceptor() {
                Ok(acceptor) => {
                    *self
                        .acceptor
                        .write()
                        .unwrap_or_else(PoisonError::into_inner) = acceptor;
                    tracing::info!(entry, "the certificate has changed and is used from now on");
                }
                Err(error) => tracing::error!(
                    entry, %error,
                    "the certificate has changed, but cannot be used; the old one stays in use"
                ),
            }
        }
    }
}

impl Tls {
    fn stamp(&self) -> Stamp {
        [&self.certificate, &self.key].map(|path| stamp(path))
    }
}

fn stamp(path: &Path) -> Option<(SystemTime, u64)> {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

fn read(key: &'static str, path: &PathBuf) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(|error| TlsError::File {
        key,
        path: path.clone(),
        error,
    })
}
