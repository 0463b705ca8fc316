//! `get_group_at_all_remain`.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn mentions_of_everybody_are_counted_until_none_is_left() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let group = || json!({"group_id": 20002});
        let mention = || json!([{"type": "at", "data": {"qq": "all"}}]);
        let before = bot.call("get_group_at_all_remain", group()).await.ok();
        assert_eq!(before["can_at_all"], true);
        let left = before["remain_at_all_count_for_uin"]
            .as_u64()
            .expect("a number");
        for _ in 0..left {
            bot.says(20002, mention()).await;
        }
        let after = bot.call("get_group_at_all_remain", group()).await.ok();
        assert_eq!(
            (&after["can_at_all"], &after["remain_at_all_count_for_uin"]),
            (&json!(false), &json!(0))
        );
        assert_eq!(
            after["remain_at_all_count_for_group"]
                .as_u64()
                .map(|rest| rest + left),
            before["remain_at_all_count_for_group"].as_u64()
        );
        bot.call(
            "send_group_msg",
            json!({"group_id": 20002, "message": mention()}),
        )
        .await
        .fails(Code::PermissionDenied);
        story
            .fault(json!({"fault": "advance_clock", "seconds": 86_400}))
            .await;
        bot.says(20002, mention()).await;
    })
    .await;
}

#[tokio::test]
async fn plain_member_may_not_mention_everybody() {
    let story = Story::new().await;
    let bot = story.bot();
    let left = bot
        .call("get_group_at_all_remain", json!({"group_id": 20003}))
        .await
        .ok();
    assert_eq!(
        (&left["can_at_all"], &left["remain_at_all_count_for_uin"]),
        (&json!(false), &json!(0))
    );
    bot.call("get_group_at_all_remain", json!({"group_id": 29999}))
        .await
        .fails(Code::GroupNotFound);
}
