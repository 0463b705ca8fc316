//! `set_self_longnick` and `set_qq_profile`.

use crate::{
    friends::person,
    story::{Story, over_both},
};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn signature_of_the_bot_is_seen_by_its_friends() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let carol = story.client(10003).await;
        let done = json!({"result": 0, "errMsg": ""});
        let me = json!({"user_id": 10001});
        for (name, text) in [
            ("longNick", "on the wind 🍃"),
            ("long_nick", "\u{202e}right to left\u{200b}"),
            ("longnick", "30"),
            ("longNick", ""),
        ] {
            let answer = bot.call("set_self_longnick", json!({name: text})).await;
            assert_eq!(answer.ok(), done);
            carol
                .sees(json!({"event": "friends", "changes": [{"profile": 10001}]}))
                .await;
            assert_eq!(person(&story, 10001).await["signature"], text);
            // The bot's own cached profile is up to date too.
            let info = bot.call("get_stranger_info", me.clone()).await.ok();
            assert_eq!(info["sign"], text);
        }
        // A number is taken as its text.
        let number = json!({"longNick": 42});
        bot.call("set_self_longnick", number).await.ok();
        assert_eq!(person(&story, 10001).await["signature"], "42");
    })
    .await;
}

#[tokio::test]
async fn signature_has_to_be_given_and_to_fit() {
    let story = Story::new().await;
    let bot = story.bot();
    for params in [json!({}), json!({"longNick": null})] {
        bot.call("set_self_longnick", params)
            .await
            .fails(Code::ParamMissing);
    }
    for params in [json!({"longNick": ["a"]}), json!({"longNick": {}})] {
        bot.call("set_self_longnick", params)
            .await
            .fails(Code::ParamInvalid);
    }
    let long = |length| json!({"longNick": "字".repeat(length)});
    bot.call("set_self_longnick", long(240)).await.ok();
    bot.call("set_self_longnick", long(241))
        .await
        .fails(Code::Upstream);
    let seen = person(&story, 10001).await;
    assert_eq!(seen["signature"], "字".repeat(240));
}

#[tokio::test]
async fn profile_is_changed_value_by_value() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let carol = story.client(10003).await;
        bot.call("get_friend_list", json!({})).await.ok();
        let before = person(&story, 10001).await;
        let answer = bot.call("set_qq_profile", json!({"nickname": "Neko 🐈"}));
        assert_eq!(answer.await.ok(), json!({"result": 0, "errMsg": ""}));
        carol
            .sees(json!({"event": "friends", "changes": [{"profile": 10001}]}))
            .await;
        let seen = person(&story, 10001).await;
        assert_eq!(seen["nickname"], "Neko 🐈");
        for key in ["signature", "sex", "birthday"] {
            assert_eq!(seen[key], before[key], "{key}");
        }
        let login = bot.call("get_login_info", json!({})).await.ok();
        assert_eq!(login, json!({"user_id": 10001, "nickname": "Neko 🐈"}));

        for (params, key, value) in [
            (json!({"personal_note": "purrs"}), "signature", "purrs"),
            (json!({"sex": 2, "personal_note": null}), "sex", "female"),
            (json!({"sex": "1"}), "sex", "male"),
            // 0 is a value, the empty text is none.
            (json!({"sex": "", "nickname": "Neko"}), "sex", "male"),
            (json!({"sex": 0}), "sex", "unknown"),
            (
                json!({"birthday": "2001-02-03", "company": "Cats & Co"}),
                "birthday",
                "2001-02-03",
            ),
            (json!({"birthday": ""}), "birthday", ""),
            (json!({"personal_note": ""}), "signature", ""),
        ] {
            bot.call("set_qq_profile", params).await.ok();
            assert_eq!(person(&story, 10001).await[key], value);
        }
        assert_eq!(person(&story, 10001).await["nickname"], "Neko");
    })
    .await;
}

#[tokio::test]
async fn wrong_profile_changes_nothing() {
    let story = Story::new().await;
    let bot = story.bot();
    let before = person(&story, 10001).await;
    for (params, code) in [
        (json!({}), Code::ParamMissing),
        (json!({"sex": ""}), Code::ParamMissing),
        (json!({"company": "", "email": ""}), Code::ParamMissing),
        (json!({"company": "Cats & Co"}), Code::NotSupported),
        (
            json!({"email": "cat@example.org", "college": "Meow"}),
            Code::NotSupported,
        ),
        (json!({"nickname": "Neko", "sex": 3}), Code::ParamInvalid),
        (
            json!({"nickname": "Neko", "sex": "male"}),
            Code::ParamInvalid,
        ),
        (json!({"nickname": "Neko", "sex": -1}), Code::ParamInvalid),
        (
            json!({"nickname": "Neko", "birthday": "2001-13-01"}),
            Code::ParamInvalid,
        ),
        (
            json!({"nickname": "Neko", "birthday": "2001"}),
            Code::ParamInvalid,
        ),
        (
            json!({"nickname": "Neko", "birthday": "1000-01-01"}),
            Code::Upstream,
        ),
        (
            json!({"nickname": " ", "personal_note": "x"}),
            Code::Upstream,
        ),
        (json!({"nickname": "n".repeat(37)}), Code::Upstream),
        (json!({"nickname": ["Neko"]}), Code::ParamInvalid),
    ] {
        bot.call("set_qq_profile", params).await.fails(code);
    }
    assert_eq!(person(&story, 10001).await, before);
}
