//! The entries of NapCat's `network` as entries of `nekonap.toml`. A key is written only if it differs from the default.

use super::{
    Notes,
    fields::{Fields, Object},
};
use crate::{compose::token, config::durations::Period};
use nekonap_gateway::{HttpUrl, Listen, Token, WsUrl};
use serde_json::{Value, json};
use std::{collections::HashSet, time::Duration};

/// NapCat's default of `heartInterval`, in milliseconds; also ours.
const HEARTBEAT: i64 = 30_000;
/// Shortest `heartbeat`, in milliseconds.
const MIN_HEARTBEAT: i64 = 100;
/// NapCat's default of `reconnectInterval`, in milliseconds; also ours.
const RECONNECT: i64 = 5_000;
/// Shortest `reconnect`, in milliseconds.
const MIN_RECONNECT: i64 = 1_000;

/// The entries of an account.
pub(super) struct Entries<'a, 'n> {
    /// The names that are in use.
    names: HashSet<String>,
    /// The addresses of enabled servers of all accounts, each with its key.
    taken: &'a mut Vec<(String, Listen)>,
    notes: &'a mut Notes<'n>,
    /// For each kind of entry its list.
    lists: Object,
}

impl<'a, 'n> Entries<'a, 'n> {
    pub(super) fn new(taken: &'a mut Vec<(String, Listen)>, notes: &'a mut Notes<'n>) -> Self {
        Self {
            names: HashSet::new(),
            taken,
            notes,
            lists: Object::new(),
        }
    }

    /// The lists by kind, such as `http`.
    pub(super) fn finish(self) -> Object {
        self.lists
    }

    /// Converts an entry of a list of `network`. `key`: its place, with a dot at the end.
    pub(super) fn add(&mut self, list: &str, key: &str, object: Object) {
        let mut fields = Fields::new(key, object, self.notes);
        let (kind, name) = match list {
            "httpServers" => ("http", "http-server"),
            "httpSseServers" => ("http", "http-sse-server"),
            "websocketServers" => ("ws", "websocket-server"),
            "websocketClients" => ("reverse_ws", "websocket-client"),
            "httpClients" => ("webhook", "http-client"),
            _ => {
                let name = fields.text("name", "plugin");
                return fields.note(
                    "name",
                    format!("{name:?} is a plug-in, which runs in NapCat only; left out"),
                    format!("插件 {name:?} 只能在 NapCat 中运行,已略去"),
                );
            }
        };
        let mut entry = Object::new();
        let name = unused_name(&mut self.names, &mut fields, name);
        put(&mut entry, "name", json!(name), &json!(""));
        let mut enabled = fields.flag("enable", false);
        let address = match kind {
            "http" | "ws" => server(&mut entry, &mut fields, kind).map(|listen| {
                let key = format!("{key}port");
                enabled &= free(self.taken, &mut fields, &key, listen, enabled);
            }),
            "reverse_ws" => {
                reverse_ws(&mut entry, &mut fields);
                url::<WsUrl>(&mut entry, &mut fields, "ws://localhost:8082")
            }
            _ => {
                let secret = fields.text("token", "");
                put(&mut entry, "secret", json!(secret), &json!(""));
                url::<HttpUrl>(&mut entry, &mut fields, "http://localhost:8080")
            }
        };
        if fields.text("messagePostFormat", "array") == "string" {
            entry.insert("format".to_owned(), json!("string"));
        }
        match (list, fields.flag("reportSelfMessage", false)) {
            (_, false) => {}
            // Not a key of these entries: NapCat drops it.
            ("httpServers", true) => fields.unsupported("reportSelfMessage"),
            (_, true) => put(&mut entry, "report_self", json!(true), &json!(false)),
        }
        put(&mut entry, "enabled", json!(enabled), &json!(true));
        let debug = fields.flag("debug", false);
        put(&mut entry, "debug", json!(debug), &json!(false));
        if list == "httpSseServers" {
            entry.insert("events".to_owned(), json!(true));
        }
        fields.finish();
        if address.is_none() {
            return;
        }
        let list = self.lists.entry(kind).or_insert_with(|| json!([]));
        if let Value::Array(list) = list {
            list.push(Value::Object(entry));
        }
    }
}

/// Inserts a value that is not the default.
fn put(entry: &mut Object, key: &str, value: Value, default: &Value) {
    if value != *default {
        entry.insert(key.to_owned(), value);
    }
}

/// The name of an entry; one that is in use gets a number (api/transports §11). Empty if it has none.
fn unused_name(names: &mut HashSet<String>, fields: &mut Fields<'_, '_>, default: &str) -> String {
    let wanted = fields.text("name", default);
    if wanted.is_empty() || names.insert(wanted.clone()) {
        return wanted;
    }
    let mut name = wanted.clone();
    for number in 2.. {
        name = format!("{wanted}-{number}");
        if names.insert(name.clone()) {
            break;
        }
    }
    fields.note(
        "name",
        format!("another entry is named {wanted:?}: this one is now {name:?}"),
        format!("已有名为 {wanted:?} 的连接,此项改名为 {name:?}"),
    );
    name
}

/// The keys of a server; its address, unless it cannot be used.
fn server(entry: &mut Object, fields: &mut Fields<'_, '_>, kind: &str) -> Option<Listen> {
    let host = fields.text("host", "127.0.0.1");
    let port = fields.number("port", if kind == "ws" { 3001 } else { 3000 });
    // NapCat listens on all interfaces if the host is empty.
    let host = match host.trim() {
        "" => "0.0.0.0",
        host => host.trim_start_matches('[').trim_end_matches(']'),
    };
    let listen = match u16::try_from(port) {
        Ok(port) => Listen::new(host, port).to_string(),
        Err(_) => format!("{host}:{port}"),
    };
    let parsed = listen.parse::<Listen>();
    entry.insert("listen".to_owned(), json!(listen));
    let reachable = parsed.as_ref().is_ok_and(|listen| !listen.is_loopback());
    let token = server_token(fields, reachable, &listen);
    entry.insert("token".to_owned(), json!(token));
    if kind == "ws" {
        // NapCat ignores this key.
        fields.flag("enableForcePushEvent", true);
        heartbeat(entry, fields);
    } else {
        let cors = fields.flag("enableCors", true);
        put(entry, "cors", json!(cors), &json!(true));
        let websocket = fields.flag("enableWebsocket", false);
        put(entry, "websocket", json!(websocket), &json!(false));
    }
    parsed
        .map_err(|error| left_out(fields, "port", &error.to_string()))
        .ok()
}

/// The token of a server. One that other machines can reach must have one (api/transports §13).
fn server_token(fields: &mut Fields<'_, '_>, reachable: bool, listen: &str) -> String {
    let given = fields.text("token", "");
    let (english, chinese) = if given.is_empty() {
        if !reachable {
            return given;
        }
        (
            format!("it is empty, and other machines can reach {listen}"),
            format!("此项为空,而其他机器可以访问 {listen}"),
        )
    } else if let Err(error) = Token::new(&*given) {
        (error.to_string(), "令牌含有空格或非 ASCII 字符".to_owned())
    } else {
        return given;
    };
    fields.note(
        "token",
        format!("{english}: a new token was generated, which your framework needs too"),
        format!("{chinese}:已生成新令牌,框架中也须填写"),
    );
    token::generate()
}

fn reverse_ws(entry: &mut Object, fields: &mut Fields<'_, '_>) {
    let token = fields.text("token", "");
    match Token::new(&*token) {
        Ok(_) => {
            entry.insert("token".to_owned(), json!(token));
        }
        Err(_) if token.is_empty() => {}
        Err(error) => fields.note(
            "token",
            format!("{error}; left out, so set another one here and in the framework"),
            "令牌含有空格或非 ASCII 字符,已略去;请在此处和框架中另设令牌",
        ),
    }
    let wanted = fields.number("reconnectInterval", RECONNECT);
    let reconnect = at_least(fields, "reconnectInterval", wanted, MIN_RECONNECT);
    if reconnect != RECONNECT {
        entry.insert("reconnect".to_owned(), period(reconnect));
    }
    heartbeat(entry, fields);
    let verify = fields.flag("verifyCertificate", true);
    put(entry, "verify_certificate", json!(verify), &json!(true));
}

/// `heartInterval`: 0 and less is off.
fn heartbeat(entry: &mut Object, fields: &mut Fields<'_, '_>) {
    let wanted = fields.number("heartInterval", HEARTBEAT);
    let heartbeat = match wanted {
        ..=0 => 0,
        _ => at_least(fields, "heartInterval", wanted, MIN_HEARTBEAT),
    };
    if heartbeat != HEARTBEAT {
        entry.insert("heartbeat".to_owned(), period(heartbeat));
    }
}

fn at_least(fields: &mut Fields<'_, '_>, key: &str, wanted: i64, minimum: i64) -> i64 {
    if wanted < minimum {
        fields.note(
            key,
            format!("{wanted} ms is too short: it is now {minimum} ms"),
            format!("{wanted} 毫秒过短,已改为 {minimum} 毫秒"),
        );
    }
    wanted.max(minimum)
}

/// Milliseconds as text with a unit.
fn period(milliseconds: i64) -> Value {
    let length = Duration::from_millis(milliseconds.unsigned_abs());
    json!(Period(length).to_string())
}

/// The address of a framework; `None` if it cannot be used.
fn url<U: std::str::FromStr<Err: std::fmt::Display>>(
    entry: &mut Object,
    fields: &mut Fields<'_, '_>,
    default: &str,
) -> Option<()> {
    let url = fields.text("url", default);
    let parsed = url.parse::<U>();
    entry.insert("url".to_owned(), json!(url));
    parsed
        .map(|_| ())
        .map_err(|error| left_out(fields, "url", &error.to_string()))
        .ok()
}

fn left_out(fields: &mut Fields<'_, '_>, key: &str, error: &str) {
    fields.note(
        key,
        format!("{error}; the entry was left out"),
        format!("{error};已略去此连接"),
    );
}

/// Whether an address is free; the first enabled entry keeps it.
fn free(
    taken: &mut Vec<(String, Listen)>,
    fields: &mut Fields<'_, '_>,
    key: &str,
    listen: Listen,
    enabled: bool,
) -> bool {
    if !enabled {
        return true;
    }
    let Some((other, _)) = taken.iter().find(|(_, other)| other.overlaps(&listen)) else {
        taken.push((key.to_owned(), listen));
        return true;
    };
    fields.note(
        "port",
        format!("{listen} is already used by {other}: this entry is now disabled"),
        format!("{listen} 已被 {other} 占用,此连接已停用"),
    );
    false
}
