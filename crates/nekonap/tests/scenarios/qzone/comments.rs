//! `get_qzone_msg_comments`, `get_qzone_comment_replies`, `comment_qzone`.

use super::{NOBODYS, person_publishes, posts, publishes, three_bots};
use crate::story::Story;
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn comments_of_people_are_read_and_answered() {
    let story = Story::new().await;
    let bot = story.bot();
    let tid = publishes(&story, "tea?").await;
    let asked = story.person(10002);
    let comment = asked
        .does("comment_post", json!({"tid": tid, "text": "at four <3"}))
        .await["comment"]
        .clone();
    story
        .person(10003)
        .does(
            "comment_post",
            json!({"tid": tid, "text": "me too", "comment": comment}),
        )
        .await;
    let page = bot
        .call("get_qzone_msg_comments", json!({"tid": tid}))
        .await
        .ok();
    assert_eq!(
        (&page["total"], &page["has_more"]),
        (&json!(1), &json!(false))
    );
    let first = &page["comments"][0];
    assert_eq!(
        (&first["uin"], &first["nickname"], &first["content"]),
        (&json!(10002), &json!("Bob"), &json!("at four <3"))
    );
    assert_eq!(first["replies"][0]["content"], "me too");
    let id = first["comment_id"].clone();
    // The bot answers Carol below Bob's comment.
    let answer = json!({
        "tid": tid, "content": "gladly", "comment_id": id, "comment_uin": 10002, "reply_uin": 10003, "reply_name": "Carol"
    });
    let answered = bot.call("comment_qzone", answer).await.ok();
    story
        .journal(json!({"kind": "change", "name": "comment_post", "by": 10001, "detail": {"answers": comment}}))
        .await;
    let seen = posts(&story, 10001).await[0]["comments"][2].clone();
    assert_eq!(
        (&seen["text"], &seen["answers"], &seen["by"]),
        (
            &json!("@{uin:10003,nick:Carol,auto:1} gladly"),
            &comment,
            &json!(10001)
        )
    );
    assert_eq!(answered["comment_id"], seen["comment"].to_string());
    for action in [
        "get_qzone_comment_replies",
        "get_qzone_msg_replies",
        "get_qzone_replies",
    ] {
        let params = json!({"tid": tid, "comment_id": id, "pos": 1, "num": 5});
        let replies = bot.call(action, params).await.ok();
        assert_eq!(
            (&replies["total"], &replies["has_more"]),
            (&json!(2), &json!(false))
        );
        assert_eq!(replies["replies"][0]["uin"], 10001);
        assert_eq!(replies["replies"].as_array().map(Vec::len), Some(1));
    }
    let detail = bot
        .call("get_qzone_msg_detail", json!({"tid": tid}))
        .await
        .ok();
    assert_eq!(detail["comment_num"], 1);
    assert_eq!(
        detail["comments"][0]["replies"].as_array().map(Vec::len),
        Some(2)
    );
}

#[tokio::test]
async fn bots_comment_each_others_posts() {
    let story = three_bots().await;
    let tid = publishes(&story, "who comes?").await;
    let bob = story.bot_of(10002);
    let params = json!({"tid": tid, "content": "I do", "user_id": 10001});
    let made = bob.call("comment_qzone_msg", params).await.ok();
    let page = story
        .bot()
        .call("get_qzone_comments", json!({"tid": tid}))
        .await
        .ok();
    assert_eq!(page["comments"][0]["comment_id"], made["comment_id"]);
    assert_eq!(page["comments"][0]["uin"], 10002);
    let answer = json!({"tid": tid, "content": "good", "comment_id": made["comment_id"], "comment_uin": 10002});
    story.bot().call("comment_qzone", answer).await.ok();
    let params = json!({"tid": tid, "comment_id": made["comment_id"], "target_uin": 10001});
    let replies = bob.call("get_qzone_comment_replies", params).await.ok();
    assert_eq!(replies["replies"][0]["content"], "good");
}

#[tokio::test]
async fn many_comments_are_paged() {
    let story = Story::new().await;
    let tid = person_publishes(&story, 10003, "ask me anything").await;
    let bob = story.person(10002);
    for number in 0..45 {
        let fields = json!({"tid": tid, "text": number.to_string()});
        bob.does("comment_post", fields).await;
    }
    let params = json!({"tid": tid, "text": "late", "comment": 40});
    story.person(10004).does("comment_post", params).await;
    for (position, number, expected, more) in [
        (0, 20, 0..20, true),
        (0, 100, 0..45, false),
        (15, 10, 15..25, true),
        (30, 15, 30..45, false),
        (44, 5, 44..45, false),
        (45, 5, 45..45, false),
        (99, 5, 0..0, false),
    ] {
        let params = json!({"tid": tid, "target_uin": 10003, "pos": position, "num": number});
        let page = story
            .bot()
            .call("get_qzone_comment_list", params)
            .await
            .ok();
        let comments = page["comments"].as_array().expect("a list");
        let texts: Vec<&str> = comments
            .iter()
            .filter_map(|one| one["content"].as_str())
            .collect();
        let expected: Vec<String> = expected.map(|number: u32| number.to_string()).collect();
        assert_eq!(texts, expected, "{position}, {number}");
        assert_eq!(
            (&page["total"], &page["has_more"]),
            (&json!(45), &json!(more))
        );
    }
    let params = json!({"tid": tid, "target_uin": 10003, "comment_id": 40});
    let replies = story
        .bot()
        .call("get_qzone_comment_replies", params)
        .await
        .ok();
    assert_eq!(replies["replies"][0]["content"], "late");
}

#[tokio::test]
async fn wrong_comments_are_refused() {
    let story = Story::new().await;
    let bot = story.bot();
    let tid = person_publishes(&story, 10002, "hello").await;
    let comment = |more: serde_json::Value| {
        let mut params = json!({"tid": tid, "target_uin": 10002, "content": "x"});
        for (name, value) in more.as_object().expect("fields") {
            params[name] = value.clone();
        }
        params
    };
    for (more, code, field) in [
        (json!({"content": ""}), Code::ParamInvalid, "content"),
        (
            json!({"comment_id": "1"}),
            Code::ParamMissing,
            "comment_uin",
        ),
        (
            json!({"comment_uin": 10002}),
            Code::ParamMissing,
            "comment_id",
        ),
        (
            json!({"reply_uin": 10003}),
            Code::ParamMissing,
            "reply_name",
        ),
        (
            json!({"reply_name": "Carol"}),
            Code::ParamMissing,
            "reply_uin",
        ),
        (
            json!({"reply_uin": 10003, "reply_name": "Carol"}),
            Code::ParamMissing,
            "comment_id",
        ),
        (
            json!({"comment_id": "1", "comment_uin": 10002, "images": ["base64://AA=="]}),
            Code::ParamInvalid,
            "images",
        ),
        (json!({"tid": "1"}), Code::ParamInvalid, "tid"),
        (json!({"tid": NOBODYS}), Code::MessageNotFound, "post"),
        (
            json!({"comment_id": "9", "comment_uin": 10002}),
            Code::MessageNotFound,
            "comment",
        ),
        (
            json!({"content": "x".repeat(1_001)}),
            Code::Upstream,
            "1000",
        ),
    ] {
        let text = bot
            .call("comment_qzone", comment(more.clone()))
            .await
            .fails(code);
        assert!(text.contains(field), "{more}: {text}");
    }
    bot.call(
        "get_qzone_comment_replies",
        json!({"tid": tid, "target_uin": 10002}),
    )
    .await
    .fails(Code::ParamMissing);
    for (id, code) in [("7", Code::MessageNotFound), (" ", Code::ParamInvalid)] {
        let params = json!({"tid": tid, "target_uin": 10002, "comment_id": id});
        bot.call("get_qzone_comment_replies", params)
            .await
            .fails(code);
    }
    assert_eq!(posts(&story, 10002).await[0]["comments"], json!([]));
}
