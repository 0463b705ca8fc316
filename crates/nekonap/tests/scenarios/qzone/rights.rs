//! `set_qzone_msg_right`, `set_qzone_ban`.

use super::{NOBODYS, person_publishes, posts, publishes, space, three_bots};
use crate::story::Story;
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn post_is_narrowed_to_one_friend_and_keeps_everything() {
    let story = three_bots().await;
    let text = "party <tonight> & \"more\"\n@{uin:10002,nick:Bob,auto:1}";
    let tid = publishes(&story, text).await;
    let (bob, carol) = (story.bot_of(10002), story.bot_of(10003));
    let at = json!({"tid": tid, "target_uin": 10001});
    for bot in [bob, carol] {
        bot.call("like_qzone", at.clone()).await.ok();
    }
    let comment = json!({"tid": tid, "target_uin": 10001, "content": "great"});
    carol.call("comment_qzone", comment.clone()).await.ok();
    let before = posts(&story, 10001).await[0].clone();
    let change = json!({"tid": tid, "ugc_right": "16", "target_uins": [10002]});
    let changed = story.bot().call("set_qzone_msg_right", change).await.ok();
    assert_eq!(changed, json!({"ugc_right": 16}));
    let after = posts(&story, 10001).await[0].clone();
    let mut expected = before;
    expected["right"] = json!(16);
    expected["people"] = json!([10002]);
    assert_eq!(after, expected);
    let seen = bob.call("get_qzone_msg_detail", at.clone()).await.ok();
    assert_eq!(
        (&seen["content"], &seen["ugc_right"]),
        (&json!(text), &json!(16))
    );
    for (action, params) in [
        ("get_qzone_msg_detail", &at),
        ("get_qzone_msg_comments", &at),
        ("like_qzone", &at),
        ("comment_qzone", &comment),
    ] {
        carol
            .call(action, params.clone())
            .await
            .fails(Code::PermissionDenied);
    }
    let change = json!({"tid": tid, "ugc_right": 1});
    story
        .bot()
        .call("set_qzone_msg_permission", change)
        .await
        .ok();
    carol.call("get_qzone_msg_detail", at).await.ok();
}

#[tokio::test]
async fn rights_of_other_posts_and_wrong_rights_are_refused() {
    let story = Story::new().await;
    let bot = story.bot();
    let own = publishes(&story, "mine").await;
    let other = person_publishes(&story, 10002, "Bob's").await;
    for (params, code) in [
        (json!({"tid": own}), Code::ParamMissing),
        (json!({"tid": own, "ugc_right": 3}), Code::ParamInvalid),
        (json!({"tid": own, "ugc_right": 16}), Code::ParamMissing),
        (json!({"tid": "x", "ugc_right": 1}), Code::ParamInvalid),
        (
            json!({"tid": other, "ugc_right": 64}),
            Code::MessageNotFound,
        ),
        (
            json!({"tid": NOBODYS, "ugc_right": 64}),
            Code::MessageNotFound,
        ),
    ] {
        bot.call("set_qzone_msg_right", params).await.fails(code);
    }
    assert_eq!(posts(&story, 10001).await[0]["right"], 1);
    assert_eq!(posts(&story, 10002).await[0]["right"], 1);
}

#[tokio::test]
async fn user_is_kept_out_and_let_in_again() {
    let story = Story::new().await;
    let bot = story.bot();
    let tid = publishes(&story, "be kind").await;
    let bob = story.person(10002);
    let comment = json!({"tid": tid, "text": "hm"});
    bot.call("set_qzone_ban", json!({"user_id": 10002}))
        .await
        .ok();
    assert_eq!(space(&story, 10001).await["banned"], json!([10002]));
    let (status, _) = bob.tries("comment_post", comment.clone()).await;
    assert_eq!(status, 403);
    let params = json!({"target_uin": "10002", "enable": false});
    bot.call("set_qzone_access", params).await.ok();
    assert_eq!(space(&story, 10001).await["banned"], json!([]));
    bob.does("comment_post", comment).await;
    // The other way round.
    let bobs = person_publishes(&story, 10002, "mine").await;
    let params = json!({"target": 10001, "enable": true});
    bob.does("ban_from_qzone", params).await;
    let at = json!({"tid": bobs, "target_uin": 10002, "content": "x"});
    bot.call("get_qzone_msg_detail", at.clone()).await.ok();
    for action in ["comment_qzone", "like_qzone"] {
        bot.call(action, at.clone())
            .await
            .fails(Code::PermissionDenied);
    }
    for (params, code) in [
        (json!({}), Code::ParamMissing),
        (json!({"user_id": 99_999}), Code::UserNotFound),
        (json!({"user_id": 10001}), Code::Upstream),
        (
            json!({"user_id": 10002, "enable": "perhaps"}),
            Code::ParamInvalid,
        ),
    ] {
        bot.call("set_qzone_ban", params).await.fails(code);
    }
}
