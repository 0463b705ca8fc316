//! `translate_en2zh`.

use crate::story::{Story, over_both};
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn words_are_translated_in_their_order() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let words = json!(["Hello", "world", "Nekonap", 7, "good morning", ""]);
        let translated = bot
            .call("translate_en2zh", json!({"words": words}))
            .await
            .ok();
        assert_eq!(
            translated,
            json!(["你好", "世界", "Nekonap", "7", "早上好", ""])
        );
        let one = bot
            .call("translate_en2zh", json!({"words": "cat"}))
            .await
            .ok();
        assert_eq!(one, json!(["猫"]));
        let none = bot.call("translate_en2zh", json!({"words": []})).await.ok();
        assert_eq!(none, json!([]));
    })
    .await;
}

#[tokio::test]
async fn words_that_are_no_words_are_refused() {
    let story = Story::new().await;
    let bot = story.bot();
    bot.call("translate_en2zh", json!({}))
        .await
        .fails(Code::ParamMissing);
    for words in [
        json!([true]),
        json!(["a", {}]),
        json!([["a"]]),
        json!([null]),
    ] {
        bot.call("translate_en2zh", json!({"words": words}))
            .await
            .fails(Code::ParamInvalid);
    }
    bot.call("translate_en2zh", json!({"words": vec!["a"; 1_001]}))
        .await
        .fails(Code::ParamInvalid);
}

#[tokio::test]
async fn refusal_of_the_service_is_an_upstream_error() {
    let story = Story::new().await;
    let fault = json!({
        "fault": "refuse", "command": "OidbSvcTrpcTcp.0x990_2", "code": 77, "message": "busy", "times": 1
    });
    story.fault(fault).await;
    let call = json!({"words": ["cat"]});
    let answer = story.bot().call("translate_en2zh", call.clone()).await;
    answer.fails(Code::Upstream);
    assert_eq!(
        story.bot().call("translate_en2zh", call).await.ok(),
        json!(["猫"])
    );
}
