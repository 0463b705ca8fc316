//! `set_friend_remark` and `delete_friend`.

use super::{person, stranger};
use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn remark_is_the_accounts_own() {
    let story = Story::beginning().bots(&[10001, 10002]).begin().await;
    let bot = story.bot();
    bot.call("get_friend_list", json!({})).await.ok();
    bot.call("get_stranger_info", json!({"user_id": 10003}))
        .await
        .ok();
    for remark in ["from school 🎒", ""] {
        bot.call(
            "set_friend_remark",
            json!({"user_id": "10003", "remark": remark}),
        )
        .await
        .ok();
        for no_cache in [false, true] {
            let friends = bot.call("get_friend_list", json!({"no_cache": no_cache}));
            let friends = friends.await.ok();
            let carol = friends.as_array().expect("a list");
            let carol = carol.iter().find(|friend| friend["user_id"] == 10003);
            assert_eq!(carol.expect("a friend")["remark"], remark);
        }
        let get = || json!({"user_id": 10003});
        let info = bot.call("get_stranger_info", get()).await.ok();
        assert_eq!(info["remark"], remark);
        let other = story.bot_of(10002).call("get_stranger_info", get()).await;
        assert_eq!(other.ok()["remark"], "");
    }
}

#[tokio::test]
async fn remark_needs_a_friend_and_is_not_too_long() {
    let story = Story::new().await;
    let bot = story.bot();
    let stranger = stranger(&story).await;
    for (user, remark, code) in [
        (stranger, "x".to_owned(), Code::FriendNotFound),
        (10001, "x".to_owned(), Code::FriendNotFound),
        (5_000_000_000, "x".to_owned(), Code::FriendNotFound),
        (10002, "x".repeat(61), Code::Upstream),
    ] {
        let remark = json!({"user_id": user, "remark": remark});
        bot.call("set_friend_remark", remark).await.fails(code);
    }
    bot.call("set_friend_remark", json!({"user_id": 10002}))
        .await
        .fails(Code::ParamMissing);
}

#[tokio::test]
async fn deleted_friend_keeps_the_account_unless_both_lists_are_meant() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let friends_of = async |account| {
            let person = person(&story, account).await;
            let categories = person["categories"].as_array().expect("a list").iter();
            let mut friends: Vec<u64> = categories
                .flat_map(|category| category["friends"].as_array().expect("a list"))
                .map(|friend| friend.as_u64().expect("a number"))
                .collect();
            friends.sort_unstable();
            friends
        };
        bot.call("get_friend_list", json!({})).await.ok();
        bot.call("delete_friend", json!({"user_id": 10002}))
            .await
            .ok();
        assert_eq!(friends_of(10001).await, [10003, 10004, 10005]);
        assert_eq!(friends_of(10002).await, [10001, 10003, 10004, 10005]);
        let both = json!({"friend_id": 10003, "temp_both_del": "true"});
        bot.call("delete_friend", both).await.ok();
        assert_eq!(friends_of(10001).await, [10004, 10005]);
        assert_eq!(friends_of(10003).await, [10002, 10004, 10005]);
        bot.call("delete_friend", json!({"id": 10004})).await.ok();
        let friends = bot.call("get_friend_list", json!({})).await.ok();
        assert_eq!(friends.as_array().map(Vec::len), Some(1), "{friends}");
        // Bob has the bot in his list, and yet they are no friends.
        let said = json!({"to": 10001, "message": "x"});
        let (status, _) = story
            .person(10002)
            .tries("send_private_message", said)
            .await;
        assert_eq!(status, 403);
        for user in [10002, 10001, 5_000_000_000_u64] {
            bot.call("delete_friend", json!({"user_id": user}))
                .await
                .fails(Code::FriendNotFound);
        }
        bot.call("delete_friend", json!({}))
            .await
            .fails(Code::ParamMissing);
    })
    .await;
}

#[tokio::test]
async fn blocked_person_cannot_reach_the_account() {
    let story = Story::new().await;
    let bot = story.bot();
    let bob = story.person(10002);
    let through = json!({"group": 20001, "to": 10001, "message": "x"});
    bob.does("send_temporary_message", through.clone()).await;
    bot.call(
        "delete_friend",
        json!({"user_id": 10002, "temp_block": true, "temp_both_del": true}),
    )
    .await
    .ok();
    let (status, _) = bob.tries("send_temporary_message", through).await;
    assert_eq!(status, 403);
    assert_eq!(person(&story, 10001).await["blocked"], json!([10002]));
    let (status, _) = bob
        .tries("like_profile", json!({"target": 10001, "times": 1}))
        .await;
    assert_eq!(status, 403);
}
