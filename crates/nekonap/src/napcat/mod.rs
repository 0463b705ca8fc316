//! NapCat's configuration (`onebot11_UIN.json`, api/transports §11) as the text of `nekonap.toml`.

mod entries;
mod fields;
#[cfg(test)]
mod tests;

use crate::config::{check, file, overrides::Overrides, qq::is_http};
use entries::Entries;
use fields::{Fields, Object};
use nekonap_gateway::{Listen, Proxy};
use nekonap_ids::Uin;
use serde_json::{Value, json};
use std::path::Path;

/// A file of NapCat.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// Its name, without folders. `onebot11_UIN.json` names the account.
    pub name: &'a str,
    /// Its contents: JSON or JSON5.
    pub text: &'a str,
}

/// The result of an import.
#[derive(Debug)]
pub struct Imported {
    /// The text of `nekonap.toml`. It has no problems (`nekonap check-config`).
    pub text: String,
    /// What has changed or could not be kept.
    pub notes: Vec<Note>,
}

/// Something that an import changed or could not keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Name of the file.
    pub file: String,
    /// The key in that file, such as `network.httpServers[0].token`.
    pub key: String,
    /// What has become of it, in English.
    pub english: String,
    /// The same in Chinese.
    pub chinese: String,
}

/// Collects the notes about one file.
struct Notes<'a> {
    file: &'a str,
    notes: &'a mut Vec<Note>,
}

impl Notes<'_> {
    fn add(
        &mut self,
        key: impl Into<String>,
        english: impl Into<String>,
        chinese: impl Into<String>,
    ) {
        self.notes.push(Note {
            file: self.file.to_owned(),
            key: key.into(),
            english: english.into(),
            chinese: chinese.into(),
        });
    }
}

/// Converts files: one to an account at the top level, several to `[[account]]` tables.
///
/// # Errors
///
/// A message for the user: a file is not JSON5, is not NapCat's, or has no entry that can be used; or two files are of one account.
pub fn import(sources: &[Source<'_>]) -> Result<Imported, String> {
    let mut notes = Vec::new();
    // The addresses of all accounts: only one server can listen on each.
    let mut taken = Vec::new();
    let mut accounts = Vec::new();
    for source in sources {
        let mut notes = Notes {
            file: source.name,
            notes: &mut notes,
        };
        let account = account(source, sources.len() > 1, &mut taken, &mut notes)
            .map_err(|error| format!("{}: {error}", source.name))?;
        accounts.push(account);
    }
    let names: Vec<&str> = sources.iter().map(|source| source.name).collect();
    let names = names.join(", ").replace(char::is_control, "?");
    let body = match <[Object; 1]>::try_from(accounts) {
        Ok([account]) => toml::to_string(&account),
        Err(accounts) => toml::to_string(&json!({"account": accounts})),
    };
    let body = body.map_err(|error| error.to_string())?;
    let text = format!(
        "# Imported from NapCat's {names}; check it with: nekonap check-config\n# 由 NapCat 的 {names} 导入\n\n{body}"
    );
    let config = file::parse(Path::new("nekonap.toml"), &text, &Overrides::default())
        .map_err(|error| error.to_string())?;
    let problems = check::check(&config).problems;
    if !problems.is_empty() {
        return Err(format!("{names}:\n  {}", problems.join("\n  ")));
    }
    Ok(Imported { text, notes })
}

/// The keys of an account.
fn account(
    source: &Source<'_>,
    several: bool,
    taken: &mut Vec<(String, Listen)>,
    notes: &mut Notes<'_>,
) -> Result<Object, String> {
    let text = source.text.trim_start_matches('\u{feff}');
    let root: Value = json5::from_str(text).map_err(|error| error.to_string())?;
    let Value::Object(root) = root else {
        return Err("it is not a JSON object / 不是 JSON 对象".to_owned());
    };
    let mut root = Fields::new("", root, notes);
    let network = root.object("network");
    let onebot = onebot(&mut root);
    let proxy = media_proxy(&mut root);
    root.finish();

    let mut network = Fields::new("network.", network, notes);
    let lists = [
        "httpServers",
        "httpSseServers",
        "websocketServers",
        "websocketClients",
        "httpClients",
        "plugins",
    ]
    .map(|list| (list, network.objects(list)));
    network.finish();
    let mut entries = Entries::new(taken, notes);
    for (list, objects) in lists {
        for (index, object) in objects.into_iter().enumerate() {
            let key = format!("network.{list}[{index}].");
            entries.add(list, &key, object);
        }
    }
    let entries = entries.finish();
    if entries.is_empty() {
        return Err(
            "no entry of `network` can be used: the file should be NapCat's onebot11_….json / `network` 中没有可用的连接,请使用 NapCat 的 onebot11_….json"
                .to_owned(),
        );
    }

    let mut account = Object::new();
    let stem = source.name.strip_suffix(".json").unwrap_or(source.name);
    let uin = stem
        .rsplit_once('_')
        .and_then(|(_, digits)| digits.parse::<Uin>().ok());
    match uin {
        Some(uin) => {
            account.insert("uin".to_owned(), json!(uin.get()));
        }
        None if several => {
            account.insert("data".to_owned(), json!(format!("nekonap-data/{stem}")));
        }
        None => {}
    }
    if !onebot.is_empty() {
        account.insert("onebot".to_owned(), Value::Object(onebot));
    }
    if let Some(proxy) = proxy {
        account.insert("media".to_owned(), json!({ "proxy": proxy }));
    }
    account.extend(entries);
    Ok(account)
}

/// `proxy` of `[media]`.
fn media_proxy(root: &mut Fields<'_, '_>) -> Option<String> {
    let proxy = root.text("imageDownloadProxy", "");
    if proxy.is_empty() {
        return None;
    }
    if let Err(error) = proxy.parse::<Proxy>() {
        // The text may contain a password.
        root.note(
            "imageDownloadProxy",
            format!("{error}; left out"),
            "不是可用的代理地址,已略去",
        );
        return None;
    }
    Some(proxy)
}

/// `[onebot]`: the keys of the file that are not entries.
fn onebot(root: &mut Fields<'_, '_>) -> Object {
    let mut onebot = Object::new();
    let sign = root.text("musicSignUrl", "");
    if is_http(&sign) {
        onebot.insert("music_sign_url".to_owned(), json!(sign));
    } else if sign.is_empty() {
        root.note(
            "musicSignUrl",
            "it is empty, and NapCat then uses a public service: music cards are refused until onebot.music_sign_url is set",
            "此项为空时 NapCat 使用公共服务;在 Nekonap 中须填写 onebot.music_sign_url 才能发送音乐卡片",
        );
    } else {
        root.note(
            "musicSignUrl",
            format!("{sign:?} is not an http or https address; left out"),
            format!("{sign:?} 不是 http 或 https 地址,已略去"),
        );
    }
    if root.flag("parseMultMsg", false) {
        onebot.insert("parse_mult_msg".to_owned(), json!(true));
    }
    // `get_file` always returns the content of a small file.
    root.flag("enableLocalFile2Url", false);
    let timeout = root.object("timeout");
    let defaults = json!({
        "baseTimeout": 10000, "uploadSpeedKBps": 256, "downloadSpeedKBps": 256, "maxTimeout": 1_800_000,
    });
    let mut changed = timeout
        .iter()
        .filter(|(key, value)| defaults.get(key.as_str()) != Some(value));
    if changed.next().is_some() {
        root.unsupported("timeout");
    }
    onebot
}
