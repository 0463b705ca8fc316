//! Changing the configuration of a running `nekonap run`: its frameworks stay connected unless their own entry changes.

use super::{
    program::{Program, nekonap, output},
    running::{Running, call, confirm, servers},
};
use futures_util::StreamExt;
use serde_json::{Value, json};
use std::{path::Path, time::Duration};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message};

/// Time limit for each expected frame. Far more than a busy machine needs.
const STEP_TIMEOUT: Duration = Duration::from_secs(60);

/// A framework that is connected to a WebSocket entry.
struct Framework(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Framework {
    /// Connects to the address of a line such as `listening … entry="NAME" address=HOST:PORT`.
    async fn connect(line: &str) -> Self {
        let (_, address) = line.rsplit_once("address=").expect("an address");
        let url = format!("ws://{}/?access_token=t0ken", address.trim());
        let (socket, _) = connect_async(url).await.expect("connected");
        let mut framework = Self(socket);
        assert_eq!(framework.event().await["meta_event_type"], "lifecycle");
        framework
    }

    async fn message(&mut self) -> Message {
        let next = timeout(STEP_TIMEOUT, self.0.next()).await;
        next.expect("in time").expect("open").expect("readable")
    }

    /// The next event that is not a heartbeat.
    async fn event(&mut self) -> Value {
        loop {
            if let Message::Text(text) = self.message().await {
                let event: Value = serde_json::from_str(&text).expect("JSON");
                if event["meta_event_type"] != "heartbeat" {
                    return event;
                }
            }
        }
    }

    /// The code of the close frame.
    async fn closed(&mut self) -> u16 {
        loop {
            if let Message::Close(frame) = self.message().await {
                return frame.expect("with a code").code.into();
            }
        }
    }
}

fn write(folder: &Path, sandbox: &Program, entries: &str) {
    let text = format!(
        "{}[onebot]\ntoken = \"t0ken\"\n[[http]]\nlisten = \"127.0.0.1:0\"\n{entries}",
        servers(sandbox)
    );
    std::fs::write(folder.join("nekonap.toml"), text).expect("written");
}

const BEFORE: &str = "[[ws]]\nname = \"same\"\nlisten = \"127.0.0.1:0\"\n[[ws]]\nname = \"other\"\nlisten = \"127.0.0.1:0\"\n";

/// A program with the account 10003 online, and a framework at each of the entries `same` and `other`.
async fn started(sandbox: &Program, folder: &Path) -> (Running, Framework, Framework) {
    write(folder, sandbox, BEFORE);
    let program = Running::start(folder);
    confirm(sandbox, &program, 10003).await;
    let same = program.says("entry=\"same\" address=");
    let other = program.says("entry=\"other\" address=");
    program.says("已上线");
    let same = Framework::connect(&same).await;
    let other = Framework::connect(&other).await;
    (program, same, other)
}

/// A person of a group says something.
async fn say(sandbox: &Program, text: &str) {
    let act = json!({"as": 10002, "do": "send_group_message", "group": 20001, "message": text});
    assert_eq!(sandbox.act(&act).await.0, 200);
}

/// A person of a group says something, and a framework sees it.
async fn hears(sandbox: &Program, framework: &mut Framework, text: &str) {
    say(sandbox, text).await;
    assert_eq!(framework.event().await["raw_message"], text);
}

#[tokio::test]
async fn framework_of_an_untouched_entry_stays_connected_when_the_file_changes() {
    let runtime = tempfile::tempdir().expect("a folder");
    let sandbox = Program::sandbox(runtime.path(), &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let (program, mut same, mut other) = started(&sandbox, folder.path()).await;

    let after = BEFORE.replace(
        "name = \"other\"",
        "name = \"other\"\nformat = \"string\"\nreport_self = true",
    );
    write(folder.path(), &sandbox, &after);
    assert_eq!(other.closed().await, 1012);
    let line = program.says("entry=\"other\" address=");
    let mut other = Framework::connect(&line).await;
    hears(&sandbox, &mut same, "after the change").await;
    call(
        folder.path(),
        &["send_group_msg", "group_id=20001", "message=my own"],
    );
    loop {
        let event = other.event().await;
        if event["post_type"] == "message_sent" {
            assert_eq!(event["message"], "my own", "as text");
            break;
        }
    }
    assert_eq!(program.stop(), Some(0));
}

#[cfg(unix)]
#[tokio::test]
async fn sighup_reloads_and_an_invalid_file_changes_nothing() {
    let runtime = tempfile::tempdir().expect("a folder");
    let sandbox = Program::sandbox(runtime.path(), &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let (program, mut same, mut other) = started(&sandbox, folder.path()).await;

    write(folder.path(), &sandbox, "[[ws]]\nlisten = \"nowhere\"\n");
    super::program::signal(&program.child, "HUP");
    let problem = program.says("nothing was changed");
    assert!(problem.contains("ws[0].listen"), "{problem}");
    hears(&sandbox, &mut same, "still here").await;

    let without_other = BEFORE
        .split_once("[[ws]]\nname = \"other\"")
        .expect("both")
        .0;
    let restart = format!("uin = 10003\n{}", servers(&sandbox));
    let text = format!(
        "{restart}[onebot]\ntoken = \"t0ken\"\n[[http]]\nlisten = \"127.0.0.1:0\"\n{without_other}"
    );
    std::fs::write(folder.path().join("nekonap.toml"), text).expect("written");
    super::program::signal(&program.child, "HUP");
    let late = program.says("only after a restart");
    assert!(late.contains("uin"), "{late}");
    assert_eq!(other.closed().await, 1001);
    hears(&sandbox, &mut same, "and still").await;
    assert_eq!(program.stop(), Some(0));
}

#[tokio::test]
async fn entry_with_replay_loses_no_event_when_it_changes_and_its_mark_when_it_is_removed() {
    let runtime = tempfile::tempdir().expect("a folder");
    let sandbox = Program::sandbox(runtime.path(), &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let entry = "[[ws]]\nname = \"kept\"\nlisten = \"127.0.0.1:0\"\nreplay = \"10m\"\n";
    write(folder.path(), &sandbox, entry);
    let program = Running::start(folder.path());
    confirm(&sandbox, &program, 10003).await;
    let line = program.says("entry=\"kept\" address=");
    program.says("已上线");
    let mut framework = Framework::connect(&line).await;
    say(&sandbox, "before").await;
    let before = framework.event().await;
    assert_eq!(before["raw_message"], "before");

    let changed = format!("{entry}format = \"string\"\n");
    write(folder.path(), &sandbox, &changed);
    assert_eq!(framework.closed().await, 1012);
    say(&sandbox, "while it is away").await;
    let line = program.says("entry=\"kept\" address=");
    let mut framework = Framework::connect(&line).await;
    // Acknowledged events are repeated.
    let repeat = framework.event().await;
    assert_eq!(repeat["event_id"], before["event_id"], "{repeat}");
    assert_eq!(repeat["message"], "before", "in the new format");
    let missed = framework.event().await;
    assert_eq!(missed["message"], "while it is away");
    assert!(missed["event_id"].as_u64() > before["event_id"].as_u64());

    write(folder.path(), &sandbox, "");
    assert_eq!(framework.closed().await, 1001);
    say(&sandbox, "while it is not configured").await;
    write(folder.path(), &sandbox, entry);
    let line = program.says("entry=\"kept\" address=");
    let mut framework = Framework::connect(&line).await;
    hears(&sandbox, &mut framework, "it begins with the next event").await;
    assert_eq!(program.stop(), Some(0));
}

#[tokio::test]
async fn entry_whose_port_is_taken_is_opened_as_soon_as_it_is_free() {
    let runtime = tempfile::tempdir().expect("a folder");
    let sandbox = Program::sandbox(runtime.path(), &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let (program, mut same, _other) = started(&sandbox, folder.path()).await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address");
    let third = format!("{BEFORE}[[ws]]\nname = \"third\"\nlisten = \"{address}\"\n");
    write(folder.path(), &sandbox, &third);
    let error = program.says("it is tried again");
    assert!(
        error.contains("third") && error.contains(&address.to_string()),
        "{error}"
    );
    hears(&sandbox, &mut same, "the others go on").await;
    drop(taken);
    let line = program.says("entry=\"third\" address=");
    let mut third = Framework::connect(&line).await;
    hears(&sandbox, &mut third, "and now all of them").await;
    assert_eq!(same.event().await["raw_message"], "and now all of them");
    assert_eq!(program.stop(), Some(0));
}

#[tokio::test]
async fn entries_with_one_name_both_run_and_a_warning_says_so() {
    let runtime = tempfile::tempdir().expect("a folder");
    let sandbox = Program::sandbox(runtime.path(), &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let twice = BEFORE.replace("\"other\"", "\"same\"");
    write(folder.path(), &sandbox, &twice);
    let program = Running::start(folder.path());
    let warning = program.says("another entry is named");
    assert!(
        warning.contains("ws[1].name") && warning.contains("same-2"),
        "{warning}"
    );
    confirm(&sandbox, &program, 10003).await;
    let first = program.says("entry=\"same\" address=");
    let second = program.says("entry=\"same-2\" address=");
    program.says("已上线");
    let mut first = Framework::connect(&first).await;
    let mut second = Framework::connect(&second).await;
    hears(&sandbox, &mut first, "to both").await;
    assert_eq!(second.event().await["raw_message"], "to both");
    assert_eq!(program.stop(), Some(0));
}

#[tokio::test]
async fn settings_of_the_bot_apply_without_a_restart() {
    let runtime = tempfile::tempdir().expect("a folder");
    let sandbox = Program::sandbox(runtime.path(), &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let slow = format!("{BEFORE}[sends]\ninterval = \"1m\"\n");
    write(folder.path(), &sandbox, &slow);
    let program = Running::start(folder.path());
    confirm(&sandbox, &program, 10003).await;
    let line = program.says("entry=\"other\" address=");
    program.says("已上线");
    let mut other = Framework::connect(&line).await;
    let mine = ["send_group_msg", "group_id=20001", "message=mine"];
    let mine = call(folder.path(), &mine);

    let after = BEFORE.replace("name = \"other\"", "name = \"other\"\nreport_self = true");
    write(
        folder.path(),
        &sandbox,
        &format!("{after}[events]\nreaction = true\n"),
    );
    assert_eq!(other.closed().await, 1012);
    let line = program.says("entry=\"other\" address=");
    let mut other = Framework::connect(&line).await;
    // It would wait for a minute. An answer within half of it shows that it did not.
    let again = timeout(
        STEP_TIMEOUT / 2,
        tokio::task::spawn_blocking({
            let folder = folder.path().to_owned();
            move || {
                call(
                    &folder,
                    &["send_group_msg", "group_id=20001", "message=again"],
                )
            }
        }),
    );
    again.await.expect("at once").expect("sent");
    assert_eq!(other.event().await["raw_message"], "again");
    let id = format!("message_id={}", mine["message_id"]);
    call(folder.path(), &["set_msg_emoji_like", &id, "emoji_id=76"]);
    assert_eq!(other.event().await["notice_type"], "group_msg_emoji_like");
    assert_eq!(other.event().await["notice_type"], "reaction");
    assert_eq!(program.stop(), Some(0));
}

#[tokio::test]
async fn reload_event_filter_reads_the_filters_of_the_configuration_again() {
    let runtime = tempfile::tempdir().expect("a folder");
    let sandbox = Program::sandbox(runtime.path(), &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let (program, mut same, mut other) = started(&sandbox, folder.path()).await;
    let refused = |file: &str| {
        let (failed, _, stderr) =
            output(nekonap(folder.path()).args(["call", "reload_event_filter", file]));
        assert_eq!(failed.status.code(), Some(1));
        stderr
    };
    let text = refused("file=filter.json");
    assert!(
        text.contains("not in \"filter.json\"") && text.contains("nekonap.toml"),
        "{text}"
    );

    let filter = "name = \"other\"\nfilter = { raw_message = { \".not\" = { \".contains\" = \"secret\" } } }";
    write(
        folder.path(),
        &sandbox,
        &BEFORE.replace("name = \"other\"", filter),
    );
    let file = format!("file={}", folder.path().join("nekonap.toml").display());
    for arguments in [
        &["reload_event_filter"][..],
        &["reload_event_filter", &file],
    ] {
        assert_eq!(call(folder.path(), arguments), json!(null));
    }
    assert_eq!(other.closed().await, 1012);
    let line = program.says("entry=\"other\" address=");
    let mut other = Framework::connect(&line).await;
    hears(&sandbox, &mut same, "a secret").await;
    hears(&sandbox, &mut other, "and an open word").await;

    write(folder.path(), &sandbox, "[[ws]]\nlisten = \"nowhere\"\n");
    let text = refused("file=");
    assert!(
        text.contains("ws[0].listen") && text.contains("nowhere"),
        "{text}"
    );
    assert_eq!(program.stop(), Some(0));
}
