//! Messages for the user on stderr. They are only printed if stderr is a terminal; the log has the same facts.

use crate::{language::Language, ready::Ready};
use nekonap_ids::Uin;
use std::{
    env,
    fmt::Write as _,
    io::{self, IsTerminal, Write as _},
};

/// The terminal on stderr.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terminal {
    language: Language,
    colour: bool,
}

/// ANSI escape sequences.
const GREEN: &str = "\x1b[32m";
const YELLOW: &str = "\x1b[33m";
const CYAN: &str = "\x1b[36m";
const BOLD: &str = "\x1b[1m";
const RESET: &str = "\x1b[0m";

/// The addresses that frameworks connect to, and their token.
pub(super) struct Served {
    /// URLs of the open listeners, `http://host:port` and `ws://host:port`.
    pub(super) addresses: Vec<String>,
    /// Where the user finds the access token; `None` if no token is required.
    pub(super) token: Option<String>,
}

impl Terminal {
    /// The terminal on stderr; `None` if stderr is not a terminal. There are no colours if `NO_COLOR` is set or `TERM` is
    /// `dumb`.
    pub(super) fn of_stderr() -> Option<Self> {
        let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
        io::stderr().is_terminal().then(|| Self {
            language: Language::of_environment(),
            colour: set("NO_COLOR").is_none() && set("TERM").is_none_or(|term| term != "dumb"),
        })
    }

    /// Prints a text.
    pub(super) fn show(text: &str) {
        // The message is lost if the terminal was closed; nothing depends on it.
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    fn paint(self, colour: &str, text: &str) -> String {
        if self.colour {
            format!("{colour}{text}{RESET}")
        } else {
            text.to_owned()
        }
    }

    /// Message for a sandbox that is ready: its addresses and commands to try.
    pub(super) fn greeting(self, ready: &Ready) -> String {
        let choose = |english, chinese| self.language.choose(english, chinese);
        let bots: Vec<String> = ready
            .bots
            .iter()
            .map(|bot| bot.self_id.to_string())
            .collect();
        let title = match self.language {
            Language::English => format!("The sandbox is ready; logged in: {}", bots.join(", ")),
            Language::Chinese => format!("沙盒已就绪,已登录:{}", bots.join("、")),
        };
        let mut text = format!("\n{}\n\n", self.paint(GREEN, &self.paint(BOLD, &title)));
        let token = match ready.token.as_str() {
            "" => choose("none is needed", "不需要"),
            token => token,
        };
        let data = ready.data.as_ref().map_or_else(
            || {
                choose(
                    "in memory; --data DIR keeps it",
                    "仅在内存中;用 --data 目录 保存",
                )
                .to_owned()
            },
            |data| data.display().to_string(),
        );
        let mut facts = Vec::new();
        for bot in &ready.bots {
            let of = if ready.bots.len() > 1 {
                format!(" ({})", bot.self_id)
            } else {
                String::new()
            };
            facts.push((format!("HTTP{of}"), bot.http.clone()));
            facts.push((format!("WebSocket{of}"), bot.ws.clone()));
        }
        facts.push((choose("Token", "令牌").to_owned(), token.to_owned()));
        facts.push((choose("Page", "网页").to_owned(), ready.console.clone()));
        facts.push((
            choose("QQ clients", "QQ 客户端").to_owned(),
            ready.wire.to_string(),
        ));
        facts.push((choose("World", "世界").to_owned(), data));
        let width = facts
            .iter()
            .map(|(name, _)| columns(name))
            .max()
            .unwrap_or(0);
        for (name, value) in facts {
            let space = " ".repeat(width - columns(&name));
            let _ = writeln!(text, "  {name}{space}  {}", self.paint(CYAN, &value));
        }
        let authorization = match ready.token.as_str() {
            "" => String::new(),
            token => format!(" -H 'Authorization: Bearer {token}'"),
        };
        let access = match ready.token.as_str() {
            "" => String::new(),
            token => format!(" ONEBOT_ACCESS_TOKEN={token}"),
        };
        let _ = writeln!(text, "\n{}", self.paint(BOLD, choose("Try", "试试看")));
        for (about, command) in [
            (
                choose("call an action", "调用接口"),
                "nekonap call get_group_list".to_owned(),
            ),
            (
                choose("the same with any HTTP client", "用任意 HTTP 客户端"),
                format!("curl -s {}/get_group_list{authorization}", ready.http),
            ),
            (
                choose(
                    "connect a framework, here NoneBot",
                    "连接框架,以 NoneBot 为例",
                ),
                format!("ONEBOT_WS_URLS='[\"{}\"]'{access} nb run", ready.ws),
            ),
            (
                choose("list all actions", "查看全部接口"),
                "nekonap actions".to_owned(),
            ),
        ] {
            let _ = writeln!(text, "  # {about}\n  {}", self.paint(YELLOW, &command));
        }
        let _ = writeln!(
            text,
            "\n{}\n",
            choose("Ctrl-C stops it.", "按 Ctrl-C 停止。")
        );
        text
    }

    /// Message for what `nekonap run` waits for.
    pub(super) fn waiting(self, english: &str, chinese: &str) -> String {
        let what = self.language.choose(english, chinese);
        let label = self.language.choose("Waiting for:", "等待:");
        format!("{} {what}\n", self.paint(YELLOW, label))
    }

    /// Message for an account that is online.
    pub(super) fn online(self, account: Uin, nickname: &str) -> String {
        let label = self.paint(GREEN, self.language.choose("Connected:", "已连接:"));
        match self.language {
            Language::English => format!("{label} QQ, as {nickname} ({account})\n"),
            Language::Chinese => format!("{label} QQ,账号 {nickname}({account})\n"),
        }
    }

    /// Message for the addresses that frameworks connect to.
    pub(super) fn serving(self, served: &Served) -> String {
        let label = self.paint(GREEN, self.language.choose("Serving:", "提供服务:"));
        let addresses = self.paint(CYAN, &served.addresses.join("  "));
        let token = match (&served.token, self.language) {
            (Some(token), Language::English) => format!("token: {token}"),
            (Some(token), Language::Chinese) => format!("令牌:{token}"),
            (None, Language::English) => "no token is needed".to_owned(),
            (None, Language::Chinese) => "不需要令牌".to_owned(),
        };
        format!("{label} {addresses}  ({token})\n")
    }
}

/// Width of a text in columns. Chinese characters take two.
fn columns(text: &str) -> usize {
    text.chars()
        .map(|char| if char.is_ascii() { 1 } else { 2 })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ready::{ReadyBot, WireKeys};

    fn ready(token: &str, bots: &[u64]) -> Ready {
        let bots = bots
            .iter()
            .enumerate()
            .map(|(at, &uin)| ReadyBot {
                self_id: Uin::new(uin).expect("a number"),
                http: format!("http://127.0.0.1:{}", 3000 + at * 10),
                ws: format!("ws://127.0.0.1:{}", 3001 + at * 10),
            })
            .collect();
        let keys = WireKeys {
            secp192k1: "04aa".to_owned(),
            p256: "04bb".to_owned(),
        };
        let wire = "127.0.0.1:3002".parse().expect("an address");
        Ready::new(bots, wire, keys, token.to_owned(), None).expect("a bot")
    }

    const PLAIN: Terminal = Terminal {
        language: Language::English,
        colour: false,
    };

    #[test]
    fn greeting_has_addresses_token_page_and_commands() {
        let text = PLAIN.greeting(&ready("secret", &[10001]));
        for line in [
            "The sandbox is ready; logged in: 10001",
            "  HTTP        http://127.0.0.1:3000",
            "  WebSocket   ws://127.0.0.1:3001",
            "  Token       secret",
            "  Page        http://127.0.0.1:3000/sandbox",
            "  QQ clients  127.0.0.1:3002",
            "  World       in memory; --data DIR keeps it",
            "  nekonap call get_group_list",
            "  curl -s http://127.0.0.1:3000/get_group_list -H 'Authorization: Bearer secret'",
            "  ONEBOT_WS_URLS='[\"ws://127.0.0.1:3001\"]' ONEBOT_ACCESS_TOKEN=secret nb run",
            "  nekonap actions",
        ] {
            assert!(
                text.lines().any(|found| found == line),
                "{line:?} is not in:\n{text}"
            );
        }
        assert!(!text.contains('\x1b'), "{text}");
    }

    #[test]
    fn greeting_follows_the_terminals_language_and_colours() {
        let terminal = Terminal {
            language: Language::Chinese,
            colour: true,
        };
        let text = terminal.greeting(&ready("", &[10001, 10003]));
        assert!(text.contains("沙盒已就绪,已登录:10001、10003"), "{text}");
        assert!(
            text.contains("\x1b[36mhttp://127.0.0.1:3010\x1b[0m"),
            "{text}"
        );
        assert!(text.contains("令牌") && text.contains("不需要"), "{text}");
        assert!(
            !text.contains("Authorization") && !text.contains("ACCESS_TOKEN"),
            "{text}"
        );
        assert_eq!(
            text.matches(RESET).count() * 2,
            text.matches("\x1b[").count(),
            "{text}"
        );
    }

    #[test]
    fn run_prints_what_it_waits_for_and_where_it_serves() {
        let account = Uin::new(10001).expect("a number");
        assert_eq!(
            PLAIN.online(account, "Bot"),
            "Connected: QQ, as Bot (10001)\n"
        );
        assert_eq!(
            PLAIN.waiting("the phone", "手机"),
            "Waiting for: the phone\n"
        );
        let served = Served {
            addresses: vec![
                "http://127.0.0.1:3000".to_owned(),
                "ws://127.0.0.1:3001".to_owned(),
            ],
            token: Some("in nekonap-data/token".to_owned()),
        };
        assert_eq!(
            PLAIN.serving(&served),
            "Serving: http://127.0.0.1:3000  ws://127.0.0.1:3001  (token: in nekonap-data/token)\n"
        );
    }
}
