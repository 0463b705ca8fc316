//! `get_qq_avatar`.

use crate::story::Story;
use nekonap_onebot::Code;
use serde_json::json;

#[tokio::test]
async fn address_of_an_avatar_is_that_of_qqs_host() {
    let story = Story::new().await;
    let bot = story.bot();
    let of = async |params| {
        let answer = bot.call("get_qq_avatar", params).await.ok();
        answer["url"].as_str().expect("an address").to_owned()
    };
    let bobs = of(json!({"user_id": "10002"})).await;
    assert_eq!(bobs, "https://q1.qlogo.cn/g?b=qq&nk=10002&s=640");
    let groups = of(json!({"group_id": 20001})).await;
    assert_eq!(groups, "https://p.qlogo.cn/gh/20001/20001/640");
    let info = bot.call("get_group_info", json!({"group_id": 20001})).await;
    assert_eq!(info.ok()["avatar_url"], groups);
    let both = of(json!({"user_id": 10002, "group_id": 20001})).await;
    assert_eq!(both, bobs);
    bot.call("get_qq_avatar", json!({"user_id": ""}))
        .await
        .fails(Code::ParamMissing);
}
