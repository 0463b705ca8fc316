//! `client_status`, which the configuration turns on.

use super::{
    program::Program,
    running::{Running, call, configured, confirm},
};
use crate::story::shape;
use serde_json::json;

#[tokio::test]
async fn devices_of_the_account_are_reported_if_the_configuration_says_so() {
    let runtime = tempfile::tempdir().expect("a folder");
    let sandbox = Program::sandbox(runtime.path(), &[]);
    let (folder, _) = configured(&sandbox);
    let path = folder.path().join("nekonap.toml");
    let text = std::fs::read_to_string(&path).expect("a file");
    std::fs::write(&path, text + "[events]\nclient_status = true\n").expect("written");
    let program = Running::start(folder.path());
    confirm(&sandbox, &program, 10003).await;
    program.says("已上线");
    let events = |timeout: &str| call(folder.path(), &["get_event", "key=devices", timeout]);
    assert_eq!(events("timeout=0"), json!([]));

    let phone =
        json!({"as": 10003, "do": "device_online", "name": "Carol's phone", "kind": "iPhone"});
    let (status, answer) = sandbox.act(&phone).await;
    assert_eq!(status, 200, "{answer}");
    let device = answer["device"].clone();
    let gone = json!({"as": 10003, "do": "device_offline", "device": device});
    for online in [true, false] {
        let heard = events("timeout=20000");
        let expected = json!([{
            "self_id": 10003, "post_type": "notice", "notice_type": "client_status", "online": online,
            "client": {"app_id": device, "device_name": "Carol's phone", "device_kind": "iPhone"},
        }]);
        assert!(shape::like(&heard, &expected), "{heard}");
        let wrong = shape::of_event(&heard[0]);
        assert!(wrong.is_empty(), "{wrong:?}");
        if online {
            assert_eq!(sandbox.act(&gone).await.0, 200);
        }
    }
    assert_eq!(program.stop(), Some(0));
}
