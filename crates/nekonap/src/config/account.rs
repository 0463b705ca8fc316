//! An account: the keys of `[[account]]`, which are at the top level in a file with one account.

use super::{
    entries::{Http, ReverseWs, Webhook, Ws},
    findings::Findings,
    media::Media,
    metrics::Metrics,
    on_offline::OnOffline,
    onebot::OneBot,
    qq::Qq,
    sends::Sends,
};
use nekonap_endpoint::OptionalEvents;
use nekonap_gateway::Proxy;
use nekonap_ids::Uin;
use schemars::JsonSchema;
use serde::Deserialize;
use std::path::PathBuf;

/// One of several accounts. `[qq]`, `[onebot]`, `[sends]`, `[media]`, `[events]` and `[on_offline]` at the top level apply to every account;
/// `[account.qq]` and so on override single keys of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Account {
    /// Folder for the saved session, the messages and the QR code. A relative path starts at the configuration file's folder.
    /// Default: `nekonap-data`, with several accounts `nekonap-data/UIN`.
    pub data: Option<PathBuf>,
    /// Number of the account. If set, no other account can log in.
    pub uin: Option<Uin>,
    /// Connection to QQ.
    pub qq: Qq,
    /// Settings of the bot, and the defaults of all its entries.
    pub onebot: OneBot,
    /// How fast messages are sent.
    pub sends: Sends,
    /// Where pictures, voices, videos and files come from, and how much of them is kept.
    pub media: Media,
    /// Events that are off by default.
    pub events: OptionalEvents,
    /// What is called when the account is logged out.
    pub on_offline: OnOffline,
    /// Who may read `/metrics`.
    pub metrics: Metrics,
    /// HTTP servers. Without any entry, there is one on 127.0.0.1:3000, and a WebSocket server on 127.0.0.1:3001.
    pub http: Vec<Http>,
    /// WebSocket servers.
    pub ws: Vec<Ws>,
    /// Frameworks that this program connects to.
    pub reverse_ws: Vec<ReverseWs>,
    /// Frameworks that events are posted to.
    pub webhook: Vec<Webhook>,
    /// The data folder with its default. Empty if it has none: an account of several without `data` and `uin`.
    #[serde(skip)]
    pub folder: PathBuf,
    /// What precedes the account's keys in messages: `account[1].`; empty in a file with one account.
    #[serde(skip)]
    pub prefix: String,
}

impl Account {
    /// Sets what depends on the rest of the file. `beside`: folder of the configuration file.
    pub(super) fn complete(&mut self, beside: &std::path::Path, index: Option<usize>) {
        let folder = match (&self.data, index, self.uin) {
            (Some(data), ..) => Some(data.clone()),
            (None, None, _) => Some(PathBuf::from("nekonap-data")),
            (None, Some(_), Some(uin)) => Some(PathBuf::from("nekonap-data").join(uin.to_string())),
            (None, Some(_), None) => None,
        };
        self.folder = folder.map(|folder| beside.join(folder)).unwrap_or_default();
        self.media.complete(beside);
        let servers = self.http.iter_mut().map(|entry| &mut entry.tls);
        let servers = servers.chain(self.ws.iter_mut().map(|entry| &mut entry.tls));
        for tls in servers.flatten() {
            tls.complete(beside);
        }
        self.prefix = index.map_or_else(String::new, |index| format!("account[{index}]."));
        if self.http.is_empty()
            && self.ws.is_empty()
            && self.reverse_ws.is_empty()
            && self.webhook.is_empty()
        {
            self.http.push(Http::default());
            self.ws.push(Ws::default());
        }
    }

    /// The settings of the account's bot.
    pub fn endpoint(&self, findings: &mut Findings) -> nekonap_endpoint::Config {
        let prefix = &self.prefix;
        let mut config = self.onebot.endpoint(&format!("{prefix}onebot"), findings);
        self.sends
            .apply(&format!("{prefix}sends"), &mut config, findings);
        config.events = self.events;
        let proxy = self.onebot.proxy.as_deref().filter(|url| !url.is_empty());
        let key = format!("{prefix}media");
        config.media = self.media.endpoint(&key, proxy, &self.folder, findings);
        config
    }

    /// The proxy for the URL of `[on_offline]`.
    pub fn on_offline_proxy(&self) -> Option<Proxy> {
        let default = self.onebot.proxy.as_deref();
        self.on_offline
            .proxy("on_offline", default, &mut Findings::default())
    }

    /// The addresses that the account listens on, each with its key.
    pub(super) fn listeners(&self) -> impl Iterator<Item = (String, &str)> {
        let http = self.http.iter().enumerate();
        let http = http
            .filter(|(_, entry)| entry.enabled)
            .map(|(index, entry)| {
                (
                    format!("{}http[{index}].listen", self.prefix),
                    &*entry.listen,
                )
            });
        let ws = self.ws.iter().enumerate();
        let ws = ws
            .filter(|(_, entry)| entry.enabled)
            .map(|(index, entry)| (format!("{}ws[{index}].listen", self.prefix), &*entry.listen));
        http.chain(ws)
    }
}
