//! Invitations: `set_group_add_request`, the requests `group` / `invite` and `group` / `add`, and `group_increase`.

use super::{flag, stranger};
use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::{Value, json};

/// Lets 10002 create a group and invite the bot; returns the group and the event.
async fn invited(story: &Story) -> (u64, Value) {
    let willow = story.person(10002);
    let made = willow
        .does("create_group", json!({"name": "Cosy 🏡", "members": []}))
        .await;
    let group = made["group"].as_u64().expect("a group");
    willow
        .does("invite_to_group", json!({"group": group, "target": 10001}))
        .await;
    let event = story
        .bot()
        .hears(json!({"request_type": "group", "sub_type": "invite", "group_id": group}))
        .await;
    (group, event)
}

async fn groups(story: &Story) -> Vec<Value> {
    let list = story.bot().call("get_group_list", json!({})).await.ok();
    let list = list.as_array().expect("a list");
    list.iter().map(|group| group["group_id"].clone()).collect()
}

#[tokio::test]
async fn bot_accepts_an_invitation_and_is_in_the_group() {
    over_both(async |story: Story| {
        let bot = story.bot();
        assert_eq!(groups(&story).await.len(), 3);
        let (group, event) = invited(&story).await;
        assert_eq!(
            (&event["user_id"], &event["invitor_id"], &event["comment"]),
            (&json!(10002), &json!(10002), &json!(""))
        );
        let list = bot.call("get_group_system_msg", json!({})).await.ok();
        assert_eq!(list["join_requests"], json!([]));
        let listed = &list["invited_requests"][0];
        assert_eq!(
            (
                &listed["invitor_uin"],
                &listed["group_name"],
                &listed["flag"]
            ),
            (&json!(10002), &json!("Cosy 🏡"), &event["flag"])
        );
        bot.call("set_group_add_request", json!({"flag": flag(&event)}))
            .await
            .ok();
        let notice = bot
            .hears(json!({"notice_type": "group_increase", "group_id": group}))
            .await;
        assert_eq!(
            (&notice["user_id"], &notice["operator_id"]),
            (&json!(10001), &json!(10002))
        );
        assert!(groups(&story).await.contains(&json!(group)));
        bot.says(group, "hello").await;
        story.group_sees(group, json!({"from": 10001})).await;
        bot.call("set_group_add_request", json!({"flag": flag(&event)}))
            .await
            .fails(Code::FlagHasBeenChecked);
        // The card of the invitation is no message, and no second request.
        story.person(10002).tells(10001, "later").await;
        let later = bot.hears(json!({"message_type": "private"})).await;
        assert_eq!(later["raw_message"], "later");
        assert!(!bot.has_heard(&json!({"request_type": "group"})));
    })
    .await;
}

#[tokio::test]
async fn bot_refuses_an_invitation() {
    let story = Story::new().await;
    let (group, event) = invited(&story).await;
    story
        .bot()
        .call(
            "set_group_add_request",
            json!({"flag": flag(&event), "sub_type": "invite", "approve": false}),
        )
        .await
        .ok();
    assert!(!groups(&story).await.contains(&json!(group)));
    let requests = story.look("requests").await;
    let told = &requests["groups"][0];
    assert_eq!((&told["type"], &told["for"]), (&json!(10), &json!(10002)));
}

#[tokio::test]
async fn only_the_invited_account_can_answer() {
    let story = Story::beginning().bots(&[10001, 10003]).begin().await;
    let (group, event) = invited(&story).await;
    story
        .bot_of(10003)
        .call("set_group_add_request", json!({"flag": flag(&event)}))
        .await
        .fails(Code::PermissionDenied);
    assert!(!groups(&story).await.contains(&json!(group)));
}

#[tokio::test]
async fn member_needs_an_administrator_to_bring_a_friend() {
    let story = Story::new().await;
    let bot = story.bot();
    let fern = stranger(&story, "Fern").await;
    story
        .person(fern)
        .does("request_friend", json!({"to": 10003}))
        .await;
    let carol = story.person(10003);
    let invite = json!({"group": 20001, "target": fern});
    assert_eq!(carol.tries("invite_to_group", invite.clone()).await.0, 403);
    carol
        .does(
            "answer_friend_request",
            json!({"from": fern, "approve": true}),
        )
        .await;
    carol.does("invite_to_group", invite).await;
    let event = bot
        .hears(json!({"request_type": "group", "sub_type": "add", "user_id": fern}))
        .await;
    assert_eq!(
        (&event["invitor_id"], &event["comment"]),
        (&json!(10003), &json!(""))
    );
    let list = bot.call("get_group_system_msg", json!({})).await.ok();
    let request = &list["join_requests"][0];
    assert_eq!(
        (&request["requester_uin"], &request["invitor_uin"]),
        (&json!(fern), &json!(10003))
    );
    bot.call("set_group_add_request", json!({"flag": flag(&event)}))
        .await
        .ok();
    let notice = bot
        .hears(json!({"notice_type": "group_increase", "sub_type": "invite", "user_id": fern}))
        .await;
    assert_eq!(notice["operator_id"], 10003);
}

#[tokio::test]
async fn people_answer_invitations_by_the_rules() {
    let story = Story::new().await;
    let (willow, carol) = (story.person(10002), story.person(10003));
    let made = willow
        .does("create_group", json!({"name": "Cosy", "members": [10004]}))
        .await;
    let group = made["group"].clone();
    let invite = json!({"group": group, "target": 10003});
    for (target, status) in [(4_000_000, 404), (10004, 409)] {
        let wrong = json!({"group": group, "target": target});
        assert_eq!(willow.tries("invite_to_group", wrong).await.0, status);
    }
    assert_eq!(carol.tries("invite_to_group", invite.clone()).await.0, 403);
    let answer = json!({"group": group, "target": 10003, "approve": true});
    assert_eq!(
        carol.tries("answer_group_request", answer.clone()).await.0,
        404
    );
    willow.does("invite_to_group", invite).await;
    // The invitation is for the invited person alone.
    assert_eq!(
        willow.tries("answer_group_request", answer.clone()).await.0,
        404
    );
    carol.does("answer_group_request", answer.clone()).await;
    assert_eq!(
        carol.tries("answer_group_request", answer).await.0,
        409,
        "answered twice"
    );
    let number = group.as_u64().expect("a group");
    carol.says(number, "hello").await;
}

#[tokio::test]
async fn invitation_that_came_while_the_bot_was_away_is_a_request_and_no_message() {
    let story = Story::new().await;
    let (bot, bob) = (story.bot(), story.person(10002));
    bob.tells(10001, "before").await;
    bot.hears(json!({"raw_message": "before"})).await;
    let mut groups = Vec::new();
    for name in ["One", "Two"] {
        let made = bob
            .does("create_group", json!({"name": name, "members": []}))
            .await;
        groups.push(made["group"].clone());
    }
    story
        .fault(json!({"fault": "refuse_connections", "seconds": 2}))
        .await;
    story.fault(json!({"fault": "drop_connections"})).await;
    story
        .journal(json!({"name": "presence", "by": 10001, "detail": {"online": false}}))
        .await;
    for group in &groups {
        bob.does("invite_to_group", json!({"group": group, "target": 10001}))
            .await;
    }
    // The account answers the second one with its phone.
    let answer = json!({"group": groups[1], "target": 10001, "approve": false});
    story
        .person(10001)
        .does("answer_group_request", answer)
        .await;
    bob.tells(10001, "after").await;
    let event = bot.hears(json!({"request_type": "group"})).await;
    assert_eq!(
        (&event["sub_type"], &event["group_id"], &event["user_id"]),
        (&json!("invite"), &groups[0], &json!(10002))
    );
    bot.hears(json!({"raw_message": "after"})).await;
    assert!(!bot.has_heard(&json!({"request_type": "group"})));
    assert!(!bot.has_heard(&json!({"post_type": "message"})));
    bot.call("set_group_add_request", json!({"flag": flag(&event)}))
        .await
        .ok();
    bot.hears(json!({"notice_type": "group_increase", "group_id": groups[0]}))
        .await;
}
