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
