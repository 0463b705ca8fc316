//! TLS for listeners: the certificate of an entry (api/transports §13, point 9).

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::tls;

/// The certificate of a listener, as PEM files. They are read when the entry starts.
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

fn read(key: &'static str, path: &PathBuf) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(|error| TlsError::File {
        key,
        path: path.clone(),
        error,
    })
}
