//! TLS for connections that this program opens (api/transports §5.2).

use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use rustls_platform_verifier::BuilderVerifierExt;
use tokio_rustls::TlsConnector;

/// A connector with the settings of [`client_config`].
///
/// # Errors
/// As [`client_config`].
pub(crate) fn connector(verify: bool) -> Result<TlsConnector, Error> {
    client_config(verify).map(TlsConnector::from)
}

/// TLS settings that verify certificates against the system's store or, if `verify` is false, accept any certificate.
///
/// # Errors
/// The system's certificate store cannot be read.
pub(crate) fn client_config(verify: bool) -> Result<Arc<ClientConfig>, Error> {
    static CHECKED: OnceLock<Arc<ClientConfig>> = OnceLock::new();
    let builder =
        || ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
    if !verify {
        let config = builder()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(AnyCertificate(provider())))
            .with_no_client_auth();
        return Ok(Arc::new(config));
    }
    // Reading the system's store takes tens of milliseconds, so it is read once.
    if let Some(config) = CHECKED.get() {
        return Ok(Arc::clone(config));
    }
    let config = builder()?.with_platform_verifier()?.with_no_client_auth();
    Ok(Arc::clone(CHECKED.get_or_init(|| Arc::new(config))))
}

/// The cryptography of all TLS connections.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// Accepts any certificate. The signatures of the handshake are still verified.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(
            message,
            certificate,
            signature,
            &self.0.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(
            message,
            certificate,
            signature,
            &self.0.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
