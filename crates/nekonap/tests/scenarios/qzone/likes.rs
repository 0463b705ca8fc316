//! `like_qzone`, `unlike_qzone`.

use super::{NOBODYS, person_publishes, posts};
use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn post_is_liked_and_the_like_is_taken_back() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let tid = person_publishes(&story, 10002, "a picture of my cat").await;
        story
            .person(10003)
            .does("like_post", json!({"tid": tid}))
            .await;
        for action in ["like_qzone", "like_qzone_msg"] {
            let params = json!({"tid": tid, "target_uin": 10002, "abstime": 1_700_000_000});
            assert!(bot.call(action, params).await.ok().is_null());
            assert_eq!(
                posts(&story, 10002).await[0]["likes"],
                json!([10001, 10003])
            );
        }
        for action in ["unlike_qzone", "unlike_qzone_msg"] {
            let params = json!({"tid": tid, "uin": "10002"});
            assert!(bot.call(action, params).await.ok().is_null());
            assert_eq!(posts(&story, 10002).await[0]["likes"], json!([10003]));
        }
    })
    .await;
}

#[tokio::test]
async fn posts_that_are_gone_or_hidden_are_not_liked() {
    let story = Story::new().await;
    let bot = story.bot();
    let hidden = story
        .person(10002)
        .does("publish_post", json!({"text": "mine", "right": 64}))
        .await["tid"]
        .clone();
    for action in ["like_qzone", "unlike_qzone"] {
        for (tid, code) in [
            (json!(NOBODYS), Code::MessageNotFound),
            (hidden.clone(), Code::PermissionDenied),
            (json!("1"), Code::ParamInvalid),
        ] {
            let params = json!({"tid": tid, "target_uin": 10002});
            bot.call(action, params).await.fails(code);
        }
    }
    assert_eq!(posts(&story, 10002).await[0]["likes"], json!([]));
}
