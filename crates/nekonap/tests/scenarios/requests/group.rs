//! `set_group_add_request`, `get_group_system_msg`, the request `group` / `add`, and the notice `group_increase`.

use super::{flag, stranger};
use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::{Value, json};

/// Lets a new person apply to 20001, which the bot owns; returns the person and the event.
async fn applied(story: &Story, comment: &str) -> (u64, Value) {
    let fern = stranger(story, "Fern").await;
    story
        .person(fern)
        .does("join_group", json!({"group": 20001, "comment": comment}))
        .await;
    let event = story
        .bot()
        .hears(json!({"request_type": "group", "sub_type": "add", "user_id": fern}))
        .await;
    (fern, event)
}

/// Answers the request with this flag.
async fn answered(story: &Story, flag: &Value, approve: bool) {
    super::answered(story, "set_group_add_request", flag, approve).await;
}

/// The role of a person in a group; null if it is no member.
async fn role(story: &Story, group: u64, user: u64) -> Value {
    let world = story.look("world").await;
    let groups = world["groups"].as_array().expect("a list");
    let found = groups.iter().find(|found| found["group"] == group);
    let members = found.map(|group| group["members"].as_array().expect("a list"));
    let mut members = members.into_iter().flatten();
    let member = members.find(|member| member["uin"] == user);
    member
        .map(|member| member["role"].clone())
        .unwrap_or_default()
}

#[tokio::test]
async fn accepted_applicant_is_a_member_and_everybody_hears_it() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let carol = story.client(10003).await;
        let (fern, event) = applied(&story, "let me in 🌿 \u{200b}\u{202e}نعم").await;
        assert_eq!(event["comment"], "let me in 🌿 \u{200b}\u{202e}نعم");
        assert_eq!(
            (&event["group_id"], &event["invitor_id"]),
            (&json!(20001), &json!(0))
        );
        bot.call(
            "set_group_add_request",
            json!({"flag": flag(&event), "sub_type": "invite", "reason": null}),
        )
        .await
        .ok();
        let notice = bot
            .hears(json!({"notice_type": "group_increase", "sub_type": "approve"}))
            .await;
        assert_eq!(
            (&notice["user_id"], &notice["operator_id"]),
            (&json!(fern), &json!(10001))
        );
        let members = bot
            .call("get_group_member_list", json!({"group_id": 20001}))
            .await
            .ok();
        assert_eq!(members.as_array().map(Vec::len), Some(6));
        story.person(fern).says(20001, "thank you").await;
        bot.hears(json!({"raw_message": "thank you"})).await;
        carol.sees_in_group(20001, fern, "thank you").await;
        bot.call("set_group_add_request", json!({"flag": flag(&event)}))
            .await
            .fails(Code::FlagHasBeenChecked);
    })
    .await;
}

#[tokio::test]
async fn refused_applicant_stays_outside_and_finds_the_reason() {
    let story = Story::new().await;
    let (fern, event) = applied(&story, "let me in").await;
    story
        .bot()
        .call(
            "set_group_add_request",
            json!({"flag": flag(&event), "type": "add", "approve": "false", "reason": "full of cats"}),
        )
        .await
        .ok();
    assert_eq!(role(&story, 20001, fern).await, Value::Null);
    let requests = story.look("requests").await;
    let told = &requests["groups"][0];
    assert_eq!(
        (&told["for"], &told["type"], &told["comment"]),
        (&json!(fern), &json!(11), &json!("full of cats"))
    );
    story
        .bot()
        .call("set_group_add_request", json!({"flag": flag(&event)}))
        .await
        .fails(Code::FlagHasBeenChecked);
}

#[tokio::test]
async fn requests_are_listed_with_their_flags() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let none = bot.call("get_group_system_msg", json!({})).await.ok();
        assert_eq!(none["join_requests"], json!([]));
        let (fern, event) = applied(&story, "let me in").await;
        let list = bot
            .call("get_group_system_msg", json!({"count": "10"}))
            .await
            .ok();
        let request = &list["join_requests"][0];
        assert_eq!(
            (&request["requester_uin"], &request["invitor_uin"]),
            (&json!(fern), &json!(fern))
        );
        assert_eq!(
            (&request["message"], &request["checked"], &request["actor"]),
            (&json!("let me in"), &json!(false), &json!(0))
        );
        assert_eq!(request["flag"], event["flag"]);
        // The id alone answers it too.
        answered(&story, &request["request_id"], true).await;
        bot.hears(json!({"notice_type": "group_increase", "user_id": fern}))
            .await;
        let list = bot.call("get_group_system_msg", json!({})).await.ok();
        let request = &list["join_requests"][0];
        assert_eq!(
            (&request["checked"], &request["actor"]),
            (&json!(true), &json!(10001))
        );
        bot.call(
            "set_group_add_request",
            json!({"flag": request["request_id"]}),
        )
        .await
        .fails(Code::FlagHasBeenChecked);
    })
    .await;
}

#[tokio::test]
async fn filtered_application_is_in_a_list_of_its_own() {
    let story = Story::new().await;
    let bot = story.bot();
    let fern = stranger(&story, "Fern").await;
    let apply = json!({"group": 20001, "comment": "hm", "filtered": true});
    story.person(fern).does("join_group", apply).await;
    let event = bot.hears(json!({"request_type": "group"})).await;
    let ordinary = bot.call("get_group_system_msg", json!({})).await.ok();
    assert_eq!(ordinary["join_requests"], json!([]));
    let filtered = bot.call("get_group_ignored_notifies", json!({})).await.ok();
    assert_eq!(filtered["join_requests"][0]["flag"], event["flag"]);
    let flat = bot
        .call("get_group_ignore_add_request", json!({}))
        .await
        .ok();
    assert_eq!(flat[0]["requester_uin"], fern);
    // The id is searched in both lists.
    answered(&story, &flat[0]["request_id"], true).await;
    bot.hears(json!({"notice_type": "group_increase", "user_id": fern}))
        .await;
}

#[tokio::test]
async fn unknown_flag_fails_and_answers_nothing() {
    let story = Story::new().await;
    let bot = story.bot();
    let (fern, event) = applied(&story, "please").await;
    let ours = flag(&event);
    for wrong in [
        "",
        "nonsense",
        "12345",
        "gr1.20001.1.1.0",
        "fr1.1.u_nobody",
        // The kind, the group and the list belong to the request.
        &ours.replace(".1.0", ".22.0"),
        &ours.replace("gr1.20001.", "gr1.20002."),
    ] {
        if wrong == ours {
            continue;
        }
        let answer = bot
            .call("set_group_add_request", json!({"flag": wrong}))
            .await;
        assert_eq!(answer.envelope["status"], "failed", "{wrong}");
    }
    bot.call("set_group_add_request", json!({"flag": "nonsense"}))
        .await
        .fails(Code::FlagNotFound);
    bot.call("set_group_add_request", json!({"flag": "gr1.20001.1.1.0"}))
        .await
        .fails(Code::FlagNotFound);
    bot.call("set_group_add_request", json!({"approve": true}))
        .await
        .fails(Code::ParamMissing);
    assert_eq!(role(&story, 20001, fern).await, Value::Null);
}

#[tokio::test]
async fn member_without_a_role_cannot_answer() {
    let story = Story::beginning().bots(&[10001, 10003]).begin().await;
    let (fern, event) = applied(&story, "please").await;
    let other = story.bot_of(10003);
    other
        .call("set_group_add_request", json!({"flag": flag(&event)}))
        .await
        .fails(Code::PermissionDenied);
    let list = other.call("get_group_system_msg", json!({})).await.ok();
    assert_eq!(list["join_requests"], json!([]));
    assert!(!other.has_heard(&json!({"request_type": "group"})));
    assert_eq!(role(&story, 20001, fern).await, Value::Null);
}

#[tokio::test]
async fn application_lapses_after_a_month() {
    let story = Story::new().await;
    let (fern, event) = applied(&story, "please").await;
    story
        .fault(json!({"fault": "advance_clock", "seconds": 30 * 86_400 + 1}))
        .await;
    story
        .bot()
        .call("set_group_add_request", json!({"flag": flag(&event)}))
        .await
        .fails(Code::FlagNotFound);
    assert_eq!(role(&story, 20001, fern).await, Value::Null);
}

#[tokio::test]
async fn flag_answers_the_application_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let story = Story::beginning().kept_in(folder.path()).begin().await;
    let (fern, event) = applied(&story, "please").await;
    story.end().await;
    let story = Story::beginning().kept_in(folder.path()).begin().await;
    answered(&story, &event["flag"], true).await;
    story
        .bot()
        .hears(json!({"notice_type": "group_increase", "user_id": fern}))
        .await;
}

#[tokio::test]
async fn quick_operation_answers_the_application() {
    let story = Story::new().await;
    let bot = story.bot();
    let (fern, event) = applied(&story, "please").await;
    bot.call(
        ".handle_quick_operation",
        json!({"context": event, "operation": {"approve": true}}),
    )
    .await
    .ok();
    bot.hears(json!({"notice_type": "group_increase", "user_id": fern}))
        .await;
    let (oak, event) = applied(&story, "me too").await;
    bot.call(
        ".handle_quick_operation",
        json!({"context": event, "operation": {"approve": false, "reason": "not now"}}),
    )
    .await
    .ok();
    story
        .journal(json!({"name": "answer_group_request", "detail": {
            "target": oak, "answer": "refuse"
        }}))
        .await;
}

#[tokio::test]
async fn each_way_to_join_lets_in_whom_it_says() {
    let story = Story::new().await;
    let bot = story.bot();
    let set = async |option: u32| {
        let params = json!({
            "group_id": 20001, "add_type": option, "group_question": "Which tree?", "group_answer": "Oak"
        });
        bot.call("set_group_add_option", params).await.ok();
    };
    // The option, the answer, and what comes of it.
    for (option, comment, outcome) in [
        (1, "hi", "joined"),
        (2, "hi", "waits"),
        (3, "hi", "refused"),
        (4, "Elm", "refused"),
        (4, "Oak", "joined"),
        (5, "Elm", "waits"),
    ] {
        set(option).await;
        let person = stranger(&story, "Fern").await;
        let apply = json!({"group": 20001, "comment": comment});
        let (status, reply) = story.person(person).tries("join_group", apply).await;
        let seen = match (status, reply["joined"] == true, reply["flag"].is_string()) {
            (200, true, false) => "joined",
            (200, false, true) => "waits",
            (403, ..) => "refused",
            other => panic!("{other:?}: {reply}"),
        };
        assert_eq!(seen, outcome, "{option} {comment}");
        let is_member = role(&story, 20001, person).await != Value::Null;
        assert_eq!(is_member, outcome == "joined", "{option} {comment}");
        match outcome {
            "joined" => {
                let notice = bot
                    .hears(json!({"notice_type": "group_increase", "user_id": person}))
                    .await;
                assert_eq!(notice["operator_id"], person, "nobody had to decide");
            }
            "waits" => {
                let event = bot
                    .hears(json!({"request_type": "group", "user_id": person}))
                    .await;
                let wanted = match option {
                    5 => "问题：Which tree?\n答案：Elm",
                    _ => "hi",
                };
                assert_eq!(event["comment"], wanted);
            }
            _ => {}
        }
    }
}

#[tokio::test]
async fn person_removed_for_ever_and_members_cannot_apply() {
    let story = Story::new().await;
    story
        .bot()
        .call(
            "set_group_kick",
            json!({"group_id": 20001, "user_id": 10005, "reject_add_request": true}),
        )
        .await
        .ok();
    let apply = json!({"group": 20001, "comment": "sorry"});
    assert_eq!(
        story
            .person(10005)
            .tries("join_group", apply.clone())
            .await
            .0,
        403
    );
    assert_eq!(story.person(10004).tries("join_group", apply).await.0, 409);
    let nowhere = json!({"group": 29999});
    assert_eq!(
        story.person(10004).tries("join_group", nowhere).await.0,
        404
    );
}

#[tokio::test]
async fn changes_of_members_are_in_the_list_of_notices() {
    let story = Story::new().await;
    let bot = story.bot();
    for (action, params) in [
        ("set_group_admin", json!({"user_id": 10003, "enable": true})),
        (
            "set_group_admin",
            json!({"user_id": 10003, "enable": false}),
        ),
        ("set_group_kick", json!({"user_id": 10004})),
    ] {
        let mut params = params;
        params["group_id"] = json!(20001);
        bot.call(action, params).await.ok();
    }
    story
        .person(10005)
        .does("leave_group", json!({"group": 20001}))
        .await;
    let requests = story.look("requests").await;
    let listed: Vec<(u64, u64)> = requests["groups"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|notice| {
            let number = |key: &str| notice[key].as_u64().expect("a number");
            (number("type"), number("user"))
        })
        .collect();
    let wanted = [
        (13, 10005),
        (7, 10004),
        (6, 10004),
        (15, 10003),
        (16, 10003),
        (3, 10003),
    ];
    assert_eq!(listed, wanted);
    // They are no requests.
    let list = bot.call("get_group_system_msg", json!({})).await.ok();
    assert_eq!(list["join_requests"], json!([]));
}
