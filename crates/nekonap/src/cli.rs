//! The command line. Other programs rely on it: names stay, new ones may come.

use crate::language::Language;
use clap::{Args, Parser, Subcommand};
use nekonap_gateway::{HttpUrl, WsUrl};
use nekonap_ids::Uin;
use std::{net::SocketAddr, path::PathBuf, str::FromStr};

/// A QQ protocol endpoint for bot frameworks, with a sandbox to test against.
/// QQ 协议端:为机器人框架提供 OneBot 11 接口,并自带本机沙盒。
#[derive(Debug, Parser)]
#[command(name = "nekonap", version, max_term_width = 110)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start a QQ world on this machine with a bot logged in to it / 在本机启动沙盒世界并登录机器人
    Sandbox(Sandbox),
    /// Log in to QQ and serve bot frameworks / 登录 QQ 并为机器人框架提供接口
    Run(Run),
    /// Call an action of the Nekonap that runs here and print what it answers / 调用正在运行的 Nekonap 的接口
    Call(Call),
    /// List the actions, or describe one / 列出接口,或说明一个接口
    Actions(Actions),
    /// Check a configuration file, and say what is wrong with it / 检查配置文件
    CheckConfig(CheckConfig),
}

/// `nekonap sandbox`.
#[derive(Debug, Args)]
pub struct Sandbox {
    /// Keep the world and the bots' archives in this folder (default: in memory)
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Where the first bot's HTTP API and the sandbox's own listen; port 0 picks a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:3000")]
    pub http: SocketAddr,
    /// Where the first bot's WebSocket listens
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:3001")]
    pub ws: SocketAddr,
    /// Where QQ clients connect
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:3002")]
    pub wire: SocketAddr,
    /// The access token (default: a new random one, in the ready line)
    #[arg(
        long,
        env = "NEKONAP_TOKEN",
        hide_env_values = true,
        conflicts_with = "no_token"
    )]
    pub token: Option<String>,
    /// Ask for no token; on loopback addresses only
    #[arg(long)]
    pub no_token: bool,
    /// The world to begin with: `demo`, `empty`, or a JSON file
    #[arg(long, value_name = "demo|empty|FILE", default_value = "demo")]
    pub seed: Seed,
    /// An account of the world to log in as a bot; may be given several times
    #[arg(long = "bot", value_name = "UIN", default_value = "10001")]
    pub bots: Vec<Uin>,
    /// Report what the bots themselves say, too, as `message_sent` events
    #[arg(long)]
    pub report_self: bool,
    /// Connect to a framework's WebSocket, such as ws://127.0.0.1:8080/onebot/v11/ws; UIN= in front names the bot, else every
    /// bot connects. May be given several times / 反向 WebSocket 地址,可多次指定
    #[arg(long, value_name = "[UIN=]URL")]
    pub reverse_ws: Vec<ForBot<WsUrl>>,
    /// Post events to a framework, such as http://127.0.0.1:8080/onebot/v11/http; UIN= in front names the bot, else every
    /// bot posts. May be given several times / HTTP 上报地址,可多次指定
    #[arg(long, value_name = "[UIN=]URL")]
    pub webhook: Vec<ForBot<HttpUrl>>,
    /// The key that signs what is posted to webhooks (`X-Signature`) / HTTP 上报的签名密钥
    #[arg(long, env = "NEKONAP_SECRET", hide_env_values = true)]
    pub secret: Option<String>,
}

/// A value of an option that is for one bot, or for all of them: `[UIN=]VALUE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForBot<T> {
    /// The bot; `None` is every bot.
    pub bot: Option<Uin>,
    /// The value.
    pub value: T,
}

impl<T> ForBot<T> {
    /// Whether it is for this bot.
    pub fn includes(&self, bot: Uin) -> bool {
        self.bot.is_none_or(|only| only == bot)
    }
}

impl<T: FromStr> FromStr for ForBot<T> {
    type Err = T::Err;

    fn from_str(text: &str) -> Result<Self, T::Err> {
        // An address may hold a `=` in its query; what stands before it is no number then.
        let named = text
            .split_once('=')
            .and_then(|(bot, rest)| Some((bot.parse().ok()?, rest)));
        let (bot, rest) = named.map_or((None, text), |(bot, rest)| (Some(bot), rest));
        Ok(Self {
            bot,
            value: rest.parse()?,
        })
    }
}

/// What `--seed` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seed {
    /// Five friends and three groups.
    Demo,
    /// Nobody but the bots themselves.
    Empty,
    /// A world from a file.
    File(PathBuf),
}

impl FromStr for Seed {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "demo" => Self::Demo,
            "empty" => Self::Empty,
            path => Self::File(path.into()),
        })
    }
}

/// `nekonap run`.
#[derive(Debug, Args)]
pub struct Run {
    /// The configuration file (default: nekonap.toml, written with comments if it is not there)
    #[arg(long, value_name = "FILE", default_value = "nekonap.toml")]
    pub config: PathBuf,
}

/// `nekonap check-config`.
#[derive(Debug, Args)]
pub struct CheckConfig {
    /// The configuration file
    #[arg(long, value_name = "FILE", default_value = "nekonap.toml")]
    pub config: PathBuf,
}

/// `nekonap call`.
#[derive(Debug, Args)]
pub struct Call {
    /// The action, such as `get_group_list`
    pub action: String,
    /// Parameters; a value that is a JSON list or object is sent as one, any other as text
    #[arg(value_name = "KEY=VALUE", value_parser = parameter)]
    pub parameters: Vec<(String, String)>,
    /// The HTTP address to call (default: that of the Nekonap the same user runs here)
    #[arg(long)]
    pub url: Option<String>,
    /// The access token (default: that of the Nekonap the same user runs here)
    #[arg(long, env = "NEKONAP_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
}

/// `nekonap actions`.
#[derive(Debug, Args)]
pub struct Actions {
    /// The action to describe (default: a list of all)
    pub name: Option<String>,
    /// The language (default: that of the locale)
    #[arg(long, value_enum)]
    pub lang: Option<Language>,
}

fn parameter(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("a parameter is written KEY=VALUE".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_sandbox_has_the_promised_defaults() {
        let cli = Cli::try_parse_from(["nekonap", "sandbox"]).expect("no argument is needed");
        let Command::Sandbox(sandbox) = cli.command else {
            panic!("not the sandbox")
        };
        assert_eq!(sandbox.http.to_string(), "127.0.0.1:3000");
        assert_eq!(sandbox.ws.to_string(), "127.0.0.1:3001");
        assert_eq!(sandbox.wire.to_string(), "127.0.0.1:3002");
        assert_eq!(sandbox.seed, Seed::Demo);
        assert_eq!(sandbox.bots.len(), 1);
        assert_eq!(sandbox.bots[0].get(), 10001);
        assert_eq!(sandbox.data, None);
    }

    #[test]
    fn the_page_lists_the_options_of_the_sandbox() {
        let page = include_str!("../../../docs/api/sandbox.md");
        let start = page.find("```\nnekonap sandbox").expect("the command line");
        let usage = page[start + 4..].split("```").next().unwrap_or_default();
        let mut command = Cli::command();
        let sandbox = command.find_subcommand_mut("sandbox").expect("sandbox");
        for option in sandbox.get_arguments().filter_map(clap::Arg::get_long) {
            let named = usage
                .split(|c: char| !(c.is_ascii_lowercase() || c == '-'))
                .any(|word| word.strip_prefix("--") == Some(option));
            assert!(
                named || option == "help",
                "docs/api/sandbox.md lacks --{option}"
            );
        }
    }

    #[test]
    fn a_framework_is_for_every_bot_unless_one_is_named() {
        let read = |text: &str| text.parse::<ForBot<WsUrl>>();
        let all = read("ws://127.0.0.1:8080/ws?a=b").expect("an address");
        assert_eq!(all.bot, None);
        assert_eq!(all.value.to_string(), "ws://127.0.0.1:8080/ws?a=b");
        let one = read("10003=ws://127.0.0.1:8080/ws").expect("a bot and an address");
        let [bob, carol] = [10002, 10003].map(|uin| Uin::new(uin).expect("an account"));
        assert!(one.includes(carol) && !one.includes(bob) && all.includes(bob));
        assert!(read("10003=http://127.0.0.1").is_err());
        assert!(read("0=ws://127.0.0.1").is_err());
    }

    #[test]
    fn a_token_and_no_token_contradict_each_other() {
        let refused =
            Cli::try_parse_from(["nekonap", "sandbox", "--token", "a", "--no-token"]).is_err();
        assert!(refused);
    }

    #[test]
    fn a_parameter_needs_a_name_and_a_sign() {
        assert_eq!(parameter("a=b=c"), Ok(("a".to_owned(), "b=c".to_owned())));
        assert_eq!(parameter("a="), Ok(("a".to_owned(), String::new())));
        assert!(parameter("a").is_err());
        assert!(parameter("=a").is_err());
    }
}
