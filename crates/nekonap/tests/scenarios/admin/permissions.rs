//! `set_group_robot_add_option`, `set_group_member_invite_policy`, `set_group_member_permissions`,
//! `set_group_new_member_history_visibility`, `set_group_msg_mask`, `set_group_bot_status`.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::{Value, json};

/// The bits of a group after the newest change.
async fn bits(story: &Story) -> (Value, Value) {
    let change = story.journal(json!({"name": "set_permissions"})).await;
    let detail = &change["detail"];
    (detail["privileges"].clone(), detail["flags"].clone())
}

#[tokio::test]
async fn members_are_permitted_what_the_bot_says() {
    over_both(async |story: Story| {
        let bot = story.bot();
        for (policy, expected) in [
            ("disabled", 0x0400_0000),
            ("no_approval", 0x0010_0000),
            ("no_approval_under_100", 0x0200_0000),
            ("require_approval", 0),
        ] {
            let params = json!({"group_id": 20002, "policy": policy});
            bot.call("set_group_member_invite_policy", params)
                .await
                .ok();
            assert_eq!(bits(&story).await, (json!(expected), json!(0)), "{policy}");
        }
        bot.call(
            "set_group_new_member_history_visibility",
            json!({"group_id": "20002", "visible": true}),
        )
        .await
        .ok();
        assert_eq!(bits(&story).await, (json!(0), json!(4)));
        // Each setting is a change of its own. Those that are as wanted already are skipped.
        bot.call(
            "set_group_member_permissions",
            json!({
                "group_id": 20002, "allow_member_upload_album": false,
                "allow_member_temporary_session": true, "allow_member_create_group": "false"
            }),
        )
        .await
        .ok();
        assert_eq!(bits(&story).await, (json!(0x1), json!(4)));
        assert_eq!(bits(&story).await, (json!(0x8001), json!(4)));
        bot.call(
            "set_group_member_permissions",
            json!({"group_id": 20002, "allow_member_upload_album": true}),
        )
        .await
        .ok();
        assert_eq!(bits(&story).await, (json!(0x8000), json!(4)));
        bot.call(
            "set_group_new_member_history_visibility",
            json!({"group_id": 20002, "visible": false}),
        )
        .await
        .ok();
        assert_eq!(bits(&story).await, (json!(0x8000), json!(0)));
    })
    .await;
}

#[tokio::test]
async fn robots_bots_and_the_own_messages_are_set() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let robots = |params: Value| bot.call("set_group_robot_add_option", params);
        robots(json!({"group_id": 20002})).await.ok();
        robots(json!({"group_id": 20002, "robot_member_switch": "0"}))
            .await
            .ok();
        story
            .journal(json!({"name": "set_permissions", "by": 10001, "detail": {
                "robots_allowed": false, "robots_examined": false
            }}))
            .await;
        robots(json!({"group_id": 20002, "robot_member_examine": 1}))
            .await
            .ok();
        story
            .journal(json!({"name": "set_permissions", "detail": {
                "robots_allowed": false, "robots_examined": true
            }}))
            .await;
        for enable in [false, true] {
            bot.call(
                "set_group_bot_status",
                json!({"group_id": 20002, "bot_id": 10003, "enable": u32::from(enable)}),
            )
            .await
            .ok();
            story
                .journal(
                    json!({"name": "switch_bot", "detail": {"target": 10003, "enable": enable}}),
                )
                .await;
        }
        for mask in [3, 1, 2, 4] {
            bot.call(
                "set_group_msg_mask",
                json!({"group_id": 20003, "mask": mask.to_string()}),
            )
            .await
            .ok();
            story
                .journal(
                    json!({"name": "set_message_mask", "detail": {"group": 20003, "mask": mask}}),
                )
                .await;
        }
    })
    .await;
}

#[tokio::test]
async fn settings_need_a_role_and_valid_values() {
    let story = Story::new().await;
    let bot = story.bot();
    for (action, params) in [
        (
            "set_group_robot_add_option",
            json!({"robot_member_switch": 1}),
        ),
        (
            "set_group_member_invite_policy",
            json!({"policy": "disabled"}),
        ),
        (
            "set_group_member_permissions",
            json!({"allow_member_create_group": false}),
        ),
        (
            "set_group_new_member_history_visibility",
            json!({"visible": true}),
        ),
        ("set_group_bot_status", json!({"bot_id": 10002})),
    ] {
        for (group, code) in [
            (20003, Code::PermissionDenied),
            (29999, Code::GroupNotFound),
        ] {
            let mut params = params.clone();
            params["group_id"] = json!(group);
            bot.call(action, params).await.fails(code);
        }
    }
    for (action, params, code) in [
        (
            "set_group_member_invite_policy",
            json!({"policy": "some"}),
            Code::ParamInvalid,
        ),
        (
            "set_group_member_invite_policy",
            json!({}),
            Code::ParamMissing,
        ),
        (
            "set_group_member_permissions",
            json!({}),
            Code::ParamMissing,
        ),
        (
            "set_group_new_member_history_visibility",
            json!({}),
            Code::ParamMissing,
        ),
        ("set_group_msg_mask", json!({"mask": 0}), Code::ParamInvalid),
        ("set_group_msg_mask", json!({"mask": 5}), Code::ParamInvalid),
        ("set_group_msg_mask", json!({}), Code::ParamMissing),
        (
            "set_group_bot_status",
            json!({"bot_id": 99_999_999}),
            Code::MemberNotFound,
        ),
    ] {
        let mut params = params;
        params["group_id"] = json!(20002);
        bot.call(action, params).await.fails(code);
    }
    bot.call("set_group_msg_mask", json!({"group_id": 29999, "mask": 1}))
        .await
        .fails(Code::GroupNotFound);
}

/// A person who is nobody's friend, in a group whose owner is the bot.
async fn newcomer(story: &Story) -> u64 {
    let made = story
        .person(10002)
        .does("create_account", json!({"nickname": "Fern"}))
        .await;
    let fern = made["uin"].as_u64().expect("a number");
    let bot = story.bot();
    bot.call(
        "set_group_add_option",
        json!({"group_id": 20001, "add_type": 1}),
    )
    .await
    .ok();
    story
        .person(fern)
        .does("join_group", json!({"group": 20001}))
        .await;
    bot.hears(json!({"notice_type": "group_increase", "user_id": fern}))
        .await;
    bot.call(
        "set_group_add_option",
        json!({"group_id": 20001, "add_type": 2}),
    )
    .await
    .ok();
    fern
}

#[tokio::test]
async fn members_feel_what_the_group_forbids() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let fern = newcomer(&story).await;
        let carol = story.person(10003);
        let permit = async |allowed: bool| {
            let params = json!({
                "group_id": 20001, "allow_member_temporary_session": allowed,
                "allow_member_create_group": allowed
            });
            bot.call("set_group_member_permissions", params).await.ok();
        };
        let chat = json!({"group": 20001, "to": fern, "message": "hi"});
        let create = json!({"name": "New", "members": [fern]});
        // Once they have a group of their own, that group permits it.
        for (allowed, status) in [(false, 403), (true, 200)] {
            permit(allowed).await;
            for (verb, fields) in [("send_temporary_message", &chat), ("create_group", &create)] {
                assert_eq!(carol.tries(verb, fields.clone()).await.0, status, "{verb}");
            }
        }
        // The owner and administrators may in any case.
        permit(false).await;
        bot.call(
            "send_private_msg",
            json!({"user_id": fern, "group_id": 20001, "message": "hello"}),
        )
        .await
        .ok();
    })
    .await;
}

#[tokio::test]
async fn bot_may_not_chat_where_the_group_forbids_it() {
    let story = Story::new().await;
    let bot = story.bot();
    let fern = newcomer(&story).await;
    bot.call(
        "set_group_member_permissions",
        json!({"group_id": 20001, "allow_member_temporary_session": false}),
    )
    .await
    .ok();
    let bob = story.client(10002).await;
    let group = nekonap_ids::GroupUin::new(20001).expect("a group");
    let chat = nekonap_ids::Conversation::Temporary {
        group,
        peer: crate::story::uin(fern),
    };
    let refused = bob.tries_to_say(chat, "hi").await;
    assert!(refused.contains("does not let its members"), "{refused}");
    let message = json!({"user_id": fern, "group_id": 20001, "message": "as the owner"});
    bot.call("send_private_msg", message.clone()).await.ok();
    // An ordinary member gets the code.
    let story = Story::beginning().bots(&[10001, 10003]).begin().await;
    let fern = newcomer(&story).await;
    let mut message = message;
    message["user_id"] = json!(fern);
    let member = story.bot_of(10003);
    member.call("send_private_msg", message.clone()).await.ok();
    story
        .bot()
        .call(
            "set_group_member_permissions",
            json!({"group_id": 20001, "allow_member_temporary_session": false}),
        )
        .await
        .ok();
    member
        .call("send_private_msg", message)
        .await
        .fails(Code::PermissionDenied);
}

#[tokio::test]
async fn members_invite_as_the_group_lets_them() {
    let story = Story::new().await;
    let bot = story.bot();
    let carol = story.person(10003);
    let leave = json!({"group": 20001});
    story.person(10004).does("leave_group", leave).await;
    let invite = json!({"group": 20001, "target": 10004});
    let policy = async |policy: &str| {
        let params = json!({"group_id": 20001, "policy": policy});
        bot.call("set_group_member_invite_policy", params)
            .await
            .ok();
    };
    policy("disabled").await;
    assert_eq!(carol.tries("invite_to_group", invite.clone()).await.0, 403);
    // `for`: the friend decides, or (null) the owner and the administrators.
    for (name, decides) in [
        ("no_approval", json!(10004)),
        ("no_approval_under_100", json!(10004)),
        ("require_approval", json!(null)),
    ] {
        policy(name).await;
        carol.does("invite_to_group", invite.clone()).await;
        let requests = story.look("requests").await;
        assert_eq!(requests["groups"][0]["for"], decides, "{name}");
    }
}

#[tokio::test]
async fn newcomers_see_earlier_messages_if_the_group_shows_them() {
    let story = Story::new().await;
    let bob = story.person(10002);
    let made = bob
        .does("create_group", json!({"name": "Old", "members": [10003]}))
        .await;
    let group = made["group"].as_u64().expect("a group");
    bob.says(group, "long ago").await;
    story
        .fault(json!({"fault": "advance_clock", "seconds": 60}))
        .await;
    let bot = story.bot();
    bob.does("invite_to_group", json!({"group": group, "target": 10001}))
        .await;
    let event = bot.hears(json!({"request_type": "group"})).await;
    bot.call("set_group_add_request", json!({"flag": event["flag"]}))
        .await
        .ok();
    bot.hears(json!({"notice_type": "group_increase", "group_id": group}))
        .await;
    bob.says(group, "welcome").await;
    bot.hears(json!({"raw_message": "welcome"})).await;
    let history = async || {
        let params = json!({"group_id": group});
        let history = bot.call("get_group_msg_history", params).await.ok();
        let messages = history["messages"].as_array().expect("messages").clone();
        let texts = messages.iter().map(|one| one["raw_message"].clone());
        texts.collect::<Vec<Value>>()
    };
    assert_eq!(history().await, ["welcome"]);
    bob.does(
        "set_admin",
        json!({"group": group, "target": 10001, "enable": true}),
    )
    .await;
    bot.hears(json!({"notice_type": "group_admin"})).await;
    bot.call(
        "set_group_new_member_history_visibility",
        json!({"group_id": group, "visible": true}),
    )
    .await
    .ok();
    assert_eq!(history().await, ["long ago", "welcome"]);
}
