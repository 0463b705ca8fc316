//! `get_doubt_friends_add_request`, `set_doubt_friends_add_request`.

use super::{is_friend, stranger};
use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::{Value, json};

/// Lets a new person ask the bot in a way that the server filters out.
async fn doubted(story: &Story, nickname: &str) -> u64 {
    let person = stranger(story, nickname).await;
    story
        .person(person)
        .does(
            "request_friend",
            json!({"to": 10001, "comment": "trust me", "source": "QQ群", "doubtful": true, "warning": "risky"}),
        )
        .await;
    person
}

async fn listed(story: &Story) -> Vec<Value> {
    let list = story
        .bot()
        .call("get_doubt_friends_add_request", json!({}))
        .await
        .ok();
    list.as_array().expect("a list").clone()
}

#[tokio::test]
async fn doubtful_request_is_listed_and_accepted_but_not_reported() {
    over_both(async |story: Story| {
        let bot = story.bot();
        assert_eq!(listed(&story).await, [] as [Value; 0]);
        let fern = doubted(&story, "Fern 🌿\u{202e}").await;
        let [request] = &listed(&story).await[..] else {
            panic!("one request")
        };
        assert_eq!(request["uin"], fern.to_string());
        assert_eq!(request["nick"], "Fern 🌿\u{202e}");
        assert_eq!(
            (&request["msg"], &request["source"], &request["reason"]),
            (&json!("trust me"), &json!("QQ群"), &json!("risky"))
        );
        let accept = json!({"flag": request["flag"]});
        bot.call("set_doubt_friends_add_request", accept.clone())
            .await
            .ok();
        bot.hears(json!({"notice_type": "friend_add", "user_id": fern}))
            .await;
        assert!(!bot.has_heard(&json!({"post_type": "request"})));
        assert!(is_friend(&story, fern).await);
        assert_eq!(listed(&story).await, [] as [Value; 0]);
        bot.call("set_doubt_friends_add_request", accept)
            .await
            .fails(Code::FlagHasBeenChecked);
        bot.call("set_doubt_friends_add_request", json!({"flag": "u_nobody"}))
            .await
            .fails(Code::FlagNotFound);
    })
    .await;
}

#[tokio::test]
async fn refusing_a_doubtful_request_has_no_effect() {
    let story = Story::new().await;
    let bot = story.bot();
    let fern = doubted(&story, "Fern").await;
    let flag = listed(&story).await[0]["flag"].clone();
    for action in ["set_doubt_friends_add_request", "set_friend_add_request"] {
        bot.call(action, json!({"flag": flag, "approve": "false"}))
            .await
            .ok();
        assert_eq!(listed(&story).await.len(), 1, "{action}");
    }
    bot.call("set_friend_add_request", json!({"flag": flag}))
        .await
        .ok();
    bot.hears(json!({"notice_type": "friend_add", "user_id": fern}))
        .await;
}

#[tokio::test]
async fn list_has_at_most_the_wanted_number() {
    let story = Story::new().await;
    for name in ["Fern", "Moss", "Reed"] {
        doubted(&story, name).await;
    }
    assert_eq!(listed(&story).await.len(), 3);
    let two = story
        .bot()
        .call("get_doubt_friends_add_request", json!({"count": "2"}))
        .await
        .ok();
    assert_eq!(two.as_array().map(Vec::len), Some(2));
}
