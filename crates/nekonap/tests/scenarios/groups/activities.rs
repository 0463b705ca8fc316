//! Notices that no action causes: the luckiest member of a red packet, pokes that are taken back, and grey lines.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::{Value, json};

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

#[tokio::test]
async fn client_takes_its_pokes_back() {
    let story = Story::new().await;
    let (bob, carol) = (story.client(10002).await, story.client(10003).await);
    let bot = story.bot();
    for (action, params, group) in [
        (
            "group_poke",
            json!({"group_id": 20001, "user_id": 10002}),
            json!(20001),
        ),
        ("friend_poke", json!({"user_id": 10002}), json!(null)),
    ] {
        bot.call(action, params).await.ok();
        let theirs = bob
            .sees(json!({"event": "poke", "by": 10001, "group": group}))
            .await;
        // The poke is the bot's, not Bob's.
        assert!(bob.withdraw_poke(&theirs).await.is_err());
    }
    let group =
        nekonap_ids::Conversation::Group(nekonap_ids::GroupUin::new(20001).expect("a group"));
    let friend = nekonap_ids::Conversation::Friend(crate::story::uin(10003));
    for (chat, number) in [(group, json!(20001)), (friend, json!(null))] {
        let target = crate::story::uin(10003);
        bob.client().poke(chat, target).await.expect("poked");
        let own = bob
            .sees(json!({"event": "poke", "by": 10002, "group": number}))
            .await;
        bob.withdraw_poke(&own).await.expect("taken back");
        carol
            .sees(json!({"event": "poke withdrawn", "by": 10002, "group": number}))
            .await;
        assert!(bob.withdraw_poke(&own).await.is_err(), "only once");
    }
}

#[tokio::test]
async fn grey_line_of_a_member_is_reported_and_can_be_recalled() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let text = "Alice <was> \"removed\" & 禁言 🌱\u{202e}x";
        let line = json!({"group": 20002, "text": text});
        story.person(10003).does("send_gray_tip", line).await;
        let notice = bot
            .hears(json!({"notice_type": "notify", "sub_type": "gray_tip"}))
            .await;
        assert_eq!(
            (&notice["group_id"], &notice["user_id"], &notice["busi_id"]),
            (&json!(20002), &json!(10003), &json!("1000"))
        );
        let content: Value =
            serde_json::from_str(notice["content"].as_str().expect("text")).expect("JSON");
        assert_eq!(content["items"], json!([{"type": "nor", "txt": text}]));
        let raw = &notice["raw_info"];
        assert_eq!(raw["json"], content);
        let id = &notice["message_id"];
        bot.call("get_msg", json!({"message_id": id}))
            .await
            .fails(Code::MessageNotFound);
        // An administrator finds out who forged the line, and recalls it.
        bot.call("delete_msg", json!({"message_id": id})).await.ok();
        let recall = bot.hears(json!({"notice_type": "group_recall"})).await;
        assert_eq!(
            (
                &recall["message_id"],
                &recall["user_id"],
                &recall["operator_id"]
            ),
            (id, &json!(10003), &json!(10001))
        );
        bot.call("delete_msg", json!({"message_id": id}))
            .await
            .fails(Code::MessageNotFound);
    })
    .await;
}

#[tokio::test]
async fn grey_lines_of_the_system_are_not_reported_and_members_recall_only_their_own() {
    let story = Story::new().await;
    let bot = story.bot();
    let carol = story.person(10003);
    // 20003: the bot is an ordinary member.
    story
        .person(10002)
        .does("send_gray_tip", json!({"group": 20003, "text": "hello"}))
        .await;
    let line = bot
        .hears(json!({"sub_type": "gray_tip", "user_id": 10002}))
        .await;
    bot.call("delete_msg", json!({"message_id": line["message_id"]}))
        .await
        .fails(Code::PermissionDenied);
    carol.does("sign_in_group", json!({"group": 20003})).await;
    let honor = json!({"group": 20003, "target": 10002, "honor": "talkative"});
    carol.does("give_honor", honor).await;
    carol
        .does("poke", json!({"group": 20003, "target": 10002}))
        .await;
    carol.says(20003, "done").await;
    bot.hears(json!({"raw_message": "done"})).await;
    assert!(!bot.has_heard(&json!({"sub_type": "gray_tip"})));
    for (text, status) in [("", 400), (&"x".repeat(1_001)[..], 400)] {
        let line = json!({"group": 20003, "text": text});
        assert_eq!(carol.tries("send_gray_tip", line).await.0, status);
    }
    carol
        .does(
            "mute_member",
            json!({"group": 20003, "target": 10002, "seconds": 60}),
        )
        .await;
    let line = json!({"group": 20003, "text": "quiet"});
    let (status, _) = story.person(10002).tries("send_gray_tip", line).await;
    assert_eq!(status, 403);
}
