//! The command line.

use super::program::{Program, nekonap, output, signal};
use serde_json::Value;
use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

#[test]
fn ready_line_is_the_only_output_on_stdout() {
    let runtime = tempfile::tempdir().expect("a folder");
    for signal in ["TERM", "INT"] {
        let program = Program::sandbox(runtime.path(), &["--bot", "10001", "--bot", "10003"]);
        let ready = program.ready.clone();
        let names: Vec<&String> = ready.as_object().expect("an object").keys().collect();
        assert_eq!(
            names,
            [
                "ready",
                "self_id",
                "http",
                "ws",
                "wire",
                "console",
                "token",
                "wire_keys",
                "data",
                "bots"
            ]
        );
        assert_eq!(ready["ready"], true);
        assert_eq!(ready["data"], Value::Null);
        assert_eq!(ready["self_id"], 10001);
        assert_eq!(ready["bots"][1]["self_id"], 10003);
        assert_eq!(ready["bots"][0]["http"], ready["http"]);
        let secp192k1 = ready["wire_keys"]["secp192k1"].as_str().expect("a key");
        let p256 = ready["wire_keys"]["p256"].as_str().expect("a key");
        assert_eq!((secp192k1.len(), p256.len()), (98, 130));
        assert!(secp192k1.starts_with("04") && p256.starts_with("04"));
        assert!(ready["token"].as_str().expect("a token").len() >= 16);
        let (code, rest) = program.stop(signal);
        assert_eq!((code, rest.as_str()), (Some(0), ""), "after SIG{signal}");
    }
}

#[test]
fn call_finds_the_running_process() {
    let runtime = tempfile::tempdir().expect("a folder");
    let (failed, _, stderr) = output(nekonap(runtime.path()).args(["call", "get_login_info"]));
    assert_eq!(failed.status.code(), Some(1));
    assert!(stderr.contains("nekonap sandbox"), "{stderr}");

    let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", closed.local_addr().expect("an address"));
    drop(closed);
    let closed_port = ["call", "get_login_info", "--url", &url];
    let (failed, _, stderr) = output(nekonap(runtime.path()).args(closed_port));
    assert_eq!(failed.status.code(), Some(1));
    assert!(
        stderr.contains(&url) && stderr.contains("refused"),
        "{stderr}"
    );

    let program = Program::sandbox(runtime.path(), &[]);
    let (worked, stdout, stderr) = output(nekonap(runtime.path()).args(["call", "get_group_list"]));
    assert!(worked.status.success(), "{stderr}");
    let groups: Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!(groups.as_array().map(Vec::len), Some(3));

    let send = [
        "call",
        "send_group_msg",
        "group_id=20001",
        "message=[CQ:face,id=14] hi",
    ];
    let (worked, stdout, stderr) = output(nekonap(runtime.path()).args(send));
    assert!(worked.status.success(), "{stderr}");
    assert!(stdout.contains("message_id"), "{stdout}");

    let (refused, stdout, stderr) =
        output(nekonap(runtime.path()).args(["call", "send_group_msg", "message=hi"]));
    assert_eq!((refused.status.code(), stdout.as_str()), (Some(1), ""));
    assert!(stderr.contains("group_id"), "{stderr}");

    let wrong = ["call", "get_login_info", "--token", "guess"];
    let (refused, _, stderr) = output(nekonap(runtime.path()).args(wrong));
    assert_eq!(refused.status.code(), Some(1));
    assert!(stderr.contains("1403"), "{stderr}");
    program.stop("TERM");
    let (failed, _, _) = output(nekonap(runtime.path()).args(["call", "get_login_info"]));
    assert_eq!(failed.status.code(), Some(1));
}

#[test]
fn port_in_use_error_names_address_and_option() {
    let runtime = tempfile::tempdir().expect("a folder");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    for flag in ["--http", "--ws", "--wire"] {
        let others = ["--http", "--ws", "--wire"]
            .into_iter()
            .filter(|other| *other != flag);
        let mut command = nekonap(runtime.path());
        command.args(["sandbox", flag, &address]);
        for other in others {
            command.args([other, "127.0.0.1:0"]);
        }
        let (failed, stdout, stderr) = output(&mut command);
        assert_eq!((failed.status.code(), stdout.as_str()), (Some(1), ""));
        assert!(
            stderr.contains(&address) && stderr.contains(flag),
            "{flag}: {stderr}"
        );
    }
}

#[test]
fn no_token_is_refused_on_address_open_to_other_machines() {
    let runtime = tempfile::tempdir().expect("a folder");
    let mut command = nekonap(runtime.path());
    command.args([
        "sandbox",
        "--no-token",
        "--http",
        "0.0.0.0:0",
        "--ws",
        "127.0.0.1:0",
        "--wire",
        "127.0.0.1:0",
    ]);
    let (failed, stdout, stderr) = output(&mut command);
    assert_eq!((failed.status.code(), stdout.as_str()), (Some(1), ""));
    assert!(stderr.contains("token"), "{stderr}");
}

#[test]
fn check_config_names_line_and_key_of_a_problem() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("nekonap.toml");
    let check = || {
        let mut command = nekonap(folder.path());
        command.arg("check-config").arg("--config").arg(&path);
        output(&mut command)
    };
    let (absent, _, stderr) = check();
    assert_eq!(absent.status.code(), Some(1));
    assert!(
        stderr.contains("nekonap.toml") && stderr.contains("nekonap run"),
        "{stderr}"
    );
    std::fs::write(&path, "[[http]]\nlisten = \"0.0.0.0:3000\"\ntokn = \"x\"\n").expect("written");
    let (wrong, _, stderr) = check();
    assert_eq!(wrong.status.code(), Some(1));
    assert!(
        stderr.contains("line 3") && stderr.contains("tokn"),
        "{stderr}"
    );
    std::fs::write(&path, "[qq]\nsecp192k1 = \"04aa\"\n").expect("written");
    let (wrong, _, stderr) = check();
    assert_eq!(wrong.status.code(), Some(1));
    assert!(stderr.contains("qq.secp192k1"), "{stderr}");
    std::fs::write(&path, "data = \"here\"\n").expect("written");
    let (fine, _, stderr) = check();
    assert!(fine.status.success(), "{stderr}");
}

#[test]
fn schema_of_the_configuration_is_printed() {
    let folder = tempfile::tempdir().expect("a folder");
    let (printed, stdout, _) = output(nekonap(folder.path()).args(["check-config", "--schema"]));
    assert!(printed.status.success());
    let schema: Value = serde_json::from_str(&stdout).expect("JSON");
    let validator = jsonschema::draft7::new(&schema).expect("a schema");
    let file = |text: &str| toml::from_str::<Value>(text).expect("TOML");
    assert!(validator.is_valid(&file(nekonap::config::file::EXAMPLE)));
    assert!(!validator.is_valid(&file("[[http]]\nlisten_on = \"127.0.0.1:1\"")));
}

#[test]
fn napcat_configuration_is_written_once_and_passes_the_check() {
    let folder = tempfile::tempdir().expect("a folder");
    let napcat = folder.path().join("onebot11_10001.json");
    let output_file = folder.path().join("nekonap.toml");
    let text = r#"{
        // the bot of the café
        "network": {"websocketServers": [{"name": "ws", "enable": true, "host": "0.0.0.0", "port": "3001", "token": ""}]},
    }"#;
    std::fs::write(&napcat, text).expect("written");
    let import = |locale: &str, to_file: bool| {
        let mut command = nekonap(folder.path());
        command.arg("import-napcat").arg(&napcat);
        command.env_remove("LC_ALL").env("LC_MESSAGES", locale);
        if to_file {
            command.arg("--output").arg(&output_file);
        }
        output(&mut command)
    };
    let (printed, stdout, stderr) = import("zh_CN.UTF-8", false);
    assert!(printed.status.success(), "{stderr}");
    assert!(stdout.contains("listen = \"0.0.0.0:3001\""), "{stdout}");
    assert!(
        stderr.contains("onebot11_10001.json: network.websocketServers[0].token: ")
            && stderr.contains("令牌"),
        "{stderr}"
    );
    let (written, stdout, stderr) = import("C", true);
    assert!(written.status.success(), "{stderr}");
    assert!(
        stdout.is_empty() && stderr.contains("a new token was generated"),
        "{stderr}"
    );
    let before = std::fs::read_to_string(&output_file).expect("written");
    let (refused, _, stderr) = import("C", true);
    assert_eq!(refused.status.code(), Some(1));
    assert!(stderr.contains("exists and was not changed"), "{stderr}");
    let after = std::fs::read_to_string(&output_file).expect("still there");
    assert_eq!(after, before);

    let mut check = nekonap(folder.path());
    let check = check.arg("check-config").arg("--config").arg(&output_file);
    let (checked, _, stderr) = output(check);
    assert!(checked.status.success(), "{stderr}");

    std::fs::write(&napcat, "{\"network\": [").expect("written");
    let (broken, stdout, stderr) = import("C", false);
    assert_eq!((broken.status.code(), stdout.as_str()), (Some(1), ""));
    assert!(stderr.contains("onebot11_10001.json"), "{stderr}");
}

#[test]
fn version_is_printed_and_help_lists_commands() {
    let folder = tempfile::tempdir().expect("a folder");
    let (version, stdout, _) = output(nekonap(folder.path()).arg("--version"));
    assert!(version.status.success());
    assert_eq!(
        stdout.trim(),
        concat!("nekonap ", env!("CARGO_PKG_VERSION"))
    );
    let (help, stdout, _) = output(nekonap(folder.path()).arg("help"));
    assert!(help.status.success());
    for command in ["sandbox", "run", "call", "check-config", "import-napcat"] {
        assert!(stdout.contains(command), "{command}: {stdout}");
    }
}

#[test]
fn actions_are_listed_and_described_without_a_running_nekonap() {
    let runtime = tempfile::tempdir().expect("a folder");
    let actions = |locale: &str, arguments: &[&str]| {
        let mut command = nekonap(runtime.path());
        command.arg("actions").args(arguments);
        command.env_remove("LC_ALL").env("LC_MESSAGES", locale);
        output(&mut command)
    };
    let (listed, text, _) = actions("en_GB.UTF-8", &[]);
    assert!(listed.status.success());
    assert!(
        text.starts_with("Messages\n") && text.contains("send_poke"),
        "{text}"
    );
    let (_, chinese, _) = actions("zh_CN.UTF-8", &["send_poke"]);
    assert!(
        chinese.contains("戳一戳") && chinese.contains("nekonap call send_poke"),
        "{chinese}"
    );
    let (_, english, _) = actions("zh_CN.UTF-8", &["send_poke", "--lang", "en"]);
    assert!(english.contains("Pokes a person"), "{english}");
    let (unknown, stdout, stderr) = actions("C", &["send_pokee"]);
    assert_eq!((unknown.status.code(), stdout.as_str()), (Some(1), ""));
    assert!(stderr.contains("similar names: send_poke"), "{stderr}");
}

#[test]
fn greeting_is_not_printed_if_stderr_is_not_a_terminal() {
    let runtime = tempfile::tempdir().expect("a folder");
    let mut child = nekonap(runtime.path())
        .args([
            "sandbox",
            "--http",
            "127.0.0.1:0",
            "--ws",
            "127.0.0.1:0",
            "--wire",
            "127.0.0.1:0",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut line = String::new();
    stdout.read_line(&mut line).expect("the ready line");
    signal(&child, "TERM");
    let output = child.wait_with_output().expect("it ends");
    let text = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(text.contains("stopping"), "{text}");
    assert!(
        !text.contains("nekonap call") && !text.contains("ONEBOT_"),
        "{text}"
    );
}
