//! `get_stranger_info`.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn stranger_info_of_any_account_is_returned() {
    over_both(async |story: Story| {
        let made = story
            .person(10002)
            .does("create_account", json!({"nickname": "Dandelion 蒲公英"}))
            .await;
        let stranger = made["uin"].as_u64().expect("an account");
        story
            .person(stranger)
            .does(
                "set_profile",
                json!({"signature": "on the wind", "sex": "female"}),
            )
            .await;
        let info = story
            .bot()
            .call("get_stranger_info", json!({"user_id": stranger}))
            .await
            .ok();
        assert_eq!(info["user_id"], stranger);
        assert_eq!(info["nickname"], "Dandelion 蒲公英");
        assert_eq!(info["sex"], "female");
        assert_eq!(info["sign"], "on the wind");
    })
    .await;
}

#[tokio::test]
async fn stranger_info_of_unknown_account_fails() {
    let story = Story::new().await;
    let text = story
        .bot()
        .call("get_stranger_info", json!({"user_id": 99_999_999}))
        .await
        .fails(Code::UserNotFound);
    assert!(!text.is_empty());
}
