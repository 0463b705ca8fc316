//! Access control: token, `Origin`, `Host`, peer address and the number of wrong tokens (api/transports §2.2, §13;
//! ARCHITECTURE "Safe by default"). A request is checked before its body is read and before anything is done.

use std::net::IpAddr;
use std::time::Instant;

use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, Uri};
use nekonap_onebot::{Answer, Code};

use crate::config::{Access, WithoutToken};
use crate::throttle::Throttle;

/// Access control of one entry.
pub(crate) struct Guard {
    access: Access,
    /// Whether the entry listens on loopback.
    on_loopback: bool,
    throttle: Throttle,
}

/// Which rules apply to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rules {
    /// Actions and events: the token may be in a header or in the query; with a token, any origin is allowed.
    Actions,
    /// Mounts such as the sandbox's API: the token must be in a header; no origin but the mount's own is allowed.
    Mount,
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The request has no token.
    NoToken,
    /// The token is wrong.
    WrongToken,
    /// Too many wrong tokens came from the peer's address.
    Throttled,
    /// The request comes from a web page of another origin.
    Origin,
    /// `Host` does not name this machine.
    Host,
    /// The peer's address is not served without a token.
    Address,
}

impl Refusal {
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::NoToken => StatusCode::UNAUTHORIZED,
            _ => StatusCode::FORBIDDEN,
        }
    }

    /// The reason as text.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::NoToken => "no access token was given",
            Self::WrongToken => "token verification failed",
            Self::Throttled => "too many wrong tokens came from this address; wait a minute",
            Self::Origin => "a web page of another origin may not do this",
            Self::Host => {
                "without a token, requests must use a host name of this machine, such as localhost"
            }
            Self::Address => "without a token, only private addresses are served",
        }
    }

    /// The refusal as the answer of an action.
    pub(crate) fn answer(self) -> Answer {
        let code = match self {
            Self::NoToken => Code::NoToken,
            Self::WrongToken | Self::Throttled => Code::WrongToken,
            Self::Origin | Self::Host | Self::Address => Code::Forbidden,
        };
        Answer::failed(code, self.text())
    }
}

impl Guard {
    pub(crate) fn new(access: Access, on_loopback: bool) -> Self {
        Self {
            access,
            on_loopback,
            throttle: Throttle::default(),
        }
    }

    /// Checks a request from `peer` with this target and these headers.
    ///
    /// # Errors
    /// The reason why the request is refused.
    pub(crate) fn admit(
        &self,
        rules: Rules,
        peer: IpAddr,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Result<(), Refusal> {
        let peer = peer.to_canonical();
        if rules == Rules::Mount && !own_origin(headers) {
            return Err(Refusal::Origin);
        }
        match &self.access.token {
            Some(_) => self.check_token(rules, peer, uri, headers),
            None => self.check_without_token(peer, headers),
        }
    }

    /// Counts a failure of `peer`. [`Guard::admit`] counts wrong tokens itself, but not missing ones; WebSocket upgrades
    /// without a token are counted with this.
    pub(crate) fn failed(&self, peer: IpAddr) {
        self.throttle.failed(peer.to_canonical(), Instant::now());
    }

    fn check_token(
        &self,
        rules: Rules,
        peer: IpAddr,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Result<(), Refusal> {
        // On loopback, and from an address that has sent it before, the right token is always accepted: one program with a
        // wrong token must not lock out the others of its machine or network. A local attacker could rather read the token
        // from a file than guess it.
        let now = Instant::now();
        let throttled = self.throttle.refuses(peer, now);
        if throttled && !peer.is_loopback() && !self.throttle.knows(peer, now) {
            return Err(Refusal::Throttled);
        }
        let mut given = false;
        let mut right = false;
        for header in headers.get_all(AUTHORIZATION) {
            given = true;
            right |= self.is_token(without_scheme(header.as_bytes()));
        }
        if rules == Rules::Actions
            && let Some(query) = uri.query()
        {
            for (_, token) in
                form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "access_token")
            {
                given = true;
                right |= self.is_token(token.as_bytes());
            }
        }
        match (right, given) {
            (true, _) => {
                if !peer.is_loopback() {
                    self.throttle.succeeded(peer, now);
                }
                Ok(())
            }
            (false, _) if throttled => Err(Refusal::Throttled),
            (false, false) => Err(Refusal::NoToken),
            (false, true) => {
                self.throttle.failed(peer, now);
                Err(Refusal::WrongToken)
            }
        }
    }

    fn is_token(&self, given: &[u8]) -> bool {
        self.access
            .token
            .as_ref()
            .is_some_and(|token| token.is(given))
    }

    /// Without a token, web pages are kept out by the headers that browsers send: `Origin` shows a foreign page, and `Host`
    /// shows a foreign name that resolves to this machine (DNS rebinding).
    fn check_without_token(&self, peer: IpAddr, headers: &HeaderMap) -> Result<(), Refusal> {
        if self.access.without_token == WithoutToken::Private && !is_private(peer) {
            return Err(Refusal::Address);
        }
        if !(headers.get(ORIGIN).is_none() || own_origin(headers) || loopback_origin(headers)) {
            return Err(Refusal::Origin);
        }
        if self.on_loopback && !names_this_machine(headers) {
            return Err(Refusal::Host);
        }
        Ok(())
    }
}

/// The token in an `Authorization` value: after the scheme `Bearer` or `Token` (in any case), or without a scheme.
pub(crate) fn without_scheme(value: &[u8]) -> &[u8] {
    let value = value.trim_ascii();
    let Some(space) = value.iter().position(u8::is_ascii_whitespace) else {
        return value;
    };
    let (scheme, token) = value.split_at(space);
    if scheme.eq_ignore_ascii_case(b"bearer") || scheme.eq_ignore_ascii_case(b"token") {
        token.trim_ascii()
    } else {
        value
    }
}

/// The `Origin` header as a URI. `None` for `null` and for a value without scheme and authority.
fn origin(headers: &HeaderMap) -> Option<Uri> {
    let origin: Uri = headers.get(ORIGIN)?.to_str().ok()?.parse().ok()?;
    (origin.scheme().is_some() && origin.authority().is_some()).then_some(origin)
}

fn host(headers: &HeaderMap) -> Option<Authority> {
    headers.get(HOST)?.to_str().ok()?.parse().ok()
}

/// Whether `Origin` is absent or has the same host and port as `Host`.
fn own_origin(headers: &HeaderMap) -> bool {
    if headers.get(ORIGIN).is_none() {
        return true;
    }
    let (Some(origin), Some(host)) = (origin(headers), host(headers)) else {
        return false;
    };
    let default_port = if origin.scheme_str() == Some("https") {
        443
    } else {
        80
    };
    let same_host = origin
        .host()
        .is_some_and(|name| name.eq_ignore_ascii_case(host.host()));
    same_host
        && origin.port_u16().unwrap_or(default_port) == host.port_u16().unwrap_or(default_port)
}

fn loopback_origin(headers: &HeaderMap) -> bool {
    origin(headers).is_some_and(|origin| origin.host().is_some_and(is_loopback_name))
}

/// Whether `Host` is absent or a loopback name or address. A browser that followed another DNS name would send that name.
fn names_this_machine(headers: &HeaderMap) -> bool {
    match headers.get(HOST) {
        None => true,
        Some(_) => host(headers).is_some_and(|host| is_loopback_name(host.host())),
    }
}

fn is_loopback_name(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    let address = name
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>();
    let local = name.len() > ".localhost".len()
        && name
            .get(name.len() - ".localhost".len()..)
            .is_some_and(|end| end.eq_ignore_ascii_case(".localhost"));
    name.eq_ignore_ascii_case("localhost")
        || local
        || address.is_ok_and(|address| address.to_canonical().is_loopback())
}

/// Whether an address is loopback, private, shared (100.64.0.0/10) or link-local (api/transports §13, point 2).
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let shared = address.octets()[0] == 100 && address.octets()[1] & 0xc0 == 64;
            address.is_loopback() || address.is_private() || address.is_link_local() || shared
        }
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Token;

    const LOCAL: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    const REMOTE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 9));

    fn with_token() -> Guard {
        Guard::new(Access::token(Token::new("t0ken").expect("a token")), true)
    }

    fn admit(
        guard: &Guard,
        rules: Rules,
        peer: IpAddr,
        target: &str,
        headers: &[(&str, &str)],
    ) -> Result<(), Refusal> {
        let uri: Uri = target.parse().expect("a target");
        let headers = headers
            .iter()
            .map(|(name, value)| {
                let name: axum::http::HeaderName = name.parse().expect("a name");
                (name, value.parse().expect("a value"))
            })
            .collect();
        guard.admit(rules, peer, &uri, &headers)
    }

    #[test]
    fn token_is_accepted_in_header_and_query() {
        let guard = with_token();
        for value in [
            "Bearer t0ken",
            "bearer t0ken",
            "Token t0ken",
            "token t0ken",
            "t0ken",
            "Bearer  t0ken ",
        ] {
            let result = admit(
                &guard,
                Rules::Actions,
                LOCAL,
                "/x",
                &[("authorization", value)],
            );
            assert_eq!(result, Ok(()), "{value}");
        }
        assert_eq!(
            admit(&guard, Rules::Actions, LOCAL, "/x?access_token=t0ken", &[]),
            Ok(())
        );
        assert_eq!(
            admit(
                &guard,
                Rules::Actions,
                LOCAL,
                "/x?a=1&access_token=%740ken",
                &[]
            ),
            Ok(())
        );
        let both = admit(
            &guard,
            Rules::Actions,
            LOCAL,
            "/x?access_token=t0ken",
            &[("authorization", "Bearer no")],
        );
        assert_eq!(both, Ok(()));
    }

    #[test]
    fn wrong_token_and_missing_token_are_refused_differently() {
        let guard = with_token();
        assert_eq!(
            admit(&guard, Rules::Actions, LOCAL, "/x", &[]),
            Err(Refusal::NoToken)
        );
        for value in [
            "Bearer",
            "Bearer t0ke",
            "Basic t0ken",
            "Token undefined",
            "",
        ] {
            let result = admit(
                &guard,
                Rules::Actions,
                LOCAL,
                "/x",
                &[("authorization", value)],
            );
            assert_eq!(result, Err(Refusal::WrongToken), "{value:?}");
        }
    }

    #[test]
    fn mount_requires_token_in_header_and_own_origin() {
        let guard = with_token();
        let token = ("authorization", "Bearer t0ken");
        assert_eq!(
            admit(&guard, Rules::Mount, LOCAL, "/x?access_token=t0ken", &[]),
            Err(Refusal::NoToken)
        );
        assert_eq!(admit(&guard, Rules::Mount, LOCAL, "/x", &[token]), Ok(()));
        let own = [
            token,
            ("host", "127.0.0.1:3000"),
            ("origin", "http://127.0.0.1:3000"),
        ];
        assert_eq!(admit(&guard, Rules::Mount, LOCAL, "/x", &own), Ok(()));
        for origin in [
            "http://localhost:3000",
            "http://127.0.0.1:3001",
            "http://127.0.0.1",
            "null",
            "https://evil.example",
        ] {
            let foreign = [token, ("host", "127.0.0.1:3000"), ("origin", origin)];
            assert_eq!(
                admit(&guard, Rules::Mount, LOCAL, "/x", &foreign),
                Err(Refusal::Origin),
                "{origin}"
            );
        }
    }

    #[test]
    fn foreign_web_pages_are_refused_without_a_token() {
        let guard = Guard::new(Access::open_on_loopback(), true);
        let host = ("host", "127.0.0.1:3000");
        assert_eq!(admit(&guard, Rules::Actions, LOCAL, "/x", &[host]), Ok(()));
        assert_eq!(admit(&guard, Rules::Actions, LOCAL, "/x", &[]), Ok(()));
        for origin in [
            "http://127.0.0.1:3000",
            "http://localhost:5173",
            "http://[::1]:1",
        ] {
            assert_eq!(
                admit(
                    &guard,
                    Rules::Actions,
                    LOCAL,
                    "/x",
                    &[host, ("origin", origin)]
                ),
                Ok(()),
                "{origin}"
            );
        }
        for origin in [
            "https://example.com",
            "null",
            "http://localhost.example.com",
            "file://",
            "",
        ] {
            let result = admit(
                &guard,
                Rules::Actions,
                LOCAL,
                "/x",
                &[host, ("origin", origin)],
            );
            assert_eq!(result, Err(Refusal::Origin), "{origin}");
        }
        // DNS rebinding: a foreign name that resolves to this machine, and a page of that name.
        let rebound = [
            ("host", "evil.example:3000"),
            ("origin", "http://evil.example:3000"),
        ];
        assert_eq!(
            admit(&guard, Rules::Actions, LOCAL, "/x", &rebound),
            Err(Refusal::Host)
        );
        assert_eq!(
            admit(
                &guard,
                Rules::Mount,
                LOCAL,
                "/x",
                &[("host", "evil.example")]
            ),
            Err(Refusal::Host)
        );
        for name in ["localhost", "127.0.0.1", "[::1]:3000", "bot.localhost:3000"] {
            assert_eq!(
                admit(&guard, Rules::Mount, LOCAL, "/x", &[("host", name)]),
                Ok(()),
                "{name}"
            );
        }
    }

    #[test]
    fn private_access_serves_private_networks_only() {
        let access = Access {
            token: None,
            without_token: WithoutToken::Private,
        };
        let guard = Guard::new(access, false);
        for peer in [
            "10.1.2.3",
            "172.31.0.1",
            "192.168.0.5",
            "100.64.0.1",
            "169.254.1.1",
            "fc00::1",
            "fe80::1",
            "::1",
        ] {
            let peer: IpAddr = peer.parse().expect("an address");
            assert_eq!(
                admit(&guard, Rules::Actions, peer, "/x", &[]),
                Ok(()),
                "{peer}"
            );
        }
        for peer in [
            "203.0.113.9",
            "172.32.0.1",
            "100.128.0.1",
            "2001:db8::1",
            "::ffff:203.0.113.9",
        ] {
            let peer: IpAddr = peer.parse().expect("an address");
            assert_eq!(
                admit(&guard, Rules::Actions, peer, "/x", &[]),
                Err(Refusal::Address),
                "{peer}"
            );
        }
        let mapped: IpAddr = "::ffff:192.168.0.5".parse().expect("an address");
        assert_eq!(admit(&guard, Rules::Actions, mapped, "/x", &[]), Ok(()));
    }

    #[test]
    fn address_with_twenty_wrong_tokens_is_refused_except_on_loopback() {
        let guard = with_token();
        for peer in [REMOTE, LOCAL] {
            for _ in 0..20 {
                let result = admit(&guard, Rules::Actions, peer, "/x?access_token=guess", &[]);
                assert_eq!(result, Err(Refusal::WrongToken));
            }
            let result = admit(&guard, Rules::Actions, peer, "/x?access_token=guess", &[]);
            assert_eq!(result, Err(Refusal::Throttled));
        }
        assert_eq!(
            admit(&guard, Rules::Actions, REMOTE, "/x?access_token=t0ken", &[]),
            Err(Refusal::Throttled)
        );
        assert_eq!(
            admit(&guard, Rules::Actions, LOCAL, "/x?access_token=t0ken", &[]),
            Ok(())
        );
    }

    #[test]
    fn known_address_is_not_locked_out_by_wrong_tokens() {
        let guard = with_token();
        let admit = |query| admit(&guard, Rules::Actions, REMOTE, query, &[]);
        assert_eq!(admit("/x?access_token=t0ken"), Ok(()));
        for _ in 0..20 {
            assert_eq!(admit("/x?access_token=guess"), Err(Refusal::WrongToken));
        }
        assert_eq!(admit("/x?access_token=guess"), Err(Refusal::Throttled));
        assert_eq!(admit("/x?access_token=t0ken"), Ok(()));
    }
}
