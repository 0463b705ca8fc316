//! The command line. Other programs depend on it: options may be added, but not renamed or removed.

use crate::config::durations::Period;
use crate::{config::overrides::Overrides, language::Language};
use clap::{Args, Parser, Subcommand};
use nekonap_gateway::{HttpUrl, WsUrl};
use nekonap_ids::Uin;
use std::{net::SocketAddr, path::PathBuf, str::FromStr};

/// A QQ protocol endpoint for bot frameworks, with a sandbox to test against.
/// QQ 协议端:为机器人框架提供 OneBot 11 接口,并自带本机沙盒。
#[derive(Debug, Parser)]
#[command(name = "nekonap", version, max_term_width = 110)]
pub struct Cli {
    /// Command to run.
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
    /// Call an action of a running Nekonap and print the reply / 调用正在运行的 Nekonap 的接口
    Call(Call),
    /// List the actions, or describe one / 列出接口,或说明一个接口
    Actions(Actions),
    /// Check a configuration file and list its problems / 检查配置文件
    CheckConfig(CheckConfig),
    /// Turn NapCat's onebot11_UIN.json into a configuration file / 把 NapCat 的 onebot11_QQ号.json 转换为配置文件
    ImportNapcat(ImportNapcat),
}

/// `nekonap sandbox`.
#[derive(Debug, Args)]
pub struct Sandbox {
    /// Keep the world and the bots' archives in this folder (default: in memory)
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Address of the first bot's HTTP API and of the sandbox's API; port 0 picks a free port
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:3000")]
    pub http: SocketAddr,
    /// Address of the first bot's WebSocket server
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:3001")]
    pub ws: SocketAddr,
    /// Address that QQ clients connect to
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:3002")]
    pub wire: SocketAddr,
    /// Access token (default: a new random token, printed in the ready line)
    #[arg(
        long,
        env = "NEKONAP_TOKEN",
        hide_env_values = true,
        conflicts_with = "no_token"
    )]
    pub token: Option<String>,
    /// Require no token; only with loopback addresses
    #[arg(long)]
    pub no_token: bool,
    /// Initial world: `demo`, `empty`, or a JSON file
    #[arg(long, value_name = "demo|empty|FILE", default_value = "demo")]
    pub seed: Seed,
    /// Account of the world to log in as a bot; may be given several times
    #[arg(long = "bot", value_name = "UIN", default_value = "10001")]
    pub bots: Vec<Uin>,
    /// Also report the bots' own messages, as `message_sent` events
    #[arg(long)]
    pub report_self: bool,
    /// Connect to a framework's WebSocket, such as ws://127.0.0.1:8080/onebot/v11/ws. With UIN= in front, only that bot
    /// connects; otherwise all bots do. May be given several times / 反向 WebSocket 地址,可多次指定
    #[arg(long, value_name = "[UIN=]URL")]
    pub reverse_ws: Vec<ForBot<WsUrl>>,
    /// Post events to a framework, such as http://127.0.0.1:8080/onebot/v11/http. With UIN= in front, only that bot posts;
    /// otherwise all bots do. May be given several times / HTTP 上报地址,可多次指定
    #[arg(long, value_name = "[UIN=]URL")]
    pub webhook: Vec<ForBot<HttpUrl>>,
    /// Key that signs the events posted to webhooks (`X-Signature`) / HTTP 上报的签名密钥
    #[arg(long, env = "NEKONAP_SECRET", hide_env_values = true)]
    pub secret: Option<String>,
    /// Keep events that a framework misses while it is away, for this long, such as 10m / 框架离线期间的事件保留多久
    #[arg(long, value_name = "DURATION")]
    pub replay: Option<Period>,
    /// Allow `send_packet`: raw commands to the sandbox / 允许 send_packet(向沙盒发送原始命令)
    #[arg(long)]
    pub send_packet: bool,
}

/// Value of an option that applies to one bot or to all bots: `[UIN=]VALUE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForBot<T> {
    /// Account of the bot; `None` means all bots.
    pub bot: Option<Uin>,
    /// The value.
    pub value: T,
}

impl<T> ForBot<T> {
    /// Whether the value applies to this bot.
    pub fn includes(&self, bot: Uin) -> bool {
        self.bot.is_none_or(|only| only == bot)
    }
}

impl<T: FromStr> FromStr for ForBot<T> {
    type Err = T::Err;

    fn from_str(text: &str) -> Result<Self, T::Err> {
        // A URL may have a `=` in its query; the text in front of it is not a number then.
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

/// Initial world of a sandbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seed {
    /// Five people, who are friends of each other, and three groups.
    Demo,
    /// Only the bots' accounts.
    Empty,
    /// A world from a JSON file.
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
    /// Configuration file; written with comments if it does not exist
    #[arg(
        long,
        value_name = "FILE",
        default_value = "nekonap.toml",
        env = "NEKONAP_CONFIG"
    )]
    pub config: PathBuf,
    /// What overrides the file.
    #[command(flatten)]
    pub overrides: Overrides,
}

/// `nekonap check-config`.
#[derive(Debug, Args)]
pub struct CheckConfig {
    /// Configuration file
    #[arg(
        long,
        value_name = "FILE",
        default_value = "nekonap.toml",
        env = "NEKONAP_CONFIG"
    )]
    pub config: PathBuf,
    /// Print the JSON Schema of the file in place of checking one, for editors / 输出配置文件的 JSON Schema,供编辑器使用
    #[arg(long)]
    pub schema: bool,
    /// What overrides the file.
    #[command(flatten)]
    pub overrides: Overrides,
}

/// `nekonap import-napcat`.
#[derive(Debug, Args)]
pub struct ImportNapcat {
    /// NapCat's files, onebot11_UIN.json; each is an account / NapCat 的 onebot11_QQ号.json,每个文件对应一个账号
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// File to write, which must not exist (default: standard output) / 写入的文件,不得已存在(默认为标准输出)
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `nekonap call`.
#[derive(Debug, Args)]
pub struct Call {
    /// Action to call, such as `get_group_list`
    pub action: String,
    /// Parameters; a value that is a JSON list or object is sent as JSON, any other value as text
    #[arg(value_name = "KEY=VALUE", value_parser = parameter)]
    pub parameters: Vec<(String, String)>,
    /// Account that makes the call, if several are running (default: the first)
    #[arg(long, value_name = "UIN", conflicts_with = "url")]
    pub account: Option<Uin>,
    /// URL of the HTTP API (default: that of the same user's running Nekonap)
    #[arg(long)]
    pub url: Option<String>,
    /// Access token (default: that of the same user's running Nekonap)
    #[arg(long, env = "NEKONAP_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
}

/// `nekonap actions`.
#[derive(Debug, Args)]
pub struct Actions {
    /// Action to describe (default: list all actions)
    pub name: Option<String>,
    /// Language of the output (default: that of the locale)
    #[arg(long, value_enum)]
    pub lang: Option<Language>,
}

fn parameter(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("a parameter has the form KEY=VALUE".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn command_line_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn sandbox_has_the_documented_defaults() {
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
    fn every_sandbox_option_is_documented() {
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
    fn framework_is_for_all_bots_unless_one_is_named() {
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
    fn token_conflicts_with_no_token() {
        let refused =
            Cli::try_parse_from(["nekonap", "sandbox", "--token", "a", "--no-token"]).is_err();
        assert!(refused);
    }

    #[test]
    fn parameter_needs_a_name_and_an_equals_sign() {
        assert_eq!(parameter("a=b=c"), Ok(("a".to_owned(), "b=c".to_owned())));
        assert_eq!(parameter("a="), Ok(("a".to_owned(), String::new())));
        assert!(parameter("a").is_err());
        assert!(parameter("=a").is_err());
    }
}
