//! `get_group_signed_list`.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn members_who_have_signed_in_today_are_listed_in_order() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let get = || json!({"group_id": "20003"});
        assert_eq!(
            bot.call("get_group_signed_list", get()).await.ok(),
            json!([])
        );
        story
            .person(10004)
            .does(
                "set_card",
                json!({"group": 20003, "target": 10004, "text": "Dave 🌱"}),
            )
            .await;
        for person in [10004, 10002] {
            story
                .person(person)
                .does("sign_in_group", json!({"group": 20003}))
                .await;
        }
        bot.call("set_group_sign", get()).await.ok();
        let list = bot.call("get_group_signed_list", get()).await.ok();
        let order: Vec<_> = list
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| (one["user_id"].as_u64(), one["rank"].as_u64()))
            .collect();
        assert_eq!(
            order,
            [
                (Some(10004), Some(1)),
                (Some(10002), Some(2)),
                (Some(10001), Some(3))
            ]
        );
        assert_eq!(list[0]["nick"], "Dave 🌱");
        assert!(list[0]["time"].as_u64() > Some(1_700_000_000));
    })
    .await;
}

#[tokio::test]
async fn list_is_for_members() {
    let story = Story::new().await;
    let bot = story.bot();
    bot.call("get_group_signed_list", json!({"group_id": 29999}))
        .await
        .fails(Code::GroupNotFound);
    bot.call("get_group_signed_list", json!({}))
        .await
        .fails(Code::ParamMissing);
}
