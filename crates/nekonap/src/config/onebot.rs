//! `[onebot]`: settings of an account's bot, and the defaults of its entries.

use super::{
    durations::Period,
    findings::Findings,
    qq::{NotHttp, is_http},
};
use nekonap_endpoint::Profile;
use nekonap_gateway::{Proxy, Token};
use nekonap_onebot::Form;
use schemars::JsonSchema;
use serde::Deserialize;

/// Settings of the bot, and the defaults of all its entries.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the configuration"
)]
pub struct OneBot {
    /// Default of `token` in the entries. If not set, the HTTP and WebSocket servers require a token that is generated at the
    /// first start and saved in the data folder; an empty text turns the check off.
    pub token: Option<String>,
    /// Default of `format` in the entries.
    pub format: Form,
    /// Default of `report_self` in the entries.
    pub report_self: bool,
    /// Default of `heartbeat` in the WebSocket entries, forward and reverse. At least `"100ms"`; `"0s"` turns heartbeats off.
    pub heartbeat: Period,
    /// Variant of the replies that differ between NapCat versions.
    pub response_profile: Profile,
    /// URL of the service that signs music cards. Without it, music cards are refused.
    pub music_sign_url: Option<String>,
    /// Default of `proxy` in the reverse WebSocket and webhook entries, in `[media]` and in `[on_offline]`, `http://` or `socks5://`. It is not used for addresses
    /// on this machine.
    pub proxy: Option<String>,
    /// Whether the reply of a quick operation in a group quotes the event's message.
    pub quick_reply_quote: bool,
    /// Whether merged forwards in events are fetched and put into `content` of their segment.
    pub parse_mult_msg: bool,
    /// Whether frameworks may send raw commands to QQ (`send_packet`). They can then do anything that the account can.
    pub send_packet: bool,
}

impl Default for OneBot {
    fn default() -> Self {
        Self {
            token: None,
            format: Form::Array,
            report_self: false,
            heartbeat: Period(nekonap_gateway::DEFAULT_HEARTBEAT),
            response_profile: Profile::default(),
            music_sign_url: None,
            proxy: None,
            quick_reply_quote: true,
            parse_mult_msg: false,
            send_packet: false,
        }
    }
}

impl OneBot {
    /// The bot's configuration. `key`: where this table is in the file. A setting with a problem has its default.
    pub fn endpoint(&self, key: &str, findings: &mut Findings) -> nekonap_endpoint::Config {
        if let Some(token) = self.token.as_deref().filter(|token| !token.is_empty()) {
            findings.value(format_args!("{key}.token"), Token::new(token));
        }
        if let Some(proxy) = self.proxy.as_deref().filter(|proxy| !proxy.is_empty()) {
            findings.value(format_args!("{key}.proxy"), proxy.parse::<Proxy>());
        }
        if self.format == Form::String {
            warn_of_text(key, findings);
        }
        let mut music_sign_url = self.music_sign_url.clone().filter(|url| !url.is_empty());
        if let Some(url) = music_sign_url.take_if(|url| !is_http(url)) {
            findings.problem(format_args!("{key}.music_sign_url"), NotHttp(&url));
        }
        nekonap_endpoint::Config {
            response_profile: self.response_profile,
            music_sign_url,
            quick_reply_quote: self.quick_reply_quote,
            parse_mult_msg: self.parse_mult_msg,
            send_packet: self.send_packet,
            ..nekonap_endpoint::Config::default()
        }
    }
}

/// Warns that messages have the format `string` (api/transports §7.1).
pub(super) fn warn_of_text(key: &str, findings: &mut Findings) {
    findings.warning(
        format_args!("{key}.format"),
        "most frameworks need \"array\"; with \"string\" they lose or damage parts of messages",
    );
}
