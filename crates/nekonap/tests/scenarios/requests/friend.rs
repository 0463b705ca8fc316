//! `set_friend_add_request`, the request `friend`, and the notice `friend_add`.

use super::{flag, is_friend, stranger};
use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::{Value, json};

/// Lets a new person ask the bot; returns the person and the event.
async fn asked(story: &Story, comment: &str) -> (u64, Value) {
    let fern = stranger(story, "Fern").await;
    story
        .person(fern)
        .does("request_friend", json!({"to": 10001, "comment": comment}))
        .await;
    let event = story
        .bot()
        .hears(json!({"post_type": "request", "request_type": "friend", "user_id": fern}))
        .await;
    (fern, event)
}

/// Answers the request with this flag.
async fn answered(story: &Story, flag: &Value, approve: bool) {
    super::answered(story, "set_friend_add_request", flag, approve).await;
}

#[tokio::test]
async fn accepted_person_becomes_a_friend() {
    over_both(async |story: Story| {
        let bot = story.bot();
        // Filled before, so that the list must notice the new friend.
        assert!(!is_friend(&story, 10006).await);
        let (fern, event) = asked(&story, "I am Fern 🌿 \u{200b}\u{202e}نعم").await;
        assert_eq!(event["comment"], "I am Fern 🌿 \u{200b}\u{202e}نعم");
        assert_eq!(event["via"], "QQ号查找");
        bot.call(
            "set_friend_add_request",
            json!({"flag": flag(&event), "remark": "The Fern"}),
        )
        .await
        .ok();
        bot.hears(json!({"notice_type": "friend_add", "user_id": fern}))
            .await;
        assert!(is_friend(&story, fern).await);
        story
            .journal(json!({"name": "set_remark", "detail": {"target": fern, "text": "The Fern"}}))
            .await;
        story
            .journal(
                json!({"name": "answer_friend_request", "by": 10001, "detail": {
                    "from": fern, "approve": true
                }}),
            )
            .await;
        story.person(fern).tells(10001, "friends now").await;
        bot.hears(json!({"raw_message": "friends now", "sub_type": "friend"}))
            .await;
        bot.call("set_friend_add_request", json!({"flag": flag(&event)}))
            .await
            .fails(Code::FlagHasBeenChecked);
    })
    .await;
}

#[tokio::test]
async fn refused_person_stays_a_stranger() {
    let story = Story::new().await;
    let (fern, event) = asked(&story, "").await;
    assert_eq!(event["comment"], "");
    answered(&story, &event["flag"], false).await;
    let requests = story.look("requests").await;
    assert_eq!(requests["friends"][0]["state"], "refused");
    assert!(!is_friend(&story, fern).await);
    story
        .bot()
        .call("set_friend_add_request", json!({"flag": flag(&event)}))
        .await
        .fails(Code::FlagHasBeenChecked);
    assert!(!is_friend(&story, fern).await);
}

#[tokio::test]
async fn person_who_asks_again_is_heard_again_with_another_flag() {
    let story = Story::new().await;
    let bot = story.bot();
    let (fern, event) = asked(&story, "please").await;
    answered(&story, &event["flag"], false).await;
    story
        .fault(json!({"fault": "advance_clock", "seconds": 60}))
        .await;
    let again = json!({"to": 10001, "comment": "please, please"});
    story.person(fern).does("request_friend", again).await;
    let second = bot.hears(json!({"comment": "please, please"})).await;
    assert_ne!(second["flag"], event["flag"]);
    answered(&story, &second["flag"], true).await;
    bot.hears(json!({"notice_type": "friend_add", "user_id": fern}))
        .await;
}

#[tokio::test]
async fn request_that_is_pushed_twice_is_reported_once() {
    let story = Story::new().await;
    let bot = story.bot();
    let (fern, _) = asked(&story, "please").await;
    let again = json!({"to": 10001, "comment": "please"});
    story.person(fern).does("request_friend", again).await;
    let (_, _) = asked(&story, "and me").await;
    assert!(!bot.has_heard(&json!({"request_type": "friend", "user_id": fern})));
}

#[tokio::test]
async fn flags_of_other_endpoints_name_the_request_too() {
    let story = Story::new().await;
    for form in ["uid", "time", "number"] {
        let (fern, event) = asked(&story, form).await;
        let world = story.look("world").await;
        let people = world["people"].as_array().expect("a list");
        let person = people.iter().find(|person| person["uin"] == fern);
        let requests = story.look("requests").await;
        let time = requests["friends"].as_array().expect("a list");
        let time = time.iter().find(|request| request["from"] == fern);
        let time = &time.expect("the request")["time"];
        let given = match form {
            "uid" => person.expect("a person")["uid"].clone(),
            "time" => json!(time.to_string()),
            _ => time.clone(),
        };
        assert_ne!(given, event["flag"]);
        answered(&story, &given, true).await;
        story
            .bot()
            .hears(json!({"notice_type": "friend_add", "user_id": fern}))
            .await;
        // The next request has another time.
        story
            .fault(json!({"fault": "advance_clock", "seconds": 5}))
            .await;
    }
}

#[tokio::test]
async fn unknown_flag_fails_and_answers_nothing() {
    let story = Story::new().await;
    let bot = story.bot();
    let (fern, _) = asked(&story, "please").await;
    for flag in [
        "",
        "fr1.1.u_nobody",
        "u_nobody",
        "12",
        "gr1.20001.1.1.0",
        "a b",
    ] {
        bot.call("set_friend_add_request", json!({"flag": flag}))
            .await
            .fails(Code::FlagNotFound);
    }
    bot.call("set_friend_add_request", json!({"approve": true}))
        .await
        .fails(Code::ParamMissing);
    assert!(!is_friend(&story, fern).await);
    assert_eq!(
        story.look("requests").await["friends"][0]["state"],
        "pending"
    );
}

#[tokio::test]
async fn only_the_person_who_was_asked_can_answer() {
    let story = Story::beginning().bots(&[10001, 10002]).begin().await;
    let (fern, event) = asked(&story, "please").await;
    story
        .bot_of(10002)
        .call("set_friend_add_request", json!({"flag": flag(&event)}))
        .await
        .fails(Code::FlagNotFound);
    assert!(!is_friend(&story, fern).await);
    answered(&story, &event["flag"], true).await;
}

#[tokio::test]
async fn request_lapses_after_a_month() {
    let story = Story::new().await;
    let (fern, event) = asked(&story, "please").await;
    story
        .fault(json!({"fault": "advance_clock", "seconds": 30 * 86_400 + 1}))
        .await;
    story
        .bot()
        .call("set_friend_add_request", json!({"flag": flag(&event)}))
        .await
        .fails(Code::FlagNotFound);
    assert!(!is_friend(&story, fern).await);
}

#[tokio::test]
async fn flag_answers_the_request_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let story = Story::beginning().kept_in(folder.path()).begin().await;
    let (fern, event) = asked(&story, "please").await;
    story.end().await;
    let story = Story::beginning().kept_in(folder.path()).begin().await;
    answered(&story, &event["flag"], true).await;
    story
        .bot()
        .hears(json!({"notice_type": "friend_add", "user_id": fern}))
        .await;
    assert!(is_friend(&story, fern).await);
}

#[tokio::test]
async fn friend_who_is_deleted_and_asks_again_is_reported_again() {
    let story = Story::new().await;
    let bot = story.bot();
    let (fern, event) = asked(&story, "please").await;
    answered(&story, &event["flag"], true).await;
    bot.hears(json!({"notice_type": "friend_add", "user_id": fern}))
        .await;
    bot.call(
        "delete_friend",
        json!({"user_id": fern, "temp_both_del": true}),
    )
    .await
    .ok();
    let again = json!({"to": 10001, "comment": "once more"});
    story.person(fern).does("request_friend", again).await;
    let event = bot.hears(json!({"comment": "once more"})).await;
    answered(&story, &event["flag"], true).await;
    bot.hears(json!({"notice_type": "friend_add", "user_id": fern}))
        .await;
}

#[tokio::test]
async fn quick_operation_answers_the_request() {
    let story = Story::new().await;
    let bot = story.bot();
    let (fern, event) = asked(&story, "please").await;
    bot.call(
        ".handle_quick_operation",
        json!({"context": event, "operation": {"approve": true}}),
    )
    .await
    .ok();
    bot.hears(json!({"notice_type": "friend_add", "user_id": fern}))
        .await;
    let (oak, event) = asked(&story, "me too").await;
    bot.call(
        ".handle_quick_operation",
        json!({"context": event, "operation": {"approve": false}}),
    )
    .await
    .ok();
    story
        .journal(json!({"name": "answer_friend_request", "detail": {
            "from": oak, "approve": false
        }}))
        .await;
}

#[tokio::test]
async fn people_answer_each_other_by_the_rules() {
    let story = Story::new().await;
    let fern = stranger(&story, "Fern").await;
    let (willow, asks) = (story.person(10002), story.person(fern));
    for (fields, status) in [
        (json!({"to": fern}), 400),
        (json!({"to": 4_000_000}), 404),
        (json!({"to": 10002, "comment": "x".repeat(201)}), 400),
        (json!({}), 400),
    ] {
        assert_eq!(asks.tries("request_friend", fields).await.0, status);
    }
    let friends = willow.tries("request_friend", json!({"to": 10003})).await;
    assert_eq!(friends.0, 409, "{}", friends.1);
    let answer = json!({"from": fern, "approve": true});
    assert_eq!(
        willow
            .tries("answer_friend_request", answer.clone())
            .await
            .0,
        404
    );
    let reply = asks.does("request_friend", json!({"to": 10002})).await;
    assert!(reply["flag"].is_string());
    // Each asks the other: one answer settles both.
    willow.does("request_friend", json!({"to": fern})).await;
    willow.does("answer_friend_request", answer.clone()).await;
    assert_eq!(willow.tries("answer_friend_request", answer).await.0, 409);
    let requests = story.look("requests").await;
    for request in requests["friends"].as_array().expect("a list") {
        assert_eq!(request["state"], "accepted");
    }
    asks.tells(10002, "friends now").await;
}
