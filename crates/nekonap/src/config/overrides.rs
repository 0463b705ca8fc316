//! Flags and environment variables that override the configuration file.

use super::{
    Config,
    entries::{Http, Ws},
};
use clap::Args;
use std::path::PathBuf;

/// The flags of `nekonap run` that override the file. An empty text counts as not given.
#[derive(Debug, Clone, Default, Args)]
pub struct Overrides {
    /// Data folder, in place of `data`; only with one account
    #[arg(long, value_name = "DIR", env = "NEKONAP_DATA")]
    pub data: Option<PathBuf>,
    /// Access token, in place of `token` in `[onebot]`; an entry with a token of its own keeps it
    #[arg(long, env = "NEKONAP_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
    /// Log filter, in place of `level` in `[log]`
    #[arg(long, value_name = "LEVEL", env = "NEKONAP_LOG")]
    pub log: Option<String>,
    /// Address of the first HTTP server, which is added if there is none; only with one account
    #[arg(long, value_name = "ADDR", env = "NEKONAP_HTTP")]
    pub http: Option<String>,
    /// Address of the first WebSocket server, which is added if there is none; only with one account
    #[arg(long, value_name = "ADDR", env = "NEKONAP_WS")]
    pub ws: Option<String>,
}

impl Overrides {
    /// Applies the flags.
    ///
    /// # Errors
    ///
    /// The name of a flag that needs a file with one account.
    pub(super) fn apply(&self, config: &mut Config) -> Result<(), &'static str> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        if let Some(level) = given(&self.log) {
            config.log.level = level;
        }
        if let Some(token) = given(&self.token) {
            for account in &mut config.accounts {
                account.onebot.token = Some(token.clone());
            }
        }
        let data = self
            .data
            .clone()
            .filter(|data| !data.as_os_str().is_empty());
        let (http, ws) = (given(&self.http), given(&self.ws));
        let flags = [
            ("--data", data.is_some()),
            ("--http", http.is_some()),
            ("--ws", ws.is_some()),
        ];
        let Some((flag, _)) = flags.iter().find(|(_, given)| *given) else {
            return Ok(());
        };
        let [account] = config.accounts.as_mut_slice() else {
            return Err(flag);
        };
        if let Some(data) = data {
            // A path on the command line starts at the working directory.
            account.folder.clone_from(&data);
            account.data = Some(data);
        }
        if let Some(listen) = http {
            match account.http.first_mut() {
                Some(entry) => {
                    entry.listen = listen;
                    entry.enabled = true;
                }
                None => account.http.push(Http {
                    listen,
                    ..Http::default()
                }),
            }
        }
        if let Some(listen) = ws {
            match account.ws.first_mut() {
                Some(entry) => {
                    entry.listen = listen;
                    entry.enabled = true;
                }
                None => account.ws.push(Ws {
                    listen,
                    ..Ws::default()
                }),
            }
        }
        Ok(())
    }
}
