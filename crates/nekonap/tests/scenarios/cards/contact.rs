//! `ArkSharePeer`, `ArkShareGroup`, `get_group_share_link`, and the segment `contact`.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::{Value, json};

fn parsed(card: &Value) -> Value {
    serde_json::from_str(card.as_str().expect("a text")).expect("a card")
}

/// The query of a link.
fn query(link: &str) -> std::collections::HashMap<String, String> {
    let url = reqwest::Url::parse(link).expect("a link");
    url.query_pairs().into_owned().collect()
}

#[tokio::test]
async fn friend_is_recommended_and_nothing_is_sent() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let name = "Bob 🌱\u{200b}\u{202e}x";
        story
            .person(10002)
            .does("set_profile", json!({"nickname": name}))
            .await;
        for action in ["ArkSharePeer", "send_ark_share"] {
            let answer = bot.call(action, json!({"user_id": "10002"})).await.ok();
            assert_eq!(answer["arkJson"], answer["arkMsg"]);
            assert_eq!(
                (&answer["errCode"], &answer["errMsg"]),
                (&json!(0), &json!(""))
            );
            let card = parsed(&answer["arkJson"]);
            assert_eq!(
                (
                    &card["app"],
                    &card["view"],
                    &card["meta"]["contact"]["nickname"]
                ),
                (
                    &json!("com.tencent.contact.lua"),
                    &json!("contact"),
                    &json!(name)
                )
            );
            let link = card["meta"]["contact"]["jumpUrl"].as_str().expect("a link");
            assert_eq!(query(link)["uin"], "10002");
        }
        // Either name of the telephone number is accepted.
        for phone in ["phoneNumber", "phone_number"] {
            bot.call("ArkSharePeer", json!({"user_id": 10002, phone: 123_456}))
                .await
                .ok();
        }
        assert!(story.newest_between(10001, 10002).await.is_null());
        // The text can be sent as a segment.
        let answer = bot
            .call("ArkSharePeer", json!({"user_id": 10002}))
            .await
            .ok();
        bot.tells(
            10003,
            json!([{"type": "json", "data": {"data": answer["arkJson"]}}]),
        )
        .await;
        let seen = story.newest_between(10001, 10003).await;
        assert_eq!(seen["message"][0]["type"], "ark");
        assert_eq!(
            parsed(&seen["message"][0]["json"])["meta"]["contact"]["nickname"],
            name
        );
    })
    .await;
}

#[tokio::test]
async fn group_is_recommended_by_both_actions() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let card_of_group = |card: &Value| {
            let card = parsed(card);
            assert_eq!(card["app"], "com.tencent.troopsharecard");
            let link = card["meta"]["contact"]["jumpUrl"].as_str().expect("a link");
            assert_eq!(query(link)["group_code"], "20002");
            assert_eq!(card["meta"]["contact"]["tag"], "推荐群聊");
        };
        // The group counts if both numbers are given.
        let answer = bot
            .call("ArkSharePeer", json!({"group_id": 20002, "user_id": 10002}))
            .await
            .ok();
        card_of_group(&answer["arkMsg"]);
        for action in ["ArkShareGroup", "send_group_ark_share"] {
            let card = bot.call(action, json!({"group_id": "20002"})).await.ok();
            card_of_group(&card);
        }
        assert!(story.newest_in_group(20002).await.is_null());
    })
    .await;
}

#[tokio::test]
async fn only_friends_and_own_groups_are_recommended() {
    let story = Story::new().await;
    let bot = story.bot();
    bot.call("ArkSharePeer", json!({}))
        .await
        .fails(Code::ParamMissing);
    bot.call("ArkSharePeer", json!({"phoneNumber": "1"}))
        .await
        .fails(Code::ParamMissing);
    bot.call("ArkSharePeer", json!({"user_id": "Bob"}))
        .await
        .fails(Code::ParamInvalid);
    for stranger in [99_999_999, 9_000_000_000_000_u64] {
        bot.call("ArkSharePeer", json!({"user_id": stranger}))
            .await
            .fails(Code::FriendNotFound);
    }
    for action in ["ArkSharePeer", "ArkShareGroup", "get_group_share_link"] {
        for group in [29999, 9_000_000_000_000_u64] {
            bot.call(action, json!({"group_id": group}))
                .await
                .fails(Code::GroupNotFound);
        }
    }
    for action in ["ArkShareGroup", "get_group_share_link"] {
        bot.call(action, json!({})).await.fails(Code::ParamMissing);
    }
}

#[tokio::test]
async fn link_invites_into_the_group() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let answer = bot
            .call(
                "get_group_share_link",
                json!({"group_id": 20003, "need_short_url": "false", "src_id": "73", "additional_param": "a=1&b"}),
            )
            .await
            .ok();
        let query = query(answer["url"].as_str().expect("a link"));
        assert_eq!((&query["tempid"][..], &query["data"][..]), ("h5_group_info", "a=1&b"));
        let long = "x".repeat(1_025);
        bot.call(
            "get_group_share_link",
            json!({"group_id": 20003, "additional_param": long}),
        )
        .await
        .fails(Code::Upstream);
    })
    .await;
}

#[tokio::test]
async fn contact_segments_are_cards_that_the_server_makes() {
    let story = Story::new().await;
    let bot = story.bot();
    bot.says(
        20001,
        json!([{"type": "contact", "data": {"type": "qq", "id": 10003}}]),
    )
    .await;
    let card = story.newest_in_group(20001).await["message"][0]["json"].clone();
    let token = &parsed(&card)["config"]["token"];
    assert_eq!(token.as_str().map(str::len), Some(32), "{card}");
    bot.says(
        20001,
        json!([{"type": "contact", "data": {"type": "group", "id": 20003}}]),
    )
    .await;
    let card = story.newest_in_group(20001).await["message"][0]["json"].clone();
    let link = parsed(&card)["meta"]["contact"]["jumpUrl"].clone();
    assert_eq!(query(link.as_str().expect("a link"))["authKey"].len(), 32);
    for (kind, code) in [("qq", Code::UserNotFound), ("group", Code::GroupNotFound)] {
        bot.call(
            "send_group_msg",
            json!({"group_id": 20001, "message": [{"type": "contact", "data": {"type": kind, "id": 29999}}]}),
        )
        .await
        .fails(code);
    }
}
