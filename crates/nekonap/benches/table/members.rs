//! `nekonap run` with half a million people, in 1,000 groups of 500 distinct members and one of 2,000: how long it takes
//! to fill the caches after the log-in, memory after one call of `get_group_member_list` for each group, and the time of
//! this call for 2,000 members.

use crate::{
    Row, baseline,
    load::{percentile, post as request, times},
    process::resident_kilobytes,
};
use nekonap::runtime;
use serde_json::{Value, json};
use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Instant,
};

const GROUPS: u32 = 1_000;
const MEMBERS: u32 = 500;
/// Number of the group of 2,000.
const LARGE_GROUP: u32 = 90_001;
/// Its members.
const LARGE: u32 = 2_000;
/// Rounds and calls of `get_group_member_list` of the large group that are measured.
const ROUNDS: u32 = 3;
const CALLS: u32 = 50;
/// Account that logs in and is in every group.
const ACCOUNT: u32 = 10_001;
/// The sandbox's own bot, which is in no group.
const SANDBOX_BOT: u32 = 10_002;

pub(crate) async fn rows() -> Vec<Row> {
    let Some(binary) = std::env::var_os("NEKONAP_BINARY") else {
        return Vec::new();
    };
    let folder = tempfile::tempdir().expect("a folder");
    let seed = folder.path().join("seed.json");
    fs::write(&seed, world().to_string()).expect("written");
    let mut sandbox = KillOnDrop(
        Command::new(&binary)
            .args([
                "sandbox",
                "--http",
                "127.0.0.1:0",
                "--ws",
                "127.0.0.1:0",
                "--wire",
                "127.0.0.1:0",
            ])
            .args(["--bot", &SANDBOX_BOT.to_string(), "--seed"])
            .arg(&seed)
            .env("XDG_RUNTIME_DIR", folder.path().join("sandbox"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts"),
    );
    let mut line = String::new();
    BufReader::new(sandbox.0.stdout.take().expect("a pipe"))
        .read_line(&mut line)
        .expect("the ready line");
    let ready: Value = serde_json::from_str(&line).expect("JSON");

    let mut run = KillOnDrop(start_run(&binary, folder.path(), &ready));
    let stderr = BufReader::new(run.0.stderr.take().expect("a pipe"));
    let mut lines = stderr.lines().map_while(Result::ok);
    let code = lines
        .find(|line| line.contains("txz.qq.com"))
        .expect("it shows a QR code");
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    for verb in ["scan_login", "confirm_login"] {
        let act = json!({"as": ACCOUNT, "do": verb, "code": code.trim()});
        let api = format!("{}/sandbox/api/act", text(&ready["http"]));
        post(&client, &api, text(&ready["token"]), &act).await;
    }
    lines
        .find(|line| line.contains("已上线"))
        .expect("it comes online");
    let online = Instant::now();
    lines
        .find(|line| line.contains("the caches are filled"))
        .expect("it fills the caches");
    let filled = online.elapsed();
    // Read the rest of stderr, so that the process never blocks on a full pipe.
    std::thread::spawn(move || lines.for_each(drop));

    let running = runtime::running(&folder.path().join("run").join("nekonap")).expect("announced");
    let me = &running[0][0];
    for group in 0..GROUPS {
        let params = json!({"group_id": 20_001 + group});
        let url = format!("{}/get_group_member_list", me.http);
        let answer = post(&client, &url, &me.token, &params).await;
        assert_eq!(
            answer["data"].as_array().map(Vec::len),
            Some(MEMBERS as usize),
            "group {group}"
        );
    }
    let (ours, bare) = large_lists(&client, &me.http, &me.token).await;
    let Some(resident) = resident_kilobytes(run.0.id()) else {
        return Vec::new();
    };
    vec![
        Row {
            what: "resident, `nekonap run`, 1,000 groups of 500 members",
            figure: f64::from(resident) / 1_024.0,
            unit: "MiB",
            baseline: None,
            reach: "< 120 MB",
        },
        Row {
            what: "caches filled in the background, 1,001 groups",
            figure: filled.as_secs_f64(),
            unit: "s",
            baseline: None,
            reach: "100 ms a group",
        },
        Row {
            what: "get_group_member_list over HTTP, 2,000 members, p50",
            figure: ours,
            unit: "µs",
            baseline: Some(("a bare axum handler", bare)),
            reach: "-",
        },
    ]
}

/// How long a call for the members of the large group takes, and an answer of the same bytes by a bare handler, in
/// microseconds. Both are measured in turn.
async fn large_lists(client: &reqwest::Client, http: &str, token: &str) -> (f64, f64) {
    let params = json!({"group_id": LARGE_GROUP});
    let url = format!("{http}/get_group_member_list");
    let answer = post(client, &url, token, &params).await;
    assert_eq!(
        answer["data"].as_array().map(Vec::len),
        Some(LARGE as usize)
    );
    let bare = baseline::http(answer.to_string()).await;
    let address = http.trim_start_matches("http://").parse();
    let address = address.expect("an address");
    let call = request("/get_group_member_list", token, &params.to_string());
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        theirs.extend(times(bare, call.clone(), CALLS).await);
        ours.extend(times(address, call.clone(), CALLS).await);
    }
    (percentile(&mut ours, 50), percentile(&mut theirs, 50))
}

/// A process that is killed on drop.
struct KillOnDrop(Child);

impl Drop for KillOnDrop {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn world() -> Value {
    let mut people = vec![json!({"uin": ACCOUNT, "nickname": "Neko"})];
    let mut groups = Vec::new();
    let mut next = 1_000_000;
    for group in 0..GROUPS {
        let others: Vec<u32> = (next..next + MEMBERS - 1).collect();
        next += MEMBERS - 1;
        people.extend(
            others
                .iter()
                .map(|uin| json!({"uin": uin, "nickname": format!("Member {uin}")})),
        );
        let mut members = others;
        let owner = members[0];
        members.push(ACCOUNT);
        groups.push(json!({
            "group": 20_001 + group, "name": format!("Group {group}"), "owner": owner, "members": members
        }));
    }
    let mut large: Vec<u32> = (1_000_000..1_000_000 + LARGE - 1).collect();
    let owner = large[0];
    large.push(ACCOUNT);
    groups.push(json!({
        "group": LARGE_GROUP, "name": "Large", "owner": owner, "members": large
    }));
    json!({"people": people, "groups": groups})
}

fn start_run(binary: &std::ffi::OsStr, folder: &Path, ready: &Value) -> Child {
    let config = folder.join("nekonap.toml");
    let text = format!(
        "[qq]\nservers = [{}]\nsecp192k1 = {}\np256 = {}\n[[http]]\nlisten = \"127.0.0.1:0\"\n[[ws]]\nlisten = \"127.0.0.1:0\"\n",
        ready["wire"], ready["wire_keys"]["secp192k1"], ready["wire_keys"]["p256"]
    );
    fs::write(&config, text).expect("written");
    Command::new(binary)
        .arg("run")
        .arg("--config")
        .arg(&config)
        .env("XDG_RUNTIME_DIR", folder.join("run"))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}

async fn post(client: &reqwest::Client, url: &str, token: &str, body: &Value) -> Value {
    let response = client
        .post(url)
        .bearer_auth(token)
        .json(body)
        .send()
        .await
        .expect("an answer");
    assert!(
        response.status().is_success(),
        "{url}: {}",
        response.status()
    );
    response.json().await.expect("JSON")
}
