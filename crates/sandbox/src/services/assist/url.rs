//! Safety of links: the world rates web hosts. protocol/04 §13.2, api/sandbox §3, `rate_host`

use nekonap_wire::{
    commands::assist::UrlSafety,
    proto::assist::{UrlReply, UrlRequest},
};
use serde::{Deserialize, Serialize};

use crate::{
    http::Empty,
    refusal::{Refusal, code},
    router::Caller,
    world::{Change, World},
};

/// Links per request.
const MAX_URLS: usize = 100;
/// Longest host name, in bytes.
const LONGEST_HOST: usize = 253;

/// What is known about a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Safety {
    Safe,
    Dangerous,
    Unknown,
}

/// Parameters of `rate_host`.
#[derive(Debug, Deserialize)]
pub(super) struct RateAct {
    host: String,
    safety: Safety,
}

/// Rates a host and the hosts below it.
pub(super) fn rate(world: &mut World, act: RateAct) -> Result<Empty, Refusal> {
    let host = act.host.trim().to_ascii_lowercase();
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    if host.is_empty() || host.len() > LONGEST_HOST || !host.bytes().all(is_name) {
        let text = format!(
            "`host` must be a host name such as example.com, not {:?}",
            act.host
        );
        return Err(Refusal::bad_request(text));
    }
    let safety = match act.safety {
        Safety::Safe => UrlSafety::Safe,
        Safety::Dangerous => UrlSafety::Dangerous,
        Safety::Unknown => UrlSafety::Unknown,
    };
    world.rate_host(&host, safety)?;
    let safety = act.safety;
    world.record(None, Change::HostRated { host, safety });
    Ok(Empty {})
}

pub(super) fn check(
    world: &mut World,
    _: &Caller,
    request: UrlRequest,
) -> Result<UrlReply, Refusal> {
    let urls = request.urls();
    if urls.len() > MAX_URLS {
        let text = format!("at most {MAX_URLS} links can be checked at once");
        return Err(Refusal::not_allowed(code::TOO_LARGE, text));
    }
    let mut verdicts = Vec::with_capacity(urls.len());
    for url in urls {
        let safety = match host(url) {
            Some(host) => world.host_safety(&host)?,
            None => UrlSafety::Unknown,
        };
        verdicts.push((url.clone(), safety));
    }
    let warning = format!("http://{}/warning", world.address);
    Ok(UrlReply::of(verdicts, &warning))
}

/// The host of a link, with or without a scheme, in lower case.
fn host(url: &str) -> Option<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = host.split(':').next()?.trim_end_matches('.');
    (!host.is_empty() && host.len() <= LONGEST_HOST).then(|| host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::world;

    #[test]
    fn host_of_a_link_is_found() {
        for (url, expected) in [
            ("https://Example.COM/path?q=1", Some("example.com")),
            ("example.com", Some("example.com")),
            (
                "http://user:secret@evil.example.:8080#x",
                Some("evil.example"),
            ),
            ("https://good.example@evil.example/", Some("evil.example")),
            ("https://evil.example\\@good.example/", Some("evil.example")),
            ("https://", None),
            ("", None),
        ] {
            assert_eq!(host(url).as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn rating_of_a_host_holds_below_it_until_a_nearer_one() {
        let mut world = world();
        let rate_as = |world: &mut World, host: &str, safety| {
            let host = host.to_owned();
            rate(world, RateAct { host, safety })
        };
        let of = |world: &World, host: &str| world.host_safety(host).expect("a verdict");
        rate_as(&mut world, "Evil.Example", Safety::Dangerous).expect("rated");
        rate_as(&mut world, "good.evil.example", Safety::Safe).expect("rated");
        assert_eq!(of(&world, "evil.example"), UrlSafety::Dangerous);
        assert_eq!(of(&world, "a.b.evil.example"), UrlSafety::Dangerous);
        assert_eq!(of(&world, "x.good.evil.example"), UrlSafety::Safe);
        assert_eq!(of(&world, "notevil.example"), UrlSafety::Unknown);
        rate_as(&mut world, "evil.example", Safety::Unknown).expect("rated");
        assert_eq!(of(&world, "evil.example"), UrlSafety::Unknown);
        for wrong in ["", "two words", "http://a", &"a".repeat(254)] {
            let refusal = rate_as(&mut world, wrong, Safety::Safe).map(|_| ());
            assert!(
                refusal.expect_err("refused").text.contains("`host`"),
                "{wrong}"
            );
        }
    }
}
