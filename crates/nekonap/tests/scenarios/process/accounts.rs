//! Several accounts in one `nekonap run`.

use super::{
    lost_account::posted,
    program::{Program, nekonap, output},
    running::{Running, call, configured, confirm, confirm_code, servers},
};
use serde_json::json;
use tokio::net::TcpListener;

#[tokio::test]
async fn two_accounts_in_one_process_have_their_own_connections() {
    let runtime = tempfile::tempdir().expect("a folder");
    let sandbox = Program::sandbox(runtime.path(), &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let entry = "[[account.http]]\nlisten = \"127.0.0.1:0\"\n";
    let text = format!(
        "{}[[account]]\ndata = \"one\"\n{entry}[[account]]\ndata = \"two\"\n{entry}",
        servers(&sandbox)
    );
    std::fs::write(folder.path().join("nekonap.toml"), text).expect("written");

    let program = Running::start(folder.path());
    let codes = [program.says("txz.qq.com"), program.says("txz.qq.com")];
    confirm_code(&sandbox, &codes[0], 10003).await;
    program.says("已上线");
    let me = |arguments: &[&str]| call(folder.path(), arguments)["user_id"].clone();
    assert_eq!(
        me(&["get_login_info"]),
        10003,
        "it works before the other account has logged in"
    );
    confirm_code(&sandbox, &codes[1], 10004).await;
    program.says("已上线");
    assert_eq!(me(&["get_login_info", "--account", "10003"]), 10003);
    assert_eq!(me(&["get_login_info", "--account", "10004"]), 10004);
    let (failed, _, stderr) =
        output(nekonap(folder.path()).args(["call", "get_login_info", "--account", "10002"]));
    assert_eq!(failed.status.code(), Some(1));
    assert!(
        stderr.contains("10003") && stderr.contains("10004"),
        "{stderr}"
    );
    for data in ["one", "two"] {
        let data = folder.path().join(data);
        assert!(data.join("archive.db").exists() && data.join("session.json").exists());
    }
    assert_eq!(program.stop(), Some(0));
}

#[cfg(unix)]
#[tokio::test]
async fn status_metrics_and_offline_calls_are_of_the_account_that_they_name() {
    let runtime = tempfile::tempdir().expect("a folder");
    let sandbox = Program::sandbox(runtime.path(), &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let calls = [
        TcpListener::bind("127.0.0.1:0").await.expect("a port"),
        TcpListener::bind("127.0.0.1:0").await.expect("a port"),
    ];
    let mut text = format!("{}[metrics]\ntoken = \"m3trics\"\n", servers(&sandbox));
    for (uin, listener) in [10003, 10004].iter().zip(&calls) {
        let url = listener.local_addr().expect("an address");
        text = format!(
            "{text}[[account]]\nuin = {uin}\n[account.on_offline]\nurl = \"http://{url}/{uin}\"\n\
             [[account.http]]\nlisten = \"127.0.0.1:0\"\n"
        );
    }
    std::fs::write(folder.path().join("nekonap.toml"), text).expect("written");
    let path = folder.path().join("notify");
    let systemd = super::service::Systemd::listen(&path);
    let program = Running::start_with(folder.path(), |command| {
        command
            .env("NOTIFY_SOCKET", &path)
            .env("WATCHDOG_USEC", "300000");
    });
    let mut codes = [(); 2].map(|()| {
        let title = program.says("Scan with QQ");
        (title, program.says("txz.qq.com"))
    });
    codes.sort();
    let mut https = Vec::new();
    for ((title, code), uin) in codes.iter().zip([10003, 10004]) {
        assert!(title.starts_with(&format!("[{uin}] ")), "{title}");
        confirm_code(&sandbox, code, uin).await;
        let line = program.says("开始监听");
        let (_, address) = line.split_once("address=").expect("an address");
        https.push(format!("http://{}/metrics", address.trim()));
    }
    systemd.hears("STATUS=10003 online, 10004 online");
    systemd.hears("WATCHDOG=1");

    let kick = |uin: u64| json!({"fault": "kick", "uin": uin, "title": "下线通知", "message": format!("{uin} elsewhere")});
    sandbox.fault(&kick(10004)).await;
    let call = posted(&calls[1]).await;
    assert_eq!(call["account"], 10004);
    assert_eq!(call["reason"], "下线通知 10004 elsewhere");
    let picture = folder.path().join("nekonap-data/10004/qrcode.png");
    assert_eq!(call["qr_file"], json!(picture));
    systemd.hears("STATUS=10003 online, 10004 offline");
    systemd.hears("WATCHDOG=1");
    for (url, uin, other, online) in [(&https[0], 10003, 10004, 1), (&https[1], 10004, 10003, 0)] {
        let client = reqwest::Client::builder().no_proxy().build();
        let request = client.expect("a client").get(url).bearer_auth("m3trics");
        let answer = request.send().await.expect("an answer");
        let metrics = answer.text().await.expect("text");
        let line = format!("nekonap_online{{account=\"{uin}\"}} {online}\n");
        assert!(metrics.contains(&line), "{metrics}");
        assert!(!metrics.contains(&format!("\"{other}\"")), "{metrics}");
    }

    // The first call to the other address is about the other account.
    sandbox.fault(&kick(10003)).await;
    let call = posted(&calls[0]).await;
    assert_eq!(call["account"], 10003);
    assert_eq!(call["reason"], "下线通知 10003 elsewhere");
    systemd.hears("STATUS=10003 offline, 10004 offline");
    systemd.hears("WATCHDOG=1");
    assert_eq!(program.stop(), Some(0));
}

#[tokio::test]
async fn account_that_cannot_start_does_not_stop_the_others() {
    let runtime = tempfile::tempdir().expect("a folder");
    let sandbox = Program::sandbox(runtime.path(), &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let entry = "[[account.http]]\nlisten = \"127.0.0.1:0\"\n";
    let text = format!(
        "{}[[account]]\ndata = \"broken\"\n{entry}[[account]]\nuin = 10003\n{entry}",
        servers(&sandbox)
    );
    std::fs::write(folder.path().join("nekonap.toml"), text).expect("written");
    std::fs::write(folder.path().join("broken"), "in the way").expect("written");

    let program = Running::start(folder.path());
    let error = program.says("the others go on");
    assert!(
        error.contains("broken") && error.contains("`data`"),
        "{error}"
    );
    confirm(&sandbox, &program, 10003).await;
    program.says("已上线");
    assert_eq!(call(folder.path(), &["get_login_info"])["user_id"], 10003);
    assert_eq!(program.stop(), Some(0));
}

#[tokio::test]
async fn only_the_configured_account_can_log_in() {
    let runtime = tempfile::tempdir().expect("a folder");
    let sandbox = Program::sandbox(runtime.path(), &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let text = format!(
        "uin = 10003\n[[http]]\nlisten = \"127.0.0.1:0\"\n{}",
        servers(&sandbox)
    );
    std::fs::write(folder.path().join("nekonap.toml"), text).expect("written");
    let mut program = Running::start(folder.path());
    confirm(&sandbox, &program, 10004).await;
    let error = program.says("belongs to 10003");
    assert!(error.contains("10004"), "{error}");
    assert_eq!(program.child.wait().expect("gone").code(), Some(1));
}

#[tokio::test]
async fn bot_exit_ends_its_account_and_the_process_with_the_last_one() {
    let runtime = tempfile::tempdir().expect("a folder");
    let sandbox = Program::sandbox(runtime.path(), &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let entry = "[[account.http]]\nlisten = \"127.0.0.1:0\"\n";
    let text = format!(
        "{}[[account]]\nuin = 10003\n{entry}[[account]]\nuin = 10004\n{entry}",
        servers(&sandbox)
    );
    std::fs::write(folder.path().join("nekonap.toml"), text).expect("written");
    let mut program = Running::start(folder.path());
    let mut codes = [(); 2].map(|()| {
        let title = program.says("Scan with QQ");
        (title, program.says("txz.qq.com"))
    });
    codes.sort();
    for ((_, code), uin) in codes.iter().zip([10003, 10004]) {
        confirm_code(&sandbox, code, uin).await;
        program.says("开始监听");
    }

    let exit = |uin: &str| call(folder.path(), &["bot_exit", "--account", uin]);
    assert_eq!(exit("10003"), json!(null), "it is answered first");
    let line = program.says("the account exits");
    assert!(line.contains("account=10003"), "{line}");
    // The account's person can act again: no client is logged in.
    let says = json!({"as": 10003, "do": "send_group_message", "group": 20001, "message": "I am on my own"});
    while sandbox.act(&says).await.0 != 200 {
        tokio::task::yield_now().await;
    }
    let other = call(folder.path(), &["get_status", "--account", "10004"]);
    assert_eq!(other["online"], true);

    exit("10004");
    program.says("all accounts have exited");
    assert_eq!(program.child.wait().expect("gone").code(), Some(0));
}

#[tokio::test]
async fn bot_exit_ends_a_process_with_one_account() {
    let runtime = tempfile::tempdir().expect("a folder");
    let sandbox = Program::sandbox(runtime.path(), &[]);
    let (folder, _) = configured(&sandbox);
    let mut program = Running::start(folder.path());
    confirm(&sandbox, &program, 10003).await;
    program.says("已上线");
    assert_eq!(call(folder.path(), &["bot_exit"]), json!(null));
    assert_eq!(program.child.wait().expect("gone").code(), Some(0));

    // The saved session is still valid.
    let program = Running::start(folder.path());
    program.says("已上线");
    assert_eq!(program.stop(), Some(0));
}

#[tokio::test]
async fn bot_exit_in_a_sandbox_leaves_its_api_until_the_last_bot_has_exited() {
    let runtime = tempfile::tempdir().expect("a folder");
    let sandbox = Program::sandbox(runtime.path(), &["--bot", "10001", "--bot", "10002"]);
    let exited = sandbox.call("bot_exit", json!({})).await;
    assert_eq!(exited["status"], "ok", "{exited}");
    let says = json!({"as": 10001, "do": "send_group_message", "group": 20001, "message": "I am on my own"});
    while sandbox.act(&says).await.0 != 200 {
        tokio::task::yield_now().await;
    }
    let refused = sandbox.call("get_login_info", json!({})).await;
    assert_eq!(refused["msg"], "OFFLINE", "{refused}");
    let http = sandbox.ready["bots"][1]["http"]
        .as_str()
        .expect("an address");
    let last = sandbox.call_at(http, "bot_exit", json!({})).await;
    assert_eq!(last["status"], "ok", "{last}");
    assert_eq!(sandbox.ended().0, Some(0));
}
