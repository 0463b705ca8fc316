//! Changes of friends that other people and devices make reach the bot's cached lists.

use super::friend_becomes;
use crate::story::{Story, over_both};
use nekonap::cli::Seed;
use serde_json::{Value, json};

fn is(key: &'static str, value: Value) -> impl Fn(Option<&Value>) -> bool {
    move |friend| friend.is_some_and(|friend| friend[key] == value)
}

#[tokio::test]
async fn profile_of_a_friend_is_up_to_date() {
    over_both(async |story: Story| {
        let bot = story.bot();
        bot.call("get_friend_list", json!({})).await.ok();
        bot.call("get_stranger_info", json!({"user_id": 10002}))
            .await
            .ok();
        story
            .person(10002)
            .does(
                "set_profile",
                json!({"nickname": "Bob 🌿", "signature": "in the garden", "sex": "male", "birthday": "2000-12-31"}),
            )
            .await;
        for (key, value) in [
            ("long_nick", json!("in the garden")),
            ("nickname", json!("Bob 🌿")),
            ("sex", json!("male")),
            ("birthday_day", json!(31)),
        ] {
            friend_becomes(bot, 10002, is(key, value)).await;
        }
        let info = bot.call("get_stranger_info", json!({"user_id": 10002}));
        assert_eq!(info.await.ok()["long_nick"], "in the garden");
    })
    .await;
}

#[tokio::test]
async fn person_who_deletes_the_bot_is_no_longer_a_friend() {
    let story = Story::new().await;
    let bot = story.bot();
    bot.call("get_friend_list", json!({})).await.ok();
    story
        .person(10003)
        .does("delete_friend", json!({"target": 10001}))
        .await;
    friend_becomes(bot, 10003, |friend| friend.is_none()).await;
}

#[tokio::test]
async fn what_one_device_changes_the_other_learns() {
    let story = Story::new().await;
    let bot = story.bot();
    let second = story.client_on(10001, "Windows").await;
    second.friends().await;
    bot.call(
        "set_friend_remark",
        json!({"user_id": 10002, "remark": "R"}),
    )
    .await
    .ok();
    second
        .sees(json!({"event": "friends", "changes": [{"remark": "R", "of": 10002}]}))
        .await;
    bot.call(
        "set_friend_category",
        json!({"user_id": 10002, "category_id": 1}),
    )
    .await
    .ok();
    second
        .sees(json!({"event": "friends", "changes": [{"moved": 10002, "category": 1}]}))
        .await;
    bot.call(
        "set_group_remark",
        json!({"group_id": 20001, "remark": "home"}),
    )
    .await
    .ok();
    second
        .sees(json!({"event": "group_remark", "group": 20001, "remark": "home"}))
        .await;
    bot.call("delete_friend", json!({"user_id": 10002}))
        .await
        .ok();
    second
        .sees(json!({"event": "friends", "changes": [{"deleted": 10002}]}))
        .await;
}

#[tokio::test]
async fn person_with_remarks_and_categories_has_them_at_the_next_log_in() {
    let story = Story::new().await;
    let bob = story.person(10002);
    let category = bob
        .does("create_category", json!({"name": "Work 💼"}))
        .await;
    let category = category["category"].clone();
    assert_eq!(category, 1);
    bob.does(
        "set_category",
        json!({"target": 10003, "category": category}),
    )
    .await;
    bob.does(
        "set_remark",
        json!({"target": 10003, "text": "Carol from work"}),
    )
    .await;
    for (verb, fields, expected) in [
        ("create_category", json!({"name": " "}), 400),
        ("set_category", json!({"target": 10003, "category": 2}), 400),
        ("set_category", json!({"target": 10002, "category": 1}), 404),
        ("set_remark", json!({"target": 99_999, "text": ""}), 404),
        (
            "set_remark",
            json!({"target": 10003, "text": "x".repeat(61)}),
            400,
        ),
    ] {
        let (status, answer) = bob.tries(verb, fields).await;
        assert_eq!(status, expected, "{verb}: {answer}");
    }
    let world = super::person(&story, 10002).await;
    assert_eq!(
        world["categories"][1],
        json!({"id": 1, "name": "Work 💼", "friends": [10003]})
    );
    assert_eq!(world["remarks"], json!({"10003": "Carol from work"}));
}

#[tokio::test]
async fn likes_remarks_categories_and_blocks_survive_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let story = Story::beginning().kept_in(folder.path()).begin().await;
    let bot = story.bot();
    for (action, params) in [
        (
            "set_friend_remark",
            json!({"user_id": 10003, "remark": "C"}),
        ),
        (
            "set_friend_category",
            json!({"user_id": 10003, "category_id": 1}),
        ),
        ("send_like", json!({"user_id": 10003, "times": 4})),
        (
            "delete_friend",
            json!({"user_id": 10002, "temp_block": true}),
        ),
    ] {
        bot.call(action, params).await.ok();
    }
    story.end().await;

    let story = Story::beginning().kept_in(folder.path()).begin().await;
    let bot = story.bot();
    friend_becomes(bot, 10003, is("remark", json!("C"))).await;
    friend_becomes(bot, 10003, is("category_id", json!(1))).await;
    let likes = bot.call("get_profile_like", json!({})).await.ok();
    assert_eq!(likes["favoriteInfo"]["total_count"], 4);
    let one_way = bot.call("get_unidirectional_friend_list", json!({})).await;
    assert_eq!(one_way.ok()[0]["user_id"], 10002);
    let through = json!({"group": 20001, "to": 10001, "message": "x"});
    let bob = story.person(10002);
    let (status, _) = bob.tries("send_temporary_message", through).await;
    assert_eq!(status, 403);
}

#[tokio::test]
async fn numbers_beyond_32_bits_are_friends_like_others() {
    let big: u64 = 6_000_000_001;
    let folder = tempfile::tempdir().expect("a folder");
    let seed = folder.path().join("seed.json");
    let world = json!({
        "people": [{"uin": 10001, "nickname": "Neko"}, {"uin": big, "nickname": "Big"}],
        "friends": [[10001, big]]
    });
    std::fs::write(&seed, world.to_string()).expect("a seed");
    let story = Story::beginning().seeded(Seed::File(seed)).begin().await;
    let bot = story.bot();
    let text = big.to_string();
    for (action, params) in [
        ("set_friend_remark", json!({"user_id": text, "remark": "B"})),
        ("send_like", json!({"user_id": big, "times": 2})),
        (
            "set_input_status",
            json!({"user_id": text, "event_type": 1}),
        ),
    ] {
        bot.call(action, params).await.ok();
    }
    let categories = bot.call("get_friends_with_category", json!({})).await.ok();
    let friend = &categories[0]["buddyList"][0];
    assert_eq!(
        (&friend["uin"], &friend["user_id"], &friend["remark"]),
        (&json!(text), &json!(big), &json!("B"))
    );
    let person = story.person(big);
    person
        .does("like_profile", json!({"target": 10001, "times": 1}))
        .await;
    bot.hears(json!({"sub_type": "profile_like", "operator_id": big, "user_id": big}))
        .await;
    let likes = bot.call("get_profile_like", json!({})).await.ok();
    assert_eq!(likes["userInfos"][0]["uin"], big);
    assert_eq!(likes["favoriteInfo"]["userInfos"][0]["uin"], big);
    person.does("delete_friend", json!({"target": 10001})).await;
    friend_becomes(bot, big, |friend| friend.is_none()).await;
}
