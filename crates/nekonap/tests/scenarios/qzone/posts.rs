//! `send_qzone_msg`, `delete_qzone_msg`, `get_qzone_msg_list`, `get_qzone_msg_detail`.

use super::{NOBODYS, person_publishes, posts, publishes, three_bots};
use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn post_is_published_listed_and_deleted() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let text = "A <rose> & \"more\" 🌱\n@{uin:10002,nick:Bob,auto:1} [em]e100[/em] ');//";
        let sent = bot
            .call("send_qzone_msg", json!({"content": text}))
            .await
            .ok();
        let tid = sent["tid"].clone();
        story
            .journal(json!({"kind": "change", "name": "publish_post", "by": 10001, "detail": {"tid": tid, "right": 1}}))
            .await;
        let seen = posts(&story, 10001).await;
        assert_eq!(seen[0]["text"], text);
        assert_eq!(seen[0]["time"], sent["time"]);
        let list = bot.call("get_qzone_msg_list", json!({})).await.ok();
        let expected = json!({
            "tid": tid, "content": text, "time": sent["time"], "comment_num": 0, "is_private": false, "images": []
        });
        assert_eq!(list, json!({"total": 1, "msglist": [expected]}));
        let params = json!({"tid": tid, "target_uin": "10001"});
        let detail = bot.call("get_qzone_msg_detail", params).await.ok();
        assert_eq!(
            (&detail["content"], &detail["uin"], &detail["ugc_right"], &detail["comments"]),
            (&json!(text), &json!(10001), &json!(1), &json!([]))
        );
        bot.call("delete_qzone_msg", json!({"tid": tid})).await.ok();
        assert_eq!(posts(&story, 10001).await, json!([]));
        let list = bot.call("get_qzone_list", json!({})).await.ok();
        assert_eq!(list, json!({"total": 0, "msglist": []}));
        for action in ["delete_qzone_msg", "get_qzone_msg_detail", "get_qzone_detail"] {
            let answer = bot.call(action, json!({"tid": tid})).await;
            answer.fails(Code::MessageNotFound);
        }
    })
    .await;
}

#[tokio::test]
async fn posts_of_others_are_read_but_not_deleted() {
    let story = Story::new().await;
    let bot = story.bot();
    let tid = person_publishes(&story, 10002, "good morning").await;
    for name in ["target_uin", "user_id", "uin"] {
        let list = bot
            .call("get_qzone_msg_list", json!({name: 10002}))
            .await
            .ok();
        assert_eq!(list["msglist"][0]["content"], "good morning", "{name}");
    }
    bot.call("delete_qzone_msg", json!({"tid": tid}))
        .await
        .fails(Code::PermissionDenied);
    let wrong_owner = json!({"tid": tid, "target_uin": 10003});
    bot.call("get_qzone_msg_detail", wrong_owner)
        .await
        .fails(Code::MessageNotFound);
    bot.call("get_qzone_msg_list", json!({"target_uin": 99_999}))
        .await
        .fails(Code::MessageNotFound);
    assert_eq!(posts(&story, 10002).await[0]["tid"], tid);
}

#[tokio::test]
async fn lists_longer_than_a_page_are_fetched_whole() {
    let story = Story::new().await;
    for number in 0..45 {
        person_publishes(&story, 10002, &number.to_string()).await;
    }
    for (params, expected) in [
        (json!({"target_uin": 10002, "num": 100}), (0..45).rev()),
        (json!({"target_uin": 10002}), (25..45).rev()),
        (
            json!({"target_uin": 10002, "pos": 3, "num": "30"}),
            (12..42).rev(),
        ),
        (
            json!({"target_uin": 10002, "pos": 40, "num": 30}),
            (0..5).rev(),
        ),
        (json!({"target_uin": 10002, "pos": 45}), (0..0).rev()),
    ] {
        let list = story
            .bot()
            .call("get_qzone_msg_list", params.clone())
            .await
            .ok();
        assert_eq!(list["total"], 45, "{params}");
        let texts = list["msglist"].as_array().expect("a list").iter();
        let texts: Vec<&str> = texts.filter_map(|post| post["content"].as_str()).collect();
        let expected: Vec<String> = expected.map(|number: u32| number.to_string()).collect();
        assert_eq!(texts, expected, "{params}");
    }
}

#[tokio::test]
async fn every_right_shows_the_post_to_its_people() {
    let story = three_bots().await;
    // In the list, and not in it; both are friends.
    let (listed, other) = (story.bot_of(10002), story.bot_of(10003));
    for (right, targets, seen_by_listed, seen_by_other) in [
        (1, json!([]), true, true),
        (4, json!([]), true, true),
        (16, json!([10002]), true, false),
        (64, json!([]), false, false),
        (128, json!(["10003"]), true, false),
    ] {
        let params = json!({"content": format!("right {right}"), "ugc_right": right, "target_uins": targets});
        let sent = story.bot().call("send_qzone_msg", params).await.ok();
        let detail = json!({"tid": sent["tid"], "target_uin": 10001});
        for (bot, visible) in [
            (listed, seen_by_listed),
            (other, seen_by_other),
            (story.bot(), true),
        ] {
            let answer = bot.call("get_qzone_msg_detail", detail.clone()).await;
            if visible {
                let post = answer.ok();
                assert_eq!(
                    (&post["ugc_right"], &post["is_private"]),
                    (&json!(right), &json!(right == 64))
                );
            } else {
                answer.fails(Code::PermissionDenied);
            }
            let list = bot
                .call("get_qzone_msg_list", json!({"target_uin": 10001}))
                .await
                .ok();
            let newest = list["msglist"][0]["tid"] == sent["tid"];
            assert_eq!(newest, visible, "right {right}, {}", bot.uin());
        }
    }
}

#[tokio::test]
async fn wrong_parameters_publish_and_delete_nothing() {
    let story = Story::new().await;
    let bot = story.bot();
    let tid = publishes(&story, "stays").await;
    for (params, code, field) in [
        (json!({}), Code::ParamInvalid, "content"),
        (json!({"content": " "}), Code::ParamInvalid, "content"),
        (
            json!({"content": "x", "ugc_right": 2}),
            Code::ParamInvalid,
            "ugc_right",
        ),
        (
            json!({"content": "x", "ugc_right": "all"}),
            Code::ParamInvalid,
            "ugc_right",
        ),
        (
            json!({"content": "x", "ugc_right": 16}),
            Code::ParamMissing,
            "target_uins",
        ),
        (
            json!({"content": "x", "ugc_right": 128, "target_uins": []}),
            Code::ParamMissing,
            "target_uins",
        ),
        (
            json!({"content": "x", "ugc_right": 16, "target_uins": ["Bob"]}),
            Code::ParamInvalid,
            "target_uins",
        ),
        (
            json!({"content": "x".repeat(10_001)}),
            Code::Upstream,
            "10000",
        ),
    ] {
        let text = bot.call("send_qzone_msg", params.clone()).await.fails(code);
        assert!(text.contains(field), "{params}: {text}");
    }
    for (params, code) in [
        (json!({}), Code::ParamMissing),
        (json!({"tid": ""}), Code::ParamInvalid),
        (json!({"tid": "0a1b"}), Code::ParamInvalid),
        (json!({"tid": format!("{NOBODYS}0")}), Code::ParamInvalid),
        (
            json!({"tid": "x123456789abcdef01234567"}),
            Code::ParamInvalid,
        ),
        (json!({"tid": NOBODYS}), Code::MessageNotFound),
    ] {
        for action in [
            "delete_qzone_msg",
            "get_qzone_msg_detail",
            "get_qzone_msg_comments",
        ] {
            bot.call(action, params.clone()).await.fails(code);
        }
    }
    for params in [
        json!({"num": 0}),
        json!({"num": 101}),
        json!({"pos": -1}),
        json!({"num": "x"}),
    ] {
        bot.call("get_qzone_msg_list", params)
            .await
            .fails(Code::ParamInvalid);
    }
    let seen = posts(&story, 10001).await;
    assert_eq!(seen.as_array().map(Vec::len), Some(1));
    assert_eq!(seen[0]["tid"], tid);
}
