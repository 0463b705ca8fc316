//! `get_qzone_profile`, `set_qzone_profile`.

use crate::story::Story;
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn name_and_description_of_a_qzone_are_read() {
    let story = Story::new().await;
    let bot = story.bot();
    let named = json!({"name": "Bob's \"garden\"", "description": "花 & more"});
    story.person(10002).does("set_qzone", named).await;
    for name in ["target_uin", "user_id", "uin"] {
        let profile = bot
            .call("get_qzone_profile", json!({name: 10002}))
            .await
            .ok();
        let expected = json!({
            "name": "Bob's \"garden\"", "description": "花 & more", "user_id": 10002, "nickname": "Bob"
        });
        assert_eq!(profile, expected);
    }
    let own = bot.call("get_qzone_profile", json!({})).await.ok();
    assert_eq!(
        own,
        json!({"name": "", "description": "", "user_id": 10001, "nickname": "Neko"})
    );
    bot.call("get_qzone_profile", json!({"target_uin": 99_999}))
        .await
        .fails(Code::UserNotFound);
}

#[tokio::test]
async fn changing_the_profile_is_not_supported() {
    let story = Story::new().await;
    let bot = story.bot();
    bot.call("set_qzone_profile", json!({}))
        .await
        .fails(Code::ParamMissing);
    for params in [json!({"name": "x"}), json!({"description": ""})] {
        let text = bot
            .call("set_qzone_profile", params)
            .await
            .fails(Code::NotSupported);
        assert!(text.contains("no known request"), "{text}");
    }
}
