//! `get_mini_app_ark`.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::{Value, json};

/// The parameters of a card of a mini-app that is not known.
fn custom() -> Value {
    json!({
        "title": "تطبيق 🐱", "desc": "about", "picUrl": "https://example.com/p", "jumpUrl": "https://example.com/j",
        "iconUrl": "https://example.com/i", "appId": "110", "scene": "1", "templateType": 1, "businessType": "0",
        "verType": 3, "shareType": 0, "versionId": "v", "withShareTicket": "0",
    })
}

#[tokio::test]
async fn card_of_a_mini_app_can_be_sent() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let call = json!({
            "type": "bili", "title": "A video", "desc": "about", "picUrl": "https://example.com/p",
            "jumpUrl": "https://example.com/j",
        });
        let card = bot.call("get_mini_app_ark", call).await.ok();
        let card = &card["data"];
        assert_eq!(card["prompt"], "[QQ小程序]A video");
        assert_eq!(card["meta"]["detail_1"]["appid"], "1109937557");
        assert_eq!(card["meta"]["detail_1"]["host"]["uin"], 10001);
        let message = json!([{"type": "json", "data": {"data": card.to_string()}}]);
        bot.says(20003, message).await;
        let seen = story
            .group_sees(20003, json!({"message": [{"type": "ark"}]}))
            .await;
        let sent = seen["message"][0]["json"].as_str().expect("JSON text");
        let sent: Value = serde_json::from_str(sent).expect("JSON");
        assert_eq!(&sent, card);
    })
    .await;
}

#[tokio::test]
async fn unknown_mini_app_needs_all_its_parameters() {
    let story = Story::new().await;
    let bot = story.bot();
    let mut raw = custom();
    raw["rawArkData"] = json!("true");
    let card = bot.call("get_mini_app_ark", raw).await.ok();
    assert_eq!(card["data"]["appName"], "com.tencent.miniapp_01");
    assert_eq!(card["data"]["metaData"]["detail_1"]["title"], "تطبيق 🐱");
    for name in [
        "title",
        "picUrl",
        "iconUrl",
        "appId",
        "scene",
        "withShareTicket",
    ] {
        let mut call = custom();
        call.as_object_mut().expect("an object").remove(name);
        let text = bot
            .call("get_mini_app_ark", call)
            .await
            .fails(Code::ParamMissing);
        assert!(text.contains(&format!("`{name}`")), "{text}");
    }
    let mut unknown = custom();
    unknown["type"] = json!("tiktok");
    bot.call("get_mini_app_ark", unknown)
        .await
        .fails(Code::ParamInvalid);
}
