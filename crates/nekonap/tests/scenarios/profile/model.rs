//! `_get_model_show` and `_set_model_show`.

use crate::story::{Story, over_both};
use serde_json::json;

#[tokio::test]
async fn device_model_has_the_form_of_the_response_profile() {
    over_both(async |story: Story| {
        let bot = story.bot();
        let variant = json!({"model_show": "Linux", "need_pay": false});
        let set = json!({"model": "iPhone", "model_show": "iPhone 99"});
        for name in ["_set_model_show", "set_model_show"] {
            assert!(bot.call(name, set.clone()).await.ok().is_null());
        }
        for name in ["_get_model_show", "get_model_show"] {
            let models = bot.call(name, json!({"model": "iPhone"})).await.ok();
            assert_eq!(models, json!({"variants": [variant]}));
            let profile = json!({"_profile": "napcat-4.18"});
            let answer = bot.call(name, profile).await;
            assert_eq!(answer.envelope["data"], json!([{"variants": variant}]));
        }
    })
    .await;
}
