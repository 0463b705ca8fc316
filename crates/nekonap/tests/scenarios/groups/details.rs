//! `get_group_detail_info`, `get_group_info_ex`.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn details_are_always_fetched() {
    over_both(async |story: Story| {
        let bot = story.bot();
        for group in [json!({"group_id": "20002"}), json!({"group": 20002})] {
            let info = bot.call("get_group_detail_info", group).await.ok();
            assert_eq!(
                (&info["group_id"], &info["groupCode"], &info["ownerUin"]),
                (&json!(20002), &json!("20002"), &json!("10002"))
            );
            assert_eq!(
                (&info["memberNum"], &info["member_count"]),
                (&json!(5), &json!(5))
            );
            assert_eq!(
                (&info["group_level"], &info["group_all_shut"]),
                (&json!(1), &json!(0))
            );
            assert!(
                info["ownerUid"]
                    .as_str()
                    .is_some_and(|uid| uid.starts_with("u_"))
            );
        }
        let owner = story.person(10002);
        owner
            .does("mute_group", json!({"group": 20002, "enable": true}))
            .await;
        owner
            .does(
                "rename_group",
                json!({"group": 20002, "name": "Garden 🌱\u{202e}x"}),
            )
            .await;
        let info = bot
            .call("get_group_detail_info", json!({"group_id": 20002}))
            .await
            .ok();
        assert_eq!(
            (
                &info["group_name"],
                &info["group_all_shut"],
                &info["shutUpAllTimestamp"]
            ),
            (&json!("Garden 🌱\u{202e}x"), &json!(-1), &json!(u32::MAX))
        );
    })
    .await;
}

#[tokio::test]
async fn extended_information_names_the_owner_and_the_to_do() {
    let story = Story::new().await;
    let bot = story.bot();
    let sequence = story.person(10002).says(20002, "water the garden").await;
    let get = || json!({"group_id": 20002});
    let info = bot.call("get_group_info_ex", get()).await.ok();
    assert_eq!(info["extInfo"]["todoSeq"], 0);
    assert_eq!(info["extInfo"]["groupOwnerId"]["memberUin"], "10002");
    bot.call(
        "set_group_todo",
        json!({"group_id": 20002, "message_seq": sequence}),
    )
    .await
    .ok();
    let info = bot.call("get_group_info_ex", get()).await.ok();
    assert_eq!(info["extInfo"]["todoSeq"], sequence);
}

#[tokio::test]
async fn details_are_for_members() {
    let story = Story::new().await;
    let bot = story.bot();
    for action in ["get_group_detail_info", "get_group_info_ex"] {
        for group in [29999, 9_000_000_000_000_u64] {
            bot.call(action, json!({"group_id": group}))
                .await
                .fails(Code::GroupNotFound);
        }
        bot.call(action, json!({})).await.fails(Code::ParamMissing);
    }
}
