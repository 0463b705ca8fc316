//! Notices that no action causes: the luckiest member of a red packet, and pokes that are taken back.

use crate::story::{Story, over_both};
use serde_json::json;

#[tokio::test]
async fn luckiest_member_of_a_red_packet_is_reported() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let draw = |target: u64| json!({"group": 20001, "target": target});
        story
            .person(10002)
            .does("draw_red_packet", draw(10003))
            .await;
        let notice = bot
            .hears(json!({"notice_type": "notify", "sub_type": "lucky_king"}))
            .await;
        assert_eq!(
            (
                &notice["group_id"],
                &notice["user_id"],
                &notice["target_id"]
            ),
            (&json!(20001), &json!(10002), &json!(10003))
        );
        let (status, _) = story
            .person(10002)
            .tries("draw_red_packet", draw(10009))
            .await;
        assert_eq!(status, 404);
    })
    .await;
}

#[tokio::test]
async fn poke_is_taken_back_once_and_is_not_reported_by_default() {
    let story = Story::new().await;
    let bot = story.bot();
    let carol = story.client(10003).await;
    let bob = story.person(10002);
    for (poke, chat, seen) in [
        (
            json!({"group": 20001, "target": 10001}),
            json!({"group": 20001}),
            json!({"group": 20001}),
        ),
        (
            json!({"target": 10003}),
            json!({"peer": 10003}),
            json!({"group": null}),
        ),
    ] {
        bob.does("poke", poke).await;
        bob.does("withdraw_poke", chat.clone()).await;
        let mut pattern = json!({"event": "poke withdrawn", "by": 10002});
        pattern["group"] = seen["group"].clone();
        carol.sees(pattern).await;
        let (status, _) = bob.tries("withdraw_poke", chat).await;
        assert_eq!(status, 404);
    }
    let (status, _) = bob.tries("withdraw_poke", json!({})).await;
    assert_eq!(status, 400);
    bob.says(20001, "done").await;
    bot.hears(json!({"post_type": "message", "raw_message": "done"}))
        .await;
    assert!(!bot.has_heard(&json!({"sub_type": "poke_recall"})));
    assert!(bot.has_heard(&json!({"sub_type": "poke"})));
}
