//! `click_inline_keyboard_button`: a robot answers in the group.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::{Value, json};

/// A robot that 10002 brings into 20001, whose owner is the bot: its number and its app id.
async fn robot(story: &Story) -> (u64, u64) {
    let bob = story.person(10002);
    let made = bob
        .does("create_robot", json!({"nickname": "Robo 🤖"}))
        .await;
    let robot = made["uin"].as_u64().expect("a number");
    bob.does("invite_to_group", json!({"group": 20001, "target": robot}))
        .await;
    (robot, made["app_id"].as_u64().expect("an app id"))
}

/// The robot's message with these buttons; returns its sequence.
async fn buttons(story: &Story, robot: u64, row: Value) -> u64 {
    let message = json!([
        {"type": "markdown", "text": "# Choose"}, {"type": "keyboard", "rows": [row]}
    ]);
    story.person(robot).says(20001, message).await
}

#[tokio::test]
async fn robot_answers_the_pressed_button_in_the_group() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let carol = story.client(10003).await;
        let (robot, app_id) = robot(&story).await;
        let joined = bot
            .hears(json!({"notice_type": "group_increase", "user_id": robot}))
            .await;
        assert_eq!(
            (&joined["sub_type"], &joined["operator_id"]),
            (&json!("invite"), &json!(10002))
        );
        let answer = json!({"button": "b1", "text": "{name} pressed {data} ✓", "prompt": "thanks"});
        story.person(robot).does("answer_button", answer).await;
        let row = json!([{"id": "b1", "label": "Go", "data": "/go"}]);
        let sequence = buttons(&story, robot, row).await;
        let shown = bot
            .hears(json!({"post_type": "message", "user_id": robot}))
            .await;
        let keyboard = shown["message"].as_array().expect("segments");
        let keyboard = keyboard.iter().find(|one| one["type"] == "keyboard");
        let keyboard = &keyboard.expect("buttons")["data"];
        let button = &keyboard["rows"][0]["buttons"][0];
        assert_eq!(
            (&keyboard["bot_appid"], &button["id"], &button["action"]["data"]),
            (&json!(app_id), &json!("b1"), &json!("/go"))
        );
        let me = bot.call("get_login_info", json!({})).await.ok();
        let me = me["nickname"].as_str().expect("a name").to_owned();
        // By app id and sequence, by number alone, and under the name of another endpoint.
        for (action, params, data) in [
            (
                "click_inline_keyboard_button",
                json!({"group_id": 20001, "bot_appid": keyboard["bot_appid"], "button_id": "b1",
                       "callback_data": "/go", "msg_seq": sequence.to_string()}),
                "/go",
            ),
            (
                "click_inline_keyboard_button",
                json!({"group_id": "20001", "bot_appid": robot.to_string(), "button_id": "b1"}),
                "/go",
            ),
            (
                "send_group_bot_callback",
                json!({"group_id": 20001, "bot_id": app_id, "data_1": "b1", "data_2": "/else"}),
                "/else",
            ),
        ] {
            let clicked = bot.call(action, params).await.ok();
            assert_eq!(
                clicked,
                json!({"result": 0, "errMsg": "", "status": 0, "promptText": "thanks",
                       "promptType": 0, "promptIcon": 0})
            );
            story
                .journal(json!({"name": "press_button", "by": 10001, "detail": {
                    "group": 20001, "sequence": sequence, "target": robot, "button": "b1", "data": data
                }}))
                .await;
            let text = format!("{me} pressed {data} ✓");
            carol.sees_in_group(20001, robot, &text).await;
            bot.hears(json!({"post_type": "message", "user_id": robot, "raw_message": text}))
                .await;
        }
        // People press too.
        let press = json!({"group": 20001, "sequence": sequence, "button": "b1"});
        let pressed = story.person(10004).does("press_button", press).await;
        assert_eq!(pressed["prompt"], "thanks");
        bot.hears(json!({"user_id": robot, "raw_message": "Dave pressed /go ✓"}))
            .await;
    })
    .await;
}

#[tokio::test]
async fn buttons_have_rules_for_who_presses_them_and_how_often() {
    let story = Story::beginning().bots(&[10001, 10003]).begin().await;
    let (owner, member) = (story.bot(), story.bot_of(10003));
    let (robot, app_id) = robot(&story).await;
    let row = json!([
        {"id": "link", "label": "L", "action": "link", "data": "https://example.com"},
        {"id": "admins", "label": "A", "who": "admins"},
        {"id": "listed", "label": "B", "who": [10003]},
        {"id": "once", "label": "O", "limit": 1},
    ]);
    let sequence = buttons(&story, robot, row).await;
    let press = async |bot: &crate::story::Bot, button: &str| {
        let params = json!({"group_id": 20001, "bot_appid": app_id, "button_id": button});
        bot.call("click_inline_keyboard_button", params).await
    };
    press(owner, "admins").await.ok();
    press(member, "admins").await.fails(Code::PermissionDenied);
    press(member, "listed").await.ok();
    press(owner, "listed").await.fails(Code::PermissionDenied);
    press(owner, "once").await.ok();
    press(member, "once").await.fails(Code::PermissionDenied);
    press(owner, "link").await.fails(Code::Upstream);
    press(owner, "none").await.fails(Code::Upstream);
    // A robot that is switched off neither answers nor speaks.
    for (enable, code) in [(false, Some(Code::PermissionDenied)), (true, None)] {
        let set = json!({"group_id": 20001, "bot_id": robot, "enable": enable});
        owner.call("set_group_bot_status", set).await.ok();
        let pressed = press(owner, "admins").await;
        let (status, _) = story
            .person(robot)
            .tries(
                "send_group_message",
                json!({"group": 20001, "message": "hi"}),
            )
            .await;
        match code {
            Some(code) => {
                pressed.fails(code);
                assert_eq!(status, 403);
            }
            None => {
                pressed.ok();
                assert_eq!(status, 200);
            }
        }
    }
    let recall = json!({"group": 20001, "sequence": sequence});
    story.person(robot).does("recall_message", recall).await;
    press(owner, "admins").await.fails(Code::Upstream);
    for (params, code) in [
        (json!({"group_id": 20001}), Code::ParamMissing),
        (
            json!({"group_id": 20001, "bot_appid": "robo"}),
            Code::ParamInvalid,
        ),
        (
            json!({"group_id": 20001, "bot_appid": app_id, "msg_seq": "last"}),
            Code::ParamInvalid,
        ),
        (
            json!({"group_id": 20001, "bot_appid": "1"}),
            Code::MemberNotFound,
        ),
        (
            json!({"group_id": 20002, "bot_appid": app_id}),
            Code::MemberNotFound,
        ),
        (
            json!({"group_id": 29999, "bot_appid": app_id}),
            Code::GroupNotFound,
        ),
    ] {
        owner
            .call("click_inline_keyboard_button", params)
            .await
            .fails(code);
    }
    // People are no robots.
    let bob = story.person(10002);
    let keyboard = json!([{"type": "keyboard", "rows": [[{"id": "x", "label": "X"}]]}]);
    let send = json!({"group": 20001, "message": keyboard});
    assert_eq!(bob.tries("send_group_message", send).await.0, 403);
    let answer = json!({"button": "x", "text": "x"});
    assert_eq!(bob.tries("answer_button", answer).await.0, 403);
}

#[tokio::test]
async fn group_decides_who_adds_robots() {
    let story = Story::new().await;
    let bot = story.bot();
    let bob = story.person(10002);
    let option = async |params: Value| {
        let mut params = params;
        params["group_id"] = json!(20001);
        bot.call("set_group_robot_add_option", params).await.ok();
    };
    let robot = async || {
        let made = bob.does("create_robot", json!({"nickname": "Robo"})).await;
        made["uin"].clone()
    };
    let first = robot().await;
    let invite = |robot: &Value| json!({"group": 20001, "target": robot});
    option(json!({"robot_member_switch": 0})).await;
    assert_eq!(bob.tries("invite_to_group", invite(&first)).await.0, 403);
    // An administrator agrees to a member's robot.
    option(json!({"robot_member_switch": 1, "robot_member_examine": 1})).await;
    bob.does("invite_to_group", invite(&first)).await;
    let asked = bot
        .hears(json!({"request_type": "group", "sub_type": "add", "user_id": first}))
        .await;
    assert_eq!(asked["invitor_id"], 10002);
    bot.call("set_group_add_request", json!({"flag": asked["flag"]}))
        .await
        .ok();
    bot.hears(json!({"notice_type": "group_increase", "user_id": first}))
        .await;
    // The owner adds robots without asking anybody.
    option(json!({"robot_member_switch": 0})).await;
    story
        .person(10003)
        .does("invite_to_group", json!({"group": 20003, "target": first}))
        .await;
    bot.hears(json!({"notice_type": "group_increase", "group_id": 20003, "user_id": first}))
        .await;
}
