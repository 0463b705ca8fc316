//! Tests of the import: what the result means, and what is said.

use super::{Imported, Note, Source, import};
use crate::config::{
    Config, check, file, findings::Findings, gateway::gateway, overrides::Overrides,
};
use nekonap_gateway::{Token, WsClient};
use nekonap_ids::Uin;
use nekonap_onebot::Form;
use std::{path::Path, time::Duration};

fn imported(sources: &[(&str, &str)]) -> Imported {
    let sources: Vec<Source<'_>> = sources
        .iter()
        .map(|(name, text)| Source { name, text })
        .collect();
    import(&sources).unwrap_or_else(|error| panic!("{error}"))
}

fn one(text: &str) -> Imported {
    imported(&[("onebot11_10001.json", text)])
}

fn config(imported: &Imported) -> Config {
    let config = file::parse(
        Path::new("nekonap.toml"),
        &imported.text,
        &Overrides::default(),
    );
    config.unwrap_or_else(|error| panic!("{error}\n{}", imported.text))
}

/// The entries of the first account.
fn served(imported: &Imported) -> nekonap_gateway::Config {
    let config = config(imported);
    let mut findings = Findings::default();
    let served = gateway(&config.accounts[0], &token("generated"), &mut findings);
    assert_eq!(findings.problems, [""; 0]);
    served
}

fn keys(notes: &[Note]) -> Vec<&str> {
    notes.iter().map(|note| &*note.key).collect()
}

fn token(text: &str) -> Token {
    Token::new(text).expect("a token")
}

#[test]
fn napcat_file_with_comments_and_text_numbers_keeps_its_meaning() {
    let imported = one(r#"
        // written by hand
        {
            network: {
                "httpServers": [{
                    "name": "calls", "enable": "true", "port": "3100", "host": "127.0.0.1", "enableCors": false,
                    "enableWebsocket": 1, "messagePostFormat": "string", "token": "one", "debug": true,
                }],
                httpSseServers: [{enable: true, port: 3101, token: 'two', reportSelfMessage: true}],
                httpClients: [{
                    name: "post", enable: true, url: "http://127.0.0.1:8080/onebot/v11/http?a=b", token: "key",
                    reportSelfMessage: "1", messagePostFormat: "array",
                }],
                websocketServers: [{
                    name: "ws", enable: true, host: "::", port: 3102, token: "three", heartInterval: "5000",
                    enableForcePushEvent: true, debug: false,
                }, {name: "spare", port: 3102, token: ""}],
                websocketClients: [{
                    name: "nonebot", enable: true, url: "wss://bots.example/onebot/v11/ws", token: "four",
                    reconnectInterval: "3000", heartInterval: 0, verifyCertificate: false, debug: true,
                }],
                plugins: [],
            },
            musicSignUrl: "https://sign.example/music", parseMultMsg: "true", enableLocalFile2Url: false,
            imageDownloadProxy: "http://u:p@127.0.0.1:7890", timeout: {baseTimeout: 10000, maxTimeout: 1800000},
        }
    "#);
    assert_eq!(imported.notes, []);
    let config = config(&imported);
    let [account] = &*config.accounts else {
        panic!("one account")
    };
    assert_eq!(account.uin.map(Uin::get), Some(10001));
    assert!(account.onebot.parse_mult_msg);
    let proxy = account.media.proxy.as_deref();
    assert_eq!(proxy, Some("http://u:p@127.0.0.1:7890"));
    let sign = account.onebot.music_sign_url.as_deref();
    assert_eq!(sign, Some("https://sign.example/music"));

    let served = served(&imported);
    let [calls, sse] = &*served.http else {
        panic!("two HTTP servers")
    };
    assert_eq!((&*calls.name, &*sse.name), ("calls", "http-sse-server"));
    assert_eq!(calls.listen.to_string(), "127.0.0.1:3100");
    assert_eq!(sse.listen.to_string(), "127.0.0.1:3101");
    assert_eq!(calls.access.token, Some(token("one")));
    assert_eq!(sse.access.token, Some(token("two")));
    assert_eq!((calls.form, sse.form), (Form::String, Form::Array));
    assert!(!calls.cors && calls.websocket && calls.debug && !calls.events && !calls.own_messages);
    assert!(sse.cors && !sse.websocket && !sse.debug && sse.events && sse.own_messages);

    let [ws] = &*served.ws else {
        panic!("the disabled server does not run")
    };
    assert_eq!((&*ws.name, &*ws.listen.to_string()), ("ws", "[::]:3102"));
    assert_eq!(ws.access.token, Some(token("three")));
    assert_eq!(ws.heartbeat, Some(Duration::from_secs(5)));
    assert!(!ws.debug && !ws.own_messages);
    assert_eq!(account.ws[1].name.as_deref(), Some("spare"));

    let url = "wss://bots.example/onebot/v11/ws".parse().expect("a URL");
    assert_eq!(
        served.ws_clients,
        [WsClient {
            token: Some(token("four")),
            reconnect: Duration::from_secs(3),
            heartbeat: None,
            verify_certificate: false,
            debug: true,
            ..WsClient::new("nonebot", url)
        }]
    );
    let [post] = &*served.webhooks else {
        panic!("one webhook")
    };
    assert_eq!(
        post.url.to_string(),
        "http://127.0.0.1:8080/onebot/v11/http?a=b"
    );
    assert_eq!(account.webhook[0].secret.as_deref(), Some("key"));
    assert!(post.own_messages && post.form == Form::Array);
}

#[test]
fn missing_keys_have_the_defaults_of_napcat() {
    let imported = one(r#"{"network": {
            "httpServers": [{"enable": true}], "websocketServers": [{"enable": true}],
            "httpClients": [{"enable": true}], "websocketClients": [{"enable": true}]
        }}"#);
    assert_eq!(keys(&imported.notes), ["musicSignUrl"]);
    let served = served(&imported);
    let [http] = &*served.http else { panic!("one") };
    assert_eq!(
        (&*http.name, &*http.listen.to_string()),
        ("http-server", "127.0.0.1:3000")
    );
    assert_eq!(http.access.token, None, "NapCat checks no token");
    let [ws] = &*served.ws else { panic!("one") };
    assert_eq!(
        (&*ws.name, &*ws.listen.to_string()),
        ("websocket-server", "127.0.0.1:3001")
    );
    assert_eq!(ws.heartbeat, Some(Duration::from_secs(30)));
    let [client] = &*served.ws_clients else {
        panic!("one")
    };
    assert_eq!(client.url.to_string(), "ws://localhost:8082/");
    assert_eq!(
        (client.token.as_ref(), client.reconnect.as_secs()),
        (None, 5)
    );
    let [post] = &*served.webhooks else {
        panic!("one")
    };
    assert_eq!(post.url.to_string(), "http://localhost:8080/");
}

#[test]
fn server_that_others_can_reach_gets_a_token() {
    let imported = one(
        r#"{"musicSignUrl": "http://h/", "network": {"httpServers": [
            {"name": "a", "enable": true, "host": "0.0.0.0", "token": ""},
            {"name": "b", "enable": true, "host": "", "port": 3001},
            {"name": "c", "enable": false, "host": "192.168.1.2", "port": 3002},
            {"name": "d", "enable": true, "port": 3003, "token": "two words"},
            {"name": "e", "enable": true, "host": "localhost", "port": 3004}
        ]}}"#,
    );
    let servers = &config(&imported).accounts[0].http;
    let tokens: Vec<&str> = servers
        .iter()
        .map(|entry| entry.token.as_deref().expect("written"))
        .collect();
    assert!(
        tokens[..4].iter().all(|token| token.len() == 32),
        "{tokens:?}"
    );
    assert_ne!(tokens[0], tokens[1]);
    assert_eq!(tokens[4], "");
    assert_eq!(servers[1].listen, "0.0.0.0:3001");
    let expected: Vec<String> = (0..4)
        .map(|index| format!("network.httpServers[{index}].token"))
        .collect();
    assert_eq!(keys(&imported.notes), expected);
    for note in &imported.notes {
        assert!(note.english.contains("a new token was generated"));
        assert!(note.chinese.contains("新令牌"));
        assert!(
            !tokens
                .iter()
                .any(|token| note.english.contains(&token[..]) && token.len() == 32)
        );
    }
}

#[test]
fn what_cannot_be_kept_is_said() {
    let imported = one(r#"{
            "network": {
                "httpServers": [
                    {"name": "same", "enable": true, "port": 3000},
                    {"name": "far", "enable": true, "port": 70000},
                    {"name": "old", "port": 3005, "reportSelfMessage": true, "secret": "x"}
                ],
                "websocketServers": [
                    {"name": "same", "enable": true, "port": 3000, "heartInterval": 50},
                    {"name": "odd", "port": [], "debug": "maybe", "heartInterval": 1.5},
                    7
                ],
                "websocketClients": [
                    {"name": "no url", "enable": true, "url": "localhost:8080"},
                    {"name": "fast", "url": "ws://h/", "reconnectInterval": 10, "token": "two words"}
                ],
                "httpClients": [{"name": "wrong", "url": "ws://h/"}],
                "plugins": [{"name": "echo", "enable": true}],
                "mqtt": []
            },
            "musicSignUrl": "sign", "enableLocalFile2Url": true, "imageDownloadProxy": "h:1",
            "timeout": {"baseTimeout": 1}, "extra": 1
        }"#);
    assert_eq!(
        keys(&imported.notes),
        [
            "musicSignUrl",
            "timeout",
            "imageDownloadProxy",
            "extra",
            "network.websocketServers[2]",
            "network.mqtt",
            "network.httpServers[1].port",
            "network.httpServers[2].reportSelfMessage",
            "network.httpServers[2].secret",
            "network.websocketServers[0].name",
            "network.websocketServers[0].heartInterval",
            "network.websocketServers[0].port",
            "network.websocketServers[1].port",
            "network.websocketServers[1].heartInterval",
            "network.websocketServers[1].debug",
            "network.websocketClients[0].url",
            "network.websocketClients[1].token",
            "network.websocketClients[1].reconnectInterval",
            "network.httpClients[0].url",
            "network.plugins[0].name",
        ]
    );
    let config = config(&imported);
    let account = &config.accounts[0];
    let names = |entries: Vec<&Option<String>>| -> Vec<String> {
        entries.into_iter().flatten().cloned().collect()
    };
    let http = names(account.http.iter().map(|entry| &entry.name).collect());
    assert_eq!(http, ["same", "old"]);
    let ws = names(account.ws.iter().map(|entry| &entry.name).collect());
    assert_eq!(ws, ["same-2", "odd"]);
    assert!(!account.ws[0].enabled, "its port is taken");
    assert_eq!(
        account.ws[0].heartbeat.map(|period| period.to_string()),
        Some("100ms".to_owned())
    );
    assert_eq!(account.reverse_ws[0].reconnect.to_string(), "1s");
    assert_eq!(account.reverse_ws[0].token, None);
    assert!(account.webhook.is_empty());
}

#[test]
fn several_files_are_several_accounts() {
    let ws = |port: u16| {
        format!(r#"{{"network": {{"websocketServers": [{{"enable": true, "port": {port}}}]}}}}"#)
    };
    let imported = imported(&[
        ("onebot11_10001.json", &ws(3001)),
        ("onebot11_10002.json", &ws(3002)),
        ("onebot11.json", &ws(3002)),
    ]);
    let config = config(&imported);
    assert_eq!(check::check(&config).problems, [""; 0]);
    let folders: Vec<String> = config
        .accounts
        .iter()
        .map(|account| account.folder.display().to_string())
        .collect();
    assert_eq!(
        folders,
        [
            "nekonap-data/10001",
            "nekonap-data/10002",
            "nekonap-data/onebot11"
        ]
    );
    let enabled: Vec<bool> = config
        .accounts
        .iter()
        .map(|account| account.ws[0].enabled)
        .collect();
    assert_eq!(enabled, [true, true, false], "one port is used twice");
    let note = imported.notes.last().expect("a note");
    assert_eq!(
        (&*note.file, &*note.key),
        ("onebot11.json", "network.websocketServers[0].port")
    );
}

#[test]
fn files_that_cannot_be_imported_are_refused() {
    let refused = |sources: &[(&str, &str)]| {
        let sources: Vec<Source<'_>> = sources
            .iter()
            .map(|(name, text)| Source { name, text })
            .collect();
        import(&sources).expect_err("refused")
    };
    for text in [
        "",
        "{\"network\": ",
        "[]",
        "{}",
        "{\"network\": {\"plugins\": [{\"name\": \"echo\"}]}}",
        "{\"fileLog\": true, \"consoleLog\": true}",
    ] {
        let error = refused(&[("napcat_10001.json", text)]);
        assert!(error.starts_with("napcat_10001.json: "), "{error}");
    }
    let ws = r#"{"network": {"websocketServers": [{"port": 1}]}}"#;
    let error = refused(&[("onebot11_10001.json", ws), ("onebot11_10001.json", ws)]);
    assert!(error.contains("account[1].data"), "{error}");
}
