//! Checks of the configuration that its types cannot express.

use super::{Config, account::Account, findings::Findings, gateway::gateway};
use nekonap_gateway::{Listen, Token};
use std::{collections::HashMap, path::PathBuf};
use tracing_subscriber::filter::{LevelFilter, Targets};

/// Checks a configuration.
pub fn check(config: &Config) -> Findings {
    let mut findings = Findings::default();
    log_level(&config.log.level, &mut findings);
    for account in &config.accounts {
        check_account(account, &mut findings);
    }
    listeners(&config.accounts, &mut findings);
    identities(&config.accounts, &mut findings);
    findings
}

/// A filter of a single word is a level. (To `tracing` any other word is the name of a module, so a misspelt level would log
/// nothing.)
fn log_level(filter: &str, findings: &mut Findings) {
    findings.value("log.level", filter.parse::<Targets>());
    let words = filter.split(',').map(str::trim);
    for word in words.filter(|word| !word.contains('=')) {
        if word.parse::<LevelFilter>().is_err() {
            findings.problem(
                "log.level",
                format_args!(
                    "{word:?} is not a level: write error, warn, info, debug, trace or off, or MODULE=LEVEL"
                ),
            );
        }
    }
}

fn check_account(account: &Account, findings: &mut Findings) {
    let prefix = &account.prefix;
    account.qq.client(&format!("{prefix}qq"), findings);
    account.endpoint(findings);
    account
        .on_offline
        .check(&format!("{prefix}on_offline"), findings);
    // Every valid token does: the one that will be generated is valid.
    if let Ok(generated) = Token::new("generated") {
        gateway(account, &generated, findings);
    }
}

/// Two enabled entries of any accounts must not listen on one port.
fn listeners(accounts: &[Account], findings: &mut Findings) {
    let mut taken: Vec<(String, Listen)> = Vec::new();
    for (key, text) in accounts.iter().flat_map(Account::listeners) {
        // A text that is not an address has been reported.
        let Ok(listen) = text.parse::<Listen>() else {
            continue;
        };
        match taken.iter().find(|(_, other)| other.overlaps(&listen)) {
            Some((other_key, other)) => findings.problem(
                key,
                format_args!(
                    "{listen} is already used by {other_key} = \"{other}\": write another port (0 picks a free one)"
                ),
            ),
            None => taken.push((key, listen)),
        }
    }
}

/// Two accounts must not have one data folder or one number.
fn identities(accounts: &[Account], findings: &mut Findings) {
    let mut folders: HashMap<PathBuf, &str> = HashMap::new();
    let mut numbers = HashMap::new();
    for account in accounts {
        let prefix = &*account.prefix;
        if account.folder.as_os_str().is_empty() {
            findings.problem(
                format_args!("{prefix}data"),
                "each account needs its own folder: write data = \"FOLDER\", or the account's number as uin = NUMBER",
            );
            continue;
        }
        let folder = std::path::absolute(&account.folder).unwrap_or(account.folder.clone());
        if let Some(other) = folders.insert(folder, prefix) {
            findings.problem(
                format_args!("{prefix}data"),
                format_args!(
                    "{} is also {other}data: each account needs its own folder",
                    account.folder.display()
                ),
            );
        }
        if let Some(uin) = account.uin
            && let Some(other) = numbers.insert(uin, prefix)
        {
            findings.problem(
                format_args!("{prefix}uin"),
                format_args!("{uin} is also {other}uin: an account can be configured once"),
            );
        }
    }
}
