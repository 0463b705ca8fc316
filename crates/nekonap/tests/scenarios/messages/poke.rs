//! `send_poke`, `group_poke`, `friend_poke`, and the notice.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn group_poke_is_sent_and_reported() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let poke = json!({"group_id": 20001, "user_id": 10002});
        assert!(bot.call("group_poke", poke.clone()).await.ok().is_null());
        story
            .journal(json!({"kind": "change", "name": "poke", "by": 10001}))
            .await;
        assert!(bot.call("send_poke", poke).await.ok().is_null());
        story
            .journal(json!({"kind": "change", "name": "poke", "by": 10001}))
            .await;
        story
            .person(10002)
            .does("poke", json!({"group": 20001, "target": 10001}))
            .await;
        let notice = bot
            .hears(json!({"notice_type": "notify", "sub_type": "poke", "user_id": 10002}))
            .await;
        assert_eq!(
            (&notice["target_id"], &notice["group_id"]),
            (&json!(10001), &json!(20001))
        );
    })
    .await;
}

#[tokio::test]
async fn friend_poke_is_sent_and_reported() {
    over_both(async |story: Story| {
        let bot = story.bot();
        assert!(
            bot.call("friend_poke", json!({"user_id": 10003}))
                .await
                .ok()
                .is_null()
        );
        story
            .journal(json!({"kind": "change", "name": "poke", "by": 10001}))
            .await;
        story
            .person(10003)
            .does("poke", json!({"target": 10001}))
            .await;
        let notice = bot
            .hears(json!({"notice_type": "notify", "sub_type": "poke", "user_id": 10003}))
            .await;
        assert_eq!(notice["target_id"], 10001);
        assert!(notice.get("group_id").is_none());
    })
    .await;
}

#[tokio::test]
async fn poke_texts_and_picture_are_reported_in_raw_info() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let people = story.look("world").await["people"].clone();
        let uid = |account: u64| {
            let people = people.as_array().expect("a list");
            let person = people.iter().find(|person| person["uin"] == account);
            person.expect("a person")["uid"].clone()
        };
        let who = |account| json!({"type": "qq", "uid": uid(account), "col": "1", "jp": "", "nm": "", "tp": "0"});
        let text = |text| json!({"type": "nor", "txt": text, "col": "1", "jp": ""});
        let picture = json!({"type": "img", "src": "https://example.com/pat.png", "jp": ""});
        let words = json!({"target": 10001, "action": "拍了拍", "suffix": "的肩膀", "image": picture["src"]});
        let mut in_group = words.clone();
        in_group["group"] = json!(20001);
        for (by, poke) in [(10002, in_group), (10003, words)] {
            story.person(by).does("poke", poke).await;
            let notice = bot
                .hears(json!({"notice_type": "notify", "sub_type": "poke", "sender_id": by}))
                .await;
            assert_eq!(
                notice["raw_info"],
                json!([who(by), picture, text("拍了拍"), who(10001), text("的肩膀")])
            );
            assert_eq!(
                (&notice["action"], &notice["suffix"], &notice["action_img_url"]),
                (&json!("拍了拍"), &json!("的肩膀"), &picture["src"])
            );
        }
        // A poke without its own texts has the default verb and no picture.
        story
            .person(10003)
            .does("poke", json!({"target": 10001}))
            .await;
        let notice = bot
            .hears(json!({"notice_type": "notify", "sub_type": "poke", "sender_id": 10003, "suffix": ""}))
            .await;
        assert_eq!(
            notice["raw_info"],
            json!([who(10003), text("戳了戳"), who(10001), text("")])
        );
        let long = "长".repeat(400);
        let (status, _) = story
            .person(10003)
            .tries("poke", json!({"target": 10001, "suffix": long}))
            .await;
        assert_eq!(status, 400);
    })
    .await;
}

#[tokio::test]
async fn poke_of_unknown_user_fails() {
    let story = Story::new().await;
    let bot = story.bot();
    bot.call("group_poke", json!({"user_id": 10002}))
        .await
        .fails(Code::ParamMissing);
    bot.call(
        "group_poke",
        json!({"group_id": 20001, "user_id": 99_999_999}),
    )
    .await
    .fails(Code::MemberNotFound);
    bot.call("friend_poke", json!({"user_id": 99_999_999}))
        .await
        .fails(Code::FriendNotFound);
}
