//! Mounted routers and their access control (api/sandbox §2).

use axum::Router;
use axum::routing::{any, get};
use nekonap_gateway::{
    Access, Config, Gateway, GatewayError, HttpServer, Listen, Mount, MountAccess, WithoutToken,
};
use reqwest::StatusCode;
use serde_json::Value;

use crate::support::{Served, TOKEN, client, mounted, with_token};

fn mounts() -> Vec<Mount> {
    let api = Router::new()
        .route(
            "/toy/api/act",
            any(|body: String| async move { format!("did {body}") }),
        )
        .route("/toy/api/world", get(|| async { "{}" }));
    let pages = Router::new().route("/toy", get(|| async { "a page" }));
    vec![
        Mount::new("/toy", pages, MountAccess::Open),
        Mount::new("/toy/api/", api, MountAccess::Token),
    ]
}

fn url(served: &Served, path: &str) -> String {
    format!("http://{}{path}", served.http)
}

#[tokio::test]
async fn token_is_read_from_the_header_only() {
    let served = mounted(with_token, mounts()).await;
    let client = client();
    let act = url(&served, "/toy/api/act");
    let none = client.post(&act).send().await.expect("sent");
    assert_eq!(none.status(), StatusCode::UNAUTHORIZED);
    assert!(!none.headers().contains_key("access-control-allow-origin"));
    let none: Value = none.json().await.expect("JSON");
    assert!(
        none["error"].is_string() && none["code"].is_string(),
        "{none}"
    );
    let query = client
        .post(format!("{act}?access_token={TOKEN}"))
        .send()
        .await
        .expect("sent");
    assert_eq!(query.status(), StatusCode::UNAUTHORIZED);
    let wrong = client
        .post(&act)
        .bearer_auth("wrong")
        .send()
        .await
        .expect("sent");
    assert_eq!(wrong.status(), StatusCode::FORBIDDEN);
    let right = client
        .delete(&act)
        .bearer_auth(TOKEN)
        .body("that")
        .send()
        .await
        .expect("sent");
    assert_eq!(right.text().await.expect("text"), "did that");
    // Unknown paths below the mount are the router's own 404; paths outside it are actions.
    let lacks = client
        .get(url(&served, "/toy/api/nothing"))
        .bearer_auth(TOKEN)
        .send()
        .await
        .expect("sent");
    assert_eq!(
        (lacks.status(), lacks.text().await.expect("text").as_str()),
        (StatusCode::NOT_FOUND, "")
    );
    let action = client
        .get(url(&served, "/toys"))
        .bearer_auth(TOKEN)
        .send()
        .await
        .expect("sent");
    assert_eq!(
        action.json::<Value>().await.expect("an envelope")["retcode"],
        1404
    );
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn open_mount_needs_no_token() {
    let served = mounted(with_token, mounts()).await;
    let page = client()
        .get(url(&served, "/toy"))
        .send()
        .await
        .expect("sent");
    assert_eq!(page.text().await.expect("text"), "a page");
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn origin_must_be_the_mounts_own() {
    let served = mounted(with_token, mounts()).await;
    let client = client();
    let own = url(&served, "");
    for (origin, status) in [
        (own.as_str(), 200),
        ("https://example.com", 403),
        ("null", 403),
        ("http://localhost", 403),
    ] {
        let request = client
            .get(url(&served, "/toy/api/world"))
            .bearer_auth(TOKEN)
            .header("origin", origin);
        assert_eq!(
            request.send().await.expect("sent").status(),
            status,
            "{origin}"
        );
    }
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn host_must_name_this_machine_without_a_token() {
    let served = mounted(|_, _, _| {}, mounts()).await;
    let client = client();
    let port = served.http.port();
    for (host, status) in [
        ("127.0.0.1", 200),
        ("localhost", 200),
        ("[::1]", 200),
        ("evil.example", 403),
        ("192.0.2.1", 403),
    ] {
        let request = client
            .get(url(&served, "/toy/api/world"))
            .header("host", format!("{host}:{port}"));
        assert_eq!(
            request.send().await.expect("sent").status(),
            status,
            "{host}"
        );
    }
    served.gateway.shutdown().await;
}

#[tokio::test]
async fn mount_that_requires_a_token_is_not_served_without_one() {
    let bot = crate::bot::start().await;
    let access = Access {
        token: None,
        without_token: WithoutToken::Anybody,
    };
    let entry = HttpServer {
        listen: Listen::new("0.0.0.0", 0),
        access,
        ..HttpServer::default()
    };
    let config = Config {
        http: vec![entry],
        ..Config::default()
    };
    let error = Gateway::start(config, bot, mounts())
        .await
        .expect_err("it would stand open");
    assert!(matches!(error, GatewayError::Mount { .. }), "{error}");
}
