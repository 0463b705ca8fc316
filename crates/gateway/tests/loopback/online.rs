//! A real bot that is logged in to a sandbox of its own.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use axum::http::header::CONTENT_TYPE;
use nekonap_archive::Archive;
use nekonap_client::{Address, Client, Config as ClientConfig, Event, ServerKeys};
use nekonap_endpoint::Bot;
use nekonap_ids::Uin;
use nekonap_sandbox::{Sandbox, Seed};
use serde_json::json;
use tower::ServiceExt;

/// A bot that is logged in to a sandbox.
pub(crate) struct Online {
    sandbox: Sandbox,
    client: Client,
    archive: Archive,
    pub(crate) bot: Bot,
}

impl Online {
    pub(crate) async fn start() -> Self {
        Self::with(nekonap_endpoint::Config::default()).await
    }

    /// With settings of the bot.
    pub(crate) async fn with(settings: nekonap_endpoint::Config) -> Self {
        let sandbox = Sandbox::start(nekonap_sandbox::Config {
            directory: None,
            wire: ([127, 0, 0, 1], 0).into(),
            seed: Seed::Demo,
            accounts: Vec::new(),
        })
        .await
        .expect("a sandbox");
        let keys = sandbox.keys();
        let config = ClientConfig {
            servers: vec![Address::from(sandbox.wire())],
            keys: ServerKeys {
                secp192k1: keys.secp192k1,
                p256: keys.p256,
            },
            ..ClientConfig::default()
        };
        let (client, events) = Client::start(config).expect("a client");
        let account = Uin::new(10_001).expect("an account");
        let (archive, _) = Archive::open(account, nekonap_archive::Config::default())
            .await
            .expect("an archive");
        let (bot, mut session) =
            Bot::start(account, client.clone(), events, archive.clone(), settings);
        let phone = async {
            while let Some(happened) = session.recv().await {
                if let Event::QrCode { url, .. } = happened {
                    sandbox.confirm(&url, account).await.expect("confirmed");
                }
            }
        };
        let online = client.online_within(Duration::from_secs(30));
        tokio::select! {
            () = phone => panic!("the session ended"),
            online = online => online.expect("online"),
        };
        Self {
            sandbox,
            client,
            archive,
            bot,
        }
    }

    /// A person of the demo world says a text in a group.
    pub(crate) async fn says(&self, person: u64, group: u64, text: &str) {
        let act =
            json!({"as": person, "do": "send_group_message", "group": group, "message": text});
        let request = Request::post("/sandbox/api/act")
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from(act.to_string()))
            .expect("a request");
        let answer = self
            .sandbox
            .routes()
            .oneshot(request)
            .await
            .expect("an answer");
        assert_eq!(answer.status(), 200);
    }

    pub(crate) async fn end(self) {
        self.bot.shutdown().await;
        self.client.shutdown().await;
        self.archive.close().await;
        self.sandbox.shutdown().await;
    }
}
