//! `send_like`, `get_profile_like`, `get_profile_like_me`, `get_profile_like_count`, and the notice `profile_like`.

use super::{person, stranger};
use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn likes_reach_the_liked_and_are_counted() {
    let story = Story::beginning().bots(&[10001, 10002]).begin().await;
    let (bot, other) = (story.bot_of(10001), story.bot_of(10002));
    let data = bot
        .call("send_like", json!({"user_id": "10002", "times": "3"}))
        .await
        .ok();
    assert!(data.is_null());
    let notice = other
        .hears(json!({"notice_type": "notify", "sub_type": "profile_like"}))
        .await;
    let me = person(&story, 10001).await;
    assert_eq!(
        (&notice["operator_id"], &notice["user_id"], &notice["times"]),
        (&json!(10001), &json!(10001), &json!(3))
    );
    assert_eq!(notice["operator_nick"], me["nickname"]);
    // Once without `times`.
    bot.call("send_like", json!({"user_id": 10002})).await.ok();
    other
        .hears(json!({"sub_type": "profile_like", "times": 1}))
        .await;

    let likes = bot.call("get_profile_like", json!({})).await.ok();
    let given = &likes["favoriteInfo"];
    assert_eq!(
        (&given["total_count"], &given["today_count"]),
        (&json!(4), &json!(4))
    );
    let bob = person(&story, 10002).await;
    let friend = &given["userInfos"][0];
    assert_eq!(
        (
            &friend["uin"],
            &friend["uid"],
            &friend["count"],
            &friend["isFriend"]
        ),
        (&json!(10002), &bob["uid"], &json!(4), &json!(true))
    );
    assert_eq!(
        (&friend["bTodayVotedCnt"], &friend["bAvailableCnt"]),
        (&json!(4), &json!(6))
    );
    for likes in [
        bot.call("get_profile_like", json!({"user_id": 10002}))
            .await,
        other.call("get_profile_like", json!({"start": 1})).await,
    ] {
        let likes = likes.ok();
        assert_eq!(likes["uid"], bob["uid"]);
        assert_eq!(
            (&likes["total_count"], &likes["voteInfo"]["total_count"]),
            (&json!(4), &json!(4))
        );
        assert_eq!(
            (&likes["userInfos"], &likes["voteInfo"]["userInfos"]),
            (&json!([]), &json!([]))
        );
    }
    let count = bot
        .call("get_profile_like_count", json!({"user_id": 10002}))
        .await;
    assert_eq!(count.ok(), json!({"count": 4}));
    let bob = person(&story, 10002).await;
    assert_eq!(bob["likes"], json!({"received": 4, "given": 0}));
}

#[tokio::test]
async fn people_who_like_the_bot_are_listed() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let stranger = stranger(&story).await;
        for (by, times) in [(10002, 2), (10003, 5), (stranger, 1)] {
            story
                .person(by)
                .does("like_profile", json!({"target": 10001, "times": times}))
                .await;
            bot.hears(json!({"sub_type": "profile_like", "operator_id": by, "times": times}))
                .await;
        }
        let likes = bot.call("get_profile_like", json!({})).await.ok();
        assert_eq!(
            (
                &likes["total_count"],
                &likes["new_count"],
                &likes["last_visit_time"]
            ),
            (&json!(8), &json!(8), &json!(0))
        );
        let people = likes["userInfos"].as_array().expect("a list");
        assert_eq!(likes["voteInfo"]["userInfos"], likes["userInfos"]);
        let mut found: Vec<_> = people
            .iter()
            .map(|one| {
                let number = |key: &str| one[key].as_u64().expect("a number");
                let friend = one["isFriend"].as_bool().expect("a flag");
                (number("uin"), number("count"), friend)
            })
            .collect();
        found.sort_unstable();
        assert_eq!(
            found,
            [(10002, 2, true), (10003, 5, true), (stranger, 1, false)]
        );
        // Now they are no longer new.
        let likes = bot
            .call("get_profile_like", json!({"count": -1}))
            .await
            .ok();
        assert_eq!(likes["new_count"], 0);
        assert_ne!(likes["last_visit_time"], 0);
        assert_eq!(likes["userInfos"].as_array().map(Vec::len), Some(3));
        for (params, people, next) in [
            (json!({"count": 2}), 2, 2),
            (json!({"start": 2, "count": 2}), 1, 0),
            (json!({}), 3, 0),
        ] {
            let page = bot.call("get_profile_like_me", params).await.ok();
            assert_eq!(page["users"].as_array().map(Vec::len), Some(people));
            assert_eq!(page["nextStart"], next);
        }
        let nobody = bot.call("get_profile_like", json!({"count": 0})).await.ok();
        assert_eq!(
            (&nobody["total_count"], &nobody["userInfos"]),
            (&json!(8), &json!([]))
        );
        bot.call("get_profile_like", json!({"count": -2}))
            .await
            .fails(Code::ParamInvalid);
    })
    .await;
}

#[tokio::test]
async fn list_of_likes_with_many_people_is_read_in_pages() {
    let story = Story::new().await;
    let made = story.person(10002);
    for number in 0..65 {
        let nickname = json!({"nickname": format!("fan {number}")});
        let fan = made.does("create_account", nickname).await["uin"].clone();
        let fan = story.person(fan.as_u64().expect("an account"));
        fan.does("like_profile", json!({"target": 10001, "times": 1}))
            .await;
    }
    for (count, people) in [(-1, 65), (40, 40), (10, 10)] {
        let likes = json!({"count": count});
        let likes = story.bot().call("get_profile_like", likes).await.ok();
        let uins: std::collections::BTreeSet<_> = likes["userInfos"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| one["uin"].as_u64().expect("a number"))
            .collect();
        assert_eq!(uins.len(), people);
        assert_eq!(likes["total_count"], 65);
    }
}

#[tokio::test]
async fn likes_are_limited_by_day_and_refused_with_a_reason() {
    let story = Story::new().await;
    let bot = story.bot();
    let like = |user: u64, times: i64| json!({"user_id": user, "times": times});
    for (user, times, code) in [
        (10002, 0, Code::ParamInvalid),
        (10002, -1, Code::ParamInvalid),
        (10002, 21, Code::Upstream),
        (10001, 1, Code::Upstream),
        (5_000_000_000, 1, Code::UserNotFound),
    ] {
        bot.call("send_like", like(user, times)).await.fails(code);
    }
    bot.call("send_like", like(10002, 7)).await.ok();
    // Three are left.
    bot.call("send_like", like(10002, 7)).await.ok();
    story
        .journal(json!({"kind": "change", "name": "like_profile", "detail": {"times": 3}}))
        .await;
    bot.call("send_like", like(10002, 1))
        .await
        .fails(Code::Upstream);
    bot.call("send_like", like(10003, 10)).await.ok();
    story
        .fault(json!({"fault": "advance_clock", "seconds": 86_400}))
        .await;
    bot.call("send_like", like(10002, 10)).await.ok();
    let count = bot
        .call("get_profile_like_count", json!({"user_id": 10002}))
        .await;
    assert_eq!(count.ok()["count"], 20);
    for action in ["get_profile_like", "get_profile_like_count"] {
        bot.call(action, json!({"user_id": 5_000_000_000_u64}))
            .await
            .fails(Code::UserNotFound);
    }
}
