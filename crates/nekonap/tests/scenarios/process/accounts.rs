//! Several accounts in one `nekonap run`.

use super::{
    program::{Program, nekonap, output},
    running::{Running, call, confirm, confirm_code, servers},
};

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
