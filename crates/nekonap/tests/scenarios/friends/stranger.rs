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

#[tokio::test]
async fn login_days_count_the_days_on_which_an_account_was_online() {
    let story = Story::new().await;
    let (bot, bob) = (story.bot(), story.person(10002));
    let days = async |user: u64| {
        let params = json!({"user_id": user, "no_cache": true});
        bot.call("get_stranger_info", params).await.ok()["login_days"].clone()
    };
    assert_eq!(days(10001).await, 1, "the bot itself");
    assert_eq!(days(10002).await, 0, "Bob was never online");
    let phone = json!({"name": "Bob's phone"});
    for expected in [1, 1, 2] {
        if expected == 2 {
            story
                .fault(json!({"fault": "advance_clock", "seconds": 86_400}))
                .await;
        }
        let device = bob.does("device_online", phone.clone()).await;
        bob.does("device_offline", device).await;
        assert_eq!(days(10002).await, expected);
    }
    // A service that does not answer this leaves the rest of the profile.
    story
        .fault(json!({
            "fault": "refuse", "command": "MQUpdateSvc_com_qq_ti.web.OidbSvc.0xdef_1", "code": 7,
            "message": "no", "times": 1
        }))
        .await;
    assert_eq!(days(10002).await, 0);
}
