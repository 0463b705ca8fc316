//! HTTP clients, for sign providers and QQ's web pages.

/// Builder of an HTTP client. Installs a default crypto provider, which rustls needs, unless the process already has
/// one.
pub(crate) fn builder() -> reqwest::ClientBuilder {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
}
