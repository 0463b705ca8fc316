//! Tests of reading and checking whole files.

use super::{
    Config,
    account::Account,
    check::check,
    entries::{Http, Ws},
    file::{EXAMPLE, File, FileError, PROCESS_KEYS, parse, read, write_example},
    findings::Findings,
    gateway::gateway,
    overrides::Overrides,
    schema::schema,
};
use nekonap_gateway::{Token, WithoutToken};
use nekonap_ids::Uin;
use nekonap_onebot::Form;
use std::{collections::BTreeSet, fs, path::Path, time::Duration};

fn config(text: &str) -> Config {
    read_with(text, &Overrides::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn read_with(text: &str, overrides: &Overrides) -> Result<Config, FileError> {
    parse(Path::new("folder/nekonap.toml"), text, overrides)
}

fn refused(text: &str) -> String {
    read_with(text, &Overrides::default())
        .expect_err("refused")
        .to_string()
}

/// The keys of the problems.
fn problems(text: &str) -> Vec<String> {
    let found = check(&config(text)).problems;
    found
        .iter()
        .map(|problem| {
            let (key, _) = problem.split_once(": ").expect("a key");
            key.to_owned()
        })
        .collect()
}

fn served(text: &str) -> (nekonap_gateway::Config, Findings) {
    let mut findings = Findings::default();
    let generated = Token::new("generated").expect("a token");
    let served = gateway(&config(text).accounts[0], &generated, &mut findings);
    (served, findings)
}

#[test]
fn example_has_the_default_values() {
    let example: File = toml::from_str(EXAMPLE).expect("the example is valid");
    let default = File {
        data: Some("nekonap-data".into()),
        http: vec![Http::default()],
        ws: vec![Ws::default()],
        ..File::default()
    };
    assert_eq!(example, default);
    let (example, default) = (config(EXAMPLE), config(""));
    assert_eq!(example.accounts[0].folder, default.accounts[0].folder);
    assert_eq!(example.accounts[0].http, default.accounts[0].http);
    assert_eq!(check(&example), Findings::default());
}

/// The example with all its keys.
fn uncommented() -> String {
    EXAMPLE
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(key) if key.starts_with(' ') => format!("{line}\n"),
            Some(key) if key.contains(" = ") || key.starts_with("[[") => format!("{key}\n"),
            _ => format!("{line}\n"),
        })
        .map(|line| line.replace("\"04…\"", "\"04\""))
        .collect()
}

#[test]
fn commented_keys_of_the_example_are_known_and_have_no_problems() {
    let uncommented = uncommented();
    let file: File = toml::from_str(&uncommented).expect("all keys are known");
    assert_eq!(file.qq.servers, ["msfwifi.3g.qq.com:8080"]);
    assert_eq!(file.reverse_ws.len(), 1);
    assert_eq!(file.webhook[0].timeout.to_string(), "30s");
    let keys = ["qq.secp192k1, qq.p256"];
    assert_eq!(problems(&uncommented), keys, "only the shortened keys");
}

#[test]
fn schema_accepts_the_example_and_refuses_unknown_keys() {
    let schema = schema().to_value();
    let validator = jsonschema::draft7::new(&schema).expect("a schema");
    let errors = |text: &str| -> Vec<String> {
        let file: serde_json::Value = toml::from_str(text).expect("TOML");
        let errors = validator.iter_errors(&file);
        errors.map(|error| error.to_string()).collect()
    };
    for text in [EXAMPLE, &uncommented(), ""] {
        assert_eq!(errors(text), [""; 0]);
    }
    for table in [
        "",
        "[log]",
        "[qq]",
        "[onebot]",
        "[sends]",
        "[media]",
        "[events]",
        "[on_offline]",
        "[metrics]",
        "[[http]]",
        "[[ws]]",
        "[[reverse_ws]]",
        "[[webhook]]",
        "[[http]]\n[http.limits]",
        "[[account]]",
        "[[account]]\n[[account.ws]]",
    ] {
        let errors = errors(&format!("{table}\nmisspelt = 1\n"));
        assert!(
            errors.len() == 1 && errors[0].contains("misspelt"),
            "{table}: {errors:?}"
        );
    }
    for text in [
        "[[ws]]\nheartbeat = 30",
        "[[ws]]\nheartbeat = \"30\"",
        "[[http]]\nformat = \"text\"",
        "uin = \"me\"",
        "[http]\n",
    ] {
        assert_eq!(errors(text).len(), 1, "{text}");
    }
    let text = schema.to_string();
    assert!(!text.contains("[`"), "a description has a link of rustdoc");
}

#[test]
fn several_accounts_of_the_example_are_read() {
    let lines = EXAMPLE.lines();
    let accounts: Vec<&str> = lines.filter_map(|line| line.strip_prefix("#   ")).collect();
    let config = config(&accounts.join("\n"));
    assert_eq!(config.accounts[0].uin, Uin::new(10001).ok());
    assert_eq!(config.accounts[0].reverse_ws.len(), 1);
    assert_eq!(check(&config), Findings::default());
}

#[test]
fn keys_of_an_account_are_also_at_the_top_level() {
    fn keys<T: schemars::JsonSchema>() -> BTreeSet<String> {
        let schema = schemars::schema_for!(T).to_value();
        let properties = schema["properties"].as_object().expect("a table");
        properties.keys().cloned().collect()
    }
    let mut account = keys::<Account>();
    account.extend(PROCESS_KEYS.iter().map(|key| (*key).to_owned()));
    assert_eq!(keys::<File>(), account);
}

#[test]
fn misspelt_key_is_refused_with_its_line() {
    let error = refused("data = \"x\"\n[[http]]\nlisten_on = \"127.0.0.1:1\"\n");
    assert!(
        error.contains("line 3") && error.contains("listen_on") && error.contains("nekonap.toml"),
        "{error}"
    );
}

#[test]
fn single_table_is_refused_with_what_to_write() {
    for (text, instead) in [
        ("[http]\nlisten = \"127.0.0.1:1\"\n", "[[http]]"),
        ("[webhook]\n", "[[webhook]]"),
        ("[account]\nuin = 10001\n", "[[account]]"),
        ("[[account]]\nuin = 10001\n[account.ws]\n", "[[account.ws]]"),
        ("log = \"debug\"\n", "[log]"),
    ] {
        let error = refused(text);
        assert!(error.contains(&format!("write {instead}")), "{error}");
    }
}

#[test]
fn problems_name_their_keys() {
    let text = r#"
        [log]
        level = "loud"
        [qq]
        servers = ["localhost"]
        secp192k1 = "04"
        sign_url = "nowhere"
        [onebot]
        token = "two words"
        heartbeat = "30ms"
        music_sign_url = "ftp://x"
        [[http]]
        listen = "3000"
        [[http]]
        listen = "127.0.0.1:3001"
        token = "ключ"
        [[ws]]
        [[reverse_ws]]
        name = ""
        reconnect = "100ms"
        heartbeat = "0s"
        [[webhook]]
        url = "ws://127.0.0.1"
        timeout = "0s"
    "#;
    assert_eq!(
        problems(text),
        [
            "log.level",
            "qq.servers[0]",
            "qq.secp192k1, qq.p256",
            "qq.sign_url",
            "onebot.token",
            "onebot.music_sign_url",
            "http[0].listen",
            "http[1].token",
            "ws[0].heartbeat",
            "reverse_ws[0].name",
            "reverse_ws[0].reconnect",
            "reverse_ws[0].url",
            "webhook[0].timeout",
            "webhook[0].url",
            "ws[0].listen",
        ]
    );
}

#[test]
fn server_open_to_other_machines_needs_a_token() {
    assert_eq!(
        problems("[[http]]\nlisten = \"0.0.0.0:3000\"\n"),
        [""; 0],
        "a token is generated"
    );
    let open = "[[http]]\nlisten = \"0.0.0.0:3000\"\ntoken = \"\"\n";
    assert_eq!(problems(open), ["http[0].listen"]);
    let default = "[[ws]]\nlisten = \"[::]:3001\"\n[onebot]\ntoken = \"\"\n";
    assert_eq!(problems(default), ["ws[0].listen"]);
    let (served, findings) = served(&format!("{open}without_token = \"private\"\n"));
    assert_eq!(served.http[0].access.without_token, WithoutToken::Private);
    assert!(
        findings.problems.is_empty() && findings.warnings[0].starts_with("http[0].without_token"),
        "{findings:?}"
    );
}

#[test]
fn entries_take_what_they_do_not_set_from_onebot() {
    let (served, _) = served(
        r#"
        [onebot]
        token = "shared"
        report_self = true
        heartbeat = "10s"
        [[http]]
        token = "own"
        report_self = false
        [[ws]]
        heartbeat = "0s"
        [[reverse_ws]]
        url = "ws://127.0.0.1:8080/ws"
        format = "string"
        [[webhook]]
        url = "http://127.0.0.1:8080/"
        secret = ""
        [[webhook]]
        url = "http://127.0.0.1:8080/"
        enabled = false
        "#,
    );
    let token = |token: &Option<Token>| token.as_ref().map(|token| token.reveal().to_owned());
    assert_eq!(token(&served.http[0].access.token).as_deref(), Some("own"));
    assert!(!served.http[0].own_messages);
    assert_eq!(token(&served.ws[0].access.token).as_deref(), Some("shared"));
    assert_eq!(served.ws[0].heartbeat, None);
    assert!(served.ws[0].own_messages);
    let reverse = &served.ws_clients[0];
    assert_eq!(token(&reverse.token).as_deref(), Some("shared"));
    assert_eq!(reverse.heartbeat, Some(Duration::from_secs(10)));
    assert_eq!(reverse.form, Form::String);
    assert_eq!(served.webhooks.len(), 1, "the other is not enabled");
    assert_eq!(served.webhooks[0].heartbeat, None);
    assert!(served.webhooks[0].secret.is_none());
}

#[test]
fn generated_token_is_not_sent_to_frameworks() {
    let (served, _) = served("[[ws]]\n[[reverse_ws]]\nurl = \"ws://127.0.0.1:8080/ws\"\n");
    let token = served.ws[0].access.token.as_ref().map(Token::reveal);
    assert_eq!(token, Some("generated"));
    assert!(served.ws_clients[0].token.is_none());
}

#[test]
fn repeated_name_gets_a_number_and_a_warning() {
    let (served, findings) = served(
        r#"
        [[http]]
        name = "main"
        [[ws]]
        name = "main"
        [[ws]]
        listen = "127.0.0.1:3002"
        [[ws]]
        listen = "127.0.0.1:3003"
        "#,
    );
    assert_eq!(served.http[0].name, "main");
    let names: Vec<&str> = served.ws.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["main-2", "ws", "ws-2"]);
    assert_eq!(findings.warnings.len(), 1, "{findings:?}");
    assert!(
        findings.warnings[0].starts_with("ws[0].name") && findings.warnings[0].contains("main-2")
    );
    assert!(served.check().is_ok());
}

#[test]
fn two_entries_on_one_port_are_a_problem() {
    let two = |one: &str, other: &str| {
        problems(&format!(
            "[[http]]\nlisten = \"{one}\"\n[[ws]]\nlisten = \"{other}\"\n"
        ))
    };
    for other in [
        "127.0.0.1:3000",
        "localhost:3000",
        "0.0.0.0:3000",
        "[::]:3000",
    ] {
        assert_eq!(two("127.0.0.1:3000", other), ["ws[0].listen"], "{other}");
    }
    for (one, other) in [
        ("127.0.0.1:0", "127.0.0.1:0"),
        ("127.0.0.1:3000", "127.0.0.2:3000"),
        ("127.0.0.1:3000", "127.0.0.1:3001"),
    ] {
        assert_eq!(two(one, other), [""; 0], "{one} {other}");
    }
    let disabled = "[[http]]\n[[ws]]\nlisten = \"127.0.0.1:3000\"\nenabled = false\n";
    assert_eq!(problems(disabled), [""; 0]);
}

#[test]
fn accounts_inherit_shared_tables_key_by_key() {
    let config = config(
        r#"
        [qq]
        sign_url = "http://127.0.0.1:1/sign"
        sign_token = "a"
        [[account]]
        uin = 10001
        [[account]]
        data = "other"
        onebot = { report_self = true }
        [account.qq]
        sign_token = "b"
        "#,
    );
    let [one, other] = config.accounts.as_slice() else {
        panic!("{config:?}")
    };
    assert_eq!(one.folder, Path::new("folder/nekonap-data/10001"));
    assert_eq!(other.folder, Path::new("folder/other"));
    assert_eq!(one.qq.sign_token.as_deref(), Some("a"));
    assert_eq!(other.qq.sign_token.as_deref(), Some("b"));
    assert_eq!(other.qq.sign_url, one.qq.sign_url);
    assert!(other.onebot.report_self && !one.onebot.report_self);
}

#[test]
fn accounts_must_differ_in_folder_number_and_port() {
    let entries = "[[account.ws]]\nlisten = \"127.0.0.1:0\"\n";
    let same = format!(
        "[[account]]\nuin = 10001\n{entries}[[account]]\nuin = 10001\ndata = \"./nekonap-data/10001\"\n{entries}[[account]]\n{entries}"
    );
    let keys = ["account[1].data", "account[1].uin", "account[2].data"];
    assert_eq!(problems(&same), keys);
    let defaults = "[[account]]\nuin = 10001\n[[account]]\nuin = 10002\n";
    let keys = ["account[1].http[0].listen", "account[1].ws[0].listen"];
    assert_eq!(problems(defaults), keys);
}

#[test]
fn keys_of_one_account_beside_several_are_refused() {
    let error = refused("data = \"x\"\n[[http]]\n[qq]\n[[account]]\nuin = 10001\n");
    assert!(
        error.contains("data, http:") && error.contains("[[account]]"),
        "{error}"
    );
}

#[test]
fn flags_override_the_file() {
    let overrides = Overrides {
        data: Some("elsewhere".into()),
        token: Some("flag".to_owned()),
        log: Some("debug".to_owned()),
        http: Some("127.0.0.1:1".to_owned()),
        ws: Some(String::new()),
    };
    let text = "[[ws]]\ntoken = \"own\"\n[onebot]\ntoken = \"file\"\n";
    let config = read_with(text, &overrides).expect("read");
    let account = &config.accounts[0];
    assert_eq!(config.log.level, "debug");
    assert_eq!(account.folder, Path::new("elsewhere"));
    assert_eq!(account.onebot.token.as_deref(), Some("flag"));
    assert_eq!(account.http[0].listen, "127.0.0.1:1", "it is added");
    assert_eq!(account.ws, config_ws(text), "an empty flag changes nothing");

    let several = "[[account]]\nuin = 10001\n[[account]]\nuin = 10002\n";
    let error = read_with(several, &overrides)
        .expect_err("refused")
        .to_string();
    assert!(
        error.contains("--data") && error.contains("[[account]]"),
        "{error}"
    );
}

fn config_ws(text: &str) -> Vec<Ws> {
    config(text).accounts[0].ws.clone()
}

#[test]
fn nothing_enabled_is_a_warning() {
    let (_, findings) = served("[[http]]\nenabled = false\n");
    assert!(findings.problems.is_empty(), "{findings:?}");
    assert!(
        findings.warnings[0].contains("no entry is enabled"),
        "{findings:?}"
    );
}

#[test]
fn existing_file_is_not_overwritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("nekonap.toml");
    assert!(write_example(&path).expect("written"));
    fs::write(&path, "data = \"mine\"").expect("written");
    assert!(!write_example(&path).expect("there"));
    let config = read(&path, &Overrides::default()).expect("read");
    assert_eq!(config.accounts[0].folder, folder.path().join("mine"));
}

#[test]
fn filter_limits_rate_and_proxy_of_an_entry_are_read() {
    let (config, findings) = served(
        r#"
        onebot.proxy = "http://user:secret@proxy.example:8080"
        [[http]]
        filter = { group_id = { ".in" = [1, 2] } }
        limits = { body = "1MiB", idle = "5s" }
        rate = { interval = "100ms", bucket = 4 }
        [[reverse_ws]]
        url = "ws://bots.example/ws"
        [[reverse_ws]]
        url = "ws://localhost/ws"
        [[webhook]]
        url = "http://[::1]/"
        proxy = "socks5://127.0.0.1:1080"
        [[webhook]]
        url = "http://bots.example/"
        proxy = ""
        "#,
    );
    assert_eq!(findings, Findings::default());
    let http = &config.http[0];
    assert!(http.filter.is_some());
    assert_eq!(http.limits.body, 1 << 20);
    assert_eq!(http.limits.idle, Duration::from_secs(5));
    assert_eq!(http.limits.sockets, 512);
    let rate = http.rate.expect("a rate");
    assert_eq!(
        (rate.interval, rate.bucket),
        (Duration::from_millis(100), 4)
    );
    let clients = config.ws_clients.iter().map(|entry| &entry.proxy);
    let webhooks = config.webhooks.iter().map(|entry| &entry.proxy);
    let proxies: Vec<_> = clients
        .chain(webhooks)
        .map(|proxy| proxy.as_ref().map(ToString::to_string))
        .collect();
    let expected = [
        Some("http://proxy.example:8080"),
        None,
        Some("socks5://127.0.0.1:1080"),
        None,
    ];
    assert_eq!(proxies, expected.map(|proxy| proxy.map(str::to_owned)));
}

#[test]
fn invalid_filter_is_a_warning_and_the_entry_gets_all_events() {
    let (config, findings) = served("[[ws]]\nfilter = { user_id = { \".inn\" = [1] } }\n");
    assert!(config.ws[0].filter.is_none());
    assert!(findings.problems.is_empty());
    let [warning] = &findings.warnings[..] else {
        panic!("{findings:?}");
    };
    assert!(
        warning.starts_with("ws[0].filter: `user_id / .inn`:"),
        "{warning}"
    );
}

#[test]
fn problems_of_connections_name_their_keys() {
    for (text, key) in [
        (
            "[[http]]\nlimits = { sockets = 0 }\n",
            "http[0].limits.sockets",
        ),
        ("[[ws]]\nlimits = { ping = \"0s\" }\n", "ws[0].limits.ping"),
        ("[[ws]]\nrate = { interval = \"2h\" }\n", "ws[0].rate"),
        (
            "[[http]]\ntls = { certificate = \"absent.pem\", key = \"absent.key\" }\n",
            "http[0].tls.certificate",
        ),
        (
            "[[reverse_ws]]\nurl = \"ws://h/\"\nproxy = \"https://h:1\"\n",
            "reverse_ws[0].proxy",
        ),
        ("onebot.proxy = \"h:1\"\n", "onebot.proxy"),
        ("qq.proxy = \"socks5://h\"\n", "qq.proxy"),
        ("sends.interval = \"2m\"\n", "sends.interval"),
        (
            "sends.rate_limited_interval = \"1d\"\n",
            "sends.rate_limited_interval",
        ),
    ] {
        assert_eq!(problems(text), [key], "{text}");
    }
    let error = refused("[[http]]\nlimits = { body = 10 }\n");
    assert!(error.contains("\"10MiB\""), "{error}");
    // The path starts at the folder of the file.
    let found = check(&config(
        "[[ws]]\ntls = { certificate = \"c.pem\", key = \"/k.pem\" }\n",
    ));
    assert!(found.problems[0].contains("folder/c.pem"), "{found:?}");
}

#[test]
fn bot_has_the_settings_of_sends_and_events() {
    let text = "sends.interval = \"1500ms\"\nsends.rate_limited_interval = \"1s\"\nevents.reaction = true\n";
    let bot = config(text).accounts[0].endpoint(&mut Findings::default());
    assert_eq!((bot.send_interval, bot.rate_limit_interval), (1_500, 1_000));
    assert!(bot.events.reaction && !bot.events.bot_online);
    assert_eq!(bot.check(), Ok(()));
}

#[test]
fn bot_has_the_settings_of_media() {
    let text = "onebot.proxy = \"http://p:1\"\n[media]\nfolders = [\"pictures\", \"/srv/x\"]\nprivate_addresses = true\n\
                max_size = \"2GiB\"\nmax_download = \"1MiB\"\ntimeout = \"5s\"\ncache_size = \"10MiB\"\ncache_age = \"1h\"\ninline_size = \"0B\"\n";
    let mut findings = Findings::default();
    let media = config(text).accounts[0].endpoint(&mut findings).media;
    assert_eq!(findings.problems, [""; 0]);
    assert_eq!(findings.warnings.len(), 2, "neither folder exists");
    assert_eq!(
        media.folder.as_deref(),
        Some(Path::new("folder/nekonap-data/media"))
    );
    assert_eq!(
        media.folders,
        [Path::new("folder/pictures"), Path::new("/srv/x")]
    );
    assert!(media.private_addresses);
    assert_eq!((media.max_size, media.max_download), (2 << 30, 1 << 20));
    assert_eq!(
        (media.timeout, media.cache_size, media.cache_age),
        (5_000, 10 << 20, 3_600)
    );
    assert_eq!(media.inline_size, 0);
    assert!(media.proxy.is_some());
    let direct = config("onebot.proxy = \"http://p:1\"\nmedia.proxy = \"\"\n");
    let media = direct.accounts[0].endpoint(&mut findings).media;
    assert_eq!(media.proxy, None);
    for (line, key) in [
        ("max_size = \"0B\"", "media.max_size"),
        ("max_download = \"0B\"", "media.max_download"),
        ("timeout = \"0s\"", "media.timeout"),
        ("timeout = \"11m\"", "media.timeout"),
        ("cache_age = \"1s\"", "media.cache_age"),
        ("inline_size = \"1GiB\"", "media.inline_size"),
        ("proxy = \"p:1\"", "media.proxy"),
    ] {
        assert_eq!(problems(&format!("[media]\n{line}\n")), [key], "{line}");
    }
}
