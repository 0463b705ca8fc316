//! From the entries of an account to the configuration of its gateway.

use super::{
    account::Account,
    connection::{self, Rate, Tls},
    durations::Period,
    entries::{Http, ReverseWs, Webhook, Ws},
    findings::Findings,
    onebot::OneBot,
};
use nekonap_gateway::{
    Access, Config, HttpServer, HttpUrl, Listen, Proxy, Secret, Token, WithoutToken, WsClient,
    WsServer, WsUrl,
};
use nekonap_onebot::Form;
use std::{collections::HashSet, time::Duration};

/// Shortest heartbeat interval.
const MIN_HEARTBEAT: Duration = Duration::from_millis(100);

/// Shortest time between two attempts to connect (api/transports §5.3).
const MIN_RECONNECT: Duration = Duration::from_secs(1);

/// Limits of `replay` (api/transports §7.7).
const MIN_REPLAY: Duration = Duration::from_secs(1);
const MAX_REPLAY: Duration = Duration::from_hours(7 * 24);

/// The enabled entries of an account. Servers without a token in the file require `generated`. All entries are checked, but one
/// with a problem may be missing.
pub fn gateway(account: &Account, generated: &Token, findings: &mut Findings) -> Config {
    let mut reader = Reader {
        onebot: &account.onebot,
        generated,
        names: HashSet::new(),
        findings,
    };
    let mut config = Config::default();
    let prefix = &account.prefix;
    let metrics = account.metrics.access(prefix, reader.findings);
    for (index, entry) in account.http.iter().enumerate() {
        let server = reader.http(&format!("{prefix}http[{index}]"), entry);
        let server = server.map(|server| HttpServer {
            metrics: metrics.clone(),
            ..server
        });
        config.http.extend(server.filter(|_| entry.enabled));
    }
    for (index, entry) in account.ws.iter().enumerate() {
        let server = reader.ws(&format!("{prefix}ws[{index}]"), entry);
        config.ws.extend(server.filter(|_| entry.enabled));
    }
    for (index, entry) in account.reverse_ws.iter().enumerate() {
        let client = reader.reverse_ws(&format!("{prefix}reverse_ws[{index}]"), entry);
        config.ws_clients.extend(client.filter(|_| entry.enabled));
    }
    for (index, entry) in account.webhook.iter().enumerate() {
        let webhook = reader.webhook(&format!("{prefix}webhook[{index}]"), entry);
        config.webhooks.extend(webhook.filter(|_| entry.enabled));
    }
    if config.http.is_empty()
        && config.ws.is_empty()
        && config.ws_clients.is_empty()
        && config.webhooks.is_empty()
    {
        reader.findings.warning(
            format_args!("{prefix}http, {prefix}ws, {prefix}reverse_ws, {prefix}webhook"),
            "no entry is enabled, so frameworks cannot connect",
        );
    }
    config
}

/// Converts entries; what they do not set comes from `[onebot]`.
struct Reader<'a> {
    onebot: &'a OneBot,
    generated: &'a Token,
    /// The names that are in use.
    names: HashSet<String>,
    findings: &'a mut Findings,
}

impl Reader<'_> {
    fn http(&mut self, key: &str, entry: &Http) -> Option<HttpServer> {
        let listen = self.listen(key, &entry.listen);
        Some(HttpServer {
            name: self.name(key, entry.name.as_deref(), "http"),
            access: self.access(
                key,
                listen.as_ref(),
                entry.token.as_deref(),
                entry.without_token,
            ),
            listen: listen?,
            cors: entry.cors,
            websocket: entry.websocket,
            events: entry.events,
            form: self.form(key, entry.format),
            own_messages: entry.report_self.unwrap_or(self.onebot.report_self),
            tls: self.tls(key, entry.tls.as_ref()),
            filter: connection::filter(key, entry.filter.as_ref(), self.findings),
            limits: entry.limits.read(key, self.findings),
            rate: self.rate(key, entry.rate.as_ref()),
            debug: entry.debug,
            replay: self.replay(key, entry.replay),
            ..HttpServer::default()
        })
    }

    fn ws(&mut self, key: &str, entry: &Ws) -> Option<WsServer> {
        let listen = self.listen(key, &entry.listen);
        Some(WsServer {
            name: self.name(key, entry.name.as_deref(), "ws"),
            access: self.access(
                key,
                listen.as_ref(),
                entry.token.as_deref(),
                entry.without_token,
            ),
            listen: listen?,
            form: self.form(key, entry.format),
            own_messages: entry.report_self.unwrap_or(self.onebot.report_self),
            tls: self.tls(key, entry.tls.as_ref()),
            filter: connection::filter(key, entry.filter.as_ref(), self.findings),
            limits: entry.limits.read(key, self.findings),
            rate: self.rate(key, entry.rate.as_ref()),
            debug: entry.debug,
            replay: self.replay(key, entry.replay),
            heartbeat: self.heartbeat(key, entry.heartbeat.unwrap_or(self.onebot.heartbeat)),
            token_refusal: entry.token_refusal,
        })
    }

    fn reverse_ws(&mut self, key: &str, entry: &ReverseWs) -> Option<WsClient> {
        let name = self.name(key, entry.name.as_deref(), "reverse_ws");
        if entry.reconnect.0 < MIN_RECONNECT {
            self.findings.problem(
                format_args!("{key}.reconnect"),
                format_args!("{} is too short: the minimum is 1s", entry.reconnect),
            );
        }
        let token = entry.token.as_ref().or(self.onebot.token.as_ref());
        let url: WsUrl = self.url(key, &entry.url)?;
        let client = WsClient {
            token: self.token(key, token.map(String::as_str)),
            role: entry.role,
            form: self.form(key, entry.format),
            own_messages: entry.report_self.unwrap_or(self.onebot.report_self),
            filter: connection::filter(key, entry.filter.as_ref(), self.findings),
            limits: entry.limits.read(key, self.findings),
            rate: self.rate(key, entry.rate.as_ref()),
            proxy: self.proxy(key, entry.proxy.as_deref(), url.is_loopback()),
            debug: entry.debug,
            replay: self.replay(key, entry.replay),
            heartbeat: self.heartbeat(key, entry.heartbeat.unwrap_or(self.onebot.heartbeat)),
            reconnect: entry.reconnect.0,
            verify_certificate: entry.verify_certificate,
            ..WsClient::new(name, url)
        };
        Some(client)
    }

    fn webhook(&mut self, key: &str, entry: &Webhook) -> Option<nekonap_gateway::Webhook> {
        let name = self.name(key, entry.name.as_deref(), "webhook");
        if entry.timeout.0.is_zero() {
            self.findings.problem(
                format_args!("{key}.timeout"),
                "0s would end every post at once: write a time such as \"30s\"",
            );
        }
        let secret = entry.secret.as_deref().filter(|secret| !secret.is_empty());
        let url: HttpUrl = self.url(key, &entry.url)?;
        let webhook = nekonap_gateway::Webhook {
            secret: secret.and_then(|secret| {
                self.findings
                    .value(format_args!("{key}.secret"), Secret::new(secret))
            }),
            form: self.form(key, entry.format),
            own_messages: entry.report_self.unwrap_or(self.onebot.report_self),
            filter: connection::filter(key, entry.filter.as_ref(), self.findings),
            proxy: self.proxy(key, entry.proxy.as_deref(), url.is_loopback()),
            debug: entry.debug,
            replay: self.replay(key, entry.replay),
            heartbeat: self.heartbeat(key, entry.heartbeat),
            timeout: entry.timeout.0,
            verify_certificate: entry.verify_certificate,
            ..nekonap_gateway::Webhook::new(name, url)
        };
        Some(webhook)
    }

    fn tls(&mut self, key: &str, tls: Option<&Tls>) -> Option<nekonap_gateway::Tls> {
        tls.map(|tls| tls.read(key, self.findings))
    }

    fn rate(&mut self, key: &str, rate: Option<&Rate>) -> Option<nekonap_gateway::Rate> {
        rate.map(|rate| rate.read(key, self.findings))
    }

    fn proxy(&mut self, key: &str, own: Option<&str>, loopback: bool) -> Option<Proxy> {
        let default = self.onebot.proxy.as_deref();
        connection::proxy(key, own, default, loopback, self.findings)
    }

    /// The name of an entry. If it is in use, a number is appended, because messages identify an entry by its name.
    fn name(&mut self, key: &str, given: Option<&str>, default: &str) -> String {
        let wanted = given.unwrap_or(default);
        if wanted.is_empty() {
            self.findings
                .problem(format_args!("{key}.name"), "it must not be empty");
        }
        let mut name = wanted.to_owned();
        for number in 2.. {
            if self.names.insert(name.clone()) {
                break;
            }
            name = format!("{wanted}-{number}");
        }
        if given.is_some() && name != wanted {
            self.findings.warning(
                format_args!("{key}.name"),
                format_args!("another entry is named {wanted:?}: this one is named {name:?}"),
            );
        }
        name
    }

    fn listen(&mut self, key: &str, text: &str) -> Option<Listen> {
        self.findings
            .value(format_args!("{key}.listen"), text.parse())
    }

    fn url<U: std::str::FromStr<Err = nekonap_gateway::UrlError>>(
        &mut self,
        key: &str,
        text: &str,
    ) -> Option<U> {
        self.findings.value(format_args!("{key}.url"), text.parse())
    }

    /// The access control of a server. A token may only be missing if other machines cannot reach the server, or if the entry
    /// allows it.
    fn access(
        &mut self,
        key: &str,
        listen: Option<&Listen>,
        token: Option<&str>,
        without_token: WithoutToken,
    ) -> Access {
        let token = match token.or(self.onebot.token.as_deref()) {
            None => Some(self.generated.clone()),
            Some(text) => self.token(key, Some(text)),
        };
        if token.is_none()
            && let Some(listen) = listen.filter(|listen| !listen.is_loopback())
        {
            match without_token {
                WithoutToken::Refused => self.findings.problem(
                    format_args!("{key}.listen"),
                    format_args!(
                        "other machines can reach {listen}, and the token is empty, so anyone could send messages as your \
                         account: set a token, listen on 127.0.0.1, or set without_token = \"private\" (only addresses of \
                         private networks) or \"anybody\""
                    ),
                ),
                WithoutToken::Private => self.findings.warning(
                    format_args!("{key}.without_token"),
                    format_args!("every program in your network can use the account at {listen}"),
                ),
                WithoutToken::Anybody => self.findings.warning(
                    format_args!("{key}.without_token"),
                    format_args!("anyone who can reach {listen} can use the account"),
                ),
            }
        }
        Access {
            token,
            without_token,
        }
    }

    /// The token of a text; `None` if it is empty.
    fn token(&mut self, key: &str, text: Option<&str>) -> Option<Token> {
        let text = text.filter(|text| !text.is_empty())?;
        // A bad token of `[onebot]` is reported there, once.
        if self.onebot.token.as_deref() == Some(text) {
            return Token::new(text).ok();
        }
        self.findings
            .value(format_args!("{key}.token"), Token::new(text))
    }

    fn form(&mut self, key: &str, given: Option<Form>) -> Form {
        if given == Some(Form::String) {
            super::onebot::warn_of_text(key, self.findings);
        }
        given.unwrap_or(self.onebot.format)
    }

    fn replay(&mut self, key: &str, window: Period) -> Option<Duration> {
        let window = window.unless_zero()?;
        if !(MIN_REPLAY..=MAX_REPLAY).contains(&window) {
            self.findings.problem(
                format_args!("{key}.replay"),
                format_args!(
                    "{} is not within 1s and 7d; \"0s\" keeps no events",
                    Period(window)
                ),
            );
        }
        Some(window)
    }

    fn heartbeat(&mut self, key: &str, every: Period) -> Option<Duration> {
        let every = every.unless_zero()?;
        if every < MIN_HEARTBEAT {
            self.findings.problem(
                format_args!("{key}.heartbeat"),
                format_args!(
                    "{} is too short: the minimum is 100ms; \"0s\" turns heartbeats off",
                    Period(every)
                ),
            );
        }
        Some(every)
    }
}
