//! The world: a `nekonap sandbox` process with 1,000 groups.

use crate::program::Program;
use serde_json::{Value, json};
use std::{fs, path::Path, time::Duration};

/// Number of groups. The bot is in all of them.
pub(crate) const GROUPS: u64 = 1_000;
/// Number of the first group.
const FIRST_GROUP: u64 = 200_001;
/// Members of a group, besides the bot.
const MEMBERS: u64 = 20;
/// Number of people who talk.
const PEOPLE: u64 = 300;
/// The first of them.
const FIRST_PERSON: u64 = 10_101;
/// Account of the sandbox's own bot, which is in no group. A sandbox needs one.
const SANDBOX_BOT: u64 = 10_001;
/// Account of the bot that the soak is about.
pub(crate) const BOT: u64 = 10_002;

/// The access token of both programs.
pub(crate) const TOKEN: &str = "soak-token";

/// Group `index`, from 0 to [`GROUPS`].
pub(crate) fn group(index: u64) -> u64 {
    FIRST_GROUP + index % GROUPS
}

/// Member `which` of a group.
pub(crate) fn member(group: u64, which: u64) -> u64 {
    FIRST_PERSON + (group * 7 + which % MEMBERS) % PEOPLE
}

fn seed() -> Value {
    let person = |uin: u64| json!({"uin": uin, "nickname": format!("Person {uin}")});
    let people: Vec<Value> = [SANDBOX_BOT, BOT]
        .into_iter()
        .chain(FIRST_PERSON..FIRST_PERSON + PEOPLE)
        .map(person)
        .collect();
    let friends: Vec<[u64; 2]> = (0..50).map(|index| [BOT, FIRST_PERSON + index]).collect();
    let groups: Vec<Value> = (0..GROUPS)
        .map(group)
        .map(|group| {
            let mut members: Vec<u64> = (0..MEMBERS).map(|which| member(group, which)).collect();
            members.push(BOT);
            json!({"group": group, "name": format!("Group {group}"), "owner": member(group, 0), "members": members})
        })
        .collect();
    json!({"people": people, "friends": friends, "groups": groups})
}

/// The sandbox's HTTP API. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Api {
    base: String,
    http: reqwest::Client,
}

impl Api {
    /// The API of the sandbox on this port.
    ///
    /// # Errors
    /// The HTTP client cannot be made.
    pub(crate) fn new(port: u16) -> Result<Self, String> {
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(30))
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self {
            base: format!("http://127.0.0.1:{port}/sandbox/api"),
            http,
        })
    }

    /// Runs an act; `None` if there is no answer. A refusal is an answer.
    pub(crate) async fn act(&self, act: &Value) -> Option<Result<Value, String>> {
        self.send(self.http.post(format!("{}/act", self.base)).json(act))
            .await
    }

    /// Applies faults; returns whether the sandbox accepted them.
    pub(crate) async fn faults(&self, faults: &Value) -> bool {
        let request = self.http.post(format!("{}/faults", self.base)).json(faults);
        matches!(self.send(request).await, Some(Ok(_)))
    }

    /// Ends all faults.
    pub(crate) async fn clear_faults(&self) -> bool {
        let request = self.http.delete(format!("{}/faults", self.base));
        matches!(self.send(request).await, Some(Ok(_)))
    }

    /// Confirms every waiting log-in as the bot. Returns whether there was one.
    pub(crate) async fn confirm_log_in(&self) -> bool {
        let request = self.http.get(format!("{}/world", self.base));
        let Some(Ok(world)) = self.send(request).await else {
            return false;
        };
        let logins = world["logins"].as_array().cloned().unwrap_or_default();
        let mut confirmed = false;
        for login in logins {
            let mut done = true;
            for verb in ["scan_login", "confirm_login"] {
                let act = json!({"as": BOT, "do": verb, "code": login["code"]});
                done &= matches!(self.act(&act).await, Some(Ok(_)));
            }
            confirmed |= done;
        }
        confirmed
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Option<Result<Value, String>> {
        let answer = request.bearer_auth(TOKEN).send().await.ok()?;
        let fine = answer.status().is_success();
        let text = answer.text().await.ok()?;
        if fine {
            Some(Ok(serde_json::from_str(&text).unwrap_or(Value::Null)))
        } else {
            Some(Err(text))
        }
    }
}

/// Ports of the sandbox. They stay the same after a restart.
pub(crate) struct Ports {
    pub(crate) http: u16,
    pub(crate) ws: u16,
    pub(crate) wire: u16,
}

/// Starts the sandbox; returns the process and its public keys (`wire_keys` of the ready line).
///
/// # Errors
/// The sandbox does not start.
pub(crate) async fn start(
    binary: &Path,
    folder: &Path,
    ports: &Ports,
) -> Result<(Program, Value), String> {
    let seed_file = folder.join("seed.json");
    fs::write(&seed_file, seed().to_string()).map_err(|error| error.to_string())?;
    let address = |port: u16| format!("127.0.0.1:{port}");
    let arguments = [
        "sandbox".into(),
        "--data".into(),
        folder.join("world").into(),
        "--seed".into(),
        seed_file.into(),
        "--bot".into(),
        SANDBOX_BOT.to_string().into(),
        "--token".into(),
        TOKEN.into(),
        "--http".into(),
        address(ports.http).into(),
        "--ws".into(),
        address(ports.ws).into(),
        "--wire".into(),
        address(ports.wire).into(),
    ];
    let ready = format!("http://127.0.0.1:{}/readyz", ports.http);
    let mut program = Program::start("world", binary, arguments.into(), folder, ready)?;
    program.ready().await?;
    // The line is printed when all listeners are open, a moment after the first answer at the latest.
    let path = folder.join("world.out");
    for _ in 0..100 {
        let text = fs::read_to_string(&path).unwrap_or_default();
        if let Some((line, _)) = text.split_once('\n') {
            let ready: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
            return Ok((program, ready["wire_keys"].clone()));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err("the sandbox printed no ready line".to_owned())
}
