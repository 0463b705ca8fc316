//! `[metrics]`: who may read `/metrics` on the HTTP servers (api/transports §17).

use super::findings::Findings;
use nekonap_gateway::{MetricsAccess, Token};
use schemars::JsonSchema;
use serde::Deserialize;

/// Who may read `/metrics`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Metrics {
    /// Token that opens `/metrics` and nothing else. If not set, `/metrics` needs the token of its HTTP server; an empty text
    /// lets everybody read it who can reach the server.
    pub token: Option<String>,
}

impl Metrics {
    /// The access of an HTTP server. `prefix`: what precedes the keys of the account.
    pub fn access(&self, prefix: &str, findings: &mut Findings) -> MetricsAccess {
        match self.token.as_deref() {
            None => MetricsAccess::Entry,
            Some("") => MetricsAccess::Everybody,
            Some(token) => findings
                .value(format_args!("{prefix}metrics.token"), Token::new(token))
                .map_or(MetricsAccess::Entry, MetricsAccess::Token),
        }
    }
}
