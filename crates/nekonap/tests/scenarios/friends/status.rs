//! `nc_get_user_status` and `set_input_status`.

use super::stranger;
use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn online_status_of_anybody_is_returned() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let stranger = stranger(&story).await;
        for user in [10002, stranger] {
            for (status, number) in [("away", 30), ("do_not_disturb", 70), ("online", 10)] {
                story
                    .person(user)
                    .does("set_profile", json!({"status": status}))
                    .await;
                let params = json!({"user_id": user});
                let status = bot.call("nc_get_user_status", params.clone()).await.ok();
                assert_eq!(status, json!({"status": number, "ext_status": 0}));
                let fresh = json!({"user_id": user, "no_cache": true});
                let info = bot.call("get_stranger_info", fresh).await.ok();
                assert_eq!(info["status"], number);
            }
        }
        bot.call("nc_get_user_status", json!({"user_id": 5_000_000_000_u64}))
            .await
            .fails(Code::UserNotFound);
    })
    .await;
}

#[tokio::test]
async fn friend_sees_the_bot_type() {
    let story = Story::beginning().bots(&[10001, 10002]).begin().await;
    let (bot, other) = (story.bot_of(10001), story.bot_of(10002));
    for (event, heard, text) in [(1, 1, "对方正在输入..."), (0, 2, "")] {
        bot.call(
            "set_input_status",
            json!({"user_id": 10002, "event_type": event}),
        )
        .await
        .ok();
        let notice = other
            .hears(json!({"notice_type": "notify", "sub_type": "input_status"}))
            .await;
        assert_eq!(
            (
                &notice["user_id"],
                &notice["event_type"],
                &notice["status_text"]
            ),
            (&json!(10001), &json!(heard), &json!(text))
        );
    }
    let stranger = stranger(&story).await;
    for user in [stranger, 10001, 5_000_000_000] {
        bot.call(
            "set_input_status",
            json!({"user_id": user, "event_type": 1}),
        )
        .await
        .fails(Code::FriendNotFound);
    }
    bot.call("set_input_status", json!({"user_id": 10002}))
        .await
        .fails(Code::ParamMissing);
}
