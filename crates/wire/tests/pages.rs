//! Every command that `docs/protocol` describes is declared in this crate, or listed in its README as not built yet.

use nekonap_wire::{
    commands::{all, session},
    highway,
};
use std::{collections::BTreeSet, fs, path::PathBuf};

/// First parts of command names that are not OIDB commands.
const FAMILIES: &[&str] = &[
    "BQMallSvc",
    "Client",
    "ConfigPushSvc",
    "Faceroam",
    "Heartbeat",
    "HttpConn",
    "ImgStore",
    "LightAppSvc",
    "Location",
    "MQUpdateSvc_com_qq_ti",
    "MessageSvc",
    "OnlinePush",
    "PicSearchSvr",
    "PicUp",
    "QunAlbum",
    "StatSvc",
    "pttTrans",
    "trpc",
    "wtlogin",
];

const OIDB: &str = "OidbSvcTrpcTcp.";

fn page(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs/protocol")
        .join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A section of a page: from a heading to the next of the same depth.
fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let start = page.find(heading).expect("the heading");
    let depth = heading.bytes().take_while(|byte| *byte == b'#').count();
    let end = format!("\n{} ", &heading[..depth]);
    let length = page[start + 1..].find(&end);
    &page[start..length.map_or(page.len(), |length| start + 1 + length)]
}

/// The commands in a text, with full names: `0xfe1_2` is short for `OidbSvcTrpcTcp.0xfe1_2`.
fn commands(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_alphanumeric() || "._…".contains(c)));
    let found: BTreeSet<String> = words
        .map(|word| word.trim_matches('.'))
        .filter_map(|word| {
            let (family, rest) = word.split_once('.').unwrap_or((word, ""));
            if !rest.is_empty() && FAMILIES.contains(&family) {
                return Some(word.to_owned());
            }
            let number = word.strip_prefix(OIDB).unwrap_or(word);
            let (command, sub_command) = number.strip_prefix("0x")?.split_once('_')?;
            let oidb = !sub_command.is_empty()
                && command
                    .bytes()
                    .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
                && sub_command.bytes().all(|byte| byte.is_ascii_digit());
            oidb.then(|| format!("{OIDB}{number}"))
        })
        .collect();
    // The name of a service is skipped if the text also contains names of its commands.
    let service = |name: &String| {
        found
            .iter()
            .any(|other| other.starts_with(&format!("{name}.")))
    };
    found
        .iter()
        .filter(|name| !service(name))
        .cloned()
        .collect()
}

#[test]
fn described_commands_are_declared_or_listed_as_not_built() {
    let login = page("01-wire-and-login.md");
    // Contains only names: the commands that a client signs.
    let login = login.replace(section(&login, "### 6.3 "), "");
    let described = commands(
        &[
            login,
            page("02-messages.md"),
            page("03-media-and-files.md"),
            page("04-contacts-groups-account.md"),
            page("05-events.md"),
        ]
        .join("\n"),
    );
    let declared: BTreeSet<String> = all()
        .map(|declared| declared.name)
        .chain([
            session::MSG_PUSH,
            session::KICK_NT,
            session::PUSH_PARAMS,
            session::INFO_SYNC_PUSH,
            session::CONFIG_PUSH,
            highway::DATA_UP,
            highway::ECHO,
        ])
        .map(str::to_owned)
        .collect();
    let listed = commands(section(&page("README.md"), "## Not built yet"));

    let missing: Vec<_> = described
        .iter()
        .filter(|name| !declared.contains(*name) && !listed.contains(*name))
        .collect();
    assert!(
        missing.is_empty(),
        "neither declared nor listed: {missing:#?}"
    );
    let built: Vec<_> = listed.intersection(&declared).collect();
    assert!(built.is_empty(), "built, but listed: {built:#?}");
    let unknown: Vec<_> = listed.difference(&described).collect();
    assert!(unknown.is_empty(), "listed, but on no page: {unknown:#?}");
}
