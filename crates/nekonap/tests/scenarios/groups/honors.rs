//! `get_group_honor_info`, and the notice.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn honours_are_reported_and_listed() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let world = story.person(10002);
        story
            .person(10004)
            .does(
                "set_card",
                json!({"group": 20001, "target": 10004, "text": "</script>🌱"}),
            )
            .await;
        for (target, honor, days) in [
            (10003, "talkative", 2),
            (10004, "talkative", 3),
            (10002, "performer", 7),
            (10003, "legend", 30),
            (10001, "emotion", 1),
        ] {
            world
                .does(
                    "give_honor",
                    json!({"group": 20001, "target": target, "honor": honor, "days": days}),
                )
                .await;
            bot.hears(json!({
                "notice_type": "notify", "sub_type": "honor", "group_id": 20001,
                "user_id": target, "honor_type": honor
            }))
            .await;
        }
        let info = bot
            .call("get_group_honor_info", json!({"group_id": "20001"}))
            .await
            .ok();
        let current = &info["current_talkative"];
        assert_eq!(
            (
                &current["user_id"],
                &current["day_count"],
                &current["nickname"]
            ),
            (&json!(10004), &json!(3), &json!("</script>🌱"))
        );
        assert_eq!(
            (
                &info["talkative_list"][0]["user_id"],
                &info["talkative_list"][1]["user_id"]
            ),
            (&json!(10004), &json!(10003))
        );
        assert_eq!(info["performer_list"][0]["user_id"], 10002);
        assert_eq!(info["legend_list"][0]["description"], "30天");
        assert_eq!(info["emotion_list"][0]["user_id"], 10001);
        assert_eq!(info["strong_newbie_list"], json!([]));
        // Only one list.
        let only = bot
            .call(
                "get_group_honor_info",
                json!({"group_id": 20001, "type": "legend"}),
            )
            .await
            .ok();
        assert_eq!(only["legend_list"], info["legend_list"]);
        for list in ["talkative_list", "performer_list", "emotion_list"] {
            assert_eq!(only[list], json!([]), "{list}");
        }
        assert_eq!(only["current_talkative"]["user_id"], 0);
        // Who has the honour again is the newest.
        world
            .does(
                "give_honor",
                json!({"group": 20001, "target": 10003, "honor": "talkative"}),
            )
            .await;
        let info = bot
            .call(
                "get_group_honor_info",
                json!({"group_id": 20001, "type": "talkative"}),
            )
            .await
            .ok();
        assert_eq!(info["current_talkative"]["user_id"], 10003);
        assert_eq!(info["talkative_list"].as_array().map(Vec::len), Some(2));
    })
    .await;
}

#[tokio::test]
async fn group_without_honours_has_empty_lists() {
    let story = Story::new().await;
    let bot = story.bot();
    for kind in ["all", "talkative", "strong_newbie"] {
        let info = bot
            .call(
                "get_group_honor_info",
                json!({"group_id": 20003, "type": kind}),
            )
            .await
            .ok();
        assert_eq!(
            info["current_talkative"],
            json!({"user_id": 0, "nickname": "", "avatar": "", "description": "", "day_count": 0})
        );
        assert_eq!(info["talkative_list"], json!([]));
    }
    for (params, code) in [
        (json!({"group_id": 29999}), Code::GroupNotFound),
        (
            json!({"group_id": 20003, "type": "best"}),
            Code::ParamInvalid,
        ),
        (json!({}), Code::ParamMissing),
    ] {
        bot.call("get_group_honor_info", params).await.fails(code);
    }
    let person = story.person(10002);
    for (act, status) in [
        (
            json!({"group": 20003, "target": 10002, "honor": "best"}),
            400,
        ),
        (
            json!({"group": 20003, "target": 10009, "honor": "legend"}),
            404,
        ),
    ] {
        assert_eq!(person.tries("give_honor", act).await.0, status);
    }
}
