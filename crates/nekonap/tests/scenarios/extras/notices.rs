//! `_send_group_notice`, `_get_group_notice`, `_del_group_notice`.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::{Value, json};

async fn seen(story: &Story, group: u64) -> Value {
    story.look(&format!("activities?group={group}")).await["notices"].clone()
}

#[tokio::test]
async fn notice_is_published_read_and_deleted() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let text = "Water <the> garden & \"rest\" 🌱\u{200b}\u{202e}x";
        let answer = bot
            .call(
                "_send_group_notice",
                json!({"group_id": "20002", "content": text, "pinned": 1, "confirm_required": 0}),
            )
            .await;
        assert!(answer.ok().is_null());
        story
            .journal(json!({"kind": "change", "name": "send_notice", "by": 10001}))
            .await;
        let notice = seen(&story, 20002).await[0].clone();
        assert_eq!(
            (
                &notice["text"],
                &notice["pinned"],
                &notice["confirm_required"]
            ),
            (&json!(text), &json!(true), &json!(false))
        );
        // Members read it.
        let id = &notice["id"];
        for reader in [10003, 10004, 10003] {
            story
                .person(reader)
                .does("read_notice", json!({"group": 20002, "id": id}))
                .await;
        }
        let list = bot
            .call("_get_group_notice", json!({"group_id": 20002}))
            .await
            .ok();
        assert_eq!(list.as_array().map(Vec::len), Some(1));
        let own = &list[0];
        assert_eq!((&own["notice_id"], &own["sender_id"]), (id, &json!(10001)));
        assert_eq!(
            (&own["message"]["text"], &own["read_num"]),
            (&json!(text), &json!(2))
        );
        assert_eq!(
            own["settings"],
            json!({"is_show_edit_card": 0, "tip_window_type": 0, "confirm_required": 0})
        );
        let answer = bot
            .call(
                "_del_group_notice",
                json!({"group_id": 20002, "notice_id": id}),
            )
            .await;
        assert_eq!(answer.ok()["result"], 0);
        assert_eq!(seen(&story, 20002).await, json!([]));
        let list = bot
            .call("get_group_notice", json!({"group_id": 20002}))
            .await
            .ok();
        assert_eq!(list, json!([]));
    })
    .await;
}

#[tokio::test]
async fn notices_by_others_and_for_new_members_are_listed() {
    let story = Story::new().await;
    let bot = story.bot();
    let owner = story.person(10003);
    for text in ["first", "second"] {
        owner
            .does("send_notice", json!({"group": 20003, "text": text}))
            .await;
    }
    owner
        .does(
            "send_notice",
            json!({"group": 20003, "text": "welcome", "newcomers": true, "tip_window_type": 1}),
        )
        .await;
    let list = bot
        .call("_get_group_notice", json!({"group_id": 20003}))
        .await
        .ok();
    let texts: Vec<_> = list
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| {
            let text = one["message"]["text"].as_str().expect("a text");
            (text, one["send_to_new_member"] == true)
        })
        .collect();
    assert_eq!(
        texts,
        [("second", false), ("first", false), ("welcome", true)]
    );
    assert_eq!(list[2]["settings"]["tip_window_type"], 1);
}

#[tokio::test]
async fn names_and_parameters_of_other_endpoints_are_accepted() {
    let story = Story::new().await;
    let bot = story.bot();
    for params in [
        json!({"type": 20, "tip_window_type": true}),
        json!({"send_new_member": true, "tip_window": false, "is_show_edit_card": "1"}),
    ] {
        let mut params = params;
        params["group_id"] = json!(20001);
        params["content"] = json!("welcome");
        bot.call("send_group_notice", params).await.ok();
        let notice = seen(&story, 20001).await[0].clone();
        assert_eq!(
            (
                &notice["newcomers"],
                &notice["tip_window_type"],
                &notice["confirm_required"]
            ),
            (&json!(true), &json!(1), &json!(true))
        );
        for action in ["_delete_group_notice", "del_group_notice"] {
            let given = json!({"group_id": 20001, "notice_id": notice["id"]});
            let answer = bot.call(action, given).await;
            if action == "_delete_group_notice" {
                answer.ok();
            } else {
                // It is gone.
                answer.fails(Code::Upstream);
            }
        }
    }
}

#[tokio::test]
async fn notices_need_a_role_and_a_text() {
    let story = Story::new().await;
    let bot = story.bot();
    for (params, code) in [
        (json!({"group_id": 20002}), Code::ParamMissing),
        (json!({"content": "x"}), Code::ParamMissing),
        (
            json!({"group_id": 20002, "content": " "}),
            Code::ParamInvalid,
        ),
        (
            json!({"group_id": 20002, "content": "x", "confirm_required": 2}),
            Code::ParamInvalid,
        ),
        (
            json!({"group_id": 20002, "content": "x".repeat(3_001)}),
            Code::Upstream,
        ),
        (
            json!({"group_id": 20002, "content": "x", "image": "base64://AA=="}),
            Code::NotSupported,
        ),
        (
            json!({"group_id": 20003, "content": "x"}),
            Code::PermissionDenied,
        ),
        (
            json!({"group_id": 29999, "content": "x"}),
            Code::GroupNotFound,
        ),
    ] {
        bot.call("_send_group_notice", params).await.fails(code);
    }
    bot.call("_get_group_notice", json!({"group_id": 29999}))
        .await
        .fails(Code::GroupNotFound);
    let id = story
        .person(10003)
        .does("send_notice", json!({"group": 20003, "text": "mine"}))
        .await["id"]
        .clone();
    for (group, code) in [
        (20003, Code::PermissionDenied),
        (29999, Code::GroupNotFound),
        // The notice of another group.
        (20002, Code::Upstream),
    ] {
        let params = json!({"group_id": group, "notice_id": id});
        bot.call("_del_group_notice", params).await.fails(code);
    }
    assert_eq!(seen(&story, 20003).await.as_array().map(Vec::len), Some(1));
}
