//! Qzone with cookies that lapsed, pages that are busy or refuse, and answers that break off. api/newer §3.2

use super::{posts, publishes};
use crate::story::Story;
use nekonap_onebot::Code;
use serde_json::{Value, json};

const LIST: &str = "emotion_cgi_msglist_v6";
const PUBLISH: &str = "emotion_cgi_publish_v6";

fn refuse(page: &str, code: i64, times: u32) -> Value {
    json!({"fault": "refuse", "command": page, "code": code, "message": "not today", "times": times})
}

/// How many posts the bot has.
async fn count(story: &Story) -> usize {
    let posts = posts(story, 10001).await;
    posts.as_array().expect("a list").len()
}

#[tokio::test]
async fn lapsed_cookies_are_renewed_once() {
    let story = Story::new().await;
    let bot = story.bot();
    publishes(&story, "one").await;
    let day = json!({"fault": "advance_clock", "seconds": 90_000});
    story.fault(day.clone()).await;
    let list = bot.call("get_qzone_msg_list", json!({})).await.ok();
    assert_eq!(list["total"], 1);
    story.fault(day).await;
    publishes(&story, "two").await;
    assert_eq!(count(&story).await, 2);
    // A page that never accepts the cookies.
    for (page, action, params) in [
        (LIST, "get_qzone_msg_list", json!({})),
        (PUBLISH, "send_qzone_msg", json!({"content": "x"})),
    ] {
        story.fault(refuse(page, -3_000, 1)).await;
        bot.call(action, params.clone()).await.ok();
        story.fault(refuse(page, -3_000, 2)).await;
        let text = bot.call(action, params.clone()).await.fails(Code::Upstream);
        assert!(
            text.contains("not today") && text.contains("-3000"),
            "{text}"
        );
        bot.call(action, params).await.ok();
    }
    assert_eq!(count(&story).await, 4);
}

#[tokio::test]
async fn busy_reads_use_the_other_gateway_and_writes_are_not_repeated() {
    let story = Story::new().await;
    let bot = story.bot();
    story
        .fault(refuse(&format!("user.qzone.qq.com/{LIST}"), -10_000, 3))
        .await;
    bot.call("get_qzone_msg_list", json!({})).await.ok();
    story.mend().await;
    story.fault(refuse(LIST, -10_000, 2)).await;
    bot.call("get_qzone_msg_list", json!({}))
        .await
        .fails(Code::Upstream);
    bot.call("get_qzone_msg_list", json!({})).await.ok();
    story.fault(refuse(PUBLISH, -10_000, 1)).await;
    let sent = json!({"content": "x"});
    bot.call("send_qzone_msg", sent.clone())
        .await
        .fails(Code::Upstream);
    assert_eq!(count(&story).await, 0);
    bot.call("send_qzone_msg", sent).await.ok();
    assert_eq!(count(&story).await, 1);
}

#[tokio::test]
async fn refusals_keep_their_code_and_text() {
    let story = Story::new().await;
    let bot = story.bot();
    for (code, expected) in [
        (-10_049, Code::Upstream),
        (-10_004, Code::Upstream),
        (-8, Code::MessageNotFound),
        (403, Code::PermissionDenied),
        (-403, Code::PermissionDenied),
        // Codes of commands mean nothing here.
        (120, Code::Upstream),
    ] {
        story.fault(refuse(LIST, code, 1)).await;
        let text = bot
            .call("get_qzone_msg_list", json!({}))
            .await
            .fails(expected);
        assert!(
            text.contains("not today") && text.contains(&code.to_string()),
            "{text}"
        );
    }
    // A page that wants fewer parameters gets them.
    let tid = publishes(&story, "one").await;
    let detail = json!({"tid": tid});
    let page = "emotion_cgi_msgdetail_v6";
    story.fault(refuse(page, -10_004, 1)).await;
    bot.call("get_qzone_msg_detail", detail.clone()).await.ok();
    // A post that cannot be read is not changed.
    story.fault(refuse(page, -10_049, 1)).await;
    let change = json!({"tid": tid, "ugc_right": 64});
    bot.call("set_qzone_msg_right", change.clone())
        .await
        .fails(Code::Upstream);
    story
        .fault(json!({"fault": "swallow", "command": page, "times": 1}))
        .await;
    bot.call("set_qzone_msg_right", change)
        .await
        .fails(Code::Upstream);
    assert_eq!(posts(&story, 10001).await[0]["right"], 1);
}

#[tokio::test]
async fn write_whose_answer_breaks_off_is_not_repeated_and_says_so() {
    let story = Story::new().await;
    let bot = story.bot();
    let half = |page: &str| json!({"fault": "swallow", "command": page, "times": 1});
    story.fault(half(LIST)).await;
    bot.call("get_qzone_msg_list", json!({}))
        .await
        .fails(Code::Upstream);
    story.fault(half(PUBLISH)).await;
    let text = bot
        .call("send_qzone_msg", json!({"content": "once"}))
        .await
        .fails(Code::MaybeSent);
    assert!(text.contains("may have been"), "{text}");
    let seen = posts(&story, 10001).await;
    assert_eq!(seen.as_array().map(Vec::len), Some(1));
    let tid = &seen[0]["tid"];
    for (page, action, params) in [
        ("internal_dolike_app", "like_qzone", json!({"tid": tid})),
        (
            "emotion_cgi_re_feeds",
            "comment_qzone",
            json!({"tid": tid, "content": "once"}),
        ),
        (
            "emotion_cgi_update",
            "set_qzone_msg_right",
            json!({"tid": tid, "ugc_right": 4}),
        ),
        (
            "cgi_black_action_new",
            "set_qzone_ban",
            json!({"user_id": 10002}),
        ),
        ("internal_unlike_app", "unlike_qzone", json!({"tid": tid})),
    ] {
        story.fault(half(page)).await;
        bot.call(action, params).await.fails(Code::MaybeSent);
    }
    let after = posts(&story, 10001).await[0].clone();
    assert_eq!((&after["right"], &after["likes"]), (&json!(4), &json!([])));
    assert_eq!(after["comments"].as_array().map(Vec::len), Some(1));
    story.fault(half("emotion_cgi_delete_v6")).await;
    bot.call("delete_qzone_msg", json!({"tid": tid}))
        .await
        .fails(Code::MaybeSent);
    assert_eq!(count(&story).await, 0);
    // Without cookies nothing is sent, and the failure says so.
    story
        .fault(json!({"fault": "advance_clock", "seconds": 90_000}))
        .await;
    story
        .fault(json!({"fault": "refuse", "command": "OidbSvcTrpcTcp.0x102a_1", "code": 7, "message": "no key", "times": 1}))
        .await;
    bot.call("send_qzone_msg", json!({"content": "x"}))
        .await
        .fails(Code::Upstream);
    assert_eq!(count(&story).await, 0);
}
