//! HTTP as this library speaks it: to sign providers and to QQ's web pages.

/// The beginning of every HTTP client. It cannot be built before the process has chosen its cryptography: a choice that
/// was made already stays.
pub(crate) fn builder() -> reqwest::ClientBuilder {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
}
