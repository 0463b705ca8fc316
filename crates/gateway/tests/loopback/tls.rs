//! Listeners with TLS (api/transports §13, point 9).

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use nekonap_gateway::{Config, Gateway, GatewayError, HttpServer, Limits, Listen, Tls, TlsError};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_tungstenite::client_async;

use crate::support::{STEP_TIMEOUT, Served, TOKEN, served, with_token};

/// Writes a certificate for 127.0.0.1 and its key, and returns the certificate.
fn certificate(folder: &Path, name: &str) -> (Tls, CertificateDer<'static>) {
    let names = vec!["127.0.0.1".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).expect("a certificate");
    let tls = Tls {
        certificate: folder.join(format!("{name}.pem")),
        key: folder.join(format!("{name}.key")),
    };
    fs::write(&tls.certificate, made.cert.pem()).expect("written");
    fs::write(&tls.key, made.signing_key.serialize_pem()).expect("written");
    (tls, made.cert.der().clone())
}

/// Settings of a client that trusts one certificate.
fn trusting(certificate: CertificateDer<'static>) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(certificate).expect("a certificate");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// A gateway whose entries use a certificate, and a client's settings for it.
async fn encrypted(change: impl FnOnce(&mut Limits)) -> (Served, ClientConfig) {
    let folder = tempfile::tempdir().expect("a folder");
    let (tls, certificate) = certificate(folder.path(), "own");
    let served = served(|http, ws, limits| {
        with_token(http, ws, limits);
        http.tls = Some(tls.clone());
        http.websocket = true;
        ws.tls = Some(tls);
        change(limits);
    })
    .await;
    (served, trusting(certificate))
}

/// Whether the server closes the connection without answering.
async fn closes(mut stream: TcpStream) -> bool {
    let mut answer = Vec::new();
    // A reset is an end too.
    let read = timeout(STEP_TIMEOUT, stream.read_to_end(&mut answer)).await;
    read.is_ok() && !answer.starts_with(b"HTTP")
}

async fn status(address: SocketAddr, config: ClientConfig) -> u16 {
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(STEP_TIMEOUT)
        .tls_backend_preconfigured(config)
        .build()
        .expect("a client");
    let answer = client
        .post(format!("https://{address}/get_login_info"))
        .bearer_auth(TOKEN)
        .send()
        .await;
    answer.expect("an answer").status().as_u16()
}

#[tokio::test]
async fn calls_and_sessions_are_encrypted() {
    let (served, config) = encrypted(|_| {}).await;
    assert!(
        served
            .gateway
            .listening()
            .iter()
            .all(|listening| listening.tls)
    );
    let url = served.gateway.listening()[0].url();
    assert_eq!(url, format!("https://{}", served.http));
    assert_eq!(status(served.http, config.clone()).await, 200);
    let connector = TlsConnector::from(Arc::new(config));
    for address in [served.http, served.ws] {
        let name = ServerName::try_from("127.0.0.1").expect("a name");
        let stream = TcpStream::connect(address).await.expect("a connection");
        let stream = connector.connect(name, stream).await.expect("TLS");
        let url = format!("wss://{address}/?access_token={TOKEN}");
        let (mut socket, _) = client_async(url, stream).await.expect("an upgrade");
        let first = timeout(STEP_TIMEOUT, futures_util::StreamExt::next(&mut socket)).await;
        let first = first
            .expect("a frame in time")
            .expect("a frame")
            .expect("whole");
        assert!(
            first.to_string().contains("\"sub_type\":\"connect\""),
            "{first}"
        );
    }
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn client_without_tls_is_not_answered() {
    let (served, config) = encrypted(|_| {}).await;
    for address in [served.http, served.ws] {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        let request =
            format!("GET /get_login_info?access_token={TOKEN} HTTP/1.1\r\nhost: a\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("sent");
        assert!(closes(stream).await);
    }
    assert_eq!(status(served.http, config).await, 200, "others are served");
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn handshake_times_out_and_counts_as_a_socket() {
    let (served, config) = encrypted(|limits| {
        limits.sockets = 1;
        limits.head = Duration::from_secs(1);
    })
    .await;
    let silent = TcpStream::connect(served.http).await.expect("a connection");
    let second = TcpStream::connect(served.http).await.expect("a connection");
    assert!(closes(second).await, "the limit is one socket");
    assert!(closes(silent).await, "the handshake has timed out");
    // The server may free the socket a moment after its client has seen the end.
    let free = async { while !accepts(served.http, config.clone()).await {} };
    timeout(STEP_TIMEOUT, free).await.expect("a free socket");
    served.gateway.shutdown().await;
}

/// Whether the server does a TLS handshake.
async fn accepts(address: SocketAddr, config: ClientConfig) -> bool {
    let name = ServerName::try_from("127.0.0.1").expect("a name");
    let stream = TcpStream::connect(address).await.expect("a connection");
    let connector = TlsConnector::from(Arc::new(config));
    connector.connect(name, stream).await.is_ok()
}

#[tokio::test]
async fn renewed_certificate_is_used_without_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let (tls, old) = certificate(folder.path(), "own");
    let served = served(|http, _, _| http.tls = Some(tls)).await;
    let (old, stranger) = (trusting(old), certificate(folder.path(), "other").1);
    assert!(accepts(served.http, old.clone()).await);
    // The certificate and its key are replaced one after the other; in between they do not belong together.
    let (_, new) = certificate(folder.path(), "own");
    let new = trusting(new);
    let renewed = async { while !accepts(served.http, new.clone()).await {} };
    timeout(STEP_TIMEOUT, renewed).await.expect("the new one");
    assert!(!accepts(served.http, old).await);
    assert!(!accepts(served.http, trusting(stranger)).await);
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn certificate_that_cannot_be_used_is_refused_with_its_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    let (one, _) = certificate(path, "one");
    let (other, _) = certificate(path, "other");
    let text = path.join("text.pem");
    fs::write(&text, "not a certificate").expect("written");
    let refused = async |certificate: &Path, key: &Path| {
        let entry = HttpServer {
            listen: Listen::new("127.0.0.1", 0),
            tls: Some(Tls {
                certificate: certificate.to_owned(),
                key: key.to_owned(),
            }),
            ..HttpServer::default()
        };
        let config = Config {
            http: vec![entry],
            ..Config::default()
        };
        let bot = crate::bot::start().await;
        let started = Gateway::start(config, bot, Vec::new()).await;
        match started.expect_err("refused") {
            GatewayError::Tls { entry, error } => {
                assert_eq!(entry, "http-server");
                *error
            }
            other => panic!("{other}"),
        }
    };
    let absent = path.join("absent.pem");
    for (certificate, key, wrong, named) in [
        (&absent, &one.key, "certificate", &absent),
        (&one.certificate, &absent, "key", &absent),
    ] {
        let error = refused(certificate, key).await;
        assert!(
            matches!(&error, TlsError::File { key, path, .. } if *key == wrong && path == named),
            "{error}"
        );
    }
    for (certificate, key, wrong) in [
        (&text, &one.key, "certificate"),
        (&one.key, &one.key, "certificate"),
        (&one.certificate, &text, "key"),
        (&one.certificate, &one.certificate, "key"),
    ] {
        let error = refused(certificate, key).await;
        assert!(
            matches!(&error, TlsError::Pem { key, .. } if *key == wrong),
            "{error}"
        );
    }
    let error = refused(&one.certificate, &other.key).await;
    assert!(matches!(error, TlsError::Mismatch(_)), "{error}");
}
