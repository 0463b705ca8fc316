//! `set_online_status` and `set_diy_online_status`.

use crate::{
    friends::person,
    story::{Story, over_both},
};
use nekonap_onebot::Code;
use serde_json::json;

/// Statuses with their names in the sandbox.
const STATUSES: [(u32, &str); 6] = [
    (10, "online"),
    (30, "away"),
    (40, "invisible"),
    (50, "busy"),
    (60, "q_me"),
    (70, "do_not_disturb"),
];

/// Extended statuses (api/actions §3.12, `set_online_status`).
const EXTENDED: [u32; 35] = [
    1000, 1011, 1016, 1018, 1021, 1027, 1028, 1030, 1032, 1051, 1052, 1056, 1058, 1059, 1060, 1061,
    1062, 1063, 1070, 1071, 1201, 1300, 1401, 2001, 2003, 2006, 2012, 2013, 2014, 2015, 2019, 2023,
    2025, 2026, 2037,
];

#[tokio::test]
async fn every_online_status_is_seen_by_other_people() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let me = json!({"user_id": 10001});
        let plain = STATUSES.iter().map(|(status, name)| (*status, *name, 0));
        let extended = EXTENDED.iter().map(|ext| (10, "online", *ext));
        for (status, name, ext) in plain.chain(extended) {
            let params = json!({"status": status, "ext_status": ext, "battery_status": 66});
            assert!(bot.call("set_online_status", params).await.ok().is_null());
            let seen = person(&story, 10001).await;
            assert_eq!(seen["status"], name);
            assert_eq!(seen["ext_status"], ext);
            assert_eq!(seen["battery"], 66);
            let answer = bot.call("nc_get_user_status", me.clone()).await.ok();
            assert_eq!(answer, json!({"status": status, "ext_status": ext}));
        }
        // Numbers may be texts, and the other spellings of the parameters count too.
        let params = json!({"status": "10", "extStatus": "1028", "batteryStatus": "0"});
        bot.call("set_online_status", params).await.ok();
        assert_eq!(person(&story, 10001).await["ext_status"], 1028);
    })
    .await;
}

#[tokio::test]
async fn friends_learn_the_status_and_not_that_somebody_is_invisible() {
    let story = Story::beginning().bots(&[10001, 10002]).begin().await;
    let (bot, other) = (story.bot_of(10001), story.bot_of(10002));
    let carol = story.client(10003).await;
    let online = async || {
        let list = other
            .call("get_friends_with_category", json!({}))
            .await
            .ok();
        list[0]["onlineCount"].clone()
    };
    let before = online().await;
    for (status, expected) in [
        (30, before.clone()),
        (40, json!(before.as_u64().expect("a number") - 1)),
        (10, before.clone()),
    ] {
        let params = json!({"status": status, "ext_status": 0, "battery_status": 0});
        bot.call("set_online_status", params).await.ok();
        carol
            .sees(json!({"event": "friends", "changes": [{"profile": 10001}]}))
            .await;
        assert_eq!(online().await, expected, "{status}");
    }
}

#[tokio::test]
async fn status_is_set_again_after_a_reconnection() {
    let story = Story::new().await;
    let bot = story.bot();
    let params = json!({"status": 50, "ext_status": 0, "battery_status": 0});
    bot.call("set_online_status", params).await.ok();
    story
        .journal(json!({"name": "set_status", "detail": {"status": 50}}))
        .await;
    story.fault(json!({"fault": "drop_connections"})).await;
    // Without a client the person's own status counts, and then that of the client again.
    for status in [10, 50] {
        story
            .journal(json!({"name": "set_status", "detail": {"status": status}}))
            .await;
    }
    bot.is_online().await;
    assert_eq!(person(&story, 10001).await["status"], "busy");
}

#[tokio::test]
async fn custom_status_has_an_icon_and_a_text() {
    over_both(async |story: Story| {
        let bot = story.bot();
        for (params, face, text) in [
            (
                json!({"face_id": "21", "wording": "at sea ⛵"}),
                21,
                "at sea ⛵",
            ),
            (
                json!({"face_id": 5, "face_type": 1, "wording": "x".repeat(60)}),
                5,
                &*"x".repeat(60),
            ),
            (json!({"face_id": "344"}), 344, " "),
        ] {
            let answer = bot.call("set_diy_online_status", params).await.ok();
            assert_eq!(answer, "");
            let seen = person(&story, 10001).await;
            assert_eq!(seen["status"], "online");
            assert_eq!(seen["ext_status"], 2000);
            assert_eq!(seen["custom_status"], json!({"face": face, "text": text}));
        }
        // Another status replaces it.
        let params = json!({"status": 10, "ext_status": 0, "battery_status": 0});
        bot.call("set_online_status", params).await.ok();
        assert!(person(&story, 10001).await["custom_status"].is_null());
    })
    .await;
}

#[tokio::test]
async fn wrong_status_changes_nothing() {
    let story = Story::new().await;
    let bot = story.bot();
    let before = person(&story, 10001).await;
    let status = |status, ext, battery| {
        json!({
            "status": status, "ext_status": ext, "battery_status": battery
        })
    };
    for (params, code) in [
        (json!({}), Code::ParamMissing),
        (json!({"status": 10}), Code::ParamMissing),
        (json!({"status": 10, "ext_status": 0}), Code::ParamMissing),
        (
            status(json!("away"), json!(0), json!(0)),
            Code::ParamInvalid,
        ),
        (status(json!(-10), json!(0), json!(0)), Code::ParamInvalid),
        (status(json!(10), json!(1.5), json!(0)), Code::ParamInvalid),
        (status(json!(10), json!(true), json!(0)), Code::ParamInvalid),
        (
            status(json!(10), json!(1000), json!(101)),
            Code::ParamInvalid,
        ),
        (
            status(json!(5_000_000_000_u64), json!(0), json!(0)),
            Code::ParamInvalid,
        ),
        // The server does not know these.
        (status(json!(20), json!(0), json!(0)), Code::Upstream),
        (status(json!(0), json!(0), json!(0)), Code::Upstream),
        (status(json!(10), json!(1029), json!(0)), Code::Upstream),
        (status(json!(30), json!(1028), json!(0)), Code::Upstream),
        (status(json!(10), json!(2000), json!(0)), Code::Upstream),
    ] {
        bot.call("set_online_status", params).await.fails(code);
    }
    for (params, code) in [
        (json!({}), Code::ParamMissing),
        (json!({"face_id": "smile"}), Code::ParamInvalid),
        (
            json!({"face_id": "21", "face_type": "x"}),
            Code::ParamInvalid,
        ),
        (
            json!({"face_id": "21", "wording": "x".repeat(61)}),
            Code::Upstream,
        ),
    ] {
        bot.call("set_diy_online_status", params).await.fails(code);
    }
    assert_eq!(person(&story, 10001).await, before);
}
